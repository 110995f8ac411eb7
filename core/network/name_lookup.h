// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "core/network/dns_message.h"

#include <optional>
#include <vector>

namespace darsena::network {

/// Another name server that is asked what no container is called.
struct NameUpstream {
    Address address;
    bool fromContainer = false; ///< asked from the container's network (--dns), else from the host's (its own resolvers)
};

/// One query on its way to another server and back. Never blocks; used by one thread.
class NameLookup {
public:
    /// `request` parses as `query`. By TCP when it came by TCP.
    NameLookup(std::vector<std::uint8_t> request, dns::Query query, bool tcp);

    /// Asks this server; what a former one was asked is forgotten. `networkNamespace` -1 = the calling thread's.
    Result<void> ask(const NameUpstream& server, int networkNamespace);
    /// The socket to poll, edge-triggered for reading and writing.
    int fd() const { return m_socket.get(); }
    /// Goes on after the socket stirred: the answer with the asker's own id; no value when it is not whole yet.
    /// Errors: System when this server fails.
    Result<std::optional<std::vector<std::uint8_t>>> proceed();

    const std::vector<std::uint8_t>& request() const { return m_request; }
    const dns::Query& query() const { return m_query; }

private:
    Result<std::optional<std::vector<std::uint8_t>>> proceedUdp();
    Result<std::optional<std::vector<std::uint8_t>>> proceedTcp();
    std::optional<std::vector<std::uint8_t>> accepted(std::vector<std::uint8_t> answer) const;

    std::vector<std::uint8_t> m_request; ///< as it was asked
    dns::Query m_query;
    bool m_tcp;
    UniqueFd m_socket;
    std::vector<std::uint8_t> m_sent; ///< the request with an id that a stranger cannot guess
    std::vector<std::uint8_t> m_out; ///< TCP: what is still to be written
    std::vector<std::uint8_t> m_in; ///< TCP: what came so far
};

} // namespace darsena::network
