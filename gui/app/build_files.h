// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/page.h"
#include "gui/base/retranslator.h"

#include <QObject>

namespace darsena::gui {

class EditorTabs;
class ProjectTree;

/// The Build page's files: the tree beside the editor, and new Dockerfiles from templates.
class BuildFiles : public QObject {
    Q_OBJECT
public:
    BuildFiles(PageContext context, EditorTabs& editors, QWidget* page);

    ProjectTree* tree() const { return m_tree; }
    QList<QAction*> commands() const { return { m_newDockerfile, m_showTree, m_newFile }; }
    /// The wizard, beginning at the open project's folder.
    void openWizard();

Q_SIGNALS:
    /// A project was made: open it.
    void projectMade(const QString& dockerfile);

private:
    void toggleTree();
    void followEditors();

    PageContext m_context;
    EditorTabs& m_editors;
    QWidget* m_page;
    ProjectTree* m_tree;
    QAction* m_newDockerfile;
    QAction* m_showTree;
    QAction* m_newFile;
    Retranslator m_texts;
};

} // namespace darsena::gui
