// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/json_tree_model.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

namespace darsena::gui {

namespace {
constexpr int MostDepth = 64;
}

JsonTreeModel::JsonTreeModel(QObject* parent)
    : QAbstractItemModel(parent)
{
    m_nodes.emplace_back();
}

QString JsonTreeModel::setJson(const QByteArray& json)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    beginResetModel();
    m_nodes.clear();
    m_nodes.emplace_back();
    m_nodes.front().value = document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
    const QJsonValue root = m_nodes.front().value;
    if (root.isArray()) {
        const QJsonArray array = root.toArray();
        for (qsizetype i = 0; i < array.size(); ++i)
            add(0, QString::number(i), array[i], 0);
    } else {
        const QJsonObject object = root.toObject();
        for (auto it = object.begin(); it != object.end(); ++it)
            add(0, it.key(), it.value(), 0);
    }
    endResetModel();
    return error.error == QJsonParseError::NoError ? QString() : error.errorString();
}

void JsonTreeModel::clear()
{
    setJson("{}");
}

void JsonTreeModel::add(int parent, const QString& key, const QJsonValue& value, int depth)
{
    const int self = static_cast<int>(m_nodes.size());
    Node node;
    node.key = key;
    node.value = value;
    node.parent = parent;
    node.row = static_cast<int>(m_nodes[static_cast<std::size_t>(parent)].children.size());
    m_nodes.push_back(std::move(node));
    m_nodes[static_cast<std::size_t>(parent)].children.push_back(self);
    if (depth >= MostDepth)
        return;
    if (value.isArray()) {
        const QJsonArray array = value.toArray();
        for (qsizetype i = 0; i < array.size(); ++i)
            add(self, QString::number(i), array[i], depth + 1);
    } else if (value.isObject()) {
        const QJsonObject object = value.toObject();
        for (auto it = object.begin(); it != object.end(); ++it)
            add(self, it.key(), it.value(), depth + 1);
    }
}

QString JsonTreeModel::pathOf(int node) const
{
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z_][A-Za-z0-9_]*$"));
    QString path;
    for (int at = node; at > 0; at = m_nodes[static_cast<std::size_t>(at)].parent) {
        const Node& here = m_nodes[static_cast<std::size_t>(at)];
        const bool inList = m_nodes[static_cast<std::size_t>(here.parent)].value.isArray();
        if (inList)
            path.prepend(u'[' + here.key + u']');
        else if (plain.match(here.key).hasMatch())
            path.prepend(u'.' + here.key);
        else
            path.prepend(QStringLiteral("[\"") + QString(here.key).replace(u'"', QStringLiteral("\\\"")) + QStringLiteral("\"]"));
    }
    return path.startsWith(u'[') ? u'.' + path : path;
}

QModelIndex JsonTreeModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    const Node& node = m_nodes[static_cast<std::size_t>(nodeOf(parent))];
    return createIndex(row, column, static_cast<quintptr>(node.children[static_cast<std::size_t>(row)]));
}

QModelIndex JsonTreeModel::parent(const QModelIndex& child) const
{
    if (!child.isValid())
        return {};
    const int up = m_nodes[static_cast<std::size_t>(nodeOf(child))].parent;
    return up <= 0 ? QModelIndex() : createIndex(m_nodes[static_cast<std::size_t>(up)].row, 0, static_cast<quintptr>(up));
}

int JsonTreeModel::rowCount(const QModelIndex& parent) const
{
    return parent.column() > 0 ? 0 : static_cast<int>(m_nodes[static_cast<std::size_t>(nodeOf(parent))].children.size());
}

int JsonTreeModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

QVariant JsonTreeModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const int number = nodeOf(index);
    const Node& node = m_nodes[static_cast<std::size_t>(number)];
    const bool container = node.value.isArray() || node.value.isObject();
    const auto text = [&]() -> QString {
        switch (node.value.type()) {
        case QJsonValue::String:
            return node.value.toString();
        case QJsonValue::Bool:
            return node.value.toBool() ? QStringLiteral("true") : QStringLiteral("false");
        case QJsonValue::Null:
        case QJsonValue::Undefined:
            return QStringLiteral("null");
        case QJsonValue::Double:
            return QString::fromUtf8(QJsonDocument(QJsonArray { node.value }).toJson(QJsonDocument::Compact)).mid(1).chopped(1);
        case QJsonValue::Array:
            return QString::fromUtf8(QJsonDocument(node.value.toArray()).toJson());
        case QJsonValue::Object:
            return QString::fromUtf8(QJsonDocument(node.value.toObject()).toJson());
        }
        return {};
    };
    switch (role) {
    case Qt::DisplayRole:
        if (index.column() == Key)
            return node.key;
        if (!container)
            return text();
        if (node.children.empty())
            return node.value.isArray() ? QStringLiteral("[ ]") : QStringLiteral("{ }");
        //: How many a list or an object of a JSON document holds.
        return tr("%n item(s)", nullptr, static_cast<int>(node.children.size()));
    case Qt::ToolTipRole:
    case PathRole:
        return pathOf(number);
    case TextRole:
        return text();
    case IsContainerRole:
        return container;
    case TypeRole:
        return static_cast<int>(node.value.type());
    default:
        return {};
    }
}

QVariant JsonTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    //: Columns of a JSON document shown as a tree.
    return section == Key ? tr("Key") : tr("Value");
}

QHash<int, QByteArray> JsonTreeModel::roleNames() const
{
    auto names = QAbstractItemModel::roleNames();
    names.insert({ { PathRole, "path" }, { TextRole, "text" }, { IsContainerRole, "isContainer" }, { TypeRole, "type" } });
    return names;
}

} // namespace darsena::gui
