// SPDX-License-Identifier: GPL-3.0-or-later
// Refactorings: cases of text in and text out; what RUN does before and after, told by real shells; and what holds for
// every Dockerfile: the builder refuses nothing new, and stages and instructions mean the same.
#include "core/dockerfile/assist/refactor.h"
#include "core/dockerfile/pages/pages.h"
#include "tests/unit/core/dockerfile/corpus.h"
#include "tests/unit/core/dockerfile/meaning.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace darsena;
using namespace darsena::dockerfile;

namespace {

const QString folder = QStringLiteral(DARSENA_TEST_DATA "/dockerfile/refactor/");

// Cases, tests/data/dockerfile/refactor/*.cases:
//
//     == merge-run [title]       "¦" stands for the caret, two of them enclose a selection
//     FROM a
//     RUN ¦x
//     RUN y
//     == becomes                 with the (first) refactoring of that id, and title if given, applied
//     …
//     == not merge-run           it is not offered
//     …
struct Case {
    QString id;
    QString title;
    bool offered = true;
    std::string text;
    Range selection;
    std::string after;
    int line = 0;
};

/// Takes the marks of the selection out of a text.
Range takeSelection(std::string& text)
{
    const std::string mark = "¦";
    Range selection;
    const auto take = [&](std::uint32_t& place) {
        const std::size_t at = text.find(mark);
        if (at == std::string::npos)
            return false;
        text.erase(at, mark.size());
        place = static_cast<std::uint32_t>(at);
        return true;
    };
    take(selection.begin);
    if (!take(selection.end))
        selection.end = selection.begin;
    return selection;
}

std::vector<Case> readRefactorCases(const QString& path)
{
    std::vector<Case> cases;
    std::string* text = nullptr;
    int number = 0;
    for (const QString& line : QString::fromStdString(tests::readAll(path)).split('\n')) {
        ++number;
        if (!line.startsWith("== ")) {
            if (text)
                *text += line.toStdString() + '\n';
            continue;
        }
        if (line == "== becomes") {
            text = &cases.back().after;
            continue;
        }
        QString words = line.mid(3);
        const bool offered = !words.startsWith("not ");
        if (!offered)
            words = words.mid(4);
        cases.push_back({.id = words.section(' ', 0, 0), .title = words.section(' ', 1), .offered = offered, .text = {},
            .selection = {}, .after = {}, .line = number});
        text = &cases.back().text;
    }
    for (Case& each : cases) {
        // The last line break of a file belongs to no line.
        for (std::string* part : {&each.text, &each.after}) {
            while (part->ends_with("\n\n"))
                part->pop_back();
        }
        each.selection = takeSelection(each.text);
    }
    return cases;
}

RefactorContext knownDigests()
{
    return {.digestOf = [](const std::string& image) -> std::optional<std::string> {
        if (image == "debian:12" || image == "nginx")
            return "sha256:" + std::string(64, 'a');
        return std::nullopt;
    }};
}

std::string applied(const std::string& text, const Refactoring& refactoring)
{
    return applyFix(text, Fix {.description = {}, .edits = refactoring.edits});
}

/// What the RUNs of a file print and how they end, each in a shell of its own until one fails, as a build does.
QByteArray outcomeOf(const std::string& text)
{
    const Dockerfile file = readDockerfile(text);
    QTemporaryDir workplace;
    QByteArray result;
    for (const Stage& stage : file.stages) {
        QStringList shell {"/bin/sh", "-c"};
        for (const Instruction& instruction : stage.instructions) {
            if (const auto* set = instruction.as<Shell>()) {
                shell.clear();
                for (const std::string& word : set->arguments)
                    shell << QString::fromStdString(word);
            }
            const auto* run = instruction.as<Run>();
            if (!run)
                continue;
            QStringList argv;
            if (run->command.shellForm) {
                argv = shell;
                argv << QString::fromStdString(run->script().text);
            } else {
                for (const std::string& word : run->command.arguments)
                    argv << QString::fromStdString(word);
            }
            QProcess process;
            process.setWorkingDirectory(workplace.path());
            process.setStandardErrorFile(QProcess::nullDevice());
            process.setProgram(argv.takeFirst());
            process.setArguments(argv);
            process.start();
            process.waitForFinished();
            result += process.readAllStandardOutput();
            if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
                return result + "failed";
        }
    }
    return result + "built";
}

/// Scripts that together have every way of failing, of leaving something behind and of depending on it.
const std::vector<std::string> scripts {"echo a", "false", "echo b && echo c", "false && echo d", "false || echo e",
    "echo f || echo g", "false; echo h", "echo i; false", "cd / && pwd", "pwd | sed 's/.*\\///' | wc -l", "X=1; echo $X", "echo \"x=$X\"",
    "export Y=2 && echo $Y", "echo \"${Y:-none}\"", "set -e; echo j; false; echo k", "set -e; echo l; echo m",
    "set -eu; echo n; echo o", "set -x && echo p", "if true; then echo q; fi", "for i in 1 2; do echo $i; done", "echo \"i=$i\"",
    "for i in 1 2; do false; echo r; done", "! false && echo s", "! true; echo t", "exit 0", "exit 3", "echo u | grep -q v",
    "{ false; echo w; } && echo x", "(cd / && false) || echo y", "f() { echo z; }; f", "f", "echo 'a  b'   c", "V=$(false; echo aa) && echo $V",
    "false | true && echo bb", "test -f file && cat file", "echo content > file", "umask 077 && echo cc", "trap 'echo dd' EXIT && echo ee",
    "set -o errexit; false || true; echo ff", "echo gg && { echo hh; false; }", "true && exec echo ii", "eval 'false; echo jj'",
    "A=${B:=kk} && echo $A", "echo \"B=$B\"", "set -e; for i in 1; do false; echo ll; done; echo mm", "echo \"$-\" | grep -c e || true",
    "[ -n \"\" ] || echo nn", "set -e; if false; then echo oo; fi; echo pp", "case x in x) echo qq;; esac && echo rr"};

} // namespace

