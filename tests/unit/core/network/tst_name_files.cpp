// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/name_files.h"

#include <QtTest>

using namespace darsena;
using namespace darsena::network;

class TestNameFiles : public QObject {
    Q_OBJECT

private slots:
    void leavesOutLoopbackServers()
    {
        const auto text = resolvConf("# stub\nnameserver 127.0.0.53\nnameserver 10.1.2.3\nsearch lan home\noptions edns0\n", {}, false);
        QCOMPARE(*text, std::string("nameserver 10.1.2.3\nsearch lan home\noptions edns0\n"));
    }

    void fallsBackToPublicServers()
    {
        QCOMPARE(*resolvConf("nameserver 127.0.0.53\n", {}, false), std::string("nameserver 8.8.8.8\nnameserver 8.8.4.4\n"));
        QCOMPARE(*resolvConf("", {}, false), std::string("nameserver 8.8.8.8\nnameserver 8.8.4.4\n"));
        QVERIFY(onlyLoopbackServers("nameserver 127.0.0.53\n"));
        QVERIFY(!onlyLoopbackServers("nameserver 127.0.0.53\nnameserver 9.9.9.9\n"));
        QVERIFY(!onlyLoopbackServers(""));
    }

    void keepsTheHostsFileInItsNetwork()
    {
        const std::string host = "# mine\nnameserver 127.0.0.53\n";
        QCOMPARE(*resolvConf(host, {}, true), host);
        QCOMPARE(*resolvConf(host, {{"1.1.1.1"}, {}, {}}, true), std::string("nameserver 1.1.1.1\n"));
    }

    void takesWhatTheRequestSays()
    {
        QCOMPARE(*resolvConf("nameserver 10.1.2.3\nsearch lan\n", {{"1.1.1.1", "::1"}, {"."}, {"ndots:2"}}, false),
            std::string("nameserver 1.1.1.1\nnameserver ::1\noptions ndots:2\n"));
    }

    void refusesWhatWouldWriteLines()
    {
        QCOMPARE(resolvConf("", {{"1.1.1.1\nnameserver 6.6.6.6"}, {}, {}}, false).error().code(), ErrorCode::Invalid);
        QCOMPARE(resolvConf("", {{}, {"a\nb"}, {}}, false).error().code(), ErrorCode::Invalid);
        QCOMPARE(resolvConf("", {{}, {}, {"a b"}}, false).error().code(), ErrorCode::Invalid);
        QCOMPARE(resolvConf("", {{"host"}, {}, {}}, false).error().code(), ErrorCode::Invalid);
    }

    void namesItsOwnServer()
    {
        const std::string host = "nameserver 127.0.0.53\nnameserver 10.1.2.3\nsearch lan\n";
        QCOMPARE(*ownResolvConf(host, {}), std::string("nameserver 127.0.0.11\nsearch lan\noptions ndots:0\n"));
        QCOMPARE(*ownResolvConf(host, {{"1.1.1.1"}, {"."}, {"ndots:2"}}), std::string("nameserver 127.0.0.11\noptions ndots:2\n"));
        const auto fromHost = upstreamServers(host, {});
        QCOMPARE(fromHost.size(), std::size_t{2}); // the stub too: it is asked from the host
        QVERIFY(!fromHost[0].fromContainer);
        const auto asked = upstreamServers(host, {{"1.1.1.1", "127.0.0.11"}, {}, {}});
        QCOMPARE(asked.size(), std::size_t{1}); // it does not ask itself
        QVERIFY(asked[0].fromContainer);
        QCOMPARE(upstreamServers("", {}).size(), std::size_t{2});
    }

    void parsesExtraHosts_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected"); // "name address"; empty = refused
        QTest::newRow("plain") << "db:10.0.0.5" << "db 10.0.0.5";
        QTest::newRow("equals") << "db=10.0.0.5" << "db 10.0.0.5";
        QTest::newRow("gateway") << "host.docker.internal:host-gateway" << "host.docker.internal 172.17.0.1";
        QTest::newRow("v6") << "db:2001:db8::1" << "db 2001:db8::1";
        QTest::newRow("v6 in brackets") << "db=[::1]" << "db ::1";
        QTest::newRow("no address") << "db" << "";
        QTest::newRow("no name") << ":10.0.0.5" << "";
        QTest::newRow("not an address") << "db:ten" << "";
        QTest::newRow("line break") << "db\n10.0.0.6 x:10.0.0.5" << "";
        QTest::newRow("line break at the end") << "db:10.0.0.5\n1.1.1.1 x" << "";
        QTest::newRow("comment") << "d#b:10.0.0.5" << "";
    }
    void parsesExtraHosts()
    {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const auto entry = parseExtraHost(text.toStdString(), "172.17.0.1");
        QCOMPARE(entry.ok(), !expected.isEmpty());
        if (entry)
            QCOMPARE(QString::fromStdString(entry->first + " " + entry->second), expected);
        else
            QCOMPARE(entry.error().code(), ErrorCode::Invalid);
    }

    void checksHostNames()
    {
        QVERIFY(checkHostName("web-1.example").ok());
        for (const char* bad : {"", "-x", "a b", "a\nb", ".x", "a/b"})
            QVERIFY2(!checkHostName(bad).ok(), bad);
        QVERIFY(!checkHostName(std::string(254, 'a')).ok());
    }
};

QTEST_GUILESS_MAIN(TestNameFiles)
#include "tst_name_files.moc"
