// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint.h"

#include "core/dockerfile/lint/image_name.h"
#include "core/dockerfile/values.h"

#include <QFile>
#include <QTest>

#include <fmt/format.h>

using namespace darsena;
using namespace darsena::dockerfile;

namespace {

/// "Rule 2:1-2:5 message", one finding a line.
QString show(const std::vector<Finding>& findings)
{
    QStringList lines;
    for (const Finding& f : findings)
        lines << QString::fromStdString(fmt::format(
            "{} {}:{}-{}:{} {}", f.rule, f.begin.line, f.begin.column, f.end.line, f.end.column, f.message));
    return lines.join('\n');
}

/// BuildKit's rules only: the other families have tests of their own, and would find more in these texts.
std::vector<Finding> lintText(const std::string& text, LintOptions options = {})
{
    options.families = {RuleFamily::BuildKit};
    return lint(readDockerfile(text), options);
}

} // namespace

class TestLint : public QObject {
    Q_OBJECT

private slots:
    void findings_data();
    void findings();
    void buildErrors_data();
    void buildErrors();
    void fixesCure_data();
    void fixesCure();
    void skipping();
    void errorsOnDemand();
    void targets();
    void ignoredFiles();
    void imagesThatAreKnown();
    void unknownImagesMaySetAnything();
    void rulesAreComplete();
    void imageNames_data();
    void imageNames();
    void ports();
    void words();
    void everyPrefixIsLinted();
};

