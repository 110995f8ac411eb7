// SPDX-License-Identifier: GPL-3.0-or-later
// Tabs and the files in them; saving is in editor_saving.cpp.
#include "gui/editor/editor_tabs.h"

#include "gui/base/text.h"
#include "gui/editor/dockerfile_editor.h"
#include "gui/editor/editor_commands.h"
#include "gui/editor/find_bar.h"
#include "gui/editor/go_to_line.h"
#include "gui/editor/language_editor.h"
#include "gui/editor/text_file.h"
#include "gui/settings/settings.h"
#include "gui/widgets/looks.h"

#include <QAction>
#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QMouseEvent>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolButton>

namespace darsena::gui {
namespace {

constexpr int MaxTabs = 20;
constexpr int CloseIcon = 12, CloseButton = 16;

QString ignorePathFor(const QString& dockerfile, const QString& folder)
{
    // A file of the Dockerfile's own name comes before the folder's, as BuildKit has it.
    const QString own = dockerfile + QStringLiteral(".dockerignore");
    return QFile::exists(own) ? own : QDir(folder).filePath(QStringLiteral(".dockerignore"));
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
    , m_takeBoth(makeButton({}, {}, "", m_conflict))
    , m_find(new FindBar(context.theme, this))
    , m_goToLine(new GoToLine(context.theme, this))
    , m_leading(new QHBoxLayout)
    , m_corner(new QHBoxLayout)
    , m_newMenu(new QMenu(this))
    , m_new(new QAction(this))
    , m_open(new QAction(this))
    , m_save(new QAction(this))
    , m_close(new QAction(this))
    , m_commands(new EditorCommands(context, *this, *m_find, *m_goToLine))
    , m_texts(this)
{
    makeConflictBar();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeHeader());
    column->addWidget(m_find);
    column->addWidget(m_goToLine);
    column->addWidget(m_conflict);
    column->addWidget(m_stack, 1);

    m_open->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_O);
    m_save->setShortcut(QKeySequence::Save);
    m_close->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_W));
    connect(m_open, &QAction::triggered, this, &EditorTabs::askOpen);
    connect(m_save, &QAction::triggered, this, &EditorTabs::saveCurrent);
    connect(m_close, &QAction::triggered, this, &EditorTabs::closeCurrent);
    connect(m_find, &FindBar::notice, this, &EditorTabs::notice);
    m_changed.setSingleShot(true);
    m_changed.setInterval(0);
    connect(&m_changed, &QTimer::timeout, this, &EditorTabs::textChanged);
    m_autosave.setSingleShot(true);
    m_autosave.setInterval(1000);
    connect(&m_autosave, &QTimer::timeout, this, &EditorTabs::autosave);
    connect(qGuiApp, &QGuiApplication::applicationStateChanged, this, [this](Qt::ApplicationState state) {
        if (state != Qt::ApplicationActive)
            autosave();
    });
    connect(&context.settings, &Settings::editorChanged, this, [this](const EditorOptions& options) {
        for (const Tab& tab : m_tabs)
            tab.editor->applyOptions(options);
        if (options.autosave)
            m_autosave.start();
    });
    m_texts([this] {
        m_new->setText(tr("New or open"));
        m_open->setText(tr("Open a file of the project"));
        m_save->setText(tr("Save"));
        m_close->setText(tr("Close the tab"));
        m_takeDisk->setText(tr("Take the file's text"));
        m_keepMine->setText(tr("Keep mine"));
        m_takeBoth->setText(tr("Show both"));
        m_takeBoth->setToolTip(tr("Both texts, with marks where they differ"));
        m_bar->setAccessibleName(tr("Open files"));
        showConflict();
        updateTitles();
        for (const Tab& tab : m_tabs)
            tab.editor->setAccessibleName(tr("Text of %1").arg(QFileInfo(tab.file->path()).fileName()));
        if (currentFile())
            Q_EMIT currentFileChanged();
    });
}

EditorTabs::~EditorTabs() = default;

