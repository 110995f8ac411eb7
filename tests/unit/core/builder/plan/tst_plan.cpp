// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/plan/plan.h"

#include "core/dockerfile/lint.h"

#include <QTest>

#include <map>

using namespace darsena;
using namespace darsena::builder;

namespace {

/// Images in a map.
class FakeImages : public ImageLookup {
public:
    std::map<std::string, oci::ImageConfig> configs;
    std::vector<std::string> asked;

    Result<BaseImage> find(const std::string& reference) override
    {
        asked.push_back(reference);
        const auto found = configs.find(reference);
        if (found == configs.end())
            return Error(ErrorCode::NotFound, "No such image: " + reference);
        const Digest id = Digest::ofText(reference);
        return BaseImage { reference, id, id, found->second, 0 };
    }
};

oci::ImageConfig busybox()
{
    oci::ImageConfig config;
    config.platform = oci::Platform::host();
    config.config.env = { "PATH=/bin", "BASE=1" };
    config.config.cmd = { "sh" };
    config.diffIds = { Digest::ofText("layer") };
    return config;
}

struct Planned {
    Result<Plan> plan;
    Place place;
    std::vector<std::string> asked;
};

Planned planOf(const char* text, const BuildRequest& request = {}, FakeImages images = {})
{
    if (!images.configs.contains("busybox"))
        images.configs["busybox"] = busybox();
    Place place;
    Result<Plan> plan = makePlan(request, text, images, place);
    return { std::move(plan), place, images.asked };
}

QString message(const Planned& planned)
{
    return planned.plan.ok() ? QString("no error") : QString::fromStdString(planned.plan.error().message());
}

/// "0 FROM busybox;1 RUN /bin/sh -c make [0]"
QString steps(const Plan& plan)
{
    QStringList lines;
    for (const Step& step : plan.steps) {
        QStringList needs;
        for (const int needed : step.info.dependsOn)
            needs.append(QString::number(needed));
        lines.append(QString("%1 %2 [%3]").arg(step.info.step).arg(QString::fromStdString(step.createdBy), needs.join(',')));
    }
    return lines.join('\n');
}

const RunCommandStep& runOf(const Plan& plan, std::size_t step) { return std::get<RunCommandStep>(plan.steps[step].action); }
const CopyStep& copyOf(const Plan& plan, std::size_t step) { return std::get<CopyStep>(plan.steps[step].action); }

} // namespace

class PlanTest : public QObject {
    Q_OBJECT
private slots:
    void threeStagesAndTheirEdges();
    void stagesNobodyNeedsAreLeftOut();
    void targetByNameAndNumber();
    void argumentsAndVariables();
    void buildArgumentsReachRunButNotHistory();
    void keysChangeWithWhatCounts();
    void configurationFollowsTheInstructions();
    void entrypointForgetsTheBasesCommand();
    void runForms();
    void runMounts();
    void copyForms();
    void onBuildTriggersRun();
    void warnings();
    void refusesWhatTheChecksRefuse_data();
    void refusesWhatTheChecksRefuse();
    void refusesInTheSameWordsWhatAnImageSets_data();
    void refusesInTheSameWordsWhatAnImageSets();
    void emptyWordsAreTaken_data();
    void emptyWordsAreTaken();
    void copiesFromNothing();
    void tooManyOfEverything();
    void errors_data();
    void errors();
    void missingImageIsNamedWithItsLine();
    void onlyNeededImagesAreAskedFor();
};

void PlanTest::threeStagesAndTheirEdges()
{
    const Planned planned = planOf("FROM busybox AS build\nCOPY hello.c .\nRUN make\n"
                                   "FROM build AS test\nRUN ./hello\n"
                                   "FROM busybox\nCOPY --from=build /hello /\nCOPY --from=1 /report /\nCMD [\"/hello\"]\n");
    QVERIFY2(planned.plan.ok(), qPrintable(message(planned)));
    QCOMPARE(steps(*planned.plan),
        QString("0 FROM busybox AS build []\n1 COPY hello.c . [0]\n2 RUN /bin/sh -c make [1]\n"
                "3 FROM build AS test [2]\n4 RUN /bin/sh -c ./hello [3]\n"
                "5 FROM busybox []\n6 COPY --from=build /hello / [2,5]\n7 COPY --from=1 /report / [4,6]\n8 CMD [\"/hello\"] [7]"));
    QCOMPARE(planned.plan->target, std::size_t(2));
    QCOMPARE(planned.plan->steps[2].info.line, 3);
    QCOMPARE(planned.plan->event.steps.size(), std::size_t(9));
    QCOMPARE(planned.plan->images.size(), std::size_t(1));
}

