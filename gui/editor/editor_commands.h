// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/page.h"
#include "gui/base/retranslator.h"

#include <QObject>

#include <functional>

namespace darsena::gui {

class EditorTabs;
class FindBar;
class GoToLine;

/// The commands of the text in front: their names and keys, for menu, palette and keyboard.
class EditorCommands : public QObject {
    Q_OBJECT
public:
    EditorCommands(PageContext context, EditorTabs& tabs, FindBar& find, GoToLine& goToLine);

    const QList<QAction*>& all() const { return m_all; }

private:
    void add(const QKeySequence& key, std::function<QString()> text, std::function<void()> run);
    void addOption(const QKeySequence& key, std::function<QString()> text, bool EditorOptions::* option);
    void zoom(int step);

    PageContext m_context;
    EditorTabs& m_tabs;
    QList<QAction*> m_all;
    Retranslator m_texts;
};

} // namespace darsena::gui
