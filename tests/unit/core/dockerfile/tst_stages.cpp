// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/stages.h"

#include <QTest>

#include <fmt/format.h>

using namespace darsena;
using namespace darsena::dockerfile;

namespace {

/// "0<-alpine 1<-0 1<=0:/a 1<~cache:/b; needed 0 1": one edge a word, "<-" FROM, "<=" COPY, "<~" mount.
QString show(const StageGraph& graph)
{
    std::string text;
    for (const StageEdge& edge : graph.edges) {
        constexpr std::string_view arrows[] = {"<-", "<=", "<~"};
        text += fmt::format("{}{}{}", edge.to, arrows[static_cast<std::size_t>(edge.kind)],
            edge.stage() != nullptr ? std::to_string(*edge.stage()) : *edge.image());
        for (const std::string& path : edge.paths)
            text += ":" + path;
        text += ' ';
    }
    text += "needed";
    for (const StageNode& stage : graph.stages) {
        if (stage.needed)
            text += " " + std::to_string(stage.index);
    }
    for (const StageProblem& problem : graph.problems)
        text += fmt::format(
            "\n{}{}", problem.stage ? fmt::format("in {}: ", *problem.stage) : "", problem.problem.message);
    return QString::fromStdString(text);
}

StageGraph graphOf(const std::string& text, const StageOptions& options = {})
{
    return stageGraph(readDockerfile(text), options);
}

} // namespace

class TestStages : public QObject {
    Q_OBJECT

private slots:
    void graphs_data();
    void graphs();
    void targets();
    void platforms();
    void argumentsInFrom();
    void namedContexts();
    void edgesHavePlaces();
    void refusalsDependOnTheTarget();
    void manyStages();
    void proxies();
};

void TestStages::graphs_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, const char* text, const char* expected) {
        QTest::newRow(name) << QString::fromUtf8(text) << QString::fromUtf8(expected);
    };
    row("one stage", "FROM alpine", "0<-alpine needed 0");
    row("copy by name in any case", "FROM a AS Build\nFROM b\nCOPY --from=BUILD /x /y /z",
        "0<-a 1<-b 1<=0:/x:/y needed 0 1");
    row("FROM finds exact text only", "FROM a AS Build\nFROM Build",
        "0<-a 1<-Build needed 1\n"
        "failed to parse stage name \"Build\": invalid reference format: repository name (library/Build) must be lowercase");
    row("names of images", "FROM a:\nFROM b AS two\nCOPY --from=A/b c d\nRUN --mount=from=c/D e",
        "0<-a: 1<-b 1<=A/b:c 1<~c/D needed 1\n"
        "failed to parse stage name \"a:\": invalid reference format\n"
        "failed to parse stage name \"c/D\": invalid reference format: repository name (c/D) must be lowercase");
    row("platforms", "FROM --platform=arm64 a\nFROM --platform=foo a\nFROM --platform=windows(10.0)/amd64 a\n"
                     "FROM --platform=linux/arm/v7/x a\nFROM --platform= a",
        "0<-a 1<-a 2<-a 3<-a 4<-a needed 4\n"
        "failed to parse platform foo: \"foo\": unknown operating system or architecture: invalid argument\n"
        "failed to parse platform linux/arm/v7/x: \"linux/arm/v7/x\": cannot parse platform specifier: invalid argument");
    row("FROM finds earlier stages only", "FROM b\nFROM a AS b", "0<-b 1<-a needed 1");
    row("copy by number", "FROM a\nFROM b\nCOPY --from=0 x y", "0<-a 1<-b 1<=0:x needed 0 1");
    row("copy from an image", "FROM a\nCOPY --from=nginx:1 x y", "0<-a 0<=nginx:1:x needed 0");
    row("mount from a number is an image", "FROM a\nFROM b\nRUN --mount=from=0,source=/s x",
        "0<-a 1<-b 1<~0:/s needed 1");
    row("mount from a stage", "FROM a AS s\nFROM b\nRUN --mount=type=bind,from=s x", "0<-a 1<-b 1<~0 needed 0 1");
    row("duplicate names", "FROM a AS x\nFROM b AS x\nFROM x\nCOPY --from=x 1 2", "0<-a 1<-b 2<-1 2<=1:1 needed 1 2");
    row("what the target does not need", "FROM a AS x\nFROM b AS y\nFROM c", "0<-a 1<-b 2<-c needed 2");
    row("a stage named as its base", "FROM alpine AS alpine\nFROM alpine", "0<-alpine 1<-0 needed 0 1");
    row("scratch", "FROM scratch", "0<-scratch needed 0");
    row("copy from a later stage", "FROM a\nCOPY --from=late x y\nFROM b AS late\nFROM 0",
        "0<-a 0<=1:x 1<-b 2<-0 needed 2\n"
        "in 0: cannot copy from stage \"late\", it needs to be defined before current stage \"0\"");
    row("copy from itself", "FROM a AS x\nCOPY --from=x 1 2",
        "0<-a 0<=0:1 needed 0\ncircular dependency detected on stage: x");
    row("number without a stage", "FROM a\nCOPY --from=7 1 2", "0<-a needed 0\ninvalid stage index 7");
    row("variable in --from", "ARG x=a\nFROM a\nCOPY --from=$x 1 2",
        "0<-a needed 0\nvariable expansion is not supported for --from, define a new stage with FROM using ARG from "
        "global scope as a workaround");
    row("blank base", "FROM $x", "needed 0\nbase name ($x) should not be blank");
    row("bad variable", "FROM ${x", "needed 0\nbase name (${x) should not be blank");
    row("onbuild of a stage", "FROM a AS b\nFROM c AS base\nONBUILD COPY --from=b x y\nFROM base",
        "0<-a 1<-c 2<-1 2<=0:x needed 0 1 2");
    row("variables in copied paths", "FROM a AS s\nFROM b\nARG v=1\nENV d=/x\nCOPY --from=s $d/$v y",
        "0<-a 1<-b 1<=0:/x/1 needed 0 1");
    row("empty --from", "FROM a\nCOPY --from= x y", "0<-a needed 0");
}

