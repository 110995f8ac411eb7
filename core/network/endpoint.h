// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/firewall.h"
#include "core/network/port_reservation.h"

#include <optional>
#include <string>
#include <vector>

namespace darsena::network {

/// One container's connection to one network.
struct Endpoint {
    std::string id; ///< 64 hex digits
    std::string network; ///< the network's id
    std::string hostLink; ///< the host's end of the veth pair
    std::string containerLink; ///< the other end: "eth0"
    Subnet address; ///< none when the network has IPv6 only
    Subnet address6{{Family::V6, 0}, 0}; ///< none when it has IPv4 only
    Address gateway;
    Address gateway6{Family::V6, 0};
    Mac mac{};
    std::vector<PublishedPort> ports;
};

/// How a container is to be connected.
struct EndpointRequest {
    std::string containerLink = "eth0"; ///< at most 15 characters, free in the container
    std::optional<Address> address; ///< missing = any
    std::optional<Address> address6;
    std::optional<Mac> mac; ///< missing = from the address
    bool defaultRoute = true; ///< through this network's gateway, unless it is internal
    bool defaultRoute6 = true;
    std::vector<PublishRequest> publish;
};

} // namespace darsena::network
