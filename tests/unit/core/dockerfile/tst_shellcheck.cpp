// SPDX-License-Identifier: GPL-3.0-or-later
// Our ShellCheck rules beside the real one: the same codes at the same places, for each snippet in sh and in bash. And
// what the real one is given of a Dockerfile, and what becomes of its answer.
#include "core/dockerfile/lint.h"
#include "core/dockerfile/shell/shellcheck.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace darsena::dockerfile;

namespace {

/// What both find in a snippet, as "SC2086 1:6-1:8".
using Found = QSet<QString>;

/// The codes for what a shell refuses: of these both must have one, not the same.
const QSet<QString>& refusals()
{
    static const QSet<QString> codes {"SC1009", "SC1020", "SC1035", "SC1036", "SC1044", "SC1046", "SC1047", "SC1048",
        "SC1049", "SC1050", "SC1056", "SC1057", "SC1058", "SC1061", "SC1062", "SC1064", "SC1065", "SC1070", "SC1072",
        "SC1073", "SC1088", "SC1089"};
    return codes;
}

const QSet<QString>& compared()
{
    static const QSet<QString> codes {
        "SC1007", "SC1083", "SC1091", "SC2015", "SC2028", "SC2035", "SC2046", "SC2086", "SC2154", "SC2155", "SC2164"};
    return codes;
}

void add(Found& found, const QString& code, int line, int column, int endLine, int endColumn)
{
    if (refusals().contains(code))
        found << "refused";
    else if (code == "SC1083") // ShellCheck gives this one no end
        found << QString("%1 %2:%3").arg(code).arg(line).arg(column);
    else if (compared().contains(code))
        found << QString("%1 %2:%3-%4:%5").arg(code).arg(line).arg(column).arg(endLine).arg(endColumn);
}

/// Where a script is refused, little else counts.
void settle(Found& found)
{
    if (found.contains("refused"))
        found = {"refused"};
}

Found ours(const QString& snippet, const QString& shell)
{
    const QString file = QString("FROM a\nRUN <<'E_O_F'\n#!/bin/%1\n%2\nE_O_F\n").arg(shell, snippet);
    Found found;
    for (const Finding& finding : lint(readDockerfile(file.toStdString()))) {
        if (finding.rule.starts_with("SC"))
            add(found, QString::fromStdString(finding.rule), int(finding.begin.line) - 3, int(finding.begin.column),
                int(finding.end.line) - 3, int(finding.end.column));
    }
    settle(found);
    return found;
}

QString sorted(const Found& found)
{
    QStringList list(found.begin(), found.end());
    list.sort();
    return list.join(", ");
}

} // namespace

class TestShellCheck : public QObject {
    Q_OBJECT

private slots:
    void alike_data();
    void alike();
    void scriptsOfAJob_data();
    void scriptsOfAJob();
    void findingsOfAJob();
    void fixesOfAJob();
    void answersThatAreNone_data();
    void answersThatAreNone();
    void replacesOurs();
    void theProgramAgrees();
    void hostileScripts();
    void deepScripts_data();
    void deepScripts();

private:
    QList<Found> theirs(const QStringList& snippets, const QString& shell);
    QString m_program = QStandardPaths::findExecutable("shellcheck");
};

