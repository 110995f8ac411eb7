// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/container_networks.h"

#include "core/base/log.h"
#include "core/base/scope_guard.h"
#include "core/engine/endpoint_settings.h"
#include "core/engine/network_names.h"
#include "core/engine/port_request.h"
#include "core/os/file.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::engine {

namespace {

using network::Family;

constexpr std::size_t kMaxNameFile = 1 << 20;

network::ResolverOptions resolverOf(const ContainerRecord& record)
{
    return {record.hostConfig.dns, record.hostConfig.dnsSearch, record.hostConfig.dnsOptions};
}

Result<UniqueFd> openNamespace(std::int64_t pid)
{
    UniqueFd space = UniqueFd::adopt(::open(fmt::format("/proc/{}/ns/net", pid).c_str(), O_RDONLY | O_CLOEXEC));
    struct stat theirs{}, ours{};
    if (!space || ::fstat(space.get(), &theirs) < 0 || ::stat("/proc/self/ns/net", &ours) < 0)
        return Error::system(errno, "open the container's network namespace");
    // A container that just ended leaves its number to a process of the host.
    if (theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino)
        return Error(ErrorCode::Conflict, "the container has no network namespace of its own any more");
    return space;
}

/// The networks' gateways compete for the default routes.
std::string gatewayAmong(const std::map<std::string, NetworkRecord>& networks, const ContainerRecord& record, const Endpoints& endpoints, Family family)
{
    std::vector<GatewayCandidate> candidates;
    for (const auto& [name, endpoint] : endpoints) {
        const auto known = networks.find(name);
        const auto asked = record.networks.find(name);
        if (known != networks.end())
            candidates.push_back({name, asked == record.networks.end() ? 0 : asked->second.gwPriority, known->second.network.internal,
                !endpoint.address.isNone(), !endpoint.address6.isNone()});
    }
    return chooseGateway(candidates, family);
}

std::string freeLink(const Endpoints& endpoints)
{
    for (int index = 0;; ++index) {
        std::string name = fmt::format("eth{}", index);
        if (std::ranges::none_of(endpoints, [&](const auto& entry) { return entry.second.containerLink == name; }))
            return name;
    }
}

/// "172.18.0.2\tweb.example web\n", one line for each of the endpoint's addresses.
std::string hostsLines(const ContainerRecord& record, const std::string& hostname, const network::Endpoint& endpoint)
{
    std::string self = hostname;
    if (!record.config.domainname.empty())
        self = fmt::format("{}.{} {}", hostname, record.config.domainname, hostname);
    std::string text;
    for (const network::Subnet& own : {endpoint.address, endpoint.address6}) {
        if (!own.isNone())
            text += fmt::format("{}\t{}\n", own.address.text(), self);
    }
    return text;
}

/// In place: the file is mounted into the container, a new one beside it would not be seen.
Result<void> overwrite(const std::filesystem::path& path, std::string_view text)
{
    const UniqueFd file = TRY(os::openFile(path, O_WRONLY | O_TRUNC | O_NOFOLLOW));
    return os::writeAll(file.get(), text);
}

network::PublishRequest sameAgain(const network::PublishedPort& port)
{
    return {port.protocol, port.hostAddress, port.hostPort, port.hostPort, port.containerPort};
}

} // namespace

