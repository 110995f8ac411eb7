// SPDX-License-Identifier: GPL-3.0-or-later
#include "carets.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>

using namespace darsena::dockerfile;
using tests::someWorld;
using tests::withoutCaret;

namespace {

/// The text with every place of the symbol at the caret in brackets, definitions as "[=name]"; "none" without one.
QString places(const QString& marked)
{
    const auto [text, caret] = withoutCaret(marked.toStdString());
    const auto symbol = symbolAt(readDockerfile(text), caret, someWorld());
    if (!symbol)
        return "none";
    std::string result = text;
    for (std::size_t i = symbol->places.size(); i-- > 0;) {
        const Symbol::Place& place = symbol->places[i];
        result.insert(place.range.end, "]");
        result.insert(place.range.begin, place.definition ? "[=" : "[");
    }
    return QString::fromStdString(result);
}

/// The text after a rename to `name`, or the sentence that refuses it.
QString renamed(const QString& marked, const QString& name)
{
    const auto [text, caret] = withoutCaret(marked.toStdString());
    const auto edits = rename(readDockerfile(text), caret, name.toStdString(), someWorld());
    if (!edits)
        return QString::fromStdString(edits.error().message());
    return QString::fromStdString(applyFix(text, {.description = {}, .edits = *edits}));
}

} // namespace

class TestSymbols : public QObject {
    Q_OBJECT

private slots:
    void found_data();
    void found();
    void origins_data();
    void origins();
    void renames_data();
    void renames();
    void outlines();
    void foldsLines();
    void manyOccurrences();
};