QList<Found> TestShellCheck::theirs(const QStringList& snippets, const QString& shell)
{
    QTemporaryDir folder;
    QStringList files {"--norc", "-f", "json"};
    for (int i = 0; i < snippets.size(); ++i) {
        files << folder.filePath(QString::number(i));
        QFile file(files.back());
        if (file.open(QIODevice::WriteOnly))
            file.write(QString("#!/bin/%1\n%2\n").arg(shell, snippets[i]).toUtf8());
    }
    QProcess process;
    process.start(m_program, files);
    process.waitForFinished(120'000);
    QList<Found> result(snippets.size());
    for (const QJsonValue& value : QJsonDocument::fromJson(process.readAllStandardOutput()).array()) {
        const QJsonObject comment = value.toObject();
        Found& found = result[QFileInfo(comment["file"].toString()).fileName().toInt()];
        add(found, QString("SC%1").arg(comment["code"].toInt()), comment["line"].toInt() - 1, comment["column"].toInt(),
            comment["endLine"].toInt() - 1, comment["endColumn"].toInt());
    }
    for (Found& found : result)
        settle(found);
    return result;
}

void TestShellCheck::alike_data()
{
    QTest::addColumn<QString>("shell");
    QTest::newRow("sh") << "sh";
    QTest::newRow("bash") << "bash";
}

void TestShellCheck::alike()
{
    if (m_program.isEmpty())
        QSKIP("shellcheck is not installed");
    QProcess process;
    process.start(m_program, {"--version"});
    QVERIFY(process.waitForFinished());
    if (!process.readAllStandardOutput().contains("version: 0.9."))
        QSKIP("another version of shellcheck, with verdicts of its own");
    QFETCH(QString, shell);
    QFile file(QStringLiteral(DARSENA_TEST_DATA "/dockerfile/shellcheck/snippets.txt"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QStringList snippets;
    int knownToDiffer = 0;
    for (const QString& line : QString::fromUtf8(file.readAll()).split('\n', Qt::SkipEmptyParts)) {
        if (line.startsWith(' '))
            snippets << line.mid(1).replace(QChar(0x23CE), '\n');
        knownToDiffer += line.startsWith('?');
    }
    QVERIFY(snippets.size() > 800);
    const QList<Found> expected = theirs(snippets, shell);
    int firing = 0;
    QStringList differences;
    for (int i = 0; i < snippets.size(); ++i) {
        const Found found = ours(snippets[i], shell);
        firing += !found.isEmpty();
        if (found != expected[i])
            differences
                << QString("%1\n  theirs: %2\n  ours:   %3").arg(snippets[i], sorted(expected[i]), sorted(found));
    }
    qInfo() << snippets.size() << "snippets," << firing << "with findings;" << knownToDiffer << "known to differ";
    QVERIFY2(differences.isEmpty(), qPrintable(differences.join('\n')));
}

void TestShellCheck::scriptsOfAJob_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("scripts");
    QTest::newRow("line") << "FROM a\nRUN --network=none b && \\\n# c\n  d\n" << QStringList {"#!/bin/sh\nb &&   d\n"};
    QTest::newRow("variables") << "ARG Z\nFROM a\nARG A=1 X\nENV B=2\nRUN c $B${A} $Z $no_proxy\nENV D=1\n"
                               << QStringList {
                                      "#!/bin/sh\nexport A=1\nexport B=1\nexport no_proxy=1\nc $B${A} $Z $no_proxy\n"};
    QTest::newRow("shell") << "FROM a\nSHELL [\"/bin/bash\", \"-c\"]\nRUN c\n" << QStringList {"#!/bin/bash\nc\n"};
    QTest::newRow("errexit") << "FROM a\nSHELL [\"/bin/ash\", \"-eo\", \"pipefail\", \"-c\"]\nRUN c\n"
                             << QStringList {"#!/bin/dash -e\nc\n"};
    QTest::newRow("heredoc") << "FROM a\nRUN <<E\n#!/bin/dash -e\n# shellcheck disable=SC2086\nc\nE\n"
                             << QStringList {"#!/bin/dash -e\n# shellcheck disable=SC2086\n"
                                             "# shellcheck disable=SC2086\nc\n"};
    QTest::newRow("onbuild") << "FROM a\nONBUILD RUN b\n" << QStringList {"#!/bin/sh\nb\n"};
    QTest::newRow("not for it")
        << "FROM a\nRUN [\"b\"]\nCMD c\nRUN <<E\n#!/usr/bin/python3\nE\nSHELL [\"pwsh\"]\nRUN d\n"
        << QStringList {};
}

void TestShellCheck::scriptsOfAJob()
{
    QFETCH(QString, text);
    QFETCH(QStringList, scripts);
    shell::ShellCheckJob job;
    job.add(readDockerfile(text.toStdString()), {});
    QStringList got;
    for (const std::string& script : job.scripts())
        got << QString::fromStdString(script);
    QCOMPARE(got, scripts);
    QCOMPARE(int(job.arguments().size()), 4 + int(scripts.size()));
}

namespace {

/// One comment as shellcheck's json1 has it; a script of one line is its second.
std::string comment(
    int script, int code, const char* level, int line, int column, int endColumn, const char* fix = "null")
{
    return QString(
        R"({"comments":[{"file":"%1.sh","line":%2,"endLine":%2,"column":%3,"endColumn":%4,"level":"%5","code":%6,)"
        R"("message":"m","fix":%7}]})")
        .arg(script)
        .arg(line)
        .arg(column)
        .arg(endColumn)
        .arg(level)
        .arg(code)
        .arg(fix)
        .toStdString();
}

} // namespace

void TestShellCheck::findingsOfAJob()
{
    shell::ShellCheckJob job;
    job.add(readDockerfile("FROM a\nRUN b\n"), {});
    const std::string text = "FROM a\nRUN é \\\n  $c\n";
    job.add(readDockerfile(text), {});
    const auto findings = job.findings(comment(1, 2086, "info", 2, 5, 7));
    QVERIFY(findings.ok());
    QCOMPARE(findings->size(), std::size_t(2));
    QVERIFY(findings->front().empty());
    QCOMPARE(findings->back().size(), std::size_t(1));
    const Finding& finding = findings->back().front();
    QCOMPARE(finding.rule, std::string("SC2086"));
    QCOMPARE(finding.severity, Severity::Info);
    QCOMPARE(text.substr(finding.range.begin, finding.range.end - finding.range.begin), std::string("$c"));
    QCOMPARE(finding.begin, (Position {.line = 3, .column = 3}));
    QCOMPARE(finding.url, std::string("https://www.shellcheck.net/wiki/SC2086"));
    // Codes that hadolint does not list, lines of ours, scripts that are none; but what a shell refuses counts.
    QVERIFY(job.findings(comment(1, 2005, "style", 2, 1, 2))->back().empty());
    QVERIFY(job.findings(comment(1, 2154, "warning", 1, 1, 2))->back().empty());
    QVERIFY(job.findings(comment(7, 2086, "info", 2, 1, 2))->back().empty());
    QCOMPARE(job.findings(comment(1, 1072, "error", 2, 1, 1))->back().size(), std::size_t(1));
    // Places that are nowhere stay in the file.
    const auto far = job.findings(comment(1, 1072, "error", 99, 99, 99));
    QVERIFY(far->back().front().range.end <= text.size());
}

void TestShellCheck::fixesOfAJob()
{
    const std::string text = "FROM a\nRUN b \\\n  $c \\\n  $d\n";
    shell::ShellCheckJob job;
    job.add(readDockerfile(text), {});
    const char* quotes
        = R"({"replacements":[)"
          R"({"line":2,"endLine":2,"column":5,"endColumn":5,"replacement":"\"","insertionPoint":"afterEnd"},)"
          R"({"line":2,"endLine":2,"column":7,"endColumn":7,"replacement":"\"","insertionPoint":"beforeStart"}]})";
    const auto findings = job.findings(comment(0, 2086, "info", 2, 5, 7, quotes));
    QVERIFY(findings.ok());
    QVERIFY(findings->front().front().fix);
    QCOMPARE(applyFix(text, *findings->front().front().fix), std::string("FROM a\nRUN b \\\n  \"$c\" \\\n  $d\n"));
    // A replacement of more than one line's text would lose the line's end.
    const char* across = R"({"replacements":[{"line":2,"endLine":2,"column":5,"endColumn":12,"replacement":"x"}]})";
    QVERIFY(!job.findings(comment(0, 2086, "info", 2, 5, 7, across))->front().front().fix);
}

