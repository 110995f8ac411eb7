// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/pragma.h"

#include "core/dockerfile/lint.h"

#include <QElapsedTimer>
#include <QTest>

#include <fmt/format.h>

using namespace darsena;
using namespace darsena::dockerfile;

namespace {

QString show(std::string_view comment)
{
    const auto pragma = readPragma(comment);
    if (!pragma)
        return "none";
    static constexpr std::array kinds {"ignore", "stage", "global", "shell"};
    QString text = kinds.at(std::size_t(pragma->kind));
    for (const std::string_view name : pragma->names)
        text += ' ' + QString::fromUtf8(name.data(), qsizetype(name.size()));
    return text;
}

/// The lines on which a rule of BuildKit fires.
QList<int> lines(const std::string& text, LintOptions options = {})
{
    QList<int> result;
    for (const Finding& finding : lint(readDockerfile(text), options)) {
        if (finding.rule == "LegacyKeyValueFormat")
            result << int(finding.begin.line);
    }
    return result;
}

} // namespace

class TestPragmas : public QObject {
    Q_OBJECT

private slots:
    void reading_data();
    void reading();
    void instruction();
    void stage();
    void wholeFile();
    void disabled();
    void checkDirective();
    void manyComments();
};

void TestPragmas::reading_data()
{
    QTest::addColumn<QString>("comment");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* comment, const char* expected) {
        QTest::newRow(comment) << QString(comment) << QString(expected);
    };
    row("hadolint ignore=DL3008", "ignore DL3008");
    row("  hadolint\tignore = DL3008 , SC2086,FromAsCasing", "ignore DL3008 SC2086 FromAsCasing");
    row("hadolint ignore=DL3008 # they pin it themselves", "ignore DL3008");
    row("hadolint ignore=DL3008#why", "ignore DL3008");
    row("hadolint global ignore=DL3008", "global DL3008");
    row("hadolint  stage  ignore=DL3008,DL3009", "stage DL3008 DL3009");
    row("hadolint shell=/bin/bash -o pipefail # so", "shell /bin/bash -o pipefail");
    row("hadolint shell = powershell", "shell powershell");
    row("hadolint shell=bash # as the base image has it", "shell bash");
    row("hadolint shell=", "none");
    row("hadolint", "none");
    row("hadolint ignore", "none");
    row("hadolint ignore=", "none");
    row("hadolint ignore=DL3008,", "none");
    row("hadolint ignore=DL3008 DL3009", "none");
    row("hadolint ignore=DL3008,what?", "none");
    row("hadolintignore=DL3008", "none");
    row("hadolint globalignore=DL3008", "none");
    row("Hadolint ignore=DL3008", "none");
    row("see hadolint ignore=DL3008", "none");
}

void TestPragmas::reading()
{
    QFETCH(QString, comment);
    QTEST(show(comment.toStdString()), "expected");
}

void TestPragmas::instruction()
{
    QCOMPARE(lines("FROM a\n# hadolint ignore=LegacyKeyValueFormat\nENV b c\nENV d e"), QList<int> {4});
    // Other comments may stand between, blank lines not.
    QCOMPARE(lines("FROM a\n# hadolint ignore=LegacyKeyValueFormat\n# why\nENV b c"), QList<int> {});
    QCOMPARE(lines("FROM a\n# hadolint ignore=LegacyKeyValueFormat\n\nENV b c"), QList<int> {4});
    QCOMPARE(lines("FROM a\n# hadolint ignore=DL3000\nENV b c"), QList<int> {3});
    QCOMPARE(lines("FROM a\nENV b \\\n# hadolint ignore=LegacyKeyValueFormat\n  c"), QList<int> {2});
    // Two lines of them add up.
    QCOMPARE(lines("FROM a\n# hadolint ignore=LegacyKeyValueFormat\n# hadolint ignore=DL3000\nENV b c"), QList<int> {});
    // In a heredoc it is text.
    QCOMPARE(lines("FROM a\nRUN <<E\n# hadolint ignore=LegacyKeyValueFormat\nE\nENV b c"), QList<int> {5});
    // What the builder refuses cannot be ignored.
    const auto findings = lint(readDockerfile("# hadolint global ignore=BuildError\nFRM a"));
    QCOMPARE(
        std::count_if(findings.begin(), findings.end(), [](const Finding& f) { return f.rule == buildErrorRule; }), 1);
}

void TestPragmas::stage()
{
    const std::string pragma = "# hadolint stage ignore=LegacyKeyValueFormat\n";
    QCOMPARE(lines(pragma + "FROM a\nENV b c\nFROM d\nENV e f"), QList<int> {5});
    QCOMPARE(lines("FROM a\nENV b c\n" + pragma + "FROM d\nENV e f\nENV g h\nFROM i\nENV j k"), (QList<int> {2, 8}));
    QCOMPARE(lines("FROM a\nENV b c\n" + pragma + "ENV d e\nENV f g\nFROM h\nENV i j"), (QList<int> {2, 7}));
    QCOMPARE(lines("FROM a\nENV b c\n\n" + pragma + "\nFROM d\nENV e f"), (QList<int> {2, 7}));
    QCOMPARE(lines(pragma), QList<int> {});
}

void TestPragmas::wholeFile()
{
    const std::string pragma = "# hadolint global ignore=LegacyKeyValueFormat";
    QCOMPARE(lines(pragma + "\nFROM a\nENV b c\nFROM d\nENV e f"), QList<int> {});
    QCOMPARE(lines("FROM a\nENV b c\n" + pragma), QList<int> {});
}

void TestPragmas::disabled()
{
    LintOptions options;
    options.config.disableIgnorePragma = true;
    QCOMPARE(lines("FROM a\n# hadolint ignore=LegacyKeyValueFormat\nENV b c", options), QList<int> {3});
    QCOMPARE(lines("FROM a\n# check=skip=LegacyKeyValueFormat\nENV b c", options), QList<int> {});
}

void TestPragmas::checkDirective()
{
    const auto rules = [](const std::string& text) {
        QStringList names;
        for (const Finding& finding : lint(readDockerfile(text)))
            names << QString::fromStdString(finding.rule);
        return names;
    };
    // "all" is all that BuildKit knows of; rules of others have to be named.
    const std::string text = "FROM a:1\nMAINTAINER me\n";
    QVERIFY(rules(text).contains("MaintainerDeprecated"));
    QVERIFY(!rules("# check=skip=all\n" + text).contains("MaintainerDeprecated"));
    QVERIFY(rules("# check=skip=all\n" + text).contains("DL4000"));
    QVERIFY(!rules("# check=skip=DL4000\n" + text).contains("DL4000"));
    QVERIFY(rules("# check=skip=DL4000\n" + text).contains("MaintainerDeprecated"));
    QVERIFY(rules("FROM a:1\n# check=skip=all\nMAINTAINER me\n").contains("DL4000"));
    QVERIFY(!rules("FROM a:1\n# check=skip=DL4000\nMAINTAINER me\n").contains("DL4000"));
}

void TestPragmas::manyComments()
{
    std::string text = "FROM a\n";
    for (int i = 0; i < 50'000; ++i)
        text += "# hadolint stage ignore=LegacyKeyValueFormat\nENV a b\n";
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(lines(text), QList<int> {});
    QVERIFY(timer.elapsed() < 20'000);
}

QTEST_APPLESS_MAIN(TestPragmas)
#include "tst_pragmas.moc"