void TestLint::findings_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, const char* text, const char* expected) {
        QTest::newRow(name) << QString::fromUtf8(text) << QString::fromUtf8(expected);
    };
    row("nothing", "FROM alpine:3 AS base\nRUN make $HOME\nCMD [\"a\"]", "");
    row("StageNameCasing", "FROM a AS Base", "StageNameCasing 1:11-1:15 Stage name 'Base' should be lowercase");
    row("FromAsCasing", "FROM a as b", "FromAsCasing 1:8-1:10 'as' and 'FROM' keywords' casing do not match");
    row("FromAsCasing lower", "from a AS b", "FromAsCasing 1:8-1:10 'AS' and 'from' keywords' casing do not match");
    row("NoEmptyContinuation", "FROM a\nRUN b && \\\n\n  c\nCMD [\"a\"]",
        "NoEmptyContinuation 4:1-4:4 Empty continuation line");
    row("ConsistentInstructionCasing", "FROM a\nrun b\nCopy c d\nRUN e",
        "ConsistentInstructionCasing 2:1-2:4 Command 'run' should match the case of the command majority (uppercase)\n"
        "ConsistentInstructionCasing 3:1-3:5 Command 'Copy' should match the case of the command majority (uppercase)");
    row("casing: a tie is upper", "FROM a\nrun b",
        "ConsistentInstructionCasing 2:1-2:4 Command 'run' should match the case of the command majority (uppercase)");
    row("DuplicateStageName", "FROM a AS b\nFROM c AS B",
        "DuplicateStageName 2:11-2:12 Duplicate stage name \"b\", stage names should be unique\n"
        "StageNameCasing 2:11-2:12 Stage name 'B' should be lowercase");
    row("ReservedStageName", "FROM a AS scratch",
        "ReservedStageName 1:11-1:18 Stage name should not use the same name as reserved stage \"scratch\"");
    row("JSONArgsRecommended", "FROM a\nCMD b c",
        "JSONArgsRecommended 2:1-2:8 JSON arguments recommended for CMD to prevent unintended behavior related to OS "
        "signals");
    row("JSON form, and SHELL", "FROM a AS x\nCMD [\"b\"]\nSHELL [\"/bin/bash\", \"-c\"]\nENTRYPOINT b\nFROM x\nCMD c",
        "");
    row("MaintainerDeprecated", "FROM a\nMAINTAINER me",
        "MaintainerDeprecated 2:1-2:14 Maintainer instruction is deprecated in favor of using label");
    row("UndefinedArgInFrom", "ARG version=1\nFROM a${versoin}\nFROM --platform=$BUILDPLATFROM b",
        "UndefinedArgInFrom 2:7-2:17 FROM argument 'versoin' is not declared (did you mean version?)\n"
        "BuildError 3:17-3:31 empty platform value from expression $BUILDPLATFROM\n"
        "UndefinedArgInFrom 3:17-3:31 FROM argument 'BUILDPLATFROM' is not declared (did you mean BUILDPLATFORM?)");
    row("WorkdirRelativePath", "FROM a\nWORKDIR b\nWORKDIR c",
        "WorkdirRelativePath 2:9-2:10 Relative workdir \"b\" can have unexpected results if the base image changes");
    row("WORKDIR in a parent", "FROM a AS x\nWORKDIR /b\nFROM x\nWORKDIR c", "");
    row("UndefinedVar", "FROM a\nARG version\nENV x=1\nCOPY $vrsion \\\n  $version /${y}/$x",
        "UndefinedVar 4:1-5:17 Usage of undefined variable '$y'\n"
        "UndefinedVar 4:6-4:13 Usage of undefined variable '$vrsion'");
    row("UndefinedVar: not in RUN", "FROM a\nRUN echo $x\nCMD [\"$y\"]", "");
    row("UndefinedVar: in mounts and heredocs", "FROM a\nRUN --mount=type=cache,target=$there x\nCOPY <<E /x\n$here\nE",
        "UndefinedVar 2:31-2:37 Usage of undefined variable '$there'\n"
        "UndefinedVar 3:6-3:9 Usage of undefined variable '$here'");
    row("UndefinedVar: images set some",
        "FROM a\nENV PATH=/x:$PATH J=$JAVA_HOME\nFROM scratch\nENV PATH=/x:$PATH J=$JAVA_HOME",
        "UndefinedVar 4:21-4:31 Usage of undefined variable '$JAVA_HOME'");
    row("UndefinedVar: ARG of a parent", "FROM a AS x\nARG v=1\nFROM x\nUSER $v\nFROM a\nUSER $v",
        "UndefinedVar 6:6-6:8 Usage of undefined variable '$v'");
    row("UndefinedVar: global ARG", "ARG v=1\nFROM a\nUSER $v\nARG v\nUSER $v",
        "UndefinedVar 3:6-3:8 Usage of undefined variable '$v'");
    row("UndefinedVar: one instruction sees what was before", "FROM a\nENV b=1 c=$b\nENV d=$b",
        "UndefinedVar 2:11-2:13 Usage of undefined variable '$b'");
    row("MultipleInstructionsDisallowed", "FROM a AS x\nCMD [\"b\"]\nCMD [\"c\"]\nFROM x\nCMD [\"d\"]",
        "MultipleInstructionsDisallowed 2:1-2:10 Multiple CMD instructions should not be used in the same stage "
        "because "
        "only the last one will be used");
    row("LegacyKeyValueFormat", "FROM a\nENV b c d\nLABEL e f",
        "LegacyKeyValueFormat 2:5-2:10 \"ENV key=value\" should be used instead of legacy \"ENV key value\" format\n"
        "LegacyKeyValueFormat 3:7-3:10 \"LABEL key=value\" should be used instead of legacy \"LABEL key value\" "
        "format");
    row("RedundantTargetPlatform", "FROM --platform=${TARGETPLATFORM} a",
        "RedundantTargetPlatform 1:17-1:34 Setting platform to predefined ${TARGETPLATFORM} in FROM is redundant as "
        "this "
        "is the default behavior");
    row("SecretsUsedInArgOrEnv", "FROM a\nARG GITHUB_TOKEN\nENV api_key=1 PUBLIC_KEY=2 KEYBOARD=3 AUTH=4",
        "SecretsUsedInArgOrEnv 2:5-2:17 Do not use ARG or ENV instructions for sensitive data (ARG \"GITHUB_TOKEN\")\n"
        "SecretsUsedInArgOrEnv 3:5-3:12 Do not use ARG or ENV instructions for sensitive data (ENV \"api_key\")\n"
        "SecretsUsedInArgOrEnv 3:39-3:43 Do not use ARG or ENV instructions for sensitive data (ENV \"AUTH\")");
    row("InvalidDefaultArgInFrom", "ARG tag\nFROM busybox:${tag}",
        "BuildError 2:6-2:20 failed to parse stage name \"busybox:\": invalid reference format\n"
        "InvalidDefaultArgInFrom 2:6-2:20 Default value for ARG busybox:${tag} results in empty or invalid base image "
        "name");
    row("FromPlatformFlagConstDisallowed", "FROM --platform=linux/amd64 a\nFROM --platform=linux/arm64 a AS a_arm64",
        "FromPlatformFlagConstDisallowed 1:17-1:28 FROM --platform flag should not use constant value \"linux/amd64\"");
    row("InvalidDefinitionDescription is off", "# wrong\nFROM a AS b", "");
    row("InvalidDefinitionDescription on",
        "# check=experimental=all\n\n# wrong\nARG x=1\n# b is a stage\nFROM a AS b\n# w\nARG y z",
        "InvalidDefinitionDescription 4:1-4:4 Comment for ARG should follow the format: `# x <description>`\n"
        "InvalidDefinitionDescription 8:1-8:4 Comment for ARG should follow the format: `# <arg_key> <description>`");
    row("ExposeProtoCasing", "FROM a\nEXPOSE 80/TCP 81/udp",
        "ExposeProtoCasing 2:8-2:14 Defined protocol '80/TCP' in EXPOSE instruction should be lowercase");
    row("ExposeInvalidFormat", "FROM a\nEXPOSE 127.0.0.1:80:80 8080:80 80-82",
        "ExposeInvalidFormat 2:8-2:23 EXPOSE instruction should not define an IP address or host-port mapping, found "
        "'127.0.0.1:80:80'\n"
        "ExposeInvalidFormat 2:24-2:31 EXPOSE instruction should not define an IP address or host-port mapping, found "
        "'8080:80'");
    row("a word on a later line", "FROM a\nENV b=1 \\\n    secret=2",
        "SecretsUsedInArgOrEnv 2:1-3:11 Do not use ARG or ENV instructions for sensitive data (ENV \"secret\")");
}

