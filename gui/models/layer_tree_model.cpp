// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/layer_tree_model.h"

#include "gui/models/layer_text.h"

#include <algorithm>
#include <utility>

namespace darsena::gui {

using layers::EntryType;
using layers::IndexEntry;
using layers::Mark;
using layers::Stack;
using layers::View;

namespace {

QString text(std::string_view bytes)
{
    return QString::fromUtf8(bytes.data(), qsizetype(bytes.size()));
}

} // namespace

LayerTreeModel::LayerTreeModel(QObject* parent)
    : QAbstractItemModel(parent)
{
}

void LayerTreeModel::setContent(std::shared_ptr<const LayerTreeContent> content)
{
    beginResetModel();
    m_content = std::move(content);
    m_children.clear();
    m_rowOf.assign(m_content ? m_content->stack->nodes().size() : 0, 0);
    endResetModel();
}

void LayerTreeModel::setSort(Sort sort)
{
    if (m_sort == sort)
        return;
    beginResetModel();
    m_sort = sort;
    m_children.clear();
    endResetModel();
}

const std::vector<LayerTreeModel::NodeId>& LayerTreeModel::children(NodeId directory) const
{
    const auto [found, fresh] = m_children.try_emplace(directory);
    std::vector<NodeId>& rows = found->second;
    if (!fresh)
        return rows;
    const Stack& stack = *m_content->stack;
    for (NodeId child = directory + 1; child < stack.node(directory).end; child = stack.node(child).end) {
        if (m_content->shows(child))
            rows.push_back(child);
    }
    if (m_sort == Sort::Size) {
        std::vector<std::pair<std::uint64_t, NodeId>> keyed;
        keyed.reserve(rows.size());
        for (const NodeId row : rows)
            keyed.emplace_back(m_content->bytes(row) + m_content->removedBytes(row), row);
        std::sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
        std::transform(keyed.begin(), keyed.end(), rows.begin(), [](const auto& one) { return one.second; });
    } else {
        // The stack's order is that of the names.
        std::stable_partition(rows.begin(), rows.end(), [this](NodeId node) {
            const IndexEntry* entry = m_content->entry(node);
            return !entry || entry->type == EntryType::Directory;
        });
    }
    for (std::size_t row = 0; row < rows.size(); ++row)
        m_rowOf[rows[row]] = static_cast<std::int32_t>(row);
    return rows;
}

LayerTreeModel::NodeId LayerTreeModel::nodeOf(const QModelIndex& index) const
{
    return index.isValid() ? static_cast<NodeId>(index.internalId()) : Stack::none;
}

QModelIndex LayerTreeModel::indexOf(NodeId node, int column) const
{
    if (!m_content || node == Stack::root || node >= m_content->stack->nodes().size())
        return {};
    for (NodeId at = node; at != Stack::root; at = m_content->stack->node(at).parent) {
        if (!m_content->shows(at))
            return {};
    }
    children(m_content->stack->node(node).parent);
    return createIndex(m_rowOf[node], column, static_cast<quintptr>(node));
}

QModelIndex LayerTreeModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!m_content || row < 0 || column < 0 || column >= ColumnCount || parent.column() > 0)
        return {};
    const std::vector<NodeId>& rows = children(parent.isValid() ? nodeOf(parent) : Stack::root);
    return row < static_cast<int>(rows.size()) ? createIndex(row, column, static_cast<quintptr>(rows[static_cast<std::size_t>(row)])) : QModelIndex();
}

QModelIndex LayerTreeModel::parent(const QModelIndex& child) const
{
    if (!child.isValid() || !m_content)
        return {};
    const NodeId up = m_content->stack->node(nodeOf(child)).parent;
    if (up == Stack::root || up == Stack::none)
        return {};
    children(m_content->stack->node(up).parent);
    return createIndex(m_rowOf[up], 0, static_cast<quintptr>(up));
}

int LayerTreeModel::rowCount(const QModelIndex& parent) const
{
    if (!m_content || parent.column() > 0)
        return 0;
    return static_cast<int>(children(parent.isValid() ? nodeOf(parent) : Stack::root).size());
}

int LayerTreeModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

bool LayerTreeModel::hasChildren(const QModelIndex& parent) const
{
    if (!m_content || parent.column() > 0)
        return false;
    const NodeId directory = parent.isValid() ? nodeOf(parent) : Stack::root;
    const Stack& stack = *m_content->stack;
    for (NodeId child = directory + 1; child < stack.node(directory).end; child = stack.node(child).end) {
        if (m_content->shows(child))
            return true;
    }
    return false;
}

QString LayerTreeModel::path(NodeId node) const
{
    return u'/' + text(m_content->stack->node(node).path);
}

