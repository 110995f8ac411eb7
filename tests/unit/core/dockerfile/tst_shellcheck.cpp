// SPDX-License-Identifier: GPL-3.0-or-later
// Our ShellCheck rules beside the real one: the same codes at the same places, for each snippet in sh and in bash.
#include "core/dockerfile/lint.h"

#include <QDir>
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
    void initTestCase();
    void alike_data();
    void alike();

private:
    QList<Found> theirs(const QStringList& snippets, const QString& shell);
    QString m_program = QStandardPaths::findExecutable("shellcheck");
};

void TestShellCheck::initTestCase()
{
    if (m_program.isEmpty())
        QSKIP("shellcheck is not installed");
    QProcess process;
    process.start(m_program, {"--version"});
    QVERIFY(process.waitForFinished());
    if (!process.readAllStandardOutput().contains("version: 0.9."))
        QSKIP("another version of shellcheck, with verdicts of its own");
}

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

QTEST_GUILESS_MAIN(TestShellCheck)
#include "tst_shellcheck.moc"