void PlanTest::stagesNobodyNeedsAreLeftOut()
{
    const Planned planned = planOf("FROM busybox AS a\nRUN a\nFROM missing AS unused\nRUN b\nFROM busybox\nCOPY --from=a /x /\n");
    QVERIFY2(planned.plan.ok(), qPrintable(message(planned)));
    QVERIFY(planned.plan->stages[0].needed);
    QVERIFY(!planned.plan->stages[1].needed);
    QVERIFY(!planned.plan->event.stages[1].needed);
    QCOMPARE(planned.plan->steps.size(), std::size_t(4));
}

void PlanTest::targetByNameAndNumber()
{
    BuildRequest request;
    request.target = "first";
    Planned planned = planOf("FROM busybox AS first\nRUN a\nFROM busybox\nRUN b\n", request);
    QVERIFY2(planned.plan.ok(), qPrintable(message(planned)));
    QCOMPARE(steps(*planned.plan), QString("0 FROM busybox AS first []\n1 RUN /bin/sh -c a [0]"));
    request.target = "1";
    planned = planOf("FROM busybox AS first\nRUN a\nFROM busybox\nRUN b\n", request);
    QVERIFY2(planned.plan.ok(), qPrintable(message(planned)));
    QCOMPARE(steps(*planned.plan), QString("0 FROM busybox []\n1 RUN /bin/sh -c b [0]"));
}

void PlanTest::argumentsAndVariables()
{
    BuildRequest request;
    request.buildArgs = { { "IMAGE", "busybox" }, { "GIVEN", "from the command line" } };
    const Planned planned = planOf("ARG IMAGE=nothing\nARG GLOBAL=g\nFROM $IMAGE\nARG GLOBAL\nARG GIVEN=default LOCAL=${GLOBAL}x\nARG UNSET\n"
                                   "ENV A=1 B=$A C=${BASE}\nENV A=2\nENV B=$A GIVEN=env\n"
                                   "LABEL g=$GLOBAL l=$LOCAL given=$GIVEN unset=[$UNSET]\nRUN x\n",
        request);
    QVERIFY2(planned.plan.ok(), qPrintable(message(planned)));
    const oci::ExecutionConfig& config = planned.plan->stages[0].config;
    QCOMPARE(config.labels.at("g"), std::string("g"));
    QCOMPARE(config.labels.at("l"), std::string("gx"));
    QCOMPARE(config.labels.at("given"), std::string("env")); // ENV wins over ARG
    QCOMPARE(config.labels.at("unset"), std::string("[]"));
    // One instruction sees the environment from before it: B had no A yet, then has the new one.
    const std::vector<std::string> expected { "PATH=/bin", "BASE=1", "A=2", "B=2", "C=1", "GIVEN=env" };
    QCOMPARE(config.env, expected);
    const std::vector<std::string>& env = runOf(*planned.plan, planned.plan->steps.size() - 1).env;
    QVERIFY(std::find(env.begin(), env.end(), "LOCAL=gx") != env.end());
    QVERIFY(std::find(env.begin(), env.end(), "GIVEN=env") != env.end());
    QVERIFY(std::none_of(env.begin(), env.end(), [](const std::string& entry) { return entry.starts_with("UNSET"); }));
}