Result<void> ContainerNetworks::plan(ContainerRecord& record, const std::map<std::string, model::EndpointSettings>& asked)
{
    std::string& mode = record.hostConfig.networkMode;
    if (mode.empty() || mode == "default")
        mode = "bridge";
    if (mode.starts_with("container:")) {
        if (!asked.empty())
            return Error(ErrorCode::Invalid, "conflicting options: cannot attach both user-defined and non-user-defined network-modes");
        // By id from now on: the other may get another name.
        if (const auto other = m_parts.containers.find(std::string_view(mode).substr(std::string_view("container:").size())))
            mode = "container:" + (*other)->id;
        return {};
    }
    const auto primaryFound = m_parts.networks.find(mode);
    // Not "not found": clients take that for the image and begin to pull it.
    if (!primaryFound)
        return Error(ErrorCode::Invalid, primaryFound.error().message());
    const NetworkRecord primary = *primaryFound;
    for (const auto& [key, settings] : asked) {
        const NetworkRecord network = key == "default" ? primary : TRY(m_parts.networks.find(key));
        const std::string& name = network.network.name;
        if (name != primary.network.name && (!network.bridged() || !primary.bridged()))
            return Error(ErrorCode::Invalid, "conflicting options: cannot attach both user-defined and non-user-defined network-modes");
        TRY_CONTEXT(fmt::format("network {}", name), endpointRequest(network, settings));
        model::EndpointSettings kept = askedFor(settings);
        kept.networkId = network.network.id;
        if (!record.networks.emplace(name, std::move(kept)).second)
            return Error(ErrorCode::Invalid, fmt::format("NetworkingConfig: the network {} is named twice", name));
    }
    // As Docker: networks that are named take the default one's place, not that of one that NetworkMode names.
    if (record.networks.empty() || primary.named()) {
        model::EndpointSettings plain;
        plain.networkId = primary.network.id;
        record.networks.emplace(primary.network.name, std::move(plain));
    }
    if (!record.hostConfig.links.empty()) {
        if (!primary.named())
            return Error(ErrorCode::Unsupported, "HostConfig.Links is not supported by this engine: containers on one network of your own know each other by name");
        // Docker's way as well: on a network of one's own they are that connection's.
        std::vector<std::string>& links = record.networks[primary.network.name].links;
        for (const std::string& link : record.hostConfig.links) {
            (void)TRY(parseLink(link));
            if (std::ranges::find(links, link) == links.end())
                links.push_back(link);
        }
    }
    for (const auto& [name, settings] : record.networks)
        TRY(checkLinks(settings));
    if (!record.config.macAddress.empty()) {
        (void)TRY(network::parseMac(record.config.macAddress));
        if (!primary.bridged())
            return Error(ErrorCode::Invalid, "conflicting options: mac-address and the network mode");
        model::EndpointSettings& settings = record.networks[linkOrder(record).front()];
        if (settings.macAddress.empty())
            settings.macAddress = record.config.macAddress;
    }
    return {};
}

/// Links name containers that exist. Errors: Invalid (not NotFound, which clients take for the image).
Result<void> ContainerNetworks::checkLinks(const model::EndpointSettings& settings) const
{
    for (const std::string& link : settings.links) {
        if (const Link parsed = TRY(parseLink(link)); !m_parts.containers.find(parsed.container))
            return Error(ErrorCode::Invalid, fmt::format("could not get container for {}", parsed.container));
    }
    return {};
}

/// Every network of the record, as it is now. Errors: NotFound for one that was removed meanwhile.
Result<std::map<std::string, NetworkRecord>> ContainerNetworks::recordsOf(const ContainerRecord& record) const
{
    std::map<std::string, NetworkRecord> networks;
    for (const auto& [name, settings] : record.networks) {
        const auto found = m_parts.networks.find(settings.networkId);
        if (!found)
            return Error(ErrorCode::NotFound, fmt::format("failed to set up container networking: network {} not found", name));
        networks.emplace(name, *found);
    }
    return networks;
}

/// The host's address on the default bridge, which every container with a way out reaches.
Result<std::string> ContainerNetworks::hostGateway(const ContainerRecord& record) const
{
    const auto wants = [](const std::string& entry) { return entry.ends_with("host-gateway"); };
    if (std::ranges::none_of(record.hostConfig.extraHosts, wants))
        return std::string();
    const auto ranges = TRY(m_parts.bridges->ensure(networkId("bridge")));
    return ranges.empty() ? std::string() : ranges.front().subnet.address.text();
}

