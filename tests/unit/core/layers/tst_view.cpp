// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/view.h"

#include "core/layers/compare.h"
#include "tests/unit/core/layers/layer_lines.h"

#include <QTest>

using namespace darsena;
using namespace darsena::layers;

namespace {

constexpr char letter(Mark mark)
{
    return "?=+~-"[static_cast<std::size_t>(mark)];
}

/// "+ /a 10 why", one a line; what is in neither state is left out.
std::string text(const Stack& stack, LayerRange range, Strictness strictness = Strictness::Everything)
{
    const View view = View::of(stack, range, strictness);
    std::string result;
    for (Stack::NodeId id = 0; id < stack.nodes().size(); ++id) {
        const View::Cell& cell = view.cell(id);
        if (cell.mark == Mark::Absent)
            continue;
        result += fmt::format("{} /{} {}", letter(cell.mark), stack.node(id).path, cell.bytes);
        if (cell.removedBytes > 0)
            result += fmt::format(" −{}", cell.removedBytes);
        if (cell.mark == Mark::Changed)
            result += " " + describe(stack.entry(cell.before), stack.entry(cell.version), cell.reasons);
        result += '\n';
    }
    return result;
}

} // namespace

class TestView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatALayerDoes();
    void rangesOfLayers();
    void reasons_data();
    void reasons();
    void timesMayBeIgnored();
    void removedTrees();
    void sharedBytesAreCountedOnce();
    void directoriesThatNobodyNames();
    void findsPaths();
    void twoImages();
    void equalImages();
    void squashed();
};

void TestView::whatALayerDoes()
{
    const Stack stack = stackOf({
        layer({ { 'd', "etc" }, { 'f', "etc/passwd", "30 a", 0644 }, { 'd', "src" }, { 'f', "src/a.c", "10 a" } }),
        layer({ { 'i', "etc" }, { 'f', "etc/passwd", "30 a", 0600 }, { 'w', "src" }, { 'd', "bin" }, { 'f', "bin/x", "5 x" } }),
    });
    QCOMPARE(text(stack, { 0, 0 }), std::string("+ / 40\n+ /etc 30\n+ /etc/passwd 30\n+ /src 10\n+ /src/a.c 10\n"));
    QCOMPARE(text(stack, { 1, 1 }),
        std::string("= / 35 −10\n+ /bin 5\n+ /bin/x 5\n= /etc 30\n~ /etc/passwd 30 mode 644 → 600\n- /src 0 −10\n- /src/a.c 0 −10\n"));
    const View view = View::of(stack, { 1, 1 });
    QCOMPARE(view.totals().added, 2U);
    QCOMPARE(view.totals().changed, 1U);
    QCOMPARE(view.totals().metadataOnly, 1U);
    QCOMPARE(view.totals().removed, 2U);
    QCOMPARE(view.totals().same, 2U);
    QVERIFY(view.cell(stack.find("etc")).changesBeneath);
    QCOMPARE(view.cell(0).files, 2U);
    QCOMPARE(view.cell(0).removedFiles, 1U);
}

void TestView::rangesOfLayers()
{
    const Stack stack = stackOf({ layer({ { 'f', "a", "1" } }), layer({ { 'f', "b", "1" } }), layer({ { 'w', "b" }, { 'f', "c", "22 c" } }), layer({ { 'f', "a", "4444" } }) });
    QCOMPARE(text(stack, { 1, 3 }), std::string("= / 4466\n~ /a 4444 content\n+ /c 22\n"));
    QCOMPARE(text(stack, { 2, 2 }), std::string("= / 23 −1\n= /a 1\n- /b 0 −1\n+ /c 22\n"));
    QCOMPARE(text(stack, { 0, 3 }), std::string("+ / 4466\n+ /a 4444\n+ /c 22\n"));
}