void PlanTest::buildArgumentsReachRunButNotHistory()
{
    BuildRequest request;
    request.buildArgs = { { "TOKEN", "s3cr3t-value" }, { "http_proxy", "http://proxy" } };
    const Planned planned = planOf("FROM busybox\nARG TOKEN\nRUN use $TOKEN\n", request);
    QVERIFY2(planned.plan.ok(), qPrintable(message(planned)));
    const std::vector<std::string>& env = runOf(*planned.plan, 2).env;
    QVERIFY(std::find(env.begin(), env.end(), "TOKEN=s3cr3t-value") != env.end());
    QVERIFY(std::find(env.begin(), env.end(), "http_proxy=http://proxy") != env.end());
    for (const Step& step : planned.plan->steps) {
        QVERIFY(step.createdBy.find("s3cr3t") == std::string::npos);
        QVERIFY(step.inputs.toJson().find("s3cr3t") == std::string::npos);
        QVERIFY(step.info.expanded.find("s3cr3t") == std::string::npos);
    }
}

void PlanTest::keysChangeWithWhatCounts()
{
    const char* text = "FROM busybox\nARG V=1\nENV E=1\nRUN make\n";
    const auto key = [](const char* dockerfile, std::map<std::string, std::string> args) {
        BuildRequest request;
        request.buildArgs = std::move(args);
        const Planned planned = planOf(dockerfile, request);
        return planned.plan.ok() ? planned.plan->steps.back().inputs.key() : Digest();
    };
    const Digest first = key(text, {});
    QVERIFY(!first.empty());
    QCOMPARE(key(text, {}), first);
    QCOMPARE(key("# a comment\nFROM busybox\n\nARG V=1\nENV E=1\nrun make\n", {}), first);
    QCOMPARE(key(text, { { "HTTP_PROXY", "x" }, { "UNDECLARED", "y" } }), first);
    QVERIFY(key(text, { { "V", "2" } }) != first);
    QVERIFY(key("FROM busybox\nARG V=1\nENV E=2\nRUN make\n", {}) != first);
    QVERIFY(key("FROM busybox\nARG V=1\nENV E=1\nUSER 5\nRUN make\n", {}) != first);
    QVERIFY(key("FROM busybox\nARG V=1\nENV E=1\nWORKDIR /x\nRUN make\n", {}) != first);
    QVERIFY(key("FROM busybox\nARG V=1\nENV E=1\nSHELL [\"/bin/ash\",\"-c\"]\nRUN make\n", {}) != first);
    QVERIFY(key("FROM busybox\nARG V=1\nENV E=1\nRUN [\"make\"]\n", {}) != first);

    // The name of a stage says nothing about what is in it.
    const auto copyKey = [](const char* dockerfile) {
        const Planned planned = planOf(dockerfile);
        return planned.plan.ok() ? planned.plan->steps.back().inputs.key() : Digest();
    };
    QCOMPARE(copyKey("FROM busybox AS a\nRUN x\nFROM busybox\nCOPY --from=a /x /\n"),
        copyKey("FROM busybox AS renamed\nRUN x\nFROM busybox\nCOPY --from=renamed /x /\n"));
}

