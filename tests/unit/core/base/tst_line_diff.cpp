// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/line_diff.h"

#include <QRandomGenerator>
#include <QTest>

using namespace darsena;

namespace {

/// Lines made of letters: "abc" is "a\nb\nc\n".
std::string lines(const char* letters)
{
    std::string out;
    for (; *letters; ++letters)
        out.append(1, *letters).append(1, '\n');
    return out;
}

std::string patched(const std::string& before, const std::string& after)
{
    const auto a = splitLines(before);
    const auto b = splitLines(after);
    std::string out;
    std::size_t at = 0;
    for (const LineHunk& hunk : diffLines(a, b)) {
        for (; at < hunk.oldBegin; ++at)
            out += a[at];
        for (std::size_t i = hunk.newBegin; i < hunk.newEnd; ++i)
            out += b[i];
        at = hunk.oldEnd;
    }
    for (; at < a.size(); ++at)
        out += a[at];
    return out;
}

std::string randomLines(QRandomGenerator& random, int count, int letters)
{
    std::string out;
    for (int i = 0; i < count; ++i)
        out.append(1, char('a' + random.bounded(letters))).append(1, '\n');
    return out;
}

} // namespace

class LineDiffTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aHunkIsTheSmallestChange()
    {
        const std::string before = lines("abcdef");
        const std::string after = lines("abXdef");
        const std::vector<LineHunk> expected { { 2, 3, 2, 3 } };
        QVERIFY(diffLines(splitLines(before), splitLines(after)) == expected);
    }

    void anyTwoTextsArePatchedIntoEachOther()
    {
        QRandomGenerator random(7);
        for (int i = 0; i < 3000; ++i) {
            const std::string before = randomLines(random, random.bounded(30), 2 + random.bounded(20));
            const std::string after = randomLines(random, random.bounded(30), 2 + random.bounded(20));
            QCOMPARE(patched(before, after), after);
        }
    }

    void aLongTextWithoutAnchorsTakesNoSquareTime()
    {
        QRandomGenerator random(11);
        const std::string before = randomLines(random, 100'000, 3);
        const std::string after = randomLines(random, 100'000, 3);
        QCOMPARE(patched(before, after), after);
    }

    void merges_data()
    {
        QTest::addColumn<QByteArray>("base");
        QTest::addColumn<QByteArray>("mine");
        QTest::addColumn<QByteArray>("theirs");
        QTest::addColumn<QByteArray>("merged"); // empty: a conflict
        const auto row = [](const char* name, const char* base, const char* mine, const char* theirs, const char* merged) {
            QTest::newRow(name) << QByteArray(base) << QByteArray(mine) << QByteArray(theirs) << QByteArray(merged);
        };
        row("nobody changed", "abc", "abc", "abc", "abc");
        row("only mine", "abc", "abXc", "abc", "abXc");
        row("only theirs", "abc", "abc", "Xbc", "Xbc");
        row("two places", "abcdefg", "Abcdefg", "abcdefG", "AbcdefG");
        row("neighbouring lines", "abcd", "aBcd", "abCd", "aBCd");
        row("the same change", "abcd", "aXcd", "aXcd", "aXcd");
        row("the same insertion", "ab", "aXb", "aXb", "aXb");
        row("removed and changed elsewhere", "abcdef", "acdef", "abcdeF", "acdeF");
        row("one line in two ways", "abc", "aXc", "aYc", "");
        row("two insertions at one place", "ab", "aXb", "aYb", "");
        row("removed and changed", "abc", "ac", "aXc", "");
        row("insertion beside a change", "abc", "aXbc", "aBc", "aXBc");
        row("empty base", "", "a", "b", "");
        row("all gone and untouched", "abc", "", "abc", "");
    }
    void merges()
    {
        QFETCH(QByteArray, base);
        QFETCH(QByteArray, mine);
        QFETCH(QByteArray, theirs);
        QFETCH(QByteArray, merged);
        const LineMerge result = mergeLines(lines(base), lines(mine), lines(theirs), "mine", "disk");
        if (qstrcmp(QTest::currentDataTag(), "all gone and untouched") == 0) {
            QCOMPARE(result.text, std::string());
            QCOMPARE(result.conflicts, 0);
            return;
        }
        QCOMPARE(result.conflicts, merged.isEmpty() ? 1 : 0);
        if (!merged.isEmpty())
            QCOMPARE(result.text, lines(merged));
    }

    void aConflictShowsBoth()
    {
        const LineMerge result = mergeLines("a\nb\nc\n", "a\nX\nc\n", "a\nY\nc\n", "mine", "disk");
        QCOMPARE(result.text, std::string("a\n<<<<<<< mine\nX\n=======\nY\n>>>>>>> disk\nc\n"));
    }

    void aTextWithoutLastLineBreakKeepsItsMarksApart()
    {
        const LineMerge result = mergeLines("a", "b", "c", "mine", "disk");
        QCOMPARE(result.text, std::string("<<<<<<< mine\nb\n=======\nc\n>>>>>>> disk\n"));
    }

    void oneSideUnchangedGivesTheOther()
    {
        QRandomGenerator random(3);
        for (int i = 0; i < 1000; ++i) {
            const std::string base = randomLines(random, random.bounded(20), 6);
            const std::string other = randomLines(random, random.bounded(20), 6);
            QCOMPARE(mergeLines(base, other, base, "", "").text, other);
            QCOMPARE(mergeLines(base, base, other, "", "").text, other);
            QCOMPARE(mergeLines(base, other, other, "", "").text, other);
        }
    }
};

QTEST_GUILESS_MAIN(LineDiffTest)
#include "tst_line_diff.moc"
