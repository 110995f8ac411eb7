// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/network.h"
#include "core/base/result.h"
#include "core/network/bridge_networks.h"

#include <string>
#include <string_view>

namespace darsena::engine {

/// A network as the engine keeps it: networks/<id>.json.
struct NetworkRecord {
    model::Network network; ///< as inspect shows it, without containers
    bool ownSubnet = false; ///< its subnets were asked for, so containers may ask for addresses

    bool builtin() const { return network.name == "bridge" || network.name == "host" || network.name == "none"; }
    /// Made of a Linux bridge: all but "host" and "none".
    bool bridged() const { return network.driver == "bridge"; }
    /// A network where containers know each other by name.
    bool named() const { return bridged() && !builtin(); }
};

/// A request to make a network, checked. The id and what the engine chooses are still missing.
struct NetworkPlan {
    NetworkRecord record;
    bool chooseIpv4 = false;
    bool chooseIpv6 = false;
};
/// Pure. Errors: Invalid; Denied for the names of the networks that always exist; NotFound for an unknown driver;
/// Unsupported, naming the member.
Result<NetworkPlan> planNetwork(const model::NetworkCreate& request);

/// What the bridge of a record is made of. Errors: Corrupt.
Result<network::BridgeSettings> bridgeSettings(const NetworkRecord& record);
/// Writes ranges that the engine chose into the record.
void setRanges(NetworkRecord& record, const std::vector<network::AddressRange>& ranges);

json::Object toJson(const NetworkRecord& record);
/// Errors: Corrupt, Invalid.
Result<NetworkRecord> networkFromJson(const json::Value& value);

} // namespace darsena::engine