void TestShellCheck::answersThatAreNone_data()
{
    QTest::addColumn<QString>("answer");
    for (const char* answer : {"", "[]", "{}", "{\"comments\":1}", "{\"comments\":[1]}",
             "{\"comments\":[{\"file\":1}]}", "{\"comments\":[{\"file\":\"0.sh\",\"code\":\"x\"}]}"})
        QTest::newRow(answer) << answer;
}

void TestShellCheck::answersThatAreNone()
{
    QFETCH(QString, answer);
    shell::ShellCheckJob job;
    job.add(readDockerfile("FROM a\nRUN b\n"), {});
    QVERIFY(!job.findings(answer.toStdString()).ok());
}

/// Its findings take the place of ours, and comments silence them as they do ours.
void TestShellCheck::replacesOurs()
{
    const std::string text
        = "FROM a\nRUN rm $HOME\n# hadolint ignore=SC2140\nRUN b\n# shellcheck disable=SC2026\nRUN c\n";
    const Dockerfile file = readDockerfile(text);
    LintOptions options;
    options.families = {RuleFamily::ShellCheck};
    QCOMPARE(lint(file, options).size(), std::size_t(1));
    options.shellCheck.emplace();
    QVERIFY(lint(file, options).empty());
    for (const std::uint32_t line : {2U, 4U, 6U}) {
        for (const char* rule : {"SC2140", "SC2026"})
            options.shellCheck->push_back({.rule = rule,
                .severity = Severity::Warning,
                .range = file.document.source.lineRange(line),
                .begin = {},
                .end = {},
                .message = "m",
                .url = {},
                .fix = {}});
    }
    options.ignoredRules = {"SC1000"};
    QCOMPARE(lint(file, options).size(), std::size_t(4));
    options.ignoredRules = {"SC2026"};
    QCOMPARE(lint(file, options).size(), std::size_t(2));
    options.config.severities["SC2140"] = Severity::Error;
    QCOMPARE(lint(file, options).front().severity, Severity::Error);
}

