// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/address_pool.h"

#include <QtTest>

using namespace darsena;
using namespace darsena::network;

class TestAddressPool : public QObject {
    Q_OBJECT

private slots:
    void parsesAddresses_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("valid");
        QTest::newRow("plain") << "172.17.0.2" << true;
        QTest::newRow("zero") << "0.0.0.0" << true;
        QTest::newRow("too large") << "1.2.3.256" << false;
        QTest::newRow("octal") << "010.0.0.1" << false;
        QTest::newRow("three parts") << "1.2.3" << false;
        QTest::newRow("five parts") << "1.2.3.4.5" << false;
        QTest::newRow("blank") << " 1.2.3.4" << false;
        QTest::newRow("sign") << "+1.2.3.4" << false;
        QTest::newRow("empty") << "" << false;
        QTest::newRow("empty part") << "1..3.4" << false;
        QTest::newRow("end dot") << "1.2.3.4." << false;
        QTest::newRow("IPv6") << "fd00:1::2" << true;
        QTest::newRow("IPv6 none") << "::" << true;
        QTest::newRow("IPv6 zone") << "fe80::1%eth0" << false;
        QTest::newRow("IPv6 too long") << "1:2:3:4:5:6:7:8:9" << false;
    }
    void parsesAddresses()
    {
        QFETCH(QString, text);
        QFETCH(bool, valid);
        const auto address = Address::parse(text.toStdString());
        QCOMPARE(address.ok(), valid);
        if (valid)
            QCOMPARE(QString::fromStdString(address->text()), text);
        else
            QCOMPARE(address.error().code(), ErrorCode::Invalid);
    }

    void knowsSubnets()
    {
        const auto subnet = Subnet::parse("172.17.0.1/16");
        QVERIFY(subnet.ok());
        QCOMPARE(subnet->networkText(), std::string("172.17.0.0/16"));
        QCOMPARE(subnet->last().text(), std::string("172.17.255.255"));
        QVERIFY(subnet->contains(Address::parse("172.17.200.1").value()));
        QVERIFY(!subnet->contains(Address::parse("172.18.0.1").value()));
        QVERIFY(subnet->overlaps(Subnet::parse("172.16.0.0/12").value()));
        QVERIFY(!subnet->overlaps(Subnet::parse("172.18.0.1/16").value()));
        QVERIFY(!Subnet::parse("1.2.3.4/33").ok());
        QVERIFY(!Subnet::parse("1.2.3.4").ok());
    }

    void avoidsBusyRanges()
    {
        QCOMPARE(chooseSubnet({})->text(), std::string("172.17.0.1/16"));
        QCOMPARE(chooseSubnet({Subnet::parse("172.17.5.0/24").value()})->text(), std::string("172.18.0.1/16"));
        // A VPN that takes all of 172.16.0.0/12; the default route says nothing.
        QCOMPARE(chooseSubnet({Subnet::parse("172.16.0.0/12").value(), Subnet::parse("0.0.0.0/0").value()})->text(),
            std::string("192.168.0.1/20"));
        const auto none = chooseSubnet({Subnet::parse("172.16.0.0/12").value(), Subnet::parse("192.168.0.0/16").value()});
        QCOMPARE(none.error().code(), ErrorCode::Unavailable);
    }

    void handsOutEachAddressOnce()
    {
        AddressPool pool({Subnet::parse("10.0.0.1/29").value(), {}, {}});
        std::set<std::string> seen;
        for (int i = 0; i < 5; ++i)
            QVERIFY(seen.insert(pool.allocate()->text()).second);
        QVERIFY(!seen.contains("10.0.0.0"));
        QVERIFY(!seen.contains("10.0.0.1"));
        QVERIFY(!seen.contains("10.0.0.7"));
        QCOMPARE(pool.allocate().error().code(), ErrorCode::Unavailable);
        pool.release(Address::parse("10.0.0.4").value());
        QCOMPARE(pool.allocate()->text(), std::string("10.0.0.4"));
    }

    void restsFreedAddresses()
    {
        AddressPool pool({Subnet::parse("10.0.0.1/24").value(), {}, {}});
        const Address first = pool.allocate().value();
        pool.release(first);
        QVERIFY(pool.allocate().value() != first);
    }

    void reserves()
    {
        AddressPool pool({Subnet::parse("10.0.0.1/24").value(), {}, {}});
        QVERIFY(pool.reserve(Address::parse("10.0.0.2").value()).ok());
        QCOMPARE(pool.reserve(Address::parse("10.0.0.2").value()).error().code(), ErrorCode::Denied);
        QCOMPARE(pool.reserve(Address::parse("10.0.0.1").value()).error().code(), ErrorCode::Denied);
        QCOMPARE(pool.reserve(Address::parse("10.0.1.1").value()).error().code(), ErrorCode::Invalid);
        QCOMPARE(pool.allocate()->text(), std::string("10.0.0.3"));
    }

    void choosesInsideTheRange()
    {
        const auto address = [](const char* text) { return Address::parse(text).value(); };
        AddressPool pool({Subnet::parse("10.0.0.1/16").value(), Subnet::parse("10.0.7.0/30").value(), {address("10.0.7.1")}});
        QCOMPARE(pool.allocate()->text(), std::string("10.0.7.0"));
        QCOMPARE(pool.allocate()->text(), std::string("10.0.7.2")); // the reserved one is left out
        QCOMPARE(pool.allocate()->text(), std::string("10.0.7.3"));
        QCOMPARE(pool.allocate().error().code(), ErrorCode::Unavailable);
        QVERIFY(pool.reserve(address("10.0.99.1")).ok()); // outside the range, when asked for
    }

    void handsOutIpv6()
    {
        AddressPool pool({Subnet::parse("fd00:1::1/64").value(), {}, {}});
        QCOMPARE(pool.allocate()->text(), std::string("fd00:1::2"));
        QCOMPARE(pool.allocate()->text(), std::string("fd00:1::3"));
        const Subnet own = chooseUniqueLocal({});
        QCOMPARE(own.prefix, 64);
        QVERIFY(own.text().starts_with("fd"));
        QVERIFY(own.address != own.network());
        QVERIFY(chooseUniqueLocal({own}) != own);
        // A pool of two: point-to-point subnets have no broadcast address.
        AddressPool pair({Subnet::parse("10.0.0.0/31").value(), {}, {}});
        QCOMPARE(pair.allocate()->text(), std::string("10.0.0.1"));
        QVERIFY(!pair.allocate().ok());
    }

    void knowsMacs()
    {
        QCOMPARE(macText(parseMac("02:42:aC:11:00:02").value()), std::string("02:42:ac:11:00:02"));
        for (const char* bad : {"", "02:42:ac:11:00", "02:42:ac:11:00:02:03", "01:42:ac:11:00:02", "00:00:00:00:00:00", "02:42:ac:11:00:0g", "02 42 ac 11 00 02", "+2:42:ac:11:00:02"})
            QVERIFY2(!parseMac(bad).ok(), bad);
    }
};

QTEST_GUILESS_MAIN(TestAddressPool)
#include "tst_address_pool.moc"
