// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/instructions.h"

#include "core/dockerfile/parser.h"

#include "shared_cases.h"

#include <QTest>

#include <fmt/format.h>

using namespace darsena;
using namespace darsena::dockerfile;

namespace {

/// The only instruction behind "FROM a".
template <typename T> T single(const std::string& text)
{
    const Dockerfile file = readDockerfile("FROM a\n" + text);
    if (!file.ok() || file.stages.size() != 1 || file.stages[0].instructions.size() != 1) {
        qWarning("%s: %s", text.c_str(), file.ok() ? "not one instruction" : file.error().message().c_str());
        return {};
    }
    const T* body = file.stages[0].instructions[0].as<T>();
    return body != nullptr ? *body : T {};
}

std::string place(const Dockerfile& file, Range range)
{
    const Position begin = file.document.source.position(range.begin);
    const Position end = file.document.source.position(range.end);
    return fmt::format("{}:{}-{}:{}", begin.line, begin.column, end.line, end.column);
}

} // namespace

class TestInstructions : public QObject {
    Q_OBJECT

private slots:
    void buildKitRefusals();
    void buildKitComments();
    void refusals_data();
    void refusals();
    void stages();
    void from();
    void run();
    void runScripts_data();
    void runScripts();
    void mounts();
    void mountsWithVariables();
    void lateRefusals_data();
    void lateRefusals();
    void copyAndAdd();
    void copyHeredocs();
    void environment();
    void healthcheck();
    void onBuild();
    void emptyCommands();
    void durations_data();
    void durations();
    void oneInstruction();
    void aFaultyFromKeepsNumbers();
};

void TestInstructions::buildKitRefusals()
{
    std::vector<json::Object> cases = tests::readCases("buildkit-parser/extra-cases.jsonl");
    SKIP_WITHOUT(cases);
    std::erase_if(cases, [](const json::Object& c) { return tests::textOf(c, "kind") != "instruction_error"; });
    QVERIFY(!cases.empty());
    for (const json::Object& c : cases) {
        // Alone they would also miss a FROM, which comes second.
        const Document document = parse(tests::textOf(c, "dockerfile"));
        const Dockerfile file = readDockerfile("FROM a\n" + tests::textOf(c, "dockerfile"));
        const std::string expected = tests::textOf(c, "error_contains");
        QVERIFY2(!file.ok(), expected.c_str());
        QVERIFY2(
            file.problems.front().message.find(expected) != std::string::npos, file.problems.front().message.c_str());
    }
}

void TestInstructions::buildKitComments()
{
    std::vector<json::Object> cases = tests::readCases("buildkit-parser/extra-cases.jsonl");
    SKIP_WITHOUT(cases);
    std::erase_if(cases, [](const json::Object& c) { return tests::textOf(c, "kind") != "doc_comments"; });
    QVERIFY(!cases.empty());
    for (const json::Object& c : cases) {
        const Dockerfile file = readDockerfile(tests::textOf(c, "dockerfile"));
        json::Object actual;
        for (const Instruction& instruction : file.globalArgs) {
            for (const Arg::Variable& variable : instruction.as<Arg>()->variables)
                actual["meta:" + variable.name] = variable.comment;
        }
        for (const Stage& stage : file.stages) {
            actual["stage:" + stage.name] = stage.comment;
            for (const Instruction& instruction : stage.instructions) {
                for (const Arg::Variable& variable : instruction.as<Arg>()->variables)
                    actual[stage.name + ".ARG " + variable.name] = variable.comment;
            }
        }
        QVERIFY2(actual == c.at("expected").as_object(), json::serialize(actual).c_str());
    }
}

