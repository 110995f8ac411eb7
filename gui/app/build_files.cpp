// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/app/build_files.h"

#include "gui/editor/code_editor.h"
#include "gui/editor/editor_tabs.h"
#include "gui/editor/new_dockerfile_dialog.h"
#include "gui/editor/outline_view.h"
#include "gui/editor/project_tree.h"
#include "gui/editor/text_file.h"
#include "gui/settings/settings.h"
#include "gui/widgets/looks.h"
#include "gui/widgets/splitter.h"

#include <QAction>
#include <QBoxLayout>
#include <QDir>
#include <QLabel>
#include <QMenu>
#include <QToolButton>
#include <QTreeView>

namespace darsena::gui {

BuildFiles::BuildFiles(PageContext context, EditorTabs& editors, QWidget* page)
    : QObject(page)
    , m_context(context)
    , m_editors(editors)
    , m_page(page)
    , m_side(new Splitter(Qt::Vertical, context.settings, QStringLiteral("build/side"), page))
    , m_tree(new ProjectTree(context, m_side))
    , m_newDockerfile(new QAction(this))
    , m_showTree(new QAction(this))
    , m_showOutline(new QAction(this))
    , m_newFile(new QAction(this))
    , m_texts(page)
{
    auto* lower = new QWidget(m_side);
    setLook(lower, "surface");
    m_outlineTitle = makeLabel({}, "small", lower);
    m_outlineTitle->setContentsMargins(space::M, space::S, space::M, space::XS);
    m_outline = new OutlineView(context.theme, lower);
    auto* column = new QVBoxLayout(lower);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_outlineTitle);
    column->addWidget(m_outline, 1);
    m_side->addWidget(m_tree);
    m_side->addWidget(lower);
    m_side->restore({ 300, 240 });

    m_newDockerfile->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_N);
    m_showTree->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_E);
    m_newFile->setShortcut(QKeySequence::New);
    m_showOutline->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_O);
    m_showTree->setCheckable(true);
    m_showTree->setIcon(context.theme.icon(QStringLiteral("sidebar"), Theme::Ink::Muted));
    for (QAction* action : { m_newDockerfile, m_showTree, m_showOutline, m_newFile }) {
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        page->addAction(action);
    }
    const bool shown = context.settings.projectTreeShown();
    m_side->setVisible(shown);
    m_showTree->setChecked(shown);
    editors.leadingLayout()->addWidget(makeIconButton(m_showTree, &editors));
    editors.newMenu()->insertAction(editors.newMenu()->actions().constFirst(), m_newFile);
    editors.newMenu()->insertAction(m_newFile, m_newDockerfile);

    connect(m_newDockerfile, &QAction::triggered, this, &BuildFiles::openWizard);
    connect(m_showTree, &QAction::triggered, this, &BuildFiles::toggleTree);
    connect(m_showOutline, &QAction::triggered, this, [this] {
        showSideBar();
        m_outline->setFocus();
    });
    connect(m_newFile, &QAction::triggered, this, [this] {
        if (m_editors.hasProject())
            m_tree->newFile();
        else
            openWizard();
    });
    connect(m_tree, &ProjectTree::fileActivated, this, [this](const QString& path) {
        m_editors.openFile(path);
        if (CodeEditor* editor = m_editors.currentEditor())
            editor->setFocus();
    });
    connect(m_tree, &ProjectTree::renamed, this, [this](const QString& from, const QString& to) {
        const QString before = m_editors.projectDockerfile();
        m_editors.fileRenamed(from, to);
        if (m_editors.projectDockerfile() != before) { // the next window is to find it
            m_context.settings.setLastDockerfile(m_editors.projectDockerfile());
            m_context.settings.addRecentProject(m_editors.projectDockerfile());
        }
    });
    connect(m_tree, &ProjectTree::notice, this, [this](const QString& text) { m_context.navigator.notify(text); });
    connect(&m_editors, &EditorTabs::showInTree, this, [this](const QString& path) {
        showSideBar();
        m_tree->showFile(path);
        m_tree->view()->setFocus();
    });
    connect(&m_editors, &EditorTabs::projectLoaded, this, &BuildFiles::followEditors);
    connect(&m_editors, &EditorTabs::textChanged, this,
        [this] { m_tree->setIgnore(m_editors.ignorePath(), m_editors.ignoreText()); });
    connect(&m_editors, &EditorTabs::currentFileChanged, this, [this] {
        const TextFile* file = m_editors.currentFile();
        if (file && !m_tree->view()->hasFocus())
            m_tree->showFile(file->path());
    });
    m_texts([this] {
        m_newDockerfile->setText(tr("New Dockerfile from a template…"));
        m_showTree->setText(tr("Project tree"));
        m_showOutline->setText(tr("Outline of the Dockerfile"));
        m_outlineTitle->setText(tr("Outline"));
        m_newFile->setText(tr("New file…"));
    });
}

void BuildFiles::followEditors()
{
    m_tree->setFolder(m_editors.folder());
    m_tree->setIgnore(m_editors.ignorePath(), m_editors.ignoreText());
    if (const TextFile* file = m_editors.currentFile())
        m_tree->showFile(file->path());
}

QWidget* BuildFiles::sideBar() const
{
    return m_side;
}

void BuildFiles::showSideBar()
{
    m_context.settings.setProjectTreeShown(true);
    m_showTree->setChecked(true);
    m_side->show();
}

void BuildFiles::toggleTree()
{
    // Shown but elsewhere with the keyboard: the key goes there, and only then away.
    const bool goThere = !m_tree->isVisible() || !m_tree->view()->hasFocus();
    const bool byKey = !qobject_cast<QToolButton*>(m_page->focusWidget());
    const bool show = byKey ? goThere : !m_tree->isVisible();
    m_side->setVisible(show);
    m_showTree->setChecked(show);
    m_context.settings.setProjectTreeShown(show);
    if (show)
        m_tree->view()->setFocus();
    else if (CodeEditor* editor = m_editors.currentEditor())
        editor->setFocus();
}

void BuildFiles::openWizard()
{
    const QString folder = m_editors.hasProject() ? m_editors.folder() : QDir::homePath() + QStringLiteral("/my-image");
    auto* dialog = new NewDockerfileDialog(m_context, folder, m_page->window());
    connect(dialog, &NewDockerfileDialog::created, this, &BuildFiles::projectMade);
    dialog->open();
}

} // namespace darsena::gui
