// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/name_files.h"

#include <algorithm>

#include <arpa/inet.h>
#include <fmt/format.h>

namespace darsena::network {

namespace {

/// Whom a container asks when the host names no server that it could reach: as Docker.
constexpr std::string_view kOwnServer = "127.0.0.11";
constexpr std::array<std::string_view, 2> kPublicServers{"8.8.8.8", "8.8.4.4"};

bool isAddress(std::string_view text)
{
    // An IPv6 address may name its link: "fe80::1%eth0".
    const std::string plain(text.substr(0, text.find('%')));
    std::array<unsigned char, sizeof(in6_addr)> bytes;
    return ::inet_pton(AF_INET, plain.c_str(), bytes.data()) == 1 || ::inet_pton(AF_INET6, plain.c_str(), bytes.data()) == 1;
}

bool isLoopback(std::string_view address)
{
    return address.starts_with("127.") || address == "::1";
}

bool isPlainWord(std::string_view text)
{
    return !text.empty() && text.size() <= 255
        && std::ranges::all_of(text, [](char c) { return c > ' ' && c != '\x7f'; });
}

/// The words of one line, comments left out.
std::vector<std::string_view> words(std::string_view line)
{
    std::vector<std::string_view> list;
    while (true) {
        const auto begin = line.find_first_not_of(" \t\r");
        if (begin == std::string_view::npos || line[begin] == '#' || line[begin] == ';')
            return list;
        const auto end = std::min(line.find_first_of(" \t\r", begin), line.size());
        list.push_back(line.substr(begin, end - begin));
        line.remove_prefix(end);
    }
}

struct Resolver {
    std::vector<std::string> servers, search, options;
};

Resolver parseResolver(std::string_view text)
{
    Resolver resolver;
    const auto rest = [](const std::vector<std::string_view>& line) {
        return std::vector<std::string>(line.begin() + 1, line.end());
    };
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto line = words(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.size() < 2)
            continue;
        if (line[0] == "nameserver" && isAddress(line[1]))
            resolver.servers.emplace_back(line[1]);
        else if (line[0] == "search" || line[0] == "domain")
            resolver.search = rest(line); // the last one counts (resolv.conf(5))
        else if (line[0] == "options")
            resolver.options = rest(line);
    }
    return resolver;
}

Result<void> checkWords(const std::vector<std::string>& list, std::string_view what)
{
    if (list.size() > 64)
        return Error(ErrorCode::Invalid, fmt::format("{}: more than 64 entries", what));
    for (const std::string& word : list) {
        if (!isPlainWord(word))
            return Error(ErrorCode::Invalid, fmt::format("{}: '{}' is not valid", what, word));
    }
    return {};
}

/// The host's resolver with what the request sets over it.
Result<Resolver> asked(std::string_view hostText, const ResolverOptions& options)
{
    TRY(checkWords(options.search, "HostConfig.DnsSearch"));
    TRY(checkWords(options.options, "HostConfig.DnsOptions"));
    if (options.servers.size() > 64)
        return Error(ErrorCode::Invalid, "HostConfig.Dns: more than 64 entries");
    for (const std::string& server : options.servers) {
        if (!isAddress(server))
            return Error(ErrorCode::Invalid, fmt::format("HostConfig.Dns: '{}' is not an IP address", server));
    }
    Resolver resolver = parseResolver(hostText);
    if (!options.servers.empty())
        resolver.servers = options.servers;
    if (!options.search.empty())
        resolver.search = options.search == std::vector<std::string>{"."} ? std::vector<std::string>() : options.search;
    if (!options.options.empty())
        resolver.options = options.options;
    return resolver;
}

std::string textOf(const Resolver& resolver)
{
    std::string text;
    for (const std::string& server : resolver.servers)
        text += fmt::format("nameserver {}\n", server);
    if (!resolver.search.empty())
        text += fmt::format("search {}\n", fmt::join(resolver.search, " "));
    if (!resolver.options.empty())
        text += fmt::format("options {}\n", fmt::join(resolver.options, " "));
    return text;
}

} // namespace

