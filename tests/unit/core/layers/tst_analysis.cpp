// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/analysis.h"

#include "tests/unit/core/layers/layer_lines.h"

#include <QTest>

using namespace darsena;
using namespace darsena::layers;

namespace {

/// "/path 12 0>2 removed", one a line, as the analysis orders them.
std::string wasteOf(const Stack& stack)
{
    std::string text;
    for (const Waste& waste : analyse(stack).waste)
        text += fmt::format("/{} {} {}>{} {}\n", stack.node(waste.node).path, waste.bytes, waste.storedIn, waste.hiddenBy, name(waste.how));
    return text;
}

/// "added changed removed" of a layer: files/bytes each.
std::string changesOf(const LayerFigures& figures)
{
    return fmt::format("{}/{} {}/{} {}/{}", figures.added.files, figures.added.bytes, figures.changed.files, figures.changed.bytes,
        figures.removed.files, figures.removed.bytes);
}

} // namespace

/// Figures worked out by hand, among them every case in which dive is known to be wrong.
class TestAnalysis : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void figures_data();
    void figures();
    void changesOfEachLayer();
    void nothingAtAll();
    void theSameOnEveryRun();
};

void TestAnalysis::figures_data()
{
    QTest::addColumn<std::vector<std::vector<Line>>>("layers");
    QTest::addColumn<qulonglong>("stored");
    QTest::addColumn<QString>("waste");
    using L = std::vector<std::vector<Line>>;
    const auto row = [](const char* title, L layers, qulonglong stored, const char* waste) {
        QTest::newRow(title) << std::move(layers) << stored << QString::fromLatin1(waste);
    };
    row("nothing is wasted", L { { { 'f', "a", "100 a" } }, { { 'f', "b", "50 b" } } }, 150, "");
    row("a later layer removes a directory", L { { { 'd', "keep" }, { 'f', "keep/a", "100 a" } }, { { 'd', "tmp" }, { 'f', "tmp/x", "200 x" }, { 'd', "tmp/s" }, { 'f', "tmp/s/y", "100 y" } }, { { 'w', "tmp" } } }, 400,
        "/tmp/x 200 1>2 removed\n/tmp/s/y 100 1>2 removed\n");
    row("an opaque directory", L { { { 'd', "d" }, { 'f', "d/old", "70 o" } }, { { 'o', "d" }, { 'f', "d/new", "70 n" } } }, 140, "/d/old 70 0>1 opaque\n");
    row("an opaque directory that brings a path again", L { { { 'd', "d" }, { 'f', "d/a", "70 o" }, { 'f', "d/b", "5 b" } }, { { 'o', "d" }, { 'f', "d/a", "60 n" } } }, 135,
        "/d/a 70 0>1 overwritten\n/d/b 5 0>1 opaque\n");
    row("a directory replaced by a file", L { { { 'd', "d" }, { 'f', "d/a", "30 a" }, { 'd', "d/e" }, { 'f', "d/e/b", "20 b" } }, { { 'f', "d", "1 f" } } }, 51,
        "/d/a 30 0>1 overwritten\n/d/e/b 20 0>1 overwritten\n");
    row("a file replaced by a directory", L { { { 'f', "d", "30 a" } }, { { 'd', "d" }, { 'f', "d/x", "7 x" } } }, 37, "/d 30 0>1 overwritten\n");
    row("a file replaced by a symlink", L { { { 'f', "f", "30 a" } }, { { 'l', "f", "elsewhere" } } }, 30, "/f 30 0>1 overwritten\n");
    row("a symlink that leads elsewhere wastes nothing", L { { { 'l', "l", "one" } }, { { 'l', "l", "two" } } }, 0, "");
    row("three copies: two are wasted", L { { { 'f', "f", "100 1" } }, { { 'f', "f", "100 2" } }, { { 'f', "f", "100 3" } } }, 300,
        "/f 100 0>1 overwritten\n/f 100 1>2 overwritten\n");
    row("a hard link keeps the bytes when the first name goes", L { { { 'f', "a", "100 a" }, { 'h', "b", "a" } }, { { 'w', "a" } } }, 100, "");
    row("both names gone", L { { { 'f', "a", "100 a" }, { 'h', "b", "a" } }, { { 'w', "a" } }, { { 'w', "b" } } }, 100, "/a 100 0>2 removed\n");
    row("the second name overwritten first", L { { { 'f', "a", "100 a" }, { 'h', "b", "a" }, { 'h', "c", "b" } }, { { 'f', "c", "1 c" }, { 'w', "b" } }, { { 'f', "a", "2 x" } } }, 103,
        "/a 100 0>2 overwritten\n");
    row("a hard link to a file of a layer below", L { { { 'f', "a", "100 a" } }, { { 'h', "b", "a" } }, { { 'w', "a" } } }, 100, "");
    row("a hard link to nothing", L { { { 'h', "b", "not/there" } }, { { 'w', "b" } } }, 0, "");
    row("hard links in a ring", L { { { 'h', "a", "b" }, { 'h', "b", "a" } } }, 0, "");
    row("a whiteout of what is not there", L { { { 'f', "a", "10 a" } }, { { 'w', "nothing" }, { 'f', "b", "5 b" } }, { { 'w', "b" } } }, 15, "/b 5 1>2 removed\n");
    row("a tree removed and added again", L { { { 'd', "d" }, { 'f', "d/a", "10 a" } }, { { 'w', "d" } }, { { 'd', "d" }, { 'f', "d/a", "10 a" } } }, 20, "/d/a 10 0>1 removed\n");
    row("removed, added again and removed again", L { { { 'd', "d" }, { 'f', "d/a", "10 a" } }, { { 'w', "d" } }, { { 'd', "d" }, { 'f', "d/a", "11 a" } }, { { 'w', "d/a" } } }, 21,
        "/d/a 11 2>3 removed\n/d/a 10 0>1 removed\n");
    row("the lowest layer that hides is the one named", L { { { 'd', "d" }, { 'f', "d/a", "10 a" } }, { { 'o', "d" } }, { { 'w', "d" } }, { { 'f', "d", "1 f" } } }, 11, "/d/a 10 0>1 opaque\n");
    row("a parent hides before the path is stored again", L { { { 'd', "d" }, { 'd', "d/e" }, { 'f', "d/e/f", "10 a" } }, { { 'w', "d" } }, { { 'd', "d" }, { 'd', "d/e" }, { 'f', "d/e/f", "10 b" } } }, 20, "/d/e/f 10 0>1 removed\n");
    row("an opaque parent of a removed one", L { { { 'd', "d" }, { 'd', "d/e" }, { 'f', "d/e/f", "10 a" } }, { { 'o', "d" }, { 'w', "d/e" } } }, 10, "/d/e/f 10 0>1 opaque\n");
    row("only the mode changes: the content is stored again", L { { { 'f', "f", "10 a", 0644 } }, { { 'f', "f", "10 a", 0600 } } }, 20, "/f 10 0>1 overwritten\n");
    row("directories that only are mentioned again", L { { { 'd', "etc" }, { 'f', "etc/a", "10 a" } }, { { 'd', "etc" }, { 'f', "etc/b", "5 b" } } }, 15, "");
    row("empty files are no waste", L { { { 'f', "lock", "" } }, { { 'w', "lock" } } }, 0, "");
    row("a sibling whose name begins alike stays", L { { { 'd', "a" }, { 'f', "a/x", "5 x" }, { 'f', "a.b", "7 y" }, { 'f', "ab", "9 z" } }, { { 'w', "a" } } }, 21, "/a/x 5 0>1 removed\n");
    row("larger first, then by path, then by layer", L { { { 'f', "z", "5 1" }, { 'f', "a", "5 1" } }, { { 'f', "z", "5 2" } }, { { 'w', "a" }, { 'w', "z" } } }, 15,
        "/a 5 0>2 removed\n/z 5 0>1 overwritten\n/z 5 1>2 removed\n");
}