QWidget* EditorTabs::makeHeader()
{
    auto* header = new QWidget(this);
    setLook(header, "bar");
    header->setFixedHeight(metric::TabBar);
    m_bar->setDrawBase(false);
    m_bar->setExpanding(false);
    m_bar->setUsesScrollButtons(true);
    m_bar->setElideMode(Qt::ElideNone);
    m_bar->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    m_bar->setObjectName(QStringLiteral("editor.tabs"));
    m_bar->setContextMenuPolicy(Qt::CustomContextMenu);
    m_bar->installEventFilter(this);
    connect(m_bar, &QTabBar::currentChanged, this, &EditorTabs::tabShown);
    connect(m_bar, &QWidget::customContextMenuRequested, this, &EditorTabs::showTabMenu);

    m_new->setIcon(m_context.theme.icon(QStringLiteral("plus"), Theme::Ink::Muted));
    m_newMenu->setObjectName(QStringLiteral("editor.new"));
    m_newMenu->addAction(m_open);
    QToolButton* add = makeIconButton(m_new, header);
    add->setObjectName(QStringLiteral("editor.add"));
    add->setMenu(m_newMenu);
    add->setPopupMode(QToolButton::InstantPopup);
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(space::S, 0, space::M, 0);
    row->setSpacing(space::XS);
    row->addLayout(m_leading);
    row->addWidget(m_bar);
    row->addWidget(add);
    row->addStretch(1);
    row->addLayout(m_corner);
    return header;
}

void EditorTabs::makeConflictBar()
{
    setLook(m_conflict, "notice");
    m_conflict->setObjectName(QStringLiteral("editor.conflict"));
    auto* question = new QVBoxLayout(m_conflict);
    question->setContentsMargins(space::M, space::S, space::M, space::S);
    m_conflictText->setWordWrap(true);
    question->addWidget(m_conflictText);
    auto* answers = new QHBoxLayout;
    answers->setSpacing(space::S);
    for (QPushButton* answer : { m_takeDisk, m_keepMine, m_takeBoth })
        answers->addWidget(answer);
    answers->addStretch(1);
    question->addLayout(answers);
    m_conflict->hide();
    const auto decide = [this](QPushButton* button, void (TextFile::*decision)()) {
        connect(button, &QPushButton::clicked, this, [this, decision] {
            m_conflict->hide();
            if (TextFile* file = currentFile()) {
                (file->*decision)();
                file->editor()->setFocus();
            }
        });
    };
    decide(m_takeDisk, &TextFile::takeDisk);
    decide(m_keepMine, &TextFile::keepMine);
    decide(m_takeBoth, &TextFile::takeBoth);
}

QList<QAction*> EditorTabs::commands() const
{
    return QList<QAction*> { m_open, m_save, m_close } + m_commands->all();
}

void EditorTabs::openProject(const QString& dockerfile, const QStringList& otherFiles, int line)
{
    const QString path = QFileInfo(dockerfile).absoluteFilePath();
    if (m_dockerfile && projectDockerfile() == path) {
        m_bar->setCurrentIndex(0);
        showLine(line);
        return;
    }
    keepUnsavedNow();
    while (!m_tabs.empty())
        closeTab(int(m_tabs.size()) - 1);

    addDockerfileTab(path);
    TextFile* file = m_tabs.front().file;
    DockerfileEditor* editor = m_tabs.front().dockerfile;
    m_dockerfile = editor;
    connect(file, &TextFile::loaded, this, [this, editor, line] {
        if (line > 0)
            editor->goToLine(line);
        Q_EMIT projectLoaded();
        Q_EMIT textChanged();
    });
    connect(file, &TextFile::loadFailed, this, &EditorTabs::projectFailed);
    file->load();

    const QString ignore = ignorePath();
    if (QFile::exists(ignore))
        openFile(ignore);
    for (const QString& other : otherFiles) {
        if (QFile::exists(other))
            openFile(other);
    }
    m_bar->setCurrentIndex(0);
}

