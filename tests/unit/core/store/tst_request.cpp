// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/files/request.h"

#include <QTest>

using namespace darsena;
using namespace darsena::store;

class TestRequest : public QObject {
    Q_OBJECT

private slots:
    void paths_data()
    {
        QTest::addColumn<QByteArray>("given");
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<bool>("follow");
        const auto row = [](const char* given, const char* path, const char* name, bool follow) {
            QTest::newRow(given) << QByteArray(given) << QByteArray(path) << QByteArray(name) << follow;
        };
        row("/a/b", "/a/b", "b", false);
        row("a/b", "/a/b", "b", false);
        row("/a/b/", "/a/b", "b", true);
        row("/a/b/.", "/a/b", ".", true);
        row("/a//./b", "/a/b", "b", false);
        row("/a/../b", "/b", "b", false);
        row("/../../etc", "/etc", "etc", false);
        row("/..", "/", "/", true);
        row("/", "/", "/", true);
        row("/.", "/", ".", true);
        row(".", "/", ".", true);
    }
    void paths()
    {
        QFETCH(QByteArray, given);
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, name);
        QFETCH(bool, follow);
        const auto parsed = parseRequestPath(given.toStdString());
        QVERIFY(parsed.ok());
        QCOMPARE(parsed->path, path.toStdString());
        QCOMPARE(parsed->name, name.toStdString());
        QCOMPARE(parsed->follow, follow);
    }
    void badPaths()
    {
        for (const std::string& path : { std::string(), std::string("/a\0b", 4), "/" + std::string(256, 'n'), std::string(5000, '/') }) {
            const auto parsed = parseRequestPath(path);
            QVERIFY(!parsed.ok());
            QCOMPARE(parsed.error().code(), ErrorCode::Invalid);
        }
    }
    void anyBytesTravel()
    {
        FilesRequest request;
        request.action = FilesAction::Write;
        request.running = true;
        request.path = "/\xff\n\"";
        request.mounts = { "/a", "/b\x80" };
        request.hidden = { "/proc" };
        request.readOnlyRoot = true;
        request.keepKinds = true;
        request.owner.emplace(4'294'967'294U, 7U);
        request.maxBytes = 5;
        request.maxEntries = 6;
        const auto read = FilesRequest::parse(request.toText());
        QVERIFY(read.ok());
        QCOMPARE(read->toText(), request.toText());
        QCOMPARE(read->path, request.path);
        QCOMPARE(read->mounts, request.mounts);
        QVERIFY(read->owner == request.owner);
        QVERIFY(!FilesRequest::parse("{\"action\":9}").ok());

        PathStat stat { "n\xfe", 1, 0100644, -1, 999'999'999, "/l" };
        const auto same = PathStat::fromJson(stat.toJson());
        QVERIFY(same.ok());
        QCOMPARE(same->name, stat.name);
        QCOMPARE(same->mtime, stat.mtime);
        QCOMPARE(same->linkTarget, stat.linkTarget);
    }
};

QTEST_APPLESS_MAIN(TestRequest)
#include "tst_request.moc"
