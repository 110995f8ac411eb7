// SPDX-License-Identifier: GPL-3.0-or-later
// All fixes at once, over every case of every rule: it ends, the builder refuses nothing new, and fixes that say so keep
// the meaning.
#include "core/dockerfile/assist/refactor.h"
#include "tests/unit/core/dockerfile/corpus.h"
#include "tests/unit/core/dockerfile/meaning.h"

#include <QTest>

using namespace darsena;
using namespace darsena::dockerfile;

namespace {

struct Named {
    QString name;
    std::string text;
    LintOptions options;
};

/// The rules' cases with their settings, every rule that is off turned on.
std::vector<Named> everyCase()
{
    std::vector<Named> all;
    const QDir rules(QStringLiteral(DARSENA_TEST_DATA "/dockerfile/rules"));
    for (const QString& file : rules.entryList({QStringLiteral("*.cases")}, QDir::Files, QDir::Name)) {
        for (const test::RuleCase& entry : test::readCases(rules.filePath(file))) {
            Named named {.name = QStringLiteral("%1:%2").arg(file).arg(entry.at), .text = entry.text.toStdString(), .options = entry.options};
            for (const RuleInfo& rule : lintRules()) {
                if (rule.off)
                    named.options.config.severities.emplace(rule.name, rule.severity);
            }
            all.push_back(std::move(named));
        }
    }
    return all;
}

std::size_t refusals(const std::vector<Finding>& findings)
{
    return std::size_t(std::count_if(
        findings.begin(), findings.end(), [](const Finding& finding) { return finding.rule == buildErrorRule; }));
}

std::vector<Finding> lintText(const std::string& text, const LintOptions& options)
{
    return lint(readDockerfile(text), options);
}

} // namespace

class TestFixAll : public QObject {
    Q_OBJECT

private slots:
    void mendsAll();
    void endsAndDoesNoHarm();
    void fixesDoNotOverlap();
    void keepsTheMeaning();
    void oddTexts();
};

void TestFixAll::mendsAll()
{
    std::vector<Finding> mended;
    const std::string text = "from a as B\nRUN true\nRUN false\nFROM b As c\n";
    LintOptions options;
    options.families = {RuleFamily::BuildKit};
    const std::string after = fixAll(text, options, &mended);
    QCOMPARE(QString::fromStdString(after), QString("FROM a AS b\nRUN true\nRUN false\nFROM b AS c\n"));
    QVERIFY(mended.size() >= 3);
    QVERIFY(fixAll(after, options) == after);
}

void TestFixAll::endsAndDoesNoHarm()
{
    for (const Named& entry : everyCase()) {
        const std::string after = fixAll(entry.text, entry.options);
        QVERIFY2(refusals(lintText(after, entry.options)) <= refusals(lintText(entry.text, entry.options)), qPrintable(entry.name));
        const std::string again = fixAll(after, entry.options);
        QVERIFY2(again == after, qPrintable(entry.name + " goes on:\n" + QString::fromStdString(after) + "---\n" + QString::fromStdString(again)));
    }
}

void TestFixAll::fixesDoNotOverlap()
{
    for (const Named& entry : everyCase()) {
        for (const Finding& finding : lintText(entry.text, entry.options)) {
            if (!finding.fix)
                continue;
            std::vector<TextEdit> edits = finding.fix->edits;
            std::sort(edits.begin(), edits.end(), [](const TextEdit& a, const TextEdit& b) { return a.range.begin < b.range.begin; });
            QVERIFY2(!edits.empty(), qPrintable(entry.name));
            for (std::size_t i = 0; i < edits.size(); ++i) {
                const bool fits = edits[i].range.begin <= edits[i].range.end && edits[i].range.end <= entry.text.size()
                    && (i == 0 || edits[i - 1].range.end <= edits[i].range.begin);
                QVERIFY2(fits, qPrintable(entry.name + " " + QString::fromStdString(finding.rule)));
            }
        }
    }
}

void TestFixAll::keepsTheMeaning()
{
    QStringList wrong;
    for (const Named& entry : everyCase()) {
        const Dockerfile before = readDockerfile(entry.text);
        if (!before.ok())
            continue;
        for (const Finding& finding : lint(before, entry.options)) {
            if (!finding.fix || !finding.fix->sameMeaning)
                continue;
            const Dockerfile after = readDockerfile(applyFix(entry.text, *finding.fix));
            // Where stages went that nobody needed, the rest counts.
            const bool neededOnly = before.stages.size() != after.stages.size();
            const std::string left = test::meaningOf(before, entry.options.stages, neededOnly);
            const std::string right = test::meaningOf(after, entry.options.stages, neededOnly);
            if (left != right)
                wrong << QStringLiteral("%1: %2\n%3---\n%4").arg(entry.name, QString::fromStdString(finding.rule), QString::fromStdString(left), QString::fromStdString(right));
        }
    }
    for (const QString& each : wrong)
        qWarning("%s", qPrintable(each));
    QVERIFY(wrong.isEmpty());
}

void TestFixAll::oddTexts()
{
    const LintOptions options;
    for (const tests::CorpusText& entry : tests::dockerfileCorpus()) {
        const std::string after = fixAll(entry.text, options);
        QVERIFY2(refusals(lintText(after, options)) <= refusals(lintText(entry.text, options)), qPrintable(entry.name));
    }
    QCOMPARE(fixAll("", options), std::string());
}

QTEST_APPLESS_MAIN(TestFixAll)
#include "tst_fix_all.moc"
