// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "core/network/firewall.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace darsena::network {

/// Which host port a container's port is to be offered at.
struct PublishRequest {
    Protocol protocol = Protocol::Tcp;
    std::optional<Address> hostAddress; ///< missing or none = every address
    std::uint16_t firstHostPort = 0; ///< 0 = any free one
    std::uint16_t lastHostPort = 0; ///< of the range to choose from; equal to the first for one
    std::uint16_t containerPort = 0;
};

/// A host port held by bound sockets that nobody listens on, so that neither another container nor a program of the host
/// takes it: packets for it are translated and never reach a socket. One per family when it is for every address.
struct PortReservation {
    std::uint16_t port = 0;
    std::vector<UniqueFd> sockets;
};
/// Takes the first port of the range that is free on all of `addresses`, which are of the families wanted.
/// Errors: Conflict "Bind for 0.0.0.0:8080 failed: port is already allocated"; System.
Result<PortReservation> reservePort(const PublishRequest& request, const std::vector<Address>& addresses);

} // namespace darsena::network
