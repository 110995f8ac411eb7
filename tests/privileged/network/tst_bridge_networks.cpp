// SPDX-License-Identifier: GPL-3.0-or-later
// Real bridges, veth pairs and nftables, in a network namespace of the test's own. "Containers" are namespaces, and their
// programs are sockets of this process that were made inside them.
#include "core/network/bridge_networks.h"

#include <QTemporaryDir>
#include <QtTest>

#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>

using namespace darsena;
using namespace darsena::network;

namespace {

UniqueFd newNamespace()
{
    UniqueFd result;
    std::thread([&] {
        if (::unshare(CLONE_NEWNET) == 0)
            result = UniqueFd::adopt(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    }).join();
    return result;
}

sockaddr_in socketAddress(const std::string& text, std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    ::inet_pton(AF_INET, text.c_str(), &address.sin_addr);
    return address;
}

/// A TCP server inside a namespace (-1 = this thread's).
UniqueFd listenIn(int ns, const std::string& text, std::uint16_t port)
{
    UniqueFd socket;
    const auto make = [&]() -> Result<void> {
        socket = UniqueFd::adopt(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const int yes = 1;
        ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        const sockaddr_in address = socketAddress(text, port);
        if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 || ::listen(socket.get(), 8) < 0)
            socket.reset();
        return {};
    };
    (void)(ns < 0 ? make() : inNetworkNamespace(ns, make));
    return socket;
}

/// Connects from inside a namespace; says whether that worked within a second.
bool reaches(int ns, const std::string& text, std::uint16_t port)
{
    bool reached = false;
    const auto attempt = [&]() -> Result<void> {
        const UniqueFd socket = UniqueFd::adopt(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const timeval limit{.tv_sec = 1, .tv_usec = 0};
        ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        const sockaddr_in address = socketAddress(text, port);
        reached = ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        return {};
    };
    (void)(ns < 0 ? attempt() : inNetworkNamespace(ns, attempt));
    return reached;
}

/// Who connected last to a server, as it sees it.
std::string peerOf(const UniqueFd& server)
{
    sockaddr_in address{};
    socklen_t length = sizeof address;
    const UniqueFd peer = UniqueFd::adopt(::accept4(server.get(), reinterpret_cast<sockaddr*>(&address), &length, SOCK_CLOEXEC));
    std::array<char, INET_ADDRSTRLEN> text{};
    ::inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size());
    return text.data();
}

bool tableExists()
{
    return std::system("nft list tables | grep -q 'table inet darsena0$'") == 0;
}

bool linkExists(const std::string& name)
{
    return Netlink::open()->link(name).ok();
}

} // namespace

class TestBridgeNetworks : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    UniqueFd m_outside; ///< a neighbour machine at 10.9.0.2, whose link to us is 10.9.0.1

    BridgeOptions options()
    {
        BridgeOptions options;
        options.table = "darsena0";
        options.owner = "/run/test";
        options.stateFolder = m_folder.path().toStdString();
        return options;
    }

    /// Opens the networks with the default one, whose id is "std".
    std::unique_ptr<BridgeNetworks> open()
    {
        auto networks = BridgeNetworks::open(options()).value();
        BridgeSettings settings;
        settings.network = "std";
        settings.bridge = "darsena0";
        if (const auto adopted = networks->adopt(settings); !adopted)
            qFatal("%s", adopted.error().message().c_str());
        return networks;
    }
    static EndpointRequest publishing(std::vector<PublishRequest> requests)
    {
        EndpointRequest request;
        request.publish = std::move(requests);
        return request;
    }
    static BridgeSettings settingsOf(const char* network, const char* subnet)
    {
        BridgeSettings settings;
        settings.network = network;
        settings.bridge = std::string("br-") + network;
        settings.ranges.push_back({Subnet::parse(subnet).value(), {}, {}});
        return settings;
    }

private slots:
    void initTestCase()
    {
        if (::geteuid() != 0)
            QSKIP("needs root: makes network namespaces");
        // The main thread's namespace: threads started later inherit it.
        if (::unshare(CLONE_NEWNET) < 0)
            QSKIP("needs CAP_SYS_ADMIN: cannot make a network namespace");
        Netlink netlink = Netlink::open().value();
        QVERIFY(netlink.setUp(1).ok());
        m_outside = newNamespace();
        QVERIFY(m_outside.valid());
        // A "wire": a bridge with our address and one veth whose other end is the neighbour's.
        QVERIFY(netlink.addBridge({"wire", "test", 0, 0}).ok());
        const int wire = netlink.link("wire")->index;
        QVERIFY(netlink.addAddress(wire, Subnet::parse("10.9.0.1/24").value()).ok());
        QVERIFY(netlink.setUp(wire).ok());
        VethRequest request;
        request.hostName = "wire0";
        request.bridgeIndex = wire;
        request.containerNamespace = m_outside.get();
        request.containerMac = {0x02, 1, 2, 3, 4, 5};
        QVERIFY(netlink.addVeth(request).ok());
        QVERIFY(inNetworkNamespace(m_outside.get(), [&]() -> Result<void> {
            return Netlink::open()->configure({"eth0", {Subnet::parse("10.9.0.2/24").value()}, Address::parse("10.9.0.1").value(), {Family::V6, 0}});
        }).ok());
    }

