// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/builds/build_log_model.h"
#include "gui/panels/builds/build_state.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace darsena;
using namespace darsena::gui;

namespace {

model::BuildEvent eventOf(const char* type, std::int64_t step = -1)
{
    model::BuildEvent made;
    made.type = type;
    made.step = step;
    return made;
}

model::BuildEvent plan(int steps)
{
    model::BuildEvent made = eventOf("plan");
    for (int i = 0; i < steps; ++i) {
        model::BuildStep step;
        step.step = i;
        step.instruction = "RUN";
        step.text = "RUN step " + std::to_string(i);
        step.startLine = 2 * i + 1;
        step.endLine = 2 * i + 2;
        made.steps.push_back(step);
    }
    return made;
}

model::BuildEvent log(std::int64_t step, const char* text)
{
    model::BuildEvent made = eventOf("log", step);
    made.text = text;
    return made;
}

} // namespace

class BuildStateTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aBuildThatSucceeds()
    {
        BuildState state;
        state.begin();
        QCOMPARE(state.phase(), BuildState::Phase::Sending);
        state.apply(plan(3), 10);
        QCOMPARE(state.phase(), BuildState::Phase::Running);
        auto cached = eventOf("cached", 0);
        cached.bytes = 2000;
        cached.reason = "same parent, same command";
        state.apply(cached, 20);
        state.apply(eventOf("started", 1), 30);
        state.apply(log(1, "hello\nwor"), 40);
        state.apply(log(1, "ld"), 50);
        auto finished = eventOf("finished", 1);
        finished.milliseconds = 120;
        finished.bytes = 7;
        state.apply(finished, 150);
        QCOMPARE(state.endedSteps(), 2);
        QCOMPARE(state.cachedSteps(), 1);
        QCOMPARE(state.steps()[0].mark, Mark::Cached);
        QCOMPARE(state.steps()[0].reason(), QStringLiteral("same parent, same command"));
        QCOMPARE(state.steps()[1].mark, Mark::Done);
        QCOMPARE(state.steps()[1].log, QStringList({ "hello", "world" }));
        QCOMPARE(state.steps()[1].startedAt, 30);
        QCOMPARE(state.steps()[1].endedAt, 150);
        QCOMPARE(state.steps()[2].mark, Mark::WillRun);
        auto done = eventOf("done");
        done.imageId = "sha256:abc";
        done.tags = { "hello:latest" };
        done.milliseconds = 200;
        state.apply(done, 210);
        QCOMPARE(state.phase(), BuildState::Phase::Succeeded);
        QCOMPARE(state.imageId(), QStringLiteral("sha256:abc"));
        QCOMPARE(state.tags(), QStringList({ "hello:latest" }));
        QCOMPARE(state.totalMilliseconds(), 200);
    }

    void aBuildThatFails()
    {
        BuildState state;
        state.begin();
        state.apply(plan(3), 10);
        state.apply(eventOf("started", 1), 30);
        state.apply(log(1, "no such file"), 35);
        auto failed = eventOf("failed", 1);
        failed.error = "RUN step 1 exited with 2";
        state.apply(failed, 40);
        QCOMPARE(state.phase(), BuildState::Phase::Failed);
        QVERIFY(!state.active());
        QCOMPARE(state.error(), QStringLiteral("RUN step 1 exited with 2"));
        QCOMPARE(state.errorLine(), 3); // the step's own, since the event named none
        QCOMPARE(state.steps()[1].mark, Mark::Failed);
        QCOMPARE(state.steps()[1].log, QStringList({ "no such file" }));
        QCOMPARE(state.steps()[2].mark, Mark::Skipped);
    }

    void failingBeforeAnyStepNamesTheLine()
    {
        BuildState state;
        state.begin();
        auto failed = eventOf("failed");
        failed.error = "unknown instruction: FRM";
        failed.line = 7;
        state.apply(failed, 5);
        QCOMPARE(state.errorLine(), 7);
        QVERIFY(state.steps().empty());
    }

    void losingTheEngineStopsTheSteps()
    {
        BuildState state;
        state.begin();
        state.apply(plan(2), 1);
        state.apply(eventOf("started", 0), 2);
        state.fail(QStringLiteral("The engine went away."), 9);
        QCOMPARE(state.phase(), BuildState::Phase::Failed);
        QCOMPARE(state.steps()[0].mark, Mark::Skipped);
        QCOMPARE(state.steps()[0].endedAt, 9);
    }

    void strangeEventsChangeNothing()
    {
        BuildState state;
        state.begin();
        state.apply(eventOf("finished", 3), 1);
        state.apply(eventOf("whatever", 0), 1);
        state.apply(plan(1), 1);
        state.apply(eventOf("finished", -7), 1);
        state.apply(eventOf("finished", 99), 1);
        QCOMPARE(state.steps()[0].mark, Mark::WillRun);
    }

    void stepsAreFoundByLine()
    {
        BuildState state;
        state.begin();
        state.apply(plan(3), 1);
        QCOMPARE(state.stepAtLine(4)->info.step, 1);
        QVERIFY(!state.stepAtLine(7));
        QVERIFY(!state.stepAtLine(0));
    }

    void theLogModelFollows()
    {
        BuildState state;
        BuildLogModel model(state);
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        state.begin();
        model.update();
        QCOMPARE(model.rowCount({}), 0);
        state.apply(plan(2), 1);
        model.reset();
        QCOMPARE(model.rowCount({}), 2);
        state.apply(eventOf("started", 1), 2);
        state.apply(log(1, "a\nb\n"), 3);
        model.update();
        const QModelIndex step = model.stepIndex(1);
        QCOMPARE(model.rowCount(step), 2);
        QCOMPARE(model.index(1, 0, step).data().toString(), QStringLiteral("b"));
        QCOMPARE(model.parent(model.index(1, 0, step)), step);
        auto failed = eventOf("failed", 1);
        failed.error = "it broke";
        state.apply(failed, 4);
        model.update();
        QCOMPARE(model.rowCount(step), 3);
        QCOMPARE(model.index(2, 0, step).data().toString(), QStringLiteral("it broke"));
        QVERIFY(model.index(2, 0, step).data(BuildLogModel::IsErrorRole).toBool());
        QCOMPARE(step.data(BuildLogModel::MarkRole).toInt(), int(Mark::Failed));
        state.begin();
        model.reset();
        QCOMPARE(model.rowCount({}), 0);
    }
};

QTEST_GUILESS_MAIN(BuildStateTest)
#include "tst_build_state.moc"
