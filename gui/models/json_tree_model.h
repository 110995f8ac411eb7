// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemModel>
#include <QByteArray>
#include <QJsonValue>
#include <QString>

#include <vector>

namespace darsena::gui {

/// A JSON document as a tree of names and values, in the document's order of keys (Qt's: by name).
class JsonTreeModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { Key, Value, ColumnCount };
    enum Role {
        PathRole = Qt::UserRole + 1, ///< QString, as jq and docker inspect --format write it: ".State.Status", ".Mounts[0].Type"
        TextRole, ///< QString, the value as text: a string without quotes, an object as JSON
        IsContainerRole, ///< bool: an object or a list
        TypeRole, ///< int, QJsonValue::Type
    };

    explicit JsonTreeModel(QObject* parent = nullptr);

    /// Errors come as a sentence, and the tree is empty then; an empty QString = fine.
    QString setJson(const QByteArray& json);
    void clear();

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    QHash<int, QByteArray> roleNames() const override;

private:
    struct Node {
        QString key;
        QJsonValue value;
        int parent = -1;
        int row = 0;
        std::vector<int> children;
    };
    void add(int parent, const QString& key, const QJsonValue& value, int depth);
    int nodeOf(const QModelIndex& index) const { return index.isValid() ? static_cast<int>(index.internalId()) : 0; }
    QString pathOf(int node) const;

    std::vector<Node> m_nodes; // the root first
};

} // namespace darsena::gui
