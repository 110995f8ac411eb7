// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/page.h"
#include "gui/base/retranslator.h"

#include <QObject>

class QLabel;

namespace darsena::gui {

class EditorTabs;
class OutlineView;
class ProjectTree;
class Splitter;

/// The Build page's files: the side bar with the project's tree and the Dockerfile's outline, and new Dockerfiles from
/// templates.
class BuildFiles : public QObject {
    Q_OBJECT
public:
    BuildFiles(PageContext context, EditorTabs& editors, QWidget* page);

    QWidget* sideBar() const;
    ProjectTree* tree() const { return m_tree; }
    OutlineView* outline() const { return m_outline; }
    QList<QAction*> commands() const { return { m_newDockerfile, m_showTree, m_showOutline, m_newFile }; }
    /// The wizard, beginning at the open project's folder.
    void openWizard();

Q_SIGNALS:
    /// A project was made: open it.
    void projectMade(const QString& dockerfile);

private:
    void toggleTree();
    void showSideBar();
    void followEditors();

    PageContext m_context;
    EditorTabs& m_editors;
    QWidget* m_page;
    Splitter* m_side;
    ProjectTree* m_tree;
    QLabel* m_outlineTitle;
    OutlineView* m_outline;
    QAction* m_newDockerfile;
    QAction* m_showTree;
    QAction* m_showOutline;
    QAction* m_newFile;
    Retranslator m_texts;
};

} // namespace darsena::gui
