// SPDX-License-Identifier: GPL-3.0-or-later
// The project's files beside the editor, and new projects from templates, in the real window.
#include "tests/gui/studio_fixture.h"

#include "gui/app/build_files.h"
#include "gui/editor/new_dockerfile_dialog.h"
#include "gui/editor/project_model.h"
#include "gui/editor/project_tree.h"
#include "gui/editor/text_file.h"
#include "gui/widgets/empty_state.h"

#include <QAccessible>
#include <QAction>
#include <QCheckBox>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPushButton>
#include <QTabBar>
#include <QTreeView>

using namespace darsena::gui;

class ProjectTest : public QObject {
    Q_OBJECT

    static ProjectTree* treeOf(StudioFixture& f) { return f.studio().buildPage().files()->tree(); }
    static QModelIndex indexOf(StudioFixture& f, const QString& name) { return treeOf(f)->model()->indexOf(f.file(name)); }
    /// The row of a file is in the view.
    static bool shown(StudioFixture& f, const QString& name)
    {
        return QTest::qWaitFor([&] {
            const QModelIndex index = indexOf(f, name);
            return index.isValid() && !treeOf(f)->view()->visualRect(index).isEmpty();
        });
    }

private Q_SLOTS:
    void theTreeShowsAndOpensFiles()
    {
        StudioFixture f;
        f.write("src/deep/main.c", "int x;\n");
        QVERIFY(f.opened());
        QTreeView* view = treeOf(f)->view();
        QVERIFY(shown(f, "hello.c"));
        QVERIFY(shown(f, "src"));
        // The file in front is the one that is chosen.
        QTRY_COMPARE(treeOf(f)->model()->path(view->currentIndex()), f.file("Dockerfile"));
        view->setFocus();
        view->setCurrentIndex(indexOf(f, "hello.c"));
        QTest::keyClick(view, Qt::Key_Return);
        EditorTabs* tabs = f.studio().buildPage().editors();
        QTRY_COMPARE(tabs->currentFile()->path(), f.file("hello.c"));
        QTRY_VERIFY(tabs->currentEditor()->hasFocus());
        // Folders are read when they are opened.
        view->setFocus();
        view->setCurrentIndex(indexOf(f, "src"));
        QTest::keyClick(view, Qt::Key_Right);
        QVERIFY(shown(f, "src/deep"));
    }

    void theTreeFollowsTheDisk()
    {
        StudioFixture f;
        QVERIFY(f.opened());
        QVERIFY(shown(f, "hello.c"));
        f.write("later.txt", "x");
        QVERIFY(shown(f, "later.txt"));
        QFile::remove(f.file("later.txt"));
        QTRY_VERIFY(!indexOf(f, "later.txt").isValid());
    }

    void whatIsLeftOutIsMarked()
    {
        StudioFixture f;
        f.write(".dockerignore", "*.c\n!keep.c\n");
        f.write("keep.c", "x");
        QVERIFY(f.opened());
        QVERIFY(shown(f, "hello.c"));
        ProjectModel* model = treeOf(f)->model();
        QTRY_VERIFY(model->isIgnored(indexOf(f, "hello.c")));
        QVERIFY(!model->isIgnored(indexOf(f, "keep.c")));
        QVERIFY(!model->isIgnored(indexOf(f, "Dockerfile")));
        QVERIFY(model->data(indexOf(f, "hello.c"), Qt::ToolTipRole).toString().contains(QLatin1String("line 1")));
        QVERIFY(model->data(indexOf(f, "hello.c"), Qt::AccessibleTextRole).toString().contains(QLatin1String("left out")));
        // As the text stands, saved or not.
        f.studio().buildPage().editors()->openFile(f.file(".dockerignore"));
        CodeEditor* ignore = f.studio().buildPage().editors()->currentEditor();
        QTRY_VERIFY(ignore->length() > 0);
        ignore->setFocus();
        QTest::keyClicks(ignore, "#");
        QTRY_VERIFY(!model->isIgnored(indexOf(f, "hello.c")));
    }