void TestSymbols::found_data()
{
    QTest::addColumn<QString>("marked");
    QTest::addColumn<QString>("expected");
    const auto add = [](const char* name, const char* marked, const char* expected) {
        QTest::newRow(name) << QString(marked) << QString(expected);
    };
    add("a stage from its name",
        "FROM a AS bu|ild\nFROM build\nCOPY --from=build /a /b\nRUN --mount=from=build,target=/x true",
        "FROM a AS [=build]\nFROM [build]\nCOPY --from=[build] /a /b\nRUN --mount=from=[build],target=/x true");
    add("a stage from a use", "FROM a AS build\nFROM b\nCOPY --from=bu|ild /a /b",
        "FROM a AS [=build]\nFROM b\nCOPY --from=[build] /a /b");
    add("case counts for FROM only", "FROM a AS Bui|ld\nFROM Build\nCOPY --from=BUILD /a /b",
        "FROM a AS [=Build]\nFROM Build\nCOPY --from=[BUILD] /a /b");
    add("a number is the stage", "FROM a AS build\nFROM b\nCOPY --from=0| /a /b\nCOPY --from=build /a /b",
        "FROM a AS [=build]\nFROM b\nCOPY --from=[0] /a /b\nCOPY --from=[build] /a /b");
    add("but not for a mount", "FROM a AS build\nFROM b\nRUN --mount=from=0| true", "none");
    add("a stage without a name", "FROM a\nFROM b\nCOPY --from=0| /a /b", "[=FROM] a\nFROM b\nCOPY --from=[0] /a /b");
    add("of two of a name --from takes the last", "FROM a AS x\nFROM x\nFROM b AS x|\nFROM c\nCOPY --from=x /a /b",
        "FROM a AS x\nFROM x\nFROM b AS [=x]\nFROM c\nCOPY --from=[x] /a /b");
    add("and FROM the latest before", "FROM a AS x|\nFROM x\nFROM b AS x\nFROM c\nCOPY --from=x /a /b",
        "FROM a AS [=x]\nFROM [x]\nFROM b AS x\nFROM c\nCOPY --from=x /a /b");
    add("ONBUILD", "FROM a AS b|\nFROM c AS d\nONBUILD COPY --from=b /a /b\nONBUILD RUN --mount=type=bind,from=b true",
        "FROM a AS [=b]\nFROM c AS d\nONBUILD COPY --from=[b] /a /b\nONBUILD RUN --mount=type=bind,from=[b] true");
    add("a default that names a stage", "ARG BASE=dev\nFROM a AS de|v\nFROM $BASE",
        "ARG BASE=[dev]\nFROM a AS [=dev]\nFROM $BASE");
    add("the comment on a stage", "# dev for work\nFROM a AS de|v", "# [dev] for work\nFROM a AS [=dev]");
    add("an image is no stage", "FROM de|bian", "none");
    add("a variable", "FROM a\nARG V|=1\nENV W=$V X=${V:-2}\nRUN echo $V \"${V%x}\" '$V'",
        "FROM a\nARG [=V]=1\nENV W=$[V] X=${[V]:-2}\nRUN echo $[V] \"${[V]%x}\" '$V'");
    add("global and declared again", "ARG V=1\nFROM a:$V\nARG V\nRUN echo $V|\nFROM b\nRUN echo $V",
        "ARG [=V]=1\nFROM a:$[V]\nARG [=V]\nRUN echo $[V]\nFROM b\nRUN echo $V");
    add("global without declaration", "ARG V|=1\nFROM a:$V\nRUN echo $V", "ARG [=V]=1\nFROM a:$[V]\nRUN echo $V");
    add("a default of its own is another", "ARG V|=1\nFROM a:$V\nARG V=2\nRUN echo $V",
        "ARG [=V]=1\nFROM a:$[V]\nARG V=2\nRUN echo $V");
    add("through FROM", "FROM a AS x\nENV V=1\nFROM x\nRUN echo $V|\nFROM a\nRUN echo $V",
        "FROM a AS x\nENV [=V]=1\nFROM x\nRUN echo $[V]\nFROM a\nRUN echo $V");
    add("siblings apart", "FROM a AS x\nFROM x\nENV V|=1\nRUN echo $V\nFROM x\nENV V=2\nRUN echo $V",
        "FROM a AS x\nFROM x\nENV [=V]=1\nRUN echo $[V]\nFROM x\nENV V=2\nRUN echo $V");
    add("ONBUILD's variables", "FROM a\nARG V|=1\nONBUILD RUN echo $V\nONBUILD ENV W=$V",
        "FROM a\nARG [=V]=1\nONBUILD RUN echo $[V]\nONBUILD ENV W=$[V]");
    add("what the script sets is its own",
        "FROM a\nENV V|=1\nRUN echo $V; V=$V.2; echo $V\nRUN V=3 && echo $V\nRUN for V in a b; do echo $V; done",
        "FROM a\nENV [=V]=1\nRUN echo $[V]; V=$[V].2; echo $V\nRUN V=3 && echo $V\nRUN for V in a b; do echo $V; done");
    add("for one command it is not", "FROM a\nENV V|=1\nRUN V=2 make $V; echo $V",
        "FROM a\nENV [=V]=1\nRUN V=2 make $[V]; echo $[V]");
    add("nested", "FROM a\nENV V|=1\nRUN x=$(echo \"$V\" '$V' `echo $V`) && echo ${x:-$V}",
        "FROM a\nENV [=V]=1\nRUN x=$(echo \"$[V]\" '$V' `echo $[V]`) && echo ${x:-$[V]}");
    add("a shell in the shell", "FROM a\nENV V|=1\nRUN bash -xc 'echo $V' && sh -e -c 'V=2; echo $V' && perl -c '$V'",
        "FROM a\nENV [=V]=1\nRUN bash -xc 'echo $[V]' && sh -e -c 'V=2; echo $V' && perl -c '$V'");
    add("comments of the script", "FROM a\nENV V|=1\nRUN <<EOF\n# it's $V\necho $V\nEOF",
        "FROM a\nENV [=V]=1\nRUN <<EOF\n# it's $V\necho $[V]\nEOF");
    add("heredocs", "FROM a\nENV V|=1\nCOPY <<EOF <<'END' /x/\n$V '$V'\nEOF\n$V\nEND\nRUN <<'EOF'\necho $V\nEOF",
        "FROM a\nENV [=V]=1\nCOPY <<EOF <<'END' /x/\n$[V] '$[V]'\nEOF\n$V\nEND\nRUN <<'EOF'\necho $[V]\nEOF");
    add("python does not know", "FROM a\nENV V|=1\nRUN python3 <<'EOF'\nprint('$V')\nEOF",
        "FROM a\nENV [=V]=1\nRUN python3 <<'EOF'\nprint('$V')\nEOF");
    add("files that RUN writes",
        "FROM a\nENV V|=1\nRUN cat <<EOF >x && cat >y.sh <<'END' && bash -e <<'ESH'\n'$V'\nEOF\n$V\nEND\n'$V' $V\nESH",
        "FROM a\nENV [=V]=1\nRUN cat <<EOF >x && cat >y.sh <<'END' && bash -e <<'ESH'\n'$[V]'\nEOF\n$V\nEND\n'$V' "
        "$[V]\nESH");
    add("exec form of a shell", "FROM a\nENV V|=1\nCMD [\"sh\", \"-c\", \"echo $V\"]\nCMD [\"echo\", \"$V\"]",
        "FROM a\nENV [=V]=1\nCMD [\"sh\", \"-c\", \"echo $[V]\"]\nCMD [\"echo\", \"$V\"]");
    add("JSON paths", "FROM a\nENV V|=1\nCOPY [\"$V\", \"/$V/\"]", "FROM a\nENV [=V]=1\nCOPY [\"$[V]\", \"/$[V]/\"]");
    add("flags", "FROM a\nARG V|=1\nCOPY --chown=$V --chmod=${V} a b\nRUN --mount=type=cache,target=/$V true",
        "FROM a\nARG [=V]=1\nCOPY --chown=$[V] --chmod=${[V]} a b\nRUN --mount=type=cache,target=/$[V] true");
    add("escaped", "FROM a\nARG V|=1\nWORKDIR /\\$V/$V", "FROM a\nARG [=V]=1\nWORKDIR /\\$V/$[V]");
    add("the comment on an ARG", "# V the version\nARG V|=1\nFROM a", "# [V] the version\nARG [=V]=1\nFROM a");
    add("over a continuation", "FROM a\nENV A=1 \\\n  V|=2 \\\n  # $V\n  B=$V\nWORKDIR $V",
        "FROM a\nENV A=1 \\\n  [=V]=2 \\\n  # $V\n  B=$[V]\nWORKDIR $[V]");
    add("powershell", "FROM a\nSHELL [\"powershell\"]\nENV V|=1\nRUN echo $V $env:V",
        "FROM a\nSHELL [\"powershell\"]\nENV [=V]=1\nRUN echo $V $env:[V]");
    add("cmd of a Windows image", "FROM mcr.microsoft.com/windows/servercore:1\nENV V|=1\nRUN echo %V% $V",
        "FROM mcr.microsoft.com/windows/servercore:1\nENV [=V]=1\nRUN echo %[V]% $V");
    add("a heredoc", "FROM a\nRUN <<-\"EO|F\"\n\techo EOF\n\tEOF\n",
        "FROM a\nRUN <<-\"[=EOF]\"\n\techo EOF\n\t[EOF]\n");
    add("its end", "FROM a\nRUN cat <<A <<B\na\nA\nb\nB|\n", "FROM a\nRUN cat <<A <<[=B]\na\nA\nb\n[B]\n");
    add("nothing", "FROM a\nRUN ec|ho", "none");
    add("a file with errors", "FRM x\nFROM a AS b|\nCOPY --form=b\nCOPY --from=b\nENV",
        "FRM x\nFROM a AS [=b]\nCOPY --form=b\nCOPY --from=[b]\nENV");
}

