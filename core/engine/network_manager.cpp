// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/network_manager.h"

#include "core/engine/network_names.h"

namespace darsena::engine {

namespace {

constexpr std::array<std::string_view, 3> kNetworks{"bridge", "host", "none"};

bool matches(const Filters& filters, const model::Network& network)
{
    const auto part = [&](std::string_view key, const std::string& value, bool anywhere) {
        const auto& wanted = filters.values(key);
        return wanted.empty() || std::ranges::any_of(wanted, [&](const std::string& text) { return anywhere ? value.find(text) != std::string::npos : value.starts_with(text); });
    };
    return part("name", network.name, true) && part("id", network.id, false) && filters.matchesExactly("driver", network.driver)
        && filters.matchesExactly("scope", network.scope) && filters.matchesExactly("type", "builtin") && filters.matchesLabels(network.labels);
}

} // namespace

model::Network NetworkManager::describe(std::string_view name, bool containers) const
{
    model::Network network;
    network.name = name;
    network.id = networkId(name);
    network.driver = name == "none" ? "null" : name;
    if (name == "bridge") {
        network.options["com.docker.network.bridge.default_bridge"] = "true";
        network.options["com.docker.network.bridge.name"] = m_parts.bridge->bridgeName();
        if (const auto subnet = m_parts.bridge->subnet())
            network.ipam.config.push_back({subnet->networkText(), "", subnet->address.text()});
    }
    if (!containers)
        return network;
    for (const ContainerPointer& container : m_parts.containers.all()) {
        const std::lock_guard lock(container->mutex);
        if (!container->state.runs() || container->record.hostConfig.networkMode != name)
            continue;
        model::NetworkContainer member;
        member.name = container->record.name;
        if (container->state.endpoint) {
            member.endpointId = container->state.endpoint->id;
            member.macAddress = container->state.endpoint->macText();
            member.ipv4Address = container->state.endpoint->address.text();
        }
        network.containers.emplace(container->id, std::move(member));
    }
    return network;
}

Result<std::vector<model::Network>> NetworkManager::list(const Filters& filters)
{
    TRY(filters.allowOnly({"dangling", "driver", "id", "label", "label!", "name", "scope", "type"}));
    std::vector<model::Network> list;
    if (TRY(filters.boolean("dangling", false)))
        return list; // those built in never are
    for (const std::string_view name : kNetworks) {
        model::Network network = describe(name, false);
        if (matches(filters, network))
            list.push_back(std::move(network));
    }
    return list;
}

Result<model::Network> NetworkManager::inspect(std::string_view reference)
{
    for (const std::string_view name : kNetworks) {
        const std::string id = networkId(name);
        if (reference == name || reference == id || (reference.size() >= 4 && id.starts_with(reference)))
            return describe(name, true);
    }
    return Error(ErrorCode::NotFound, fmt::format("network {} not found", reference));
}

} // namespace darsena::engine
