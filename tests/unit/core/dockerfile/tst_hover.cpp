// SPDX-License-Identifier: GPL-3.0-or-later
#include "carets.h"

#include "core/dockerfile/assist/language.h"
#include "core/dockerfile/pages/pages.h"

#include <QTest>

using namespace darsena::dockerfile;
using tests::someWorld;
using tests::withoutCaret;

namespace {

std::optional<Hover> at(
    const QString& marked, const Surroundings& world = someWorld(), const std::vector<Finding>& findings = {})
{
    const auto [text, caret] = withoutCaret(marked.toStdString());
    return hover(readDockerfile(text), caret, world, findings);
}

QString shown(const QString& marked, const Surroundings& world = someWorld())
{
    const auto found = at(marked, world);
    return found ? QString::fromStdString(found->markdown) : QString("nothing");
}

} // namespace

class TestHover : public QObject {
    Q_OBJECT

private slots:
    void tells_data();
    void tells();
    void buildArguments();
    void findings();
    void spanish();
    void tablesInSpanish();
    void ranges();
};

void TestHover::tells_data()
{
    QTest::addColumn<QString>("marked");
    QTest::addColumn<QStringList>("parts"); // all of them are in it; a '!' in front: it is not
    const auto add = [](const char* name, const char* marked, const QStringList& parts) {
        QTest::newRow(name) << QString(marked) << parts;
    };
    add("an instruction", "FROM a\nWORK|DIR /x", {"# WORKDIR"});
    add("lower case", "from a\nwork|dir /x", {"# WORKDIR"});
    add("in ONBUILD", "FROM a\nONBUILD CO|PY a b", {"# COPY"});
    add("shell form", "FROM a\nC|MD run me", {"Shell form", "# CMD"});
    add("exec form", "FROM a\nC|MD [\"run\", \"me\"]", {"Exec form", "# CMD"});
    add("a flag", "FROM a\nCOPY --pare|nts a b", {"# COPY --parents"});
    add("a mode", "FROM a\nCOPY --chmod=6|40 a b", {"`rw-r-----`", "# COPY --chmod"});
    add("a mount", "FROM a\nRUN --mo|unt=type=cache,target=/x true", {"# RUN --mount"});
    add("a mount's type", "FROM a\nRUN --mount=type=ca|che,target=/x true", {"# RUN --mount=type=cache"});
    add("a mount's key", "FROM a\nRUN --mount=type=cache,sha|ring=locked true", {"**sharing**", "waits for the first"});
    add("a mount's alias", "FROM a\nRUN --mount=type=cache,d|st=/root/.npm true", {"**target** (dst)", "npm"});
    add("a default", "FROM a\nARG V=1\nRUN echo $V|",
        {"**V** = `1`", "line 2: `ARG V=1`", "--build-arg V=", "Only during the build"});
    add("an ENV", "FROM a\nENV V=1 W=2\nWORKDIR /${W|}", {"**W** = `2`", "line 2: `ENV V=1 W=2`", "!build-arg"});
    add("a value of values", "ARG A=1\nFROM a\nARG A\nENV B=$A-x\nENV C=$B|", {"**B** = `1-x`"});
    add("declared again", "ARG A=1\nFROM a\nARG A\nENV B=$A|", {"**A** = `1`", "line 1: `ARG A=1`", "line 3: `ARG A`"});
    add("at its definition", "FROM a\nENV V|=1", {"**V** = `1`"});
    add("no value", "FROM a\nARG V\nRUN $V|", {"No value", "line 2: `ARG V`"});
    add("not declared again", "ARG A=1\nFROM a\nRUN $A|", {"Declared before the first FROM, in line 1", "`ARG A`"});
    add("a platform argument", "FROM a\nRUN $TARGETARCH|", {"`ARG TARGETARCH`"});
    add("a platform argument declared", "FROM a\nARG TARGETARCH\nRUN $TARGETARCH|", {"`amd64`", "The builder sets it"});
    add("set later", "FROM a\nRUN $V|\nENV V=1", {"line 3 does so later"});
    add("not set", "FROM a\nRUN $V|", {"Nothing in this file sets it here"});
    add("the image's", "FROM debian:12\nRUN $LANG|", {"`C.UTF-8`", "The base image sets it"});
    add("an ARG at run time", "FROM a\nARG V=1\nCMD echo $V|", {"`ENV V=$V` would keep it"});
    add("in a heredoc", "FROM a\nARG V=1\nRUN <<EOF\necho $V|\nEOF\n", {"**V** = `1`"});
    add("a stage", "FROM debian:12 AS bui|ld\nRUN x\nRUN y\nFROM scratch\nCOPY --from=build a b",
        {"**Stage build**", "`debian:12` (117 MB", "instructions: 2", "Taken from by: `1` (line 5)", "Needed for `1`"});
    add("a stage that is not needed", "FROM a AS bui|ld\nFROM scratch AS end",
        {"No stage takes from it", "Not needed for `end`"});
    add("a stage by --from", "# build makes it\nFROM a AS build\nFROM b\nCOPY --from=bu|ild a b",
        {"**Stage build**: makes it"});
    add("a stage by number", "FROM a AS build\nFROM b\nCOPY --from=0| a b", {"**Stage build**"});
    add("a stage by FROM", "FROM a AS build\nFROM bui|ld", {"**Stage build**"});
    add("a stage by mount", "FROM a AS build\nFROM b\nRUN --mount=from=bui|ld true", {"**Stage build**"});
    add("an image", "FROM ngi|nx:1.27", {"**nginx:1.27**", "192 MB", "80/tcp", "/usr/share/nginx"});
    add("an image to download", "FROM al|pine", {"downloads it first"});
    add("scratch", "FROM scr|atch", {"without any file"});
    add("a heredoc's word", "FROM a\nRUN <<E|OF\necho\necho\nEOF", {"Heredoc EOF, lines: 2", "Read by the shell"});
    add("a quoted heredoc of COPY", "FROM a\nCOPY <<\"E|OF\" /x.json\n{}\nEOF", {"Read as JSON", "left alone"});
    add("a heredoc's end", "FROM a\nCOPY <<EOF /x\n{}\nEO|F", {"The builder puts in the values"});
    add("a directive", "# esc|ape=`\nFROM a", {"escape"});
    add("a rule's name", "# check=skip=StageName|Casing\nFROM a", {"Stage names in lower case"});
    add("a signal", "FROM a\nSTOPSIGNAL SIG|QUIT", {"nginx"});
    add("a port", "FROM a\nEXPOSE 54|32/tcp", {"PostgreSQL"});
    add("a keyword over lines", "FROM a\nWOR|K\\\nDIR /x", {"# WORKDIR"});
    add("an image with a variable", "ARG V=1.27\nFROM ngi|nx:$V", {"**nginx:1.27**", "192 MB"});
    add("a file", "FROM a\nCOPY go.m|od /x", {"A file of the build context"});
    add("a folder", "FROM a\nCOPY ./sr|c/ /x", {"A folder of the build context"});
    add("an ignored file", "FROM a\nCOPY secret|.key /x", {"Left out of the build context by .dockerignore"});
    add("a missing file", "FROM a\nCOPY src/no|ne /x", {"Not in the build context"});
    add("a path of a stage", "FROM a AS b\nFROM a\nCOPY --from=b /go.m|od /x", {"nothing"});
    add("nothing to tell", "FROM a\nWORKDIR /a|b", {"nothing"});
    add("nothing in blank lines", "FROM a\n|\n", {"nothing"});
}

