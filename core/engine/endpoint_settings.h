// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/container_record.h"
#include "core/engine/network_record.h"

#include <string>
#include <vector>

namespace darsena::engine {

/// "CONTAINER:ALIAS" or "CONTAINER": another container of the network, and what this one calls it.
struct Link {
    std::string container; ///< name or id, not looked up
    std::string alias;
};
/// Errors: Invalid.
Result<Link> parseLink(std::string_view text);

/// What a container may ask for on a network, checked and read. Pure. Without ports and routes, which depend on its other
/// networks. Errors: Invalid; Unsupported, naming the member.
Result<network::EndpointRequest> endpointRequest(const NetworkRecord& network, const model::EndpointSettings& settings);

/// What of the settings was asked for: what a client copied from an inspect is left out.
model::EndpointSettings askedFor(const model::EndpointSettings& settings);

/// What a container is called on a network of the user's: its name, its aliases, the short id and its hostname.
std::vector<std::string> dnsNames(const ContainerRecord& record, const model::EndpointSettings& settings);

/// NetworkSettings.Networks: the networks as they were asked for with what became of them.
std::map<std::string, model::EndpointSettings> endpointViews(const ContainerRecord& record, const ContainerState& state);

/// Whether the mode names a network of the container's own: not the host's, none, or another container's.
bool ownsNetworks(std::string_view networkMode);

/// Networks in the order in which they become eth0, eth1, …: the one that NetworkMode names, then the others by name.
std::vector<std::string> linkOrder(const ContainerRecord& record);

/// One network as a candidate for the default route.
struct GatewayCandidate {
    std::string name;
    std::int64_t priority = 0; ///< GwPriority
    bool internal = false;
    bool ipv4 = true;
    bool ipv6 = false;
};
/// The network whose gateway is the default route of a family; empty when none is. The highest priority wins, then one
/// that has both families, then the first by name. As Docker's.
std::string chooseGateway(const std::vector<GatewayCandidate>& candidates, network::Family family);

} // namespace darsena::engine