Result<NameFiles> ContainerNetworks::writeFiles(const ContainerRecord& record, const std::string& hostname)
{
    constexpr std::string_view kContainer = "container:";
    const std::string_view mode = record.hostConfig.networkMode;
    if (mode.starts_with(kContainer)) {
        // Who shares another's network shares its names, also those that come and go while both run.
        const ContainerPointer other = TRY(m_parts.containers.find(mode.substr(kContainer.size())));
        const auto folder = m_parts.files.etc(other->id);
        return NameFiles{folder / "hosts", folder / "hostname", folder / "resolv.conf"};
    }
    const std::string gateway = TRY(hostGateway(record));
    std::vector<network::HostEntry> entries;
    for (const std::string& entry : record.hostConfig.extraHosts)
        entries.push_back(TRY(network::parseExtraHost(entry, gateway)));
    NameScope scope = record.hostConfig.networkMode == "host" ? NameScope::Host : NameScope::Own;
    if (ownsNetworks(record.hostConfig.networkMode)) {
        for (const auto& [name, network] : TRY(recordsOf(record))) {
            if (network.named())
                scope = NameScope::Named;
        }
    }
    return writeNameFiles(m_parts.files.etc(record.id), hostname, entries, resolverOf(record), scope);
}

void ContainerNetworks::publishNames(const ContainerRecord& record, const Endpoints& endpoints)
{
    for (const auto& [name, endpoint] : endpoints) {
        if (name == "bridge")
            continue;
        const auto asked = record.networks.find(name);
        network::NamedEndpoint named;
        named.container = record.id;
        named.names = dnsNames(record, asked == record.networks.end() ? model::EndpointSettings() : asked->second);
        if (!endpoint.address.isNone())
            named.address = endpoint.address.address;
        if (!endpoint.address6.isNone())
            named.address6 = endpoint.address6.address;
        m_parts.names->names().publish(endpoint.network, std::move(named));
    }
}

Result<void> ContainerNetworks::serveNames(const ContainerRecord& record, const Endpoints& endpoints, int networkNamespace)
{
    network::NameClient client;
    client.container = record.id;
    client.forwards = false;
    for (const std::string& name : linkOrder(record)) {
        const auto endpoint = endpoints.find(name);
        if (endpoint == endpoints.end())
            continue;
        const auto network = m_parts.networks.find(endpoint->second.network);
        client.forwards = client.forwards || (network && !network->network.internal);
        if (!network || !network->named())
            continue;
        client.networks.push_back({network->network.id, name});
        for (const std::string& text : record.networks.at(name).links) {
            const auto link = parseLink(text);
            // Who was removed meanwhile is not found by the alias either.
            if (const auto other = link ? m_parts.containers.find(link->container) : Result<ContainerPointer>(link.error()))
                client.networks.back().aliases.emplace(link->alias, (*other)->id);
        }
    }
    if (m_parts.names->serves(record.id) || !client.networks.empty())
        client.upstreams = network::upstreamServers(hostResolver(true), resolverOf(record));
    if (m_parts.names->serves(record.id))
        m_parts.names->change(client);
    else if (!client.networks.empty())
        return m_parts.names->serve(std::move(client), networkNamespace);
    return {};
}

Result<Endpoints> ContainerNetworks::attach(const ContainerRecord& record, std::int64_t pid, const NameFiles& files, const std::string& hostname)
{
    if (!ownsNetworks(record.hostConfig.networkMode) || record.networks.empty())
        return Endpoints();
    const auto networks = TRY(recordsOf(record));
    const UniqueFd space = TRY(openNamespace(pid));
    // What is asked for decides which network leads outside; the addresses come with the connections.
    std::vector<GatewayCandidate> candidates;
    for (const auto& [name, network] : networks)
        candidates.push_back({name, record.networks.at(name).gwPriority, network.network.internal, network.network.enableIpv4, network.network.enableIpv6});
    const std::string gateway = chooseGateway(candidates, Family::V4);
    const std::string gateway6 = chooseGateway(candidates, Family::V6);
    const std::string& publishing = gateway.empty() ? gateway6 : gateway;

    Endpoints endpoints;
    ScopeGuard undo([&] { detach(record.id, endpoints); });
    std::string hosts;
    for (const std::string& name : linkOrder(record)) {
        network::EndpointRequest request = TRY(endpointRequest(networks.at(name), record.networks.at(name)));
        if (request.containerLink.empty())
            request.containerLink = freeLink(endpoints);
        request.defaultRoute = name == gateway;
        request.defaultRoute6 = name == gateway6;
        if (name == publishing)
            request.publish = TRY(planPorts(record.config, record.hostConfig));
        const std::string& id = networks.at(name).network.id;
        const auto& endpoint = endpoints.emplace(name, TRY(m_parts.bridges->connect(id, space.get(), request))).first->second;
        hosts += hostsLines(record, hostname, endpoint);
    }
    publishNames(record, endpoints);
    TRY(serveNames(record, endpoints, space.get()));
    // The container knows itself by name; the file is mounted already, so it is added to, not replaced.
    const UniqueFd file = TRY(os::openFile(files.hosts, O_WRONLY | O_APPEND | O_NOFOLLOW));
    TRY(os::writeAll(file.get(), hosts));
    undo.dismiss();
    return endpoints;
}