void TestInstructions::refusals_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* text, const char* expected) {
        QTest::addRow("%s", expected) << QString::fromUtf8(text) << QString::fromUtf8(expected);
    };
    row("FROM a b", "1:1-1:9 FROM requires either one or three arguments");
    row("FROM a AS 1x",
        "1:11-1:13 invalid name for build stage: \"1x\", name can't start with a number or contain symbols");
    row("FROM --plat=x a", "1:6-1:14 unknown flag: --plat");
    row("FROM --platfrom=x a", "1:6-1:18 unknown flag: --platfrom (did you mean platform?)");
    row("RUN a", "1:1-1:4 no build stage in current context");
    row("ARG a", "1:6-1:6 dockerfile contains no stages to build");
    row("FROM a\nRUM x", "2:1-2:4 unknown instruction: RUM (did you mean RUN?)");
    row("FROM a\nRUN --network=no x", "2:15-2:17 unsupported network mode \"no\"");
    row("FROM a\nRUN --security=x y", "2:16-2:17 security \"x\" is not valid");
    row("FROM a\nRUN --mount=type=cache,from=$x,target=/a y",
        "2:13-2:41 'from' doesn't support variable expansion, define alias stage instead");
    row("FROM a\nRUN --mount=type=cache,foo y", "2:13-2:27 invalid field 'foo' must be a key=value pair");
    row("FROM a\nCOPY --link=perhaps a b", "2:6-2:20 expecting boolean value for flag --link, not: perhaps");
    row("FROM a\nCOPY --chown=a --chown=b c d", "2:16-2:25 duplicate flag specified: --chown");
    row("FROM a\nCOPY --chmod a b", "2:6-2:13 missing a value on flag: --chmod");
    row("FROM a\nCOPY a <<E\nE", "2:8-2:11 COPY cannot accept a heredoc as a destination");
    row("FROM a\nSHELL sh -c", "2:1-2:12 SHELL requires the arguments to be in JSON form");
    row("FROM a\nHEALTHCHECK NONE x", "2:18-2:19 HEALTHCHECK NONE takes no arguments");
    row("FROM a\nHEALTHCHECK TCP 80", "2:13-2:16 Unknown type \"TCP\" in HEALTHCHECK (try CMD)");
    row("FROM a\nHEALTHCHECK CMD", "2:1-2:16 Missing command after HEALTHCHECK CMD");
    row("FROM a\nHEALTHCHECK --interval=1us CMD a", "2:24-2:27 Interval \"interval\" cannot be less than 1ms");
    row("FROM a\nHEALTHCHECK --timeout=5 CMD a", "2:23-2:24 time: missing unit in duration \"5\"");
    row("FROM a\nHEALTHCHECK --retries=-1 CMD a", "2:23-2:25 --retries cannot be negative (-1)");
    row("FROM a\nONBUILD FROM b", "2:9-2:13 FROM isn't allowed as an ONBUILD trigger");
    row("FROM a\nENV =x", "2:5-2:7 ENV names can not be blank");
    row("FROM a\nARG =x", "2:5-2:7 ARG names can not be blank");
    row("FROM a\nVOLUME [\" \"]", "2:9-2:12 VOLUME specified can not be an empty string");
}

void TestInstructions::refusals()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    const Dockerfile file = readDockerfile(text.toStdString());
    QVERIFY(!file.ok());
    const Problem& problem = file.problems.front();
    QCOMPARE(QString::fromStdString(place(file, problem.range) + " " + problem.message), expected);
}

void TestInstructions::stages()
{
    const Dockerfile file = readDockerfile("ARG v=1\nFROM a:$v AS Build\nRUN x\nRUN y\n\nfrom b\nCMD z\n");
    QVERIFY(file.ok());
    QCOMPARE(file.globalArgs.size(), 1U);
    QCOMPARE(file.stages.size(), 2U);
    QCOMPARE(file.stages[0].name, "build");
    QCOMPARE(file.stages[0].base, "a:$v");
    QCOMPARE(file.stages[0].instructions.size(), 2U);
    QCOMPARE(file.stages[0].firstLine, 2U);
    QCOMPARE(file.stages[0].lastLine, 4U);
    QCOMPARE(file.stages[1].name, "");
    QCOMPARE(file.stages[1].index, 1U);
    QCOMPARE(file.stages[1].instructions[0].original, "CMD z");
    QCOMPARE(file.stages[1].from.name, "FROM");
}