void TestLint::findings()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    QCOMPARE(show(lintText(text.toStdString())), expected);
}

void TestLint::buildErrors_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* text, const char* expected) {
        QTest::addRow("%s", expected) << QString::fromUtf8(text) << QString::fromUtf8(expected);
    };
    row("FROM a\nRUM x", "2:1-2:4 unknown instruction: RUM (did you mean RUN?)");
    row("FROM a\nCOPY --from=$x y z",
        "2:13-2:15 variable expansion is not supported for --from, define a new stage with FROM using ARG from global "
        "scope as a workaround");
    row("FROM a\nENV x=${y", "2:7-2:10 failed to process \"${y\": syntax error: missing '}'");
    row("FROM scratch\nUSER ${HOME:?is needed}x",
        "2:6-2:25 failed to process \"${HOME:?is needed}x\": HOME: is needed");

    row("FROM a\nRUN --mount=type=cash,target=/x y", "2:13-2:32 unsupported mount type \"cash\" (did you mean cache?)");
    row("FROM a\nARG t=cash\nRUN --mount=type=$t,target=/x y",
        "3:13-3:30 unsupported mount type \"cash\" (did you mean cache?)");
    row("FROM scratch\nRUN --mount=from=a y", "2:13-2:19 invalid mount target \"/\"");
    row("FROM a\nWORKDIR /x\nENV up=..\nRUN --mount=target=$up y", "4:13-4:23 invalid mount target \"/\"");
    row("FROM a\nRUN []", "2:1-2:4 arguments are required");
    row("FROM scratch\nVOLUME $nothing /x", "2:8-2:16 VOLUME specified can not be an empty string");
    row("FROM scratch AS b\nONBUILD ENV x=${\nFROM b", "3:6-3:7 failed to process \"${\": syntax error: missing '}'");
    row("FROM a\nRUN --mount=target=/ y", "2:13-2:21 invalid mount target \"/\"");
    row("FROM a\nCOPY http://x/y z", "2:6-2:16 source can't be a URL for COPY");
    row("FROM a\nCOPY --chmod=99 y z",
        "2:14-2:16 invalid chmod parameter: '99'. it should be octal string and between 0 and 07777");
    row("FROM a\nADD --checksum=sha256:0 y z", "2:16-2:24 checksum requires HTTP(S) or Git sources");
    row("FROM a\nADD --checksum=sha256:0 http://x/y http://x/z w",
        "2:16-2:24 checksum can't be specified for multiple sources");
    row("FROM a\nADD --checksum=sha256:00 https://x/y z", "2:16-2:25 invalid checksum digest length");
    row("FROM a\nEXPOSE 80/http", "2:8-2:15 invalid port: \"80/http\": invalid proto: http");
    row("FROM a\nEXPOSE 70000", "2:8-2:13 invalid containerPort: 70000");
    row("FROM a\nSTOPSIGNAL SIGNOTHING", "2:12-2:22 invalid signal: SIGNOTHING");
    row("ARG x=${\nFROM a", "1:5-1:9 failed to process \"${\": syntax error: missing '}'");
    row("# check=skip=A;fail=true\nFROM a", "1:9-1:25 invalid check option \"fail=true\"");
    row("", "1:1-1:1 file with no instructions");
    row("FROM", "1:1-1:5 FROM requires either one or three arguments");
}

