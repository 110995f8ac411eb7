// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/panels/builds/build_state.h"

#include <QWidget>

class QFormLayout;
class QLabel;
class QPushButton;

namespace darsena::gui {

class ElidedLabel;
class Theme;

/// The instruction that is selected in editor and graph: what it is, what the last build did with it and why.
class StepPanel : public QWidget {
    Q_OBJECT
public:
    explicit StepPanel(const Theme& theme, QWidget* parent = nullptr);

    /// @p line 0: nothing is selected. @p step: of the last build, or null; read during the call only.
    void showStep(int line, const QString& instruction, const StepState* step);

Q_SIGNALS:
    void logRequested();

protected:
    void changeEvent(QEvent* event) override;

private:
    void describe();

    const Theme& m_theme;
    ElidedLabel* m_title;
    QLabel* m_sentence;
    QLabel* m_names[3];
    QLabel* m_values[3];
    QPushButton* m_log;
    int m_line = 0;
    QString m_instruction;
    std::optional<StepState> m_step;
};

} // namespace darsena::gui
