// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/navigator.h"

#include <QHash>
#include <QWidget>

class QActionGroup;
class QBoxLayout;
class QToolButton;

namespace darsena::gui {

class Theme;

/// The column of pages at the left: icon over name, one of them chosen. Its width follows the longest name.
class Rail : public QWidget {
    Q_OBJECT
public:
    explicit Rail(const Theme& theme, QWidget* parent = nullptr);

    /// Adds the next page from the top; Settings goes to the bottom. @p tip tells the shortcut.
    void addPage(PageId id, const QString& iconName);
    void setText(PageId id, const QString& text, const QString& tip);
    void setCurrent(PageId id);

Q_SIGNALS:
    void pageChosen(darsena::gui::PageId id);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    const Theme& m_theme;
    QBoxLayout* m_top;
    QBoxLayout* m_bottom;
    QHash<int, QToolButton*> m_buttons;
    QList<PageId> m_order;
};

} // namespace darsena::gui