void TestLint::buildErrors()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    const std::vector<Finding> findings = lintText(text.toStdString());
    QVERIFY(!findings.empty());
    QVERIFY(findings.front().severity == Severity::Error);
    const QString shown = show({findings.front()});
    QCOMPARE(shown, "BuildError " + expected);
}

void TestLint::fixesCure_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("cured");
    const auto row = [](const char* name, const char* text, const char* cured) {
        QTest::newRow(name) << QString::fromUtf8(text) << QString::fromUtf8(cured);
    };
    row("StageNameCasing", "FROM a AS Base\n", "FROM a AS base\n");
    row("FromAsCasing", "FROM a as b\n", "FROM a AS b\n");
    row("NoEmptyContinuation", "FROM a\nRUN b \\\n\n\n  c\n", "FROM a\nRUN b \\\n  c\n");
    row("ConsistentInstructionCasing", "FROM a\nRun b\n", "FROM a\nRUN b\n");
    row("MaintainerDeprecated", "FROM a\nMAINTAINER me <a@b>\n",
        "FROM a\nLABEL org.opencontainers.image.authors=\"me <a@b>\"\n");
    row("LegacyKeyValueFormat", "FROM a\nENV b \\\n  c \"d\"\n", "FROM a\nENV b=c\\ \"d\"\n");
    row("RedundantTargetPlatform", "FROM --platform=$TARGETPLATFORM  a\n", "FROM a\n");
    row("ExposeProtoCasing", "FROM a\nEXPOSE 80/TCP\n", "FROM a\nEXPOSE 80/tcp\n");
}

void TestLint::fixesCure()
{
    QFETCH(QString, text);
    QFETCH(QString, cured);
    const std::string before = text.toStdString();
    const std::vector<Finding> findings = lintText(before);
    QCOMPARE(findings.size(), 1U);
    QCOMPARE(findings[0].rule, std::string(QTest::currentDataTag()));
    QVERIFY(findings[0].fix.has_value());
    const std::string after = applyFix(before, *findings[0].fix);
    QCOMPARE(QString::fromStdString(after), cured);
    QCOMPARE(show(lintText(after)), QString());
}