int EditorTabs::addTab(const QString& path, CodeEditor* editor, DockerfileEditor* dockerfile)
{
    auto* file = new TextFile(editor, path, editor);
    editor->setAccessibleName(tr("Text of %1").arg(QFileInfo(path).fileName()));
    editor->applyOptions(m_context.settings.editor());
    m_tabs.push_back({ file, editor, dockerfile });
    m_stack->addWidget(editor);
    connectFile(file);
    // Last: it may be shown at once.
    const int index = m_bar->addTab(QFileInfo(path).fileName());
    m_bar->setTabToolTip(index, QDir::toNativeSeparators(path));
    if (index > 0) { // the first is the project itself
        auto* close = new QToolButton(m_bar);
        close->setIcon(m_context.theme.icon(QStringLiteral("close"), Theme::Ink::Muted));
        close->setIconSize(QSize(CloseIcon, CloseIcon));
        close->setFixedSize(CloseButton, CloseButton);
        close->setStyleSheet(QStringLiteral("QToolButton { padding: 0; border: none; border-radius: 4px; }"));
        close->setFocusPolicy(Qt::NoFocus); // Ctrl+W
        m_bar->setTabButton(index, QTabBar::RightSide, close);
        connect(close, &QToolButton::clicked, file, [this, file] { saveAndClose(file); });
    }
    updateTitles();
    return index;
}

void EditorTabs::connectFile(TextFile* file)
{
    CodeEditor* editor = file->editor();
    connect(file, &TextFile::modifiedChanged, this, &EditorTabs::updateTitles);
    const auto tellFormat = [this, file] {
        if (file == currentFile())
            Q_EMIT currentFileChanged();
    };
    connect(file, &TextFile::loaded, this, tellFormat);
    connect(file, &TextFile::formatChanged, this, tellFormat);
    const auto say = [this, file](const QString& sentence) {
        Q_EMIT notice(sentence.arg(QFileInfo(file->path()).fileName()));
    };
    connect(file, &TextFile::unsavedRestored, this, [say] { say(tr("Your unsaved text of %1 is back.")); });
    connect(file, &TextFile::merged, this, [say] { say(tr("What another program changed in %1 was merged with your text.")); });
    connect(file, &TextFile::deletedOnDisk, this, [say] { say(tr("%1 was deleted by another program; saving puts it back.")); });
    connect(file, &TextFile::reloaded, m_conflict, [this, file] {
        if (file == currentFile())
            m_conflict->hide();
    });
    connect(editor, &CodeEditor::refused, this, [say] { say(tr("%1 is read only: it cannot be changed here.")); });
    connect(editor, &CodeEditor::zoomed, this, [this](int level) {
        EditorOptions options = m_context.settings.editor();
        options.zoom = level;
        m_context.settings.setEditor(options);
    });
    connect(editor, &QsciScintilla::textChanged, this, [this, file] {
        if (file->isLoaded() && m_context.settings.editor().autosave)
            m_autosave.start();
    });
    connect(file, &TextFile::changedOnDisk, this, [this, file] {
        m_bar->setCurrentIndex(tabOf(file));
        showConflict();
    });
}

void EditorTabs::addDockerfileTab(const QString& path)
{
    auto* editor = new DockerfileEditor(m_context.theme, this);
    addTab(path, editor, editor);
    TextFile* file = m_tabs.back().file;
    connect(editor, &CodeEditor::currentLineChanged, this, [this, editor](int line) {
        if (editor == m_dockerfile)
            Q_EMIT currentLineChanged(line);
    });
    const auto changed = [this, file, editor] {
        if (editor == m_dockerfile && file->isLoaded())
            m_changed.start();
    };
    connect(file, &TextFile::loaded, this, changed);
    connect(editor, &QsciScintilla::textChanged, this, changed);
}

int EditorTabs::tabOf(const QString& path) const
{
    for (std::size_t i = 0; i < m_tabs.size(); ++i) {
        if (m_tabs[i].file->path() == path)
            return int(i);
    }
    return -1;
}

int EditorTabs::tabOf(const TextFile* file) const
{
    for (std::size_t i = 0; i < m_tabs.size(); ++i) {
        if (m_tabs[i].file == file)
            return int(i);
    }
    return -1;
}

