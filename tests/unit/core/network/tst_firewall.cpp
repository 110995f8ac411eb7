// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/firewall.h"

#include <QtTest>

using namespace darsena::network;

class TestFirewall : public QObject {
    Q_OBJECT

    static FirewallPlan plan()
    {
        FirewallPlan plan;
        plan.table = "t0";
        plan.bridges = {{"br-a", {Subnet::parse("10.1.0.1/24").value(), Subnet::parse("fd00:1::1/64").value()}, false, true},
            {"br-b", {Subnet::parse("10.2.0.1/24").value()}, true, true}, {"br-c", {Subnet::parse("10.3.0.1/24").value()}, false, false}};
        return plan;
    }
    static bool has(const std::string& script, std::string_view line) { return script.find(line) != std::string::npos; }

private slots:
    void replacesTheTableInOneGo()
    {
        const std::string script = firewallScript(plan());
        QVERIFY(script.starts_with("add table inet t0\ndelete table inet t0\ntable inet t0 {\n"));
        QVERIFY(has(script, R"(set bridges { type ifname; elements = { "br-a", "br-b", "br-c" }; })"));
        QVERIFY(has(script, R"(set internal { type ifname; elements = { "br-b" }; })"));
        QVERIFY(has(firewallScript({"t1", {}, {}, {}}), "set internal { type ifname; }"));
    }

    void masqueradesWhatMayLeave()
    {
        const std::string script = firewallScript(plan());
        QVERIFY(has(script, "ip saddr 10.1.0.0/24 oifname != \"br-a\" masquerade"));
        QVERIFY(has(script, "ip6 saddr fd00:1::/64 oifname != \"br-a\" masquerade"));
        QVERIFY(!has(script, "ip saddr 10.2.0.0/24 oifname != \"br-b\" masquerade"));
        QVERIFY(!has(script, "ip saddr 10.3.0.0/24 oifname != \"br-c\" masquerade"));
    }

    void closesForwardingThatIsOursOnly()
    {
        FirewallPlan ours = plan();
        QVERIFY(!has(firewallScript(ours), "iifgroup"));
        ours.onlyContainersForward = {Family::V6};
        QVERIFY(has(firewallScript(ours), "meta nfproto ipv6 iifgroup != 55902 oifgroup != 55902 drop"));
        QVERIFY(!has(firewallScript(ours), "nfproto ipv4 iifgroup"));
    }

    void publishesByFamilyAndAddress()
    {
        FirewallPlan ported = plan();
        const Address inside = Address::parse("10.1.0.2").value();
        const Address inside6 = Address::parse("fd00:1::2").value();
        ported.ports = {{Protocol::Tcp, {}, 80, inside, 8080}, {Protocol::Udp, Address::parse("127.0.0.1").value(), 53, inside, 5353},
            {Protocol::Tcp, {Family::V6, 0}, 80, inside6, 8080}, {Protocol::Sctp, Address::parse("fd00::1").value(), 9, inside6, 9}};
        const std::string script = firewallScript(ported);
        QVERIFY(has(script, "add element inet t0 published4 { tcp . 80 : 10.1.0.2 . 8080 }"));
        QVERIFY(has(script, "add element inet t0 published4_at { 127.0.0.1 . udp . 53 : 10.1.0.2 . 5353 }"));
        QVERIFY(has(script, "add element inet t0 published6 { tcp . 80 : fd00:1::2 . 8080 }"));
        QVERIFY(has(script, "add element inet t0 published6_at { fd00::1 . sctp . 9 : fd00:1::2 . 9 }"));
    }

    void knowsProtocols()
    {
        QVERIFY(parseProtocol("sctp").value() == Protocol::Sctp);
        QVERIFY(!parseProtocol("TCP").ok());
        QVERIFY(!parseProtocol("").ok());
    }
};

QTEST_GUILESS_MAIN(TestFirewall)
#include "tst_firewall.moc"