    void filesAreMadeRenamedAndRemoved()
    {
        StudioFixture f;
        QVERIFY(f.opened());
        QVERIFY(shown(f, "hello.c"));
        QTreeView* view = treeOf(f)->view();
        EditorTabs* tabs = f.studio().buildPage().editors();

        treeOf(f)->newFile();
        auto* dialog = f.window().findChild<QInputDialog*>(QStringLiteral("editor.tree.name"));
        QVERIFY(dialog);
        dialog->setTextValue(QStringLiteral("notes/todo.md"));
        dialog->accept();
        QTRY_COMPARE(tabs->currentFile()->path(), f.file("notes/todo.md"));
        QVERIFY(QFile::exists(f.file("notes/todo.md")));
        // Nothing leaves the project.
        treeOf(f)->newFile();
        auto* again = f.window().findChildren<QInputDialog*>(QStringLiteral("editor.tree.name")).constLast();
        again->setTextValue(QStringLiteral("../../outside"));
        again->accept();
        QTest::qWait(100);
        QVERIFY(!QFile::exists(f.file("../../outside")));

        // Renaming takes the tab along.
        tabs->openFile(f.file("hello.c"));
        QTRY_COMPARE(tabs->currentFile()->path(), f.file("hello.c"));
        view->setFocus();
        view->setCurrentIndex(indexOf(f, "hello.c"));
        QTest::keyClick(view, Qt::Key_F2);
        auto* field = view->viewport()->findChild<QLineEdit*>();
        QVERIFY(field);
        field->setText(QStringLiteral("world.c"));
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_VERIFY(QFile::exists(f.file("world.c")));
        QTRY_COMPARE(tabs->currentFile()->path(), f.file("world.c"));
        QVERIFY(f.child<QTabBar>("editor.tabs")->tabText(f.child<QTabBar>("editor.tabs")->currentIndex()).startsWith(QLatin1String("world.c")));

        // Never over another file.
        QVERIFY(shown(f, "world.c"));
        treeOf(f)->model()->setData(indexOf(f, "world.c"), QStringLiteral("Dockerfile"));
        QTest::qWait(200);
        QVERIFY(QFile::exists(f.file("world.c")));
        QVERIFY(f.read("Dockerfile") == QByteArray(helloDockerfile));

        // Removing asks first.
        view->setFocus();
        view->setCurrentIndex(indexOf(f, "world.c"));
        QTest::keyClick(view, Qt::Key_Delete);
        auto* box = f.window().findChild<QMessageBox*>();
        QVERIFY(box);
        QVERIFY(QFile::exists(f.file("world.c")));
        for (QAbstractButton* button : box->buttons()) {
            if (box->buttonRole(button) == QMessageBox::DestructiveRole)
                button->click();
        }
        QTRY_VERIFY(!QFile::exists(f.file("world.c")));
    }

