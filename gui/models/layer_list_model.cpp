// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/layer_list_model.h"

#include "gui/models/layer_text.h"

#include <algorithm>
#include <utility>

namespace darsena::gui {

LayerListModel::LayerListModel(QObject* parent)
    : QAbstractListModel(parent)
{
}

void LayerListModel::setRows(std::vector<Row> rows)
{
    beginResetModel();
    m_rows = std::move(rows);
    m_instructions.clear();
    m_layers = 0;
    m_largest = 0;
    for (const Row& row : m_rows) {
        m_instructions.push_back(layertext::instruction(row.createdBy.toStdString()));
        m_layers += row.layer >= 0;
        m_largest = std::max(m_largest, row.bytes);
    }
    endResetModel();
}

int LayerListModel::rowOfLayer(int layer) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(), [layer](const Row& row) { return row.layer == layer && layer >= 0; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

QString LayerListModel::instructionOfLayer(int layer) const
{
    const int row = rowOfLayer(layer);
    return row < 0 ? QString() : m_instructions[static_cast<std::size_t>(row)];
}

void LayerListModel::setRead(int layer, qint64 bytes, int files)
{
    const int row = rowOfLayer(layer);
    if (row < 0)
        return;
    m_rows[static_cast<std::size_t>(row)].bytes = bytes;
    m_rows[static_cast<std::size_t>(row)].files = files;
    m_largest = std::max(m_largest, bytes);
    // All totals above and, if it is the largest, all bars are other ones.
    Q_EMIT dataChanged(index(0), index(rowCount() - 1));
}

void LayerListModel::setStored(int layer, qint64 bytes)
{
    const int row = rowOfLayer(layer);
    if (row < 0)
        return;
    m_rows[static_cast<std::size_t>(row)].stored = bytes;
    Q_EMIT dataChanged(index(row), index(row), { StoredRole });
}

void LayerListModel::setHidden(const std::vector<qint64>& bytes)
{
    if (m_rows.empty())
        return;
    for (Row& row : m_rows)
        row.hidden = row.layer >= 0 && row.layer < static_cast<int>(bytes.size()) ? bytes[static_cast<std::size_t>(row.layer)] : -1;
    Q_EMIT dataChanged(index(0), index(rowCount() - 1), { HiddenRole, HiddenShareRole });
}

qint64 LayerListModel::totalBytes() const
{
    qint64 total = 0;
    for (const Row& row : m_rows)
        total += std::max<qint64>(0, row.bytes);
    return total;
}

qint64 LayerListModel::totalUpTo(int row) const
{
    qint64 total = 0;
    for (int i = 0; i <= row; ++i) {
        const Row& one = m_rows[static_cast<std::size_t>(i)];
        if (one.layer >= 0 && one.bytes < 0)
            return -1;
        total += std::max<qint64>(0, one.bytes);
    }
    return total;
}

double LayerListModel::share(qint64 bytes) const
{
    return m_largest > 0 && bytes > 0 ? static_cast<double>(bytes) / static_cast<double>(m_largest) : 0.0;
}

QString LayerListModel::accessibleText(const Row& row) const
{
    const QString& instruction = m_instructions[static_cast<std::size_t>(&row - m_rows.data())];
    if (row.layer < 0)
        return tr("%1, no layer").arg(instruction);
    if (row.bytes < 0)
        return tr("Layer %1: %2, not read yet").arg(row.layer).arg(instruction);
    const QString adds = layertext::bytes(static_cast<std::uint64_t>(row.bytes));
    if (row.hidden > 0)
        return tr("Layer %1: %2, adds %3, of which later layers hide %4").arg(row.layer).arg(instruction, adds, layertext::bytes(static_cast<std::uint64_t>(row.hidden)));
    return tr("Layer %1: %2, adds %3").arg(row.layer).arg(instruction, adds);
}

int LayerListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant LayerListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Row& row = this->row(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case InstructionRole:
        return m_instructions[static_cast<std::size_t>(index.row())];
    case Qt::ToolTipRole:
    case CreatedByRole:
        return row.createdBy;
    case Qt::AccessibleTextRole:
        return accessibleText(row);
    case LayerRole:
        return row.layer;
    case TopLayerRole: {
        int top = -1;
        for (int i = 0; i <= index.row(); ++i)
            top = std::max(top, m_rows[static_cast<std::size_t>(i)].layer);
        return top;
    }
    case CommentRole:
        return row.comment;
    case AuthorRole:
        return row.author;
    case CreatedRole:
        return row.created;
    case DiffIdRole:
        return row.diffId;
    case StoredRole:
        return row.stored;
    case BytesRole:
        return row.bytes;
    case TotalRole:
        return totalUpTo(index.row());
    case ShareRole:
        return share(row.bytes);
    case HiddenRole:
        return row.hidden;
    case HiddenShareRole:
        return share(std::min(row.hidden, row.bytes));
    case FilesRole:
        return row.files;
    default:
        return {};
    }
}

QHash<int, QByteArray> LayerListModel::roleNames() const
{
    auto names = QAbstractListModel::roleNames();
    names.insert({ { LayerRole, "layer" }, { TopLayerRole, "topLayer" }, { InstructionRole, "instruction" }, { CreatedByRole, "createdBy" },
        { CommentRole, "comment" }, { AuthorRole, "author" }, { CreatedRole, "created" }, { DiffIdRole, "diffId" }, { StoredRole, "stored" },
        { BytesRole, "bytes" }, { TotalRole, "total" }, { ShareRole, "share" }, { HiddenRole, "hidden" }, { HiddenShareRole, "hiddenShare" },
        { FilesRole, "files" } });
    return names;
}

} // namespace darsena::gui