class TestRefactor : public QObject {
    Q_OBJECT

private slots:
    void cases_data();
    void cases();
    void everyIdHasCases();
    void mergesDoTheSame();
    void formsDoTheSame();
    void stagesMeanTheSame();
    void everyText();
    void ignoreLines();
    void largeTexts();
};

void TestRefactor::cases_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("index");
    for (const QString& file : QDir(folder).entryList({"*.cases"})) {
        const auto cases = readRefactorCases(folder + file);
        for (std::size_t i = 0; i < cases.size(); ++i)
            QTest::addRow("%s:%d", qPrintable(file), cases[i].line) << file << int(i);
    }
}

void TestRefactor::cases()
{
    QFETCH(QString, file);
    QFETCH(int, index);
    const Case each = readRefactorCases(folder + file).at(std::size_t(index));
    const auto offers = refactorings(readDockerfile(each.text), each.selection, knownDigests());
    const auto found = std::find_if(offers.begin(), offers.end(), [&](const Refactoring& offer) {
        return QString::fromStdString(offer.id) == each.id && (each.title.isEmpty() || QString::fromStdString(offer.title) == each.title);
    });
    QCOMPARE(found != offers.end(), each.offered);
    if (!each.offered)
        return;
    QCOMPARE(QString::fromStdString(applied(each.text, *found)), QString::fromStdString(each.after));
    for (const Refactoring& offer : offers) {
        QVERIFY2(translated(offer.title, "es") != offer.title, offer.title.c_str());
        QCOMPARE(translated(offer.title, "en"), offer.title);
    }
}

void TestRefactor::everyIdHasCases()
{
    QMap<QString, int> offered, refused;
    for (const QString& file : QDir(folder).entryList({"*.cases"})) {
        for (const Case& each : readRefactorCases(folder + file))
            ++(each.offered ? offered : refused)[each.id];
    }
    for (const char* id : {"merge-run", "split-run", "run-to-heredoc", "heredoc-to-run", "to-exec-form", "to-shell-form", "extract-stage",
             "inline-stage", "add-cache-mount", "add-to-copy", "pin-digest"}) {
        QVERIFY2(offered[id] >= 2, id);
        QVERIFY2(refused[id] >= 2, id);
    }
}

/// Starting shells takes long: by default only every n-th of all combinations is tried.
int strideOf(int usual)
{
    return qEnvironmentVariableIsSet("DARSENA_EVERY_SHELL_SCRIPT") ? 1 : usual;
}

