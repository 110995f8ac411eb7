// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "core/network/name_lookup.h"
#include "core/network/name_table.h"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace darsena::network {

/// Where a container's names come from.
struct NameClient {
    std::string container; ///< its id
    std::vector<VisibleNetwork> networks; ///< in the order in which they are asked
    bool forwards = true; ///< names that no container has may be asked outside; not from internal networks (CVE-2024-29018)
    std::vector<NameUpstream> upstreams; ///< at most the first three are asked
};

/// Answers DNS queries at 127.0.0.11 inside containers' network namespaces.
///
/// The design: one thread of the helper polls sockets that were opened inside the namespaces. A socket stays in the
/// namespace in which it was made, so no process has to live in a container, nothing listens on the host, and an idle
/// container costs three descriptors and no wake-up. Queries reach the sockets by a translation rule of the container's
/// own (port 53 of 127.0.0.11 to two free ports), which leaves port 53 to a name server that runs in the container. When
/// the helper dies the rule outlives it; the next helper opens new sockets and replaces the rule. In between queries go
/// unanswered, which resolvers take as a lost packet and ask again. Keeping the sockets in the monitor instead would make
/// the smallest, longest-living process parse what containers send.
///
/// Everything is bounded: queries under way, connections, bytes of each, seconds of each.
class NameServer {
public:
    static Result<std::unique_ptr<NameServer>> create();
    ~NameServer();

    /// Who is called what; changes count from the next query on.
    NameTable& names() { return m_names; }

    /// Begins to answer inside a network namespace whose loopback is up. The thread starts with the first container.
    Result<void> serve(NameClient client, int networkNamespace);
    /// Other networks or upstreams from now on. An unknown container is none's client: nothing happens.
    void change(const NameClient& client);
    bool serves(const std::string& container) const;
    void stop(const std::string& container);

private:
    using Handle = std::uint64_t; ///< what epoll tells us; never used twice
    using Clock = std::chrono::steady_clock;
    using Bytes = std::vector<std::uint8_t>;

    struct Served {
        NameClient client;
        UniqueFd space;
        UniqueFd udp, tcp;
        Handle udpHandle = 0, tcpHandle = 0;
        std::size_t lookups = 0, connections = 0;
    };
    /// A client that came by TCP. Its queries are answered one after the other.
    struct Connection {
        std::string container;
        UniqueFd socket;
        Bytes in, out;
        Clock::time_point deadline;
        bool asking = false; ///< a lookup is under way for it
    };
    struct Lookup {
        std::string container;
        NameLookup exchange;
        std::size_t server = 0;
        Clock::time_point deadline;
        Handle connection = 0; ///< 0 = the answer goes by UDP
        Bytes from; ///< the asker's socket address
    };

    NameServer(UniqueFd poll, UniqueFd wake)
        : m_poll(std::move(poll))
        , m_wake(std::move(wake))
    {
    }

    // All of these on the thread, with the lock held.
    void run(const std::stop_token& stop);
    void dispatch(Handle handle);
    void readUdp(Served& served);
    void acceptTcp(Served& served);
    void readConnection(Handle handle);
    void nextQuery(Handle handle);
    void flush(Handle handle);
    /// The answer if there is one at once; else a lookup is under way.
    std::optional<Bytes> handle(Served& served, std::span<const std::uint8_t> request, Handle connection, Bytes from);
    bool askNext(Handle handle);
    void askNextOrFail(Handle handle);
    void finishLookup(Handle handle, const Bytes& answer);
    void closeConnection(Handle handle);
    void expire();
    int waitLimit() const;

    Result<Handle> watch(int fd, std::uint32_t events);
    void eraseOf(const std::string& container);

    NameTable m_names;
    UniqueFd m_poll, m_wake;
    mutable std::mutex m_mutex; ///< guards all below but the thread
    Handle m_lastHandle = 0;
    std::map<std::string, Served> m_served; ///< by container
    std::map<Handle, std::string> m_listening; ///< handle of a listening socket -> container
    std::map<Handle, Connection> m_connections;
    std::map<Handle, Lookup> m_lookups;
    std::jthread m_thread; ///< last: ends before the rest goes
};

} // namespace darsena::network