void TestStages::graphs()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    if (QString::fromUtf8(QTest::currentDataTag()) == QStringLiteral("bad variable")) {
        const StageGraph graph = graphOf(text.toStdString());
        QCOMPARE(graph.problems.size(), 1U);
        QVERIFY(graph.problems[0].problem.message.find("missing '}'") != std::string::npos);
        return;
    }
    QCOMPARE(show(graphOf(text.toStdString())), expected);
}

void TestStages::targets()
{
    const std::string text = "FROM a AS one\nFROM b AS two\nCOPY --from=one x y\nFROM c AS three";
    QCOMPARE(show(graphOf(text, {.target = "Two"})), QStringLiteral("0<-a 1<-b 1<=0:x 2<-c needed 0 1"));
    QCOMPARE(*graphOf(text, {.target = "0"}).target, 0U);
    const StageGraph none = graphOf(text, {.target = "tow"});
    QVERIFY(!none.target.has_value());
    QCOMPARE(none.problems.at(0).problem.message, "target stage \"tow\" could not be found (did you mean two?)");
    QCOMPARE(graphOf(text, {.target = "two"}).buildOrder(), (std::vector<std::size_t> {0, 1}));
    QVERIFY(!graphOf("").target.has_value());
}

void TestStages::platforms()
{
    StageOptions options;
    options.targetPlatform = "linux/arm64/v8";
    const StageGraph graph
        = graphOf("FROM --platform=$BUILDPLATFORM a-$TARGETARCH$TARGETVARIANT\nFROM --platform=$x b", options);
    QCOMPARE(graph.stages[0].platform, "linux/amd64");
    QCOMPARE(graph.stages[0].base, "a-arm64v8");
    QCOMPARE(graph.problems.size(), 1U);
    QCOMPARE(graph.problems[0].problem.message, "empty platform value from expression $x");
}

void TestStages::argumentsInFrom()
{
    const std::string text = "ARG v=3\nARG image=alpine:$v\nFROM $image";
    QCOMPARE(graphOf(text).stages[0].base, "alpine:3");
    StageOptions options;
    options.buildArgs = {{"v", "4"}};
    QCOMPARE(graphOf(text, options).stages[0].base, "alpine:4");
    options.buildArgs = {{"image", "busybox"}};
    QCOMPARE(graphOf(text, options).stages[0].base, "busybox");
    // An ARG of a stage is no global one.
    QCOMPARE(graphOf("FROM a\nARG v=1\nFROM b$v").stages[1].base, "b");
}

void TestStages::namedContexts()
{
    StageOptions options;
    options.namedContexts = {"base"};
    QCOMPARE(show(graphOf("FROM a AS base\nFROM base\nCOPY --from=base x y", options)),
        QStringLiteral("0<-a 1<-base 1<=base:x needed 1"));
}

void TestStages::edgesHavePlaces()
{
    const Dockerfile file = readDockerfile("FROM a AS s\nFROM b\nRUN x\nCOPY --from=s \\\n /x /y\n");
    const StageGraph graph = stageGraph(file);
    QCOMPARE(graph.edges[2].line, 4U);
    QCOMPARE(std::string(file.document.source.slice(graph.edges[2].range)), "s");
    QCOMPARE(graph.stages[1].firstLine, 2U);
    QCOMPARE(graph.stages[1].lastLine, 5U);
}

void TestStages::refusalsDependOnTheTarget()
{
    const std::string text = "FROM a AS bad\nRUN --mount=type=nothing x\nFROM b AS good";
    QVERIFY(graphOf(text).refusals().empty());
    QCOMPARE(graphOf(text, {.target = "bad"}).refusals().size(), 1U);
}

void TestStages::manyStages()
{
    std::string text = "FROM a AS s0\n";
    for (int i = 1; i < 3000; ++i)
        text += fmt::format("FROM s{} AS s{}\n", i - 1, i);
    const StageGraph graph = graphOf(text);
    QVERIFY(graph.problems.empty());
    QCOMPARE(graph.buildOrder().size(), 3000U);
}

void TestStages::proxies()
{
    QVERIFY(isProxyArg("HTTP_PROXY"));
    QVERIFY(isProxyArg("no_proxy"));
    QVERIFY(!isProxyArg("Http_Proxy"));
    QVERIFY(!isProxyArg("PROXY"));
}

QTEST_GUILESS_MAIN(TestStages)
#include "tst_stages.moc"
