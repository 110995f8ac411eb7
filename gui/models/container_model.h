// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/container.h"

#include <QAbstractTableModel>
#include <QDateTime>
#include <QString>
#include <QStringList>

#include <optional>
#include <string>
#include <vector>

namespace darsena::gui {

/// What an engine's status sentence says, as data: "Exited (137) 2 minutes ago", "Up About an hour (healthy)". The
/// engine sends it only as an English sentence that ages.
struct ContainerStatus {
    std::optional<int> exitCode;
    /// Roughly since when, in seconds since 1970.
    std::optional<qint64> since;
    QString health; ///< "healthy", "unhealthy", "starting" or empty

    static ContainerStatus parse(const QString& sentence, qint64 now);
};

/// The engine's containers, one row each. Who feeds it (ContainerFeed) keeps it in step with the engine; it changes row
/// by row, so that a view keeps its selection. Sorted and filtered by a proxy over SortRole and SearchRole.
class ContainerModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, Image, State, Status, Ports, Created, ColumnCount };
    enum Role {
        IdRole = Qt::UserRole + 1, ///< QString, whole
        NameRole, ///< QString
        StateRole, ///< QString, the engine's word: "running", "exited", …
        ExitCodeRole, ///< int, or invalid
        SinceRole, ///< qint64, seconds since 1970 of the last change of state; or invalid
        HealthRole, ///< QString
        ImageRole, ///< QString, as it was named
        ImageIdRole, ///< QString
        CommandRole, ///< QString
        PortsRole, ///< QStringList, "8080 → 80", published first
        CreatedRole, ///< qint64, seconds since 1970
        ErrorRole, ///< bool: ended with another code than 0, or dead
        BusyRole, ///< QString: an action of ours is under way, its translated name
        SortRole,
        SearchRole, ///< QString, all that the filter looks at
    };

    explicit ContainerModel(QObject* parent = nullptr);

    /// All there are: rows that are not among them go.
    void setContainers(const std::vector<model::ContainerSummary>& containers);
    /// Adds the row or changes it.
    void upsert(const model::ContainerSummary& container);
    void remove(const QString& id);
    void clear();
    /// Shows that something is being done to it; empty ends it.
    void setBusy(const QString& id, const QString& what);

    /// -1 when there is none. Takes an id, the beginning of one, or a name.
    int rowOf(const QString& nameOrId) const;
    /// Containers in this state.
    int count(const QString& state) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    QHash<int, QByteArray> roleNames() const override;

    /// The word for an engine's state, translated: «en ejecución» for "running".
    static QString stateText(const QString& state);

Q_SIGNALS:
    /// How many there are or in which states, changed.
    void countsChanged();

private:
    struct Row {
        QString id, name, state, image, imageId, command, busy;
        ContainerStatus status;
        QStringList ports;
        qint64 created = 0;
        QString search;
    };
    struct Notify;
    static Row rowFrom(const model::ContainerSummary& container);

    std::vector<Row> m_rows;
};

} // namespace darsena::gui
