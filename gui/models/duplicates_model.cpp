// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/duplicates_model.h"

#include "gui/base/text.h"
#include "gui/models/layer_text.h"

#include <QLocale>

namespace darsena::gui {

namespace {
// An index's id: 0 for a group, the group's row + 1 for a place in it.
constexpr quintptr groupId = 0;
} // namespace

void DuplicatesModel::setGroups(std::shared_ptr<const layers::Stack> stack, std::shared_ptr<const layers::View> view, std::vector<layers::DuplicateGroup> groups)
{
    beginResetModel();
    m_stack = std::move(stack);
    m_view = std::move(view);
    m_groups = std::move(groups);
    endResetModel();
}

std::uint64_t DuplicatesModel::spare() const
{
    std::uint64_t sum = 0;
    for (const layers::DuplicateGroup& group : m_groups)
        sum += group.spare();
    return sum;
}

QModelIndex DuplicatesModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : groupId);
}

QModelIndex DuplicatesModel::parent(const QModelIndex& index) const
{
    if (!index.isValid() || index.internalId() == groupId)
        return {};
    return createIndex(static_cast<int>(index.internalId() - 1), 0, groupId);
}

int DuplicatesModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid())
        return static_cast<int>(m_groups.size());
    if (parent.internalId() != groupId || parent.column() != 0)
        return 0;
    return static_cast<int>(m_groups[static_cast<std::size_t>(parent.row())].nodes.size());
}

int DuplicatesModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

QString DuplicatesModel::pathOf(layers::Stack::NodeId node) const
{
    return u'/' + toQString(m_stack->node(node).path);
}

QVariant DuplicatesModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((index.column() == Path ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    const bool isGroup = index.internalId() == groupId;
    const layers::DuplicateGroup& group = m_groups[isGroup ? static_cast<std::size_t>(index.row()) : index.internalId() - 1];
    const layers::Stack::NodeId node = group.nodes[isGroup ? 0 : static_cast<std::size_t>(index.row())];
    if (role == NodeRole)
        return QVariant::fromValue(node);
    if (role == Qt::ToolTipRole && index.column() == Path)
        return pathOf(node);
    if (role != Qt::DisplayRole)
        return {};
    if (!isGroup) {
        if (index.column() == Path)
            return pathOf(node);
        const std::uint32_t version = m_view->cell(node).version;
        return index.column() == Copies ? tr("layer %1").arg(m_stack->allVersions()[version].layer) : QVariant();
    }
    switch (index.column()) {
    case Path:
        return toQString(m_stack->node(node).name());
    case Copies:
        return QLocale().toString(qulonglong(group.nodes.size()));
    case Each:
        return layertext::bytes(group.bytes);
    default:
        return layertext::bytes(group.spare());
    }
}

QVariant DuplicatesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((section == Path ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Path:
        return tr("File");
    case Copies:
        return tr("Copies");
    case Each:
        return tr("Each");
    default:
        return tr("Could be spared");
    }
}

} // namespace darsena::gui
