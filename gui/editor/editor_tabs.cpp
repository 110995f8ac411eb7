// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/editor_tabs.h"

#include "gui/base/text.h"
#include "gui/editor/dockerfile_editor.h"
#include "gui/editor/text_file.h"
#include "gui/widgets/looks.h"

#include <QAction>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolButton>

namespace darsena::gui {
namespace {

constexpr int MaxTabs = 20;

QString ignorePathFor(const QString& dockerfile)
{
    // A file of the Dockerfile's own name comes before the folder's, as BuildKit has it.
    const QString own = dockerfile + QStringLiteral(".dockerignore");
    return QFile::exists(own) ? own : QFileInfo(dockerfile).dir().filePath(QStringLiteral(".dockerignore"));
}

} // namespace

EditorTabs::EditorTabs(PageContext context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_bar(new QTabBar(this))
    , m_stack(new QStackedWidget(this))
    , m_conflict(new QFrame(this))
    , m_conflictText(makeLabel({}, "", m_conflict))
    , m_takeDisk(makeButton({}, {}, "", m_conflict))
    , m_keepMine(makeButton({}, {}, "", m_conflict))
    , m_corner(new QHBoxLayout)
    , m_open(new QAction(this))
    , m_save(new QAction(this))
    , m_close(new QAction(this))
    , m_texts(this)
{
    auto* header = new QWidget(this);
    setLook(header, "bar");
    header->setFixedHeight(metric::TabBar);
    m_bar->setDrawBase(false);
    m_bar->setExpanding(false);
    m_bar->setUsesScrollButtons(true);
    m_bar->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    m_bar->setObjectName(QStringLiteral("editor.tabs"));
    m_open->setIcon(context.theme.icon(QStringLiteral("plus"), Theme::Ink::Muted));
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(space::S, 0, space::M, 0);
    row->setSpacing(space::XS);
    row->addWidget(m_bar);
    row->addWidget(makeIconButton(m_open, header));
    row->addStretch(1);
    row->addLayout(m_corner);

    setLook(m_conflict, "notice");
    auto* question = new QHBoxLayout(m_conflict);
    question->setContentsMargins(space::M, space::S, space::M, space::S);
    m_conflictText->setWordWrap(true);
    question->addWidget(m_conflictText, 1);
    question->addWidget(m_takeDisk);
    question->addWidget(m_keepMine);
    m_conflict->hide();

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(header);
    column->addWidget(m_conflict);
    column->addWidget(m_stack, 1);

    m_open->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_O);
    m_save->setShortcut(QKeySequence::Save);
    m_close->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_W));
    connect(m_open, &QAction::triggered, this, &EditorTabs::askOpen);
    connect(m_save, &QAction::triggered, this, &EditorTabs::saveCurrent);
    connect(m_close, &QAction::triggered, this, &EditorTabs::closeCurrent);
    connect(m_bar, &QTabBar::currentChanged, this, [this](int index) {
        if (index < 0)
            return;
        m_stack->setCurrentIndex(index);
        m_conflict->hide();
        Q_EMIT currentFileChanged();
    });
    connect(m_takeDisk, &QPushButton::clicked, this, [this] {
        if (TextFile* file = currentFile())
            file->takeDisk();
        m_conflict->hide();
    });
    connect(m_keepMine, &QPushButton::clicked, this, [this] {
        if (TextFile* file = currentFile())
            file->keepMine();
        m_conflict->hide();
    });
    m_texts([this] {
        m_open->setText(tr("Open a file of the project"));
        m_save->setText(tr("Save"));
        m_close->setText(tr("Close the tab"));
        m_takeDisk->setText(tr("Take the file's text"));
        m_keepMine->setText(tr("Keep mine"));
        m_bar->setAccessibleName(tr("Open files"));
        showConflict();
        for (const Tab& tab : m_tabs)
            tab.editor->setAccessibleName(tr("Text of %1").arg(QFileInfo(tab.file->path()).fileName()));
    });
}

EditorTabs::~EditorTabs() = default;