void TestView::reasons_data()
{
    QTest::addColumn<Line>("before");
    QTest::addColumn<Line>("after");
    QTest::addColumn<QString>("why");
    QTest::addColumn<bool>("metadataOnly");
    const Line file { 'f', "p", "10 a", 0644, 5, 0, 0 };
    QTest::newRow("content") << file << Line { 'f', "p", "10 b", 0644, 5 } << "content" << false;
    QTest::newRow("mode") << file << Line { 'f', "p", "10 a", 04755, 5 } << "mode 644 → 4755" << true;
    QTest::newRow("owner") << file << Line { 'f', "p", "10 a", 0644, 5, 7 } << "owner 0:0 → 7:0" << true;
    QTest::newRow("xattr") << file << Line { 'f', "p", "10 a", 0644, 5, 0, 9 } << "extended attributes" << true;
    QTest::newRow("mtime") << file << Line { 'f', "p", "10 a", 0644, 6 } << "time" << true;
    QTest::newRow("link target") << Line { 'l', "p", "x", 0777 } << Line { 'l', "p", "y", 0777 } << "link x → y" << false;
    QTest::newRow("type") << file << Line { 'l', "p", "y", 0644, 5 } << "file → symlink" << false;
    QTest::newRow("stored again") << file << file << "stored again, the same" << false;
    QTest::newRow("several") << file << Line { 'f', "p", "11 b", 0600, 9, 1 } << "content, mode 644 → 600, owner 0:0 → 1:0, time" << false;
    QTest::newRow("a directory's time says nothing") << Line { 'd', "p", "", 0755, 1 } << Line { 'd', "p", "", 0755, 2 } << "" << false;
    QTest::newRow("a directory's mode") << Line { 'd', "p", "755" } << Line { 'd', "p", "700" } << "mode 755 → 700" << true;
    QTest::newRow("a directory that is merely mentioned") << Line { 'd', "p", "700" } << Line { 'i', "p", "755" } << "" << false;
}

void TestView::reasons()
{
    QFETCH(Line, before);
    QFETCH(Line, after);
    QFETCH(QString, why);
    QFETCH(bool, metadataOnly);
    const Stack stack = stackOf({ layer({ before }), layer({ after }) });
    const View view = View::of(stack, { 1, 1 });
    const View::Cell& cell = view.cell(stack.find("p"));
    QCOMPARE(cell.mark, why.isEmpty() ? Mark::Same : Mark::Changed);
    QCOMPARE(isMetadataOnly(cell), metadataOnly);
    if (!why.isEmpty())
        QCOMPARE(QString::fromStdString(describe(stack.entry(cell.before), stack.entry(cell.version), cell.reasons)), why);
}

void TestView::timesMayBeIgnored()
{
    const Stack stack = stackOf({ layer({ { 'f', "a", "1", 0644, 1 }, { 'f', "b", "1", 0644, 1 } }), layer({ { 'f', "a", "1", 0644, 2 }, { 'f', "b", "2", 0644, 2 } }) });
    QCOMPARE(text(stack, { 1, 1 }, Strictness::Semantic), std::string("= / 3\n= /a 1\n~ /b 2 content\n"));
}

void TestView::removedTrees()
{
    // Removed with the tree, brought again with it, opaque, and hidden by a file.
    const Stack stack = stackOf({
        layer({ { 'd', "d" }, { 'd', "d/e" }, { 'f', "d/e/f", "10 f" }, { 'f', "d/g", "20 g" } }),
        layer({ { 'w', "d" } }),
        layer({ { 'd', "d" }, { 'f', "d/g", "21 g" } }),
        layer({ { 'o', "d" }, { 'f', "d/h", "3 h" } }),
        layer({ { 'f', "d", "1 d" } }),
    });
    QCOMPARE(text(stack, { 1, 1 }), std::string("= / 0 −30\n- /d 0 −30\n- /d/e 0 −10\n- /d/e/f 0 −10\n- /d/g 0 −20\n"));
    QCOMPARE(text(stack, { 2, 2 }), std::string("= / 21\n+ /d 21\n+ /d/g 21\n"));
    QCOMPARE(text(stack, { 1, 2 }), std::string("= / 21 −10\n= /d 21 −10\n- /d/e 0 −10\n- /d/e/f 0 −10\n~ /d/g 21 content\n"));
    QCOMPARE(text(stack, { 3, 3 }), std::string("= / 3 −21\n= /d 3 −21\n- /d/g 0 −21\n+ /d/h 3\n"));
    QCOMPARE(text(stack, { 4, 4 }), std::string("= / 1 −3\n~ /d 1 −3 directory → file\n- /d/h 0 −3\n"));
}

void TestView::sharedBytesAreCountedOnce()
{
    const Stack stack = stackOf({ layer({ { 'f', "m", "100 a" }, { 'h', "b", "m" }, { 'h', "z", "m" } }), layer({ { 'w', "m" } }), layer({ { 'w', "b" }, { 'w', "z" } }) });
    QCOMPARE(text(stack, { 0, 0 }), std::string("+ / 100\n+ /b 0\n+ /m 100\n+ /z 0\n"));
    QCOMPARE(text(stack, { 1, 1 }), std::string("= / 100\n= /b 100\n- /m 0\n= /z 0\n"));
    QCOMPARE(text(stack, { 2, 2 }), std::string("= / 0 −100\n- /b 0 −100\n- /z 0\n"));
    QCOMPARE(stack.sharedFiles().size(), std::size_t(1));
    QCOMPARE(stack.sharedFiles()[0].names.size(), std::size_t(3));
}