void PlanTest::configurationFollowsTheInstructions()
{
    const Planned planned = planOf("FROM busybox\nWORKDIR /a\nWORKDIR b\nUSER me:us\nEXPOSE 80 90/udp 100-102\nVOLUME [\"/data\", \"/x y\"]\n"
                                   "STOPSIGNAL SIGINT\nMAINTAINER me\nSHELL [\"/bin/ash\", \"-ec\"]\nCMD echo hi\nENTRYPOINT [\"/e\"]\n"
                                   "HEALTHCHECK --interval=5s --retries=3 CMD true\nLABEL a=b \"c d\"=e\nONBUILD RUN echo later\n");
    QVERIFY2(planned.plan.ok(), qPrintable(message(planned)));
    const oci::ExecutionConfig& config = planned.plan->stages[0].config;
    QCOMPARE(config.workingDir, std::string("/a/b"));
    QCOMPARE(config.user, std::string("me:us"));
    const std::vector<std::string> ports { "100/tcp", "101/tcp", "102/tcp", "80/tcp", "90/udp" };
    QCOMPARE(config.exposedPorts, ports);
    const std::vector<std::string> volumes { "/data", "/x y" };
    QCOMPARE(config.volumes, volumes);
    QCOMPARE(config.stopSignal, std::string("SIGINT"));
    QCOMPARE(planned.plan->stages[0].author, std::string("me"));
    const std::vector<std::string> cmd { "/bin/ash", "-ec", "echo hi" };
    QVERIFY(config.cmd == cmd);
    QVERIFY(config.entrypoint == std::vector<std::string> { "/e" });
    QVERIFY(config.healthcheck.has_value());
    const std::vector<std::string> test { "CMD-SHELL", "true" };
    QCOMPARE(config.healthcheck->test, test);
    QCOMPARE(config.healthcheck->interval, std::int64_t(5'000'000'000));
    QCOMPARE(config.labels.at("c d"), std::string("e"));
    QCOMPARE(config.onBuild, std::vector<std::string> { "RUN echo later" });
    QCOMPARE(std::get<WorkdirStep>(planned.plan->steps[2].action).path, std::string("/a/b"));
}

void PlanTest::entrypointForgetsTheBasesCommand()
{
    Planned planned = planOf("FROM busybox\nENTRYPOINT [\"/e\"]\n");
    QVERIFY(planned.plan.ok());
    QVERIFY(!planned.plan->stages[0].config.cmd.has_value());
    planned = planOf("FROM busybox\nCMD [\"x\"]\nENTRYPOINT [\"/e\"]\n");
    QVERIFY(planned.plan.ok());
    QVERIFY(planned.plan->stages[0].config.cmd.has_value());
}

void PlanTest::runForms()
{
    const Planned planned = planOf("FROM busybox\nRUN echo $HOME \\\n  twice\nRUN [\"/bin/echo\", \"a b\"]\nRUN <<EOF\necho one\necho two\nEOF\n"
                                   "RUN <<EOF\n#!/usr/bin/env python3\nprint(1)\nEOF\nRUN --network=none cat <<X >/f\nbody\nX\n");
    QVERIFY2(planned.plan.ok(), qPrintable(message(planned)));
    const std::vector<std::string> shell { "/bin/sh", "-c", "echo $HOME   twice" };
    QCOMPARE(runOf(*planned.plan, 1).args, shell);
    const std::vector<std::string> exec { "/bin/echo", "a b" };
    QCOMPARE(runOf(*planned.plan, 2).args, exec);
    const std::vector<std::string> heredoc { "/bin/sh", "-c", "echo one\necho two\n" };
    QCOMPARE(runOf(*planned.plan, 3).args, heredoc);
    const std::vector<std::string> shebang { "/bin/sh", "-c", "/dev/pipes/EOF" };
    QCOMPARE(runOf(*planned.plan, 4).args, shebang);
    QCOMPARE(runOf(*planned.plan, 4).script, std::string("#!/usr/bin/env python3\nprint(1)\n"));
    QVERIFY(runOf(*planned.plan, 5).args[2].find("body\nX") != std::string::npos);
    QVERIFY(runOf(*planned.plan, 5).network == RunNetwork::None);
}

void PlanTest::runMounts()
{
    const Planned planned = planOf("FROM busybox AS dep\nRUN x\nFROM busybox\nWORKDIR /w\n"
                                   "RUN --mount=type=cache,target=/root/.cache --mount=type=bind,from=dep,source=/a,target=b,rw "
                                   "--mount=type=tmpfs,target=/t,size=1024 --mount=type=secret,id=key --mount=target=/ctx make\n");
    QVERIFY2(planned.plan.ok(), qPrintable(message(planned)));
    const auto& mounts = std::get<RunCommandStep>(planned.plan->steps.back().action).mounts;
    QCOMPARE(mounts.size(), std::size_t(5));
    QCOMPARE(mounts[0].id, std::string("/root/.cache"));
    QVERIFY(mounts[1].from.kind == SourceTree::Kind::Stage && mounts[1].from.index == 0);
    QCOMPARE(mounts[1].target, std::string("/w/b"));
    QVERIFY(!mounts[1].readOnly);
    QCOMPARE(mounts[2].size, std::int64_t(1024));
    QCOMPARE(mounts[3].target, std::string("/run/secrets/key"));
    QVERIFY(mounts[4].from.kind == SourceTree::Kind::Context && mounts[4].readOnly);
    QCOMPARE(planned.plan->steps.back().info.dependsOn, (std::vector<int> { 1, 3 }));
}

void PlanTest::copyForms()
{
    const Planned planned = planOf("FROM busybox\nWORKDIR /w\nENV D=dir\nCOPY --chown=1:2 --chmod=u=rw --exclude=*.o a b* ${D}/\nCOPY [\"with space\", \"/x\"]\n"
                                   "COPY . .\nCOPY <<one <<\"two\" /etc/\nvalue $D\none\nraw $D\ntwo\nADD --unpack=false a.tar /\n");
    QVERIFY2(planned.plan.ok(), qPrintable(message(planned)));
    const CopyStep& first = copyOf(*planned.plan, 3);
    QCOMPARE(first.sources, (std::vector<std::string> { "a", "b*" }));
    QCOMPARE(first.destination, std::string("/w/dir"));
    QVERIFY(first.destinationIsDirectory);
    QCOMPARE(first.chown, std::string("1:2"));
    QVERIFY(first.chmod.has_value());
    QCOMPARE(first.excludes, std::vector<std::string> { "*.o" });
    QCOMPARE(copyOf(*planned.plan, 4).sources, std::vector<std::string> { "with space" });
    QVERIFY(!copyOf(*planned.plan, 4).destinationIsDirectory);
    QCOMPARE(copyOf(*planned.plan, 5).destination, std::string("/w"));
    QVERIFY(copyOf(*planned.plan, 5).destinationIsDirectory);
    const CopyStep& inlined = copyOf(*planned.plan, 6);
    QCOMPARE(inlined.files.size(), std::size_t(2));
    QCOMPARE(inlined.files[0].content, std::string("value dir\n"));
    QCOMPARE(inlined.files[1].content, std::string("raw $D\n"));
    QVERIFY(copyOf(*planned.plan, 7).add && !copyOf(*planned.plan, 7).unpack);
}

void PlanTest::onBuildTriggersRun()
{
    FakeImages images;
    images.configs["parent"] = busybox();
    images.configs["parent"].config.onBuild = { "COPY . /app", "RUN make -C /app" };
    const Planned planned = planOf("FROM parent\nCMD [\"x\"]\n", {}, images);
    QVERIFY2(planned.plan.ok(), qPrintable(message(planned)));
    QCOMPARE(steps(*planned.plan),
        QString("0 FROM parent []\n1 COPY . /app [0]\n2 RUN /bin/sh -c make -C /app [1]\n3 CMD [\"x\"] [2]"));
    QCOMPARE(planned.plan->steps[1].info.line, 0);
    QVERIFY(planned.plan->stages[0].config.onBuild.empty());
}

void PlanTest::warnings()
{
    BuildRequest request;
    request.buildArgs = { { "NOBODY", "x" }, { "USED", "y" } };
    const Planned planned = planOf("FROM busybox\nARG USED\n", request);
    QVERIFY(planned.plan.ok());
    QCOMPARE(planned.plan->warnings.size(), std::size_t(1));
    QCOMPARE(QString::fromStdString(planned.plan->warnings[0].message), QString("build arguments that no ARG declares: NOBODY"));
}

void PlanTest::refusesWhatTheChecksRefuse_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* name, const char* text, const char* sentence) { QTest::addRow("%s", name) << text << sentence; };
    row("first of two", "FROM scratch\nENV A=${\nFRM x\n", "Dockerfile:2:7: failed to process \"${\": syntax error: missing '}'");
    row("instruction", "FROM scratch\nFRM x\n", "Dockerfile:2:1: unknown instruction: FRM (did you mean FROM?)");
    row("url", "FROM scratch\nCOPY http://example.com/x /\n", "Dockerfile:2:6: source can't be a URL for COPY");
    row("signal", "FROM scratch\nSTOPSIGNAL SIGNOTHING\n", "Dockerfile:2:12: invalid signal: SIGNOTHING");
    row("port", "FROM scratch\nEXPOSE 80/http\n", "Dockerfile:2:8: invalid port: \"80/http\": invalid proto: http");
    row("volume", "FROM scratch\nVOLUME $NONE\n", "Dockerfile:2:8: VOLUME specified can not be an empty string");
    row("stage number", "FROM scratch\nCOPY --from=7 a /\n", "Dockerfile:2:13: invalid stage index 7");
    row("a trigger of a stage", "FROM scratch AS a\nONBUILD STOPSIGNAL 0\nFROM a\n", "Dockerfile:3:6: invalid signal: 0");
    row("a wrong check directive", "# check=nothing\nFROM scratch\n", "Dockerfile:1:9: invalid check option \"nothing\"");
    row("right", "FROM scratch\nEXPOSE 80\n", "");
    row("a stage that is not built", "FROM scratch AS unused\nSTOPSIGNAL 0\nFROM scratch\n", "");
}

