// SPDX-License-Identifier: GPL-3.0-or-later
// Everything an editor asks, at every offset of awkward texts and of each beginning of them: answers are of the text,
// and come in time.
#include "carets.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>

#include <fmt/format.h>

using namespace darsena::dockerfile;
using tests::someWorld;

namespace {

const std::vector<std::string>& awkwardTexts()
{
    using namespace std::string_literals;
    static const std::vector<std::string> texts {
        "# syntax=docker/dockerfile:1\n# escape=`\n# check=skip=StageNameCasing,;error=\nARG V=${X:-$Y} W\nFROM a:${V "
        "AS x\nRUN a `\n\n # c\n b\n",
        "FROM debian:12 AS build\nRUN --mount=type=cache,target=/x,\"from=build\" --mount= --mount=type=secret,,id=$A "
        "<<-\"EOF\" cat <<B\n\t$A ${B\n\tEOF\nx\nB\nCOPY --from=0 <<EOF /x.json\n{\"a\": $V\nEOF",
        "from a as B\ncopy --from=b --chown=$u: [\"x\", \"$y\nenv A=1 B='$A\nlabel \"a b\"=c d\nhealthcheck "
        "--interval= cmd [\"sh\", \"-c\", \"$A\nonbuild \nonbuild run --mount=from=b,target=/ x\nshell "
        "[\"powershell\"\nrun $env:A\n",
        "\xEF\xBB\xBF# check=\r\nFROM a\r\nRUN x \\\r\n  && y $Z\r\nCOPY \\\r\n",
        "FROM a\0b\nENV \xFF=\xC3\nRUN echo $\xC3\xB1 '\nUSER a:\nEXPOSE 80/ $P\nSTOPSIGNAL \nWORKDIR\n"s,
        "RUN $(echo ${A:-$(echo `echo $B`)}) \"$(\" ' \\' $((1+$C)) ${#D} ${!E} $'x' for F in; do read G; export H=; "
        "done | while\n",
        "FROM a\nONBUILD ONBUILD RUN x\nONBUILD COPY <<A <<B /\n$A\nA\n$B\nB\n# A b\nARG A\nFROM $A\nFROM a AS a\nFROM "
        "a\nCOPY --from=a --from=99999999999999999999 --from= x y\n",
        "FROM a\nRUN python3 <<EOF\n'''x\nEOF\nSHELL [\"pwsh\"]\nRUN <<EOF\n@\"\n$x ${y\nEOF\nCOPY <<a.py <<b.ps1 "
        "<<c.sh /\ndef f(\na.py\n<# \nb.ps1\nif [ $x\nc.sh\n",
        "FROM\nFROM \nFROM a b\nFROM a AS\nFROM a AS \nARG\nARG =\nENV\nENV A\nENV =\nCOPY\nCOPY --\nCOPY -\nRUN\nRUN "
        "--mount\nRUN <<\nRUN <<-\nCMD [\nCMD [\"",
        "",
        "#",
        "\n\n \t\n",
        "\\",
        "FROM a \\",
    };
    return texts;
}

void checkRange(Range range, std::uint32_t size)
{
    QVERIFY2(range.begin <= range.end && range.end <= size,
        qPrintable(QString("%1-%2 of %3").arg(range.begin).arg(range.end).arg(size)));
}

/// Asks what has no offset.
void askAll(const Dockerfile& file, const Surroundings& world)
{
    const std::uint32_t size = file.document.source.size();
    std::uint32_t at = 0;
    for (const SemanticToken& token : semanticTokens(file)) {
        checkRange(token.range, size);
        QVERIFY(token.range.begin >= at && !token.range.empty());
        QVERIFY(file.document.source.slice(token.range).find('\n') == std::string_view::npos);
        at = token.range.end;
    }
    for (const OutlineItem& item : outline(file))
        checkRange(item.range, size);
    for (const Fold& fold : folds(file))
        QVERIFY(fold.firstLine < fold.lastLine && fold.lastLine <= file.document.source.lineCount());
    for (const Link& link : links(file, world))
        checkRange(link.range, size);
    for (const InlayHint& hint : inlayHints(file, world))
        QVERIFY(hint.offset <= size);
}

void askAt(
    const Dockerfile& file, std::uint32_t offset, const Surroundings& world, const std::vector<Finding>& findings)
{
    const std::uint32_t size = file.document.source.size();
    for (const Completion& item : complete(file, offset, world)) {
        checkRange(item.replace, size);
        QVERIFY(item.replace.begin <= std::min(offset, size) && std::min(offset, size) <= item.replace.end);
        QVERIFY(file.document.source.slice(item.replace).find('\n') == std::string_view::npos);
        // What stands before the caret is the beginning of what is offered.
        const QString prefix = QString::fromUtf8(file.document.source.slice({item.replace.begin, offset}));
        const QString label = QString::fromStdString(item.label);
        QVERIFY2(label.startsWith(prefix, Qt::CaseInsensitive), qPrintable(label + " for " + prefix));
        QVERIFY(!item.text.empty());
    }
    if (const auto found = hover(file, offset, world, findings)) {
        checkRange(found->range, size);
        QVERIFY(!found->markdown.empty());
    }
    if (const auto help = signatureHelp(file, offset, world)) {
        QVERIFY(help->active < static_cast<int>(help->parameters.size()));
        for (const auto& parameter : help->parameters)
            QVERIFY(parameter.begin < parameter.end && parameter.end <= help->label.size());
    }
    if (const auto symbol = symbolAt(file, offset, world)) {
        QVERIFY(!symbol->places.empty() || symbol->kind == Symbol::Kind::Heredoc);
        std::uint32_t at = 0;
        for (const Symbol::Place& place : symbol->places) {
            checkRange(place.range, size);
            QVERIFY(place.range.begin >= at);
            at = place.range.end;
        }
    }
    static_cast<void>(rename(file, offset, "other", world));
}

} // namespace

