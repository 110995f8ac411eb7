// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/lsp/text_document.h"

#include <QTest>

#include <random>
#include <string>
#include <vector>

using namespace darsena;
using namespace darsena::cli::lsp;

namespace {

constexpr Encoding encodings[] {Encoding::Utf8, Encoding::Utf16, Encoding::Utf32};

/// Pieces whose borders are where mistakes are made.
const std::vector<std::string>& pieces()
{
    static const std::vector<std::string> list {"", "a", "FROM x", "\n", "\r\n", "\r", "é", "€", "😀", "ñ😀b", "\t", " \\\n", "\n\n"};
    return list;
}

/// The document as lists of lines of code points: slow, and written another way.
struct PlainPosition {
    std::uint32_t line = 0;
    std::uint32_t units = 0;
};
std::vector<std::pair<std::size_t, PlainPosition>> everyPosition(const std::string& text, Encoding encoding)
{
    std::vector<std::pair<std::size_t, PlainPosition>> result;
    PlainPosition at;
    for (std::size_t i = 0; i <= text.size();) {
        result.emplace_back(i, at);
        if (i == text.size())
            break;
        const auto byte = static_cast<unsigned char>(text[i]);
        const std::size_t length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
        const bool breaks = text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'));
        if (breaks) {
            ++at.line;
            at.units = 0;
        } else {
            at.units += encoding == Encoding::Utf8 ? static_cast<std::uint32_t>(length)
                : encoding == Encoding::Utf16      ? (length == 4 ? 2 : 1)
                                                   : 1;
        }
        i += length;
    }
    return result;
}

} // namespace

class TestTextDocument : public QObject {
    Q_OBJECT

private slots:
    void columns();
    void clamping();
    void editsGiveTheSameText();
    void walksAgree();
    void refusals();
};

void TestTextDocument::columns()
{
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        std::string text;
        for (int i = 0; i < 12; ++i)
            text += pieces()[random() % pieces().size()];
        const LineTable lines(text);
        for (const Encoding encoding : encodings) {
            for (const auto& [offset, expected] : everyPosition(text, encoding)) {
                const ClientPosition position = lines.position(text, static_cast<std::uint32_t>(offset), encoding);
                QCOMPARE(position.line, expected.line);
                // Between '\r' and '\n' there is a byte, but no place of its own.
                if (offset > 0 && text[offset - 1] == '\r' && offset < text.size() && text[offset] == '\n')
                    continue;
                QCOMPARE(position.character, expected.units);
                QCOMPARE(lines.offset(text, position, encoding), static_cast<std::uint32_t>(offset));
            }
        }
    }
}

void TestTextDocument::clamping()
{
    const std::string text = "ab\r\n😀c\n";
    const LineTable lines(text);
    QCOMPARE(lines.lineCount(), 3U);
    QCOMPARE(lines.offset(text, {0, 99}, Encoding::Utf16), 2U);
    QCOMPARE(lines.offset(text, {1, 1}, Encoding::Utf16), 4U); // into the pair: its front
    QCOMPARE(lines.offset(text, {1, 2}, Encoding::Utf16), 8U);
    QCOMPARE(lines.offset(text, {2, 0}, Encoding::Utf16), 10U);
    QCOMPARE(lines.offset(text, {9, 9}, Encoding::Utf8), 10U);
    QCOMPARE(lines.position(text, 4000, Encoding::Utf8).line, 2U);
    QCOMPARE(LineTable("").offset("", {4, 4}, Encoding::Utf16), 0U);
}

void TestTextDocument::editsGiveTheSameText()
{
    std::mt19937 random(11);
    for (const Encoding encoding : encodings) {
        std::string plain = "FROM a\nRUN b \\\n  c\n";
        TextDocument document(plain, encoding);
        for (int round = 0; round < 400; ++round) {
            auto places = everyPosition(plain, encoding);
            std::erase_if(places, [&](const auto& place) {
                const std::size_t at = place.first;
                return at > 0 && at < plain.size() && plain[at - 1] == '\r' && plain[at] == '\n';
            });
            std::size_t first = random() % places.size();
            std::size_t second = std::min(first + random() % 6, places.size() - 1);
            const std::string& piece = pieces()[random() % pieces().size()];
            const auto [from, begin] = places[first];
            const auto [to, end] = places[second];
            plain.replace(from, to - from, piece);
            const auto done = document.replace({begin.line, begin.units}, {end.line, end.units}, piece);
            QVERIFY(done.ok());
            QCOMPARE(document.text(), plain);
            QCOMPARE(document.lines().lineCount(), LineTable(plain).lineCount());
        }
    }
}

void TestTextDocument::walksAgree()
{
    std::string text;
    for (int i = 0; i < 200; ++i)
        text += pieces()[static_cast<std::size_t>(i * 7 % 13)];
    const LineTable lines(text);
    std::mt19937 random(3);
    for (const Encoding encoding : encodings) {
        PositionWalk walk(text, lines, encoding);
        const auto places = everyPosition(text, encoding);
        for (const auto& [offset, unused] : places) {
            const auto at = static_cast<std::uint32_t>(offset);
            QCOMPARE(walk.at(at), lines.position(text, at, encoding));
            if (random() % 5 == 0) {
                const auto back = static_cast<std::uint32_t>(places[random() % places.size()].first);
                QCOMPARE(walk.at(back), lines.position(text, back, encoding));
            }
        }
    }
}

void TestTextDocument::refusals()
{
    TextDocument document("FROM a\n", Encoding::Utf16);
    QVERIFY(!document.replace({1, 0}, {0, 0}, "x").ok());
    QCOMPARE(document.text(), std::string("FROM a\n"));
}

QTEST_APPLESS_MAIN(TestTextDocument)
#include "tst_text_document.moc"
