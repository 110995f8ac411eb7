// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/panels/builds/build_state.h"

#include <QAbstractItemModel>

namespace darsena::gui {

/// A build's log as a tree: one row per step, its lines below. Looks at a BuildState, which its owner changes only
/// between changes announced here: reset() for another plan, update() after events.
class BuildLogModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Role { MarkRole = Qt::UserRole, StageRole, NoteRole, StepRole, LineRole, IsErrorRole };

    explicit BuildLogModel(const BuildState& state, QObject* parent = nullptr);

    /// The steps are others than before.
    void reset();
    /// States changed and lines were added.
    void update();

    QModelIndex stepIndex(int step) const;

    QModelIndex index(int row, int column, const QModelIndex& parent) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent) const override;
    int columnCount(const QModelIndex& parent) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    QVariant stepData(const StepState& step, int role) const;
    static int linesOf(const StepState& step);
    static QString lineOf(const StepState& step, int row);

    const BuildState& m_state;
    std::vector<int> m_lines; ///< what the views know, by step
};

} // namespace darsena::gui
