// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QStackedWidget;
class QTabBar;

namespace darsena::gui {

/// The right of the layer viewer: widgets in tabs. It knows none of them; the viewer adds them.
class LayerSide : public QWidget {
    Q_OBJECT
public:
    explicit LayerSide(QWidget* parent = nullptr);

    /// Takes the widget over. @p at: its place among the others; -1 = the last.
    void addTab(QWidget* widget, int at = -1);
    void setTitle(QWidget* widget, const QString& title);
    /// Brings a widget's tab to the front.
    void showTab(QWidget* widget);
    QWidget* current() const;
    QTabBar* bar() const { return m_bar; }
    int barWidth() const; ///< pixels in which all titles are whole

private:
    QTabBar* m_bar;
    QStackedWidget* m_stack;
};

} // namespace darsena::gui
