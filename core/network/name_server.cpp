// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/name_server.h"

#include "core/base/log.h"
#include "core/network/firewall.h"
#include "core/network/netlink.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace darsena::network {

namespace {

constexpr std::size_t kMaxLookups = 2048; // of all containers
constexpr std::size_t kMaxLookupsEach = 256;
constexpr std::size_t kMaxConnectionsEach = 16;
constexpr std::size_t kMaxServers = 3;
constexpr std::size_t kMaxQuery = 4096; // bytes; the longest sensible one has a few hundred
constexpr std::size_t kMaxBurst = 64; // queries of one container before the others have their turn
constexpr std::chrono::seconds kPatience(2); // with one server
constexpr std::chrono::seconds kIdle(10); // of a TCP client
constexpr std::uint32_t kAddress = 0x7f00000b; // 127.0.0.11

struct Listener {
    UniqueFd socket;
    std::uint16_t port = 0;
};

/// At a free port of 127.0.0.11 in the calling thread's namespace.
Result<Listener> openListener(int type)
{
    Listener listener;
    listener.socket = UniqueFd::adopt(::socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(kAddress);
    socklen_t length = sizeof address;
    const bool open = listener.socket && ::bind(listener.socket.get(), reinterpret_cast<const sockaddr*>(&address), length) == 0
        && (type == SOCK_DGRAM || ::listen(listener.socket.get(), 16) == 0)
        && ::getsockname(listener.socket.get(), reinterpret_cast<sockaddr*>(&address), &length) == 0;
    if (!open)
        return Error::system(errno, "open the container's name server at 127.0.0.11");
    listener.port = ntohs(address.sin_port);
    return listener;
}

std::vector<std::uint8_t> framed(const std::vector<std::uint8_t>& message)
{
    std::vector<std::uint8_t> out{static_cast<std::uint8_t>(message.size() >> 8), static_cast<std::uint8_t>(message.size())};
    out.insert(out.end(), message.begin(), message.end());
    return out;
}

} // namespace

Result<std::unique_ptr<NameServer>> NameServer::create()
{
    UniqueFd poll = UniqueFd::adopt(::epoll_create1(EPOLL_CLOEXEC));
    UniqueFd wake = UniqueFd::adopt(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!poll || !wake)
        return Error::system(errno, "prepare the name server");
    std::unique_ptr<NameServer> server(new NameServer(std::move(poll), std::move(wake)));
    epoll_event event{};
    event.events = EPOLLIN; // handle 0
    if (::epoll_ctl(server->m_poll.get(), EPOLL_CTL_ADD, server->m_wake.get(), &event) < 0)
        return Error::system(errno, "prepare the name server");
    return server;
}

NameServer::~NameServer()
{
    if (!m_thread.joinable())
        return;
    m_thread.request_stop();
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(m_wake.get(), &one, sizeof one);
    m_thread.join();
}

Result<NameServer::Handle> NameServer::watch(int fd, std::uint32_t events)
{
    epoll_event event{};
    event.events = events;
    event.data.u64 = ++m_lastHandle;
    if (::epoll_ctl(m_poll.get(), EPOLL_CTL_ADD, fd, &event) < 0)
        return Error::system(errno, "watch a name server's socket");
    return m_lastHandle;
}

Result<void> NameServer::serve(NameClient client, int networkNamespace)
{
    Served served;
    served.space = UniqueFd::adopt(::fcntl(networkNamespace, F_DUPFD_CLOEXEC, 3));
    if (!served.space)
        return Error::system(errno, "keep a network namespace");
    const auto opened = inNetworkNamespace(networkNamespace, [&]() -> Result<void> {
        Listener udp = TRY(openListener(SOCK_DGRAM));
        Listener tcp = TRY(openListener(SOCK_STREAM));
        TRY(redirectNames(udp.port, tcp.port));
        served.udp = std::move(udp.socket);
        served.tcp = std::move(tcp.socket);
        return {};
    });
    if (!opened)
        return opened;
    const std::lock_guard lock(m_mutex);
    eraseOf(client.container);
    served.udpHandle = TRY(watch(served.udp.get(), EPOLLIN));
    served.tcpHandle = TRY(watch(served.tcp.get(), EPOLLIN));
    m_listening[served.udpHandle] = client.container;
    m_listening[served.tcpHandle] = client.container;
    served.client = std::move(client);
    std::string container = served.client.container;
    m_served.insert_or_assign(std::move(container), std::move(served));
    if (!m_thread.joinable())
        m_thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
    return {};
}

void NameServer::change(const NameClient& client)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_served.find(client.container);
    if (found != m_served.end())
        found->second.client = client;
}

bool NameServer::serves(const std::string& container) const
{
    const std::lock_guard lock(m_mutex);
    return m_served.contains(container);
}

void NameServer::stop(const std::string& container)
{
    const std::lock_guard lock(m_mutex);
    eraseOf(container);
}

