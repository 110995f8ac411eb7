// SPDX-License-Identifier: GPL-3.0-or-later
// The treemap's and the flame view's layouts, and how one gets from block to block.
#include "gui/layers/sizes/flame_layout.h"
#include "gui/layers/sizes/treemap_layout.h"

#include "tests/unit/core/layers/layer_lines.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace darsena;
using namespace darsena::gui;
using namespace darsena::layers;

namespace {

const QRectF Area(10, 20, 900, 600);

/// An image like many: some large files, many small ones, directories in directories.
Stack someImage(int directories, int filesEach)
{
    std::mt19937 random(7);
    std::vector<Line> lines;
    for (int d = 0; d < directories; ++d) {
        const std::string folder = fmt::format("d{}/e{}", d % 5, d);
        for (int f = 0; f < filesEach; ++f)
            lines.push_back({ 'f', fmt::format("{}/f{}", folder, f), fmt::format("{} x", 1 + random() % (f == 0 ? 1'000'000 : 5'000)) });
    }
    lines.push_back({ 'f', "large", "2000000 x" });
    return stackOf({ layer(std::move(lines)) });
}

SizeTree treeOf(const Stack& stack)
{
    return SizeTree::of(stack, View::of(stack, { 0, 0 }), SizeMeasure::Visible);
}

bool inside(const QRectF& box, const QRectF& area)
{
    constexpr double slack = 1e-6;
    return box.left() >= area.left() - slack && box.top() >= area.top() - slack && box.right() <= area.right() + slack && box.bottom() <= area.bottom() + slack;
}

double overlap(const QRectF& a, const QRectF& b)
{
    const QRectF both = a & b;
    return both.isValid() ? both.width() * both.height() : 0;
}

/// The block whose inside a block lies in: for a Rest it is its node's, for others the parent's.
int parentOf(const Stack& stack, const SizeBlocks& blocks, const SizeBlock& block)
{
    return blockOf(blocks, block.kind == SizeBlock::Kind::Rest ? block.node : stack.node(block.node).parent);
}

} // namespace

class TestSizeLayouts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void treemapIsTrue_data()
    {
        QTest::addColumn<int>("directories");
        QTest::addColumn<int>("files");
        QTest::newRow("one file") << 0 << 0;
        QTest::newRow("few") << 4 << 3;
        QTest::newRow("many") << 60 << 200;
    }
    void treemapIsTrue()
    {
        QFETCH(int, directories);
        QFETCH(int, files);
        const Stack stack = someImage(directories, files);
        const SizeTree tree = treeOf(stack);
        const SizeBlocks blocks = layOutTreemap(tree, Stack::root, Area);
        QVERIFY(!blocks.empty());
        QCOMPARE(blocks.front().box, Area);

        QHash<int, QList<int>> siblings;
        for (std::size_t i = 1; i < blocks.size(); ++i) {
            const int parent = parentOf(stack, blocks, blocks[i]);
            QVERIFY(parent >= 0 && parent < int(i));
            QVERIFY2(inside(blocks[i].box, blocks[std::size_t(parent)].box), qPrintable(QString::number(i)));
            QVERIFY(overlap(blocks[i].box, blocks[std::size_t(parent)].header) < 1e-6);
            QVERIFY(blocks[i].box.width() >= 0 && blocks[i].box.height() >= 0);
            siblings[parent].append(int(i));
        }
        for (auto family = siblings.cbegin(); family != siblings.cend(); ++family) {
            const QList<int>& all = family.value();
            double area = 0;
            std::uint64_t bytes = 0;
            for (const int i : all) {
                const SizeBlock& block = blocks[std::size_t(i)];
                area += block.box.width() * block.box.height();
                bytes += block.bytes;
                for (const int other : all)
                    QVERIFY(other <= i || overlap(block.box, blocks[std::size_t(other)].box) < 1e-6);
            }
            // Nothing is left out: what is not drawn by itself is in the rest.
            QCOMPARE(bytes, blocks[std::size_t(family.key())].bytes);
            for (const int i : all) {
                const SizeBlock& block = blocks[std::size_t(i)];
                const double mine = block.box.width() * block.box.height();
                QVERIFY2(std::abs(mine / area - double(block.bytes) / double(bytes)) < 1e-6, qPrintable(QStringLiteral("%1 %2 of %3").arg(mine).arg(block.bytes).arg(bytes)));
            }
        }
    }
    void treemapIsSquarish()
    {
        std::vector<Line> lines;
        for (int i = 0; i < 50; ++i)
            lines.push_back({ 'f', fmt::format("f{}", i), "1000 x" });
        const Stack stack = stackOf({ layer(lines) });
        for (const SizeBlock& block : layOutTreemap(treeOf(stack), Stack::root, QRectF(0, 0, 800, 600))) {
            if (block.kind == SizeBlock::Kind::File)
                QVERIFY(std::max(block.box.width() / block.box.height(), block.box.height() / block.box.width()) < 2);
        }
    }
    void whatIsTooSmallIsTheRest()
    {
        std::vector<Line> lines { { 'f', "a", "1000000000 x" } };
        for (int i = 0; i < 100; ++i)
            lines.push_back({ 'f', fmt::format("s{}", i), "10 x" });
        const Stack stack = stackOf({ layer(lines) });
        const SizeTree tree = treeOf(stack);
        for (const SizeBlocks& blocks : { layOutTreemap(tree, Stack::root, Area), layOutFlame(tree, Stack::root, Area) }) {
            QCOMPARE(blocks.size(), 3U);
            QCOMPARE(blocks[2].kind, SizeBlock::Kind::Rest);
            QCOMPARE(blocks[2].count, 100U);
            QCOMPARE(blocks[2].bytes, 1000U);
            QCOMPARE(blocks[2].node, Stack::root);
        }
        QVERIFY(layOutTreemap(tree, Stack::root, QRectF(0, 0, 2, 2)).empty());
        QCOMPARE(layOutTreemap(tree, Stack::root, QRectF(0, 0, 8, 8)).size(), 1U);
    }
    void costsWhatCanBeSeen()
    {
        const Stack stack = someImage(300, 300);
        const SizeTree tree = treeOf(stack);
        QVERIFY(stack.nodes().size() > 90'000);
        QVERIFY(layOutTreemap(tree, Stack::root, Area).size() < 12'000);
        QVERIFY(layOutFlame(tree, Stack::root, Area).size() < 2'000);
    }
    void flameIsTrue()
    {
        const Stack stack = someImage(20, 6);
        const SizeTree tree = treeOf(stack);
        const SizeBlocks blocks = layOutFlame(tree, Stack::root, Area);
        QCOMPARE(blocks.front().box.width(), Area.width());
        for (std::size_t i = 1; i < blocks.size(); ++i) {
            const SizeBlock& block = blocks[i];
            const int at = parentOf(stack, blocks, block);
            QVERIFY(at >= 0);
            const SizeBlock& parent = blocks[std::size_t(at)];
            QCOMPARE(block.box.top(), parent.box.bottom());
            QVERIFY(block.box.left() >= parent.box.left() - 1e-6 && block.box.right() <= parent.box.right() + 1e-6);
            QVERIFY(std::abs(block.box.width() / Area.width() - double(block.bytes) / double(tree.bytes(Stack::root))) < 1e-9);
            for (std::size_t other = 1; other < i; ++other)
                QVERIFY(overlap(block.box, blocks[other].box) < 1e-6);
        }
    }
    void aDirectoryFillsThePicture()
    {
        const Stack stack = someImage(10, 3);
        const Stack::NodeId d1 = stack.find("d1");
        const SizeBlocks blocks = layOutTreemap(treeOf(stack), d1, Area);
        QCOMPARE(blocks.front().node, d1);
        QCOMPARE(blocks.front().box, Area);
        for (const SizeBlock& block : blocks)
            QVERIFY(block.node >= d1 && block.node < stack.node(d1).end);
    }
    void findsBlocks()
    {
        const Stack stack = stackOf({ layer({ { 'f', "a", "600 x" }, { 'f', "d/b", "300 x" }, { 'f', "d/c", "100 x" } }) });
        const SizeBlocks blocks = layOutTreemap(treeOf(stack), Stack::root, QRectF(0, 0, 400, 300));
        const auto box = [&](const char* path) { return blocks[std::size_t(blockOf(blocks, stack.find(path)))].box; };
        const auto at = [&](const QPointF& point) { return blocks[std::size_t(blockAt(blocks, point))].node; };
        QCOMPARE(at(box("a").center()), stack.find("a"));
        QCOMPARE(at(box("d/c").center()), stack.find("d/c"));
        QCOMPARE(at(box("d").topLeft() + QPointF(4, 4)), stack.find("d"));
        QCOMPARE(blockAt(blocks, QPointF(-1, 10)), -1);
        QCOMPARE(blockOf(blocks, 77), -1);

        const auto beside = [&](const char* path, Direction direction, bool sameDepth) {
            const int found = blockBeside(blocks, blockOf(blocks, stack.find(path)), direction, sameDepth);
            return found < 0 ? std::string("none") : std::string(stack.node(blocks[std::size_t(found)].node).path);
        };
        // a fills the left; d is at its right with b over c.
        QVERIFY(box("a").right() <= box("d").left() + 1e-6);
        QCOMPARE(beside("a", Direction::Right, true), std::string("d"));
        QCOMPARE(beside("d", Direction::Left, true), std::string("a"));
        QCOMPARE(beside("d/b", Direction::Left, true), std::string("a"));
        QCOMPARE(beside("d/b", Direction::Down, true), std::string("d/c"));
        QCOMPARE(beside("a", Direction::Up, true), std::string("none"));
        QCOMPARE(blockBeside(blocks, -1, Direction::Up, true), -1);

        const SizeBlocks flame = layOutFlame(treeOf(stack), Stack::root, QRectF(0, 0, 400, 300));
        const auto below = blockBeside(flame, blockOf(flame, stack.find("d")), Direction::Down, false);
        QCOMPARE(flame[std::size_t(below)].node, stack.find("d/b"));
        const auto above = blockBeside(flame, blockOf(flame, stack.find("d/c")), Direction::Up, false);
        QCOMPARE(flame[std::size_t(above)].node, stack.find("d"));
    }
};

QTEST_GUILESS_MAIN(TestSizeLayouts)
#include "tst_size_layouts.moc"