    void makesAndRemovesTheBridge()
    {
        {
            auto network = open();
            QVERIFY(!linkExists("darsena0"));
            QVERIFY(network->ensure("std").ok());
            QVERIFY(linkExists("darsena0"));
            QVERIFY(tableExists());
        }
        QVERIFY(!linkExists("darsena0"));
        QVERIFY(!tableExists());
    }

    void connectsContainers()
    {
        auto network = open();
        const UniqueFd first = newNamespace();
        const UniqueFd second = newNamespace();
        const Endpoint a = network->connect("std", first.get(), {}).value();
        const Endpoint b = network->connect("std", second.get(), {}).value();
        QVERIFY(a.address.address != b.address.address);
        const UniqueFd server = listenIn(first.get(), "0.0.0.0", 80);
        QVERIFY(reaches(second.get(), a.address.address.text(), 80));
        QCOMPARE(peerOf(server), b.address.address.text());
        QVERIFY(reaches(-1, a.address.address.text(), 80)); // the host itself
        // Out into the world, with the host's address.
        const UniqueFd far = listenIn(m_outside.get(), "10.9.0.2", 90);
        QVERIFY(reaches(first.get(), "10.9.0.2", 90));
        QCOMPARE(peerOf(far), std::string("10.9.0.1"));
        // Not in: the neighbour knows the way and is still dropped.
        QVERIFY(!reaches(m_outside.get(), a.address.address.text(), 80));
        network->disconnect(a);
        network->disconnect(b);
        QCOMPARE(network->connections("std"), std::size_t{0});
    }

    void publishesPorts()
    {
        auto network = open();
        const UniqueFd ns = newNamespace();
        const UniqueFd other = newNamespace();
        PublishRequest everywhere{Protocol::Tcp, {}, 8080, 8080, 80};
        PublishRequest local{Protocol::Tcp, Address::parse("127.0.0.1").value(), 8081, 8081, 80};
        PublishRequest any{Protocol::Tcp, {}, 0, 0, 80};
        const auto endpoint = network->connect("std", ns.get(), publishing({everywhere, local, any}));
        QVERIFY2(endpoint.ok(), endpoint ? "" : endpoint.error().message().c_str());
        const Endpoint neighbour = network->connect("std", other.get(), {}).value();
        const UniqueFd server = listenIn(ns.get(), "0.0.0.0", 80);
        QVERIFY(reaches(m_outside.get(), "10.9.0.1", 8080));
        QCOMPARE(peerOf(server), std::string("10.9.0.2")); // the real source (CVE-2021-20199)
        QVERIFY(reaches(-1, "127.0.0.1", 8080));
        QVERIFY(reaches(-1, "10.9.0.1", 8080));
        QVERIFY(reaches(-1, "127.0.0.1", 8081));
        QVERIFY(reaches(other.get(), "10.9.0.1", 8080));
        QVERIFY(!reaches(m_outside.get(), "10.9.0.1", 8081));
        QVERIFY(endpoint->ports[2].hostPort != 0);
        QVERIFY(reaches(m_outside.get(), "10.9.0.1", endpoint->ports[2].hostPort));

        const auto taken = network->connect("std", other.get(), publishing({everywhere}));
        QCOMPARE(taken.error().code(), ErrorCode::Conflict);
        QCOMPARE(taken.error().message(), std::string("Bind for 0.0.0.0:8080 failed: port is already allocated"));

        network->disconnect(*endpoint);
        QVERIFY(!reaches(m_outside.get(), "10.9.0.1", 8080));
        network->disconnect(neighbour);
    }

