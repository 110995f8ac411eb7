// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/network_manager.h"

#include "core/base/log.h"
#include "core/base/scope_guard.h"
#include "core/engine/name_generator.h"
#include "core/engine/network_names.h"
#include "core/engine/texts.h"

namespace darsena::engine {

namespace {

bool matches(const Filters& filters, const NetworkRecord& record)
{
    const model::Network& network = record.network;
    const auto part = [&](std::string_view key, const std::string& value, bool anywhere) {
        const auto& wanted = filters.values(key);
        return wanted.empty() || std::ranges::any_of(wanted, [&](const std::string& text) { return anywhere ? value.find(text) != std::string::npos : value.starts_with(text); });
    };
    return part("name", network.name, true) && part("id", network.id, false) && filters.matchesExactly("driver", network.driver)
        && filters.matchesExactly("scope", network.scope) && filters.matchesExactly("type", record.builtin() ? "builtin" : "custom")
        && filters.matchesLabels(network.labels);
}

} // namespace

model::Network NetworkManager::describe(NetworkRecord record) const
{
    model::Network& network = record.network;
    if (network.name == "bridge") {
        network.options["com.docker.network.bridge.default_bridge"] = "true";
        network.options["com.docker.network.bridge.name"] = m_parts.bridges->bridgeName(network.id);
        setRanges(record, m_parts.bridges->ranges(network.id));
    }
    return network;
}

void NetworkManager::addContainers(model::Network& network) const
{
    for (const ContainerPointer& container : m_parts.containers.all()) {
        const std::lock_guard lock(container->mutex);
        if (!container->state.runs() || !container->record.networks.contains(network.name))
            continue;
        model::NetworkContainer member;
        member.name = container->record.name;
        if (const auto found = container->state.endpoints.find(network.name); found != container->state.endpoints.end()) {
            const network::Endpoint& endpoint = found->second;
            member.endpointId = endpoint.id;
            member.macAddress = network::macText(endpoint.mac);
            member.ipv4Address = endpoint.address.isNone() ? "" : endpoint.address.text();
            member.ipv6Address = endpoint.address6.isNone() ? "" : endpoint.address6.text();
        }
        network.containers.emplace(container->id, std::move(member));
    }
}

/// By containers that run or are stopped.
bool NetworkManager::inUse(const std::string& name) const
{
    return std::ranges::any_of(m_parts.containers.all(), [&](const ContainerPointer& container) {
        const std::lock_guard lock(container->mutex);
        return container->record.networks.contains(name);
    });
}

Result<std::vector<model::Network>> NetworkManager::list(const Filters& filters)
{
    TRY(filters.allowOnly({"dangling", "driver", "id", "label", "label!", "name", "scope", "type"}));
    for (const std::string& type : filters.values("type")) {
        if (type != "builtin" && type != "custom")
            return Error(ErrorCode::Invalid, fmt::format("invalid filter: 'type'='{}'", type));
    }
    const bool filtersDangling = filters.has("dangling");
    const bool dangling = TRY(filters.boolean("dangling", false));
    std::vector<model::Network> list;
    for (NetworkRecord& record : m_parts.networks.all()) {
        // Those that always exist never dangle.
        const bool unused = !record.builtin() && m_parts.bridges->connections(record.network.id) == 0;
        if (matches(filters, record) && (!filtersDangling || unused == dangling))
            list.push_back(describe(std::move(record)));
    }
    return list;
}

Result<model::Network> NetworkManager::inspect(std::string_view reference)
{
    model::Network network = describe(TRY(m_parts.networks.find(reference)));
    addContainers(network);
    return network;
}

Result<model::NetworkCreated> NetworkManager::create(const model::NetworkCreate& request)
{
    NetworkPlan plan = TRY(planNetwork(request));
    NetworkRecord& record = plan.record;
    record.network.id = generateId();
    record.network.created = now();
    TRY(m_parts.networks.reserveName(record.network.name));
    ScopeGuard undoName([&] { m_parts.networks.releaseName(record.network.name); });
    const auto settings = TRY(bridgeSettings(record));
    const auto made = TRY(m_parts.bridges->create(settings, plan.chooseIpv4, plan.chooseIpv6));
    setRanges(record, made.ranges);
    // A crash before this leaves a bridge that belongs to no network, which the next engine removes.
    if (const auto kept = m_parts.networks.add(record); !kept) {
        (void)m_parts.bridges->remove(record.network.id);
        return kept.error();
    }
    undoName.dismiss();
    m_parts.events.publish("network", "create", record.network.id, {{"name", record.network.name}, {"type", record.network.driver}});
    return model::NetworkCreated{record.network.id, ""};
}

Result<void> NetworkManager::removeOne(const NetworkRecord& record)
{
    const model::Network& network = record.network;
    if (record.builtin())
        return Error(ErrorCode::Denied, fmt::format("{} is a pre-defined network and cannot be removed", network.name));
    if (const auto removed = m_parts.bridges->remove(network.id); !removed && removed.error().code() != ErrorCode::NotFound) {
        if (removed.error().code() == ErrorCode::Denied)
            return Error(ErrorCode::Denied, fmt::format("error while removing network: network {} id {} has active endpoints", network.name, network.id));
        return removed;
    }
    TRY(m_parts.networks.remove(network.id));
    m_parts.events.publish("network", "destroy", network.id, {{"name", network.name}, {"type", network.driver}});
    return {};
}

Result<void> NetworkManager::remove(std::string_view reference)
{
    return removeOne(TRY(m_parts.networks.find(reference)));
}

Result<void> NetworkManager::connect(std::string_view reference, const model::NetworkConnect& request)
{
    const NetworkRecord network = TRY(m_parts.networks.find(reference));
    const ContainerPointer container = TRY(m_parts.containers.find(request.container));
    return m_containers.connect(container, network, request.endpointConfig);
}

Result<void> NetworkManager::disconnect(std::string_view reference, const model::NetworkConnect& request)
{
    const auto network = m_parts.networks.find(reference);
    const ContainerPointer container = TRY(m_parts.containers.find(request.container));
    if (network)
        return m_containers.disconnect(container, *network);
    // A stopped container may name a network that is no more; by force it forgets it.
    NetworkRecord gone;
    gone.network.name = reference;
    const bool remembered = request.force && [&] {
        const std::lock_guard lock(container->mutex);
        return container->record.networks.contains(gone.network.name);
    }();
    return remembered ? m_containers.disconnect(container, gone) : network.error();
}

Result<model::NetworksPruned> NetworkManager::prune(const Filters& filters)
{
    TRY(filters.allowOnly({"until", "label", "label!"}));
    std::optional<model::Time> until;
    for (const std::string& text : filters.values("until"))
        until = TRY(parseMoment(text, now()));
    model::NetworksPruned pruned;
    for (const NetworkRecord& record : m_parts.networks.all()) {
        const model::Network& network = record.network;
        if (record.builtin() || !filters.matchesLabels(network.labels) || (until && network.created.value_or(model::Time()) >= *until) || inUse(network.name))
            continue;
        if (const auto removed = removeOne(record))
            pruned.networksDeleted.push_back(network.name);
        else
            log::warning("network {}: {}", network.name, removed.error().message());
    }
    m_parts.events.publish("network", "prune", "", {{"reclaimed", "0"}});
    return pruned;
}

} // namespace darsena::engine
