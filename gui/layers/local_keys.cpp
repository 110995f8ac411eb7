// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/local_keys.h"

#include <QAction>
#include <QKeyEvent>
#include <QWidget>

namespace darsena::gui {

void LocalKeys::add(QWidget* widget, QAction* action)
{
    if (!m_actions.contains(widget))
        widget->installEventFilter(this);
    m_actions[widget].append(action);
}

bool LocalKeys::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::ShortcutOverride && event->type() != QEvent::KeyPress)
        return false;
    const auto* key = static_cast<QKeyEvent*>(event);
    const QKeySequence pressed(key->keyCombination());
    const QList<QAction*> actions = m_actions.value(watched);
    for (QAction* action : actions) {
        if (!action->isEnabled() || action->shortcut().isEmpty() || action->shortcut() != pressed)
            continue;
        // Accepted, the override comes again as a key press instead of going to the page's shortcuts.
        if (event->type() == QEvent::KeyPress)
            action->trigger();
        event->accept();
        return true;
    }
    return false;
}

} // namespace darsena::gui
