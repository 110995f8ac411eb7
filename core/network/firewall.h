// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/network/address.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::network {

enum class Protocol { Tcp, Udp };
std::string_view name(Protocol protocol); ///< "tcp", "udp"

/// A container's port as the host offers it.
struct PublishedPort {
    Protocol protocol = Protocol::Tcp;
    Ipv4 hostAddress; ///< none = every address of the host
    std::uint16_t hostPort = 0;
    Ipv4 containerAddress;
    std::uint16_t containerPort = 0;
    bool operator==(const PublishedPort&) const = default;
};

/// What the firewall of one bridge is made of.
struct FirewallPlan {
    std::string bridge; ///< also the table's name
    Subnet subnet;
    std::vector<PublishedPort> ports;
    /// This engine switched the host's forwarding on: then nothing but containers' traffic may use it.
    bool onlyContainersForward = false;
};

/// The nft script that puts the plan in place of whatever our table held, in one transaction. Pure, for tests.
std::string firewallScript(const FirewallPlan& plan);

/// The nftables table of one bridge: masquerading out, nothing in but answers and published ports. Other tables are
/// neither read nor changed, so a stricter firewall of the host still has its say. Any thread.
class Firewall {
public:
    explicit Firewall(std::string table)
        : m_table(std::move(table))
    {
    }

    Result<void> install(const FirewallPlan& plan);
    Result<void> publish(const std::vector<PublishedPort>& ports);
    Result<void> unpublish(const std::vector<PublishedPort>& ports);
    /// Missing = success.
    Result<void> remove();
    Result<bool> installed();

private:
    /// Scripts rather than libnftables' JSON: the rules read as rules, and nothing in them is text from outside
    /// (addresses and numbers are typed, the bridge's name is checked by BridgeNetwork).
    Result<std::string> run(const std::string& script, std::string_view what);

    std::string m_table;
};

} // namespace darsena::network
