// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QToolButton>

class QMenu;

namespace darsena::gui {

class Theme;

/// Which engine the window talks to and whether it answers: a dot (filled or hollow), its name, and a menu.
class EngineChip : public QToolButton {
    Q_OBJECT
public:
    enum class State { Connecting, Connected, Absent };

    explicit EngineChip(const Theme& theme, QWidget* parent = nullptr);

    /// @p name is what the engine calls itself with its version, @p detail goes into the tool tip (socket, error).
    void setState(State state, const QString& name, const QString& detail);
    State state() const { return m_state; }
    /// The menu's entries are the composition root's.
    QMenu* chipMenu() const { return m_menu; }

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void describe();
    QString mainText() const;
    QString sideText() const;

    const Theme& m_theme;
    QMenu* m_menu;
    State m_state = State::Connecting;
    QString m_name;
    QString m_detail;
};

} // namespace darsena::gui