void ContainerNetworks::detach(const std::string& container, const Endpoints& endpoints)
{
    m_parts.names->stop(container);
    for (const auto& [name, endpoint] : endpoints) {
        m_parts.names->names().withdraw(endpoint.network, container);
        m_parts.bridges->disconnect(endpoint);
    }
}

void ContainerNetworks::publishEvents(std::string_view action, const ContainerRecord& record, const Endpoints& endpoints)
{
    const auto tell = [&](const std::string& network, const std::string& name, const std::string& driver) {
        m_parts.events.publish("network", std::string(action), network, {{"container", record.id}, {"name", name}, {"type", driver}});
    };
    // Docker tells of these as of the others, though nothing is connected.
    const std::string& mode = record.hostConfig.networkMode;
    if (mode == "none" || mode == "host")
        tell(networkId(mode), mode, mode == "none" ? "null" : "host");
    for (const auto& [name, endpoint] : endpoints)
        tell(endpoint.network, name, "bridge");
}

void ContainerNetworks::restore(Container& container)
{
    Endpoints& endpoints = container.state.endpoints;
    std::erase_if(endpoints, [&](const auto& entry) {
        const auto restored = m_parts.bridges->restore(entry.second);
        if (!restored)
            log::warning("container {}: network {}: {}", container.id.substr(0, 12), entry.first, restored.error().message());
        return !restored.ok();
    });
    publishNames(container.record, endpoints);
    if (std::ranges::all_of(endpoints, [](const auto& entry) { return entry.first == "bridge"; }))
        return;
    const auto space = openNamespace(container.state.pid);
    const auto served = space ? serveNames(container.record, endpoints, space->get()) : Result<void>(space.error());
    if (!served)
        log::warning("container {}: its names: {}", container.id.substr(0, 12), served.error().message());
}

void ContainerNetworks::renamed(const Container& container)
{
    const std::lock_guard lock(container.mutex);
    publishNames(container.record, container.state.endpoints);
}

Result<network::Endpoint> ContainerNetworks::plugIn(const ContainerPointer& container, const ContainerRecord& record, const ContainerState& state,
    const NetworkRecord& network, network::EndpointRequest request)
{
    const UniqueFd space = TRY(openNamespace(state.pid));
    if (request.containerLink.empty())
        request.containerLink = freeLink(state.endpoints);
    request.defaultRoute = false;
    request.defaultRoute6 = false;
    network::Endpoint endpoint = TRY(m_parts.bridges->connect(network.network.id, space.get(), request));
    Endpoints endpoints = state.endpoints;
    endpoints.emplace(network.network.name, endpoint);
    publishNames(record, endpoints);
    const auto served = serveNames(record, endpoints, space.get());
    bool runs = false;
    {
        // It may have ended meanwhile, and whoever saw that did not know of this connection.
        const std::lock_guard lock(container->mutex);
        runs = container->state.runs() && container->state.pid == state.pid;
        if (served && runs)
            container->state.endpoints.emplace(network.network.name, endpoint);
    }
    if (served && runs)
        return endpoint;
    m_parts.names->names().withdraw(endpoint.network, record.id);
    if (!runs)
        m_parts.names->stop(record.id);
    m_parts.bridges->unplug(endpoint);
    return served ? Error(ErrorCode::Conflict, fmt::format("container {} is not running", record.id)) : served.error();
}