    void keepsTheLoopbackApart()
    {
        auto network = open();
        const UniqueFd ns = newNamespace();
        const Endpoint endpoint = network->connect("std", ns.get(), publishing({{Protocol::Tcp, Address::parse("127.0.0.1").value(), 8081, 8081, 80}})).value();
        const UniqueFd inside = listenIn(ns.get(), "0.0.0.0", 80);
        const UniqueFd host = listenIn(-1, "127.0.0.1", 7000);
        QVERIFY(reaches(-1, "127.0.0.1", 8081));
        const auto toLoopback = [](int from, const std::string& gateway) {
            // Sends 127.0.0.0/8 over the wire, as an attacker with our hardware address would.
            return inNetworkNamespace(from, [&]() -> Result<void> {
                if (std::system(("ip addr del 127.0.0.1/8 dev lo; ip route flush table local root 127.0.0.0/8; echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet;"
                                 " ip route add 127.0.0.0/8 via "
                        + gateway + " dev eth0 2>&1")
                            .c_str())
                    != 0)
                    return Error(ErrorCode::System, "ip failed");
                return {};
            });
        };
        (void)toLoopback(m_outside.get(), "10.9.0.1");
        QVERIFY(!reaches(m_outside.get(), "127.0.0.1", 8081));
        (void)toLoopback(ns.get(), endpoint.gateway.text());
        QVERIFY(!reaches(ns.get(), "127.0.0.1", 7000));
        network->disconnect(endpoint);
    }

    void putsAFlushedFirewallBack()
    {
        auto network = open();
        const UniqueFd ns = newNamespace();
        const Endpoint endpoint = network->connect("std", ns.get(), publishing({{Protocol::Tcp, {}, 8082, 8082, 80}})).value();
        QVERIFY(std::system("nft flush ruleset") == 0);
        QTRY_VERIFY_WITH_TIMEOUT(tableExists(), 5000);
        const UniqueFd server = listenIn(ns.get(), "0.0.0.0", 80);
        QVERIFY(reaches(-1, "10.9.0.1", 8082));
        network->disconnect(endpoint);
    }

    void isAdoptedByTheNextEngine()
    {
        const UniqueFd ns = newNamespace();
        auto network = open();
        const Endpoint endpoint = network->connect("std", ns.get(), publishing({{Protocol::Tcp, {}, 8083, 8083, 80}})).value();
        network.reset(); // a connection lives: the bridge stays
        QVERIFY(linkExists("darsena0"));
        network = open();
        QVERIFY(network->restore(endpoint).ok());
        QVERIFY(network->ensure("std").ok());
        const UniqueFd server = listenIn(ns.get(), "0.0.0.0", 80);
        QVERIFY(reaches(-1, "10.9.0.1", 8083));
        const UniqueFd other = newNamespace();
        const Endpoint second = network->connect("std", other.get(), {}).value();
        QVERIFY(second.address.address != endpoint.address.address);
        network->disconnect(endpoint);
        network->disconnect(second);
        network.reset();
        QVERIFY(!linkExists("darsena0"));
    }

    void refusesForeignLinks()
    {
        Netlink netlink = Netlink::open().value();
        QVERIFY(netlink.addBridge({"foreign0", "somebody's", 0, 0}).ok());
        auto network = open();
        BridgeSettings foreign;
        foreign.network = "foreign";
        foreign.bridge = "foreign0";
        QCOMPARE(network->adopt(foreign).error().code(), ErrorCode::Conflict);
        QCOMPARE(network->create(foreign, true, false).error().code(), ErrorCode::Denied);
        QVERIFY(linkExists("foreign0"));
        foreign.bridge = "a\"; drop";
        QCOMPARE(network->create(foreign, true, false).error().code(), ErrorCode::Invalid);
        BridgeOptions bad = options();
        bad.table = "a\"; drop";
        QCOMPARE(BridgeNetworks::open(bad).error().code(), ErrorCode::Invalid);
    }

