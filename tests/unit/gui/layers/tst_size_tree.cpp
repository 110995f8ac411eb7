// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/sizes/size_tree.h"

#include "tests/unit/core/layers/layer_lines.h"

#include <QTest>

using namespace darsena;
using namespace darsena::gui;
using namespace darsena::layers;

class TestSizeTree : public QObject {
    Q_OBJECT

    const Stack m_stack = stackOf({
        layer({ { 'd', "etc" }, { 'f', "etc/passwd", "30 a" }, { 'd', "src" }, { 'f', "src/a.c", "10 a" }, { 'f', "src/b.c", "40 b" } }),
        layer({ { 'd', "bin" }, { 'f', "bin/x", "500 x" }, { 'h', "bin/y", "bin/x" }, { 'f', "etc/passwd", "35 b" }, { 'd', "empty" } }),
        layer({ { 'w', "src/b.c" } }),
    });

    /// "name bytes@layer" of everything with bytes, children after their parent and largest first.
    QStringList text(const SizeTree& tree, Stack::NodeId node = Stack::root) const
    {
        const std::uint32_t layer = tree.layer(node);
        QStringList lines { QStringLiteral("/%1 %2@%3").arg(QString::fromStdString(std::string(m_stack.node(node).path))).arg(tree.bytes(node)).arg(layer == Stack::none ? -1 : int(layer)) };
        for (const Stack::NodeId child : tree.children(node))
            lines += text(tree, child);
        return lines;
    }

private Q_SLOTS:
    void whatIsThere()
    {
        const SizeTree tree = SizeTree::of(m_stack, View::of(m_stack, { 0, 2 }), SizeMeasure::Visible);
        // Two names of one file are its bytes once, and what has no bytes is in no picture.
        QCOMPARE(text(tree), QStringList({ "/ 545@1", "/bin 500@1", "/bin/x 500@1", "/etc 35@1", "/etc/passwd 35@1", "/src 10@0", "/src/a.c 10@0" }));
    }
    void whatALayerChanges()
    {
        const SizeTree tree = SizeTree::of(m_stack, View::of(m_stack, { 2, 2 }), SizeMeasure::Changes);
        QCOMPARE(tree.bytes(m_stack.find("src")), 50U);
        QCOMPARE(tree.bytes(m_stack.find("src/b.c")), 40U);
        QCOMPARE(tree.layer(m_stack.find("src/b.c")), 0U);
    }
    void everyStoredCopy()
    {
        const Analysis analysis = analyse(m_stack);
        // The view's range does not matter: a picture of waste is one of the whole image.
        const SizeTree tree = SizeTree::of(m_stack, View::of(m_stack, { 0, 0 }), SizeMeasure::Stored, nullptr, &analysis);
        QCOMPARE(tree.bytes(Stack::root), analysis.storedBytes);
        QCOMPARE(tree.wasted(Stack::root), analysis.wastedBytes);
        QCOMPARE(tree.wasted(Stack::root), 70U);
        QCOMPARE(tree.bytes(m_stack.find("etc/passwd")), 65U);
        QCOMPARE(tree.wasted(m_stack.find("etc/passwd")), 30U);
        QCOMPARE(tree.wasted(m_stack.find("src/b.c")), 40U);
        QCOMPARE(tree.wasted(m_stack.find("src")), 40U);
    }
    void onlyWhatIsSelected()
    {
        const View view = View::of(m_stack, { 0, 2 });
        Criteria criteria;
        criteria.path = PathFilter::parse("*.c").value();
        const Selection selection = select(m_stack, view, criteria);
        const SizeTree tree = SizeTree::of(m_stack, view, SizeMeasure::Visible, &selection);
        QCOMPARE(text(tree), QStringList({ "/ 10@0", "/src 10@0", "/src/a.c 10@0" }));
    }
    void sharesOfLayers()
    {
        const SizeTree tree = SizeTree::of(m_stack, View::of(m_stack, { 0, 2 }), SizeMeasure::Visible);
        QCOMPARE(tree.shares(m_stack, Stack::root), (std::vector<SizeTree::Share> { { 1, 535 }, { 0, 10 } }));
        QCOMPARE(tree.shares(m_stack, m_stack.find("src")), (std::vector<SizeTree::Share> { { 0, 10 } }));
        QVERIFY(tree.shares(m_stack, m_stack.find("empty")).empty());
    }
    void aFileThatBecameADirectory()
    {
        const Stack stack = stackOf({ layer({ { 'f', "d", "7 a" } }), layer({ { 'd', "d" }, { 'f', "d/x", "5 b" } }) });
        const SizeTree tree = SizeTree::of(stack, View::of(stack, { 0, 1 }), SizeMeasure::Visible);
        QCOMPARE(tree.bytes(stack.find("d")), 5U);
        const Analysis analysis = analyse(stack);
        const SizeTree stored = SizeTree::of(stack, View::of(stack, { 0, 1 }), SizeMeasure::Stored, nullptr, &analysis);
        QCOMPARE(stored.bytes(stack.find("d")), 12U);
        QCOMPARE(stored.own(stack.find("d")), 7U);
    }
    void nothing()
    {
        const Stack stack = stackOf({});
        const SizeTree tree = SizeTree::of(stack, View::of(stack, {}), SizeMeasure::Visible);
        QCOMPARE(tree.bytes(Stack::root), 0U);
        QVERIFY(tree.children(Stack::root).empty());
        const Analysis analysis = analyse(stack);
        QCOMPARE(SizeTree::of(stack, View::of(stack, {}), SizeMeasure::Stored, nullptr, &analysis).bytes(Stack::root), 0U);
    }
};

QTEST_GUILESS_MAIN(TestSizeTree)
#include "tst_size_tree.moc"
