// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/values.h"

#include "core/dockerfile/text.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <arpa/inet.h>

#include <fmt/format.h>

namespace darsena::dockerfile {

namespace {

struct PortRange {
    int begin = 0;
    int end = 0;
};

std::optional<int> portNumber(std::string_view text)
{
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || text.empty() || number < 0 || number > 65'535)
        return std::nullopt;
    return number;
}

std::optional<PortRange> portRange(std::string_view text)
{
    const std::size_t dash = text.find('-');
    const auto begin = portNumber(text.substr(0, dash));
    const auto end = dash == std::string_view::npos ? begin : portNumber(text.substr(dash + 1));
    if (!begin || !end || *end < *begin)
        return std::nullopt;
    return PortRange {.begin = *begin, .end = *end};
}

bool isAddress(const std::string& text)
{
    in6_addr buffer {};
    return inet_pton(AF_INET, text.c_str(), &buffer) == 1 || inet_pton(AF_INET6, text.c_str(), &buffer) == 1;
}

} // namespace

Result<ExposedPort> parseExposedPort(std::string_view text)
{
    const auto invalid = [](std::string message) { return Error(ErrorCode::Invalid, std::move(message)); };
    ExposedPort result;
    std::string_view container = text;
    if (const std::size_t last = text.rfind(':'); last != std::string_view::npos) {
        container = text.substr(last + 1);
        const std::string_view front = text.substr(0, last);
        const std::size_t before = front.rfind(':');
        result.hostPort = before == std::string_view::npos ? front : front.substr(before + 1);
        if (before != std::string_view::npos)
            result.address = front.substr(0, before);
    }
    const std::size_t slash = container.find('/');
    const std::string_view ports = container.substr(0, slash);
    result.protocol = slash == std::string_view::npos ? "" : container.substr(slash + 1);
    if (ports.empty())
        return invalid(fmt::format("invalid port: {}: no port specified", goQuoted(text)));
    if (result.protocol.empty())
        result.protocol = "tcp";
    const std::string protocol = lower(result.protocol);
    if (protocol != "tcp" && protocol != "udp" && protocol != "sctp")
        return invalid(fmt::format("invalid port: {}: invalid proto: {}", goQuoted(text), result.protocol));
    std::string address = result.address;
    if (address.starts_with('[') && address.ends_with(']'))
        address = address.substr(1, address.size() - 2);
    if (!address.empty() && !isAddress(address))
        return invalid(fmt::format("invalid IP address: {}", address));
    const auto inside = portRange(ports);
    if (!inside)
        return invalid(fmt::format("invalid containerPort: {}", ports));
    result.first = inside->begin;
    result.last = inside->end;
    if (!result.hostPort.empty()) {
        const auto outside = portRange(result.hostPort);
        if (!outside)
            return invalid(fmt::format("invalid hostPort: {}", result.hostPort));
        const int length = inside->end - inside->begin;
        if (length != outside->end - outside->begin && length != 0)
            return invalid(fmt::format(
                "invalid ranges specified for container and host Ports: {} and {}", ports, result.hostPort));
    }
    return result;
}

bool isFileMode(std::string_view text)
{
    unsigned mode = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
    if (error == std::errc() && end == text.data() + text.size())
        return mode <= 07777;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::string_view clause = text.substr(0, comma);
        const std::size_t operation = clause.find_first_not_of("ugoa");
        if (operation == std::string_view::npos
            || std::string_view("+-=").find(clause[operation]) == std::string_view::npos)
            return false;
        if (clause.find_first_not_of("rwxXstugo+-=", operation) != std::string_view::npos)
            return false;
        if (comma + 1 == text.size())
            return false;
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return true;
}

bool isSignal(std::string_view text)
{
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size())
        return number != 0;
    std::string name = upper(text);
    if (name.starts_with("SIG"))
        name.erase(0, 3);
    if (name.starts_with("RTMIN") || name.starts_with("RTMAX"))
        return true;
    for (const std::string_view known : {"ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO",
             "IOT", "KILL", "PIPE", "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP",
             "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ"}) {
        if (name == known)
            return true;
    }
    return false;
}

bool isUrl(std::string_view source)
{
    return source.starts_with("http://") || source.starts_with("https://");
}

bool isGit(std::string_view source)
{
    return source.starts_with("git@") || source.starts_with("git://") || source.starts_with("ssh://");
}

bool isRepository(std::string_view url)
{
    return url.substr(0, url.find_first_of("?#")).ends_with(".git");
}

std::string invalidFileMode(std::string_view text)
{
    return fmt::format("invalid chmod parameter: '{}'. it should be octal string and between 0 and 07777", text);
}

std::string invalidSignal(std::string_view text)
{
    return fmt::format("invalid signal: {}", text);
}

} // namespace darsena::dockerfile
