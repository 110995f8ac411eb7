// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint_config.h"

#include "core/dockerfile/lint.h"

#include <QTest>

using namespace darsena;
using namespace darsena::dockerfile;

namespace {

QStringList rulesOf(const std::string& text, const LintConfig& config)
{
    LintOptions options;
    options.config = config;
    QStringList rules;
    for (const Finding& finding : lint(readDockerfile(text), options))
        rules << QString::fromStdString(finding.rule);
    return rules;
}

} // namespace

class TestLintConfig : public QObject {
    Q_OBJECT

private slots:
    void everySetting();
    void nothing_data();
    void nothing();
    void errors_data();
    void errors();
    void whatItDoes();
    void hostile();
};

void TestLintConfig::everySetting()
{
    const auto config = LintConfig::parse(R"(
failure-threshold: warning
format: tty
ignored: [DL3008, SC2086]
label-schema:
  author: text
  docs: url
  created: rfc3339
  version: semver
  revision: hash
  license: spdx
  contact: email
no-fail: true
override:
  error:
    - DL3001
  warning: [DL3002, FromAsCasing]
  info: []
  style:
    - DL3015
strict-labels: yes
disable-ignore-pragma: on
trustedRegistries:
  - docker.io
  - "*.example.com"
)");
    QVERIFY2(config.ok(), config ? "" : config.error().message().c_str());
    QVERIFY(config->ignored == (std::set<std::string, std::less<>> {"DL3008", "SC2086"}));
    QCOMPARE(config->severities.size(), 4U);
    QVERIFY(config->severities.at("DL3001") == Severity::Error);
    QVERIFY(config->severities.at("FromAsCasing") == Severity::Warning);
    QVERIFY(config->severities.at("DL3015") == Severity::Info);
    QVERIFY(config->trustedRegistries == (std::vector<std::string> {"docker.io", "*.example.com"}));
    QCOMPARE(config->labelSchema.size(), 7U);
    QVERIFY(config->labelSchema.at("license") == LabelType::Spdx);
    QVERIFY(config->strictLabels && config->disableIgnorePragma && config->noFail);
    QVERIFY(config->failureThreshold == Severity::Warning);

    QVERIFY(LintConfig::parse("trustedRegistries: docker.io")->trustedRegistries
        == (std::vector<std::string> {"docker.io"}));
    QVERIFY(LintConfig::parse("label-schema: {a: '', b: }")->labelSchema
        == (std::map<std::string, LabelType, std::less<>> {{"a", LabelType::Text}, {"b", LabelType::Text}}));
    QVERIFY(LintConfig::parse("failure-threshold: none")->failureThreshold == Severity::Info);
    QVERIFY(LintConfig::parse("failure-threshold: style")->failureThreshold == Severity::Info);
}

void TestLintConfig::nothing_data()
{
    QTest::addColumn<QByteArray>("yaml");
    for (const char* yaml : {"", "# nothing\n", "---\n", "ignored:\noverride:\nlabel-schema:\ntrustedRegistries:\n",
             "{}", "unknown: {deep: [1, 2]}\n", "override:\n  error:\n"})
        QTest::newRow(yaml) << QByteArray(yaml);
}

void TestLintConfig::nothing()
{
    QFETCH(QByteArray, yaml);
    const auto config = LintConfig::parse(yaml.toStdString());
    QVERIFY2(config.ok(), config ? "" : config.error().message().c_str());
    QVERIFY(config->ignored.empty() && config->severities.empty() && config->trustedRegistries.empty());
    QVERIFY(config->labelSchema.empty() && !config->strictLabels && !config->noFail && !config->failureThreshold);
}

