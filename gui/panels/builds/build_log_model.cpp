// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/builds/build_log_model.h"

#include "gui/base/text.h"

namespace darsena::gui {

BuildLogModel::BuildLogModel(const BuildState& state, QObject* parent)
    : QAbstractItemModel(parent)
    , m_state(state)
{
}

int BuildLogModel::linesOf(const StepState& step)
{
    return int(step.log.size()) + (step.error.isEmpty() ? 0 : 1);
}

QString BuildLogModel::lineOf(const StepState& step, int row)
{
    return row < int(step.log.size()) ? step.log[row] : step.error;
}

void BuildLogModel::reset()
{
    beginResetModel();
    m_lines.clear();
    for (const StepState& step : m_state.steps())
        m_lines.push_back(linesOf(step));
    endResetModel();
}

void BuildLogModel::update()
{
    if (m_lines.size() != m_state.steps().size()) {
        reset();
        return;
    }
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        const int now = linesOf(m_state.steps()[i]);
        if (now > m_lines[i]) {
            beginInsertRows(stepIndex(int(i)), m_lines[i], now - 1);
            m_lines[i] = now;
            endInsertRows();
        } else if (now < m_lines[i]) { // the oldest lines went: every row reads differently
            beginRemoveRows(stepIndex(int(i)), now, m_lines[i] - 1);
            m_lines[i] = now;
            endRemoveRows();
        }
    }
    if (!m_lines.empty())
        Q_EMIT dataChanged(stepIndex(0), stepIndex(int(m_lines.size()) - 1));
}

QModelIndex BuildLogModel::stepIndex(int step) const
{
    return step >= 0 && step < int(m_lines.size()) ? createIndex(step, 0, quintptr(0)) : QModelIndex();
}

QModelIndex BuildLogModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    // A line's id is its step's row + 1; a step's is 0.
    return parent.isValid() ? createIndex(row, column, quintptr(parent.row() + 1)) : createIndex(row, column, quintptr(0));
}

QModelIndex BuildLogModel::parent(const QModelIndex& child) const
{
    if (!child.isValid() || child.internalId() == 0)
        return {};
    return createIndex(int(child.internalId()) - 1, 0, quintptr(0));
}

int BuildLogModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid())
        return int(m_lines.size());
    if (parent.internalId() != 0 || parent.column() != 0)
        return 0;
    return m_lines[std::size_t(parent.row())];
}

int BuildLogModel::columnCount(const QModelIndex&) const
{
    return 1;
}

QVariant BuildLogModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const bool line = index.internalId() != 0;
    const std::size_t step = line ? std::size_t(index.internalId()) - 1 : std::size_t(index.row());
    if (step >= m_state.steps().size())
        return {};
    const StepState& state = m_state.steps()[step];
    if (role == StepRole)
        return int(step);
    if (!line)
        return stepData(state, role);
    if (index.row() >= linesOf(state))
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return lineOf(state, index.row());
    case LineRole:
        return index.row() + 1;
    case IsErrorRole:
        return index.row() >= int(state.log.size());
    default:
        return {};
    }
}

QVariant BuildLogModel::stepData(const StepState& step, int role) const
{
    switch (role) {
    case Qt::DisplayRole:
        return stepTitle(step.info);
    case Qt::AccessibleTextRole:
        return QStringLiteral("%1, %2, %3").arg(stageTitle(step.info), stepTitle(step.info), markName(step.mark));
    case StageRole:
        return stageTitle(step.info);
    case MarkRole:
        return int(step.mark);
    case NoteRole: {
        QStringList parts;
        if (step.mark == Mark::Cached)
            parts.append(markName(step.mark));
        if (step.bytes > 0)
            parts.append(formatBytes(step.bytes));
        if (step.mark == Mark::Done || step.mark == Mark::Failed)
            parts.append(formatDuration(std::chrono::milliseconds(step.milliseconds)));
        if (step.mark == Mark::Skipped || step.mark == Mark::Running)
            parts.append(markName(step.mark));
        return parts.join(QStringLiteral(" · "));
    }
    case Qt::ToolTipRole:
        return step.reason();
    default:
        return {};
    }
}

} // namespace darsena::gui