void TestView::directoriesThatNobodyNames()
{
    const Stack stack = stackOf({ layer({ { 'f', "a/b/c", "1" } }), layer({ { 'f', "a/b/d", "2" } }), layer({ { 'w', "a/b/c" } }) });
    QCOMPARE(text(stack, { 0, 0 }), std::string("+ / 1\n+ /a 1\n+ /a/b 1\n+ /a/b/c 1\n"));
    QCOMPARE(text(stack, { 1, 1 }), std::string("= / 3\n= /a 3\n= /a/b 3\n= /a/b/c 1\n+ /a/b/d 2\n"));
    QCOMPARE(text(stack, { 2, 2 }), std::string("= / 2 −1\n= /a 2 −1\n= /a/b 2 −1\n- /a/b/c 0 −1\n= /a/b/d 2\n"));
}

void TestView::findsPaths()
{
    std::vector<Line> lines;
    for (const char* path : { "a", "a.b", "a0", "aaaaaaaaaaaaaaaaaaaaaa/b", "aaaaaaaaaaaaaaaaaaaaaa.c", "z" })
        lines.push_back({ 'f', path, "1" });
    lines.push_back({ 'd', "aaaaaaaaaaaaaaaaaaaaaa" });
    const Stack stack = stackOf({ layer(lines) });
    for (const Line& line : lines)
        QCOMPARE(stack.node(stack.find(line.path)).path, std::string_view(line.path));
    QCOMPARE(stack.find(""), Stack::root);
    QCOMPARE(stack.find("aaaaaaaaaaaaaaaaaaaaaa/c"), Stack::none);
    QCOMPARE(stack.node(stack.find("aaaaaaaaaaaaaaaaaaaaaa")).end, stack.find("aaaaaaaaaaaaaaaaaaaaaa/b") + 1);
    QCOMPARE(stack.node(stack.find("aaaaaaaaaaaaaaaaaaaaaa/b")).name(), std::string_view("b"));
}

void TestView::twoImages()
{
    const Stack before = stackOf({ layer({ { 'd', "etc" }, { 'f', "etc/a", "1", 0644, 1 }, { 'f', "etc/b", "2", 0644, 1 }, { 'd', "old" }, { 'f', "old/x", "333" } }), layer({ { 'f', "gone", "4" }, { 'w', "etc/b" } }) });
    const Stack after = stackOf({ layer({ { 'd', "etc" }, { 'f', "etc/a", "1", 0644, 9 }, { 'f', "etc/new", "55" }, { 'f', "old", "6" } }) });
    const auto both = compare(before, 2, after, 1);
    QVERIFY(both);
    QCOMPARE(text(*both, { 1, 1 }),
        std::string("= / 62 −337\n= /etc 56\n~ /etc/a 1 time\n+ /etc/new 55\n- /gone 0 −4\n~ /old 6 −333 directory → file\n- /old/x 0 −333\n"));
    const auto semantic = compare(before, 2, after, 1, Strictness::Semantic);
    QVERIFY(semantic);
    QCOMPARE(View::of(*semantic, { 1, 1 }).cell(semantic->find("etc/a")).mark, Mark::Same);
}

void TestView::equalImages()
{
    // The same files by other layers: no difference.
    const Stack one = stackOf({ layer({ { 'd', "d" }, { 'f', "d/a", "1" }, { 'f', "d/b", "2" } }) });
    const Stack two = stackOf({ layer({ { 'd', "d" }, { 'f', "d/a", "1" }, { 'f', "x", "9" } }), layer({ { 'f', "d/b", "2" }, { 'w', "x" } }) });
    const auto both = compare(one, 1, two, 2);
    QVERIFY(both);
    const View::Totals totals = View::of(*both, { 1, 1 }).totals();
    QCOMPARE(totals.added + totals.changed + totals.removed, 0U);
}

void TestView::squashed()
{
    const Stack stack = stackOf({ layer({ { 'f', "m", "100 a" }, { 'h', "b", "m" }, { 'h', "c", "m" }, { 'f', "x", "1" } }), layer({ { 'w', "m" }, { 'w', "x" } }) });
    const Index flat = flatten(stack, 2);
    QCOMPARE(flat.entries().size(), std::size_t(3)); // the root, b, c
    QCOMPARE(flat.find("b")->size, std::uint64_t(100));
    QVERIFY(!flat.find("b")->hardLink);
    QVERIFY(flat.find("c")->hardLink);
    QCOMPARE(flat.find("c")->link, std::string_view("b"));
    QCOMPARE(flat.sums().bytes, std::uint64_t(100));
}

QTEST_APPLESS_MAIN(TestView)
#include "tst_view.moc"
