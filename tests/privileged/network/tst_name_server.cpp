// SPDX-License-Identifier: GPL-3.0-or-later
// A real server at 127.0.0.11 inside network namespaces of the test's own; the "programs of the container" are sockets of
// this process that were made inside.
#include "core/network/name_server.h"
#include "core/network/netlink.h"

#include <QtTest>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>

using namespace darsena;
using namespace darsena::network;

namespace {

using Bytes = std::vector<std::uint8_t>;

UniqueFd newNamespace()
{
    UniqueFd result;
    std::thread([&] {
        if (::unshare(CLONE_NEWNET) == 0 && Netlink::open()->setUp(1).ok())
            result = UniqueFd::adopt(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    }).join();
    return result;
}

sockaddr_in socketAddress(const char* text, std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    ::inet_pton(AF_INET, text, &address.sin_addr);
    return address;
}

/// A socket inside a namespace, connected to the name server there; waits three seconds at most.
UniqueFd client(int ns, int type)
{
    UniqueFd socket;
    (void)inNetworkNamespace(ns, [&]() -> Result<void> {
        socket = UniqueFd::adopt(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
        const timeval limit{.tv_sec = 3, .tv_usec = 0};
        ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        const sockaddr_in address = socketAddress("127.0.0.11", 53);
        if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0)
            socket.reset();
        return {};
    });
    return socket;
}

Bytes request(std::string_view name, std::uint8_t id)
{
    Bytes out{0, id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, std::uint8_t(name.size())};
    out.insert(out.end(), name.begin(), name.end());
    out.insert(out.end(), {0, 0, 1, 0, 1});
    return out;
}

Bytes framed(const Bytes& message)
{
    Bytes out{std::uint8_t(message.size() >> 8), std::uint8_t(message.size())};
    out.insert(out.end(), message.begin(), message.end());
    return out;
}

Bytes receive(const UniqueFd& socket, std::size_t bytes = 4096, int flags = 0)
{
    Bytes room(bytes);
    const ssize_t got = ::recv(socket.get(), room.data(), room.size(), flags);
    room.resize(got > 0 ? std::size_t(got) : 0);
    return room;
}

Bytes receiveFramed(const UniqueFd& socket)
{
    const Bytes length = receive(socket, 2, MSG_WAITALL);
    return length.size() == 2 ? receive(socket, std::size_t(length[0] << 8 | length[1]), MSG_WAITALL) : Bytes();
}

/// "172.18.0.2" when the answer's last four bytes are an address; else "code 2", or "nothing".
std::string answered(const Bytes& message)
{
    if (message.size() < 12)
        return "nothing";
    if ((message[3] & 0x0f) != 0 || message[7] == 0)
        return "code " + std::to_string(message[3] & 0x0f);
    return Address::fromBytes(Family::V4, message.data() + message.size() - 4).text();
}

std::string ask(int ns, std::string_view name)
{
    const UniqueFd socket = client(ns, SOCK_DGRAM);
    const Bytes message = request(name, 7);
    (void)::send(socket.get(), message.data(), message.size(), 0);
    return answered(receive(socket));
}

} // namespace

class TestNameServer : public QObject {
    Q_OBJECT

    UniqueFd m_space;

    static NameClient clientOf(const char* container, std::vector<NameUpstream> upstreams = {})
    {
        return {container, {{"n1", "front"}}, !upstreams.empty(), std::move(upstreams)};
    }
    static NamedEndpoint web() { return {"c1", {"web"}, Address::parse("172.18.0.2").value(), {}}; }

private slots:
    void init()
    {
        if (::geteuid() != 0)
            QSKIP("needs root: makes network namespaces");
        m_space = newNamespace();
        if (!m_space)
            QSKIP("needs CAP_SYS_ADMIN: cannot make a network namespace");
    }

    void answersByUdp()
    {
        const auto server = NameServer::create().value();
        server->names().publish("n1", web());
        QVERIFY(server->serve(clientOf("c2"), m_space.get()).ok());
        QCOMPARE(ask(m_space.get(), "web"), std::string("172.18.0.2"));
        QCOMPARE(ask(m_space.get(), "other"), std::string("code 2"));
        server->names().withdraw("n1", "c1");
        QCOMPARE(ask(m_space.get(), "web"), std::string("code 2"));
        server->stop("c2");
        QVERIFY(!server->serves("c2"));
        QCOMPARE(ask(m_space.get(), "web"), std::string("nothing"));
    }

    void answersSeveralQuestionsOfOneConnection()
    {
        const auto server = NameServer::create().value();
        server->names().publish("n1", web());
        QVERIFY(server->serve(clientOf("c2"), m_space.get()).ok());
        const UniqueFd socket = client(m_space.get(), SOCK_STREAM);
        QVERIFY(socket.valid());
        // Two at once, and a third in two halves.
        Bytes both = framed(request("web", 1));
        const Bytes second = framed(request("other", 2));
        both.insert(both.end(), second.begin(), second.end());
        QCOMPARE(::send(socket.get(), both.data(), both.size(), 0), std::ssize(both));
        const Bytes first = receiveFramed(socket);
        QCOMPARE(answered(first), std::string("172.18.0.2"));
        QCOMPARE(int(first[1]), 1);
        QCOMPARE(answered(receiveFramed(socket)), std::string("code 2"));
        const Bytes third = framed(request("web", 3));
        QCOMPARE(::send(socket.get(), third.data(), 5, 0), ssize_t{5});
        QCOMPARE(::send(socket.get(), third.data() + 5, third.size() - 5, 0), std::ssize(third) - 5);
        QCOMPARE(answered(receiveFramed(socket)), std::string("172.18.0.2"));
    }