void EditorTabs::openProject(const QString& dockerfile, const QStringList& otherFiles, int line)
{
    const QString path = QFileInfo(dockerfile).absoluteFilePath();
    if (m_dockerfile && dockerfilePath() == path) {
        showLine(line);
        return;
    }
    keepUnsavedNow();
    while (!m_tabs.empty())
        closeTab(int(m_tabs.size()) - 1);

    m_dockerfile = new DockerfileEditor(m_context.theme, this);
    addTab(path, m_dockerfile);
    TextFile* file = m_tabs.front().file;
    connect(m_dockerfile, &CodeEditor::currentLineChanged, this, &EditorTabs::currentLineChanged);
    connect(file, &TextFile::loaded, this, [this, line] {
        if (line > 0)
            m_dockerfile->goToLine(line);
        Q_EMIT projectLoaded();
        Q_EMIT textChanged();
        // What the user types from here on; the load itself is told above.
        connect(m_dockerfile, &QsciScintilla::textChanged, this, &EditorTabs::textChanged);
    });
    connect(file, &TextFile::loadFailed, this, &EditorTabs::projectFailed);

    const QString ignore = ignorePathFor(path);
    if (QFile::exists(ignore))
        openFile(ignore);
    for (const QString& other : otherFiles) {
        if (QFile::exists(other))
            openFile(other);
    }
    m_bar->setCurrentIndex(0);
}

int EditorTabs::addTab(const QString& path, CodeEditor* editor)
{
    auto* file = new TextFile(editor, path, editor);
    editor->setAccessibleName(tr("Text of %1").arg(QFileInfo(path).fileName()));
    m_tabs.push_back({ file, editor });
    m_stack->addWidget(editor);
    const int index = m_bar->addTab(QFileInfo(path).fileName());
    m_bar->setTabToolTip(index, QDir::toNativeSeparators(path));
    connect(file, &TextFile::modifiedChanged, this, &EditorTabs::updateTitles);
    connect(file, &TextFile::loaded, this, [this, file] {
        if (file == currentFile())
            Q_EMIT currentFileChanged();
    });
    connect(file, &TextFile::unsavedRestored, this, [this, path] {
        Q_EMIT notice(tr("Your unsaved text of %1 is back.").arg(QFileInfo(path).fileName()));
    });
    connect(file, &TextFile::changedOnDisk, this, [this, file] {
        for (std::size_t i = 0; i < m_tabs.size(); ++i) {
            if (m_tabs[i].file == file)
                m_bar->setCurrentIndex(int(i));
        }
        showConflict();
        m_conflict->show();
    });
    file->load();
    return index;
}

int EditorTabs::tabOf(const QString& path) const
{
    for (std::size_t i = 0; i < m_tabs.size(); ++i) {
        if (m_tabs[i].file->path() == path)
            return int(i);
    }
    return -1;
}

void EditorTabs::openFile(const QString& path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    if (const int index = tabOf(absolute); index >= 0) {
        m_bar->setCurrentIndex(index);
        return;
    }
    if (m_tabs.size() >= MaxTabs) {
        Q_EMIT notice(tr("%n file(s) are open; close one first.", nullptr, int(m_tabs.size())));
        return;
    }
    auto* editor = new CodeEditor(m_context.theme, this);
    const int index = addTab(absolute, editor);
    TextFile* file = m_tabs.back().file;
    connect(file, &TextFile::loadFailed, this, [this, file](const QString& sentence) {
        Q_EMIT notice(sentence);
        closeTab(tabOf(file->path()));
    });
    if (absolute.endsWith(QLatin1String(".dockerignore"))) {
        connect(file, &TextFile::loaded, this, &EditorTabs::textChanged);
        connect(editor, &QsciScintilla::textChanged, this, &EditorTabs::textChanged);
    }
    m_bar->setCurrentIndex(index);
}

void EditorTabs::showLine(int line)
{
    if (!m_dockerfile || line <= 0)
        return;
    m_bar->setCurrentIndex(0);
    m_dockerfile->goToLine(line);
}

QString EditorTabs::dockerfilePath() const
{
    return m_tabs.empty() ? QString() : m_tabs.front().file->path();
}