/// After a change: default routes and published ports go to the network that is now to have them. Told only by the log when
/// that fails: the change itself stands.
void ContainerNetworks::rebalance(
    const ContainerRecord& record, Endpoints& endpoints, std::int64_t pid, const std::vector<network::PublishedPort>& freed)
{
    std::map<std::string, NetworkRecord> networks;
    for (const auto& [name, endpoint] : endpoints) {
        if (auto network = m_parts.networks.find(endpoint.network))
            networks.emplace(name, std::move(*network));
    }
    const std::string gateway = gatewayAmong(networks, record, endpoints, Family::V4);
    const std::string gateway6 = gatewayAmong(networks, record, endpoints, Family::V6);
    const auto space = openNamespace(pid);
    const auto routed = !space ? Result<void>(space.error()) : network::inNetworkNamespace(space->get(), [&]() -> Result<void> {
        network::Netlink netlink = TRY(network::Netlink::open());
        TRY(gateway.empty() ? netlink.removeDefaultRoute(Family::V4) : netlink.setDefaultRoute(endpoints.at(gateway).gateway));
        return gateway6.empty() ? netlink.removeDefaultRoute(Family::V6) : netlink.setDefaultRoute(endpoints.at(gateway6).gateway6);
    });
    if (!routed)
        log::warning("container {}: its default route: {}", record.id.substr(0, 12), routed.error().message());
    movePorts(record, endpoints, gateway.empty() ? gateway6 : gateway, freed);
}

void ContainerNetworks::movePorts(
    const ContainerRecord& record, Endpoints& endpoints, const std::string& gateway, const std::vector<network::PublishedPort>& freed)
{
    if (gateway.empty() || !endpoints.at(gateway).ports.empty())
        return;
    // The same host ports as before, also those that were chosen at random.
    std::vector<network::PublishRequest> requests;
    for (const network::PublishedPort& port : freed)
        requests.push_back(sameAgain(port));
    for (auto& [name, endpoint] : endpoints) {
        for (const network::PublishedPort& port : endpoint.ports)
            requests.push_back(sameAgain(port));
        if (!endpoint.ports.empty())
            m_parts.bridges->unpublish(endpoint);
    }
    if (requests.empty())
        requests = planPorts(record.config, record.hostConfig).valueOr({});
    for (const network::PublishRequest& request : requests) {
        if (const auto published = m_parts.bridges->publish(endpoints.at(gateway), {request}); !published)
            log::warning("container {}: port {}: {}", record.id.substr(0, 12), request.containerPort, published.error().message());
    }
}

/// /etc/hosts names the addresses of now; /etc/resolv.conf names our server once there is a network with names. A resolv.conf
/// that somebody changed stays as it is.
void ContainerNetworks::rewriteFiles(const ContainerRecord& record, const Endpoints& endpoints)
{
    const auto folder = m_parts.files.etc(record.id);
    const std::string hostname = record.config.hostname.empty() ? record.id.substr(0, 12) : record.config.hostname;
    const auto warn = [&](const Error& error) { log::warning("container {}: {}", record.id.substr(0, 12), error.message()); };
    if (const auto text = os::readFile(folder / "hosts", kMaxNameFile)) {
        std::string kept;
        std::string_view rest = *text;
        while (!rest.empty()) {
            const auto end = std::min(rest.find('\n'), rest.size() - 1) + 1;
            const std::string_view line = rest.substr(0, end);
            rest.remove_prefix(end);
            // Lines of ours are "address<tab>hostname", and only ours end so.
            const bool ours = line.ends_with(fmt::format("\t{}\n", hostname)) || line.ends_with(fmt::format(" {}\n", hostname));
            if (!ours)
                kept += line;
        }
        for (const std::string& name : linkOrder(record)) {
            if (const auto found = endpoints.find(name); found != endpoints.end())
                kept += hostsLines(record, hostname, found->second);
        }
        if (const auto written = overwrite(folder / "hosts", kept); !written)
            warn(written.error());
    } else {
        warn(text.error());
    }
    const bool named = std::ranges::any_of(endpoints, [](const auto& entry) { return entry.first != "bridge"; });
    const auto resolv = os::readFile(folder / "resolv.conf", kMaxNameFile);
    const auto plain = network::resolvConf(hostResolver(false), resolverOf(record), false);
    const auto own = network::ownResolvConf(hostResolver(false), resolverOf(record));
    if (named && resolv && plain && own && *resolv == *plain) {
        if (const auto written = overwrite(folder / "resolv.conf", *own); !written)
            warn(written.error());
    }
}

