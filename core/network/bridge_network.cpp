// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/bridge_network.h"

#include "core/base/digest.h"
#include "core/base/log.h"
#include "core/base/scope_guard.h"

#include <cerrno>
#include <fstream>

#include <fcntl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

namespace darsena::network {

namespace {

constexpr std::string_view kContainerLink = "eth0";
constexpr std::string_view kOwnerPrefix = "darsena ";

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

/// A switch below /proc/sys. Names are ours. A switch that the kernel lacks (no IPv6) is no error.
Result<void> writeSwitch(const std::string& path, std::string_view value)
{
    const UniqueFd file = UniqueFd::adopt(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file)
        return errno == ENOENT ? Result<void>() : Error::system(errno, fmt::format("open {}", path));
    if (::write(file.get(), value.data(), value.size()) < 0)
        return Error::system(errno, fmt::format("write {}", path));
    return {};
}

bool switchIsOn(const std::string& path)
{
    std::ifstream file(path);
    char value = '0';
    file >> value;
    return value == '1';
}

/// No IPv6 on a link: not from router advertisements either, which a container could forge (CVE-2020-13401).
Result<void> silenceIpv6(std::string_view link)
{
    TRY(writeSwitch(fmt::format("/proc/sys/net/ipv6/conf/{}/accept_ra", link), "0"));
    return writeSwitch(fmt::format("/proc/sys/net/ipv6/conf/{}/disable_ipv6", link), "1");
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

bool validName(std::string_view name)
{
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto fits = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; };
    return !name.empty() && name.size() <= 15 && letter(name.front()) && std::ranges::all_of(name, fits);
}

} // namespace

std::string Endpoint::macText() const
{
    return fmt::format("{:02x}", fmt::join(mac, ":"));
}

std::string bridgeNameFor(const std::filesystem::path& runFolder)
{
    return "dsn" + Digest::ofText(runFolder.string()).hex().substr(0, 10);
}

BridgeNetwork::BridgeNetwork(BridgeOptions options, Netlink netlink)
    : m_options(std::move(options))
    , m_netlink(std::move(netlink))
    , m_firewall(m_options.name)
{
}

Result<std::unique_ptr<BridgeNetwork>> BridgeNetwork::open(BridgeOptions options)
{
    if (!validName(options.name))
        return Error(ErrorCode::Invalid, fmt::format("invalid bridge name '{}'", options.name));
    std::unique_ptr<BridgeNetwork> network(new BridgeNetwork(std::move(options), TRY(Netlink::open())));
    TRY(network->adopt());
    return network;
}

BridgeNetwork::~BridgeNetwork()
{
    if (m_watcher.joinable()) {
        m_watcher.request_stop();
        m_watcher.join();
    }
    const std::lock_guard lock(m_mutex);
    if (m_bridgeIndex != 0 && m_endpoints.empty())
        tearDown();
}

Result<void> BridgeNetwork::adopt()
{
    const auto link = m_netlink.link(m_options.name);
    if (!link)
        return link.error().code() == ErrorCode::NotFound ? Result<void>() : link.error();
    if (link->kind != "bridge" || link->alias != std::string(kOwnerPrefix) + m_options.owner)
        return Error(ErrorCode::Conflict,
            fmt::format("the network link {} exists and is not ours ({} \"{}\")", m_options.name, link->kind, link->alias));
    for (const auto& [index, subnet] : TRY(m_netlink.addresses())) {
        if (index == link->index) {
            m_bridgeIndex = link->index;
            m_pool.emplace(subnet);
            log::info("network bridge: adopted {} with {}", m_options.name, subnet.text());
            return {};
        }
    }
    // It was being made when its maker died: nothing can be connected to it.
    log::info("network bridge: removed {}, which a former engine left half made", m_options.name);
    return m_netlink.removeLink(link->index);
}

std::optional<Subnet> BridgeNetwork::subnet() const
{
    const std::lock_guard lock(m_mutex);
    return m_pool ? std::optional(m_pool->subnet()) : std::nullopt;
}

Result<Subnet> BridgeNetwork::ensure()
{
    const std::lock_guard lock(m_mutex);
    TRY(build());
    return m_pool->subnet();
}

Result<void> BridgeNetwork::build()
{
    if (m_bridgeIndex != 0 && m_watcher.joinable())
        return {};
    if (m_bridgeIndex == 0) {
        std::vector<Subnet> busy = TRY(m_netlink.routes());
        for (const auto& [index, subnet] : TRY(m_netlink.addresses()))
            busy.push_back(subnet);
        const Subnet subnet = TRY(chooseSubnet(busy));
        TRY(m_netlink.addBridge(m_options.name, std::string(kOwnerPrefix) + m_options.owner));
        const int index = TRY(m_netlink.link(m_options.name)).index;
        ScopeGuard undo([&] { (void)m_netlink.removeLink(index); });
        TRY(silenceIpv6(m_options.name));
        // Lets the host's own 127.0.0.1:port reach a container; the firewall keeps containers out of the other direction.
        TRY(writeSwitch(fmt::format("/proc/sys/net/ipv4/conf/{}/route_localnet", m_options.name), "1"));
        TRY(m_netlink.addAddress(index, subnet));
        TRY(m_netlink.setUp(index));
        undo.dismiss();
        m_bridgeIndex = index;
        m_pool.emplace(subnet);
    }
    ScopeGuard undo([&] {
        if (m_endpoints.empty())
            tearDown();
    });
    TRY(switchForwardingOn());
    TRY(installFirewall());
    // Told of every change of the host's rules, so that a flush is noticed without looking time and again.
    UniqueFd socket = UniqueFd::adopt(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_NETFILTER));
    if (!socket)
        return Error::system(errno, "watch the firewall");
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = 1U << (NFNLGRP_NFTABLES - 1);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0)
        return Error::system(errno, "watch the firewall");
    m_watcher = std::jthread([this, socket = std::move(socket)](std::stop_token stop) { watchFirewall(stop, socket.get()); });
    undo.dismiss();
    return {};
}

