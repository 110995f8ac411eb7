// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/text_search.h"

#include <QElapsedTimer>
#include <QTest>

using namespace darsena::gui;

namespace {

SearchQuery regex(const char* pattern)
{
    return { QString::fromUtf8(pattern), true, false, false, {} };
}

std::string replaced(std::string text, const SearchQuery& query, const char* with, std::string_view lineBreak = "\n")
{
    const auto changes = replaceMatches(text, query, QString::fromUtf8(with), lineBreak);
    for (auto change = changes.rbegin(); change != changes.rend(); ++change)
        text.replace(change->begin, change->end - change->begin, change->replacement);
    return text;
}

} // namespace

class TextSearchTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void finds_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QByteArray>("how"); // r regular expression, c case, w whole word
        QTest::addColumn<QByteArray>("places"); // "begin-end …"
        const auto row = [](const char* name, const QByteArray& text, const char* pattern, const char* how, const char* places) {
            QTest::newRow(name) << text << QString::fromUtf8(pattern) << QByteArray(how) << QByteArray(places);
        };
        row("plain", "RUN a\nrun b\n", "run", "", "0-3 6-9");
        row("case", "RUN a\nrun b\n", "run", "c", "6-9");
        row("a dot is a dot", "a.b axb", "a.b", "", "0-3");
        row("expression", "a.b axb", "a.b", "r", "0-3 4-7");
        row("whole word", "go gopher go", "go", "w", "0-2 10-12");
        row("a word of signs", "--from=a --from", "--from", "w", "0-6 9-15");
        row("line starts", "a\nab\n", "^a", "r", "0-1 2-3");
        row("line ends with crlf", "a\r\na\r\n", "a$", "r", "0-1 3-4");
        row("accents", "año año", "año", "", "0-4 5-9");
        row("beyond sixteen bits", "😀x😀x", "x", "", "4-5 9-10");
        row("not utf-8", "\xFFx\xFExñ", "ñ", "", "4-6");
        row("empty matches are none", "abc", "x*", "r", "");
        row("nothing", "abc", "", "r", "");
    }
    void finds()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, pattern);
        QFETCH(QByteArray, how);
        QFETCH(QByteArray, places);
        const SearchResult result
            = searchText(text.toStdString(), { pattern, how.contains('r'), how.contains('c'), how.contains('w'), {} });
        QCOMPARE(result.problem, QString());
        QByteArrayList found;
        for (const SearchMatch& match : result.matches)
            found.append(QByteArray::number(match.begin) + '-' + QByteArray::number(match.end));
        QCOMPARE(found.join(' '), places);
    }

    void aBrokenExpressionIsSaid()
    {
        QVERIFY(!searchText("abc", regex("(a")).problem.isEmpty());
    }

    void anExpressionWithoutEndStops()
    {
        QElapsedTimer timer;
        timer.start();
        const SearchResult result = searchText(std::string(40, 'a') + "b", regex("(a*)*(a*)*(a*)*c"));
        QVERIFY(result.matches.empty());
        QVERIFY(timer.elapsed() < 20'000);
    }

    void onlyInsideTheSelection()
    {
        SearchQuery query = regex("a");
        query.within = { 2, 5 };
        const SearchResult result = searchText("aaéaaa", query); // é is 2 bytes
        const std::vector<SearchMatch> expected { { 4, 5 } };
        QVERIFY(result.matches == expected);
    }

    void replacesWithGroups()
    {
        QCOMPARE(replaced("a=1 b=2", regex("(\\w)=(\\d)"), "$2=$1 $$"), std::string("1=a $ 2=b $"));
        QCOMPARE(replaced("a;b", regex(";"), "\\n"), std::string("a\nb"));
        QCOMPARE(replaced("a;b", regex(";"), "\\n", "\r\n"), std::string("a\r\nb"));
        QCOMPARE(replaced("a;b", { QStringLiteral(";"), false, false, false, {} }, "$1\\n"), std::string("a$1\\nb"));
        QCOMPARE(replaced("\xFF;b", regex(";"), "ñ"), std::string("\xFF" "ñb"));
    }

    void aMillionMatchesEnd()
    {
        const SearchResult result = searchText(std::string(300'000, 'a'), regex("a"));
        QVERIFY(result.more);
        QCOMPARE(result.matches.size(), std::size_t(100'000));
    }
};

QTEST_GUILESS_MAIN(TextSearchTest)
#include "tst_text_search.moc"