void TestLintConfig::errors_data()
{
    QTest::addColumn<QByteArray>("yaml");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, const char* yaml, const char* expected) {
        QTest::newRow(name) << QByteArray(yaml) << QString(expected);
    };
    row("a list", "- DL3008", "line 1: the configuration is a map");
    row("a text", "DL3008", "line 1: the configuration is a map");
    row("ignored is no list", "no-fail: true\nignored: DL3008", "line 2: ignored is a list");
    row("ignored holds a map", "ignored:\n  - DL3008\n  - a: b", "line 3: ignored is a list of names");
    row("severity", "override:\n  fatal: [DL3008]", "line 2: a key of override is one of error, warning, info, style");
    row("override is a list", "override: [DL3008]", "line 1: override is a map");
    row("rules of a severity", "override:\n  error: DL3008", "line 2: error is a list");
    row("threshold", "failure-threshold: high", "line 1: failure-threshold is one of error, warning, info, style");
    row("truth", "\n\nstrict-labels: maybe", "line 3: strict-labels is true or false");
    row("label", "label-schema:\n  a: text\n  b: number",
        "line 3: the form of a label is one of text, url, rfc3339, semver, hash, spdx, email");
    row("a map as key", "? {a: b}\n: c", "line 1: the configuration has a key that is no name");
    row("no YAML", "a: b\nc: [d", "line 2: ");
    row("no YAML either", "ignored: [\"DL3008]", "line 1: ");
    row("tab", "override:\n\terror: []", "line 2: ");
}

void TestLintConfig::errors()
{
    QFETCH(QByteArray, yaml);
    QFETCH(QString, expected);
    const auto config = LintConfig::parse(yaml.toStdString());
    QVERIFY(!config);
    QVERIFY(config.error().code() == ErrorCode::Invalid);
    const QString message = QString::fromStdString(config.error().message());
    QVERIFY2(message.startsWith(expected), qPrintable(message));
}

void TestLintConfig::whatItDoes()
{
    const std::string text = "FROM debian\n# hadolint ignore=DL4000\nMAINTAINER me\n";
    const auto rules = [&](std::string_view yaml) { return rulesOf(text, *LintConfig::parse(yaml)); };
    QCOMPARE(rules(""), (QStringList {"DL3006", "MaintainerDeprecated"}));
    QCOMPARE(rules("ignored: [DL3006]"), QStringList {"MaintainerDeprecated"});
    QCOMPARE(rules("ignored: [DL3006, MaintainerDeprecated]"), QStringList());
    QCOMPARE(rules("disable-ignore-pragma: true"), (QStringList {"DL3006", "DL4000", "MaintainerDeprecated"}));
    // What is off is on with a severity.
    QVERIFY(rules("override: {info: [DL3057]}").contains("DL3057"));
    QVERIFY(!rules("override: {info: [DL3057]}\nignored: [DL3057]").contains("DL3057"));
    const auto findings = [&](std::string_view yaml) {
        LintOptions options;
        options.config = *LintConfig::parse(yaml);
        return lint(readDockerfile(text), options);
    };
    QVERIFY(findings("override: {error: [DL3006]}").front().severity == Severity::Error);
    QVERIFY(findings("override: {style: [DL3006]}").front().severity == Severity::Info);
}

void TestLintConfig::hostile()
{
    for (const std::string& yaml : {std::string(100'000, '['), std::string(100'000, '{'), std::string("a: \0b", 5),
             std::string("\xff\xfe\x00\x01", 4), std::string("\xc3\x28: x"), "&a [" + std::string(5'000, '*'),
             std::string("a: &x [*x]"), "? " + std::string(50'000, '-')})
        QVERIFY(!LintConfig::parse(yaml) || true);
    // Aliases of aliases share what they stand for.
    std::string bomb = "a0: &a0 [x, x]\n";
    for (int i = 1; i < 40; ++i)
        bomb += QStringLiteral("a%1: &a%1 [*a%2, *a%2]\n").arg(i).arg(i - 1).toStdString();
    QVERIFY(LintConfig::parse(bomb).ok());
}

QTEST_APPLESS_MAIN(TestLintConfig)
#include "tst_lint_config.moc"
