// SPDX-License-Identifier: GPL-3.0-or-later
// Takes the pictures that people look at: every page, light and dark, in both languages, at 1440 × 900. They go to
// $DARSENA_PICTURES, or to pictures/ beside the test. What the test itself checks is that no two are the same and none
// is blank.
#include "tests/gui/scripted_engine.h"
#include "tests/gui/studio_fixture.h"

#include "gui/app/build_files.h"
#include "gui/app/engine_chip.h"
#include "gui/editor/find_bar.h"
#include "gui/editor/project_model.h"
#include "gui/editor/project_tree.h"
#include "gui/editor/text_file.h"

#include <QDialog>
#include <QLineEdit>
#include <QPushButton>
#include <QTabBar>
#include <QTreeView>

using namespace darsena;
using namespace darsena::gui;

class PicturesTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    QSet<QByteArray> m_seen;

    static QString folder()
    {
        const QString wanted = qEnvironmentVariable("DARSENA_PICTURES");
        const QString path = wanted.isEmpty() ? QCoreApplication::applicationDirPath() + QStringLiteral("/pictures") : wanted;
        QDir().mkpath(path);
        return path;
    }

    void take(StudioFixture& f, const QString& name)
    {
        QTest::qWait(350); // what is being painted is painted
        const QImage image = f.window().grab().toImage();
        QVERIFY2(image.save(folder() + QLatin1Char('/') + name + QStringLiteral(".png")), qPrintable(folder()));
        const QByteArray bits(reinterpret_cast<const char*>(image.constBits()), image.sizeInBytes());
        const QByteArray hash = QCryptographicHash::hash(bits, QCryptographicHash::Sha1);
        QVERIFY2(!m_seen.contains(hash), qPrintable(name + QStringLiteral(" looks like another picture")));
        m_seen.insert(hash);
        QSet<QRgb> colours;
        for (int y = 0; y < image.height(); y += 7) {
            for (int x = 0; x < image.width(); x += 7)
                colours.insert(image.pixel(x, y));
        }
        QVERIFY2(colours.size() > 8, qPrintable(name + QStringLiteral(" is blank")));
    }

