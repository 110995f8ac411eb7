// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/endpoint_settings.h"

#include "core/network/name_files.h"

#include <algorithm>

namespace darsena::engine {

namespace {

constexpr std::string_view kLinkName = "com.docker.network.endpoint.ifname";
constexpr std::size_t kMaxAliases = 256;

Error badEndpoint(std::string message)
{
    return Error(ErrorCode::Invalid, std::move(message));
}

Result<std::optional<network::Address>> addressMember(const json::Object& ipam, std::string_view key, network::Family family)
{
    const std::string text = TRY(json::text(ipam, key));
    if (text.empty())
        return std::optional<network::Address>();
    const auto address = network::Address::parse(text);
    if (!address || address->family != family)
        return badEndpoint(fmt::format("invalid endpoint settings: invalid {} address: {}", family == network::Family::V4 ? "IPv4" : "IPv6", text.substr(0, 100)));
    return std::optional(*address);
}

Result<void> readAddresses(const NetworkRecord& network, const json::Object& ipam, network::EndpointRequest& request)
{
    for (const auto& member : ipam) {
        if (member.key() != "IPv4Address" && member.key() != "IPv6Address" && member.key() != "LinkLocalIPs")
            return Error(ErrorCode::Unsupported, fmt::format("IPAMConfig: {} is not supported by this engine", std::string_view(member.key()).substr(0, 100)));
    }
    if (!TRY(json::texts(ipam, "LinkLocalIPs")).empty())
        return Error(ErrorCode::Unsupported, "IPAMConfig: LinkLocalIPs are not supported by this engine");
    request.address = TRY(addressMember(ipam, "IPv4Address", network::Family::V4));
    request.address6 = TRY(addressMember(ipam, "IPv6Address", network::Family::V6));
    if (!request.address && !request.address6)
        return {};
    if (!network.named())
        return badEndpoint("invalid endpoint settings: user specified IP address is supported on user defined networks only");
    if (!network.ownSubnet)
        return badEndpoint("invalid endpoint settings: user specified IP address is supported only when connecting to networks with user configured subnets");
    const auto settings = TRY(bridgeSettings(network));
    for (const auto& address : {request.address, request.address6}) {
        const bool inside = !address || std::ranges::any_of(settings.ranges, [&](const network::AddressRange& range) { return range.subnet.contains(*address); });
        if (!inside)
            return badEndpoint(fmt::format("invalid endpoint settings: no configured subnet contains IP address {}", address->text()));
    }
    return {};
}

} // namespace

Result<Link> parseLink(std::string_view text)
{
    Link link;
    const std::size_t colon = text.find(':');
    link.container = text.substr(0, colon);
    link.alias = colon == std::string_view::npos ? link.container : text.substr(colon + 1);
    // Older clients write both with the slash of the API's names.
    for (std::string* part : {&link.container, &link.alias})
        part->erase(0, part->starts_with('/') ? 1 : 0);
    if (link.container.empty() || link.container.size() > 255 || !network::checkHostName(link.alias))
        return badEndpoint(fmt::format("bad format for links: {}", text.substr(0, 100)));
    return link;
}

Result<network::EndpointRequest> endpointRequest(const NetworkRecord& network, const model::EndpointSettings& settings)
{
    network::EndpointRequest request;
    request.containerLink.clear();
    if (!settings.links.empty() && !network.named())
        return Error(ErrorCode::Unsupported, "Links are not supported by this engine: containers on one network of your own know each other by name");
    if (settings.ipamConfig)
        TRY(readAddresses(network, *settings.ipamConfig, request));
    if (!settings.aliases.empty() && !network.named())
        return badEndpoint("invalid endpoint settings: network-scoped alias is supported only for containers in user defined networks");
    if (settings.aliases.size() > kMaxAliases)
        return Error(ErrorCode::TooLarge, fmt::format("Aliases: more than {}", kMaxAliases));
    for (const std::string& alias : settings.aliases)
        TRY_CONTEXT("Aliases", network::checkHostName(alias));
    if (settings.links.size() > kMaxAliases)
        return Error(ErrorCode::TooLarge, fmt::format("Links: more than {}", kMaxAliases));
    for (const std::string& link : settings.links)
        (void)TRY(parseLink(link));
    if (!settings.macAddress.empty()) {
        if (!network.bridged())
            return badEndpoint("conflicting options: mac-address and the network mode");
        request.mac = TRY(network::parseMac(settings.macAddress));
    }
    for (const auto& [key, value] : settings.driverOpts) {
        if (key != kLinkName)
            return Error(ErrorCode::Unsupported, fmt::format("DriverOpts: {} is not supported by this engine", key.substr(0, 100)));
        TRY(network::checkLinkName(value));
        request.containerLink = value;
    }
    return request;
}

model::EndpointSettings askedFor(const model::EndpointSettings& settings)
{
    model::EndpointSettings asked;
    asked.ipamConfig = settings.ipamConfig;
    asked.links = settings.links;
    asked.aliases = settings.aliases;
    asked.macAddress = settings.macAddress;
    asked.driverOpts = settings.driverOpts;
    asked.gwPriority = settings.gwPriority;
    return asked;
}

std::vector<std::string> dnsNames(const ContainerRecord& record, const model::EndpointSettings& settings)
{
    std::vector<std::string> names{record.name};
    const auto add = [&](const std::string& name) {
        if (!name.empty() && std::ranges::find(names, name) == names.end())
            names.push_back(name);
    };
    for (const std::string& alias : settings.aliases)
        add(alias);
    add(record.id.substr(0, 12));
    add(record.config.hostname);
    return names;
}

std::map<std::string, model::EndpointSettings> endpointViews(const ContainerRecord& record, const ContainerState& state)
{
    std::map<std::string, model::EndpointSettings> views;
    for (const auto& [name, asked] : record.networks) {
        model::EndpointSettings view = asked;
        if (name != "bridge" && name != "host" && name != "none")
            view.dnsNames = dnsNames(record, asked);
        if (const auto found = state.endpoints.find(name); found != state.endpoints.end()) {
            const network::Endpoint& endpoint = found->second;
            const auto text = [](const network::Address& address) { return address.isNone() ? std::string() : address.text(); };
            view.endpointId = endpoint.id;
            view.gateway = text(endpoint.gateway);
            view.ipAddress = text(endpoint.address.address);
            view.ipPrefixLen = endpoint.address.prefix;
            view.ipv6Gateway = text(endpoint.gateway6);
            view.globalIpv6Address = text(endpoint.address6.address);
            view.globalIpv6PrefixLen = endpoint.address6.prefix;
            view.macAddress = network::macText(endpoint.mac);
        }
        views.emplace(name, std::move(view));
    }
    return views;
}

bool ownsNetworks(std::string_view networkMode)
{
    return networkMode != "host" && networkMode != "none" && !networkMode.starts_with("container:");
}

std::vector<std::string> linkOrder(const ContainerRecord& record)
{
    std::vector<std::string> order;
    const std::string& mode = record.hostConfig.networkMode;
    for (const auto& [name, settings] : record.networks) {
        const bool primary = name == mode || settings.networkId == mode;
        order.insert(primary ? order.begin() : order.end(), name);
    }
    return order;
}

std::string chooseGateway(const std::vector<GatewayCandidate>& candidates, network::Family family)
{
    const GatewayCandidate* best = nullptr;
    const auto rank = [](const GatewayCandidate& one) { return std::tuple(-one.priority, !(one.ipv4 && one.ipv6), one.name); };
    for (const GatewayCandidate& candidate : candidates) {
        const bool leads = family == network::Family::V4 ? candidate.ipv4 : candidate.ipv6;
        if (!candidate.internal && leads && (!best || rank(candidate) < rank(*best)))
            best = &candidate;
    }
    return best ? best->name : std::string();
}

} // namespace darsena::engine
