// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "core/network/firewall.h"

#include <cstdint>

namespace darsena::network {

/// Which host port a container's port is to be offered at.
struct PublishRequest {
    Protocol protocol = Protocol::Tcp;
    Ipv4 hostAddress; ///< none = every address
    std::uint16_t firstHostPort = 0; ///< 0 = any free one
    std::uint16_t lastHostPort = 0; ///< of the range to choose from; equal to the first for one
    std::uint16_t containerPort = 0;
};

/// A host port held by a bound socket that nobody listens on, so that neither another container nor a program of the host
/// takes it: packets for it are translated and never reach the socket.
struct PortReservation {
    std::uint16_t port = 0;
    UniqueFd socket;
};
/// Errors: Conflict "Bind for 0.0.0.0:8080 failed: port is already allocated"; System.
Result<PortReservation> reservePort(const PublishRequest& request);

} // namespace darsena::network
