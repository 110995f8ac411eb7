// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/network/address.h"

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::network {

enum class Protocol { Tcp, Udp, Sctp };
std::string_view name(Protocol protocol); ///< "tcp", "udp", "sctp"
/// Errors: Invalid.
Result<Protocol> parseProtocol(std::string_view text);

/// A container's port as the host offers it; both addresses are of one family.
struct PublishedPort {
    Protocol protocol = Protocol::Tcp;
    Address hostAddress; ///< none = every address of the host of that family
    std::uint16_t hostPort = 0;
    Address containerAddress;
    std::uint16_t containerPort = 0;
    bool operator==(const PublishedPort&) const = default;
};

/// One bridge as the firewall sees it.
struct BridgePlan {
    std::string bridge; ///< the link's name
    std::vector<Subnet> subnets;
    bool internal = false; ///< nothing leaves and nothing comes in
    bool masquerade = true; ///< what leaves carries the host's address
};

/// What the firewall of one engine is made of.
struct FirewallPlan {
    std::string table;
    std::vector<BridgePlan> bridges;
    std::vector<PublishedPort> ports;
    /// Where this engine switched the host's forwarding on: nothing but containers' traffic may use it.
    std::vector<Family> onlyContainersForward;
};

/// Every bridge of every engine is in this link group, which is how the rules of two engines know each other's.
constexpr std::uint32_t kBridgeGroup = 0xda5e;

/// The nft script that puts the plan in place of whatever our table held, in one transaction. Pure, for tests.
std::string firewallScript(const FirewallPlan& plan);

/// The nftables table of one engine: masquerading out, nothing in but answers and published ports, nothing from one bridge
/// to another. Other tables are neither read nor changed, so a stricter firewall of the host still has its say. Any thread.
class Firewall {
public:
    /// The name is checked by the caller: letters and digits.
    explicit Firewall(std::string table)
        : m_table(std::move(table))
    {
    }

    Result<void> install(const FirewallPlan& plan);
    Result<void> publish(const std::vector<PublishedPort>& ports);
    Result<void> unpublish(const std::vector<PublishedPort>& ports);
    /// Missing = success.
    Result<void> remove();
    /// Whether the table is there and its chains are as install() left them.
    Result<bool> intact();

private:
    std::string m_table;
    std::mutex m_mutex;
    std::string m_asInstalled; ///< the kernel's own listing of the chains after install()
};

/// In the calling thread's network namespace, a container's: what is sent to 127.0.0.11 port 53 goes to these ports of that
/// address instead, so that a program in the container can have port 53 for itself. Replaces what a former call made.
Result<void> redirectNames(std::uint16_t udpPort, std::uint16_t tcpPort);

} // namespace darsena::network
