// SPDX-License-Identifier: GPL-3.0-or-later
// Real bridges, veth pairs and nftables, in a network namespace of the test's own. "Containers" are namespaces, and their
// programs are sockets of this process that were made inside them.
#include "core/network/bridge_network.h"

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

bool linkExists(const std::string& name)
{
    return Netlink::open()->link(name).ok();
}

} // namespace

class TestBridgeNetwork : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    UniqueFd m_outside; ///< a neighbour machine at 10.9.0.2, whose link to us is 10.9.0.1

    BridgeOptions options()
    {
        BridgeOptions options;
        options.name = "darsena0";
        options.owner = "/run/test";
        options.stateFolder = m_folder.path().toStdString();
        return options;
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
        QVERIFY(netlink.addBridge("wire", "test").ok());
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
            return Netlink::open()->configure("eth0", Subnet::parse("10.9.0.2/24").value(), Ipv4::parse("10.9.0.1").value());
        }).ok());
    }

    void makesAndRemovesTheBridge()
    {
        {
            auto network = BridgeNetwork::open(options());
            QVERIFY2(network.ok(), network ? "" : network.error().message().c_str());
            QVERIFY(!linkExists("darsena0"));
            QVERIFY((*network)->ensure().ok());
            QVERIFY(linkExists("darsena0"));
            QVERIFY(Firewall("darsena0").installed().value());
        }
        QVERIFY(!linkExists("darsena0"));
        QVERIFY(!Firewall("darsena0").installed().value());
    }

    void connectsContainers()
    {
        auto network = BridgeNetwork::open(options()).value();
        const UniqueFd first = newNamespace();
        const UniqueFd second = newNamespace();
        const Endpoint a = network->connect(first.get(), {}).value();
        const Endpoint b = network->connect(second.get(), {}).value();
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
        QCOMPARE(network->connections(), std::size_t{0});
    }

    void publishesPorts()
    {
        auto network = BridgeNetwork::open(options()).value();
        const UniqueFd ns = newNamespace();
        const UniqueFd other = newNamespace();
        PublishRequest everywhere{Protocol::Tcp, {}, 8080, 8080, 80};
        PublishRequest local{Protocol::Tcp, Ipv4::parse("127.0.0.1").value(), 8081, 8081, 80};
        PublishRequest any{Protocol::Tcp, {}, 0, 0, 80};
        const auto endpoint = network->connect(ns.get(), {everywhere, local, any});
        QVERIFY2(endpoint.ok(), endpoint ? "" : endpoint.error().message().c_str());
        const Endpoint neighbour = network->connect(other.get(), {}).value();
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

        const auto taken = network->connect(other.get(), {everywhere});
        QCOMPARE(taken.error().code(), ErrorCode::Conflict);
        QCOMPARE(taken.error().message(), std::string("Bind for 0.0.0.0:8080 failed: port is already allocated"));

        network->disconnect(*endpoint);
        QVERIFY(!reaches(m_outside.get(), "10.9.0.1", 8080));
        network->disconnect(neighbour);
    }

    void keepsTheLoopbackApart()
    {
        auto network = BridgeNetwork::open(options()).value();
        const UniqueFd ns = newNamespace();
        const Endpoint endpoint = network->connect(ns.get(), {{Protocol::Tcp, Ipv4::parse("127.0.0.1").value(), 8081, 8081, 80}}).value();
        const UniqueFd inside = listenIn(ns.get(), "0.0.0.0", 80);
        const UniqueFd host = listenIn(-1, "127.0.0.1", 7000);
        QVERIFY(reaches(-1, "127.0.0.1", 8081));
        const auto toLoopback = [](int from, const std::string& gateway) {
            // Sends 127.0.0.0/8 over the wire, as an attacker with our hardware address would.
            return inNetworkNamespace(from, [&]() -> Result<void> {
                if (std::system(("ip addr del 127.0.0.1/8 dev lo; ip route flush table local; echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet;"
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
        auto network = BridgeNetwork::open(options()).value();
        const UniqueFd ns = newNamespace();
        const Endpoint endpoint = network->connect(ns.get(), {{Protocol::Tcp, {}, 8082, 8082, 80}}).value();
        QVERIFY(std::system("nft flush ruleset") == 0);
        QTRY_VERIFY_WITH_TIMEOUT(Firewall("darsena0").installed().value(), 5000);
        const UniqueFd server = listenIn(ns.get(), "0.0.0.0", 80);
        QVERIFY(reaches(-1, "10.9.0.1", 8082));
        network->disconnect(endpoint);
    }

    void isAdoptedByTheNextEngine()
    {
        const UniqueFd ns = newNamespace();
        auto network = BridgeNetwork::open(options()).value();
        const Endpoint endpoint = network->connect(ns.get(), {{Protocol::Tcp, {}, 8083, 8083, 80}}).value();
        network.reset(); // a connection lives: the bridge stays
        QVERIFY(linkExists("darsena0"));
        network = BridgeNetwork::open(options()).value();
        QVERIFY(network->restore(endpoint).ok());
        QVERIFY(network->ensure().ok());
        const UniqueFd server = listenIn(ns.get(), "0.0.0.0", 80);
        QVERIFY(reaches(-1, "10.9.0.1", 8083));
        const UniqueFd other = newNamespace();
        const Endpoint second = network->connect(other.get(), {}).value();
        QVERIFY(second.address.address != endpoint.address.address);
        network->disconnect(endpoint);
        network->disconnect(second);
        network.reset();
        QVERIFY(!linkExists("darsena0"));
    }

    void refusesForeignLinks()
    {
        Netlink netlink = Netlink::open().value();
        QVERIFY(netlink.addBridge("foreign0", "somebody's").ok());
        BridgeOptions foreign = options();
        foreign.name = "foreign0";
        QCOMPARE(BridgeNetwork::open(foreign).error().code(), ErrorCode::Conflict);
        QVERIFY(linkExists("foreign0"));
        foreign.name = "a\"; drop";
        QCOMPARE(BridgeNetwork::open(foreign).error().code(), ErrorCode::Invalid);
    }
};

QTEST_GUILESS_MAIN(TestBridgeNetwork)
#include "tst_bridge_network.moc"
