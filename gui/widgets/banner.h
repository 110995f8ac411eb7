// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/theme/theme.h"

#include <QFrame>

#include <functional>

class QLabel;
class QPushButton;

namespace darsena::gui {

/// An error or notice inside a page: what happened, why, what to do. It stays until it is closed or something else is
/// said, and takes nothing away of what the person typed. Hidden while it has nothing to say.
class Banner : public QFrame {
    Q_OBJECT
public:
    explicit Banner(const Theme& theme, QWidget* parent = nullptr);

    /// @p what happened ("web was not started."), @p why it did and what to do, in whole sentences.
    void showProblem(const QString& what, const QString& why, const QString& button = {}, std::function<void()> action = {});
    void showNotice(const QString& what, const QString& why = {}, const QString& button = {}, std::function<void()> action = {});
    QString text() const;

public Q_SLOTS:
    void dismiss();

private:
    void say(const char* look, const QString& icon, const QString& what, const QString& why, const QString& button, std::function<void()> action);

    const Theme& m_theme;
    QLabel* m_icon;
    QLabel* m_what;
    QLabel* m_why;
    QPushButton* m_button;
    QPushButton* m_close;
    std::function<void()> m_action;
};

} // namespace darsena::gui
