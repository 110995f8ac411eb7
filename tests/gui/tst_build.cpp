// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/scripted_engine.h"
#include "tests/gui/studio_fixture.h"

#include "gui/app/engine_chip.h"
#include "gui/panels/builds/build_log_model.h"
#include "gui/panels/builds/build_log_view.h"

#include <QLabel>
#include <QPushButton>
#include <QTabBar>

using namespace darsena;
using namespace darsena::gui;

class BuildTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    QString m_socket;

    std::unique_ptr<StudioFixture> open()
    {
        Studio::Options options;
        options.socket = m_socket;
        auto fixture = std::make_unique<StudioFixture>(helloDockerfile, options);
        if (!fixture->opened())
            qFatal("the project does not open");
        return fixture;
    }
    static Mark markAt(StudioFixture& f, int line) { return f.editor()->notes().value(line).mark; }

private Q_SLOTS:
    void init() { m_socket = m_dir.filePath(QStringLiteral("engine.sock")); }

    void aBuildFromTheButtonToTheImage()
    {
        ScriptedEngine engine(m_socket);
        auto f = open();
        QTRY_COMPARE(f->window().engineChip()->state(), EngineChip::State::Connected);
        auto* button = f->child<QPushButton>("build.start");
        QTRY_VERIFY(button->isEnabled());
        QVERIFY(!f->child<QPushButton>("build.openImage")->isVisible());
        button->click();
        QTRY_VERIFY(engine.buildWaits());
        QVERIFY(engine.buildTarget().contains("hello%3Alatest") || engine.buildTarget().contains("hello:latest"));
        QVERIFY(engine.context().contains("int main(void)"));
        QCOMPARE(button->text(), QStringLiteral("Stop"));

        engine.send(helloPlan());
        engine.send(buildEvent("cached", 0));
        auto started = buildEvent("started", 1);
        started.reason = "nothing like it was built before";
        engine.send(started);
        auto log = buildEvent("log", 1);
        log.text = "Reading package lists...\nDone\n";
        engine.send(log);
        QTRY_COMPARE(markAt(*f, 5), Mark::Running);
        QCOMPARE(markAt(*f, 4), Mark::Cached);
        auto* view = f->child<BuildLogView>("build.log");
        const QModelIndex step = view->model()->index(1, 0);
        QTRY_COMPARE(view->model()->rowCount(step), 2);
        QVERIFY(view->isExpanded(step));

        for (int i = 1; i < 9; ++i) {
            auto finished = buildEvent("finished", i);
            finished.milliseconds = 100 * i;
            finished.bytes = 1000 * i;
            engine.send(finished);
        }
        auto done = buildEvent("done");
        done.imageId = "sha256:0123";
        done.tags = { "hello:latest" };
        done.milliseconds = 3600;
        engine.send(done);
        engine.endBuild();
        QTRY_VERIFY(f->child<QPushButton>("build.openImage")->isVisible());
        QVERIFY(f->child<QPushButton>("build.runImage")->isVisible());
        QCOMPARE(markAt(*f, 12), Mark::Done);
        QVERIFY(f->editor()->notes().value(12).text.contains(QLatin1String("5.0 KB")));
        QCOMPARE(f->studio().buildPage().runner()->state().phase(), BuildState::Phase::Succeeded);
        QVERIFY(f->child<QLabel>("build.summary")->text().contains(QLatin1String("3.6 s")));
        QVERIFY(!view->isExpanded(step)); // folded again

        // An edit turns the marks into a forecast.
        f->editor()->setFocus();
        f->editor()->setCursorPosition(11, 8);
        QTest::keyClicks(f->editor(), "X");
        QTRY_COMPARE(markAt(*f, 12), Mark::WillRun);
        QCOMPARE(markAt(*f, 5), Mark::Cached);
        QCOMPARE(markAt(*f, 18), Mark::WillRun);
    }

    void aFailedStepIsShownAtItsLine()
    {
        ScriptedEngine engine(m_socket);
        auto f = open();
        auto* button = f->child<QPushButton>("build.start");
        QTRY_VERIFY(button->isEnabled());
        button->click();
        QTRY_VERIFY(engine.buildWaits());
        engine.send(helloPlan());
        engine.send(buildEvent("started", 5));
        auto failed = buildEvent("failed", 5);
        failed.error = "RUN make exited with code 2";
        failed.exitCode = 2;
        engine.send(failed);
        engine.endBuild();
        QTRY_COMPARE(f->studio().buildPage().runner()->state().phase(), BuildState::Phase::Failed);
        QTRY_COMPARE(markAt(*f, 12), Mark::Failed);
        QVERIFY(f->editor()->notes().value(12).text.contains(QLatin1String("exited with code 2")));
        QCOMPARE(f->editor()->currentLine(), 12);
        QCOMPARE(f->graph()->selectedLine(), 12);
        auto* view = f->child<BuildLogView>("build.log");
        QVERIFY(view->isExpanded(view->model()->index(5, 0)));
        QVERIFY(button->isEnabled()); // the next try
        QCOMPARE(button->text(), QStringLiteral("Build"));
    }

    void stoppingClosesTheConnection()
    {
        ScriptedEngine engine(m_socket);
        auto f = open();
        auto* button = f->child<QPushButton>("build.start");
        QTRY_VERIFY(button->isEnabled());
        button->click();
        QTRY_VERIFY(engine.buildWaits());
        engine.send(helloPlan());
        QTRY_VERIFY(!f->studio().buildPage().runner()->state().steps().empty());
        button->click();
        QCOMPARE(f->studio().buildPage().runner()->state().phase(), BuildState::Phase::Cancelled);
        QTRY_VERIFY(!engine.buildConnectionOpen());
    }

    void anEngineThatDiesInTheMiddleIsSaid()
    {
        auto engine = std::make_unique<ScriptedEngine>(m_socket);
        auto f = open();
        auto* button = f->child<QPushButton>("build.start");
        QTRY_VERIFY(button->isEnabled());
        button->click();
        QTRY_VERIFY(engine->buildWaits());
        engine->send(helloPlan());
        engine->send(buildEvent("started", 1));
        QTRY_COMPARE(markAt(*f, 5), Mark::Running);
        engine->die();
        QTRY_COMPARE(f->studio().buildPage().runner()->state().phase(), BuildState::Phase::Failed);
        QVERIFY(!f->studio().buildPage().runner()->state().error().isEmpty());
        QTRY_COMPARE(f->window().engineChip()->state(), EngineChip::State::Absent);
        QVERIFY(!button->isEnabled());
        // And when it is back, so is the button.
        engine = std::make_unique<ScriptedEngine>(m_socket);
        QTRY_COMPARE_WITH_TIMEOUT(f->window().engineChip()->state(), EngineChip::State::Connected, 15'000);
        QTRY_VERIFY(button->isEnabled());
    }

    void theTextIsSavedBeforeItIsSent()
    {
        ScriptedEngine engine(m_socket);
        auto f = open();
        auto* button = f->child<QPushButton>("build.start");
        QTRY_VERIFY(button->isEnabled());
        f->editor()->setFocus();
        QTest::keyClicks(f->editor(), "# typed just now");
        QTest::keyClick(f->editor(), Qt::Key_Return);
        QTest::keyClick(f->editor(), Qt::Key_B, Qt::ControlModifier);
        QTRY_VERIFY(engine.buildWaits());
        QVERIFY(engine.context().contains("# typed just now"));
        QVERIFY(!f->editor()->isModified());
    }
};

QTEST_MAIN(BuildTest)
#include "tst_build.moc"
