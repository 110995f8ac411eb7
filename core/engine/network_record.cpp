// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/network_record.h"

#include <charconv>

namespace darsena::engine {

namespace {

using network::Address;
using network::AddressRange;
using network::Family;
using network::Subnet;

constexpr std::string_view kBridgeName = "com.docker.network.bridge.name";
constexpr std::string_view kTalk = "com.docker.network.bridge.enable_icc";
constexpr std::string_view kMasquerade = "com.docker.network.bridge.enable_ip_masquerade";
constexpr std::string_view kHostAddress = "com.docker.network.bridge.host_binding_ipv4";
constexpr std::string_view kMtu = "com.docker.network.driver.mtu";
constexpr std::string_view kIpv4Mode = "com.docker.network.bridge.gateway_mode_ipv4";
constexpr std::string_view kIpv6Mode = "com.docker.network.bridge.gateway_mode_ipv6";
constexpr std::size_t kMaxRanges = 16;

Error badNetwork(std::string message)
{
    return Error(ErrorCode::Invalid, std::move(message));
}

Result<bool> readFlag(std::string_view key, const std::string& value)
{
    if (value == "true" || value == "1" || value.empty())
        return true;
    if (value == "false" || value == "0")
        return false;
    return badNetwork(fmt::format("failed to parse {} value: \"{}\" is neither true nor false", key, value));
}

Result<std::uint32_t> readMtu(const std::string& value)
{
    std::uint32_t mtu = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), mtu);
    if (error != std::errc() || end != value.data() + value.size() || (mtu != 0 && mtu < 68) || mtu > 65535)
        return badNetwork(fmt::format("failed to parse {} value: \"{}\": 68 to 65535", kMtu, value));
    return mtu;
}

Result<void> readOption(network::BridgeSettings& settings, const std::string& key, const std::string& value)
{
    if (key == kBridgeName) {
        TRY(network::checkLinkName(value));
        settings.bridge = value;
    } else if (key == kTalk) {
        settings.isolated = !TRY(readFlag(key, value));
    } else if (key == kMasquerade) {
        settings.masquerade = TRY(readFlag(key, value));
    } else if (key == kMtu) {
        settings.mtu = TRY(readMtu(value));
    } else if (key == kHostAddress) {
        const Address address = TRY(Address::parse(value));
        if (address.isV6())
            return badNetwork(fmt::format("{}: {} is no IPv4 address", key, value));
        if (!address.isNone())
            settings.hostAddress = address;
    } else if ((key == kIpv4Mode || key == kIpv6Mode) && (value == "nat" || value.empty())) {
        return {};
    } else {
        return Error(ErrorCode::Unsupported, fmt::format("Options: {}={} is not supported by this engine", key.substr(0, 100), value.substr(0, 100)));
    }
    return {};
}

Result<AddressRange> readPool(const model::IpamPool& pool)
{
    AddressRange range;
    const auto subnet = Subnet::parse(pool.subnet);
    if (!subnet)
        return badNetwork(fmt::format("Invalid subnet {} : invalid CIDR address: {}", pool.subnet.substr(0, 100), pool.subnet.substr(0, 100)));
    const int width = subnet->address.width();
    if (subnet->prefix == 0 || subnet->prefix > width - (width == 32 ? 0 : 1))
        return badNetwork(fmt::format("invalid subnet {}: it has no room for containers", pool.subnet));
    if (subnet->address != subnet->network())
        return badNetwork(fmt::format("invalid subnet {}: it should be {}", pool.subnet, subnet->networkText()));
    if (subnet->address.isLoopback() || (!subnet->address.isV6() && (subnet->address.bits >> 28) >= 0xe)
        || (subnet->address.isV6() && (subnet->address.bits >> 118 == 0x3fa || subnet->address.bits >> 120 == 0xff)))
        return badNetwork(fmt::format("invalid subnet {}: not a range for containers", pool.subnet));
    range.subnet = *subnet;
    // The network's first address unless told.
    range.subnet.address.bits = subnet->network().bits + (subnet->prefix >= width - 1 ? 0 : 1);
    if (!pool.gateway.empty()) {
        const Address gateway = TRY(Address::parse(pool.gateway));
        if (!subnet->contains(gateway))
            return badNetwork(fmt::format("no matching subnet for gateway {}", pool.gateway));
        range.subnet.address = gateway;
    }
    if (!pool.ipRange.empty()) {
        const Subnet choice = TRY(Subnet::parse(pool.ipRange));
        if (!subnet->contains(choice))
            return badNetwork(fmt::format("no matching subnet for range {}", pool.ipRange));
        range.range = Subnet{choice.network(), choice.prefix};
    }
    for (const auto& [name, text] : pool.auxiliaryAddresses) {
        const Address address = TRY(Address::parse(text));
        if (!subnet->contains(address))
            return badNetwork(fmt::format("no matching subnet for aux-address {}", text));
        range.reserved.push_back(address);
    }
    return range;
}