void TestRefactor::mergesDoTheSame()
{
    int number = 0, offered = 0;
    const auto check = [&](const char* shell, const std::vector<std::string>& bodies) {
        std::string text = fmt::format("FROM a\n{}", shell);
        const auto begin = static_cast<std::uint32_t>(text.size());
        for (const std::string& body : bodies)
            text += fmt::format("RUN {}\n", body);
        for (const Refactoring& offer : refactorings(readDockerfile(text), {begin, static_cast<std::uint32_t>(text.size())})) {
            if (offer.id != "merge-run")
                continue;
            ++offered;
            const std::string after = applied(text, offer);
            const QByteArray was = outcomeOf(text);
            const QByteArray is = outcomeOf(after);
            QVERIFY2(was == is, qPrintable(QString::fromStdString(text + after) + was + "\n---\n" + is));
        }
    };
    const std::vector<const char*> shells {"", "SHELL [\"/bin/bash\", \"-c\"]\n", "SHELL [\"/bin/sh\", \"-ec\"]\n", "SHELL [\"/bin/bash\", \"-eo\", \"pipefail\", \"-c\"]\n"};
    for (const char* shell : shells) {
        for (const std::string& first : scripts) {
            for (const std::string& second : scripts) {
                if (++number % strideOf(17) == 0)
                    check(shell, {first, second});
                // A third that walks through all in its own step.
                if (number % strideOf(29) == 0)
                    check(shell, {first, second, scripts[std::size_t(number / 29) % scripts.size()]});
                if (QTest::currentTestFailed())
                    return;
            }
        }
    }
    QVERIFY2(offered > 200, qPrintable(QString::number(offered)));
}

void TestRefactor::formsDoTheSame()
{
    std::vector<std::string> bodies = scripts;
    for (const std::string& first : scripts) {
        for (const std::string& second : {scripts[1], scripts[10], scripts[22]}) {
            bodies.push_back(first + " && \\\n    # why\n    " + second);
            bodies.push_back(first + "; \\\n  " + second + " && echo end");
        }
    }
    QMap<QString, int> offered;
    int number = 0;
    for (const char* shell : {"", "SHELL [\"/bin/bash\", \"-c\"]\n", "SHELL [\"/bin/sh\", \"-ec\"]\n"}) {
        for (const std::string& body : bodies) {
            if (++number % strideOf(5) != 0)
                continue;
            const std::string text = fmt::format("FROM a\n{}RUN {}\n", shell, body);
            const auto caret = static_cast<std::uint32_t>(text.find("RUN"));
            std::optional<QByteArray> was;
            const auto check = [&](const std::string& from, const Refactoring& offer) {
                ++offered[QString::fromStdString(offer.id)];
                const std::string after = applied(from, offer);
                if (!was)
                    was = outcomeOf(text);
                const QByteArray is = outcomeOf(after);
                if (*was != is)
                    qWarning("%s:\n%s---\n%s", offer.title.c_str(), from.c_str(), after.c_str());
                QCOMPARE(is, *was);
            };
            for (const Refactoring& offer : refactorings(readDockerfile(text), {caret, caret})) {
                if (offer.id == "extract-stage" || offer.id == "add-cache-mount")
                    continue;
                check(text, offer);
                if (QTest::currentTestFailed())
                    return;
                // And back, or on.
                const std::string after = applied(text, offer);
                const auto there = static_cast<std::uint32_t>(after.find("\nRUN") + 1);
                for (const Refactoring& next : refactorings(readDockerfile(after), {there, there})) {
                    if (next.id == "extract-stage")
                        continue;
                    check(after, next);
                    if (QTest::currentTestFailed())
                        return;
                }
            }
        }
    }
    for (const char* id : {"split-run", "run-to-heredoc", "heredoc-to-run", "to-exec-form", "to-shell-form", "merge-run"})
        QVERIFY2(id == std::string_view("merge-run") || offered[id] > 10, qPrintable(QString("%1: %2").arg(id).arg(offered[id])));
}

/// The instructions of each stage that has no other FROM it, those of the stages below it in front.
std::string flattened(const std::string& text)
{
    const Dockerfile file = readDockerfile(text);
    const StageGraph graph = stageGraph(file);
    std::vector<std::string> of;
    std::vector<bool> isBase(file.stages.size(), false);
    for (const Stage& stage : file.stages) {
        const auto base = graph.stages[stage.index].baseStage;
        std::string own = base ? of[*base] : "FROM " + stage.base + "\n";
        if (base)
            isBase[*base] = true;
        for (const Instruction& instruction : stage.instructions)
            own += test::meaningOf(instruction, file.document.escape) + "\n";
        of.push_back(own);
    }
    std::string result;
    for (std::size_t i = 0; i < of.size(); ++i) {
        if (!isBase[i])
            result += of[i] + "==\n";
    }
    return result;
}

