// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/ignore.h"

#include "shared_cases.h"

#include <QTest>

using namespace darsena;
using namespace darsena::dockerfile;

class TestIgnore : public QObject {
    Q_OBJECT

private slots:
    void mobyCases();
    void files_data();
    void files();
    void verdictsSayWhy();
    void badPatternsNameTheirLine();
    void foldersToSkip();
    void hardPatternsTakeNoTime();
};

void TestIgnore::mobyCases()
{
    const auto cases = tests::readCases("dockerignore-match.jsonl");
    SKIP_WITHOUT(cases);
    int passed = 0;
    for (const json::Object& c : cases) {
        const std::vector<std::string> patterns = *json::texts(c, "patterns");
        const bool isFile = tests::textOf(c, "form") == "file_lines";
        std::string text;
        for (const std::string& pattern : patterns)
            text += pattern + "\n";
        const auto rules = isFile ? IgnoreRules::parse(text) : IgnoreRules::fromPatterns(patterns);
        const std::string_view answerKey = c.contains("moby") ? "moby" : "ignored";
        const bool same = c.contains("error")
            ? !rules.ok()
            : rules.ok() && rules->ignores(tests::textOf(c, "path")) == c.at(answerKey).as_bool();
        if (same)
            ++passed;
        else
            qWarning("%s: %s", tests::textOf(c, "id").c_str(), json::serialize(c).c_str());
    }
    QCOMPARE(passed, static_cast<int>(cases.size()));
}

void TestIgnore::files_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("ignored");
    int count = 0;
    const auto add = [&count](const char* text, const char* path, bool ignored) {
        QTest::addRow("%d %s", ++count, path) << QString::fromUtf8(text) << QString::fromUtf8(path) << ignored;
    };
    add("# a\n\n/build\n", "build/x", true);
    add("# a\n\n/build\n", "a/build", false);
    add("*.o\n", "a.o", true);
    add("*.o\n", "a/a.o", false);
    add("**/*.o\n", "a/b/a.o", true);
    add("**/*.o\n", "a.o", true);
    add("node_modules/\n", "node_modules/a/b", true);
    add("*\n!src\n", "src/a.c", false);
    add("*\n!src\nsrc/*.tmp\n", "src/a.tmp", true);
    add("*\n! src/keep \n", "src/keep/x", false);
    add("a?c\n", "abc", true);
    add("a?c\n", "a/c", false);
    add("[a-c]x\n", "bx", true);
    add("[^a-c]x\n", "bx", false);
    add("\\#x\n", "#x", true);
    add("./x/../y\n", "y", true);
    add("\xEF\xBB\xBFx\r\n", "x", true);
    add("  # x\n", "# x", true);
    add("**\n", ".", false);
}

void TestIgnore::files()
{
    QFETCH(QString, text);
    QFETCH(QString, path);
    QFETCH(bool, ignored);
    const auto rules = IgnoreRules::parse(text.toStdString());
    QVERIFY(rules.ok());
    QCOMPARE(rules->ignores(path.toStdString()), ignored);
}

void TestIgnore::verdictsSayWhy()
{
    const auto rules = IgnoreRules::parse("# all\n*\n!a\n\na/b\n");
    QVERIFY(rules.ok());
    QCOMPARE(rules->decide("x").pattern, "*");
    QCOMPARE(rules->decide("x").line, 2U);
    QCOMPARE(rules->decide("a/c").pattern, "!a");
    QVERIFY(!rules->decide("a/c").ignored);
    QCOMPARE(rules->decide("a/b/c").line, 5U);
    QCOMPARE(IgnoreRules().decide("x").pattern, "");
    QVERIFY(rules->hasExceptions());
    QVERIFY(!rules->empty());
}

void TestIgnore::badPatternsNameTheirLine()
{
    const auto bracket = IgnoreRules::parse("a\n[b\n");
    QVERIFY(!bracket.ok());
    QCOMPARE(bracket.error().message(), "line 2: \"[b\": syntax error in pattern");
    const auto exception = IgnoreRules::parse("a\n\n!\n");
    QVERIFY(!exception.ok());
    QCOMPARE(exception.error().message(), "line 3: illegal exclusion pattern: \"!\"");
}

void TestIgnore::foldersToSkip()
{
    const auto plain = IgnoreRules::parse("a\n");
    QVERIFY(plain->ignoresAllBelow("a"));
    QVERIFY(!plain->ignoresAllBelow("b"));
    const auto rules = IgnoreRules::parse("*\n!a/b/*.c\n!x*/y\n");
    QVERIFY(!rules->ignoresAllBelow("a"));
    QVERIFY(!rules->ignoresAllBelow("a/b"));
    QVERIFY(rules->ignoresAllBelow("a/c"));
    QVERIFY(!rules->ignoresAllBelow("x1"));
    QVERIFY(rules->ignoresAllBelow("b"));
    QVERIFY(!IgnoreRules::parse("*\n!**/z\n")->ignoresAllBelow("b"));
}

void TestIgnore::hardPatternsTakeNoTime()
{
    std::string pattern;
    for (int i = 0; i < 500; ++i)
        pattern += "*a";
    const auto rules = IgnoreRules::parse(pattern + "b");
    QVERIFY(!rules->ignores(std::string(4000, 'a')));
}

QTEST_GUILESS_MAIN(TestIgnore)
#include "tst_ignore.moc"