void TestInstructions::from()
{
    const Dockerfile file = readDockerfile("FROM --platform=$BUILDPLATFORM alpine:3 As x");
    const From& from = file.stages[0].fromBody();
    QCOMPARE(place(file, from.image.range), "1:32-1:40");
    QCOMPARE(place(file, from.platform->range), "1:17-1:31");
    QCOMPARE(place(file, from.asRange), "1:41-1:43");
    QCOMPARE(place(file, from.alias->range), "1:44-1:45");
    QCOMPARE(*file.stages[0].platform, "$BUILDPLATFORM");
}

void TestInstructions::run()
{
    const Run shell = single<Run>("RUN --network=none --security=insecure a && \\\n  b");
    QVERIFY(shell.command.shellForm);
    QCOMPARE(shell.command.arguments, std::vector<std::string> {"a &&   b"});
    QVERIFY(shell.network == RunNetwork::None);
    QVERIFY(shell.security == RunSecurity::Insecure);
    const Run exec = single<Run>("RUN [\"a\", \"b c\"]");
    QVERIFY(!exec.command.shellForm);
    QCOMPARE(exec.command.arguments, (std::vector<std::string> {"a", "b c"}));
}

void TestInstructions::runScripts_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("script");
    QTest::addColumn<QString>("executable");
    const auto row = [](const char* name, const char* text, const char* script, const char* executable) {
        QTest::newRow(name) << QString::fromUtf8(text) << QString::fromUtf8(script) << QString::fromUtf8(executable);
    };
    row("plain", "RUN echo $x", "echo $x", "");
    row("heredoc only", "RUN <<EOF\na\n\tb\nEOF", "a\n\tb\n", "");
    row("tabs stripped", "RUN <<-EOF\n\ta\n\t\tb\n\tEOF", "a\nb\n", "");
    row("shebang", "RUN <<py\n#!/usr/bin/python\nprint()\npy", "#!/usr/bin/python\nprint()\n", "py");
    row("command with heredoc", "RUN python3 <<EOF\nprint()\nEOF", "python3 <<EOF\nprint()\nEOF", "");
    row("two heredocs", "RUN a <<A <<B\n1\nA\n2\nB", "a <<A <<B\n1\nA\n2\nB", "");
    row("flags are no part of it", "RUN --network=none <<EOF\na\nEOF", "a\n", "");
}

void TestInstructions::runScripts()
{
    QFETCH(QString, text);
    QFETCH(QString, script);
    QFETCH(QString, executable);
    const RunScript actual = single<Run>(text.toStdString()).script();
    QCOMPARE(QString::fromStdString(actual.text), script);
    QCOMPARE(QString::fromStdString(actual.executableName), executable);
}

void TestInstructions::mounts()
{
    const Run run = single<Run>("RUN --mount=type=cache,target=/c,sharing=locked,id=x,mode=0700,uid=5 "
                                "--mount=from=base,src=/a,dst=/b "
                                "--mount=type=secret,id=key,env=KEY,required "
                                "--mount=type=tmpfs,target=/t,size=64m "
                                "--mount=type=bind,target=/w,rw "
                                "--mount='type=cache,\"target=/a,b\",ro' make");
    QCOMPARE(run.mounts.size(), 6U);
    QVERIFY(run.mounts[0].type == MountType::Cache);
    QCOMPARE(run.mounts[0].target, "/c");
    QVERIFY(run.mounts[0].sharing == CacheSharing::Locked);
    QCOMPARE(*run.mounts[0].mode, 0700U);
    QCOMPARE(*run.mounts[0].uid, 5U);
    QVERIFY(!run.mounts[0].readOnly);
    QVERIFY(run.mounts[1].type == MountType::Bind);
    QCOMPARE(*run.mounts[1].from, "base");
    QCOMPARE(run.mounts[1].source, "/a");
    QVERIFY(run.mounts[1].readOnly);
    QVERIFY(run.mounts[2].required);
    QCOMPARE(*run.mounts[2].env, "KEY");
    QCOMPARE(*run.mounts[3].size, 64U << 20);
    QVERIFY(!run.mounts[4].readOnly);
    QCOMPARE(run.mounts[5].target, "/a,b");
    QVERIFY(run.mounts[5].readOnly);

    const Dockerfile file = readDockerfile("FROM a\nRUN --mount=type=bind,from=base,target=/x y");
    const Run& other = *file.stages[0].instructions[0].as<Run>();
    QCOMPARE(place(file, other.mounts[0].fromRange), "2:28-2:32");
}

