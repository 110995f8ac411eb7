// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/user.h"

#include "core/base/unique_fd.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>

#include <fcntl.h>

using namespace darsena;
using Groups = std::vector<std::uint32_t>;

class TestUser : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        const std::filesystem::path etc = std::filesystem::path(m_root.path().toStdString()) / "etc";
        std::filesystem::create_directories(etc);
        std::ofstream(etc / "passwd") << "root:x:0:0:root:/root:/bin/sh\n# comment\nbroken\n1000:x:0:0::/evil:/bin/sh\n"
                                         "web:x:33:34::/srv:/bin/sh\nnumbered:x:1000:1001::/home/numbered:/bin/sh\nwide:x:4294967295:0::/:/bin/sh\n";
        std::ofstream(etc / "group") << "root:x:0:\n7:x:0:web\nstaff:x:50:web,other\naudio:x:29:web\n";
        m_fd = UniqueFd::adopt(::open(m_root.path().toUtf8().constData(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    }

    void resolves_data()
    {
        QTest::addColumn<QByteArray>("user");
        QTest::addColumn<unsigned>("uid");
        QTest::addColumn<unsigned>("gid");
        QTest::addColumn<Groups>("groups");
        QTest::addColumn<QByteArray>("home");
        QTest::newRow("nobody said") << QByteArray("") << 0U << 0U << Groups { 0 } << QByteArray("/root");
        QTest::newRow("name") << QByteArray("web") << 33U << 34U << Groups { 0, 29, 34, 50 } << QByteArray("/srv");
        QTest::newRow("number of an entry") << QByteArray("33") << 33U << 34U << Groups { 0, 29, 34, 50 } << QByteArray("/srv");
        QTest::newRow("a number is no name") << QByteArray("1000") << 1000U << 1001U << Groups { 1001 } << QByteArray("/home/numbered");
        QTest::newRow("number without an entry") << QByteArray("12") << 12U << 0U << Groups { 0 } << QByteArray("/");
        QTest::newRow("group by name") << QByteArray("web:staff") << 33U << 50U << Groups { 50 } << QByteArray("/srv");
        QTest::newRow("a group's number is no name") << QByteArray("web:7") << 33U << 7U << Groups { 7 } << QByteArray("/srv");
        QTest::newRow("empty group") << QByteArray("1000:") << 1000U << 1001U << Groups { 1001 } << QByteArray("/home/numbered");
        QTest::newRow("largest") << QByteArray("2147483647:2147483647") << 2147483647U << 2147483647U << Groups { 2147483647 } << QByteArray("/");
    }
    void resolves()
    {
        QFETCH(QByteArray, user);
        QFETCH(unsigned, uid);
        QFETCH(unsigned, gid);
        QFETCH(Groups, groups);
        QFETCH(QByteArray, home);
        const auto resolved = runtime::resolveUser(m_fd.get(), user.toStdString());
        QVERIFY2(resolved.ok(), resolved ? "" : resolved.error().message().c_str());
        QCOMPARE(resolved->uid, uid);
        QCOMPARE(resolved->gid, gid);
        QCOMPARE(resolved->additionalGids, groups);
        QCOMPARE(resolved->home, home.toStdString());
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("user");
        QTest::addColumn<QByteArray>("says");
        const QByteArray range = "uids and gids must be in range 0-2147483647";
        for (const char* number : { "4294967296", "4294967295", "2147483648", "-1", "99999999999999999999", "0:4294967296", "0:-1" })
            QTest::newRow(number) << QByteArray(number) << range;
        for (const char* name : { "1e3", "0x0", "nosuch", " 0", "0 ", "web\n", "wide", "broken" })
            QTest::newRow(name) << QByteArray(name) << QByteArray("unable to find user");
        for (const char* name : { "0:1e3", "0:nosuch", "0: " })
            QTest::newRow(name) << QByteArray(name) << QByteArray("unable to find group");
    }
    void refuses()
    {
        QFETCH(QByteArray, user);
        QFETCH(QByteArray, says);
        const auto resolved = runtime::resolveUser(m_fd.get(), user.toStdString());
        QVERIFY(!resolved.ok());
        QCOMPARE(resolved.error().code(), ErrorCode::Invalid);
        QVERIFY2(resolved.error().message().starts_with(says.toStdString()), resolved.error().message().c_str());
    }
    void extraGroups()
    {
        const auto resolved = runtime::resolveUser(m_fd.get(), "12", { "staff", "5", "staff" });
        QVERIFY(resolved.ok());
        QCOMPARE(resolved->additionalGids, (Groups { 0, 5, 50 }));
        QVERIFY(!runtime::resolveUser(m_fd.get(), "12", { "nosuch" }).ok());
        QVERIFY(!runtime::resolveUser(m_fd.get(), "12", { "4294967296" }).ok());
    }

private:
    QTemporaryDir m_root;
    UniqueFd m_fd;
};

QTEST_APPLESS_MAIN(TestUser)
#include "tst_user.moc"