    void hangsUpOnWhoSendsTooMuch()
    {
        const auto server = NameServer::create().value();
        QVERIFY(server->serve(clientOf("c2"), m_space.get()).ok());
        const UniqueFd socket = client(m_space.get(), SOCK_STREAM);
        const Bytes claim{0xff, 0xff};
        QCOMPARE(::send(socket.get(), claim.data(), claim.size(), 0), ssize_t{2});
        QVERIFY(receive(socket).empty());
        // Sixteen connections and no more.
        std::vector<UniqueFd> many;
        for (int i = 0; i < 16; ++i)
            many.push_back(client(m_space.get(), SOCK_STREAM));
        const Bytes question = framed(request("x", 1));
        for (const UniqueFd& one : many) {
            QCOMPARE(::send(one.get(), question.data(), question.size(), MSG_NOSIGNAL), std::ssize(question));
            QCOMPARE(answered(receiveFramed(one)), std::string("code 2"));
        }
        const UniqueFd late = client(m_space.get(), SOCK_STREAM);
        (void)::send(late.get(), question.data(), question.size(), MSG_NOSIGNAL);
        QVERIFY(receive(late).empty());
    }

    void answersGarbageWithARefusal()
    {
        const auto server = NameServer::create().value();
        server->names().publish("n1", web());
        QVERIFY(server->serve(clientOf("c2"), m_space.get()).ok());
        const UniqueFd socket = client(m_space.get(), SOCK_DGRAM);
        Bytes bad = request("web", 9);
        bad[5] = 3;
        (void)::send(socket.get(), bad.data(), bad.size(), 0);
        QCOMPARE(answered(receive(socket)), std::string("code 1"));
        (void)::send(socket.get(), bad.data(), 3, 0); // not even a header: no answer
        const Bytes good = request("web", 10);
        (void)::send(socket.get(), good.data(), good.size(), 0);
        QCOMPARE(answered(receive(socket)), std::string("172.18.0.2"));
    }

    void asksOutsideFromTheContainersNetwork()
    {
        // The other server lives in the container's namespace at 127.0.0.53; on the host there is none.
        UniqueFd upstream;
        (void)inNetworkNamespace(m_space.get(), [&]() -> Result<void> {
            upstream = UniqueFd::adopt(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
            const sockaddr_in address = socketAddress("127.0.0.53", 53);
            const timeval limit{.tv_sec = 3, .tv_usec = 0};
            ::setsockopt(upstream.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
            if (::bind(upstream.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0)
                upstream.reset();
            return {};
        });
        QVERIFY(upstream.valid());
        const auto server = NameServer::create().value();
        server->names().publish("n1", web());
        const NameUpstream outside{Address::parse("127.0.0.53").value(), true};
        QVERIFY(server->serve(clientOf("c2", {outside}), m_space.get()).ok());

        const UniqueFd socket = client(m_space.get(), SOCK_DGRAM);
        const Bytes question = request("outside", 77);
        (void)::send(socket.get(), question.data(), question.size(), 0);
        Bytes room(512);
        sockaddr_in from{};
        socklen_t length = sizeof from;
        const ssize_t got = ::recvfrom(upstream.get(), room.data(), room.size(), 0, reinterpret_cast<sockaddr*>(&from), &length);
        QCOMPARE(got, std::ssize(question));
        room.resize(std::size_t(got));
        // A forged answer with another question first: it is not passed on.
        Bytes forged = room;
        forged[2] |= 0x80;
        forged[13] = 'X' + 1;
        forged.insert(forged.end(), {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 6, 6, 6, 6});
        forged[7] = 1;
        (void)::sendto(upstream.get(), forged.data(), forged.size(), 0, reinterpret_cast<const sockaddr*>(&from), length);
        Bytes answer = room;
        answer[2] |= 0x80;
        answer[7] = 1;
        answer.insert(answer.end(), {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 9, 8, 7, 6});
        (void)::sendto(upstream.get(), answer.data(), answer.size(), 0, reinterpret_cast<const sockaddr*>(&from), length);
        const Bytes passed = receive(socket);
        QCOMPARE(answered(passed), std::string("9.8.7.6"));
        QCOMPARE(int(passed[1]), 77); // the asker's own id

        // The containers' names never leave, and an internal network asks nobody (CVE-2024-29018).
        QCOMPARE(ask(m_space.get(), "web"), std::string("172.18.0.2"));
        NameClient closed = clientOf("c2", {outside});
        closed.forwards = false;
        server->change(closed);
        QCOMPARE(ask(m_space.get(), "outside"), std::string("code 2"));
        Bytes more(512);
        QCOMPARE(::recv(upstream.get(), more.data(), more.size(), MSG_DONTWAIT), ssize_t{-1});
    }

    void aServerThatIsNotThereIsAFailure()
    {
        const auto server = NameServer::create().value();
        QVERIFY(server->serve(clientOf("c2", {{Address::parse("127.0.0.99").value(), true}}), m_space.get()).ok());
        QCOMPARE(ask(m_space.get(), "outside"), std::string("code 2"));
        const UniqueFd socket = client(m_space.get(), SOCK_STREAM);
        const Bytes question = framed(request("outside", 1));
        (void)::send(socket.get(), question.data(), question.size(), 0);
        QCOMPARE(answered(receiveFramed(socket)), std::string("code 2"));
    }

    void theNextServerTakesOver()
    {
        auto server = NameServer::create().value();
        QVERIFY(server->serve(clientOf("c2"), m_space.get()).ok());
        server.reset();
        server = NameServer::create().value();
        server->names().publish("n1", web());
        QVERIFY(server->serve(clientOf("c2"), m_space.get()).ok());
        QCOMPARE(ask(m_space.get(), "web"), std::string("172.18.0.2"));
    }
};

QTEST_GUILESS_MAIN(TestNameServer)
#include "tst_name_server.moc"
