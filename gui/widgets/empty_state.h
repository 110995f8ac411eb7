// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/theme/theme.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace darsena::gui {

/// What a page shows instead of nothing: what it is for and one button that does the first thing, or what went wrong
/// and what to do. Sits in the middle of its page.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    explicit EmptyState(const Theme& theme, const QString& iconName, QWidget* parent = nullptr);

    void setTexts(const QString& title, const QString& sentence);
    /// Empty text hides the button.
    void setButton(const QString& text);
    /// A quieter one beside it, for the other thing that one may want first.
    void setSecondButton(const QString& text);
    /// A line in monospace that can be selected and copied: the command that mends it. Empty hides it.
    void setCommand(const QString& command);
    QPushButton* button() const { return m_button; }

Q_SIGNALS:
    void triggered();
    void secondTriggered();

private:
    QLabel* m_icon;
    QLabel* m_title;
    QLabel* m_sentence;
    QLabel* m_command;
    QPushButton* m_button;
    QPushButton* m_second;
};

} // namespace darsena::gui
