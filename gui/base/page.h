// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/navigator.h"

#include <QList>
#include <QWidget>

class QAction;

namespace darsena::gui {

class Settings;
class Theme;

/// What every page gets from the composition root. The objects outlive all pages.
struct PageContext {
    Theme& theme;
    Settings& settings;
    Navigator& navigator;
};

/// One page of the rail. The frame shows its title and breadcrumb in the top bar and its actions in the command
/// palette. A page's constructor is cheap: it asks the engine nothing before activated().
class Page : public QWidget {
    Q_OBJECT
public:
    explicit Page(PageId id, QWidget* parent = nullptr);

    PageId id() const { return m_id; }
    /// The name in the rail and the beginning of the title, translated.
    virtual QString title() const = 0;
    /// What follows the title in the top bar: an image's name, a project's folder. Empty when the page shows a list.
    virtual QStringList breadcrumb() const { return {}; }
    /// The page's commands: with text, shortcut and, if wanted, icon. The page owns them; their shortcuts' context
    /// must be Qt::WidgetWithChildrenShortcut or, where they make sense everywhere, Qt::WindowShortcut.
    virtual QList<QAction*> commands() const { return {}; }

    /// The page has come to the front (again).
    virtual void activated() { }
    /// The window is closing: save what must not be lost. Must not ask the user and must not block.
    virtual void aboutToClose() { }

Q_SIGNALS:
    /// title() or breadcrumb() reads differently now.
    void titleChanged();

private:
    PageId m_id;
};

} // namespace darsena::gui