void EditorTabs::openFile(const QString& path)
{
    const QString absolute = QDir::cleanPath(QFileInfo(path).absoluteFilePath());
    if (const int index = tabOf(absolute); index >= 0) {
        m_bar->setCurrentIndex(index);
        return;
    }
    if (m_tabs.size() >= MaxTabs) {
        Q_EMIT notice(tr("%n file(s) are open; close one first.", nullptr, int(m_tabs.size())));
        return;
    }
    if (isDockerfileName(absolute)) {
        addDockerfileTab(absolute);
    } else {
        auto* editor = new LanguageEditor(m_context.theme, this);
        addTab(absolute, editor, nullptr);
        TextFile* file = m_tabs.back().file;
        connect(file, &TextFile::loaded, editor, [file, editor] {
            if (!file->isLarge())
                editor->setLanguage(languageOf(file->path(), editor->bytesOf(0, 200)));
        });
        if (absolute.endsWith(QLatin1String(".dockerignore"))) {
            connect(file, &TextFile::loaded, &m_changed, qOverload<>(&QTimer::start));
            connect(editor, &QsciScintilla::textChanged, &m_changed, qOverload<>(&QTimer::start));
        }
    }
    TextFile* file = m_tabs.back().file;
    connect(file, &TextFile::loadFailed, this, [this, file](const QString& sentence) {
        Q_EMIT notice(sentence);
        closeTab(tabOf(file));
    });
    file->load();
    m_bar->setCurrentIndex(int(m_tabs.size()) - 1);
}

void EditorTabs::tabShown(int index)
{
    if (index < 0 || index >= int(m_tabs.size()))
        return;
    const Tab& tab = m_tabs[std::size_t(index)];
    m_stack->setCurrentIndex(index);
    m_find->setEditor(tab.editor);
    m_goToLine->hide();
    showConflict();
    Q_EMIT currentFileChanged();
    autosave();
    if (tab.dockerfile && tab.dockerfile != m_dockerfile) {
        m_dockerfile = tab.dockerfile;
        Q_EMIT dockerfileChanged();
        m_changed.start();
    }
}

void EditorTabs::showLine(int line)
{
    if (!m_dockerfile || line <= 0)
        return;
    m_bar->setCurrentIndex(tabOf(dockerfilePath()));
    m_dockerfile->goToLine(line);
}

void EditorTabs::fileRenamed(const QString& from, const QString& to)
{
    for (const Tab& tab : m_tabs) {
        const QString& path = tab.file->path();
        if (path != from && !path.startsWith(from + QLatin1Char('/')))
            continue;
        tab.file->setPath(to + path.mid(from.size()));
        const int index = tabOf(tab.file);
        m_bar->setTabToolTip(index, QDir::toNativeSeparators(tab.file->path()));
        tab.editor->setAccessibleName(tr("Text of %1").arg(QFileInfo(tab.file->path()).fileName()));
        auto* editor = qobject_cast<LanguageEditor*>(tab.editor);
        if (editor && !tab.file->isLarge() && !isDockerfileName(tab.file->path()))
            editor->setLanguage(languageOf(tab.file->path(), editor->bytesOf(0, 200)));
    }
    updateTitles();
    Q_EMIT currentFileChanged();
}

QString EditorTabs::projectDockerfile() const
{
    return m_tabs.empty() ? QString() : m_tabs.front().file->path();
}

QString EditorTabs::dockerfilePath() const
{
    for (const Tab& tab : m_tabs) {
        if (tab.dockerfile && tab.dockerfile == m_dockerfile)
            return tab.file->path();
    }
    return {};
}

QString EditorTabs::folder() const
{
    return m_tabs.empty() ? QString() : QFileInfo(projectDockerfile()).absolutePath();
}

QString EditorTabs::ignorePath() const
{
    return ignorePathFor(dockerfilePath(), folder());
}

std::string EditorTabs::ignoreText() const
{
    const int index = tabOf(ignorePath());
    return index > 0 ? m_tabs[std::size_t(index)].editor->bytes() : std::string();
}