class TestAssistAnyText : public QObject {
    Q_OBJECT

private slots:
    void everyOffset_data();
    void everyOffset();
    void everyBeginning_data();
    void everyBeginning();
    void renamesKeepTheirPlaces();
    void quickInLongFiles();
    void longLines();
};

void TestAssistAnyText::everyOffset_data()
{
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < awkwardTexts().size(); ++i)
        QTest::addRow("text %zu", i) << static_cast<int>(i);
}

void TestAssistAnyText::everyOffset()
{
    QFETCH(int, index);
    const std::string& text = awkwardTexts()[static_cast<std::size_t>(index)];
    const Dockerfile file = readDockerfile(text);
    const Surroundings world = someWorld();
    const std::vector<Finding> findings = lint(file);
    askAll(file, world);
    for (std::uint32_t offset = 0; offset <= text.size() + 2; ++offset)
        askAt(file, offset, world, findings);
}

void TestAssistAnyText::everyBeginning_data()
{
    everyOffset_data();
}

/// As it is typed: the caret at the end, and in the middle of what stands there.
void TestAssistAnyText::everyBeginning()
{
    QFETCH(int, index);
    const std::string& text = awkwardTexts()[static_cast<std::size_t>(index)];
    Surroundings world = someWorld();
    world.language = "es";
    for (std::size_t length = 0; length <= text.size(); ++length) {
        const Dockerfile file = readDockerfile(text.substr(0, length));
        askAll(file, world);
        const auto end = static_cast<std::uint32_t>(length);
        askAt(file, end, world, {});
        askAt(file, end - std::min<std::uint32_t>(end, 3), world, {});
    }
}

/// After a rename the symbol has as many places, at the new name.
void TestAssistAnyText::renamesKeepTheirPlaces()
{
    int renamed = 0;
    for (const std::string& text : awkwardTexts()) {
        const Dockerfile file = readDockerfile(text);
        for (std::uint32_t offset = 0; offset <= text.size(); ++offset) {
            const auto symbol = symbolAt(file, offset, {});
            const auto edits = rename(file, offset, "zzz", {});
            if (!symbol || !edits || edits->empty())
                continue;
            const std::string after = applyFix(text, {.description = {}, .edits = *edits});
            const Dockerfile changed = readDockerfile(after);
            const auto moved = symbolAt(changed, symbol->places.front().range.begin, {});
            if (!moved || moved->name != "zzz")
                continue; // the stage without a name that got one has its place elsewhere
            QCOMPARE(moved->places.size(), symbol->places.size());
            ++renamed;
        }
    }
    QVERIFY(renamed > 50);
}

