// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/name_table.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::network {

namespace {

bool sameName(std::string_view one, std::string_view other)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(one, other, {}, lower, lower);
}

} // namespace

void NameTable::publish(const std::string& network, NamedEndpoint endpoint)
{
    const std::lock_guard lock(m_mutex);
    std::string container = endpoint.container;
    m_networks[network].insert_or_assign(std::move(container), std::move(endpoint));
}

void NameTable::withdraw(const std::string& network, const std::string& container)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_networks.find(network);
    if (found == m_networks.end())
        return;
    found->second.erase(container);
    if (found->second.empty())
        m_networks.erase(found);
}

std::vector<const NamedEndpoint*> NameTable::called(const VisibleNetwork& network, std::string_view name) const
{
    std::vector<const NamedEndpoint*> list;
    const auto found = m_networks.find(network.id);
    if (found == m_networks.end())
        return list;
    for (const auto& [alias, container] : network.aliases) {
        if (const auto linked = found->second.find(container); sameName(alias, name) && linked != found->second.end())
            return {&linked->second};
    }
    for (const auto& [container, endpoint] : found->second) {
        if (std::ranges::any_of(endpoint.names, [&](const std::string& own) { return sameName(own, name); }))
            list.push_back(&endpoint);
    }
    return list;
}

std::optional<std::vector<dns::Record>> NameTable::reverse(const Address& address, const std::vector<VisibleNetwork>& networks) const
{
    for (const VisibleNetwork& network : networks) {
        const auto found = m_networks.find(network.id);
        if (found == m_networks.end())
            continue;
        for (const auto& [container, endpoint] : found->second) {
            if ((endpoint.address == address || endpoint.address6 == address) && !endpoint.names.empty())
                return std::vector<dns::Record>{{{}, fmt::format("{}.{}", endpoint.names.front(), network.name)}};
        }
    }
    return {};
}

std::optional<std::vector<dns::Record>> NameTable::answer(const dns::Query& query, const std::vector<VisibleNetwork>& networks) const
{
    if (query.queryClass != dns::kClassInternet)
        return {};
    const std::lock_guard lock(m_mutex);
    if (query.type == dns::kTypePtr) {
        const auto address = dns::addressOfReverseName(query.name);
        return address ? reverse(*address, networks) : std::nullopt;
    }
    for (const VisibleNetwork& network : networks) {
        auto endpoints = called(network, query.name);
        // "web.<network>" as well.
        const std::size_t length = query.name.size();
        if (endpoints.empty() && length > network.name.size() + 1 && query.name[length - network.name.size() - 1] == '.'
            && sameName(std::string_view(query.name).substr(length - network.name.size()), network.name))
            endpoints = called(network, std::string_view(query.name).substr(0, length - network.name.size() - 1));
        if (endpoints.empty())
            continue;
        std::vector<dns::Record> records;
        for (const NamedEndpoint* endpoint : endpoints) {
            if (query.type == dns::kTypeA && endpoint->address)
                records.push_back({endpoint->address, {}});
            else if (query.type == dns::kTypeAaaa && endpoint->address6)
                records.push_back({endpoint->address6, {}});
        }
        if (records.size() > 1)
            std::ranges::rotate(records, records.begin() + static_cast<std::ptrdiff_t>(m_turn++ % records.size()));
        return records;
    }
    return {};
}

} // namespace darsena::network
