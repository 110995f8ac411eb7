// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/port_request.h"

#include <charconv>
#include <set>

namespace darsena::engine {

namespace {

constexpr std::size_t kMaxPorts = 1024; // of one container

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

/// What may be exposed: a port, or a range of them as an image may have it: "8000-8010/tcp".
Result<std::vector<ContainerPort>> parsePorts(std::string_view text)
{
    const auto dash = text.find('-');
    ContainerPort port = TRY(parsePort(dash == std::string_view::npos ? text : text.substr(dash + 1)));
    const std::uint16_t last = port.number;
    if (dash != std::string_view::npos)
        port.number = TRY(parseNumber(text.substr(0, dash)));
    if (port.number == 0 || port.number > last)
        return Error(ErrorCode::Invalid, fmt::format("invalid port: '{}'", text));
    std::vector<ContainerPort> ports;
    for (;; ++port.number) {
        ports.push_back(port);
        if (port.number == last)
            return ports;
    }
}

Result<network::PublishRequest> requestFor(const ContainerPort& port, const model::PortBinding& binding)
{
    network::PublishRequest request;
    request.protocol = TRY(network::parseProtocol(port.protocol));
    request.containerPort = port.number;
    if (!binding.hostIp.empty()) {
        const auto address = network::Address::parse(binding.hostIp);
        if (!address)
            return Error(ErrorCode::Invalid, fmt::format("invalid IP address: {}", binding.hostIp.substr(0, 100)));
        request.hostAddress = *address;
    }
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
    (void)TRY(parsePorts(text));
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
            for (const ContainerPort& port : TRY(parsePorts(text))) {
                if (!bound.contains({port.number, port.protocol}) && requests.size() <= kMaxPorts)
                    requests.push_back(TRY(requestFor(port, {})));
            }
        }
    }
    if (requests.size() > kMaxPorts)
        return Error(ErrorCode::TooLarge, fmt::format("more than {} published ports", kMaxPorts));
    return requests;
}

} // namespace darsena::engine