void TestSymbols::found()
{
    QFETCH(QString, marked);
    QFETCH(QString, expected);
    QCOMPARE(places(marked), expected);
}

void TestSymbols::origins_data()
{
    QTest::addColumn<QString>("marked");
    QTest::addColumn<int>("line"); // 0: none
    const auto add
        = [](const char* name, const char* marked, int line) { QTest::newRow(name) << QString(marked) << line; };
    add("a stage", "FROM a\nFROM b AS x\nFROM x|", 2);
    add("the last that sets it", "FROM a\nENV V=1\nENV V=2\nRUN $V|\nENV V=3", 3);
    add("the one before itself", "FROM a\nENV V=1\nENV V=$V|:2", 2);
    add("in FROM", "ARG V=1\nFROM $V|\nARG V", 1);
    add("in a stage", "ARG V=1\nFROM $V\nARG V\nRUN $V|", 3);
    add("where it is declared again", "ARG V=1\nFROM $V\nARG V|", 1);
    add("in the base stage", "FROM a AS x\nENV V=1\nFROM x\nRUN $V|", 2);
    add("in one ARG", "FROM a\nARG A=1 B=$A|", 2);
    add("of ONBUILD", "FROM a AS x\nONBUILD ENV V=1\nFROM x\nRUN $V|", 2);
    add("the builder's", "FROM a\nRUN $TARGETARCH|", 0);
    add("a heredoc", "FROM a\nRUN cat <<EOF\nEOF|", 2);
}