void BridgeNetwork::tearDown()
{
    if (const auto removed = m_firewall.remove(); !removed)
        log::warning("network bridge: {}", removed.error().message());
    if (const auto removed = m_netlink.removeLink(m_bridgeIndex); !removed)
        log::warning("network bridge: {}", removed.error().message());
    m_bridgeIndex = 0;
    m_pool.reset();
    const auto note = m_options.stateFolder / "forwarding";
    std::error_code ignored;
    if (std::filesystem::remove(note, ignored)) {
        // Another engine beside us may have come to rely on it.
        const auto links = m_netlink.links();
        const bool others = !links || std::ranges::any_of(*links, [](const Link& link) { return link.alias.starts_with(kOwnerPrefix); });
        if (!others)
            (void)writeSwitch("/proc/sys/net/ipv4/ip_forward", "0");
    }
}

Result<void> BridgeNetwork::switchForwardingOn()
{
    const std::string path = "/proc/sys/net/ipv4/ip_forward";
    if (switchIsOn(path))
        return {};
    // The note outlives this process, so that the next engine keeps closed what forwarding opens.
    std::ofstream note(m_options.stateFolder / "forwarding");
    note << "switched on by us\n";
    note.close();
    if (!note)
        return Error(ErrorCode::System, fmt::format("write {}/forwarding", m_options.stateFolder.string()));
    return writeSwitch(path, "1");
}

Result<void> BridgeNetwork::installFirewall()
{
    FirewallPlan plan;
    plan.bridge = m_options.name;
    plan.subnet = m_pool->subnet();
    std::error_code ignored;
    plan.onlyContainersForward = std::filesystem::exists(m_options.stateFolder / "forwarding", ignored);
    for (const auto& [id, endpoint] : m_endpoints)
        plan.ports.insert(plan.ports.end(), endpoint.ports.begin(), endpoint.ports.end());
    return m_firewall.install(plan);
}

Result<void> BridgeNetwork::repairFirewall()
{
    const std::lock_guard lock(m_mutex);
    if (m_bridgeIndex == 0 || TRY(m_firewall.installed()))
        return {};
    log::warning("network bridge: the firewall table {} was removed by someone; put back", m_options.name);
    return installFirewall();
}

void BridgeNetwork::watchFirewall(std::stop_token stop, int socket)
{
    const UniqueFd wake = UniqueFd::adopt(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!wake)
        return;
    const std::stop_callback onStop(stop, [&] {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(wake.get(), &one, sizeof one);
    });
    std::array<char, 8192> room;
    while (!stop.stop_requested()) {
        std::array<pollfd, 2> fds{{{socket, POLLIN, 0}, {wake.get(), POLLIN, 0}}};
        if (::poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR)
            return;
        if (stop.stop_requested())
            return;
        // A reload comes as many messages: let it finish, then look once. ENOBUFS (too many) is a message, too.
        (void)::poll(&fds[1], 1, 300);
        while (::recv(socket, room.data(), room.size(), 0) > 0 || errno == ENOBUFS) { }
        if (stop.stop_requested())
            return;
        if (const auto repaired = repairFirewall(); !repaired)
            log::warning("network bridge: {}", repaired.error().message());
    }
}

