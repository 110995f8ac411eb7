// SPDX-License-Identifier: GPL-3.0-or-later
// Every rule of the table: cases that fire and cases that do not, fixes that cure, pages in every language whose examples
// are true, and sentences that have their translation.
#include "core/dockerfile/lint.h"
#include "core/dockerfile/pages/pages.h"
#include "tests/unit/core/dockerfile/rule_cases.h"

#include <QDir>
#include <QTest>

#include <fmt/format.h>

using namespace darsena;
using namespace darsena::dockerfile;
using test::RuleCase;

namespace {

const QString folder = QStringLiteral(DARSENA_TEST_DATA "/dockerfile/rules/");

std::vector<Finding> findingsOf(const RuleInfo& rule, const std::string& text, LintOptions options)
{
    if (rule.off)
        options.config.severities.emplace(rule.name, rule.severity);
    std::vector<Finding> findings = lint(readDockerfile(text), options);
    std::erase_if(findings, [&](const Finding& finding) { return finding.rule != rule.name; });
    return findings;
}

QList<int> linesOf(const std::vector<Finding>& findings)
{
    QList<int> lines;
    for (const Finding& finding : findings)
        lines << int(finding.begin.line);
    std::sort(lines.begin(), lines.end());
    return lines;
}

std::size_t refusals(const std::string& text, const LintOptions& options)
{
    const auto findings = lint(readDockerfile(text), options);
    return std::size_t(std::count_if(
        findings.begin(), findings.end(), [](const Finding& finding) { return finding.rule == buildErrorRule; }));
}

/// All fixes of a rule applied, again and again while there are any; a bound keeps a fix that cures nothing from looping.
std::string cured(const RuleInfo& rule, std::string text, const LintOptions& options)
{
    for (int round = 0; round < 20; ++round) {
        const auto findings = findingsOf(rule, text, options);
        const auto fixable = std::find_if(
            findings.begin(), findings.end(), [](const Finding& finding) { return finding.fix.has_value(); });
        if (fixable == findings.end())
            break;
        text = applyFix(text, *fixable->fix);
    }
    return text;
}

struct CodeBlock {
    QStringList settings;
    std::string text;
};

/// The ```dockerfile blocks of a page.
std::vector<CodeBlock> dockerfilesIn(std::string_view page)
{
    std::vector<CodeBlock> blocks;
    bool inside = false;
    for (const QString& line : QString::fromUtf8(page.data(), qsizetype(page.size())).split('\n')) {
        if (!inside && line.startsWith("```dockerfile")) {
            inside = true;
            blocks.push_back({.settings = line.mid(13).split(' ', Qt::SkipEmptyParts), .text = {}});
        } else if (inside && line == "```") {
            inside = false;
        } else if (inside) {
            blocks.back().text += line.toStdString() + '\n';
        }
    }
    return blocks;
}

} // namespace

class TestRules : public QObject {
    Q_OBJECT

private slots:
    void cases_data() { everyRule(); }
    void cases();
    void fixes_data() { everyRule(); }
    void fixes();
    void pages_data() { everyRule(); }
    void pages();
    void spanish_data() { everyRule(); }
    void spanish();
    void everyPrefix_data() { everyRule(); }
    void everyPrefix();
    void noCasesWithoutRule();

private:
    void everyRule();
    RuleInfo rule() const;
};

void TestRules::everyRule()
{
    QTest::addColumn<int>("index");
    const auto rules = lintRules();
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (rules[i].name != buildErrorRule)
            QTest::addRow("%s", std::string(rules[i].name).c_str()) << int(i);
    }
}

RuleInfo TestRules::rule() const
{
    QFETCH(int, index);
    return lintRules().at(std::size_t(index));
}