std::uint64_t LayerTreeModel::shownBytes(NodeId node) const
{
    return m_content->view->cell(node).mark == Mark::Removed ? m_content->removedBytes(node) : m_content->bytes(node);
}

double LayerTreeModel::share(NodeId node) const
{
    const std::uint64_t whole = m_content->bytes(Stack::root) + m_content->removedBytes(Stack::root);
    return whole > 0 ? static_cast<double>(shownBytes(node)) / static_cast<double>(whole) : 0.0;
}

QString LayerTreeModel::reasons(NodeId node) const
{
    const View::Cell& cell = m_content->view->cell(node);
    if (cell.mark != Mark::Changed || cell.before == Stack::none || cell.version == Stack::none)
        return {};
    return layertext::reasons(m_content->stack->entry(cell.before), m_content->stack->entry(cell.version), cell.reasons);
}

QString LayerTreeModel::display(NodeId node, int column) const
{
    if (column == Name)
        return text(m_content->stack->node(node).name());
    if (column == Size)
        return layertext::bytes(shownBytes(node));
    const IndexEntry* entry = m_content->entry(node);
    if (!entry || entry->implied)
        return {};
    switch (column) {
    case Mode:
        return layertext::mode(*entry);
    case Owner:
        return QStringLiteral("%1:%2").arg(entry->uid).arg(entry->gid);
    case Modified:
        return layertext::time(entry->mtime);
    default:
        return {};
    }
}

QString LayerTreeModel::accessibleText(NodeId node) const
{
    const View::Cell& cell = m_content->view->cell(node);
    const QString name = display(node, Name);
    const QString size = layertext::bytes(shownBytes(node));
    const QString why = reasons(node);
    if (!why.isEmpty())
        return tr("%1, %2: %3, %4").arg(name, layertext::mark(cell), why, size);
    return tr("%1, %2, %3").arg(name, layertext::mark(cell), size);
}

QVariant LayerTreeModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !m_content)
        return {};
    const NodeId node = nodeOf(index);
    const View::Cell& cell = m_content->view->cell(node);
    const IndexEntry* entry = m_content->entry(node);
    switch (role) {
    case Qt::DisplayRole:
        return display(node, index.column());
    case Qt::ToolTipRole: {
        const QString why = reasons(node);
        return why.isEmpty() ? path(node) : path(node) + u'\n' + why;
    }
    case Qt::TextAlignmentRole:
        return index.column() == Size ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    case Qt::AccessibleTextRole:
        return index.column() == Name ? accessibleText(node) : display(node, index.column());
    case PathRole:
        return path(node);
    case NodeRole:
        return node;
    case TypeRole:
        return static_cast<int>(entry ? entry->type : EntryType::Directory);
    case MarkRole:
        return static_cast<int>(cell.mark);
    case MetadataOnlyRole:
        return layers::isMetadataOnly(cell);
    case ChangesBeneathRole:
        return cell.changesBeneath;
    case ReasonsRole:
        return reasons(node);
    case BytesRole:
        return static_cast<qint64>(shownBytes(node));
    case RemovedBytesRole:
        return static_cast<qint64>(m_content->removedBytes(node));
    case FilesRole:
        return static_cast<int>(cell.mark == Mark::Removed ? cell.removedFiles : cell.files);
    case ShareRole:
        return share(node);
    case LinkRole:
        return entry ? text(entry->link) : QString();
    case HardLinkRole:
        return entry && entry->hardLink;
    case LayerRole:
        return cell.version == Stack::none ? -1 : static_cast<int>(m_content->stack->allVersions()[cell.version].layer);
    default:
        return {};
    }
}

QVariant LayerTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole && section == Size)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Name");
    case Size:
        return tr("Size");
    case Mode:
        return tr("Mode");
    case Owner:
        return tr("Owner");
    case Modified:
        return tr("Modified");
    default:
        return {};
    }
}

QHash<int, QByteArray> LayerTreeModel::roleNames() const
{
    auto names = QAbstractItemModel::roleNames();
    names.insert({ { PathRole, "path" }, { NodeRole, "node" }, { TypeRole, "type" }, { MarkRole, "mark" }, { MetadataOnlyRole, "metadataOnly" },
        { ChangesBeneathRole, "changesBeneath" }, { ReasonsRole, "reasons" }, { BytesRole, "bytes" }, { RemovedBytesRole, "removedBytes" },
        { FilesRole, "files" }, { ShareRole, "share" }, { LinkRole, "link" }, { HardLinkRole, "hardLink" }, { LayerRole, "layer" } });
    return names;
}

} // namespace darsena::gui
