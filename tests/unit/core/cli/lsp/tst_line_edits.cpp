// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/lsp/line_edits.h"

#include <QTest>

#include <random>
#include <string>

using namespace darsena;
using namespace darsena::cli::lsp;

class TestLineEdits : public QObject {
    Q_OBJECT

private slots:
    void examples();
    void anyTwoTexts();
    void farApart();
};

void TestLineEdits::examples()
{
    QVERIFY(lineEdits("a\nb\n", "a\nb\n").empty());
    const auto word = lineEdits("FROM a\nrun x\nCMD y\n", "FROM a\nRUN x\nCMD y\n");
    QCOMPARE(word.size(), 1U);
    QCOMPARE(word[0].range, (dockerfile::Range {7, 10}));
    QCOMPARE(word[0].replacement, std::string("RUN"));
    const auto two = lineEdits("a\nb\nc\nd\n", "a \nb\nc\nd \n");
    QCOMPARE(two.size(), 2U);
    // Characters stay whole: é and è share their first byte.
    const auto accent = lineEdits("é", "è");
    QCOMPARE(accent.size(), 1U);
    QCOMPARE(accent[0].range, (dockerfile::Range {0, 2}));
}

void TestLineEdits::anyTwoTexts()
{
    std::mt19937 random(5);
    const auto anyText = [&] {
        constexpr const char* parts[] {"a", "b", "\n", "\n", "\r\n", "é", "è", " "};
        std::string text;
        for (auto i = random() % 30; i > 0; --i)
            text += parts[random() % std::size(parts)];
        return text;
    };
    for (int round = 0; round < 5000; ++round) {
        const std::string before = anyText();
        const std::string after = anyText();
        const auto edits = lineEdits(before, after);
        for (std::size_t i = 1; i < edits.size(); ++i)
            QVERIFY(edits[i - 1].range.end <= edits[i].range.begin);
        QCOMPARE(dockerfile::applyFix(before, {.description = {}, .edits = edits, .sameMeaning = true}), after);
    }
}

void TestLineEdits::farApart()
{
    std::string before;
    std::string after;
    for (int i = 0; i < 20000; ++i) {
        before += "line " + std::to_string(i) + "\n";
        after += "LINE " + std::to_string(i * 3) + " x\n\n";
    }
    const auto edits = lineEdits(before, after);
    QCOMPARE(dockerfile::applyFix(before, {.description = {}, .edits = edits, .sameMeaning = true}), after);
}

QTEST_APPLESS_MAIN(TestLineEdits)
#include "tst_line_edits.moc"
