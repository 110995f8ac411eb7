// SPDX-License-Identifier: GPL-3.0-or-later
// What list and inspect show of a container.
#include "core/engine/container_manager.h"

#include "core/base/log.h"
#include "core/engine/endpoint_settings.h"
#include "core/engine/host_abilities.h"
#include "core/engine/texts.h"

#include <charconv>

namespace darsena::engine {

namespace {

std::string_view typeName(MountRecord::Type type)
{
    switch (type) {
    case MountRecord::Type::Bind:
        return "bind";
    case MountRecord::Type::Volume:
        return "volume";
    case MountRecord::Type::Tmpfs:
        break;
    }
    return "tmpfs";
}

std::vector<model::MountPoint> mountPoints(const ContainerRecord& record)
{
    std::vector<model::MountPoint> points;
    for (const MountRecord& mount : record.mounts) {
        // As Docker: those of HostConfig.Tmpfs are told there only.
        if (mount.type == MountRecord::Type::Tmpfs && record.hostConfig.tmpfs.contains(mount.destination))
            continue;
        model::MountPoint point;
        point.type = typeName(mount.type);
        point.name = mount.volume;
        point.source = mount.source;
        point.destination = mount.destination;
        point.driver = mount.type == MountRecord::Type::Volume ? "local" : "";
        point.mode = mount.mode;
        point.rw = !mount.readOnly;
        point.propagation = mount.propagation;
        points.push_back(std::move(point));
    }
    return points;
}

std::string portKey(const network::PublishedPort& port)
{
    return fmt::format("{}/{}", port.containerPort, network::name(port.protocol));
}

std::string hostAddress(const network::PublishedPort& port)
{
    return port.hostAddress.text();
}

/// The published ports of all networks.
std::vector<network::PublishedPort> publishedOf(const ContainerState& state)
{
    std::vector<network::PublishedPort> ports;
    for (const auto& [name, endpoint] : state.endpoints)
        ports.insert(ports.end(), endpoint.ports.begin(), endpoint.ports.end());
    return ports;
}

std::vector<model::PortSummary> portsOf(const ContainerRecord& record, const ContainerState& state)
{
    std::vector<model::PortSummary> ports;
    if (!state.runs())
        return ports;
    std::set<std::string> published;
    for (const network::PublishedPort& port : publishedOf(state)) {
        ports.push_back({hostAddress(port), port.containerPort, port.hostPort, std::string(network::name(port.protocol))});
        published.insert(portKey(port));
    }
    for (const std::string& exposed : record.config.exposedPorts) {
        const std::string key = exposed.find('/') == std::string::npos ? exposed + "/tcp" : exposed;
        const auto slash = key.find('/');
        model::PortSummary port;
        const auto [end, error] = std::from_chars(key.data(), key.data() + slash, port.privatePort);
        if (published.contains(key) || error != std::errc() || end != key.data() + slash)
            continue;
        port.type = key.substr(slash + 1);
        ports.push_back(std::move(port));
    }
    return ports;
}

model::PortMap portMapOf(const ContainerRecord& record, const ContainerState& state)
{
    model::PortMap map;
    if (!state.runs())
        return map;
    for (const std::string& exposed : record.config.exposedPorts)
        map[exposed];
    for (const network::PublishedPort& port : publishedOf(state))
        map[portKey(port)].push_back({hostAddress(port), std::to_string(port.hostPort)});
    return map;
}

/// Whether one of the values names the container: an id prefix, or a part of its name.
bool matchesId(const Filters& filters, const std::string& id)
{
    const auto& wanted = filters.values("id");
    return wanted.empty() || std::ranges::any_of(wanted, [&](const std::string& value) { return id.starts_with(value); });
}

/// The values are expressions, of the name with and without the slash that it has in the API.
bool matchesName(const Filters& filters, const std::string& name)
{
    return filters.matchesPattern("name", name) || filters.matchesPattern("name", "/" + name);
}

bool matchesMount(const Filters& filters, const ContainerRecord& record)
{
    const auto& wanted = filters.values("volume");
    return wanted.empty() || std::ranges::any_of(wanted, [&](const std::string& value) {
        return std::ranges::any_of(record.mounts, [&](const MountRecord& mount) { return mount.volume == value || mount.destination == value; });
    });
}

/// The ports that a filter names ("80", "8000-8010/udp") as "80/tcp"; empty = not filtered by.
Result<std::set<std::string>> portsWanted(const Filters& filters, std::string_view key)
{
    std::set<std::string> ports;
    for (const std::string& text : filters.values(key)) {
        const auto bad = [&] { return Error(ErrorCode::Invalid, fmt::format("invalid filter '{}={}'", key, text)); };
        const auto slash = text.find('/');
        const std::string protocol = slash == std::string::npos ? "tcp" : text.substr(slash + 1);
        const std::string_view range = std::string_view(text).substr(0, slash);
        unsigned first = 0;
        unsigned last = 0;
        const auto [middle, firstError] = std::from_chars(range.data(), range.data() + range.size(), first);
        last = first;
        const char* end = middle;
        if (firstError == std::errc() && end != range.data() + range.size() && *end == '-') {
            const auto [rest, lastError] = std::from_chars(end + 1, range.data() + range.size(), last);
            end = lastError == std::errc() ? rest : range.data();
        }
        if (firstError != std::errc() || end != range.data() + range.size() || last < first || last > 65535)
            return bad();
        if (protocol != "tcp" && protocol != "udp" && protocol != "sctp")
            return bad();
        for (unsigned port = first; port <= last; ++port)
            ports.insert(fmt::format("{}/{}", port, protocol));
    }
    return ports;
}

std::set<std::string> exposedPorts(const ContainerRecord& record)
{
    std::set<std::string> ports;
    for (const std::string& port : record.config.exposedPorts)
        ports.insert(port.find('/') == std::string::npos ? port + "/tcp" : port);
    return ports;
}

std::set<std::string> publishedPorts(const ContainerRecord& record)
{
    if (record.hostConfig.publishAllPorts)
        return exposedPorts(record);
    std::set<std::string> ports;
    for (const auto& [port, bindings] : record.hostConfig.portBindings)
        ports.insert(port.find('/') == std::string::npos ? port + "/tcp" : port);
    return ports;
}

bool matchesPorts(const std::set<std::string>& wanted, const std::set<std::string>& ports)
{
    return wanted.empty() || std::ranges::any_of(ports, [&](const std::string& port) { return wanted.contains(port); });
}

bool matchesNetwork(const Filters& filters, const ContainerRecord& record)
{
    const auto& wanted = filters.values("network");
    return wanted.empty() || std::ranges::any_of(wanted, [&](const std::string& value) {
        return std::ranges::any_of(record.networks, [&](const auto& entry) {
            return value == entry.first || (value.size() >= 4 && entry.second.networkId.starts_with(value));
        });
    });
}

bool matchesExit(const Filters& filters, const ContainerState& state)
{
    const auto& wanted = filters.values("exited");
    if (wanted.empty())
        return true;
    return state.status == Status::Exited && filters.matchesExactly("exited", std::to_string(state.exitCode));
}

bool matchesAncestor(const Filters& filters, const ContainerRecord& record, const store::Store& store)
{
    const auto& wanted = filters.values("ancestor");
    return wanted.empty() || std::ranges::any_of(wanted, [&](const std::string& value) {
        if (value == record.imageName)
            return true;
        const auto image = store.find(value);
        if (!image)
            return false;
        // An ancestor's layers are the beginning of the container's.
        if (image->id == record.imageId)
            return true;
        const auto own = store.image(record.imageId);
        return own && !image->chains.empty() && std::ranges::find(own->chains, image->chain()) != own->chains.end();
    });
}

/// Bytes of the files that a container added or changed.
std::int64_t writtenBytes(const store::Store& store, const std::string& id)
{
    const auto changes = store.snapshotChanges(id);
    if (!changes)
        return 0; // never started
    std::int64_t bytes = 0;
    for (const layers::FileChange& change : *changes) {
        if (change.change != layers::Change::Removed && change.type == layers::EntryType::File)
            bytes += static_cast<std::int64_t>(change.size);
    }
    return bytes;
}

} // namespace

std::string statusText(const ContainerState& state, model::Time moment)
{
    const auto since = [&](const std::optional<model::Time>& time) { return humanDuration(moment - time.value_or(moment)); };
    switch (state.status) {
    case Status::Created:
        return "Created";
    case Status::Running:
        if (state.health)
            return fmt::format("Up {} ({}{})", since(state.startedAt), state.health->status == "starting" ? "health: " : "", state.health->status);
        return "Up " + since(state.startedAt);
    case Status::Paused:
        return "Up " + since(state.startedAt) + " (Paused)";
    case Status::Restarting:
        return fmt::format("Restarting ({}) {} ago", state.exitCode, since(state.finishedAt));
    case Status::Removing:
        return "Removal In Progress";
    case Status::Exited:
        return fmt::format("Exited ({}) {} ago", state.exitCode, since(state.finishedAt));
    case Status::Dead:
        break;
    }
    return "Dead";
}

model::ContainerSummary summarize(const Container& container)
{
    const std::lock_guard lock(container.mutex);
    const ContainerRecord& record = container.record;
    const ContainerState& state = container.state;
    model::ContainerSummary summary;
    summary.id = record.id;
    summary.names = {"/" + record.name};
    summary.image = record.imageName;
    summary.imageId = record.imageId.text();
    summary.command = commandLine(record.path, record.args);
    summary.created = std::chrono::duration_cast<std::chrono::seconds>(record.created.time_since_epoch()).count();
    summary.ports = portsOf(record, state);
    summary.labels = record.config.labels;
    summary.state = name(state.status);
    summary.status = statusText(state, now());
    summary.networkMode = record.hostConfig.networkMode;
    summary.networks = endpointViews(record, state);
    summary.mounts = mountPoints(record);
    return summary;
}

model::ContainerInspect describe(const Container& container, const EngineParts& parts)
{
    const std::lock_guard lock(container.mutex);
    const ContainerRecord& record = container.record;
    const ContainerState& state = container.state;
    model::ContainerInspect inspect;
    inspect.id = record.id;
    inspect.created = record.created;
    inspect.path = record.path;
    inspect.args = record.args;
    inspect.state.status = name(state.status);
    inspect.state.running = state.runs() || state.status == Status::Restarting;
    inspect.state.paused = state.status == Status::Paused;
    inspect.state.restarting = state.status == Status::Restarting;
    inspect.state.oomKilled = state.oomKilled;
    inspect.state.dead = state.status == Status::Dead;
    inspect.state.pid = state.pid;
    inspect.state.exitCode = state.exitCode;
    inspect.state.error = state.error;
    inspect.state.startedAt = state.startedAt;
    inspect.state.finishedAt = state.finishedAt;
    inspect.state.health = state.health;
    inspect.image = record.imageId.text();
    const auto etc = parts.files.etc(record.id);
    inspect.resolvConfPath = etc / "resolv.conf";
    inspect.hostnamePath = etc / "hostname";
    inspect.hostsPath = etc / "hosts";
    inspect.logPath = record.hostConfig.logConfig.type == "none" ? std::string() : parts.files.log(record.id).string();
    inspect.name = "/" + record.name;
    inspect.restartCount = state.restartCount;
    inspect.driver = "overlay2";
    inspect.platform = "linux";
    inspect.execIds.assign(container.execs.begin(), container.execs.end());
    inspect.hostConfig = record.hostConfig;
    showDefaults(inspect.hostConfig);
    inspect.graphDriver.name = "overlay2";
    inspect.mounts = mountPoints(record);
    inspect.config = record.config;
    inspect.config.hostname = hostnameOf(record);
    inspect.networkSettings.ports = portMapOf(record, state);
    inspect.networkSettings.networks = endpointViews(record, state);
    if (!state.endpoints.empty())
        inspect.networkSettings.sandboxKey = fmt::format("/proc/{}/ns/net", state.pid);
    // These repeat the default bridge's, as before there were others.
    if (const auto bridge = inspect.networkSettings.networks.find("bridge"); bridge != inspect.networkSettings.networks.end()) {
        inspect.networkSettings.endpointId = bridge->second.endpointId;
        inspect.networkSettings.gateway = bridge->second.gateway;
        inspect.networkSettings.ipAddress = bridge->second.ipAddress;
        inspect.networkSettings.ipPrefixLen = bridge->second.ipPrefixLen;
        inspect.networkSettings.macAddress = bridge->second.macAddress;
    }
    return inspect;
}

Result<std::vector<model::ContainerSummary>> ContainerManager::list(const ListOptions& options)
{
    const Filters& filters = options.filters;
    TRY(filters.allowOnly({"ancestor", "before", "exited", "expose", "health", "id", "is-task", "isolation", "label", "label!", "name",
        "network", "publish", "since", "status", "volume"}));
    const auto exposed = TRY(portsWanted(filters, "expose"));
    const auto published = TRY(portsWanted(filters, "publish"));
    const bool tasks = TRY(filters.boolean("is-task", false));
    for (const std::string& code : filters.values("exited")) {
        if (code.empty() || code.size() > 10 || code.find_first_not_of("0123456789", code.starts_with('-') ? 1 : 0) != std::string::npos)
            return Error(ErrorCode::Invalid, fmt::format("invalid filter 'exited={}'", code));
    }
    for (const std::string& status : filters.values("status")) {
        constexpr std::array<std::string_view, 7> kKnown{"created", "running", "paused", "restarting", "removing", "exited", "dead"};
        if (std::ranges::find(kKnown, std::string_view(status)) == kKnown.end())
            return Error(ErrorCode::Invalid, fmt::format("invalid filter 'status={}'", status));
    }
    for (const std::string& health : filters.values("health")) {
        constexpr std::array<std::string_view, 4> kKnown{"starting", "healthy", "unhealthy", "none"};
        if (std::ranges::find(kKnown, std::string_view(health)) == kKnown.end())
            return Error(ErrorCode::Invalid, fmt::format("invalid filter 'health={}'", health));
    }
    std::optional<model::Time> before, since;
    for (const std::string& reference : filters.values("before"))
        before = TRY(m_parts.containers.find(reference))->record.created;
    for (const std::string& reference : filters.values("since"))
        since = TRY(m_parts.containers.find(reference))->record.created;
    const bool all = options.all || options.last > 0 || filters.has("status") || filters.has("exited") || before || since;
    std::vector<model::ContainerSummary> list;
    for (const ContainerPointer& container : m_parts.containers.all()) {
        if (options.last > 0 && std::ssize(list) >= options.last)
            break;
        {
            const std::lock_guard lock(container->mutex);
            const ContainerRecord& record = container->record;
            const ContainerState& state = container->state;
            const bool wanted = !container->removed && (all || state.runs() || state.status == Status::Restarting)
                && filters.matchesExactly("status", name(state.status)) && matchesId(filters, record.id) && matchesName(filters, record.name)
                && filters.matchesLabels(record.config.labels) && matchesMount(filters, record) && !tasks && matchesPorts(exposed, exposedPorts(record)) && matchesPorts(published, publishedPorts(record)) && matchesNetwork(filters, record)
                && matchesExit(filters, state) && filters.matchesExactly("health", state.health ? std::string_view(state.health->status) : std::string_view("none")) && (!before || record.created < *before)
                && (!since || record.created > *since) && matchesAncestor(filters, record, *m_parts.store);
            if (!wanted)
                continue;
        }
        model::ContainerSummary summary = summarize(*container);
        if (options.size) {
            summary.sizeRw = writtenBytes(*m_parts.store, container->id);
            const auto image = m_parts.store->image(container->record.imageId);
            summary.sizeRootFs = *summary.sizeRw + (image ? static_cast<std::int64_t>(image->bytes) : 0);
        }
        list.push_back(std::move(summary));
    }
    return list;
}

Result<model::ContainerInspect> ContainerManager::inspect(std::string_view reference, bool size)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    model::ContainerInspect inspect = describe(*container, m_parts);
    if (size) {
        inspect.sizeRw = writtenBytes(*m_parts.store, container->id);
        const auto image = m_parts.store->image(container->record.imageId);
        inspect.sizeRootFs = *inspect.sizeRw + (image ? static_cast<std::int64_t>(image->bytes) : 0);
    }
    return inspect;
}

Result<model::ContainersPruned> ContainerManager::prune(const Filters& filters, std::stop_token stop)
{
    TRY(filters.allowOnly({"until", "label", "label!"}));
    std::optional<model::Time> until;
    for (const std::string& text : filters.values("until"))
        until = TRY(parseMoment(text, now()));
    model::ContainersPruned pruned;
    for (const ContainerPointer& container : m_parts.containers.all()) {
        if (stop.stop_requested())
            break;
        {
            const std::lock_guard lock(container->mutex);
            const Status status = container->state.status;
            const bool over = status == Status::Created || status == Status::Exited || status == Status::Dead;
            if (!over || !filters.matchesLabels(container->record.config.labels) || (until && container->record.created > *until))
                continue;
        }
        const std::int64_t bytes = writtenBytes(*m_parts.store, container->id);
        const auto removed = remove(container->id, false, false);
        if (!removed) {
            log::warning("prune: {}", removed.error().message());
            continue;
        }
        pruned.containersDeleted.push_back(container->id);
        pruned.spaceReclaimed += bytes;
    }
    m_parts.events.publish("container", "prune", "", {{"reclaimed", std::to_string(pruned.spaceReclaimed)}});
    return pruned;
}

} // namespace darsena::engine