    void theTreeComesAndGoesByKey()
    {
        StudioFixture f;
        QVERIFY(f.opened());
        QVERIFY(treeOf(f)->isVisible());
        f.editor()->setFocus();
        QTest::keyClick(f.editor(), Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(treeOf(f)->view()->hasFocus());
        QTest::keyClick(treeOf(f)->view(), Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(!treeOf(f)->isVisible());
        QTRY_VERIFY(f.editor()->hasFocus());
        QTest::keyClick(f.editor(), Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(treeOf(f)->isVisible());
    }

    void theWizardMakesAProject()
    {
        StudioFixture f;
        QVERIFY(f.opened());
        f.editor()->setFocus();
        QTest::keyClick(f.editor(), Qt::Key_N, Qt::ControlModifier | Qt::ShiftModifier);
        auto* dialog = f.child<NewDockerfileDialog>("newDockerfile");
        QVERIFY(dialog);
        QTRY_VERIFY(dialog->isVisible());
        auto* create = dialog->findChild<QPushButton*>(QStringLiteral("newDockerfile.create"));
        auto* folder = dialog->findChild<QLineEdit*>(QStringLiteral("newDockerfile.folder"));
        // The open project has a Dockerfile: it is not replaced by accident.
        QTRY_VERIFY(!create->isEnabled());
        folder->setText(f.file("../fresh"));
        QTRY_VERIFY(create->isEnabled());
        auto* list = dialog->findChild<QListWidget*>(QStringLiteral("newDockerfile.stacks"));
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Down);
        QTest::keyClick(list, Qt::Key_Down);
        QCOMPARE(list->currentItem()->text(), QStringLiteral("Python"));
        auto* version = dialog->findChild<QLineEdit*>(QStringLiteral("newDockerfile.VERSION"));
        auto* preview = dialog->findChild<DockerfileEditor*>(QStringLiteral("newDockerfile.dockerfile"));
        version->setText(QStringLiteral("3.12; rm"));
        QVERIFY(!create->isEnabled());
        version->setText(QStringLiteral("3.12"));
        QVERIFY(create->isEnabled());
        QVERIFY(preview->bytes().find("ARG PYTHON_VERSION=3.12\n") != std::string::npos);
        QVERIFY(preview->isReadOnly());
        create->click();
        EditorTabs* tabs = f.studio().buildPage().editors();
        QTRY_COMPARE(QFileInfo(tabs->projectDockerfile()).canonicalFilePath(), QFileInfo(f.file("../fresh/Dockerfile")).canonicalFilePath());
        QTRY_VERIFY(tabs->dockerfile() && tabs->dockerfile()->bytes().find("PYTHON_VERSION=3.12") != std::string::npos);
        QVERIFY(f.read("../fresh/.dockerignore").contains("__pycache__"));
    }

    void theWizardKnowsTheStackOfAFolder()
    {
        StudioFixture f;
        f.write("../rusty/Cargo.toml", "[package]\n");
        QVERIFY(f.opened());
        f.studio().buildPage().files()->openWizard();
        auto* dialog = f.child<NewDockerfileDialog>("newDockerfile");
        dialog->findChild<QLineEdit*>(QStringLiteral("newDockerfile.folder"))->setText(f.file("../rusty"));
        auto* list = dialog->findChild<QListWidget*>(QStringLiteral("newDockerfile.stacks"));
        QTRY_COMPARE(list->currentItem()->text(), QStringLiteral("Rust"));
        dialog->reject();
    }

    void theWizardReplacesOnlyWhenAsked()
    {
        StudioFixture f;
        QVERIFY(f.opened());
        f.studio().buildPage().files()->openWizard();
        auto* dialog = f.child<NewDockerfileDialog>("newDockerfile");
        auto* create = dialog->findChild<QPushButton*>(QStringLiteral("newDockerfile.create"));
        auto* replace = dialog->findChild<QCheckBox*>(QStringLiteral("newDockerfile.replace"));
        QTRY_VERIFY(replace->isVisible());
        QVERIFY(!create->isEnabled());
        replace->click();
        QVERIFY(create->isEnabled());
        create->click();
        QTRY_VERIFY(f.read("Dockerfile").contains("GO_VERSION"));
        QTRY_VERIFY(f.editor()->bytes().find("GO_VERSION") != std::string::npos);
    }

    void theEmptyPageOffersTheWizard()
    {
        Studio::Options options;
        QTemporaryDir dir;
        options.settingsFile = dir.filePath(QStringLiteral("studio.conf"));
        options.socket = dir.filePath(QStringLiteral("no-engine.sock"));
        options.language = QStringLiteral("es");
        Studio studio(*qApp, options);
        studio.start();
        QVERIFY(QTest::qWaitForWindowExposed(&studio.window()));
        auto* empty = studio.buildPage().findChild<EmptyState*>();
        QTRY_VERIFY(empty->isVisible());
        Q_EMIT empty->secondTriggered();
        auto* dialog = studio.window().findChild<NewDockerfileDialog*>(QStringLiteral("newDockerfile"));
        QTRY_VERIFY(dialog && dialog->isVisible());
        // Comments are in the language of the window.
        auto* preview = dialog->findChild<DockerfileEditor*>(QStringLiteral("newDockerfile.dockerfile"));
        QVERIFY(preview->bytes().find("La versión de Go") != std::string::npos);
        dialog->reject();
    }
};

QTEST_MAIN(ProjectTest)
#include "tst_project.moc"
