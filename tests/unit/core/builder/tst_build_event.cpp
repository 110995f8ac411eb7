// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/build_event.h"

#include <QTest>

using namespace darsena;
using namespace darsena::builder;

class BuildEventTest : public QObject {
    Q_OBJECT
private slots:
    void writesTheLinesThatClientsRead_data();
    void writesTheLinesThatClientsRead();
    void bytesThatAreNoUtf8BecomeReplacementCharacters();
    void longListsOfReasonsAreShortened();
};

void BuildEventTest::writesTheLinesThatClientsRead_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, const BuildEvent& event, const char* expected) {
        QTest::addRow("%s", name) << QString::fromStdString(json::serialize(toJson(event))) << expected;
    };
    PlanEvent plan;
    plan.dockerfileName = "Dockerfile";
    plan.target = "final";
    plan.stages.push_back({ 0, "final", "busybox", 1, 2, true });
    plan.steps.push_back({ 1, 0, "final", 2, 2, "RUN", "RUN make", "RUN /bin/sh -c make", { 0 } });
    row("plan", plan,
        R"({"type":"plan","dockerfile":"Dockerfile","target":"final","stages":[{"index":0,"name":"final","base":"busybox","startLine":1,"endLine":2,"needed":true}],"steps":[{"step":1,"stage":0,"stageName":"final","startLine":2,"endLine":2,"instruction":"RUN","text":"RUN make","expanded":"RUN /bin/sh -c make","needs":[0]}]})");
    row("queued", QueuedEvent { 1, "hello.c changed", { { Reason::Kind::File, "hello.c", noStep } } },
        R"({"type":"queued","step":1,"reason":"hello.c changed","reasons":[{"kind":"file","name":"hello.c"}]})");
    row("started", StartedEvent { 1, "x" }, R"({"type":"started","step":1,"reason":"x"})");
    row("log", LogEvent { 1, LogStream::Stderr, "hi\n" }, R"({"type":"log","step":1,"stream":"stderr","text":"hi\n"})");
    FinishedEvent finished;
    finished.step = 1;
    finished.duration = std::chrono::milliseconds(12);
    finished.bytes = 3;
    finished.files = 1;
    row("finished", finished, R"({"type":"finished","step":1,"milliseconds":12,"files":1,"bytes":3,"diffId":"","chainId":""})");
    FailedEvent failed;
    failed.step = 1;
    failed.line = 2;
    failed.message = "no";
    failed.exitCode = 3;
    failed.logTail = "boom";
    row("failed", failed, R"({"type":"failed","step":1,"error":"no","line":2,"column":0,"exitCode":3,"logTail":"boom"})");
    row("failed before a step", FailedEvent { noStep, 0, 0, "no", {}, {}, ErrorCode::Invalid },
        R"({"type":"failed","error":"no","line":0,"column":0})");
    row("warning", WarningEvent { 3, "careful" }, R"({"type":"warning","line":3,"text":"careful"})");
    DoneEvent done;
    done.tags = { "hello:latest" };
    done.cachedSteps = 2;
    done.ranSteps = 1;
    row("done", done, R"({"type":"done","imageId":"","tags":["hello:latest"],"milliseconds":0,"cachedSteps":2,"ranSteps":1})");
}

void BuildEventTest::writesTheLinesThatClientsRead()
{
    QFETCH(QString, line);
    QFETCH(QString, expected);
    QCOMPARE(line, expected);
}

void BuildEventTest::bytesThatAreNoUtf8BecomeReplacementCharacters()
{
    const auto text = [](std::string data) {
        const json::Object object = toJson(LogEvent { 0, LogStream::Stdout, std::move(data) });
        return std::string(object.at("text").as_string());
    };
    QCOMPARE(text("a\xff" "b"), std::string("a\xEF\xBF\xBD" "b"));
    QCOMPARE(text("\xed\xa0\x80"), std::string("\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD")); // a surrogate
    QCOMPARE(text("\xc3"), std::string("\xEF\xBF\xBD")); // cut in the middle
    QCOMPARE(text("\xf0\x9f\x9a\xa2"), std::string("\xf0\x9f\x9a\xa2"));
}

void BuildEventTest::longListsOfReasonsAreShortened()
{
    std::vector<Reason> reasons;
    for (int i = 0; i < 40; ++i)
        reasons.push_back({ Reason::Kind::File, "f" + std::to_string(i), noStep });
    QCOMPARE(QString::fromStdString(sentence(reasons)), QString("f0 changed; f1 changed; f2 changed; and 37 more"));
    QCOMPARE(QString::fromStdString(sentence({ { Reason::Kind::Parent, {}, 3 } })), QString("step 4 changed"));
}

QTEST_GUILESS_MAIN(BuildEventTest)
#include "tst_build_event.moc"