    void keepsNetworksApart()
    {
        auto network = open();
        QVERIFY(network->create(settingsOf("one", "10.31.0.1/24"), false, false).ok());
        BridgeSettings closed = settingsOf("closed", "10.32.0.1/24");
        closed.internal = true;
        QVERIFY(network->create(closed, false, false).ok());
        QCOMPARE(network->create(settingsOf("again", "10.31.0.129/25"), false, false).error().code(), ErrorCode::Denied);
        QCOMPARE(network->create(settingsOf("wire", "10.9.0.65/26"), false, false).error().code(), ErrorCode::Denied);
        const UniqueFd a = newNamespace(), b = newNamespace(), c = newNamespace();
        const Endpoint one = network->connect("one", a.get(), {}).value();
        const Endpoint inner = network->connect("closed", b.get(), publishing({{Protocol::Tcp, {}, 8090, 8090, 80}})).value();
        const Endpoint standard = network->connect("std", c.get(), {}).value();
        const UniqueFd server = listenIn(a.get(), "0.0.0.0", 80);
        const UniqueFd caged = listenIn(b.get(), "0.0.0.0", 80);
        const UniqueFd far = listenIn(m_outside.get(), "10.9.0.2", 91);
        QVERIFY(reaches(-1, one.address.address.text(), 80));
        QVERIFY(!reaches(c.get(), one.address.address.text(), 80));
        QVERIFY(reaches(a.get(), "10.9.0.2", 91));
        QVERIFY(!reaches(b.get(), "10.9.0.2", 91));
        QVERIFY(inner.gateway.isNone());
        QVERIFY(inner.ports.empty());
        QCOMPARE(network->remove("one").error().code(), ErrorCode::Denied);
        network->unplug(one);
        QVERIFY(!linkExists(one.hostLink));
        QVERIFY(network->remove("one").ok());
        QVERIFY(!linkExists("br-one"));
        network->disconnect(inner);
        network->disconnect(standard);
        QVERIFY(network->remove("closed").ok());
    }

    void keepsContainersOfOneNetworkApart()
    {
        auto network = open();
        BridgeSettings settings = settingsOf("apart", "10.33.0.1/24");
        settings.isolated = true;
        settings.mtu = 1400;
        QVERIFY(network->create(settings, false, false).ok());
        const UniqueFd a = newNamespace(), b = newNamespace();
        const Endpoint first = network->connect("apart", a.get(), {}).value();
        const Endpoint second = network->connect("apart", b.get(), {}).value();
        const UniqueFd server = listenIn(a.get(), "0.0.0.0", 80);
        QVERIFY(reaches(-1, first.address.address.text(), 80));
        QVERIFY(!reaches(b.get(), first.address.address.text(), 80));
        QVERIFY(std::system(("ip link show " + first.hostLink + " | grep -q 'mtu 1400'").c_str()) == 0);
        network->disconnect(first);
        network->disconnect(second);
    }

    void takesWhatIsAskedFor()
    {
        auto network = open();
        QVERIFY(network->create(settingsOf("fixed", "10.34.0.1/24"), false, true).ok());
        const UniqueFd a = newNamespace(), b = newNamespace();
        EndpointRequest request;
        request.containerLink = "lan";
        request.address = Address::parse("10.34.0.77").value();
        request.mac = Mac{2, 1, 2, 3, 4, 5};
        const Endpoint endpoint = network->connect("fixed", a.get(), request).value();
        QCOMPARE(endpoint.address.text(), std::string("10.34.0.77/24"));
        QCOMPARE(macText(endpoint.mac), std::string("02:01:02:03:04:05"));
        QVERIFY(endpoint.address6.text().starts_with("fd"));
        QCOMPARE(network->connect("fixed", b.get(), request).error().code(), ErrorCode::Denied);
        request.address = Address::parse("10.35.0.1").value();
        QCOMPARE(network->connect("fixed", b.get(), request).error().code(), ErrorCode::Invalid);
        QCOMPARE(network->connections("fixed"), std::size_t{1});
        // Nothing was kept of what failed: the next addresses are the first ones.
        request = {};
        const Endpoint next = network->connect("fixed", b.get(), request).value();
        QCOMPARE(next.address.text(), std::string("10.34.0.2/24"));
        network->disconnect(endpoint);
        network->disconnect(next);
    }

    void sweepsBridgesWithoutANetwork()
    {
        Netlink netlink = Netlink::open().value();
        QVERIFY(netlink.addBridge({"br-lost", "darsena /run/test", kBridgeGroup, 0}).ok());
        QVERIFY(netlink.addBridge({"br-others", "darsena /run/other", kBridgeGroup, 0}).ok());
        auto network = open();
        QVERIFY(network->finishAdoption().ok());
        QVERIFY(!linkExists("br-lost"));
        QVERIFY(linkExists("br-others"));
        QVERIFY(netlink.removeLink(netlink.link("br-others")->index).ok());
    }
};

QTEST_GUILESS_MAIN(TestBridgeNetworks)
#include "tst_bridge_networks.moc"