/// The whole way, as a program with QProcess goes it.
void TestShellCheck::theProgramAgrees()
{
    if (m_program.isEmpty())
        QSKIP("shellcheck is not installed");
    const std::string text
        = "FROM a\nARG dir\nENV PATH=/x:$PATH\nRUN cd $dir; \\\n    rm *.txt $file && \\\n    echo é $HOME\n"
          "RUN <<EOF\n\techo\t$HOME `date`\nEOF\nONBUILD RUN export a=$(b)\n";
    const Dockerfile file = readDockerfile(text);
    shell::ShellCheckJob job;
    job.add(file, {});
    QTemporaryDir folder;
    for (std::size_t i = 0; i < job.scripts().size(); ++i) {
        QFile script(folder.filePath(QString::fromStdString(shell::ShellCheckJob::fileName(i))));
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write(job.scripts()[i].data(), qint64(job.scripts()[i].size()));
    }
    QStringList arguments;
    for (const std::string& argument : job.arguments())
        arguments << QString::fromStdString(argument);
    QProcess process;
    process.setWorkingDirectory(folder.path());
    process.start(m_program, arguments);
    QVERIFY(process.waitForFinished());
    const auto findings = job.findings(process.readAllStandardOutput().toStdString());
    QVERIFY(findings.ok());
    LintOptions options;
    options.families = {RuleFamily::ShellCheck};
    const auto described = [](const std::vector<Finding>& list) {
        QStringList lines;
        for (const Finding& finding : list)
            lines << QString("%1 %2-%3")
                         .arg(QString::fromStdString(finding.rule))
                         .arg(finding.range.begin)
                         .arg(finding.range.end);
        return lines;
    };
    const QStringList own = described(lint(file, options));
    options.shellCheck = findings->front();
    const std::vector<Finding> theirs = lint(file, options);
    QCOMPARE(described(theirs), own);
    QVERIFY(own.size() > 7);
    for (const Finding& finding : theirs) {
        if (finding.rule == "SC2086")
            QVERIFY(applyFix(text, *finding.fix)
                        .find('"' + text.substr(finding.range.begin, finding.range.end - finding.range.begin) + '"')
                != std::string::npos);
    }
}

