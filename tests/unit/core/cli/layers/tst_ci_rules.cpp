// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/layers/ci_rules.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

using namespace darsena;
using namespace darsena::cli;

namespace {

CiConfig config(std::string_view yaml)
{
    auto parsed = CiConfig::parse(yaml);
    if (!parsed)
        qFatal("%s", parsed.error().message().c_str());
    return *parsed;
}

/// "PASS rule" and so on, one a line.
QString verdicts(const CiConfig& config, const CiFigures& figures, const std::optional<CiFigures>& baseline = {})
{
    const auto evaluation = evaluate(config, figures, baseline);
    if (!evaluation)
        return QString::fromStdString("error: " + evaluation.error().message());
    std::string text;
    for (const RuleResult& result : evaluation->results)
        text += fmt::format("{} {}\n", name(result.status), result.rule);
    return QString::fromStdString(text);
}

QString standard(const char* share, const char* bytes, const char* efficiency)
{
    return QStringLiteral("%1 highestUserWastedPercent\n%2 highestWastedBytes\n%3 lowestEfficiency\n")
        .arg(QLatin1String(share), QLatin1String(bytes), QLatin1String(efficiency));
}

} // namespace

/// ".dive-ci", rule by rule, as LAYERS.md has it.
class TestCiRules : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void defaults();
    void divesExample();
    void valuesThatTurnARuleOff();
    void limitsAreStrict();
    void sharesThatAreNoNumbers();
    void limitsThatAreNone_data();
    void limitsThatAreNone();
    void keys();
    void filesThatAreNoConfiguration_data();
    void filesThatAreNoConfiguration();
    void whereTheFileIs();
    void floor();
    void growth();
    void ignore_data();
    void ignore();
    void score();
    void report();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path m_before;
};

void TestCiRules::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_before = std::filesystem::current_path();
    std::filesystem::current_path(m_folder->path().toStdString());
}

void TestCiRules::cleanup()
{
    std::filesystem::current_path(m_before);
}

