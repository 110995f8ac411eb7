// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/image.h"

#include <QAbstractTableModel>
#include <QHash>
#include <QString>
#include <QStringList>

#include <vector>

namespace darsena::gui {

/// The engine's images: one row a tag, as `docker images` lists them; an image without a tag has one row.
class ImageModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, Tag, Id, Size, Created, UsedBy, ColumnCount };
    enum Role {
        IdRole = Qt::UserRole + 1, ///< QString, "sha256:…"
        ReferenceRole, ///< QString: "name:tag", or the id of an image without a tag: what names this row to the engine
        TaggedRole, ///< bool
        TagsRole, ///< QStringList: all names of this row's image
        SizeRole, ///< qint64
        CreatedRole, ///< qint64, seconds since 1970
        UsersRole, ///< QStringList: names of the containers made of it
        SortRole,
        SearchRole, ///< QString
    };

    explicit ImageModel(QObject* parent = nullptr);

    void setImages(const std::vector<model::ImageSummary>& images);
    /// Which containers are made of which image (by image id).
    void setUsers(const QHash<QString, QStringList>& users);
    void clear();

    /// -1 when there is none. Takes "name:tag", "name" (= latest), an id or the beginning of one.
    int rowOf(const QString& nameOrId) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    QHash<int, QByteArray> roleNames() const override;

private:
    struct Row {
        QString id, name, tag;
        QStringList tags;
        qint64 size = 0;
        qint64 created = 0;
        QString reference() const { return name.isEmpty() ? id : name + u':' + tag; }
        QString key() const { return id + u' ' + name + u':' + tag; }
    };
    struct Notify;

    std::vector<Row> m_rows;
    QHash<QString, QStringList> m_users;
};

} // namespace darsena::gui
