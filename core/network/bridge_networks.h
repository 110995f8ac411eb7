// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/network/address_pool.h"
#include "core/network/endpoint.h"
#include "core/network/firewall.h"
#include "core/network/firewall_watch.h"
#include "core/network/netlink.h"

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace darsena::network {

struct BridgeOptions {
    std::string table = "darsena0"; ///< the nftables table: a letter, then letters and digits, at most 15
    std::string owner; ///< says whose bridges they are, kept as their alias; the run folder
    std::filesystem::path stateFolder; ///< exists; holds notes that live as long as the machine runs
};

/// What one bridge network is, from its creation on.
struct BridgeSettings {
    std::string network; ///< its id
    std::string bridge; ///< the link's name: letters, digits, '-', '_', '.'; at most 15
    std::vector<AddressRange> ranges; ///< empty: an IPv4 subnet is chosen when the bridge is made
    bool internal = false; ///< no way out and none in
    bool masquerade = true;
    bool isolated = false; ///< its containers do not reach each other
    std::uint32_t mtu = 0; ///< 0 = the kernel's choice
    std::optional<Address> hostAddress; ///< where ports are published that name no address of the host
};

/// The networks of driver "bridge": each a Linux bridge with an address of the host's, masquerading to the outside and
/// published ports from there. A bridge is made at its network's creation or first connection, and removed at the end
/// unless containers are still connected (they run on without the engine; the next one adopts). One firewall table holds
/// the rules of all. Any thread: one lock guards everything, since the kernel has one for all links as well.
class BridgeNetworks {
public:
    /// Touches nothing. Errors: Invalid name; System.
    static Result<std::unique_ptr<BridgeNetworks>> open(BridgeOptions options);
    ~BridgeNetworks();

    /// A new network: `ranges` are checked against the host and the other networks; with chooseIpv4/chooseIpv6 one is
    /// added. The bridge stands when this returns. Returns the settings as they are to be kept.
    /// Errors: Denied when a range or the bridge's name is in use; Unavailable without a free range.
    Result<BridgeSettings> create(BridgeSettings settings, bool chooseIpv4, bool chooseIpv6);
    /// At the start: a network that exists. Its bridge is taken over when a former engine with the same owner left it.
    /// Errors: Conflict when there is a link of that name that is not ours.
    Result<void> adopt(BridgeSettings settings);
    /// At the start, after adopt() of all networks and restore() of all endpoints: the bridges that stand get
    /// their firewall back; bridges of networks that are no more go.
    Result<void> finishAdoption();
    /// Errors: NotFound; Denied while containers are connected.
    Result<void> remove(const std::string& network);

    /// Makes the bridge if it does not stand yet, and returns its ranges.
    Result<std::vector<AddressRange>> ensure(const std::string& network);
    /// Empty until the bridge of a network that chooses its own was made.
    std::vector<AddressRange> ranges(const std::string& network) const;
    /// The link's name; empty for an unknown network.
    std::string bridgeName(const std::string& network) const;
    std::size_t connections(const std::string& network) const;

    /// Connects a network namespace: its loopback comes up, a link gets addresses and the default routes.
    /// Errors: NotFound; Conflict for a host port that is taken; Denied, Invalid for an address; Unavailable when they run
    /// out; System. Nothing is left then.
    Result<Endpoint> connect(const std::string& network, int networkNamespace, const EndpointRequest& request);
    /// Counts in a connection that lives. A port that someone took meanwhile is only reported in the log.
    /// Errors: NotFound when the bridge is gone.
    Result<void> restore(const Endpoint& endpoint);
    /// Frees addresses and ports; the links go with the container's namespace.
    void disconnect(const Endpoint& endpoint);
    /// The same, and takes the link out of a container that runs on.
    void unplug(const Endpoint& endpoint);
    /// Publishes more ports of a connected container. Errors: as connect().
    Result<void> publish(Endpoint& endpoint, const std::vector<PublishRequest>& requests);
    void unpublish(Endpoint& endpoint);

    /// Puts the firewall table back when something (a reload of the host's firewall) changed it (CVE-2025-54388).
    Result<void> repairFirewall();

private:
    struct Bridge {
        BridgeSettings settings;
        int index = 0; ///< 0 = does not stand
        bool guarded = false; ///< the firewall knows it
        std::vector<AddressPool> pools; ///< one for each range
        std::map<std::string, Endpoint> endpoints; ///< by id
        std::map<std::string, std::vector<PortReservation>> reservations; ///< by endpoint id
    };

    explicit BridgeNetworks(BridgeOptions options, Netlink netlink);

    // All of these with the lock held.
    Result<Bridge*> find(const std::string& network);
    Result<void> checkRanges(const BridgeSettings& settings);
    Result<std::vector<Subnet>> busySubnets();
    Result<void> settleRanges(Bridge& bridge);
    Result<void> build(Bridge& bridge);
    Result<void> makeLink(Bridge& bridge);
    Result<void> guard();
    void tearDown(Bridge& bridge);
    Result<void> installFirewall();
    Result<void> takeAddresses(Bridge& bridge, const EndpointRequest& request, Endpoint& endpoint);
    void releaseAddresses(Bridge& bridge, const Endpoint& endpoint);
    Result<std::vector<PortReservation>> reservePorts(const Bridge& bridge, const std::vector<PublishRequest>& requests, Endpoint& endpoint);
    void removeHostLink(const Endpoint& endpoint);
    void forget(const Endpoint& endpoint);

    BridgeOptions m_options;
    mutable std::mutex m_mutex; ///< guards all below but the watch
    Netlink m_netlink;
    Firewall m_firewall;
    std::map<std::string, Bridge> m_bridges; ///< by network id
    std::unique_ptr<FirewallWatch> m_watch; ///< last: ends before the rest goes
};

/// The name of the default bridge and of the table of an engine that is not the machine's main one: "dsn" and hex digits.
std::string bridgeNameFor(const std::filesystem::path& runFolder);
/// Whether a link may be called so. Errors: Invalid.
Result<void> checkLinkName(std::string_view name);

} // namespace darsena::network
