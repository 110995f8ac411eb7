// SPDX-License-Identifier: GPL-3.0-or-later
// Networks: their links, ranges and firewall. Their containers' ends are in bridge_endpoints.cpp.
#include "core/network/bridge_networks.h"

#include "core/base/digest.h"
#include "core/base/log.h"
#include "core/base/scope_guard.h"
#include "core/network/kernel_switches.h"

#include <algorithm>
#include <cerrno>

namespace darsena::network {

namespace {

constexpr std::string_view kOwnerPrefix = "darsena ";

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool has(const BridgeSettings& settings, Family family)
{
    return std::ranges::any_of(settings.ranges, [&](const AddressRange& range) { return range.subnet.family() == family; });
}

} // namespace

std::string bridgeNameFor(const std::filesystem::path& runFolder)
{
    return "dsn" + Digest::ofText(runFolder.string()).hex().substr(0, 10);
}

Result<void> checkLinkName(std::string_view name)
{
    // Stricter than the kernel: the name is written into firewall rules and below /proc/sys.
    const auto fits = [](char c) { return isLetter(c) || isDigit(c) || c == '-' || c == '_' || c == '.'; };
    if (name.empty() || name.size() > 15 || !(isLetter(name.front()) || isDigit(name.front())) || !std::ranges::all_of(name, fits)
        || name == "all" || name == "default" || name == "lo")
        return Error(ErrorCode::Invalid, fmt::format("invalid name of a network link: \"{}\"", name.substr(0, 100)));
    return {};
}

BridgeNetworks::BridgeNetworks(BridgeOptions options, Netlink netlink)
    : m_options(std::move(options))
    , m_netlink(std::move(netlink))
    , m_firewall(m_options.table)
{
}

Result<std::unique_ptr<BridgeNetworks>> BridgeNetworks::open(BridgeOptions options)
{
    const std::string& table = options.table;
    const bool valid = !table.empty() && table.size() <= 15 && isLetter(table.front())
        && std::ranges::all_of(table, [](char c) { return isLetter(c) || isDigit(c) || c == '_'; });
    if (!valid)
        return Error(ErrorCode::Invalid, fmt::format("invalid bridge name '{}'", table));
    return std::unique_ptr<BridgeNetworks>(new BridgeNetworks(std::move(options), TRY(Netlink::open())));
}

BridgeNetworks::~BridgeNetworks()
{
    m_watch.reset();
    const std::lock_guard lock(m_mutex);
    for (auto& [id, bridge] : m_bridges) {
        if (bridge.index != 0 && bridge.endpoints.empty())
            tearDown(bridge);
    }
    if (std::ranges::none_of(m_bridges, [](const auto& entry) { return entry.second.index != 0; })) {
        (void)m_firewall.remove();
        // Another engine beside us may have come to rely on forwarding.
        const auto links = m_netlink.links();
        const bool others = !links || std::ranges::any_of(*links, [](const Link& link) { return link.alias.starts_with(kOwnerPrefix); });
        switchForwardingOff(m_options.stateFolder, others);
    }
}

Result<BridgeNetworks::Bridge*> BridgeNetworks::find(const std::string& network)
{
    const auto found = m_bridges.find(network);
    if (found == m_bridges.end())
        return Error(ErrorCode::NotFound, fmt::format("network {} not found", network));
    return &found->second;
}

/// What the host and the other networks use.
Result<std::vector<Subnet>> BridgeNetworks::busySubnets()
{
    std::vector<Subnet> busy = TRY(m_netlink.routes());
    for (const auto& [index, subnet] : TRY(m_netlink.addresses()))
        busy.push_back(subnet);
    for (const auto& [id, bridge] : m_bridges) {
        for (const AddressRange& range : bridge.settings.ranges)
            busy.push_back(range.subnet);
    }
    return busy;
}

Result<void> BridgeNetworks::checkRanges(const BridgeSettings& settings)
{
    const auto addresses = TRY(m_netlink.addresses());
    const auto routes = TRY(m_netlink.routes());
    for (const AddressRange& range : settings.ranges) {
        for (const auto& [id, other] : m_bridges) {
            for (const AddressRange& taken : other.settings.ranges) {
                if (range.subnet.overlaps(taken.subnet))
                    return Error(ErrorCode::Denied, "invalid pool request: Pool overlaps with other one on this address space");
            }
        }
        for (const auto& [index, subnet] : addresses) {
            if (isBusy(range.subnet, {subnet}))
                return Error(ErrorCode::Denied,
                    fmt::format("invalid pool request: Pool overlaps with other one on this address space: this host has the address {}", subnet.text()));
        }
        for (const Subnet& route : routes) {
            // A wider route may well be divided (a VPN's 10.0.0.0/8); what lies inside would be cut off.
            if (route.prefix >= range.subnet.prefix && isBusy(range.subnet, {route}))
                return Error(ErrorCode::Denied,
                    fmt::format("invalid pool request: Pool overlaps with other one on this address space: this host has a route to {}", route.networkText()));
        }
    }
    return {};
}

Result<BridgeSettings> BridgeNetworks::create(BridgeSettings settings, bool chooseIpv4, bool chooseIpv6)
{
    TRY(checkLinkName(settings.bridge));
    const std::lock_guard lock(m_mutex);
    for (const auto& [id, other] : m_bridges) {
        if (other.settings.bridge == settings.bridge)
            return Error(ErrorCode::Denied, fmt::format("cannot create network: conflicts with network {}: networks have same bridge name", id));
    }
    if (m_netlink.link(settings.bridge))
        return Error(ErrorCode::Denied, fmt::format("cannot create network: this host has a network link {} that is not ours", settings.bridge));
    TRY(checkRanges(settings));
    // The default bridge may not have been needed yet; it has the first choice all the same.
    for (auto& [id, other] : m_bridges)
        TRY(settleRanges(other));
    const std::vector<Subnet> busy = TRY(busySubnets());
    if (chooseIpv4)
        settings.ranges.push_back({TRY(chooseSubnet(busy)), {}, {}});
    if (chooseIpv6)
        settings.ranges.push_back({chooseUniqueLocal(busy), {}, {}});
    Bridge& bridge = m_bridges[settings.network];
    bridge.settings = settings;
    if (const auto built = build(bridge); !built) {
        m_bridges.erase(settings.network);
        return built.error();
    }
    return settings;
}

Result<void> BridgeNetworks::adopt(BridgeSettings settings)
{
    TRY(checkLinkName(settings.bridge));
    const std::lock_guard lock(m_mutex);
    Bridge bridge;
    bridge.settings = std::move(settings);
    const auto link = m_netlink.link(bridge.settings.bridge);
    if (!link && link.error().code() != ErrorCode::NotFound)
        return link.error();
    if (link) {
        if (link->kind != "bridge" || link->alias != std::string(kOwnerPrefix) + m_options.owner)
            return Error(ErrorCode::Conflict,
                fmt::format("the network link {} exists and is not ours ({} \"{}\")", link->name, link->kind, link->alias));
        bridge.index = link->index;
        if (bridge.settings.ranges.empty()) {
            for (const auto& [index, subnet] : TRY(m_netlink.addresses())) {
                if (index == link->index && !subnet.address.isV6())
                    bridge.settings.ranges.push_back({subnet, {}, {}});
            }
        }
        if (bridge.settings.ranges.empty()) {
            // It was being made when its maker died: nothing can be connected to it.
            log::info("network: removed {}, which a former engine left half made", link->name);
            TRY(m_netlink.removeLink(link->index));
            bridge.index = 0;
        }
    }
    for (const AddressRange& range : bridge.settings.ranges)
        bridge.pools.emplace_back(range);
    m_bridges.insert_or_assign(bridge.settings.network, std::move(bridge));
    return {};
}

Result<void> BridgeNetworks::finishAdoption()
{
    const std::lock_guard lock(m_mutex);
    std::vector<std::string> known;
    bool stands = false;
    for (auto& [id, bridge] : m_bridges) {
        known.push_back(bridge.settings.bridge);
        stands = stands || bridge.index != 0;
    }
    for (const Link& link : TRY(m_netlink.links())) {
        if (link.alias != std::string(kOwnerPrefix) + m_options.owner || std::ranges::find(known, link.name) != known.end())
            continue;
        log::info("network: removed {}, whose network is no more", link.name);
        if (const auto removed = m_netlink.removeLink(link.index); !removed)
            log::warning("network: {}", removed.error().message());
    }
    // Also with no container left: the rules still have the ports of those that ended meanwhile.
    return stands ? guard() : Result<void>();
}

Result<void> BridgeNetworks::remove(const std::string& network)
{
    const std::lock_guard lock(m_mutex);
    Bridge& bridge = *TRY(find(network));
    if (!bridge.endpoints.empty())
        return Error(ErrorCode::Denied, fmt::format("network {} has active endpoints", network));
    if (bridge.index != 0)
        tearDown(bridge);
    const bool guarded = bridge.guarded;
    m_bridges.erase(network);
    if (guarded) {
        if (const auto installed = installFirewall(); !installed)
            log::warning("network: {}", installed.error().message());
    }
    return {};
}

Result<std::vector<AddressRange>> BridgeNetworks::ensure(const std::string& network)
{
    const std::lock_guard lock(m_mutex);
    Bridge& bridge = *TRY(find(network));
    TRY(build(bridge));
    return bridge.settings.ranges;
}

std::vector<AddressRange> BridgeNetworks::ranges(const std::string& network) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_bridges.find(network);
    return found == m_bridges.end() ? std::vector<AddressRange>() : found->second.settings.ranges;
}