void TestInstructions::mountsWithVariables()
{
    const Dockerfile file = readDockerfile("FROM a\nRUN --mount=type=$t,id=$i,target=/x,mode=$m y");
    QVERIFY(file.ok());
    QVERIFY(file.stages[0].problems.empty());
    const Mount& written = file.stages[0].instructions[0].as<Run>()->mounts[0];
    QCOMPARE(written.id, "$i");
    const std::map<std::string, std::string, std::less<>> variables {{"t", "cache"}, {"i", "1"}, {"m", "0755"}};
    const auto mount = readMount(written.flag, lookupIn(variables));
    QVERIFY(mount.ok());
    QVERIFY(mount->type == MountType::Cache);
    QCOMPARE(mount->id, "1");
    QCOMPARE(*mount->mode, 0755U);
    QVERIFY(!readMount(written.flag, {}).ok());
}

void TestInstructions::lateRefusals_data()
{
    QTest::addColumn<QString>("mount");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* mount, const char* message) {
        QTest::newRow(mount) << QString::fromUtf8(mount) << QString::fromUtf8(message);
    };
    row("type=cash,target=/x", "unsupported mount type \"cash\" (did you mean cache?)");
    row("place=/x", "unexpected key 'place' in 'place=/x'");
    row("targt=/x", "unexpected key 'targt' in 'targt=/x' (did you mean target?)");
    row("type=secret", "invalid secret mount. one of source, target required");
    row("type=secret,id=a,from=b", "secret mount should not have a from");
    row("type=bind,sharing=shared,target=/x", "invalid cache sharing set for bind mount");
    row("type=cache,target=/x,mode=9", "invalid value 9 for mode");
    row("type=bind,mode=7,target=/x", "mode not allowed for \"bind\" type mounts");
    row("type=bind,required,target=/x", "unexpected key 'required' for mount type 'bind'");
    row("type=cache,target=/x,ro=perhaps", "invalid value for ro: perhaps");
    row("type=tmpfs,target=/x,size=big", "invalid value big for size");
}

void TestInstructions::lateRefusals()
{
    QFETCH(QString, mount);
    QFETCH(QString, message);
    const Dockerfile file = readDockerfile("FROM a\nRUN --mount=" + mount.toStdString() + " y");
    QVERIFY(file.ok());
    QCOMPARE(file.stages[0].problems.size(), 1U);
    QCOMPARE(QString::fromStdString(file.stages[0].problems[0].message), message);
}

void TestInstructions::copyAndAdd()
{
    const Copy copy = single<Copy>(
        "COPY --from=build --chown=1:2 --chmod=u+x --link --parents --exclude=*.o --exclude=b a \"b\" /c/");
    QCOMPARE(copy.paths.sources.size(), 2U);
    QCOMPARE(copy.paths.sources[1].text, "\"b\"");
    QCOMPARE(copy.paths.destination.text, "/c/");
    QCOMPARE(copy.from->text, "build");
    QCOMPARE(copy.chown->text, "1:2");
    QVERIFY(copy.link && copy.parents);
    QCOMPARE(copy.excludes.size(), 2U);
    const Add add = single<Add>("ADD --checksum=sha256:00 --unpack=false --keep-git-dir https://x/y /z");
    QCOMPARE(add.checksum->text, "sha256:00");
    QVERIFY(add.keepGitDir);
    QCOMPARE(add.unpack, std::optional(false));
    QVERIFY(!single<Add>("ADD a b").unpack.has_value());
}

void TestInstructions::copyHeredocs()
{
    const Copy copy = single<Copy>("COPY <<a.txt <<-'b' c /d/\n1 $x\na.txt\n\t2\n\tb");
    QCOMPARE(copy.paths.sources.size(), 1U);
    QCOMPARE(copy.paths.files.size(), 2U);
    QCOMPARE(copy.paths.files[0].name, "a.txt");
    QCOMPARE(copy.paths.files[0].content, "1 $x\n");
    QVERIFY(copy.paths.files[0].expand);
    QCOMPARE(copy.paths.files[1].content, "2\n");
    QVERIFY(!copy.paths.files[1].expand);
}

