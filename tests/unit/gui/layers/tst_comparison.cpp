// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/content/comparison.h"
#include "gui/layers/content/content_place.h"

#include "tests/unit/core/layers/layer_lines.h"

#include <QTest>

using namespace darsena;
using namespace darsena::gui;

class TestComparison : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void texts()
    {
        const auto c = compareContents("a\nb\nc\n", "a\nx\nc\nd\n", "etc/app.conf", "one", "two");
        QVERIFY(c->isText && !c->same && !c->cut);
        // Both sides are as long, and the signs say what the colours do.
        QCOMPARE(c->beforeText, std::string("a\nb\nc\n\n"));
        QCOMPARE(c->afterText, std::string("a\nx\nc\nd\n"));
        QCOMPARE(c->beforeLabels, QStringList({ "1", "~ 2", "3", "" }));
        QCOMPARE(c->afterLabels, QStringList({ "1", "~ 2", "3", "+ 4" }));
        QCOMPARE(c->unified, std::string("--- one\n+++ two\n@@ -1,3 +1,4 @@\n a\n-b\n+x\n c\n+d\n"));
        QCOMPARE(c->alignment.changes, std::vector<std::size_t>({ 1, 3 }));
    }
    void oneSideOnly()
    {
        const auto c = compareContents({}, "#!/bin/sh\necho\n", "run", "one", "two");
        QVERIFY(c->isText);
        QCOMPARE(c->language, TextLanguage::Shell);
        QCOMPARE(c->alignment.changes.size(), 1U);
        QCOMPARE(compareContents("#!/bin/sh\n", {}, "run", "one", "two")->language, TextLanguage::Shell);
    }
    void bytes()
    {
        const QByteArray before("\0\1\2\3", 4), after("\0\1\7\3\4\5", 6);
        const auto c = compareContents(before, after, "x", "one", "two");
        QVERIFY(!c->isText);
        QCOMPARE(c->firstDifference, 2);
        QCOMPARE(c->differing, 3);
        // sha256sum says so.
        QCOMPARE(c->beforeDigest, QStringLiteral("054edec1d0211f624fed0cbca9d4f9400b0e491c43742af2c5b0abebf0c990d8"));
    }
    void equalOnes()
    {
        const auto c = compareContents("a\n", "a\n", "x", "one", "two");
        QVERIFY(c->same);
        QCOMPARE(c->firstDifference, -1);
        QCOMPARE(c->differing, 0);
        QVERIFY(c->unified.empty());
        QVERIFY(compareContents({}, {}, "x", "one", "two")->same);
    }
    void longTextsAreCut()
    {
        const QByteArray before = QByteArray("some line\n").repeated(200'000);
        const auto c = compareContents(before, before + "end\n", "x", "one", "two");
        QVERIFY(c->isText && c->cut && !c->same);
        QVERIFY(c->beforeText.size() < 600'000);
        QCOMPARE(c->firstDifference, before.size());
    }
    void differences()
    {
        const QByteArray before("abcdefgh"), after("abXdefYhij");
        QCOMPARE(nextDifference(before, after, 0), 2);
        QCOMPARE(nextDifference(before, after, 2), 2);
        QCOMPARE(nextDifference(before, after, 3), 6);
        QCOMPARE(nextDifference(before, after, 7), 8);
        QCOMPARE(nextDifference(before, after, 10), -1);
        QCOMPARE(nextDifference(before, after, 9, true), 9);
        QCOMPARE(nextDifference(before, after, 7, true), 6);
        QCOMPARE(nextDifference(before, after, 5, true), 2);
        QCOMPARE(nextDifference(before, after, 1, true), -1);
        QCOMPARE(nextDifference({}, {}, 0), -1);
        QCOMPARE(nextDifference({}, {}, 0, true), -1);
    }
    void places()
    {
        using namespace darsena::layers;
        const Stack stack = stackOf({ layer({ { 'f', "a", "20 x" }, { 'h', "b", "a" }, { 'd', "d" } }), layer({ { 'f', "a", "30 y" }, { 'l', "s", "a" } }), layer({ { 'w', "a" } }) });
        const auto version = [&](const char* path, std::uint32_t n) { return stack.node(stack.find(path)).firstVersion + n; };
        const auto first = contentPlace(stack, version("a", 0));
        QVERIFY(first && first->layer == 0 && first->path == "a" && first->bytes == 20);
        const auto second = contentPlace(stack, version("a", 1));
        QVERIFY(second && second->layer == 1 && second->bytes == 30);
        const auto linked = contentPlace(stack, version("b", 0));
        QVERIFY(linked && linked->layer == 0 && linked->path == "a" && linked->bytes == 20);
        QVERIFY(!contentPlace(stack, version("d", 0)));
        QVERIFY(!contentPlace(stack, version("s", 0)));
        QVERIFY(!contentPlace(stack, version("a", 2))); // a whiteout
        QVERIFY(!contentPlace(stack, Stack::none));
        // What the last layer took away was last stored by the one below it.
        QCOMPARE(lastVersion(stack, stack.find("a")), version("a", 1));
    }
};

QTEST_MAIN(TestComparison)
#include "tst_comparison.moc"