void TestAssistAnyText::quickInLongFiles()
{
    std::string text = "ARG BASE=debian:12\n";
    for (int i = 0; i < 100; ++i)
        text += fmt::format("FROM $BASE AS s{0}\nARG V{0}=1\nENV A{0}=$V{0} B=2\nRUN "
                            "--mount=type=cache,target=/root/.cache \\\n  apt-get update && \\\n"
                            "  apt-get install -y curl $B && useradd -m u{0}\nWORKDIR /app\nCOPY --chown=u{0} a b "
                            "/x/\nUSER u{0}\nEXPOSE 80\n",
            i);
    text += "COPY --from=s5 x ${B";
    const Dockerfile file = readDockerfile(text);
    const auto end = static_cast<std::uint32_t>(text.size());
    const Surroundings world = someWorld();
    const std::vector<Finding> findings = lint(file);
    std::string report;
    const auto measure = [&](const char* name, double most, const auto& ask) {
        double best = 1000;
        for (int i = 0; i < 5; ++i) {
            QElapsedTimer timer;
            timer.start();
            ask();
            best = std::min(best, static_cast<double>(timer.nsecsElapsed()) / 1e6);
        }
        report += fmt::format("{} {:.2f} ms; ", name, best);
        // The budget is for a release build on a quiet machine; here there may be neither.
        QVERIFY2(best < most * 5, qPrintable(QString("%1: %2 ms").arg(name).arg(best)));
    };
    measure("complete variables", 5, [&] { QVERIFY(!complete(file, end, world).empty()); });
    measure("complete stages", 5, [&] { QVERIFY(!complete(file, end - 10, world).empty()); });
    measure("complete instructions", 5, [&] { QVERIFY(!complete(file, end - 21, world).empty()); });
    measure("complete users", 5, [&] { static_cast<void>(complete(file, end - 40, world)); });
    measure("hover", 5, [&] { QVERIFY(hover(file, end - 2, world, findings)); });
    measure("symbol", 5, [&] { QVERIFY(symbolAt(file, 5, world)); });
    measure("signature", 5, [&] { QVERIFY(signatureHelp(file, end, world)); });
    measure("outline", 5, [&] { QVERIFY(!outline(file).empty()); });
    measure("folds", 5, [&] { QVERIFY(!folds(file).empty()); });
    measure("tokens", 10, [&] { QVERIFY(!semanticTokens(file).empty()); });
    measure("links", 5, [&] { QVERIFY(!links(file, world).empty()); });
    measure("hints", 10, [&] { QVERIFY(!inlayHints(file, world).empty()); });
    qInfo("%s", report.c_str());
}

void TestAssistAnyText::longLines()
{
    QElapsedTimer timer;
    timer.start();
    std::string line = "FROM a\nENV ";
    for (int i = 0; i < 5000; ++i)
        line += fmt::format("A{0}=${{B{0}:-x}} ", i);
    std::string deep = "FROM a\nRUN ";
    for (int i = 0; i < 20000; ++i)
        deep += "$(${a:-\"";
    std::string many = "FROM a\n";
    for (int i = 0; i < 20000; ++i)
        many += "RUN echo $A && x=1\n";
    std::string lines = "FROM a\nRUN ";
    for (int i = 0; i < 20000; ++i)
        lines += "\\\n";
    for (const std::string& text : {line, deep, many, lines}) {
        const Dockerfile file = readDockerfile(text);
        askAll(file, {});
        for (const std::size_t offset : {std::size_t {8}, text.size() / 2, text.size() - 1, text.size()})
            askAt(file, static_cast<std::uint32_t>(offset), {}, {});
    }
    QVERIFY2(timer.elapsed() < 20000, qPrintable(QString::number(timer.elapsed())));
}

QTEST_MAIN(TestAssistAnyText)
#include "tst_assist_any_text.moc"