void TestInstructions::environment()
{
    const Env env = single<Env>("ENV a=1 b=\"2 3\"");
    QCOMPARE(env.pairs.size(), 2U);
    QCOMPARE(env.pairs[1].key.text, "b");
    QCOMPARE(env.pairs[1].value.text, "\"2 3\"");
    QVERIFY(!env.pairs[0].legacy);
    const Label label = single<Label>("LABEL a b c");
    QVERIFY(label.pairs[0].legacy);
    QCOMPARE(label.pairs[0].value.text, "b c");
    const Arg arg = single<Arg>("ARG a b= c=1");
    QVERIFY(!arg.variables[0].value);
    QCOMPARE(*arg.variables[1].value, "");
    QCOMPARE(*arg.variables[2].value, "1");
}

void TestInstructions::healthcheck()
{
    const Healthcheck check
        = single<Healthcheck>("HEALTHCHECK --interval=1m30s --retries=4 --start-interval=0s CMD [\"a\", \"b\"]");
    QVERIFY(!check.command.shellForm);
    QCOMPARE(check.command.arguments.size(), 2U);
    QVERIFY(check.interval == std::chrono::seconds(90));
    QCOMPARE(check.retries, 4U);
    QVERIFY(single<Healthcheck>("HEALTHCHECK none").none);
}

void TestInstructions::onBuild()
{
    QCOMPARE(single<OnBuild>("onbuild  RUN a  b").expression, "RUN a  b");
    QCOMPARE(single<OnBuild>("ONBUILD COPY <<E /x\n1\nE").expression, "COPY <<E /x\n1\nE");
}

void TestInstructions::emptyCommands()
{
    QVERIFY(single<Entrypoint>("ENTRYPOINT").command.arguments.empty());
    QVERIFY(!single<Cmd>("CMD []").command.shellForm);
    QCOMPARE(single<Run>("RUN").script().text, "");
}

void TestInstructions::durations_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("nanoseconds");
    const auto row = [](const char* text, qint64 value) { QTest::newRow(text) << QString::fromUtf8(text) << value; };
    row("0", 0);
    row("1.5h", 5'400'000'000'000);
    row("1h2m3.5s", 3'723'500'000'000);
    row("-1ms", -1'000'000);
    row("+2\xC2\xB5s", 2'000);
    row(".5s", 500'000'000);
    row("5", -1);
    row("", -1);
    row("1x", -1);
    row(".s", -1);
    row("999999999h", -1);
}

void TestInstructions::durations()
{
    QFETCH(QString, text);
    QFETCH(qint64, nanoseconds);
    const auto duration = parseDuration(text.toStdString());
    QCOMPARE(duration ? static_cast<qint64>(duration->count()) : -1, nanoseconds);
}

void TestInstructions::oneInstruction()
{
    const auto run = readInstruction("RUN echo `\n  a", '`');
    QVERIFY(run.ok());
    QCOMPARE(run->as<Run>()->command.arguments[0], "echo   a");
    QVERIFY(!readInstruction("RUN a\nRUN b").ok());
    QVERIFY(!readInstruction("").ok());
    QVERIFY(!readInstruction("COPY a").ok());
    QVERIFY(!readInstruction("RUN --mount=type=nothing a").ok());
}

void TestInstructions::aFaultyFromKeepsNumbers()
{
    const Dockerfile file = readDockerfile("FROM a b\nRUN x\nFROM c\nCOPY --from=0 a b");
    QCOMPARE(file.problems.size(), 1U);
    QCOMPARE(file.stages.size(), 2U);
    QCOMPARE(file.stages[0].instructions.size(), 1U);
    QCOMPARE(file.error("f").message(), "f:1:1: FROM requires either one or three arguments");
}

QTEST_GUILESS_MAIN(TestInstructions)
#include "tst_instructions.moc"