std::string BridgeNetworks::bridgeName(const std::string& network) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_bridges.find(network);
    return found == m_bridges.end() ? std::string() : found->second.settings.bridge;
}

std::size_t BridgeNetworks::connections(const std::string& network) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_bridges.find(network);
    return found == m_bridges.end() ? 0 : found->second.endpoints.size();
}

Result<void> BridgeNetworks::settleRanges(Bridge& bridge)
{
    if (!bridge.settings.ranges.empty())
        return {};
    const std::vector<Subnet> busy = TRY(busySubnets());
    bridge.settings.ranges.push_back({TRY(chooseSubnet(busy)), {}, {}});
    return {};
}

Result<void> BridgeNetworks::makeLink(Bridge& bridge)
{
    TRY(settleRanges(bridge));
    const BridgeSettings& settings = bridge.settings;
    TRY(m_netlink.addBridge({settings.bridge, std::string(kOwnerPrefix) + m_options.owner, kBridgeGroup, settings.mtu}));
    const int index = TRY(m_netlink.link(settings.bridge)).index;
    ScopeGuard undo([&] { (void)m_netlink.removeLink(index); });
    TRY(has(settings, Family::V6) ? tameIpv6(settings.bridge) : silenceIpv6(settings.bridge));
    TRY(letLoopbackOut(settings.bridge));
    for (const AddressRange& range : settings.ranges)
        TRY(m_netlink.addAddress(index, range.subnet));
    TRY(m_netlink.setUp(index));
    undo.dismiss();
    bridge.index = index;
    bridge.pools.clear();
    for (const AddressRange& range : settings.ranges)
        bridge.pools.emplace_back(range);
    return {};
}

