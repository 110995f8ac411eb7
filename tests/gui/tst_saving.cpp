// SPDX-License-Identifier: GPL-3.0-or-later
// Text that must not be lost: saving by itself, formatting before a save, and a studio that is killed while someone
// types. The last one runs this program a second time.
#include "tests/gui/studio_fixture.h"

#include "gui/editor/file_io.h"
#include "gui/editor/text_file.h"
#include "gui/settings/settings.h"

#include <QCheckBox>
#include <QProcess>

#include <csignal>

using namespace darsena::gui;

namespace {

/// What the second process does: opens a project, types, and lives until it is killed.
int typeUntilKilled(QApplication& application, const QString& project)
{
    Studio::Options options;
    options.path = project;
    options.settingsFile = project + QStringLiteral("/../victim.conf");
    options.socket = project + QStringLiteral("/../no-engine.sock");
    options.language = QStringLiteral("en");
    Studio studio(application, options);
    studio.start();
    if (!QTest::qWaitFor([&] { return studio.buildPage().editors()->currentFile() && studio.buildPage().editors()->currentFile()->isLoaded(); }, 20'000))
        return 2;
    DockerfileEditor* editor = studio.buildPage().editors()->dockerfile();
    editor->setFocus();
    editor->SendScintilla(QsciScintilla::SCI_DOCUMENTEND);
    QTest::keyClicks(editor, "# typed before the crash");
    std::puts("typed");
    std::fflush(stdout);
    return QApplication::exec();
}

} // namespace

class SavingTest : public QObject {
    Q_OBJECT

    /// Starts the victim, waits until the copy of its text is there, and kills it without a chance to say good-bye.
    static void typeAndKill(const QString& project)
    {
        QProcess victim;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("DARSENA_TEST_VICTIM"), project);
        victim.setProcessEnvironment(environment);
        victim.start(QCoreApplication::applicationFilePath(), {});
        QVERIFY(victim.waitForStarted());
        QVERIFY(QTest::qWaitFor([&] { return victim.readAllStandardOutput().contains("typed"); }, 30'000));
        const QString copy = unsavedCopyPath(project + QStringLiteral("/Dockerfile"));
        QVERIFY(QTest::qWaitFor([&] { return QFile::exists(copy); }, 10'000));
        QVERIFY(victim.processId() > 0);
        ::kill(pid_t(victim.processId()), SIGKILL);
        QVERIFY(victim.waitForFinished());
        QCOMPARE(victim.exitStatus(), QProcess::CrashExit);
    }

private Q_SLOTS:
    void unsavedTextSurvivesAKill()
    {
        QTemporaryDir dir;
        qputenv("XDG_DATA_HOME", dir.filePath(QStringLiteral("data")).toUtf8());
        const QString project = dir.filePath(QStringLiteral("project"));
        QDir().mkpath(project);
        const auto write = [&](const QByteArray& bytes) {
            QFile file(project + QStringLiteral("/Dockerfile"));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(bytes);
        };
        write("FROM busybox\nRUN a\nRUN b\n");
        typeAndKill(project);
        if (QTest::currentTestFailed())
            return;
        QFile onDisk(project + QStringLiteral("/Dockerfile"));
        QVERIFY(onDisk.open(QIODevice::ReadOnly));
        QCOMPARE(onDisk.readAll(), QByteArray("FROM busybox\nRUN a\nRUN b\n")); // never written by itself
        // Meanwhile another program changes another line: both are there afterwards.
        write("FROM alpine\nRUN a\nRUN b\n");

        Studio::Options options;
        options.path = project;
        options.settingsFile = dir.filePath(QStringLiteral("again.conf"));
        options.socket = dir.filePath(QStringLiteral("no-engine.sock"));
        Studio again(*qApp, options);
        again.start();
        EditorTabs* tabs = again.buildPage().editors();
        QTRY_VERIFY(tabs->currentFile() && tabs->currentFile()->isLoaded());
        QTRY_COMPARE(tabs->dockerfile()->bytes(), std::string("FROM alpine\nRUN a\nRUN b\n# typed before the crash"));
        QVERIFY(tabs->currentFile()->isModified());
        // Once saved, the copy is gone.
        tabs->saveCurrent();
        QTRY_VERIFY(!QFile::exists(unsavedCopyPath(project + QStringLiteral("/Dockerfile"))));
    }

    void savesByItselfWhenAsked()
    {
        StudioFixture f("FROM busybox\n");
        QVERIFY(f.opened());
        f.editor()->setFocus();
        QTest::keyClicks(f.editor(), "#");
        QTest::qWait(1500);
        QCOMPARE(f.read("Dockerfile"), QByteArray("FROM busybox\n")); // not before it is asked for
        f.window().goTo(PageId::Settings);
        f.child<QCheckBox>("settings.autosave")->click();
        QVERIFY(f.studio().settings().editor().autosave);
        QTRY_COMPARE(f.read("Dockerfile"), QByteArray("#FROM busybox\n"));
        f.window().goTo(PageId::Build);
        f.editor()->setFocus();
        QTest::keyClicks(f.editor(), "#");
        QTRY_COMPARE(f.read("Dockerfile"), QByteArray("##FROM busybox\n"));
        QTRY_VERIFY(!f.editor()->isModified()); // told once the worker has written
        // A file that another program deleted is not put back behind its back.
        QFile::remove(f.file("Dockerfile"));
        QTRY_VERIFY(!f.studio().buildPage().editors()->currentFile()->exists());
        QTest::keyClicks(f.editor(), "#");
        QTest::qWait(1500);
        QVERIFY(!QFile::exists(f.file("Dockerfile")));
    }

    void formatsBeforeSavingWhenAsked()
    {
        StudioFixture f("from busybox\nrun   a\n");
        QVERIFY(f.opened());
        f.editor()->setFocus();
        QTest::keyClicks(f.editor(), " ");
        QTest::keyClick(f.editor(), Qt::Key_Backspace);
        QTest::keyClicks(f.editor(), "#");
        QTest::keyClick(f.editor(), Qt::Key_Return);
        QTest::keyClick(f.editor(), Qt::Key_S, Qt::ControlModifier);
        QTRY_COMPARE(f.read("Dockerfile"), QByteArray("#\nfrom busybox\nrun   a\n"));
        EditorOptions options = f.studio().settings().editor();
        options.formatOnSave = true;
        f.studio().settings().setEditor(options);
        f.editor()->setCursorPosition(0, 0);
        QTest::keyClicks(f.editor(), "#");
        QTest::keyClick(f.editor(), Qt::Key_S, Qt::ControlModifier);
        QTRY_VERIFY(f.read("Dockerfile").contains("FROM busybox\nRUN"));
        QTRY_VERIFY(!f.editor()->isModified());
        QTest::keyClick(f.editor(), Qt::Key_Z, Qt::ControlModifier); // one step back: the text as typed
        QVERIFY(f.editor()->bytes().find("from busybox") != std::string::npos);
    }

    void formatsOnDemand()
    {
        StudioFixture f("from busybox\n");
        QVERIFY(f.opened());
        f.editor()->setFocus();
        QTest::keyClick(f.editor(), Qt::Key_I, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_COMPARE(f.editor()->bytes(), std::string("FROM busybox\n"));
        QCOMPARE(f.read("Dockerfile"), QByteArray("from busybox\n"));
    }
};

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    if (const QString project = qEnvironmentVariable("DARSENA_TEST_VICTIM"); !project.isEmpty())
        return typeUntilKilled(application, project);
    SavingTest test;
    QTEST_SET_MAIN_SOURCE_PATH
    return QTest::qExec(&test, argc, argv);
}
#include "tst_saving.moc"
