// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "gui/base/page.h"
#include "gui/base/retranslator.h"

#include <QTimer>
#include <QWidget>

#include <functional>
#include <vector>

class QAction;
class QBoxLayout;
class QFrame;
class QLabel;
class QMenu;
class QPushButton;
class QStackedWidget;
class QTabBar;

namespace darsena::gui {

class CodeEditor;
class DockerfileEditor;
class EditorCommands;
class FindBar;
class GoToLine;
class TextFile;

/// The text files of one project in tabs: its Dockerfile first, its .dockerignore if there is one, others as opened.
/// Several may be Dockerfiles; the one that was in front last is what the page around shows and builds. Above the text
/// are the search, and a bar that asks when another program changed the lines that unsaved text stands in.
class EditorTabs : public QWidget {
    Q_OBJECT
public:
    explicit EditorTabs(PageContext context, QWidget* parent = nullptr);
    ~EditorTabs() override;

    /// Opens a project by its Dockerfile, instead of the one before, whose unsaved text is kept aside.
    void openProject(const QString& dockerfile, const QStringList& otherFiles, int line);
    void openFile(const QString& path);
    /// Shows the Dockerfile's tab at a line.
    void showLine(int line);
    /// A file, or everything in a folder, has another name now: its tabs follow.
    void fileRenamed(const QString& from, const QString& to);

    bool hasProject() const { return m_dockerfile != nullptr; }
    /// The Dockerfile in question: the one that was in front last.
    DockerfileEditor* dockerfile() const { return m_dockerfile; }
    QString dockerfilePath() const;
    /// The Dockerfile by which the project was opened.
    QString projectDockerfile() const;
    /// The folder of the project's Dockerfile: the build context.
    QString folder() const;
    /// The .dockerignore that counts for the Dockerfile, and its text as it stands in its tab; empty without a tab.
    QString ignorePath() const;
    std::string ignoreText() const;
    /// The tab's editor of it; nullptr without a tab.
    CodeEditor* ignoreEditor() const;
    QStringList otherFiles() const;
    QString format() const;
    CodeEditor* currentEditor() const;
    TextFile* currentFile() const;
    /// The Dockerfile is not too long to work something out from it.
    bool analysable() const;

    /// Saves every modified file; done comes with the first error, or ok.
    void saveAll(std::function<void(Result<void>)> done);
    void saveCurrent();
    void closeCurrent();
    void formatCurrent();
    void stepTab(int step);
    bool anyModified() const;
    /// Keeps unsaved text aside before the window closes; it is back when the file is opened again.
    void keepUnsavedNow();

    QAction* openAction() const { return m_open; }
    QAction* saveAction() const { return m_save; }
    QAction* closeAction() const { return m_close; }
    /// Everything that can be done with a text: for the palette.
    QList<QAction*> commands() const;
    /// What the button behind the tabs offers; the owner adds to it.
    QMenu* newMenu() const { return m_newMenu; }
    FindBar* findBar() const { return m_find; }
    /// Both ends of the tab row: the owner puts its controls there.
    QBoxLayout* leadingLayout() const { return m_leading; }
    QBoxLayout* cornerLayout() const { return m_corner; }

Q_SIGNALS:
    /// The Dockerfile was loaded, reloaded or edited, or the .dockerignore was: time to look at them again. Comes once
    /// for many changes, when the event loop is reached.
    void textChanged();
    void projectLoaded();
    void projectFailed(const QString& sentence);
    /// Another Dockerfile of the project is in question; textChanged() follows.
    void dockerfileChanged();
    void currentLineChanged(int line);
    void currentFileChanged();
    void notice(const QString& sentence);
    void showInTree(const QString& path);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Tab {
        TextFile* file;
        CodeEditor* editor;
        DockerfileEditor* dockerfile; ///< the editor, if it is one
    };
    QWidget* makeHeader();
    void makeConflictBar();
    int addTab(const QString& path, CodeEditor* editor, DockerfileEditor* dockerfile);
    void addDockerfileTab(const QString& path);
    void connectFile(TextFile* file);
    int tabOf(const QString& path) const;
    int tabOf(const TextFile* file) const;
    void tabShown(int index);
    void updateTitles();
    void closeTab(int index);
    void saveAndClose(TextFile* file);
    void askOpen();
    void showConflict();
    void showTabMenu(const QPoint& at);
    void save(TextFile* file, bool mayFormat, std::function<void(Result<void>)> done);
    void format(TextFile* file, std::function<void()> then);
    void autosave();

    PageContext m_context;
    QTabBar* m_bar;
    QStackedWidget* m_stack;
    QFrame* m_conflict;
    QLabel* m_conflictText;
    QPushButton* m_takeDisk;
    QPushButton* m_keepMine;
    QPushButton* m_takeBoth;
    FindBar* m_find;
    GoToLine* m_goToLine;
    QBoxLayout* m_leading;
    QBoxLayout* m_corner;
    QMenu* m_newMenu;
    QAction* m_new;
    QAction* m_open;
    QAction* m_save;
    QAction* m_close;
    EditorCommands* m_commands;
    std::vector<Tab> m_tabs;
    DockerfileEditor* m_dockerfile = nullptr;
    QTimer m_changed;
    QTimer m_autosave;
    Retranslator m_texts;
};

} // namespace darsena::gui
