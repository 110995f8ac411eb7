// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "gui/base/page.h"
#include "gui/base/retranslator.h"

#include <QWidget>

#include <functional>
#include <vector>

class QAction;
class QBoxLayout;
class QFrame;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTabBar;

namespace darsena::gui {

class CodeEditor;
class DockerfileEditor;
class TextFile;


/// The text files of one project in tabs: its Dockerfile first, its .dockerignore if there is one, others as opened.
/// Above the text a bar asks when a file changed on disk under unsaved text.
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

    bool hasProject() const { return m_dockerfile != nullptr; }
    DockerfileEditor* dockerfile() const { return m_dockerfile; }
    QString dockerfilePath() const;
    /// The folder of the Dockerfile: the build context.
    QString folder() const;
    /// The .dockerignore's text as it stands in its tab; empty without one.
    std::string ignoreText() const;
    QStringList otherFiles() const;
    QString format() const;
    CodeEditor* currentEditor() const;

    /// Saves every modified file; done comes with the first error, or ok.
    void saveAll(std::function<void(Result<void>)> done);
    void saveCurrent();
    void closeCurrent();
    bool anyModified() const;
    /// Keeps unsaved text aside before the window closes; it is back when the file is opened again.
    void keepUnsavedNow();

    QAction* openAction() const { return m_open; }
    QAction* saveAction() const { return m_save; }
    QAction* closeAction() const { return m_close; }
    /// The right end of the tab row: the owner puts its controls there.
    QBoxLayout* cornerLayout() const { return m_corner; }

Q_SIGNALS:
    /// The Dockerfile was loaded, reloaded or edited, or the .dockerignore was: time to look at them again.
    void textChanged();
    void projectLoaded();
    void projectFailed(const QString& sentence);
    void currentLineChanged(int line);
    void currentFileChanged();
    void notice(const QString& sentence);

private:
    struct Tab {
        TextFile* file;
        CodeEditor* editor;
    };
    int addTab(const QString& path, CodeEditor* editor);
    int tabOf(const QString& path) const;
    void updateTitles();
    void closeTab(int index);
    void askOpen();
    void showConflict();
    TextFile* currentFile() const;

    PageContext m_context;
    QTabBar* m_bar;
    QStackedWidget* m_stack;
    QFrame* m_conflict;
    QLabel* m_conflictText;
    QPushButton* m_takeDisk;
    QPushButton* m_keepMine;
    QBoxLayout* m_corner;
    QAction* m_open;
    QAction* m_save;
    QAction* m_close;
    std::vector<Tab> m_tabs;
    DockerfileEditor* m_dockerfile = nullptr;
    Retranslator m_texts;
};

} // namespace darsena::gui