/// The first of the checks' refusals, and none where they have none.
void PlanTest::refusesWhatTheChecksRefuse()
{
    QFETCH(QString, text);
    QFETCH(QString, sentence);
    const dockerfile::Dockerfile file = dockerfile::readDockerfile(text.toStdString());
    dockerfile::StageOptions stages;
    stages.target = std::to_string(file.stages.size() - 1);
    const std::vector<dockerfile::Finding> refusals = dockerfile::refusals(file, stages);
    const Planned planned = planOf(text.toUtf8().constData());
    QCOMPARE(planned.plan.ok(), refusals.empty());
    if (refusals.empty())
        return;
    const dockerfile::Finding& first = refusals.front();
    QCOMPARE(message(planned), QString("Dockerfile:%1:%2: %3").arg(first.begin.line).arg(first.begin.column).arg(first.message.c_str()));
    QCOMPARE(message(planned), sentence);
    QCOMPARE(planned.place.line, static_cast<int>(first.begin.line));
    QVERIFY(planned.plan.error().code() == ErrorCode::Invalid);
    // They are those findings of all the checks that have this rule.
    dockerfile::LintOptions options;
    options.stages = stages;
    std::vector<std::string> all;
    for (const dockerfile::Finding& finding : dockerfile::lint(file, options)) {
        if (finding.rule == dockerfile::buildErrorRule)
            all.push_back(finding.message);
    }
    std::vector<std::string> only;
    for (const dockerfile::Finding& finding : refusals)
        only.push_back(finding.message);
    QCOMPARE(only, all);
}