void TestRules::cases()
{
    const RuleInfo info = rule();
    const auto cases = test::readCases(folder + QString::fromUtf8(info.name.data(), qsizetype(info.name.size())) + ".cases");
    int firing = 0;
    for (const RuleCase& entry : cases) {
        firing += entry.fires;
        const auto findings = findingsOf(info, entry.text.toStdString(), entry.options);
        const QList<int> lines = linesOf(findings);
        if (lines != entry.lines || entry.fires == entry.lines.isEmpty())
            qWarning() << "the case at line" << entry.at;
        QCOMPARE(lines, entry.lines);
        QCOMPARE(entry.fires, !entry.lines.isEmpty());
    }
    QVERIFY2(firing >= 2, "at least two cases in which it fires");
    QVERIFY2(int(cases.size()) - firing >= 2, "at least two in which it does not");
}

void TestRules::fixes()
{
    const RuleInfo info = rule();
    const auto cases = test::readCases(folder + QString::fromUtf8(info.name.data(), qsizetype(info.name.size())) + ".cases");
    for (const RuleCase& entry : cases) {
        const std::string text = entry.text.toStdString();
        const std::string after = cured(info, text, entry.options);
        if (entry.fixed && after != entry.fixed->toStdString())
            qWarning() << "the case at line" << entry.at;
        if (entry.fixed)
            QCOMPARE(QString::fromStdString(after), *entry.fixed);
        for (const Finding& finding : findingsOf(info, after, entry.options))
            QVERIFY2(!finding.fix, "a fix that cures nothing");
        QVERIFY2(refusals(after, entry.options) <= refusals(text, entry.options), "a fix that the builder refuses");
    }
}

void TestRules::pages()
{
    const RuleInfo info = rule();
    for (const std::string_view language : {"en", "es"}) {
        const std::string_view page = rulePage(info.name, language);
        QVERIFY2(!ruleTitle(info.name, language).empty(), "a page with a title");
        const auto blocks = dockerfilesIn(page);
        QVERIFY2(blocks.size() >= 2, "what to write instead of what: two examples");
        for (std::size_t i = 0; i < 2; ++i) {
            LintOptions options;
            QCOMPARE(test::applySettings(options, blocks[i].settings), QString());
            QCOMPARE(!findingsOf(info, blocks[i].text, options).empty(), i == 0);
        }
    }
    QVERIFY(rulePage(info.name, "en") != rulePage(info.name, "es"));
}

void TestRules::spanish()
{
    const RuleInfo info = rule();
    const auto cases = test::readCases(folder + QString::fromUtf8(info.name.data(), qsizetype(info.name.size())) + ".cases");
    for (const RuleCase& entry : cases) {
        for (const Finding& finding : findingsOf(info, entry.text.toStdString(), entry.options)) {
            const Finding other = translated(finding, "es");
            QVERIFY2(other.message != finding.message, finding.message.c_str());
            if (finding.fix)
                QVERIFY2(other.fix->description != finding.fix->description, finding.fix->description.c_str());
        }
    }
}

void TestRules::everyPrefix()
{
    const RuleInfo info = rule();
    const auto cases = test::readCases(folder + QString::fromUtf8(info.name.data(), qsizetype(info.name.size())) + ".cases");
    for (const RuleCase& entry : cases) {
        const std::string whole = entry.text.toStdString();
        for (std::size_t length = 0; length < whole.size(); ++length) {
            const std::string text = whole.substr(0, length);
            for (const Finding& finding : findingsOf(info, text, entry.options)) {
                QVERIFY(finding.range.begin <= finding.range.end && finding.range.end <= text.size());
                std::uint32_t at = 0;
                for (const TextEdit& edit : finding.fix ? finding.fix->edits : std::vector<TextEdit>()) {
                    QVERIFY(at <= edit.range.begin && edit.range.begin <= edit.range.end && edit.range.end <= text.size());
                    at = edit.range.end;
                }
            }
        }
    }
}

void TestRules::noCasesWithoutRule()
{
    const auto rules = lintRules();
    for (const QString& file : QDir(folder).entryList({"*.cases"})) {
        const std::string name = file.chopped(6).toStdString();
        QVERIFY2(std::any_of(rules.begin(), rules.end(), [&](const RuleInfo& info) { return info.name == name; }),
            qPrintable(file));
    }
}

QTEST_APPLESS_MAIN(TestRules)
#include "tst_rules.moc"