Result<void> refuse(const model::NetworkCreate& request)
{
    const auto unsupported = [](std::string_view what) { return Error(ErrorCode::Unsupported, fmt::format("{} is not supported by this engine", what)); };
    if (request.ingress)
        return unsupported("Ingress");
    if (request.configOnly)
        return unsupported("ConfigOnly");
    if (request.configFrom && !request.configFrom->network.empty())
        return unsupported("ConfigFrom");
    if (!request.scope.empty() && request.scope != "local")
        return unsupported(fmt::format("Scope {}", request.scope.substr(0, 100)));
    if (request.ipam && !request.ipam->driver.empty() && request.ipam->driver != "default")
        return unsupported(fmt::format("the IPAM driver {}", request.ipam->driver.substr(0, 100)));
    if (request.ipam && !request.ipam->options.empty())
        return unsupported(fmt::format("the IPAM option {}", request.ipam->options.begin()->first.substr(0, 100)));
    return {};
}

Result<void> checkName(const std::string& name)
{
    if (name == "bridge" || name == "host" || name == "none" || name == "default")
        return Error(ErrorCode::Denied, fmt::format("operation is not permitted on predefined {} network", name));
    // Docker takes blanks and more; one rule for the names of everything is what clients can rely on.
    const auto alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    const auto fits = [&](char c) { return alphanumeric(c) || c == '_' || c == '.' || c == '-'; };
    if (name.empty() || name.size() > 255 || !alphanumeric(name.front()) || !std::ranges::all_of(name, fits))
        return badNetwork(fmt::format("invalid network name: \"{}\", only [a-zA-Z0-9][a-zA-Z0-9_.-]* is allowed, 255 at most", name.substr(0, 100)));
    return {};
}

Result<void> checkDriver(const std::string& driver)
{
    if (driver.empty() || driver == "bridge" || driver == "default")
        return {};
    if (driver == "host" || driver == "null" || driver == "none")
        return Error(ErrorCode::Denied, fmt::format("only one instance of \"{}\" network is allowed", driver == "none" ? "null" : driver));
    if (driver == "macvlan" || driver == "ipvlan" || driver == "overlay")
        return Error(ErrorCode::Unsupported, fmt::format("Driver: {} networks are not supported by this engine; use bridge", driver));
    return Error(ErrorCode::NotFound, fmt::format("plugin \"{}\" not found", driver.substr(0, 100)));
}

bool has(const std::vector<AddressRange>& ranges, Family family)
{
    return std::ranges::any_of(ranges, [&](const AddressRange& range) { return range.subnet.family() == family; });
}