void TestHover::tells()
{
    QFETCH(QString, marked);
    QFETCH(QStringList, parts);
    const QString text = shown(marked);
    for (const QString& part : parts) {
        const bool wanted = !part.startsWith('!');
        QVERIFY2(text.contains(wanted ? part : part.mid(1)) == wanted, qPrintable(part + "\nin\n" + text));
    }
}

void TestHover::buildArguments()
{
    Surroundings world = someWorld();
    world.stages.buildArgs["V"] = "7";
    const QString text = shown("FROM a\nARG V=1\nRUN $V|", world);
    QVERIFY2(text.contains("**V** = `7`"), qPrintable(text));
    QVERIFY2(text.contains("The build is given this value"), qPrintable(text));
    QVERIFY2(text.contains("`ARG V=1`"), qPrintable(text));
}

void TestHover::findings()
{
    const std::string text = "FROM a AS Build\n";
    const Dockerfile file = readDockerfile(text);
    const auto found = hover(file, 11, someWorld(), lint(file));
    QVERIFY(found);
    const QString shownText = QString::fromStdString(found->markdown);
    QVERIFY2(shownText.startsWith("**StageNameCasing**: Stage name 'Build'"), qPrintable(shownText));
    QVERIFY(shownText.contains("Stage names in lower case"));
    QVERIFY(shownText.contains("**Stage build**"));
}

void TestHover::spanish()
{
    Surroundings world = someWorld();
    world.language = "es";
    QVERIFY(shown("FROM a\nC|MD run me", world).contains("Forma SHELL"));
    QVERIFY(shown("FROM a\nARG V=1\nRUN $V|", world).contains("línea 2: `ARG V=1`"));
    QVERIFY(shown("FROM debian:12 AS b|", world).contains("**Etapa b**"));
}

/// Every sentence of the tables has its translation; names of products are their own.
void TestHover::tablesInSpanish()
{
    using namespace assist_detail;
    std::vector<std::string_view> sentences;
    for (const InstructionInfo& instruction : instructions()) {
        sentences.push_back(instruction.summary);
        for (const FlagInfo& flag : instruction.flags)
            sentences.push_back(flag.summary);
    }
    for (const MountKey& key : mountKeys())
        sentences.push_back(key.summary);
    for (const auto values :
        {mountTypes(), valuesOf(ValueKind::Network), valuesOf(ValueKind::Sharing), valuesOf(ValueKind::Security),
            cacheTargets(), stopSignals(), wellKnownPorts(), labelKeys(), officialImages()}) {
        for (const ValueInfo& value : values)
            sentences.push_back(value.summary);
    }
    for (const std::string_view sentence : sentences) {
        const bool isSentence = sentence.ends_with('.');
        QVERIFY2(!isSentence || translated(sentence, "es") != sentence, std::string(sentence).c_str());
    }
}

void TestHover::ranges()
{
    const auto found = at("FROM a\nENV V=1\nRUN echo ${V|:-x}");
    QVERIFY(found);
    QCOMPARE(found->range.begin, 26U);
    QCOMPARE(found->range.end, 27U);
}

QTEST_MAIN(TestHover)
#include "tst_hover.moc"