Result<void> ContainerNetworks::connect(const ContainerPointer& container, const NetworkRecord& network, const model::EndpointSettings& asked)
{
    const std::string& name = network.network.name;
    const std::lock_guard lifecycle(container->lifecycle);
    ContainerRecord record;
    ContainerState state;
    {
        const std::lock_guard lock(container->mutex);
        record = container->record;
        state = container->state;
        if (container->removed)
            return Error(ErrorCode::NotFound, fmt::format("No such container: {}", container->id));
    }
    const std::string& mode = record.hostConfig.networkMode;
    if (state.status == Status::Dead || state.status == Status::Removing)
        return Error(ErrorCode::Denied, fmt::format("container {} is marked for removal and cannot be connected or disconnected to the network", record.id));
    if (name == "host")
        return Error(ErrorCode::Denied, "container cannot be disconnected from host network or connected to host network");
    if (mode == "host" || mode.starts_with("container:"))
        return Error(ErrorCode::Denied, "container sharing network namespace with another container or host cannot be connected to any other network");
    if (mode == "none" || name == "none")
        return Error(ErrorCode::Denied, "container cannot be connected to multiple networks with one of the networks in private (none) mode");
    if (record.networks.contains(name))
        return Error(ErrorCode::Denied, fmt::format("endpoint with name {} already exists in network {}", record.name, name));
    network::EndpointRequest request = TRY(endpointRequest(network, asked));
    TRY(checkLinks(asked));
    model::EndpointSettings kept = askedFor(asked);
    kept.networkId = network.network.id;
    record.networks.emplace(name, kept);
    Endpoints added;
    if (state.runs()) {
        added.emplace(name, TRY(plugIn(container, record, state, network, std::move(request))));
        state.endpoints.insert(added.begin(), added.end());
        rebalance(record, state.endpoints, state.pid, {});
        rewriteFiles(record, state.endpoints);
    }
    bool ended = false;
    {
        const std::lock_guard lock(container->mutex);
        container->record.networks.insert_or_assign(name, std::move(kept));
        TRY(m_parts.files.saveRecord(container->record));
        ended = !container->state.runs() || container->state.pid != state.pid;
        if (!added.empty() && !ended) {
            container->state.endpoints = state.endpoints;
            TRY(m_parts.files.saveState(container->id, container->state));
        }
    }
    // A run that ended meanwhile has let go of the endpoints it knew, and this one it did not.
    if (ended)
        detach(container->id, added);
    else
        publishEvents("connect", record, added);
    return {};
}

Result<void> ContainerNetworks::disconnect(const ContainerPointer& container, const NetworkRecord& network)
{
    const std::string& name = network.network.name;
    const std::lock_guard lifecycle(container->lifecycle);
    ContainerRecord record;
    ContainerState state;
    Endpoints gone;
    {
        const std::lock_guard lock(container->mutex);
        if (container->removed)
            return Error(ErrorCode::NotFound, fmt::format("No such container: {}", container->id));
        if (container->record.hostConfig.networkMode == "host" || name == "host")
            return Error(ErrorCode::Denied, "container cannot be disconnected from host network or connected to host network");
        if (container->record.networks.erase(name) == 0)
            return Error(ErrorCode::Denied, fmt::format("container {} is not connected to network {}", container->id, name));
        TRY(m_parts.files.saveRecord(container->record));
        if (auto node = container->state.endpoints.extract(name))
            gone.insert(std::move(node));
        record = container->record;
        state = container->state;
    }
    for (auto& [goneName, endpoint] : gone) {
        const std::vector<network::PublishedPort> ports = endpoint.ports;
        m_parts.names->names().withdraw(endpoint.network, record.id);
        m_parts.bridges->unplug(endpoint);
        (void)serveNames(record, state.endpoints, -1);
        rebalance(record, state.endpoints, state.pid, ports);
        rewriteFiles(record, state.endpoints);
        const std::lock_guard lock(container->mutex);
        if (container->state.runs() && container->state.pid == state.pid) {
            container->state.endpoints = state.endpoints;
            TRY(m_parts.files.saveState(container->id, container->state));
        }
    }
    publishEvents("disconnect", record, gone);
    return {};
}

} // namespace darsena::engine