void TestLint::skipping()
{
    const std::string text = "FROM a as b\nENV c d\n";
    QCOMPARE(lintText(text).size(), 2U);
    QCOMPARE(lintText(text, {.ignoredRules = {"FromAsCasing"}}).size(), 1U);
    QCOMPARE(show(lintText("# check=skip=FromAsCasing, LegacyKeyValueFormat\n" + text)), QString());
    QCOMPARE(show(lintText("# check=skip=all\n" + text)), QString());
    QCOMPARE(show(lintText("FROM a\n# check=skip=LegacyKeyValueFormat\nENV c d")), QString());
    QCOMPARE(lintText("FROM a\n# check=skip=LegacyKeyValueFormat\n\nENV c d").size(), 1U);
    // What the builder refuses cannot be skipped.
    QCOMPARE(lintText("# check=skip=all\nFRM a").size(), 1U);
}

void TestLint::errorsOnDemand()
{
    const auto findings = lintText("# check=error=true\nFROM a as b");
    QCOMPARE(findings.size(), 1U);
    QVERIFY(findings[0].severity == Severity::Error);
    QCOMPARE(findings[0].url, "https://docs.docker.com/go/dockerfile/rule/from-as-casing/");
}

void TestLint::targets()
{
    const std::string text = "FROM a AS one\nUSER $x\nFROM b AS two\nUSER $y";
    QCOMPARE(lintText(text).size(), 2U);
    LintOptions options;
    options.stages.target = "one";
    QCOMPARE(show(lintText(text, options)), QStringLiteral("UndefinedVar 2:6-2:8 Usage of undefined variable '$x'"));
    options.stages.target = "three";
    QCOMPARE(lintText(text, options).front().rule, "BuildError");
}

void TestLint::ignoredFiles()
{
    LintOptions options;
    options.contextIgnore = *IgnoreRules::parse("*.log\nbuild\n");
    const std::string text
        = "FROM a AS s\nCOPY ./x.log build/y z /d/\nADD http://x/build /d\nCOPY --from=other build /e\nCOPY . /f";
    QCOMPARE(show(lintText(text, options)),
        QStringLiteral(
            "CopyIgnoredFile 2:6-2:13 Attempting to Copy file \"x.log\" that is excluded by .dockerignore\n"
            "CopyIgnoredFile 2:14-2:21 Attempting to Copy file \"build/y\" that is excluded by .dockerignore"));
    options.contextIgnore = *IgnoreRules::parse("*\n!x\n");
    QCOMPARE(show(lintText(text, options)), QString());
    options.contextIgnore = *IgnoreRules::parse("*\n");
    QCOMPARE(lintText("FROM a\nADD . /f", options).size(), 1U);
}

void TestLint::imagesThatAreKnown()
{
    LintOptions options;
    options.imageVariables = {{"golang:1", {"GOPATH"}}};
    QCOMPARE(show(lintText("FROM golang:1\nENV a=$GOPATH b=$JAVA_HOME", options)),
        QStringLiteral("UndefinedVar 2:17-2:27 Usage of undefined variable '$JAVA_HOME'"));
}

void TestLint::unknownImagesMaySetAnything()
{
    // Whether these are right hangs on the image: the builder may well accept them.
    const QString image = show(lintText(
        "FROM a\nUSER ${APP_USER:?is needed}\nSTOPSIGNAL $SIG\nWORKDIR $DIR\nEXPOSE $PORT\nRUN --mount=type=$T x",
        {.ignoredRules = {"UndefinedVar"}}));
    QCOMPARE(image, QString());
    const auto scratch = lintText(
        "FROM scratch\nSTOPSIGNAL $SIG\nWORKDIR $DIR\nRUN --mount=type=$T x", {.ignoredRules = {"UndefinedVar"}});
    QCOMPARE(scratch.size(), 3U);
}

