// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/network/address_pool.h"
#include "core/network/firewall.h"
#include "core/network/netlink.h"
#include "core/network/port_reservation.h"

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace darsena::network {

struct BridgeOptions {
    std::string name = "darsena0"; ///< of the bridge and of its nftables table: a letter, then letters and digits, at most 15
    std::string owner; ///< says whose bridge it is, kept as its alias; the run folder
    std::filesystem::path stateFolder; ///< exists; holds a note that lives as long as the machine runs
};

/// One container's connection.
struct Endpoint {
    std::string id; ///< 64 hex digits
    std::string hostLink; ///< the host's end of the veth pair
    Subnet address;
    Ipv4 gateway;
    std::array<std::uint8_t, 6> mac{};
    std::vector<PublishedPort> ports;

    std::string macText() const;
};

/// The network "bridge": a Linux bridge with an address of the host's, masquerading to the outside and published ports
/// from there. The bridge and its firewall table are made at the first connection, and removed at the end unless
/// containers are still connected (they run on without the engine; the next one adopts). Any thread.
class BridgeNetwork {
public:
    /// Adopts what a former engine with the same owner left. Makes nothing. Errors: Invalid name; System.
    static Result<std::unique_ptr<BridgeNetwork>> open(BridgeOptions options);
    ~BridgeNetwork();

    /// Known once the bridge stands.
    std::optional<Subnet> subnet() const;
    const std::string& bridgeName() const { return m_options.name; }
    /// Makes the bridge if it does not stand yet, and returns the host's address on it.
    Result<Subnet> ensure();

    /// Connects a network namespace: its loopback comes up, eth0 gets an address and the default route.
    /// Errors: Conflict for a host port that is taken; Unavailable when addresses run out; System. Nothing is left then.
    Result<Endpoint> connect(int networkNamespace, const std::vector<PublishRequest>& publish);
    /// After a restart, before anything else: counts in a connection that lives. When all are counted in, ensure() puts the
    /// firewall in order once. A port that someone took meanwhile is only reported in the log.
    /// Errors: NotFound when the bridge is gone.
    Result<void> restore(const Endpoint& endpoint);
    /// Frees address and ports. The links go with the container's namespace.
    void disconnect(const Endpoint& endpoint);
    std::size_t connections() const;

    /// Puts the firewall table back when something (a reload of the host's firewall) flushed it (CVE-2025-54388).
    Result<void> repairFirewall();

private:
    explicit BridgeNetwork(BridgeOptions options, Netlink netlink);

    Result<void> adopt();
    Result<void> build();
    void tearDown();
    Result<void> installFirewall();
    Result<Endpoint> plug(int networkNamespace, Subnet address);
    Result<void> switchForwardingOn();
    void watchFirewall(std::stop_token stop, int socket);

    BridgeOptions m_options;
    mutable std::mutex m_mutex; ///< guards all below
    Netlink m_netlink;
    Firewall m_firewall;
    int m_bridgeIndex = 0; ///< 0 = does not stand
    std::optional<AddressPool> m_pool;
    std::map<std::string, Endpoint> m_endpoints; ///< by id
    std::map<std::string, std::vector<UniqueFd>> m_reservations; ///< bound sockets, by endpoint id
    std::jthread m_watcher; ///< last: ends before the rest goes
};

/// A bridge name for an engine that is not the machine's main one: "darsena-" and some hex digits of its run folder.
std::string bridgeNameFor(const std::filesystem::path& runFolder);

} // namespace darsena::network