Result<Endpoint> BridgeNetwork::plug(int networkNamespace, Subnet address)
{
    Endpoint endpoint;
    endpoint.id = randomHex(64);
    endpoint.hostLink = "dv" + endpoint.id.substr(0, 10);
    endpoint.address = address;
    endpoint.gateway = m_pool->subnet().address;
    // From the address, as Docker does: neighbours' ARP entries stay right when an address is used again.
    const std::uint32_t bits = address.address.bits;
    endpoint.mac = {0x02, 0x42, static_cast<std::uint8_t>(bits >> 24), static_cast<std::uint8_t>(bits >> 16),
        static_cast<std::uint8_t>(bits >> 8), static_cast<std::uint8_t>(bits)};
    VethRequest request;
    request.hostName = endpoint.hostLink;
    request.bridgeIndex = m_bridgeIndex;
    request.containerNamespace = networkNamespace;
    request.containerName = kContainerLink;
    request.containerMac = endpoint.mac;
    TRY(m_netlink.addVeth(request));
    return endpoint;
}

Result<Endpoint> BridgeNetwork::connect(int networkNamespace, const std::vector<PublishRequest>& publish)
{
    Endpoint endpoint;
    std::vector<UniqueFd> reservations;
    {
        const std::lock_guard lock(m_mutex);
        TRY(build());
        std::vector<PublishedPort> ports;
        for (const PublishRequest& request : publish) {
            PortReservation reservation = TRY(reservePort(request));
            ports.push_back({request.protocol, request.hostAddress, reservation.port, {}, request.containerPort});
            reservations.push_back(std::move(reservation.socket));
        }
        const Ipv4 address = TRY(m_pool->allocate());
        ScopeGuard undo([&] { m_pool->release(address); });
        endpoint = TRY(plug(networkNamespace, {address, m_pool->subnet().prefix}));
        for (PublishedPort& port : ports)
            port.containerAddress = address;
        endpoint.ports = std::move(ports);
        ScopeGuard unplug([&] {
            if (const auto link = m_netlink.link(endpoint.hostLink))
                (void)m_netlink.removeLink(link->index);
        });
        TRY(m_firewall.publish(endpoint.ports));
        unplug.dismiss();
        undo.dismiss();
        m_endpoints.emplace(endpoint.id, endpoint);
        m_reservations.emplace(endpoint.id, std::move(reservations));
    }
    // The container's side needs no lock: it is another namespace and another socket.
    const auto configured = inNetworkNamespace(networkNamespace, [&]() -> Result<void> {
        TRY(silenceIpv6(kContainerLink));
        Netlink inside = TRY(Netlink::open());
        TRY(inside.configure(kContainerLink, endpoint.address, endpoint.gateway));
        awaitLink(inside, kContainerLink);
        return {};
    });
    if (!configured) {
        disconnect(endpoint);
        const std::lock_guard lock(m_mutex);
        if (const auto link = m_netlink.link(endpoint.hostLink))
            (void)m_netlink.removeLink(link->index);
        return configured.error();
    }
    Netlink netlink = TRY(Netlink::open());
    awaitLink(netlink, endpoint.hostLink);
    awaitLink(netlink, m_options.name);
    return endpoint;
}

Result<void> BridgeNetwork::restore(const Endpoint& endpoint)
{
    const std::lock_guard lock(m_mutex);
    if (m_bridgeIndex == 0)
        return Error(ErrorCode::NotFound, fmt::format("the bridge {} does not exist any more", m_options.name));
    TRY(m_pool->reserve(endpoint.address.address));
    std::vector<UniqueFd> reservations;
    for (const PublishedPort& port : endpoint.ports) {
        auto reservation = reservePort({port.protocol, port.hostAddress, port.hostPort, port.hostPort, port.containerPort});
        if (reservation)
            reservations.push_back(std::move(reservation->socket));
        else
            log::warning("network bridge: published port {}: {}", port.hostPort, reservation.error().message());
    }
    m_endpoints.emplace(endpoint.id, endpoint);
    m_reservations.emplace(endpoint.id, std::move(reservations));
    return {};
}

void BridgeNetwork::disconnect(const Endpoint& endpoint)
{
    const std::lock_guard lock(m_mutex);
    if (m_endpoints.erase(endpoint.id) == 0)
        return;
    if (const auto removed = m_firewall.unpublish(endpoint.ports); !removed)
        log::warning("network bridge: {}", removed.error().message());
    m_reservations.erase(endpoint.id);
    m_pool->release(endpoint.address.address);
}

std::size_t BridgeNetwork::connections() const
{
    const std::lock_guard lock(m_mutex);
    return m_endpoints.size();
}

} // namespace darsena::network