void TestAnalysis::figures()
{
    QFETCH(std::vector<std::vector<Line>>, layers);
    QFETCH(qulonglong, stored);
    QFETCH(QString, waste);
    std::vector<std::shared_ptr<const Index>> indexes;
    for (auto& lines : layers)
        indexes.push_back(layer(lines));
    const Stack stack = stackOf(indexes);
    const Analysis analysis = analyse(stack);
    QCOMPARE(QString::fromStdString(wasteOf(stack)), waste);
    QCOMPARE(analysis.storedBytes, stored);
    std::uint64_t visible = 0;
    for (const LayerFigures& figures : analysis.layers)
        visible += figures.visibleBytes;
    QCOMPARE(analysis.wastedBytes + visible, stored);
    QCOMPARE(analysis.efficiency(), stored == 0 ? 1.0 : double(visible) / double(stored));
}

void TestAnalysis::changesOfEachLayer()
{
    const Stack stack = stackOf({
        layer({ { 'd', "d" }, { 'f', "d/a", "10 a" }, { 'f', "d/b", "20 b" }, { 'l', "d/l", "a" }, { 'f', "x", "1 x" } }),
        layer({ { 'i', "d" }, { 'f', "d/a", "11 a" }, { 'w', "x" }, { 'f', "y", "2 y" } }),
        layer({ { 'o', "d" }, { 'f', "d/b", "21 b" } }),
        layer({ { 'w', "d" }, { 'w', "never" } }),
        layer({ { 'd', "d" }, { 'f', "d/a", "10 a" }, { 'd', "y" } }),
    });
    const Analysis analysis = analyse(stack);
    QCOMPARE(changesOf(analysis.layers[0]), std::string("4/31 0/0 0/0"));
    QCOMPARE(changesOf(analysis.layers[1]), std::string("1/2 1/11 1/1"));
    // a and the link go; b is stored again.
    QCOMPARE(changesOf(analysis.layers[2]), std::string("0/0 1/21 2/11"));
    QCOMPARE(changesOf(analysis.layers[3]), std::string("0/0 0/0 1/21"));
    // y, a file, becomes a directory.
    QCOMPARE(changesOf(analysis.layers[4]), std::string("1/10 0/0 1/2"));
    QCOMPARE(analysis.layers[0].storedBytes, std::uint64_t(31));
    QCOMPARE(analysis.layers[0].visibleBytes, std::uint64_t(0));
    QCOMPARE(analysis.layers[4].visibleBytes, std::uint64_t(10));
    // Above the base 46 bytes are stored, of which 10 are seen.
    QCOMPARE(analysis.userWastedShare(), 34.0 / 44.0);
}

void TestAnalysis::nothingAtAll()
{
    QCOMPARE(analyse(stackOf({})).efficiency(), 1.0);
    const Analysis empty = analyse(stackOf({ layer({}), nullptr, layer({ { 'i', "" } }) }));
    QCOMPARE(empty.layers.size(), std::size_t(3));
    QCOMPARE(empty.efficiency(), 1.0);
    QCOMPARE(empty.userWastedShare(), 0.0);
}

void TestAnalysis::theSameOnEveryRun()
{
    std::vector<Line> base, top;
    for (int i = 0; i < 500; ++i) {
        base.push_back({ 'f', fmt::format("f{}", i), "5 same" });
        if (i % 2 == 0)
            top.push_back({ 'w', fmt::format("f{}", i) });
    }
    const std::string first = wasteOf(stackOf({ layer(base), layer(top) }));
    QCOMPARE(std::ranges::count(first, '\n'), 250);
    for (int run = 0; run < 3; ++run)
        QCOMPARE(wasteOf(stackOf({ layer(base), layer(top) })), first);
}

QTEST_APPLESS_MAIN(TestAnalysis)
#include "tst_analysis.moc"
