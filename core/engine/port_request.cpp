// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/port_request.h"

#include <charconv>
#include <set>

namespace darsena::engine {

namespace {

struct ContainerPort {
    std::uint16_t number = 0;
    std::string protocol;
};

Result<std::uint16_t> parseNumber(std::string_view text)
{
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        return Error(ErrorCode::Invalid, fmt::format("invalid port: '{}'", text));
    return number;
}

Result<ContainerPort> parsePort(std::string_view text)
{
    const auto slash = text.find('/');
    ContainerPort port;
    port.number = TRY(parseNumber(text.substr(0, slash)));
    port.protocol = slash == std::string_view::npos ? "tcp" : text.substr(slash + 1);
    if (port.number == 0 || (port.protocol != "tcp" && port.protocol != "udp" && port.protocol != "sctp"))
        return Error(ErrorCode::Invalid, fmt::format("invalid port: '{}'", text));
    return port;
}

Result<network::PublishRequest> requestFor(const ContainerPort& port, const model::PortBinding& binding)
{
    if (port.protocol == "sctp")
        return Error(ErrorCode::Unsupported, "HostConfig.PortBindings: SCTP ports are not supported");
    network::PublishRequest request;
    request.protocol = port.protocol == "udp" ? network::Protocol::Udp : network::Protocol::Tcp;
    request.containerPort = port.number;
    if (binding.hostIp.find(':') != std::string::npos)
        return Error(ErrorCode::Unsupported, fmt::format("HostConfig.PortBindings: IPv6 host address {} is not supported", binding.hostIp));
    if (!binding.hostIp.empty())
        request.hostAddress = TRY(network::Ipv4::parse(binding.hostIp));
    if (!binding.hostPort.empty()) {
        const auto dash = binding.hostPort.find('-');
        request.firstHostPort = TRY(parseNumber(std::string_view(binding.hostPort).substr(0, dash)));
        request.lastHostPort = dash == std::string::npos ? request.firstHostPort : TRY(parseNumber(std::string_view(binding.hostPort).substr(dash + 1)));
        if (request.lastHostPort < request.firstHostPort)
            return Error(ErrorCode::Invalid, fmt::format("invalid port range: {}", binding.hostPort));
    }
    return request;
}

} // namespace

Result<void> checkPort(std::string_view text)
{
    // An image may expose a range: "8000-8010/tcp".
    const auto dash = text.find('-');
    if (dash != std::string_view::npos) {
        (void)TRY(parseNumber(text.substr(0, dash)));
        text.remove_prefix(dash + 1);
    }
    (void)TRY(parsePort(text));
    return {};
}

Result<std::vector<network::PublishRequest>> planPorts(const model::ContainerConfig& config, const model::HostConfig& hostConfig)
{
    std::vector<network::PublishRequest> requests;
    std::set<std::pair<std::uint16_t, std::string>> bound;
    for (const auto& [text, bindings] : hostConfig.portBindings) {
        const ContainerPort port = TRY(parsePort(text));
        for (const model::PortBinding& binding : bindings)
            requests.push_back(TRY(requestFor(port, binding)));
        if (!bindings.empty())
            bound.emplace(port.number, port.protocol);
    }
    if (hostConfig.publishAllPorts) {
        for (const std::string& text : config.exposedPorts) {
            if (text.find('-') != std::string::npos)
                continue; // a range in an image: nobody would find out which
            const ContainerPort port = TRY(parsePort(text));
            if (!bound.contains({port.number, port.protocol}))
                requests.push_back(TRY(requestFor(port, {})));
        }
    }
    if (requests.size() > 1024)
        return Error(ErrorCode::TooLarge, "more than 1024 published ports");
    return requests;
}

} // namespace darsena::engine