void NameServer::eraseOf(const std::string& container)
{
    // Closing a descriptor takes it out of the poll set.
    std::erase_if(m_lookups, [&](const auto& entry) { return entry.second.container == container; });
    std::erase_if(m_connections, [&](const auto& entry) { return entry.second.container == container; });
    std::erase_if(m_listening, [&](const auto& entry) { return entry.second == container; });
    m_served.erase(container);
}

void NameServer::run(const std::stop_token& stop)
{
    std::array<epoll_event, 64> events{};
    while (!stop.stop_requested()) {
        int limit = -1;
        {
            const std::lock_guard lock(m_mutex);
            limit = waitLimit();
        }
        const int count = ::epoll_wait(m_poll.get(), events.data(), static_cast<int>(events.size()), limit);
        if (count < 0 && errno != EINTR) {
            log::error("name server: {}", std::strerror(errno));
            return;
        }
        const std::lock_guard lock(m_mutex);
        for (int i = 0; i < count; ++i)
            dispatch(events[static_cast<std::size_t>(i)].data.u64);
        expire();
    }
}

/// -1 when nothing is under way: then the thread sleeps until a container asks.
int NameServer::waitLimit() const
{
    std::optional<Clock::time_point> next;
    const auto consider = [&](Clock::time_point deadline) { next = next ? std::min(*next, deadline) : deadline; };
    for (const auto& [handle, lookup] : m_lookups)
        consider(lookup.deadline);
    for (const auto& [handle, connection] : m_connections)
        consider(connection.deadline);
    if (!next)
        return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

void NameServer::dispatch(Handle handle)
{
    if (const auto listening = m_listening.find(handle); listening != m_listening.end()) {
        Served& served = m_served.at(listening->second);
        if (handle == served.udpHandle)
            readUdp(served);
        else
            acceptTcp(served);
    } else if (m_connections.contains(handle)) {
        readConnection(handle);
    } else if (const auto found = m_lookups.find(handle); found != m_lookups.end()) {
        const auto answer = found->second.exchange.proceed();
        if (!answer)
            askNextOrFail(handle);
        else if (*answer)
            finishLookup(handle, **answer);
    }
    // Else it ended meanwhile, or it is the wake-up.
}

void NameServer::readUdp(Served& served)
{
    std::array<std::uint8_t, kMaxQuery> room; // NOLINT: written by recvfrom
    for (std::size_t burst = 0; burst < kMaxBurst; ++burst) {
        Bytes from(sizeof(sockaddr_in));
        socklen_t length = sizeof(sockaddr_in);
        const ssize_t got = ::recvfrom(served.udp.get(), room.data(), room.size(), MSG_TRUNC, reinterpret_cast<sockaddr*>(from.data()), &length);
        if (got < 0 || length != from.size())
            return;
        if (static_cast<std::size_t>(got) > room.size())
            continue;
        const auto answer = handle(served, {room.data(), static_cast<std::size_t>(got)}, 0, from);
        if (answer && !answer->empty())
            (void)::sendto(served.udp.get(), answer->data(), answer->size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(from.data()), length);
    }
}

void NameServer::acceptTcp(Served& served)
{
    for (;;) {
        UniqueFd socket = UniqueFd::adopt(::accept4(served.tcp.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!socket)
            return;
        if (served.connections >= kMaxConnectionsEach)
            continue; // closed at once
        const auto handle = watch(socket.get(), EPOLLIN | EPOLLRDHUP);
        if (!handle)
            continue;
        ++served.connections;
        m_connections.emplace(*handle, Connection{served.client.container, std::move(socket), {}, {}, Clock::now() + kIdle});
    }
}

void NameServer::closeConnection(Handle handle)
{
    const auto found = m_connections.find(handle);
    if (found == m_connections.end())
        return;
    if (const auto served = m_served.find(found->second.container); served != m_served.end())
        --served->second.connections;
    m_connections.erase(found);
}

void NameServer::readConnection(Handle handle_)
{
    Connection& connection = m_connections.at(handle_);
    std::array<std::uint8_t, kMaxQuery> room; // NOLINT: written by recv
    const ssize_t got = ::recv(connection.socket.get(), room.data(), room.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    // A client that hangs up or sends many queries ahead is done with.
    if (got <= 0 || connection.in.size() + static_cast<std::size_t>(got) > 2 * (kMaxQuery + 2)) {
        closeConnection(handle_);
        return;
    }
    connection.in.insert(connection.in.end(), room.begin(), room.begin() + got);
    nextQuery(handle_);
}

/// Takes up queries that came whole, until one has to be forwarded.
void NameServer::nextQuery(Handle handle_)
{
    for (;;) {
        const auto found = m_connections.find(handle_);
        if (found == m_connections.end() || found->second.asking || found->second.in.size() < 2)
            return;
        Connection& connection = found->second;
        const std::size_t length = static_cast<std::size_t>(connection.in[0] << 8 | connection.in[1]);
        if (length > kMaxQuery) {
            closeConnection(handle_);
            return;
        }
        if (connection.in.size() < length + 2)
            return;
        const Bytes request(connection.in.begin() + 2, connection.in.begin() + 2 + static_cast<std::ptrdiff_t>(length));
        connection.in.erase(connection.in.begin(), connection.in.begin() + 2 + static_cast<std::ptrdiff_t>(length));
        connection.asking = true;
        connection.deadline = Clock::now() + kIdle;
        const auto answer = handle(m_served.at(connection.container), request, handle_, {});
        if (!answer)
            return;
        connection.out = framed(*answer);
        flush(handle_);
    }
}

void NameServer::flush(Handle handle)
{
    Connection& connection = m_connections.at(handle);
    // An answer fits into an empty socket buffer; a client that does not read its answers is done with.
    const ssize_t sent = ::send(connection.socket.get(), connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
    connection.asking = false;
    if (sent != std::ssize(connection.out)) {
        closeConnection(handle);
        return;
    }
    connection.out.clear();
    connection.deadline = Clock::now() + kIdle;
}

std::optional<NameServer::Bytes> NameServer::handle(Served& served, std::span<const std::uint8_t> request, Handle connection, Bytes from)
{
    const auto query = dns::parseQuery(request);
    if (!query)
        return dns::makeRefusal(request, dns::Code::FormatError);
    const std::size_t limit = connection != 0 ? 65535 : query->maxAnswer;
    if (const auto records = m_names.answer(*query, served.client.networks))
        return dns::makeAnswer(request, *query, dns::Code::Fine, *records, limit);
    const bool asks = served.client.forwards && query->recursionDesired && !served.client.upstreams.empty()
        && served.lookups < kMaxLookupsEach && m_lookups.size() < kMaxLookups;
    if (!asks)
        return dns::makeAnswer(request, *query, dns::Code::ServerFailure, {}, limit);
    const Handle handle = ++m_lastHandle;
    NameLookup exchange({request.begin(), request.end()}, *query, connection != 0);
    m_lookups.emplace(handle, Lookup{served.client.container, std::move(exchange), 0, Clock::now(), connection, std::move(from)});
    if (!askNext(handle)) {
        m_lookups.erase(handle);
        return dns::makeAnswer(request, *query, dns::Code::ServerFailure, {}, limit);
    }
    ++served.lookups;
    return {};
}

/// Asks the first server that was not asked yet. False when there is none.
bool NameServer::askNext(Handle handle)
{
    Lookup& lookup = m_lookups.at(handle);
    const Served& served = m_served.at(lookup.container);
    const std::size_t servers = std::min(served.client.upstreams.size(), kMaxServers);
    while (lookup.server < servers) {
        const NameUpstream& upstream = served.client.upstreams[lookup.server++];
        if (const auto asked = lookup.exchange.ask(upstream, served.space.get()); !asked)
            continue;
        epoll_event event{};
        event.events = EPOLLIN | EPOLLOUT | EPOLLET;
        event.data.u64 = handle;
        if (::epoll_ctl(m_poll.get(), EPOLL_CTL_ADD, lookup.exchange.fd(), &event) < 0)
            continue;
        lookup.deadline = Clock::now() + kPatience;
        return true;
    }
    return false;
}

void NameServer::askNextOrFail(Handle handle)
{
    if (askNext(handle))
        return;
    const NameLookup& exchange = m_lookups.at(handle).exchange;
    finishLookup(handle, dns::makeAnswer(exchange.request(), exchange.query(), dns::Code::ServerFailure, {}, 512));
}

void NameServer::finishLookup(Handle handle, const Bytes& answer)
{
    const auto node = m_lookups.extract(handle);
    const Lookup& lookup = node.mapped();
    Served& served = m_served.at(lookup.container);
    --served.lookups;
    if (lookup.connection == 0) {
        (void)::sendto(served.udp.get(), answer.data(), answer.size(), MSG_NOSIGNAL,
            reinterpret_cast<const sockaddr*>(lookup.from.data()), static_cast<socklen_t>(lookup.from.size()));
        return;
    }
    const auto connection = m_connections.find(lookup.connection);
    if (connection == m_connections.end())
        return; // it did not wait
    connection->second.out = framed(answer);
    flush(lookup.connection);
    nextQuery(lookup.connection);
}

void NameServer::expire()
{
    const auto time = Clock::now();
    std::vector<Handle> lookups, connections;
    for (const auto& [handle, lookup] : m_lookups) {
        if (lookup.deadline <= time)
            lookups.push_back(handle);
    }
    for (const auto& [handle, connection] : m_connections) {
        if (connection.deadline <= time)
            connections.push_back(handle);
    }
    for (const Handle handle : lookups)
        askNextOrFail(handle);
    for (const Handle handle : connections)
        closeConnection(handle);
}

} // namespace darsena::network