void PlanTest::refusesInTheSameWordsWhatAnImageSets_data()
{
    QTest::addColumn<QString>("instruction");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* instruction, const char* sentence) { QTest::addRow("%s", instruction) << instruction << sentence; };
    row("STOPSIGNAL $WORD", "invalid signal: word");
    row("EXPOSE $WORD", "invalid containerPort: word");
    row("COPY --chmod=$WORD a /", "invalid chmod parameter: 'word'. it should be octal string and between 0 and 07777");
    row("COPY $URL /", "source can't be a URL for COPY");
    row("VOLUME $EMPTY", "VOLUME specified can not be an empty string");
    row("RUN --mount=target=$ROOT true", "invalid mount target \"/\"");
}

/// What the checks cannot know: variables of the base image.
void PlanTest::refusesInTheSameWordsWhatAnImageSets()
{
    QFETCH(QString, instruction);
    QFETCH(QString, sentence);
    FakeImages images;
    images.configs["parent"] = busybox();
    images.configs["parent"].config.env = { "WORD=word", "URL=http://example.com/x", "EMPTY=", "ROOT=/" };
    const Planned planned = planOf(("FROM parent\n" + instruction + "\n").toUtf8().constData(), {}, images);
    QCOMPARE(message(planned), "Dockerfile:2: " + sentence);
}

void PlanTest::emptyWordsAreTaken_data()
{
    QTest::addColumn<QString>("instruction");
    QTest::addColumn<QString>("warning"); ///< part of it; empty = none
    const auto row = [](const char* instruction, const char* warning) { QTest::addRow("%s", instruction) << instruction << warning; };
    row("COPY --chown= --chmod= a /x", "");
    row("COPY --chown=$NONE --chmod=$NONE a /x", "");
    row("COPY --from= a /x", "");
    row("COPY $NONE /x", "means everything in the build context");
    row("COPY a $NONE", "which means /w");
    row("COPY a b /x", "/x is a directory; write a / behind it");
    row("WORKDIR $NONE", "/w stays the working directory");
    row("USER $NONE", "which means root");
    row("ENV $NONE=1 B=2", "a variable without a name (=1) is left out");
    row("LABEL $NONE=1 b=2", "a label without a name (=1) is left out");
}