Result<std::vector<AddressRange>> readRanges(const model::Network& network)
{
    std::vector<AddressRange> ranges;
    if (network.ipam.config.size() > kMaxRanges)
        return badNetwork(fmt::format("IPAM: more than {} address pools", kMaxRanges));
    for (const model::IpamPool& pool : network.ipam.config) {
        ranges.push_back(TRY(readPool(pool)));
        for (std::size_t i = 0; i + 1 < ranges.size(); ++i) {
            if (ranges[i].subnet.overlaps(ranges.back().subnet))
                return Error(ErrorCode::Denied, "invalid pool request: Pool overlaps with other one on this address space");
        }
    }
    return ranges;
}

} // namespace

Result<NetworkPlan> planNetwork(const model::NetworkCreate& request)
{
    TRY(checkName(request.name));
    TRY(checkDriver(request.driver));
    TRY(refuse(request));
    NetworkPlan plan;
    model::Network& network = plan.record.network;
    network.name = request.name;
    network.driver = "bridge";
    network.enableIpv4 = request.enableIpv4.value_or(true);
    network.enableIpv6 = request.enableIpv6.value_or(false);
    network.internal = request.internal;
    network.attachable = request.attachable;
    network.options = request.options;
    network.labels = request.labels;
    if (request.ipam) {
        for (const model::IpamPool& pool : request.ipam->config) {
            // An entry without a subnet asks for nothing.
            if (!pool.subnet.empty())
                network.ipam.config.push_back(pool);
            else if (!pool.gateway.empty() || !pool.ipRange.empty() || !pool.auxiliaryAddresses.empty())
                return badNetwork("IPAM: a gateway, range or address needs a subnet");
        }
    }
    if (!network.enableIpv4 && !network.enableIpv6)
        return badNetwork("IPv4 or IPv6 must be enabled");
    const auto ranges = TRY(readRanges(network));
    if (has(ranges, Family::V6) && !network.enableIpv6)
        return badNetwork("IPAM: an IPv6 subnet needs EnableIPv6");
    if (has(ranges, Family::V4) && !network.enableIpv4)
        return badNetwork("IPAM: an IPv4 subnet needs EnableIPv4");
    plan.record.ownSubnet = !ranges.empty();
    plan.chooseIpv4 = network.enableIpv4 && !has(ranges, Family::V4);
    plan.chooseIpv6 = network.enableIpv6 && !has(ranges, Family::V6);
    if (network.labels.size() > 1000)
        return Error(ErrorCode::TooLarge, "Labels: more than 1000");
    network.id = std::string(64, '0'); // a placeholder: the options are checked here, the id comes later
    (void)TRY(bridgeSettings(plan.record));
    network.id.clear();
    setRanges(plan.record, ranges);
    return plan;
}

Result<network::BridgeSettings> bridgeSettings(const NetworkRecord& record)
{
    network::BridgeSettings settings;
    settings.network = record.network.id;
    settings.bridge = "br-" + record.network.id.substr(0, 12);
    settings.internal = record.network.internal;
    settings.ranges = TRY(readRanges(record.network));
    for (const auto& [key, value] : record.network.options)
        TRY(readOption(settings, key, value));
    return settings;
}

void setRanges(NetworkRecord& record, const std::vector<AddressRange>& ranges)
{
    auto& pools = record.network.ipam.config;
    pools.resize(std::max(pools.size(), ranges.size()));
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        pools[i].subnet = ranges[i].subnet.networkText();
        pools[i].gateway = ranges[i].subnet.address.text();
    }
}

json::Object toJson(const NetworkRecord& record)
{
    return {{"network", model::toJson(record.network)}, {"ownSubnet", record.ownSubnet}};
}

Result<NetworkRecord> networkFromJson(const json::Value& value)
{
    if (!value.is_object() || !value.get_object().contains("network"))
        return Error(ErrorCode::Corrupt, "expected an object with \"network\"");
    const json::Object& object = value.get_object();
    NetworkRecord record;
    record.network = TRY(model::fromJson<model::Network>(object.at("network")));
    record.ownSubnet = TRY(json::boolean(object, "ownSubnet"));
    (void)TRY(bridgeSettings(record));
    return record;
}

} // namespace darsena::engine
