// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/archive/whiteout.h"

#include <QTest>

#include <algorithm>
#include <vector>

using namespace darsena;
using namespace darsena::archive;

class TestWhiteout : public QObject {
    Q_OBJECT

private slots:
    void names_data()
    {
        QTest::addColumn<QString>("member");
        QTest::addColumn<int>("kind"); // -1 = refused
        QTest::addColumn<QString>("path");
        const auto row = [](const char* member, int kind, const char* path) { QTest::newRow(member) << QString(member) << kind << QString(path); };
        row("a", 0, "a");
        row("./a/", 0, "a");
        row("/a//b/./c", 0, "a/b/c");
        row("./", 0, "");
        row("a/../b", 0, "b");
        row("..", -1, "");
        row("a/../../b", -1, "");
        row(".wh.a", 1, "a");
        row("x/.wh.a.b", 1, "x/a.b");
        row(".wh.", -1, "");
        row("x/.wh..", -1, "");
        row(".wh...", -1, "");
        row(".wh....", 1, "...");
        row(".wh..wh..opq", 2, "");
        row("x/y/.wh..wh..opq", 2, "x/y");
        row(".wh..wh.plnk", 3, ".wh..wh.plnk");
        row(".wh..wh.plnk/1.2", 3, ".wh..wh.plnk/1.2");
        row(".wh.a/b", -1, "");
        row("wh.a", 0, "wh.a");
        row(".whx", 0, ".whx");
    }
    void names()
    {
        QFETCH(QString, member);
        QFETCH(int, kind);
        QFETCH(QString, path);
        const auto name = parseLayerName(member.toStdString());
        QCOMPARE(name.ok(), kind >= 0);
        if (!name)
            return;
        QCOMPARE(static_cast<int>(name->kind), kind);
        QCOMPARE(QString::fromStdString(name->path), path);
    }
    void bounds()
    {
        QVERIFY(!parseLayerName(std::string_view("a\0b", 3)).ok());
        QVERIFY(parseLayerName(std::string(255, 'x')).ok());
        QVERIFY(!parseLayerName(std::string(256, 'x')).ok());
        std::string deep;
        for (int i = 0; i < 512; ++i)
            deep += "d/";
        QVERIFY(parseLayerName(deep).ok());
        QVERIFY(!parseLayerName(deep + "d").ok());
    }
    void members()
    {
        QCOMPARE(whiteoutMember("a"), std::string(".wh.a"));
        QCOMPARE(whiteoutMember("d/e/a"), std::string("d/e/.wh.a"));
        QCOMPARE(opaqueMember(""), std::string(".wh..wh..opq"));
        QCOMPARE(opaqueMember("d"), std::string("d/.wh..wh..opq"));
    }
    void order()
    {
        // A directory's contents come right after it.
        std::vector<std::string> paths { "a.b", "a/z", "b", "a", "", "a/b/c", "a-", "a/b", "\xff", "A" };
        std::ranges::sort(paths, pathBefore);
        QCOMPARE(paths, (std::vector<std::string> { "", "A", "a", "a/b", "a/b/c", "a/z", "a-", "a.b", "b", "\xff" }));
        for (const auto& path : paths)
            QVERIFY(!pathBefore(path, path));
        QVERIFY(isBelow("a/b", "a"));
        QVERIFY(!isBelow("ab", "a"));
        QVERIFY(!isBelow("a", "a"));
        QVERIFY(isBelow("a", ""));
        QVERIFY(!isBelow("", ""));
    }
    void attributes()
    {
        QVERIFY(isForbiddenXattr("trusted.overlay.opaque"));
        QVERIFY(isForbiddenXattr("trusted.x"));
        QVERIFY(isForbiddenXattr("user.overlay.redirect"));
        QVERIFY(!isForbiddenXattr("user.x"));
        QVERIFY(!isForbiddenXattr("security.capability"));
    }
};

QTEST_GUILESS_MAIN(TestWhiteout)
#include "tst_whiteout.moc"