private Q_SLOTS:
    void pages_data()
    {
        QTest::addColumn<QString>("language");
        QTest::addColumn<bool>("dark");
        QTest::newRow("dark-en") << "en" << true;
        QTest::newRow("light-en") << "en" << false;
        QTest::newRow("dark-es") << "es" << true;
        QTest::newRow("light-es") << "es" << false;
    }
    void pages()
    {
        QFETCH(QString, language);
        QFETCH(bool, dark);
        const QString suffix = QLatin1Char('-') + QString::fromLatin1(QTest::currentDataTag());
        Studio::Options options;
        options.language = language;
        options.theme = dark ? Theme::Mode::Dark : Theme::Mode::Light;
        options.socket = m_dir.filePath(QStringLiteral("engine.sock"));
        ScriptedEngine engine(options.socket);
        const QByteArray text = QByteArray(helloDockerfile).replace("ENTRYPOINT [\"hello\"]", "ENTRYPOINT hello");
        StudioFixture f(text, options);
        f.write(QStringLiteral(".dockerignore"), "*.o\n");
        QVERIFY(f.opened());
        f.window().resize(1440, 900);
        QTRY_COMPARE(f.window().engineChip()->state(), EngineChip::State::Connected);
        f.studio().buildPage().editors()->openFile(f.file(QStringLiteral("hello.c")));
        f.studio().buildPage().editors()->showLine(4);
        take(f, QStringLiteral("build-open") + suffix);

        QTRY_VERIFY(f.child<QPushButton>("build.start")->isEnabled());
        f.child<QPushButton>("build.start")->click();
        QTRY_VERIFY(engine.buildWaits());
        engine.send(helloPlan());
        const auto cached = [&](int step, std::int64_t bytes, std::int64_t milliseconds) {
            auto event = buildEvent("cached", step);
            event.bytes = bytes;
            event.milliseconds = milliseconds;
            engine.send(event);
        };
        cached(0, 117'000'000, 4000);
        cached(1, 212'000'000, 34'000);
        cached(2, 0, 0);
        cached(3, 0, 20);
        cached(6, 2'000'000, 300);
        auto copy = buildEvent("started", 4);
        copy.reason = "hello.c changed";
        engine.send(copy);
        QTest::qWait(240);
        auto finished = buildEvent("finished", 4);
        finished.milliseconds = 240;
        finished.bytes = 4200;
        engine.send(finished);
        auto make = buildEvent("started", 5);
        make.reason = "step 4 ran again";
        engine.send(make);
        auto log = buildEvent("log", 5);
        log.text = "cc -O2 -static -o hello hello.c\nhello.c: In function 'main':\n";
        engine.send(log);
        QTest::qWait(620);
        f.studio().buildPage().editors()->showLine(12);
        f.graph()->selectLine(12);
        Q_EMIT f.graph()->lineSelected(12);
        f.child<QTabBar>("build.panels")->setCurrentIndex(1);
        take(f, QStringLiteral("build-running") + suffix);
        f.child<QTabBar>("build.panels")->setCurrentIndex(0);
        take(f, QStringLiteral("build-log") + suffix);

        for (int step : { 5, 7, 8 }) {
            auto end = buildEvent("finished", step);
            end.milliseconds = 300;
            end.bytes = step == 8 ? 0 : 880'000;
            engine.send(end);
        }
        auto done = buildEvent("done");
        done.imageId = "sha256:9f1c";
        done.tags = { "hello:latest" };
        done.milliseconds = 1600;
        engine.send(done);
        engine.endBuild();
        QTRY_VERIFY(f.child<QPushButton>("build.openImage")->isVisible());
        f.child<QTabBar>("build.panels")->setCurrentIndex(2);
        take(f, QStringLiteral("build-done") + suffix);
        f.child<QTabBar>("build.panels")->setCurrentIndex(3);
        take(f, QStringLiteral("build-context") + suffix);

        f.window().goTo(PageId::Settings);
        take(f, QStringLiteral("settings") + suffix);
        for (const PageId page : { PageId::Images, PageId::Containers }) {
            if (f.window().page(page)) {
                f.window().goTo(page);
                take(f, pageKey(page) + suffix);
            }
        }
    }

    void editor_data() { pages_data(); }
    void editor()
    {
        QFETCH(QString, language);
        QFETCH(bool, dark);
        const QString suffix = QLatin1Char('-') + QString::fromLatin1(QTest::currentDataTag());
        Studio::Options options;
        options.language = language;
        options.theme = dark ? Theme::Mode::Dark : Theme::Mode::Light;
        StudioFixture f(helloDockerfile, options);
        f.write(".dockerignore", "# what is not sent\n.git\n**/*.log\nnode_modules\n!keep.log\n");
        f.write("compose.yaml", "# The parts of the program\nservices:\n  web:\n    build: .\n    ports:\n      - \"8080:80\"\n"
                                "    environment:\n      DEBUG: true\n  database:\n    image: postgres:16\n");
        f.write("build.log", "x");
        f.write("keep.log", "x");
        f.write("node_modules/a/index.js", "x");
        f.write("src/main.py", "import os\n\n\nclass Server:\n    \"\"\"Answers.\"\"\"\n\n    def run(self, port=80):\n"
                               "        # one at a time\n        return f\"on {port}\"\n");
        f.write("api.Dockerfile", "FROM alpine:3.21\nCMD [\"true\"]\n");
        QVERIFY(f.opened());
        f.window().resize(1440, 900);
        EditorTabs* tabs = f.studio().buildPage().editors();
        QTest::qWait(300);
        f.studio().buildPage().files()->tree()->view()->expand(f.studio().buildPage().files()->tree()->model()->indexOf(f.file("src")));

        f.editor()->setFocus();
        f.editor()->setCursorPosition(1, 0);
        tabs->findBar()->open(true);
        f.child<QLineEdit>("editor.find.what")->setText(QStringLiteral("build"));
        f.child<QLineEdit>("editor.find.with")->setText(QStringLiteral("compile"));
        take(f, QStringLiteral("editor-find") + suffix);
        tabs->findBar()->shut();

        f.editor()->setCursorPosition(3, 2);
        f.editor()->foldAtCaret(true);
        f.editor()->setCursorPosition(8, 7);
        for (int i = 0; i < 2; ++i)
            QTest::keyClick(f.editor(), Qt::Key_D, Qt::ControlModifier);
        take(f, QStringLiteral("editor-fold-carets") + suffix);
        QTest::keyClick(f.editor(), Qt::Key_Escape);

        tabs->openFile(f.file("api.Dockerfile"));
        tabs->openFile(f.file("src/main.py"));
        QTest::qWait(200);
        take(f, QStringLiteral("editor-python") + suffix);
        tabs->openFile(f.file("compose.yaml"));
        QTRY_VERIFY(tabs->currentFile()->isLoaded());
        tabs->currentEditor()->setFocus();
        tabs->currentEditor()->setCursorPosition(9, 22);
        QTest::keyClicks(tabs->currentEditor(), "-alpine");
        f.write("compose.yaml", "services:\n  database:\n    image: postgres:17\n");
        QTRY_VERIFY(f.child<QWidget>("editor.conflict")->isVisible());
        take(f, QStringLiteral("editor-conflict") + suffix);

        f.studio().buildPage().files()->openWizard();
        auto* wizard = f.child<QDialog>("newDockerfile");
        QTest::qWait(300);
        QVERIFY(wizard->grab().save(folder() + QStringLiteral("/wizard") + suffix + QStringLiteral(".png")));
        wizard->reject();
    }

    void emptyPage()
    {
        Studio::Options options;
        options.settingsFile = m_dir.filePath(QStringLiteral("empty.conf"));
        options.socket = m_dir.filePath(QStringLiteral("nobody.sock"));
        options.language = QStringLiteral("es");
        options.theme = Theme::Mode::Light;
        Studio studio(*qApp, options);
        studio.start();
        QVERIFY(QTest::qWaitForWindowExposed(&studio.window()));
        studio.window().resize(1440, 900);
        QTest::qWait(300);
        QVERIFY(studio.window().grab().save(folder() + QStringLiteral("/build-empty-light-es.png")));
    }

    void absentEngine()
    {
        Studio::Options options;
        options.theme = Theme::Mode::Light;
        StudioFixture f(helloDockerfile, options);
        QVERIFY(f.opened());
        QTRY_COMPARE(f.window().engineChip()->state(), EngineChip::State::Absent);
        take(f, QStringLiteral("no-engine-light-en"));
        f.window().openPalette();
        QTest::qWait(200);
        const QWidget* palette = f.window().findChild<QWidget*>(QStringLiteral("palette"));
        QVERIFY(palette && palette->isVisible());
        const_cast<QWidget*>(palette)->grab().save(folder() + QStringLiteral("/palette-light-en.png"));
    }
};

QTEST_MAIN(PicturesTest)
#include "tst_pictures.moc"