Result<void> BridgeNetworks::build(Bridge& bridge)
{
    if (bridge.index != 0 && bridge.guarded)
        return {};
    if (bridge.index == 0)
        TRY(makeLink(bridge));
    ScopeGuard undo([&] {
        if (bridge.endpoints.empty())
            tearDown(bridge);
    });
    TRY(guard());
    undo.dismiss();
    return {};
}

/// Forwarding, firewall and its watch for every bridge that stands.
Result<void> BridgeNetworks::guard()
{
    const auto standsWith = [&](Family family) {
        return std::ranges::any_of(m_bridges, [&](const auto& entry) {
            return entry.second.index != 0 && !entry.second.settings.internal && has(entry.second.settings, family);
        });
    };
    for (const Family family : {Family::V4, Family::V6}) {
        if (standsWith(family))
            TRY(switchForwardingOn(family, m_options.stateFolder));
    }
    TRY(installFirewall());
    if (!m_watch)
        m_watch = TRY(FirewallWatch::start([this] {
            if (const auto repaired = repairFirewall(); !repaired)
                log::warning("network: {}", repaired.error().message());
        }));
    return {};
}

void BridgeNetworks::tearDown(Bridge& bridge)
{
    if (const auto removed = m_netlink.removeLink(bridge.index); !removed)
        log::warning("network: {}", removed.error().message());
    bridge.index = 0;
    bridge.guarded = false;
}

Result<void> BridgeNetworks::installFirewall()
{
    FirewallPlan plan;
    plan.table = m_options.table;
    for (const Family family : {Family::V4, Family::V6}) {
        if (forwardingIsOurs(family, m_options.stateFolder))
            plan.onlyContainersForward.push_back(family);
    }
    for (const auto& [id, bridge] : m_bridges) {
        if (bridge.index == 0)
            continue;
        BridgePlan entry{bridge.settings.bridge, {}, bridge.settings.internal, bridge.settings.masquerade};
        for (const AddressRange& range : bridge.settings.ranges)
            entry.subnets.push_back(range.subnet);
        plan.bridges.push_back(std::move(entry));
        for (const auto& [endpointId, endpoint] : bridge.endpoints)
            plan.ports.insert(plan.ports.end(), endpoint.ports.begin(), endpoint.ports.end());
    }
    TRY(m_firewall.install(plan));
    for (auto& [id, bridge] : m_bridges)
        bridge.guarded = bridge.index != 0;
    return {};
}

Result<void> BridgeNetworks::repairFirewall()
{
    const std::lock_guard lock(m_mutex);
    const bool guarded = std::ranges::any_of(m_bridges, [](const auto& entry) { return entry.second.guarded; });
    if (!guarded || TRY(m_firewall.intact()))
        return {};
    log::warning("network: the firewall table {} was changed or removed by someone; put back", m_options.table);
    return installFirewall();
}

} // namespace darsena::network