void TestSymbols::origins()
{
    QFETCH(QString, marked);
    QFETCH(int, line);
    const auto [text, caret] = withoutCaret(marked.toStdString());
    const Dockerfile file = readDockerfile(text);
    const auto symbol = symbolAt(file, caret, someWorld());
    QVERIFY(symbol);
    // It is among the places, so editors can mark it.
    QVERIFY(!symbol->origin
        || std::any_of(symbol->places.begin(), symbol->places.end(),
            [&](const Symbol::Place& place) { return place.range == *symbol->origin && place.definition; }));
    QCOMPARE(symbol->origin ? static_cast<int>(file.document.source.lineOf(symbol->origin->begin)) : 0, line);
}

void TestSymbols::renames_data()
{
    QTest::addColumn<QString>("marked");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("expected");
    const auto add = [](const char* name, const char* marked, const char* to, const char* expected) {
        QTest::newRow(name) << QString(marked) << QString(to) << QString(expected);
    };
    add("a stage", "FROM a AS Bu|ild\nFROM b\nCOPY --from=BUILD --from=0 /a /b", "Compile",
        "FROM a AS compile\nFROM b\nCOPY --from=compile --from=0 /a /b");
    add("its case", "FROM a AS Bu|ild\nFROM b\nCOPY --from=BUILD /a /b", "build",
        "FROM a AS build\nFROM b\nCOPY --from=build /a /b");
    add("a stage gets a name", "FROM a\nFROM b\nCOPY --from=0| /a /b", "build",
        "FROM a AS build\nFROM b\nCOPY --from=build /a /b");
    add("a stage's name is taken", "FROM a AS x|\nFROM b AS y", "Y", "There is a stage \"y\" already");
    add("a context's name", "FROM a AS x|", "docs", "There is a stage \"docs\" already");
    add("a reserved name", "FROM a AS x|", "scratch", "\"scratch\" is a reserved name");
    add("an image's name", "FROM a AS x|\nFROM alpine", "alpine", "\"alpine\" is an image that this file takes from");
    add("an image's name before it", "FROM alpine AS x|\nCOPY --from=x a b", "alpine",
        "FROM alpine AS alpine\nCOPY --from=alpine a b");
    add("no name", "FROM a AS x|", "1x",
        "\"1x\" is no name for a stage: letters, digits, '-', '_' and '.', a letter first");
    add("a variable", "ARG V=1\nFROM a:${V|}\nARG V\nENV W=${V:-1}", "TAG",
        "ARG TAG=1\nFROM a:${TAG}\nARG TAG\nENV W=${TAG:-1}");
    add("a variable's name is taken", "FROM a\nARG V|=1\nENV W=2", "W", "W is used in line 3 already");
    add("taken elsewhere is free", "FROM a\nARG V|=1\nFROM b\nENV W=2", "W", "FROM a\nARG W=1\nFROM b\nENV W=2");
    add("taken in a stage built on it", "FROM a AS b\nARG V|=1\nFROM b\nENV W=2", "W", "W is used in line 4 already");
    add("a predefined variable", "FROM a\nARG TARGET|ARCH\nRUN $TARGETARCH", "X",
        "TARGETARCH is a name that the builder knows");
    add("to a predefined variable", "FROM a\nARG V|", "http_proxy", "http_proxy is a name that the builder knows");
    add("the image's variable", "FROM debian:12\nENV LANG|=C", "X", "LANG is a variable of the base image");
    add("not set here", "FROM a\nRUN echo $V|", "X", "Nothing in this file sets V");
    add("no name for a variable", "FROM a\nARG V|", "a-b",
        "\"a-b\" is no name for a variable: letters, digits and '_', no digit first");
    add("a heredoc", "FROM a\nRUN <<EOF|\nEND\nEOF", "STOP", "FROM a\nRUN <<STOP\nEND\nSTOP");
    add("a heredoc would end early", "FROM a\nRUN <<EOF|\nEND\nEOF", "END",
        "END is a line of the heredoc: it would end there");
    add("nothing here", "FROM a|", "x", "There is nothing here that has a name");
}

