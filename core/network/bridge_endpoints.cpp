// SPDX-License-Identifier: GPL-3.0-or-later
// Containers' connections to the bridges.
#include "core/network/bridge_networks.h"

#include "core/base/log.h"
#include "core/base/scope_guard.h"
#include "core/network/kernel_switches.h"

#include <algorithm>
#include <chrono>

#include <sys/random.h>

namespace darsena::network {

namespace {

std::string randomHex(std::size_t digits)
{
    std::vector<unsigned char> bytes(digits / 2);
    // Small requests cannot fail or be cut short (getrandom(2)).
    [[maybe_unused]] const auto got = ::getrandom(bytes.data(), bytes.size(), 0);
    std::string text;
    for (const unsigned char byte : bytes)
        text += fmt::format("{:02x}", byte);
    return text;
}

/// Waits until packets pass. The kernel opens a link (and a bridge port) only when its deferred carrier work has run; a
/// packet sent before is lost and tried again after a whole second. Since Linux 6.8 asking runs that work.
void awaitLink(Netlink& netlink, std::string_view name)
{
    for (int tries = 0; tries < 50; ++tries) {
        const auto link = netlink.link(name);
        if (!link || link->operational)
            return;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

/// From the address, as Docker does: neighbours' ARP entries stay right when an address is used again.
Mac macFor(const Endpoint& endpoint)
{
    const Address& address = endpoint.address.isNone() ? endpoint.address6.address : endpoint.address.address;
    const auto bits = static_cast<std::uint32_t>(address.bits);
    return {0x02, 0x42, static_cast<std::uint8_t>(bits >> 24), static_cast<std::uint8_t>(bits >> 16),
        static_cast<std::uint8_t>(bits >> 8), static_cast<std::uint8_t>(bits)};
}

/// The addresses of the host that a port is offered at.
Result<std::vector<Address>> hostAddresses(const PublishRequest& request, const BridgeSettings& settings, const Endpoint& endpoint)
{
    const std::optional<Address> wanted = request.hostAddress ? request.hostAddress : settings.hostAddress;
    std::vector<Address> list;
    for (const Family family : {Family::V4, Family::V6}) {
        const Subnet& own = family == Family::V4 ? endpoint.address : endpoint.address6;
        if (wanted && wanted->family != family)
            continue;
        if (!own.isNone())
            list.push_back(wanted.value_or(Address{family, 0}));
        else if (wanted)
            return Error(ErrorCode::Unsupported,
                fmt::format("cannot publish port {} on {}: the container has no IPv{} address on this network", request.containerPort,
                    wanted->text(), family == Family::V4 ? 4 : 6));
    }
    return list;
}

} // namespace

Result<void> BridgeNetworks::takeAddresses(Bridge& bridge, const EndpointRequest& request, Endpoint& endpoint)
{
    for (const Family family : {Family::V4, Family::V6}) {
        Subnet& own = family == Family::V4 ? endpoint.address : endpoint.address6;
        Address& gateway = family == Family::V4 ? endpoint.gateway : endpoint.gateway6;
        const std::optional<Address>& wanted = family == Family::V4 ? request.address : request.address6;
        std::optional<Error> full;
        for (AddressPool& pool : bridge.pools) {
            if (pool.subnet().family() != family || !own.isNone() || (wanted && !pool.subnet().contains(*wanted)))
                continue;
            if (wanted)
                TRY(pool.reserve(*wanted));
            const auto address = wanted ? Result<Address>(*wanted) : pool.allocate();
            if (!address) {
                full = address.error();
                continue;
            }
            own = {*address, pool.subnet().prefix};
            if (!bridge.settings.internal)
                gateway = pool.subnet().address;
        }
        if (own.isNone() && full)
            return *full;
        if (own.isNone() && wanted)
            return Error(ErrorCode::Invalid, fmt::format("no configured subnet contains IP address {}", wanted->text()));
    }
    return {};
}

void BridgeNetworks::releaseAddresses(Bridge& bridge, const Endpoint& endpoint)
{
    for (AddressPool& pool : bridge.pools) {
        for (const Subnet& own : {endpoint.address, endpoint.address6}) {
            if (!own.isNone() && pool.subnet().contains(own.address))
                pool.release(own.address);
        }
    }
}

/// Adds what it reserved to the endpoint's ports.
Result<std::vector<PortReservation>> BridgeNetworks::reservePorts(
    const Bridge& bridge, const std::vector<PublishRequest>& requests, Endpoint& endpoint)
{
    std::vector<PortReservation> reservations;
    std::vector<PublishedPort> ports;
    if (bridge.settings.internal)
        return reservations; // as Docker: nothing comes in there
    for (const PublishRequest& request : requests) {
        const std::vector<Address> addresses = TRY(hostAddresses(request, bridge.settings, endpoint));
        reservations.push_back(TRY(reservePort(request, addresses)));
        for (const Address& address : addresses)
            ports.push_back({request.protocol, address, reservations.back().port,
                address.isV6() ? endpoint.address6.address : endpoint.address.address, request.containerPort});
    }
    endpoint.ports.insert(endpoint.ports.end(), ports.begin(), ports.end());
    return reservations;
}

void BridgeNetworks::removeHostLink(const Endpoint& endpoint)
{
    if (const auto link = m_netlink.link(endpoint.hostLink))
        (void)m_netlink.removeLink(link->index);
}

Result<Endpoint> BridgeNetworks::connect(const std::string& network, int networkNamespace, const EndpointRequest& request)
{
    TRY(checkLinkName(request.containerLink));
    Endpoint endpoint;
    endpoint.id = randomHex(64);
    endpoint.network = network;
    endpoint.hostLink = "dv" + endpoint.id.substr(0, 10);
    endpoint.containerLink = request.containerLink;
    std::string bridgeLink;
    {
        const std::lock_guard lock(m_mutex);
        Bridge& bridge = *TRY(find(network));
        TRY(build(bridge));
        bridgeLink = bridge.settings.bridge;
        ScopeGuard undo([&] { releaseAddresses(bridge, endpoint); });
        TRY(takeAddresses(bridge, request, endpoint));
        endpoint.mac = request.mac.value_or(macFor(endpoint));
        auto reservations = TRY(reservePorts(bridge, request.publish, endpoint));
        VethRequest veth;
        veth.hostName = endpoint.hostLink;
        veth.bridgeIndex = bridge.index;
        veth.containerNamespace = networkNamespace;
        veth.containerName = endpoint.containerLink;
        veth.containerMac = endpoint.mac;
        veth.mtu = bridge.settings.mtu;
        veth.isolated = bridge.settings.isolated;
        ScopeGuard unplug([&] { removeHostLink(endpoint); });
        TRY(m_netlink.addVeth(veth));
        // A port of the bridge needs no addresses of its own, and nothing that a container sends is to give it any.
        TRY(silenceIpv6(endpoint.hostLink));
        TRY(m_firewall.publish(endpoint.ports));
        unplug.dismiss();
        undo.dismiss();
        bridge.endpoints.emplace(endpoint.id, endpoint);
        bridge.reservations.emplace(endpoint.id, std::move(reservations));
    }
    // The container's side needs no lock: it is another namespace and another socket.
    const auto configured = inNetworkNamespace(networkNamespace, [&]() -> Result<void> {
        TRY(endpoint.address6.isNone() ? silenceIpv6(endpoint.containerLink) : tameIpv6(endpoint.containerLink));
        LinkConfig config;
        config.name = endpoint.containerLink;
        for (const Subnet& own : {endpoint.address, endpoint.address6}) {
            if (!own.isNone())
                config.addresses.push_back(own);
        }
        if (request.defaultRoute)
            config.gateway = endpoint.gateway;
        if (request.defaultRoute6)
            config.gateway6 = endpoint.gateway6;
        Netlink inside = TRY(Netlink::open());
        TRY(inside.configure(config));
        awaitLink(inside, endpoint.containerLink);
        return {};
    });
    if (!configured) {
        unplug(endpoint);
        return configured.error();
    }
    Netlink netlink = TRY(Netlink::open());
    awaitLink(netlink, endpoint.hostLink);
    awaitLink(netlink, bridgeLink);
    return endpoint;
}

Result<void> BridgeNetworks::restore(const Endpoint& endpoint)
{
    const std::lock_guard lock(m_mutex);
    Bridge& bridge = *TRY(find(endpoint.network));
    if (bridge.index == 0)
        return Error(ErrorCode::NotFound, fmt::format("the bridge {} does not exist any more", bridge.settings.bridge));
    for (AddressPool& pool : bridge.pools) {
        for (const Subnet& own : {endpoint.address, endpoint.address6}) {
            if (!own.isNone() && pool.subnet().contains(own.address))
                TRY(pool.reserve(own.address));
        }
    }
    std::vector<PortReservation> reservations;
    for (const PublishedPort& port : endpoint.ports) {
        auto reservation = reservePort({port.protocol, port.hostAddress, port.hostPort, port.hostPort, port.containerPort}, {port.hostAddress});
        if (reservation)
            reservations.push_back(std::move(*reservation));
        else
            log::warning("network: published port {}: {}", port.hostPort, reservation.error().message());
    }
    bridge.endpoints.emplace(endpoint.id, endpoint);
    bridge.reservations.emplace(endpoint.id, std::move(reservations));
    return {};
}

void BridgeNetworks::forget(const Endpoint& endpoint)
{
    const auto found = m_bridges.find(endpoint.network);
    if (found == m_bridges.end())
        return;
    Bridge& bridge = found->second;
    const auto known = bridge.endpoints.find(endpoint.id);
    if (known == bridge.endpoints.end())
        return;
    if (const auto removed = m_firewall.unpublish(known->second.ports); !removed)
        log::warning("network: {}", removed.error().message());
    bridge.reservations.erase(endpoint.id);
    releaseAddresses(bridge, known->second);
    bridge.endpoints.erase(known);
}

void BridgeNetworks::disconnect(const Endpoint& endpoint)
{
    const std::lock_guard lock(m_mutex);
    forget(endpoint);
}

void BridgeNetworks::unplug(const Endpoint& endpoint)
{
    const std::lock_guard lock(m_mutex);
    removeHostLink(endpoint);
    forget(endpoint);
}

Result<void> BridgeNetworks::publish(Endpoint& endpoint, const std::vector<PublishRequest>& requests)
{
    const std::lock_guard lock(m_mutex);
    Bridge& bridge = *TRY(find(endpoint.network));
    Endpoint changed = endpoint;
    auto reservations = TRY(reservePorts(bridge, requests, changed));
    TRY(m_firewall.publish({changed.ports.begin() + std::ssize(endpoint.ports), changed.ports.end()}));
    auto& held = bridge.reservations[endpoint.id];
    std::ranges::move(reservations, std::back_inserter(held));
    endpoint = changed;
    bridge.endpoints.insert_or_assign(endpoint.id, std::move(changed));
    return {};
}

void BridgeNetworks::unpublish(Endpoint& endpoint)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_bridges.find(endpoint.network);
    if (found == m_bridges.end())
        return;
    if (const auto removed = m_firewall.unpublish(endpoint.ports); !removed)
        log::warning("network: {}", removed.error().message());
    endpoint.ports.clear();
    found->second.reservations.erase(endpoint.id);
    found->second.endpoints.insert_or_assign(endpoint.id, endpoint);
}

} // namespace darsena::network