CodeEditor* EditorTabs::ignoreEditor() const
{
    const int index = tabOf(ignorePath());
    return index > 0 ? m_tabs[std::size_t(index)].editor : nullptr;
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
    if (!file)
        return {};
    const QString language = languageName(languageOf(file->path()));
    return language.isEmpty() ? file->format() : file->format() + QStringLiteral(" · ") + language;
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

bool EditorTabs::analysable() const
{
    return m_dockerfile && m_dockerfile->length() <= largeTextBytes;
}

void EditorTabs::stepTab(int step)
{
    if (const int count = m_bar->count(); count > 1)
        m_bar->setCurrentIndex((m_bar->currentIndex() + step + count) % count);
    if (CodeEditor* editor = currentEditor())
        editor->setFocus();
}

void EditorTabs::closeTab(int index)
{
    if (index < 0)
        return;
    const Tab tab = m_tabs[std::size_t(index)];
    m_tabs.erase(m_tabs.begin() + index);
    const bool wasInQuestion = tab.dockerfile && tab.dockerfile == m_dockerfile;
    if (wasInQuestion)
        m_dockerfile = m_tabs.empty() ? nullptr : m_tabs.front().dockerfile;
    if (m_tabs.empty())
        m_find->setEditor(nullptr);
    m_stack->removeWidget(tab.editor);
    m_bar->removeTab(index);
    tab.editor->disconnect(this);
    tab.file->disconnect(this);
    tab.editor->deleteLater();
    updateTitles();
    tabShown(m_bar->currentIndex());
    if (wasInQuestion && m_dockerfile) {
        Q_EMIT dockerfileChanged();
        m_changed.start();
    }
}

void EditorTabs::updateTitles()
{
    QHash<QString, int> names;
    for (const Tab& tab : m_tabs)
        ++names[QFileInfo(tab.file->path()).fileName()];
    for (std::size_t i = 0; i < std::min(m_tabs.size(), std::size_t(m_bar->count())); ++i) {
        const QFileInfo info(m_tabs[i].file->path());
        QString title = info.fileName();
        // Two of a name are told apart by their folders.
        if (names[title] > 1)
            title += QStringLiteral(" — ") + info.dir().dirName();
        m_bar->setTabText(int(i), m_tabs[i].file->isModified() ? title + QStringLiteral(" •") : title);
        if (QWidget* close = m_bar->tabButton(int(i), QTabBar::RightSide)) {
            close->setToolTip(tr("Close %1").arg(title));
            close->setAccessibleName(close->toolTip());
        }
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
    m_conflict->setVisible(file && file->isUndecided());
    m_conflictText->setText(file ? tr("Another program changed lines of %1 that you have changed too.")
                                       .arg(QFileInfo(file->path()).fileName())
                                 : QString());
}

void EditorTabs::showTabMenu(const QPoint& at)
{
    const int index = m_bar->tabAt(at);
    if (index < 0 || index >= int(m_tabs.size()))
        return;
    TextFile* file = m_tabs[std::size_t(index)].file;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (index > 0)
        menu->addAction(tr("Close"), file, [this, file] { saveAndClose(file); });
    menu->addAction(tr("Close the others"), file, [this, file] {
        for (std::size_t i = m_tabs.size(); i-- > 1;) {
            if (m_tabs[i].file != file)
                saveAndClose(m_tabs[i].file);
        }
    });
    menu->addSeparator();
    menu->addAction(tr("Copy the path"), file, [file] { QGuiApplication::clipboard()->setText(file->path()); });
    menu->addAction(tr("Show in the project tree"), file, [this, file] { Q_EMIT showInTree(file->path()); });
    menu->popup(m_bar->mapToGlobal(at));
}

bool EditorTabs::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_bar && event->type() == QEvent::MouseButtonRelease) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        const int index = m_bar->tabAt(mouse->pos());
        if (mouse->button() == Qt::MiddleButton && index > 0 && index < int(m_tabs.size())) {
            saveAndClose(m_tabs[std::size_t(index)].file);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace darsena::gui