bool onlyLoopbackServers(std::string_view text)
{
    const Resolver resolver = parseResolver(text);
    return !resolver.servers.empty() && std::ranges::all_of(resolver.servers, [](const auto& server) { return isLoopback(server); });
}

Result<std::string> resolvConf(std::string_view hostText, const ResolverOptions& options, bool sameNetwork)
{
    const bool untouched = options.servers.empty() && options.search.empty() && options.options.empty();
    if (sameNetwork && untouched)
        return std::string(hostText);
    Resolver resolver = TRY(asked(hostText, options));
    if (options.servers.empty() && !sameNetwork) {
        std::erase_if(resolver.servers, [](const auto& server) { return isLoopback(server); });
        if (resolver.servers.empty())
            resolver.servers = {kPublicServers.begin(), kPublicServers.end()};
    }
    return textOf(resolver);
}

Result<std::string> ownResolvConf(std::string_view hostText, const ResolverOptions& options)
{
    Resolver resolver = TRY(asked(hostText, options));
    resolver.servers = {std::string(kOwnServer)};
    // Names of containers have no dots; they are tried as they are before any search domain.
    if (std::ranges::none_of(resolver.options, [](const std::string& option) { return option.starts_with("ndots:"); }))
        resolver.options.emplace_back("ndots:0");
    return textOf(resolver);
}

std::vector<NameUpstream> upstreamServers(std::string_view hostText, const ResolverOptions& options)
{
    const bool own = !options.servers.empty();
    std::vector<std::string> servers = own ? options.servers : parseResolver(hostText).servers;
    if (servers.empty())
        servers = {kPublicServers.begin(), kPublicServers.end()};
    std::vector<NameUpstream> list;
    for (const std::string& server : servers) {
        // An address with a zone ("fe80::1%eth0") means nothing on another link.
        const auto address = Address::parse(server);
        // Nor may it ask itself.
        if (address && !(own && server == kOwnServer))
            list.push_back({*address, own});
    }
    return list;
}

std::string hostsFile(const std::vector<HostEntry>& entries)
{
    std::string text = "127.0.0.1\tlocalhost\n"
                       "::1\tlocalhost ip6-localhost ip6-loopback\n"
                       "fe00::\tip6-localnet\n"
                       "ff00::\tip6-mcastprefix\n"
                       "ff02::1\tip6-allnodes\n"
                       "ff02::2\tip6-allrouters\n";
    for (const auto& [host, address] : entries)
        text += fmt::format("{}\t{}\n", address, host);
    return text;
}

Result<HostEntry> parseExtraHost(std::string_view text, std::string_view gateway)
{
    const auto invalid = [&] { return Error(ErrorCode::Invalid, fmt::format("bad format for add-host: \"{}\"", text)); };
    const auto separator = text.find_first_of(":=");
    if (separator == std::string_view::npos || separator == 0)
        return invalid();
    const std::string_view host = text.substr(0, separator);
    std::string_view address = text.substr(separator + 1);
    if (!isPlainWord(host) || host.find_first_of("#;") != std::string_view::npos)
        return invalid();
    if (address == "host-gateway") {
        if (gateway.empty())
            return Error(ErrorCode::Invalid,
                fmt::format("add-host \"{}\": host-gateway needs the network \"bridge\"", text));
        address = gateway;
    }
    if (address.size() > 2 && address.front() == '[' && address.back() == ']')
        address = address.substr(1, address.size() - 2);
    if (!isAddress(address))
        return Error(ErrorCode::Invalid, fmt::format("invalid IP address in add-host: \"{}\"", address));
    return HostEntry(host, address);
}

Result<void> checkHostName(std::string_view name)
{
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
    };
    if (name.empty() || name.size() > 253 || name.front() == '-' || name.front() == '.' || !std::ranges::all_of(name, fits))
        return Error(ErrorCode::Invalid, fmt::format("invalid hostname format: {}", name));
    return {};
}

} // namespace darsena::network