void PlanTest::emptyWordsAreTaken()
{
    QFETCH(QString, instruction);
    QFETCH(QString, warning);
    const Planned planned = planOf(("FROM busybox\nWORKDIR /w\nUSER me\n" + instruction + "\n").toUtf8().constData());
    QVERIFY2(planned.plan.ok(), qPrintable(message(planned)));
    const Plan& plan = *planned.plan;
    QCOMPARE(plan.warnings.size(), std::size_t(warning.isEmpty() ? 0 : 1));
    if (!warning.isEmpty()) {
        QVERIFY2(QString::fromStdString(plan.warnings[0].message).contains(warning), plan.warnings[0].message.c_str());
        QCOMPARE(plan.warnings[0].line, 4);
    }
    const oci::ExecutionConfig& config = plan.stages[0].config;
    QCOMPARE(config.workingDir, std::string("/w"));
    QCOMPARE(config.user, std::string(instruction.startsWith("USER") ? "" : "me"));
    if (instruction.startsWith("COPY")) {
        const CopyStep& copy = copyOf(plan, 3);
        QVERIFY(copy.chown.empty() && !copy.chmod && copy.from.kind == SourceTree::Kind::Context);
        const bool directory = instruction.endsWith("b /x") || instruction.endsWith("a $NONE");
        QCOMPARE(copy.destinationIsDirectory, directory);
        QCOMPARE(copy.destination, std::string(instruction.endsWith("$NONE") ? "/w" : "/x"));
        QCOMPARE(copy.sources.front(), std::string(instruction.contains("$NONE /x") ? "." : "a"));
    } else if (instruction.startsWith("ENV")) {
        QCOMPARE(config.env, (std::vector<std::string> { "PATH=/bin", "BASE=1", "B=2" }));
    } else if (instruction.startsWith("LABEL")) {
        QCOMPARE(config.labels.size(), std::size_t(1));
        QCOMPARE(config.labels.at("b"), std::string("2"));
    }
}

void PlanTest::copiesFromNothing()
{
    const Planned planned = planOf("FROM busybox\nCOPY --from=scratch / /x\nRUN --mount=from=scratch,target=/y true\nCOPY --from=\"busybox\" /bin/sh /z\n");
    QVERIFY2(planned.plan.ok(), qPrintable(message(planned)));
    const Plan& plan = *planned.plan;
    QVERIFY(copyOf(plan, 1).from.kind == SourceTree::Kind::Image);
    QVERIFY(plan.images[copyOf(plan, 1).from.index].chain.empty());
    QCOMPARE(runOf(plan, 2).mounts.front().from.index, copyOf(plan, 1).from.index);
    QCOMPARE(plan.images[copyOf(plan, 3).from.index].reference, std::string("busybox"));
    QCOMPARE(planned.asked, std::vector<std::string> { "busybox" });
}