void TestCiRules::defaults()
{
    QCOMPARE(verdicts({}, {0.9, 1'000'000'000, 0.1, 0}), standard("PASS", "SKIP", "PASS"));
    QCOMPARE(verdicts({}, {0.89, 0, 0.11, 0}), standard("FAIL", "SKIP", "FAIL"));
    for (const char* nothing :
        {"", "# only a comment\n", "rules:\n", "rules: {}\n", "rules:\n  lowestEfficiency:\n", "other: 1\n"})
        QCOMPARE(config(nothing).lowestEfficiency, "0.9");
}

/// The file that dive's documentation shows.
void TestCiRules::divesExample()
{
    const CiConfig example = config(R"(
rules:
  # If the efficiency is measured below X%, mark as failed.
  lowestEfficiency: 0.95
  highestWastedBytes: 20MB
  highestUserWastedPercent: 0.20
)");
    QCOMPARE(verdicts(example, {0.95, 20'000'000, 0.2, 0}), standard("PASS", "PASS", "PASS"));
    QCOMPARE(verdicts(example, {0.949, 20'000'001, 0.201, 0}), standard("FAIL", "FAIL", "FAIL"));
}

void TestCiRules::valuesThatTurnARuleOff()
{
    for (const char* off : {"disabled", "off", "false", "\"\"", "Disabled", "' OFF '", "FALSE"}) {
        const CiConfig all = config(fmt::format(
            "rules:\n  lowestEfficiency: {0}\n  highestWastedBytes: {0}\n  highestUserWastedPercent: {0}\n", off));
        QCOMPARE(verdicts(all, {0, 1'000'000'000'000, 5, 0}), standard("SKIP", "SKIP", "SKIP"));
    }
}

void TestCiRules::limitsAreStrict()
{
    CiConfig limits;
    limits.lowestEfficiency = "1";
    limits.highestWastedBytes = "0";
    limits.highestUserWastedPercent = "0";
    QCOMPARE(verdicts(limits, {1, 0, 0, 0}), standard("PASS", "PASS", "PASS"));
    QCOMPARE(verdicts(limits, {0.999999, 1, 0.000001, 0}), standard("FAIL", "FAIL", "FAIL"));
}

void TestCiRules::sharesThatAreNoNumbers()
{
    // Nothing was added above the base: with waste the share is infinite and fails, without it is no number and passes.
    QCOMPARE(verdicts({}, {1, 5, std::numeric_limits<double>::infinity(), 0}), standard("FAIL", "SKIP", "PASS"));
    QCOMPARE(verdicts({}, {1, 0, std::numeric_limits<double>::quiet_NaN(), 0}), standard("PASS", "SKIP", "PASS"));
}

void TestCiRules::limitsThatAreNone_data()
{
    QTest::addColumn<QString>("yaml");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* rule, const char* message) {
        QTest::newRow(rule) << QStringLiteral("rules:\n  ") + QLatin1String(rule) << QString::fromLatin1(message);
    };
    row("lowestEfficiency: high", "lowestEfficiency: \"high\" is no number");
    row("lowestEfficiency: 1.1", "lowestEfficiency: 1.1 is not between 0 and 1");
    row("lowestEfficiency: -0.1", "lowestEfficiency: -0.1 is not between 0 and 1");
    row("highestUserWastedPercent: 20", "highestUserWastedPercent: 20 is not between 0 and 1");
    row("highestUserWastedPercent: 20%", "highestUserWastedPercent: \"20%\" is no number");
    row("highestWastedBytes: lots", "highestWastedBytes: \"lots\" is no size such as 20MB");
    row("wasteFloor: deep", "wasteFloor: \"deep\" is no size such as 20MB");
}

void TestCiRules::limitsThatAreNone()
{
    QFETCH(QString, yaml);
    QFETCH(QString, message);
    QCOMPARE(verdicts(config(yaml.toStdString()), {}), QStringLiteral("error: ") + message);
}

void TestCiRules::keys()
{
    const CiConfig dashes
        = config("rules:\n  lowest-efficiency: 0.5\n  highest-wasted-bytes: 1MB\n  highest-user-wasted-percent: 0.3\n");
    QCOMPARE(dashes.lowestEfficiency, "0.5");
    QCOMPARE(dashes.highestWastedBytes, "1MB");
    QCOMPARE(dashes.highestUserWastedPercent, "0.3");
    const CiConfig unknown = config("rules:\n  lowestEficiency: 0.1\n  lowestEfficiency: 0.8\n");
    QCOMPARE(unknown.lowestEfficiency, "0.8");
    QCOMPARE(unknown.unknown, std::vector<std::string> {"lowestEficiency"});
}

void TestCiRules::filesThatAreNoConfiguration_data()
{
    QTest::addColumn<QString>("yaml");
    QTest::newRow("broken") << "rules:\n  a: [1\n";
    QTest::newRow("a list") << "- rules\n";
    QTest::newRow("rules that are a list") << "rules:\n  - lowestEfficiency\n";
    QTest::newRow("a rule that is a list") << "rules:\n  lowestEfficiency: [0.9]\n";
    QTest::newRow("globs that are maps") << "rules:\n  ignore: [{a: b}]\n";
    QTest::newRow("globs that are a map") << "rules:\n  ignore: {a: b}\n";
}

void TestCiRules::filesThatAreNoConfiguration()
{
    QFETCH(QString, yaml);
    const auto parsed = CiConfig::parse(yaml.toStdString());
    QVERIFY(!parsed.ok());
    QVERIFY2(parsed.error().message().starts_with("line "), parsed.error().message().c_str());
}

void TestCiRules::whereTheFileIs()
{
    QCOMPARE(CiConfig::read({})->lowestEfficiency, "0.9");
    std::ofstream(".dive-ci") << "rules:\n  lowestEfficiency: 0.7\n";
    QCOMPARE(CiConfig::read({})->lowestEfficiency, "0.7");
    std::ofstream("mine") << "rules:\n  lowestEfficiency: 0.6\n";
    QCOMPARE(CiConfig::read("mine")->lowestEfficiency, "0.6");
    // dive would take its defaults for a file that was named and is not there; a misspelt name then lets everything
    // pass.
    QVERIFY(!CiConfig::read("not-there").ok());
}

/// Ratios only count when there is enough waste to speak of.
void TestCiRules::floor()
{
    const CiConfig floored = config("rules:\n  wasteFloor: 60MB\n  highestWastedBytes: 50MB\n");
    QCOMPARE(verdicts(floored, {0.1, 60'000'000, 0.8, 0}), standard("SKIP", "FAIL", "SKIP"));
    QCOMPARE(verdicts(floored, {0.1, 60'000'001, 0.8, 0}), standard("FAIL", "FAIL", "FAIL"));
    // What passes is not excused.
    QCOMPARE(verdicts(floored, {1, 10, 0, 0}), standard("PASS", "PASS", "PASS"));
}

void TestCiRules::growth()
{
    const CiFigures before {1, 1000, 0, 100'000};
    const auto with = [&](const char* rules, const CiFigures& after) {
        return verdicts(config(std::string("rules:\n  x: 1\n") + rules), after, before)
            .split(u'\n')
            .filter(QStringLiteral("Growth"))
            .join(u' ');
    };
    // Without a word about it: the waste may not grow, the size may.
    QCOMPARE(with("", {1, 1000, 0, 200'000}), "SKIP highestSizeGrowth PASS highestWastedBytesGrowth");
    QCOMPARE(with("", {1, 1001, 0, 100}), "SKIP highestSizeGrowth FAIL highestWastedBytesGrowth");
    QCOMPARE(with("", {1, 0, 0, 100}), "SKIP highestSizeGrowth PASS highestWastedBytesGrowth");
    const char* limits = "  highestWastedBytesGrowth: 500B\n  highestSizeGrowth: 10%\n";
    QCOMPARE(with(limits, {1, 1500, 0, 110'000}), "PASS highestSizeGrowth PASS highestWastedBytesGrowth");
    QCOMPARE(with(limits, {1, 1501, 0, 110'001}), "FAIL highestSizeGrowth FAIL highestWastedBytesGrowth");
    QCOMPARE(with("  highestWastedBytesGrowth: off\n", {1, 5000, 0, 0}),
        "SKIP highestSizeGrowth SKIP highestWastedBytesGrowth");
    QVERIFY(verdicts(config("rules:\n  highestSizeGrowth: 1 parsec\n"), before, before)
                .startsWith(QStringLiteral("error: highestSizeGrowth")));
    QVERIFY(verdicts(config("rules:\n  highestSizeGrowth: -1%\n"), before, before)
                .startsWith(QStringLiteral("error: highestSizeGrowth")));
}

void TestCiRules::ignore_data()
{
    QTest::addColumn<QString>("glob");
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("ignored");
    const auto row = [](const char* glob, const char* path, bool ignored) {
        QTest::addRow("%s %s", glob, path) << QString::fromLatin1(glob) << QString::fromLatin1(path) << ignored;
    };
    row("*.pyc", "usr/lib/a.pyc", true);
    row("*.pyc", "usr/lib/a.py", false);
    row("/var/cache/**", "var/cache/apt/x", true);
    row("/var/cache/**", "usr/var/cache/x", false);
    row("var/cache/*", "var/cache/x", true);
    // A directory stands for all that is in it.
    row("/var/cache", "var/cache/apt/x", true);
    row("/var/cache/", "var/cache/apt/x", true);
    row("/var/cache", "var/cache", true);
    row("/var/cache", "var/cache2", false);
    row("__pycache__", "usr/lib/__pycache__/a.pyc", true);
    row("__pycache__", "__pycache__/a.pyc", true);
    row("**", "anything/at/all", true);
}

void TestCiRules::ignore()
{
    QFETCH(QString, glob);
    QFETCH(QString, path);
    QFETCH(bool, ignored);
    CiConfig some;
    some.ignore = {"nothing-of-this-name", glob.toStdString()};
    const auto test = some.ignored();
    QVERIFY(test.ok());
    QCOMPARE((*test)(path.toStdString()), ignored);
}

void TestCiRules::score()
{
    QVERIFY(*config("rules:\n  score: exact\n").whose() == Score::Exact);
    QVERIFY(*CiConfig {}.whose() == Score::Dive);
    QVERIFY(!config("rules:\n  score: best\n").whose().ok());
    QVERIFY(!*CiConfig {}.ignored()); // nothing to ask
}

/// Laid out as dive's own report of the image in its tests is.
void TestCiRules::report()
{
    const CiFigures figures {0.99996, 131, 0.7197802197802198, 0};
    const auto evaluation = evaluate({}, figures);
    const std::string text = ciReport(figures,
        {{"/root/saved.txt", 3, 80},
            {"/root/example/some\x1b"
             "file1.txt",
                2, 34},
            {"/etc", 10, 0}},
        *evaluation);
    QCOMPARE(QString::fromStdString(text), QStringLiteral(R"(Analysis:
  efficiency:        100.00 %
  wastedBytes:       131 bytes (131 B)
  userWastedPercent: 71.98 %

Inefficient Files:
  Count  Wasted Space  File Path
  3      80 B          /root/saved.txt
  2      34 B          /root/example/some\x1bfile1.txt
  10     0 B           /etc

Evaluation:
  FAIL  highestUserWastedPercent (too many bytes wasted, relative to the user bytes added (%-user-wasted-bytes=0.72 > threshold=0.1))
  SKIP  highestWastedBytes (disabled)
  PASS  lowestEfficiency (0.9)

FAIL [pass:1 fail:1 skip:1]
)"));
    const CiFigures clean {1, 0, std::numeric_limits<double>::quiet_NaN(), 0};
    const std::string good = ciReport(clean, {}, *evaluate({}, clean));
    QVERIFY(good.find("userWastedPercent: 0 %") != std::string::npos);
    QVERIFY(good.find("Inefficient Files: (None)") != std::string::npos);
    QVERIFY(good.ends_with("PASS [pass:2 skip:1]\n"));
}

QTEST_APPLESS_MAIN(TestCiRules)
#include "tst_ci_rules.moc"