namespace {

/// Findings and fixes lie in the text.
bool isSound(const std::string& text)
{
    LintOptions options;
    options.families = {RuleFamily::ShellCheck};
    for (const Finding& finding : lint(readDockerfile(text), options)) {
        if (finding.range.begin > finding.range.end || finding.range.end > text.size())
            return false;
        std::uint32_t at = 0;
        for (const TextEdit& edit : finding.fix ? finding.fix->edits : std::vector<TextEdit>()) {
            if (edit.range.begin < at || edit.range.begin > edit.range.end || edit.range.end > text.size())
                return false;
            at = edit.range.end;
        }
    }
    return true;
}

} // namespace

void TestShellCheck::hostileScripts()
{
    const std::vector<std::string> pieces {"$x", "${x", "}", "$(", ")", "`", "\"", "'", "cd a", "; ", " && ", " || ",
        "\\\n", "echo ", "export ", "x=", "[ ", "]", "[[ ", "f() { ", "f;", "for i in ", "do ", "done;", "if ", "then ",
        "fi;", "* ", "{", "<<E\n", "E\n", "\n", "# shellcheck disable=all\n", " ", "local ", "read x", "case a in b) ",
        ";; esac ", "$((x=1))", ". /a", "\\n", "\xff", "|", "&", "set -e;", "exit 1;", "while ", "!", "-e ", "eval ",
        "let x=1 "};
    std::uint32_t state = 7;
    const auto next = [&] { return state = state * 1'664'525U + 1'013'904'223U, state >> 8U; };
    for (int round = 0; round < 6'000; ++round) {
        std::string text = next() % 2 == 0 ? "FROM a\nRUN " : "FROM a\nSHELL [\"bash\",\"-c\"]\nRUN <<D\n";
        for (std::uint32_t i = next() % 16 + 1; i > 0; --i)
            text += pieces[next() % pieces.size()];
        if (next() % 2 == 0)
            text += "\nD\n";
        QVERIFY2(isSound(text), QByteArray::fromStdString(text).toPercentEncoding(" $(){}[];&|=\"'`#/!").constData());
    }
}

void TestShellCheck::deepScripts_data()
{
    QTest::addColumn<QString>("piece");
    for (const char* piece : {"$(", "(", "{ ", "if ", "while a; do ", "for i in $x; do ", "\"$(", "${x:-",
             "case x in a) ", "f() { ", "f() { f; }; f; ", "a && ", "a | ", "echo $x; ", "x=$(a) ", "if a; then ", "$x",
             "[ -n $x ] ", "a=1 b; ", "{$x,"})
        QTest::newRow(piece) << piece;
}

void TestShellCheck::deepScripts()
{
    QFETCH(QString, piece);
    QElapsedTimer timer;
    timer.start();
    QVERIFY(isSound("FROM a\nRUN <<D\n" + QString(piece).repeated(20'000).toStdString() + "\nD\n"));
    const QString closed
        = QString(piece).repeated(60) + " x; " + QString("; done").repeated(60) + QString("; fi").repeated(60);
    QVERIFY(isSound("FROM a\nRUN <<D\n" + closed.toStdString() + "\nD\n"));
    QVERIFY2(timer.elapsed() < 10'000, qPrintable(QString::number(timer.elapsed())));
}

QTEST_GUILESS_MAIN(TestShellCheck)
#include "tst_shellcheck.moc"