void TestLint::rulesAreComplete()
{
    std::vector<RuleInfo> rules = lintRules();
    for (const RuleInfo& rule : rules) {
        QVERIFY(!rule.description.empty());
        const bool withoutPage = rule.name == buildErrorRule || rule.name == "InvalidBaseImagePlatform";
        QCOMPARE(rule.url.empty(), withoutPage || rule.family == RuleFamily::Darsena);
    }
}

void TestLint::imageNames_data()
{
    QTest::addColumn<bool>("valid");
    const auto row = [](const char* name, bool valid) { QTest::newRow(name) << valid; };
    for (const char* name : {"alpine", "alpine:3.20", "a/b/c:x", "localhost:5000/a",
             "ghcr.io/a/b@sha256:"
             "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
             "a_b", "a__b", "a--b", "Registry/a", "[::1]:5000/a"})
        row(name, true);
    for (const char* name : {"", ":3", "alpine:", "Alpine", "a//b", "-a", "a-", "a___b", "a..b", "a@sha256:12", "a:b:c",
             "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "a b", "a:\xC3\xA4"})
        row(name, false);
}

void TestLint::imageNames()
{
    QFETCH(bool, valid);
    QCOMPARE(lint_detail::isImageName(QTest::currentDataTag()), valid);
}

void TestLint::ports()
{
    for (const char* port :
        {"80", "80/udp", "80-90/sctp", "1.2.3.4:80:80", "[::1]:80:80", ":80", "8000-8010:80", "8080:80"})
        QVERIFY2(parseExposedPort(port).ok(), port);
    for (const char* port : {"", "x", "80-", "90-80", "80/x", "1.2.3:80:80", "65536", "-1", "1-2:3-5", "a:80"})
        QVERIFY2(!parseExposedPort(port).ok(), port);
}

void TestLint::words()
{
    const std::string text = "FROM debian:12\nRUN make && \\\n    apt-get install -y \\\n        curl \\\n        git\n"
                             "ONBUILD RUN <<EOF\nwget https://example.com/a\nEOF\n";
    QStringList found;
    for (const Finding& finding : lint(readDockerfile(text))) {
        const std::string_view words
            = std::string_view(text).substr(finding.words.begin, finding.words.end - finding.words.begin);
        if (finding.rule == "DL3008" || finding.rule == "DL3015" || finding.rule == "DL3047")
            found << QStringLiteral("%1 %2 %3")
                         .arg(QString::fromStdString(finding.rule), QString::number(finding.begin.line),
                             QString::fromUtf8(words.data(), qsizetype(words.size())).simplified());
    }
    found.sort();
    QCOMPARE(found, (QStringList {"DL3008 2 curl \\ git", "DL3015 2 apt-get install", "DL3047 6 wget"}));
}

void TestLint::everyPrefixIsLinted()
{
    QFile file(QStringLiteral(DARSENA_TEST_DATA "/dockerfile/everything/Dockerfile"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const std::string text = file.readAll().toStdString();
    QVERIFY(text.size() > 1000);
    LintOptions options;
    options.contextIgnore = *IgnoreRules::parse("*.log\n");
    for (std::size_t length = 0; length <= text.size(); ++length) {
        for (const Finding& finding : lintText(text.substr(0, length), options)) {
            QVERIFY(finding.range.begin <= finding.range.end && finding.range.end <= length);
            QVERIFY(finding.range.begin <= finding.words.begin && finding.words.end <= finding.range.end);
            QVERIFY(finding.begin <= finding.end);
            QVERIFY(!finding.message.empty());
        }
    }
    QCOMPARE(show(lintText(text, options)), QString());
}

QTEST_GUILESS_MAIN(TestLint)
#include "tst_lint.moc"