void PlanTest::tooManyOfEverything()
{
    std::string variables = "FROM scratch AS a\nENV";
    for (int i = 0; i < 2000; ++i)
        variables += " V" + std::to_string(i) + "=1";
    std::string text = variables + "\n";
    for (int i = 0; i < 600; ++i)
        text += "FROM a\n";
    Planned planned = planOf(text.c_str());
    QVERIFY(!planned.plan.ok());
    QVERIFY(planned.plan.error().code() == ErrorCode::TooLarge);
    QCOMPARE(message(planned), QString("Dockerfile has 2000 variables and 601 stages; both together are too many"));
    text = "FROM scratch\n";
    for (int i = 0; i < 50'000; ++i)
        text += "USER a\n";
    planned = planOf(text.c_str());
    QVERIFY(planned.plan.error().code() == ErrorCode::TooLarge);
    QCOMPARE(message(planned), QString("Dockerfile has more than 50000 instructions"));
    text = "FROM scratch\n";
    for (int i = 0; i <= 5000; ++i)
        text += "ARG V" + std::to_string(i) + "\n";
    planned = planOf(text.c_str());
    QCOMPARE(message(planned), QString("Dockerfile has more than 5000 variables"));
    // Long lists take time in proportion to their length: by the square, this would be minutes.
    text = "FROM scratch\nCOPY";
    for (int i = 0; i < 200'000; ++i)
        text += i % 20'000 == 19'999 ? " \\\n a" : " a"; // lines have a bound
    planned = planOf((text + " /x/\n").c_str());
    QVERIFY2(planned.plan.ok(), qPrintable(message(planned)));
    QCOMPARE(copyOf(*planned.plan, 1).sources.size(), std::size_t(200'000));
}

void PlanTest::errors_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("expected"); ///< part of the sentence
    QTest::addColumn<int>("line");
    const auto row = [](const char* name, const char* text, const char* expected, int line, const char* target = "") {
        QTest::addRow("%s", name) << text << target << expected << line;
    };
    row("empty", "", "no instructions", 1);
    row("unknown instruction", "FROM busybox\nFRM x\n", "Dockerfile:2:1", 2);
    row("unknown target", "FROM busybox\n", "target stage \"none\" could not be found", 0, "none");
    row("copies from itself", "FROM busybox AS a\nCOPY --from=a x y\n", "circular", 2);
    row("later stage", "FROM busybox\nCOPY --from=b /x /\nFROM busybox AS b\n", "Dockerfile:2", 2, "0");
    row("chmod", "FROM busybox\nCOPY --chmod=rwx a /b\n", "invalid chmod parameter: 'rwx'", 2);
    row("blank base", "ARG X\nFROM $X\n", "blank", 2);
    row("url", "FROM busybox\nADD https://example.org/x /\n", "not supported", 2);
    row("git", "FROM busybox\nADD https://example.org/x.git /\n", "not supported", 2);
    row("ssh", "FROM busybox\nRUN --mount=type=ssh x\n", "ssh", 2);
    row("insecure", "FROM busybox\nRUN --security=insecure x\n", "refused", 2);
    row("mount over the root", "FROM busybox\nRUN --mount=type=tmpfs,target=/ x\n", "target", 2);
    row("port", "FROM busybox\nEXPOSE 80:70000\n", "invalid containerPort: 70000", 2);
    row("device", "FROM busybox\nRUN --device=x.example/a=b true\n", "no devices", 2);
    row("variable must be set", "FROM busybox\nENV A=\"${B:?say B}\"\n", "say B", 2);
}

void PlanTest::errors()
{
    QFETCH(QString, text);
    QFETCH(QString, target);
    QFETCH(QString, expected);
    QFETCH(int, line);
    BuildRequest request;
    request.target = target.toStdString();
    const Planned planned = planOf(text.toUtf8().constData(), request);
    QVERIFY(!planned.plan.ok());
    QVERIFY2(message(planned).contains(expected), qPrintable(message(planned)));
    QCOMPARE(planned.place.line, line);
}

void PlanTest::missingImageIsNamedWithItsLine()
{
    const Planned planned = planOf("FROM busybox AS a\nFROM debian:bookworm\nCOPY --from=a / /\n");
    QVERIFY(!planned.plan.ok());
    QVERIFY(planned.plan.error().code() == ErrorCode::NotFound);
    QVERIFY2(message(planned).startsWith("Dockerfile:2: "), qPrintable(message(planned)));
    QVERIFY2(message(planned).contains("\"debian:bookworm\""), qPrintable(message(planned)));
    QVERIFY2(message(planned).contains("docker load"), qPrintable(message(planned)));
    const Planned copied = planOf("FROM busybox\nCOPY --from=nginx / /\n");
    QVERIFY2(message(copied).startsWith("Dockerfile:2: ") && message(copied).contains("nginx"), qPrintable(message(copied)));
}

void PlanTest::onlyNeededImagesAreAskedFor()
{
    const Planned planned = planOf("FROM gone AS unused\nFROM busybox\nCOPY --from=busybox /a /\n");
    QVERIFY(planned.plan.ok());
    QCOMPARE(planned.asked, std::vector<std::string> { "busybox" });
}

QTEST_GUILESS_MAIN(PlanTest)
#include "tst_plan.moc"
