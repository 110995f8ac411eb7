// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/panels/builds/build_state.h"

#include <QAbstractScrollArea>

namespace darsena::gui {

class Theme;

/// The steps of a build over time: a bar each, by state; what is cached is a short bar that says so.
/// Up and down choose a step, Enter goes to its line.
class TimelineView : public QAbstractScrollArea {
    Q_OBJECT
public:
    TimelineView(const Theme& theme, const BuildState& state, QWidget* parent = nullptr);

    /// The state has changed; @p now is where running bars end.
    void refresh(qint64 now);
    void selectStep(int step);

Q_SIGNALS:
    void stepSelected(int step);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void updateRange();
    void choose(int step);
    QString noteOf(const StepState& step) const;

    const Theme& m_theme;
    const BuildState& m_state;
    qint64 m_now = 0;
    int m_selected = -1;
};

} // namespace darsena::gui