void TestRefactor::stagesMeanTheSame()
{
    const std::vector<std::string> texts {
        "FROM debian:12\nARG A=1\nENV B=$A\nRUN x\nWORKDIR /w\nRUN y\n",
        "FROM debian:12 AS one\nRUN x\nRUN z\nFROM alpine AS two\nCOPY --from=one /a /b\nRUN y\nENV X=1\n",
        "FROM a AS one\nRUN x\nFROM one AS two\nRUN y\nFROM two\nRUN z\nCMD w\n"};
    int offered = 0;
    for (const std::string& text : texts) {
        for (std::uint32_t at = 0; at < text.size(); at += 3) {
            for (const Refactoring& offer : refactorings(readDockerfile(text), {at, at})) {
                if (offer.id != "extract-stage" && offer.id != "inline-stage")
                    continue;
                ++offered;
                QCOMPARE(QString::fromStdString(flattened(applied(text, offer))), QString::fromStdString(flattened(text)));
            }
        }
    }
    QVERIFY(offered > 20);
}

void TestRefactor::everyText()
{
    for (const tests::CorpusText& entry : tests::dockerfileCorpus()) {
        const Dockerfile file = readDockerfile(entry.text);
        for (const Statement& statement : file.document.statements) {
            const Range caret {statement.range.begin, statement.range.begin};
            for (const Range selection : {caret, statement.range, Range {0, statement.range.end}}) {
                for (const Refactoring& offer : refactorings(file, selection, knownDigests())) {
                    if (offer.ignoreLine)
                        continue;
                    const Dockerfile after = readDockerfile(applied(entry.text, offer));
                    QVERIFY2(after.problems.size() <= file.problems.size(), qPrintable(entry.name));
                    QVERIFY2(translated(offer.title, "es") != offer.title, offer.title.c_str());
                    // Comments go elsewhere, but not away.
                    if (!offer.title.ends_with("leave out the clean-up"))
                        QVERIFY2(after.document.comments.size() + 0 >= (offer.id == "run-to-heredoc" ? 0 : file.document.comments.size()),
                            qPrintable(entry.name + ": " + QString::fromStdString(offer.id)));
                    if (offer.id == "pin-digest" || offer.id == "inline-stage" || offer.id == "extract-stage")
                        continue;
                    QCOMPARE(test::meaningOf(stageGraph(after)), test::meaningOf(stageGraph(file)));
                }
            }
        }
    }
}

void TestRefactor::ignoreLines()
{
    const std::string text = "FROM a\nCOPY ./src/ data.txt /to/\nCOPY . /all/\nCOPY --from=b /x /y\n";
    const Dockerfile file = readDockerfile(text);
    const auto lineAt = [&](const char* word) {
        const auto at = static_cast<std::uint32_t>(text.find(word));
        for (const Refactoring& offer : refactorings(file, {at, at})) {
            if (offer.ignoreLine)
                return *offer.ignoreLine;
        }
        return std::string();
    };
    QCOMPARE(lineAt("src"), "src");
    QCOMPARE(lineAt("data"), "data.txt");
    QCOMPARE(lineAt("to/"), "");
    QCOMPARE(lineAt(". /all"), "");
    QCOMPARE(lineAt("x /y"), "");
}

void TestRefactor::largeTexts()
{
    // Quadratic time would show here as a test that does not end.
    std::string chain = "FROM a\nRUN x";
    std::string lines = "FROM a\nRUN <<EOF\nset -e\n";
    std::string runs = "FROM a\n";
    for (int i = 0; i < 5'000; ++i) {
        chain += fmt::format(" && v{0}={0} \\\n# {0}\n && echo $v{0}", i);
        lines += fmt::format("echo {}\n# {}\n", i, i);
        runs += fmt::format("RUN echo {}\n", i);
    }
    lines += "EOF\n";
    int offered = 0;
    for (const std::string& text : {chain, lines, runs}) {
        for (const Range selection : {Range {8, 8}, Range {8, static_cast<std::uint32_t>(text.size())}})
            offered += int(refactorings(readDockerfile(text), selection).size());
    }
    QVERIFY2(offered >= 8, qPrintable(QString::number(offered)));
}

QTEST_APPLESS_MAIN(TestRefactor)
#include "tst_refactor.moc"
