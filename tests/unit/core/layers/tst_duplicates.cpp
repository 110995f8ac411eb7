// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/duplicates.h"
#include "core/layers/special_files.h"

#include "tests/unit/core/layers/layer_lines.h"

#include <QTest>

using namespace darsena;
using namespace darsena::layers;

namespace {

/// "40: a b 20 each", one a line.
std::string text(const Stack& stack, LayerRange range)
{
    std::string result;
    for (const DuplicateGroup& group : duplicates(stack, View::of(stack, range))) {
        result += fmt::format("{}:", group.spare());
        for (const Stack::NodeId node : group.nodes)
            result += fmt::format(" {}", stack.node(node).path);
        result += fmt::format(" {} each\n", group.bytes);
    }
    return result;
}

} // namespace

class TestDuplicates : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equalFiles()
    {
        const Stack stack = stackOf({
            layer({ { 'f', "a", "20 x" }, { 'f', "b", "20 x" }, { 'f', "c", "20 y" }, { 'f', "large", "1000 z" }, { 'f', "e1", "" }, { 'f', "e2", "" }, { 'l', "s", "a" } }),
            layer({ { 'f', "d/a", "20 x" }, { 'f', "z", "1000 z" } }),
        });
        QCOMPARE(text(stack, { 0, 0 }), std::string("20: a b 20 each\n"));
        QCOMPARE(text(stack, { 0, 1 }), std::string("1000: large z 1000 each\n40: a b d/a 20 each\n"));
        // Whatever the view begins with: what is there in the end counts.
        QCOMPARE(text(stack, { 1, 1 }), text(stack, { 0, 1 }));
    }
    void hardLinksAreNone()
    {
        const Stack stack = stackOf({ layer({ { 'f', "a", "20 x" }, { 'h', "b", "a" }, { 'h', "c", "a" } }) });
        QCOMPARE(text(stack, { 0, 0 }), std::string());
        const Stack other = stackOf({ layer({ { 'f', "a", "20 x" }, { 'h', "b", "a" }, { 'f', "copy", "20 x" } }) });
        QCOMPARE(text(other, { 0, 0 }), std::string("20: a copy 20 each\n"));
    }
    void hiddenOnesDoNotCount()
    {
        const Stack stack = stackOf({ layer({ { 'f', "a", "20 x" }, { 'f', "b", "20 x" }, { 'f', "c", "20 x" } }), layer({ { 'w', "b" }, { 'f', "c", "30 y" } }) });
        QCOMPARE(text(stack, { 0, 0 }), std::string("40: a b c 20 each\n"));
        QCOMPARE(text(stack, { 0, 1 }), std::string());
    }
    void nothing()
    {
        const Stack stack = stackOf({});
        QCOMPARE(text(stack, {}), std::string());
        QVERIFY(specialFiles(stack, View::of(stack, {})).empty());
    }
    void special()
    {
        const Stack stack = stackOf({
            layer({ { 'f', "bin/su", "20 x", 04755 }, { 'f', "bin/wall", "20 x", 02755 }, { 'f', "bin/both", "20 x", 06755 }, { 'd', "tmp", "1777" }, { 'd', "open", "777" },
                { 'd', "group", "2755" }, { 'f', "note", "5 x", 0666 }, { 'l', "link", "note", 0777 }, { 'f', "plain", "5 y", 0644 } }),
            layer({ { 'w', "bin/wall" }, { 'f', "note", "5 x", 0644 } }),
        });
        const auto words = [&](LayerRange range) {
            std::string result;
            for (const SpecialFile& file : specialFiles(stack, View::of(stack, range)))
                result += fmt::format("{}{}{}{} ", stack.node(file.node).path, file.setUid ? " u" : "", file.setGid ? " g" : "", file.worldWritable ? " w" : "");
            return result;
        };
        // The set-group bit of a directory only says whose the files made in it are.
        QCOMPARE(words({ 0, 0 }), std::string("bin/both u g bin/su u bin/wall g note w open w "));
        QCOMPARE(words({ 0, 1 }), std::string("bin/both u g bin/su u open w "));
    }
};

QTEST_GUILESS_MAIN(TestDuplicates)
#include "tst_duplicates.moc"
