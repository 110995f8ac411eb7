// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/endpoint_settings.h"
#include "core/engine/network_record.h"

#include <QtTest>

using namespace darsena;
using namespace darsena::engine;

namespace {

Result<NetworkPlan> plan(const char* text)
{
    const auto request = model::fromJson<model::NetworkCreate>(json::parse(text).value());
    if (!request)
        return request.error();
    return planNetwork(*request);
}

NetworkRecord recordOf(const char* text)
{
    NetworkRecord record = plan(text).value().record;
    record.network.id = std::string(64, 'a');
    return record;
}

model::EndpointSettings settings(const char* text)
{
    return model::fromJson<model::EndpointSettings>(json::parse(text).value()).value();
}

} // namespace

class TestNetworkRecord : public QObject {
    Q_OBJECT

private slots:
    void plansNetworks()
    {
        const auto made = plan(R"({"Name":"n"})").value();
        QVERIFY(made.chooseIpv4);
        QVERIFY(!made.chooseIpv6);
        QVERIFY(!made.record.ownSubnet);
        const auto given = plan(R"({"Name":"n","EnableIPv6":true,"Internal":true,"IPAM":{"Config":[
            {"Subnet":"10.1.0.0/16","IPRange":"10.1.5.0/24","AuxiliaryAddresses":{"printer":"10.1.5.9"}},{"Subnet":"fd00::/64","Gateway":"fd00::9"}]},
            "Options":{"com.docker.network.bridge.name":"mybr","com.docker.network.driver.mtu":"1400","com.docker.network.bridge.enable_icc":"false",
            "com.docker.network.bridge.enable_ip_masquerade":"false","com.docker.network.bridge.host_binding_ipv4":"127.0.0.1"}})").value();
        QVERIFY(given.record.ownSubnet);
        QVERIFY(!given.chooseIpv4 && !given.chooseIpv6);
        const auto bridge = bridgeSettings(given.record).value();
        QCOMPARE(bridge.bridge, std::string("mybr"));
        QCOMPARE(bridge.mtu, 1400U);
        QVERIFY(bridge.isolated && !bridge.masquerade && bridge.internal);
        QCOMPARE(bridge.hostAddress->text(), std::string("127.0.0.1"));
        QCOMPARE(bridge.ranges[0].subnet.text(), std::string("10.1.0.1/16"));
        QCOMPARE(bridge.ranges[0].reserved.size(), std::size_t{1});
        QCOMPARE(bridge.ranges[1].subnet.text(), std::string("fd00::9/64"));
    }

    void refusesBadOnes_data()
    {
        QTest::addColumn<QString>("request");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("part");
        const int invalid = int(ErrorCode::Invalid), denied = int(ErrorCode::Denied), unsupported = int(ErrorCode::Unsupported);
        QTest::newRow("no name") << R"({"Name":""})" << invalid << "invalid network name";
        QTest::newRow("line break") << R"({"Name":"a\nb"})" << invalid << "invalid network name";
        QTest::newRow("slash") << R"({"Name":"../x"})" << invalid << "invalid network name";
        QTest::newRow("container") << R"({"Name":"container:x"})" << invalid << "invalid network name";
        QTest::newRow("predefined") << R"({"Name":"host"})" << denied << "operation is not permitted on predefined host network";
        QTest::newRow("second host") << R"({"Name":"n","Driver":"host"})" << denied << "only one instance";
        QTest::newRow("macvlan") << R"({"Name":"n","Driver":"macvlan"})" << unsupported << "macvlan";
        QTest::newRow("driver") << R"({"Name":"n","Driver":"x"})" << int(ErrorCode::NotFound) << "plugin \"x\" not found";
        QTest::newRow("swarm") << R"({"Name":"n","Scope":"swarm"})" << unsupported << "Scope";
        QTest::newRow("ingress") << R"({"Name":"n","Ingress":true})" << unsupported << "Ingress";
        QTest::newRow("config from") << R"({"Name":"n","ConfigFrom":{"Network":"x"}})" << unsupported << "ConfigFrom";
        QTest::newRow("IPAM driver") << R"({"Name":"n","IPAM":{"Driver":"dhcp"}})" << unsupported << "dhcp";
        QTest::newRow("no prefix") << R"({"Name":"n","IPAM":{"Config":[{"Subnet":"10.1.0.0"}]}})" << invalid << "invalid CIDR address: 10.1.0.0";
        QTest::newRow("host bits") << R"({"Name":"n","IPAM":{"Config":[{"Subnet":"10.1.0.5/16"}]}})" << invalid << "should be 10.1.0.0/16";
        QTest::newRow("everything") << R"({"Name":"n","IPAM":{"Config":[{"Subnet":"0.0.0.0/0"}]}})" << invalid << "no room";
        QTest::newRow("loopback") << R"({"Name":"n","IPAM":{"Config":[{"Subnet":"127.0.0.0/8"}]}})" << invalid << "not a range for containers";
        QTest::newRow("multicast") << R"({"Name":"n","IPAM":{"Config":[{"Subnet":"224.0.0.0/8"}]}})" << invalid << "not a range for containers";
        QTest::newRow("link-local") << R"({"Name":"n","EnableIPv6":true,"IPAM":{"Config":[{"Subnet":"fe80::/64"}]}})" << invalid << "not a range for containers";
        QTest::newRow("gateway") << R"({"Name":"n","IPAM":{"Config":[{"Subnet":"10.1.0.0/16","Gateway":"10.2.0.1"}]}})" << invalid << "no matching subnet for gateway 10.2.0.1";
        QTest::newRow("range") << R"({"Name":"n","IPAM":{"Config":[{"Subnet":"10.1.0.0/16","IPRange":"10.2.0.0/24"}]}})" << invalid << "no matching subnet for range 10.2.0.0/24";
        QTest::newRow("wide range") << R"({"Name":"n","IPAM":{"Config":[{"Subnet":"10.1.0.0/16","IPRange":"10.0.0.0/8"}]}})" << invalid << "no matching subnet for range";
        QTest::newRow("overlap") << R"({"Name":"n","IPAM":{"Config":[{"Subnet":"10.1.0.0/16"},{"Subnet":"10.1.128.0/24"}]}})" << denied << "Pool overlaps";
        QTest::newRow("IPv6 off") << R"({"Name":"n","IPAM":{"Config":[{"Subnet":"fd00::/64"}]}})" << invalid << "EnableIPv6";
        QTest::newRow("neither") << R"({"Name":"n","EnableIPv4":false})" << invalid << "must be enabled";
        QTest::newRow("bridge name") << R"({"Name":"n","Options":{"com.docker.network.bridge.name":"a\"; drop"}})" << invalid << "name of a network link";
        QTest::newRow("long bridge name") << R"({"Name":"n","Options":{"com.docker.network.bridge.name":"abcdefghijklmnop"}})" << invalid << "name of a network link";
        QTest::newRow("mtu") << R"({"Name":"n","Options":{"com.docker.network.driver.mtu":"20"}})" << invalid << "mtu";
        QTest::newRow("flag") << R"({"Name":"n","Options":{"com.docker.network.bridge.enable_icc":"maybe"}})" << invalid << "maybe";
        QTest::newRow("option") << R"({"Name":"n","Options":{"foo":"bar"}})" << unsupported << "foo=bar";
        QTest::newRow("mode") << R"({"Name":"n","Options":{"com.docker.network.bridge.gateway_mode_ipv4":"routed"}})" << unsupported << "routed";
    }
    void refusesBadOnes()
    {
        QFETCH(QString, request);
        QFETCH(int, code);
        QFETCH(QString, part);
        const auto made = plan(request.toUtf8().constData());
        QVERIFY(!made.ok());
        QCOMPARE(int(made.error().code()), code);
        QVERIFY2(made.error().message().find(part.toStdString()) != std::string::npos, made.error().message().c_str());
    }

    void survivesItsOwnJson()
    {
        NetworkRecord record = recordOf(R"({"Name":"n","Labels":{"a":"b"},"IPAM":{"Config":[{"Subnet":"10.1.0.0/16","IPRange":"10.1.5.0/24"}]}})");
        record.network.created = model::Time(std::chrono::seconds(1700000000));
        const auto back = networkFromJson(toJson(record));
        QVERIFY2(back.ok(), back ? "" : back.error().message().c_str());
        QCOMPARE(json::serialize(toJson(*back)), json::serialize(toJson(record)));
        QVERIFY(!networkFromJson(json::parse("[]").value()).ok());
        QVERIFY(!networkFromJson(json::parse(R"({"network":{"Options":{"com.docker.network.bridge.name":"../x"}}})").value()).ok());
    }

    void readsEndpoints()
    {
        const NetworkRecord own = recordOf(R"({"Name":"n","IPAM":{"Config":[{"Subnet":"10.1.0.0/16"}]}})");
        const auto request = endpointRequest(own, settings(R"({"IPAMConfig":{"IPv4Address":"10.1.2.3"},"Aliases":["www"],"MacAddress":"02:00:00:00:00:01",
            "DriverOpts":{"com.docker.network.endpoint.ifname":"lan0"}})"));
        QVERIFY2(request.ok(), request ? "" : request.error().message().c_str());
        QCOMPARE(request->address->text(), std::string("10.1.2.3"));
        QCOMPARE(request->containerLink, std::string("lan0"));
        const auto refusal = [](const NetworkRecord& record, const char* text) { return endpointRequest(record, settings(text)).error().message(); };
        const auto has = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
        QVERIFY(has(refusal(own, R"({"IPAMConfig":{"IPv4Address":"10.2.0.1"}})"), "no configured subnet contains"));
        QVERIFY(has(refusal(own, R"({"IPAMConfig":{"IPv4Address":"x"}})"), "invalid IPv4 address"));
        QVERIFY(has(refusal(own, R"({"IPAMConfig":{"IPv4Address":"fd00::1"}})"), "invalid IPv4 address"));
        QVERIFY(has(refusal(own, R"({"IPAMConfig":{"LinkLocalIPs":["169.254.1.1"]}})"), "LinkLocalIPs"));
        QVERIFY(has(refusal(own, R"({"Aliases":["a\nb"]})"), "invalid hostname"));
        QVERIFY(has(refusal(recordOf(R"({"Name":"n"})"), R"({"Links":["a:b c"]})"), "bad format for links: a:b c"));
        QVERIFY(has(refusal(own, R"({"Links":[":b"]})"), "bad format for links"));
        QVERIFY(endpointRequest(own, settings(R"({"Links":["a:b","c"]})")).ok());
        QCOMPARE(parseLink("/a:/b")->container, std::string("a"));
        QCOMPARE(parseLink("a:b")->alias, std::string("b"));
        QCOMPARE(parseLink("a")->alias, std::string("a"));
        QVERIFY(has(refusal(own, R"({"MacAddress":"01:00:00:00:00:01"})"), "invalid MAC"));
        QVERIFY(has(refusal(own, R"({"DriverOpts":{"x":"y"}})"), "x is not supported"));
        QVERIFY(has(refusal(own, R"({"DriverOpts":{"com.docker.network.endpoint.ifname":"a/b"}})"), "name of a network link"));
        QVERIFY(has(refusal(recordOf(R"({"Name":"n"})"), R"({"IPAMConfig":{"IPv4Address":"10.1.2.3"}})"), "user configured subnets"));
    }

    void choosesTheDefaultRoute()
    {
        using network::Family;
        QCOMPARE(chooseGateway({{"b"}, {"a"}}, Family::V4), std::string("a"));
        QCOMPARE(chooseGateway({{"a"}, {"b", 5}}, Family::V4), std::string("b"));
        QCOMPARE(chooseGateway({{"a", 0, true}, {"b"}}, Family::V4), std::string("b"));
        QCOMPARE(chooseGateway({{"a"}, {"b", 0, false, true, true}}, Family::V4), std::string("b"));
        QCOMPARE(chooseGateway({{"a"}, {"b", 0, false, false, true}}, Family::V6), std::string("b"));
        QCOMPARE(chooseGateway({{"a", 9, true}}, Family::V4), std::string());
    }
};

QTEST_GUILESS_MAIN(TestNetworkRecord)
#include "tst_network_record.moc"