void TestSymbols::renames()
{
    QFETCH(QString, marked);
    QFETCH(QString, name);
    QFETCH(QString, expected);
    QCOMPARE(renamed(marked, name), expected);
}

void TestSymbols::outlines()
{
    const auto items = outline(
        readDockerfile("ARG V=1\nFROM a:$V AS build\nRUN x \\\n  && y\nCOPY a b\nFROM scratch\nCMD [\"x\"]\n"));
    QCOMPARE(items.size(), std::size_t {3});
    QCOMPARE(QString::fromStdString(items[0].name), "ARG V=1");
    QVERIFY(items[0].kind == OutlineItem::Kind::Argument);
    QCOMPARE(QString::fromStdString(items[1].name), "build");
    QCOMPARE(QString::fromStdString(items[1].detail), "a:$V");
    QCOMPARE(items[1].children.size(), std::size_t {2});
    QCOMPARE(QString::fromStdString(items[1].children[0].name), "RUN x && y");
    QCOMPARE(QString::fromStdString(items[2].name), "FROM scratch");
    QVERIFY(items[1].range.end <= items[2].range.begin);
}

void TestSymbols::foldsLines()
{
    std::string shown;
    for (const Fold& fold :
        folds(readDockerfile("# a\n# b\nFROM a\nRUN x \\\n  y\nRUN <<A <<B\n1\nA\n2\nB\n# c\nFROM b\nCOPY a b\n"))) {
        constexpr std::string_view kinds = "SICH";
        shown += std::string(1, kinds[static_cast<std::size_t>(fold.kind)]) + std::to_string(fold.firstLine) + "-"
            + std::to_string(fold.lastLine) + " ";
    }
    QCOMPARE(QString::fromStdString(shown), "C1-2 S3-10 I4-5 I6-10 H6-8 H9-10 S12-13 ");
}

void TestSymbols::manyOccurrences()
{
    std::string text = "FROM a AS s0\nARG V=1\n";
    for (int i = 1; i < 3000; ++i)
        text += "FROM s" + std::to_string(i - 1) + " AS s" + std::to_string(i) + "\nRUN echo $V\n";
    const Dockerfile file = readDockerfile(text);
    QElapsedTimer timer;
    timer.start();
    const auto symbol = symbolAt(file, 18, {});
    QVERIFY(symbol);
    QCOMPARE(symbol->places.size(), std::size_t {3000});
    QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
}

QTEST_MAIN(TestSymbols)
#include "tst_symbols.moc"
