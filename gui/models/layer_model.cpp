// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/layer_model.h"

#include <QLocale>

#include <algorithm>
#include <utility>

namespace darsena::gui {

LayerModel::LayerModel(QObject* parent)
    : QAbstractListModel(parent)
{
}

void LayerModel::setLayers(std::vector<model::LayerSummary> layers)
{
    beginResetModel();
    m_layers = std::move(layers);
    m_hidden.clear();
    m_totals.clear();
    m_largest = 0;
    std::int64_t total = 0;
    for (const model::LayerSummary& layer : m_layers) {
        total += layer.bytes;
        m_totals.push_back(total);
        m_largest = std::max(m_largest, layer.bytes);
    }
    endResetModel();
}

void LayerModel::setHidden(std::vector<std::int64_t> bytes)
{
    m_hidden = std::move(bytes);
    if (!m_layers.empty())
        Q_EMIT dataChanged(index(0), index(rowCount() - 1), { HiddenRole, HiddenShareRole });
}

int LayerModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_layers.size());
}

QVariant LayerModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const auto at = static_cast<std::size_t>(index.row());
    const model::LayerSummary& layer = m_layers[at];
    const auto share = [&](std::int64_t bytes) { return m_largest > 0 ? static_cast<double>(bytes) / static_cast<double>(m_largest) : 0.0; };
    switch (role) {
    case Qt::DisplayRole:
    case InstructionRole:
        return QString::fromStdString(layer.instruction.empty() ? layer.createdBy : layer.instruction).simplified();
    case Qt::ToolTipRole:
    case CreatedByRole:
        return QString::fromStdString(layer.createdBy);
    case Qt::AccessibleTextRole:
        return layer.emptyLayer
            ? tr("Step %1: %2, no files").arg(layer.index).arg(data(index, InstructionRole).toString())
            : tr("Step %1: %2, adds %3").arg(layer.index).arg(data(index, InstructionRole).toString(), QLocale().formattedDataSize(layer.bytes, 1, QLocale::DataSizeSIFormat));
    case IndexRole:
        return qint64(layer.index);
    case DiffIdRole:
        return QString::fromStdString(layer.diffId);
    case EmptyRole:
        return layer.emptyLayer;
    case BytesRole:
        return qint64(layer.bytes);
    case TotalRole:
        return qint64(m_totals[at]);
    case ShareRole:
        return share(layer.bytes);
    case HiddenShareRole:
        return at < m_hidden.size() ? std::min(share(m_hidden[at]), share(layer.bytes)) : 0.0;
    case HiddenRole:
        return at < m_hidden.size() ? qint64(m_hidden[at]) : qint64(-1);
    case FilesRole:
        return qint64(layer.files);
    default:
        return {};
    }
}

QHash<int, QByteArray> LayerModel::roleNames() const
{
    auto names = QAbstractListModel::roleNames();
    names.insert({ { IndexRole, "index" }, { InstructionRole, "instruction" }, { CreatedByRole, "createdBy" }, { DiffIdRole, "diffId" },
        { EmptyRole, "empty" }, { BytesRole, "bytes" }, { TotalRole, "total" }, { ShareRole, "share" }, { HiddenShareRole, "hiddenShare" },
        { HiddenRole, "hidden" }, { FilesRole, "files" } });
    return names;
}

} // namespace darsena::gui