QString EditorTabs::folder() const
{
    return m_tabs.empty() ? QString() : QFileInfo(dockerfilePath()).absolutePath();
}

std::string EditorTabs::ignoreText() const
{
    const int index = tabOf(ignorePathFor(dockerfilePath()));
    return index > 0 ? m_tabs[std::size_t(index)].editor->bytes() : std::string();
}

QStringList EditorTabs::otherFiles() const
{
    QStringList paths;
    for (std::size_t i = 1; i < m_tabs.size(); ++i)
        paths.append(m_tabs[i].file->path());
    return paths;
}

QString EditorTabs::format() const
{
    const TextFile* file = currentFile();
    return file ? file->format() : QString();
}

CodeEditor* EditorTabs::currentEditor() const
{
    const int index = m_bar->currentIndex();
    return index >= 0 && index < int(m_tabs.size()) ? m_tabs[std::size_t(index)].editor : nullptr;
}

TextFile* EditorTabs::currentFile() const
{
    const int index = m_bar->currentIndex();
    return index >= 0 && index < int(m_tabs.size()) ? m_tabs[std::size_t(index)].file : nullptr;
}

bool EditorTabs::anyModified() const
{
    return std::any_of(m_tabs.begin(), m_tabs.end(), [](const Tab& tab) { return tab.file->isModified(); });
}

void EditorTabs::saveAll(std::function<void(Result<void>)> done)
{
    struct Progress {
        std::size_t waiting = 1;
        std::optional<Error> error;
        std::function<void(Result<void>)> done;
    };
    auto progress = std::make_shared<Progress>();
    progress->done = std::move(done);
    const auto one = [progress](Result<void> saved) {
        if (!saved && !progress->error)
            progress->error = saved.error();
        if (--progress->waiting == 0)
            progress->done(progress->error ? Result<void>(*progress->error) : Result<void>());
    };
    for (const Tab& tab : m_tabs) {
        if (tab.file->isModified()) {
            ++progress->waiting;
            tab.file->save(one);
        }
    }
    one({});
}

void EditorTabs::saveCurrent()
{
    TextFile* file = currentFile();
    if (!file)
        return;
    file->save([this, path = file->path()](Result<void> saved) {
        Q_EMIT notice(saved ? tr("%1 saved.").arg(QFileInfo(path).fileName()) : errorSentence(saved.error()));
    });
}

void EditorTabs::keepUnsavedNow()
{
    for (const Tab& tab : m_tabs)
        tab.file->keepUnsavedNow();
}

void EditorTabs::closeCurrent()
{
    const int index = m_bar->currentIndex();
    if (index <= 0) // the Dockerfile is the project
        return;
    TextFile* file = currentFile();
    file->save([this, path = file->path()](Result<void> saved) {
        if (saved)
            closeTab(tabOf(path));
        else
            Q_EMIT notice(errorSentence(saved.error()));
    });
}

void EditorTabs::closeTab(int index)
{
    if (index < 0)
        return;
    CodeEditor* editor = m_tabs[std::size_t(index)].editor;
    m_tabs.erase(m_tabs.begin() + index);
    if (editor == m_dockerfile)
        m_dockerfile = nullptr;
    m_stack->removeWidget(editor);
    m_bar->removeTab(index);
    editor->deleteLater();
}

void EditorTabs::updateTitles()
{
    for (std::size_t i = 0; i < m_tabs.size(); ++i) {
        const QString name = QFileInfo(m_tabs[i].file->path()).fileName();
        m_bar->setTabText(int(i), m_tabs[i].file->isModified() ? name + QStringLiteral(" •") : name);
    }
}

void EditorTabs::askOpen()
{
    auto* dialog = new QFileDialog(this, tr("Open a file of the project"), folder());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, [this](const QStringList& paths) {
        for (const QString& path : paths)
            openFile(path);
    });
    dialog->open();
}

void EditorTabs::showConflict()
{
    const TextFile* file = currentFile();
    m_conflictText->setText(file ? tr("Another program changed %1 while you have unsaved text.")
                                       .arg(QFileInfo(file->path()).fileName())
                                 : QString());
}

} // namespace darsena::gui
