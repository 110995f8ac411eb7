// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/expand.h"

#include "shared_cases.h"

#include <QTest>

using namespace darsena;
using namespace darsena::dockerfile;

namespace {

using Variables = std::map<std::string, std::string, std::less<>>;

QString show(const Result<Expansion>& result)
{
    return QString::fromStdString(result ? result->text : "error: " + result.error().message());
}

} // namespace

class TestExpand : public QObject {
    Q_OBJECT

private slots:
    void buildKitCases();
    void operators_data();
    void operators();
    void usesHavePlaces();
    void heredocBodiesKeepQuotes();
    void unsetVariablesStay();
    void deepNestingIsRefused();
    void everyPrefixEnds();
};

void TestExpand::buildKitCases()
{
    const auto cases = tests::readCases("shell-expansion.jsonl");
    SKIP_WITHOUT(cases);
    int passed = 0;
    for (const json::Object& c : cases) {
        Variables variables;
        for (const auto& [name, value] : c.at("env").as_object())
            variables[std::string(name)] = value.as_string().c_str();
        const std::string input = tests::textOf(c, "input");
        const bool expectError = json::boolean(c, "error").valueOr(false);
        std::string actual;
        std::string expected;
        if (tests::textOf(c, "kind") == "word") {
            const auto result = expandWord(input, lookupIn(variables));
            actual = result ? result->text : "<error>";
            expected = expectError ? "<error>" : tests::textOf(c, "expected");
        } else {
            const auto result = expandWords(input, lookupIn(variables));
            actual = result ? json::serialize(json::fromTexts(*result)) : "<error>";
            expected = expectError ? "<error>" : json::serialize(c.at("expected"));
        }
        if (actual == expected)
            ++passed;
        else
            qWarning("%s: %s: got %s, expected %s", tests::textOf(c, "id").c_str(), input.c_str(), actual.c_str(),
                expected.c_str());
    }
    QCOMPARE(passed, static_cast<int>(cases.size()));
}

void TestExpand::operators_data()
{
    QTest::addColumn<QString>("word");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* word, const char* expected) {
        QTest::newRow(word) << QString::fromUtf8(word) << QString::fromUtf8(expected);
    };
    row("$set/x", "value/x");
    row("${set}x", "valuex");
    row("$nothing", "");
    row("${nothing:-a b}", "a b");
    row("${empty-a}", "");
    row("${empty:-a}", "a");
    row("${set:+yes}", "yes");
    row("${empty:+yes}", "");
    row("${empty+yes}", "yes");
    row("${nothing:-${set}}", "value");
    row("${path#*/}", "usr/lib/a.tar.gz");
    row("${path##*/}", "a.tar.gz");
    row("${path%.*}", "/usr/lib/a.tar");
    row("${path%%.*}", "/usr/lib/a");
    row("${path/usr/opt}", "/opt/lib/a.tar.gz");
    row("${path//\\//-}", "-usr-lib-a.tar.gz");
    row("${set//*/x}", "x");
    row("${set//?/x}", "xxxxx");
    row("'$set'", "$set");
    row("\"$set\"", "value");
    row("\\$set", "$set");
    row("a\\nb", "anb");
    row("\"a\\nb\"", "a\\nb");
    row("${nothing:?is needed}", "error: failed to process \"${nothing:?is needed}\": nothing: is needed");
    row("${empty:?}", "error: failed to process \"${empty:?}\": empty: is not allowed to be empty");
    row("${}", "error: failed to process \"${}\": syntax error: bad substitution");
    row("${set", "error: failed to process \"${set\": syntax error: missing '}'");
    row("${set=x}", "error: failed to process \"${set=x}\": unsupported modifier (=) in substitution");
    row("\"open",
        "error: failed to process \"\\\"open\": unexpected end of statement while looking for matching double-quote");
}

void TestExpand::operators()
{
    QFETCH(QString, word);
    QFETCH(QString, expected);
    const Variables variables {{"set", "value"}, {"empty", ""}, {"path", "/usr/lib/a.tar.gz"}};
    QCOMPARE(show(expandWord(word.toStdString(), lookupIn(variables))), expected);
}

void TestExpand::usesHavePlaces()
{
    const Variables variables {{"a", "1"}};
    const auto result = expandWord("x$a-${b:-$c}", lookupIn(variables));
    QVERIFY(result.ok());
    QCOMPARE(result->uses.size(), 3U);
    QCOMPARE(result->uses[0].name, "a");
    QVERIFY(result->uses[0].set);
    QVERIFY((result->uses[0].range == Range {1, 3}));
    QCOMPARE(result->uses[1].name, "c");
    QVERIFY((result->uses[1].range == Range {9, 11}));
    QVERIFY(!result->uses[1].guarded);
    QCOMPARE(result->uses[2].name, "b");
    QVERIFY((result->uses[2].range == Range {4, 12}));
    QVERIFY(result->uses[2].guarded);
}

void TestExpand::heredocBodiesKeepQuotes()
{
    const Variables variables {{"a", "1"}};
    const auto result = expandWord("it's \"$a\" and '$a'\n\\$a", lookupIn(variables), ExpandOptions::heredoc());
    QCOMPARE(show(result), QStringLiteral("it's \"1\" and '1'\n$a"));
}

void TestExpand::unsetVariablesStay()
{
    const auto result = expandWord("$a ${b} ${c:-d} ${e/f/g}", {}, {.keepUnset = true});
    QCOMPARE(show(result), QStringLiteral("$a ${b} ${c:-d} ${e/f/g}"));
}

void TestExpand::deepNestingIsRefused()
{
    std::string word;
    for (int i = 0; i < 100'000; ++i)
        word += "${a:-";
    QVERIFY(!expandWord(word, {}).ok());
    QVERIFY(expandWord("${a:-${b:-${c:-d}}}", {}).ok());
}

void TestExpand::everyPrefixEnds()
{
    const std::string word = "a\\$b \"q${x:-'y'}\\\"\" ${z//\\*/${w%%?}} 'z' <<- $1$@\xF0\x9F\x90\xB3\xFF";
    for (std::size_t length = 0; length <= word.size(); ++length) {
        (void)expandWord(std::string_view(word).substr(0, length), {});
        (void)expandWords(std::string_view(word).substr(0, length), {}, ExpandOptions::heredoc());
    }
}

QTEST_GUILESS_MAIN(TestExpand)
#include "tst_expand.moc"
