// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helper/admission.h"

#include "core/base/unique_fd.h"

#include <QtTest/QtTest>

#include <sys/socket.h>
#include <unistd.h>

using namespace darsena;
using namespace darsena::helper;

class TestAdmission : public QObject {
    Q_OBJECT
private slots:
    void letsInRootAndTheGroup_data()
    {
        QTest::addColumn<uint>("uid");
        QTest::addColumn<uint>("gid");
        QTest::addColumn<QList<uint>>("groups");
        QTest::addColumn<bool>("welcome");
        QTest::newRow("root") << 0U << 0U << QList<uint> {} << true;
        QTest::newRow("primary group") << 1000U << 42U << QList<uint> {} << true;
        QTest::newRow("supplementary group") << 1000U << 1000U << QList<uint> { 4, 42 } << true;
        QTest::newRow("other groups") << 1000U << 1000U << QList<uint> { 4, 43 } << false;
        QTest::newRow("root's group alone") << 1000U << 0U << QList<uint> { 0 } << false;
        QTest::newRow("nobody") << 65534U << 65534U << QList<uint> {} << false;
        QTest::newRow("unknown") << 4294967295U << 4294967295U << QList<uint> {} << false;
    }
    void letsInRootAndTheGroup()
    {
        QFETCH(uint, uid);
        QFETCH(uint, gid);
        QFETCH(QList<uint>, groups);
        QFETCH(bool, welcome);
        const Admission admission("darsena", gid_t(42));
        const Peer peer { uid, gid, { groups.begin(), groups.end() } };
        const Standing standing = admission.standing(peer);
        QCOMPARE(standing != Standing::Stranger, welcome);
        QCOMPARE(standing == Standing::Root, uid == 0);
        // Without the group, root alone.
        QCOMPARE(Admission("darsena", std::nullopt).standing(peer) != Standing::Stranger, uid == 0);
    }

    void strangersAreToldWhatToDo()
    {
        QVERIFY(Admission("darsena", gid_t(42)).advice().find("usermod -aG darsena") != std::string::npos);
        QVERIFY(Admission("docks", std::nullopt).advice().find("groupadd docks") != std::string::npos);
    }

    void aMissingGroupIsNone() { QVERIFY(!Admission::forGroup("no-such-group-here").gid()); }

    void theKernelSaysWhoItIs()
    {
        int ends[2];
        QCOMPARE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
        const UniqueFd one = UniqueFd::adopt(ends[0]);
        const UniqueFd other = UniqueFd::adopt(ends[1]);
        const auto peer = Peer::of(one.get());
        QVERIFY(peer.ok());
        QCOMPARE(peer->uid, ::geteuid());
        QCOMPARE(peer->gid, ::getegid());
        QCOMPARE(peer->pid, ::getpid());
        std::vector<gid_t> groups(static_cast<std::size_t>(::getgroups(0, nullptr)));
        ::getgroups(static_cast<int>(groups.size()), groups.data());
        std::ranges::sort(groups);
        std::vector<gid_t> seen = peer->groups;
        std::ranges::sort(seen);
        QCOMPARE(seen, groups);
    }
};

QTEST_GUILESS_MAIN(TestAdmission)
#include "tst_admission.moc"
