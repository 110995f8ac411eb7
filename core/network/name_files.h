// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/network/name_lookup.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Texts of the three files that a container gets for names: /etc/hosts, /etc/hostname, /etc/resolv.conf. Pure. What
/// comes from requests is checked: a line break in a name would write lines of its own (CVE-2022-4318).
namespace darsena::network {

struct ResolverOptions {
    std::vector<std::string> servers, search, options; ///< from the request; each that is set replaces the host's
};

/// The host's resolv.conf as a container can use it: servers on the host's loopback are left out, since they are not
/// there in another network namespace; without any left, public ones (8.8.8.8, 8.8.4.4) as Docker does.
/// With `sameNetwork` (--network host) the host's text is kept. Errors: Invalid for a server that is no address.
Result<std::string> resolvConf(std::string_view hostText, const ResolverOptions& options, bool sameNetwork);

/// The resolv.conf of a container on a network of the user's: names go to 127.0.0.11, which knows the containers.
/// Errors: as resolvConf().
Result<std::string> ownResolvConf(std::string_view hostText, const ResolverOptions& options);
/// Whom 127.0.0.11 asks in turn: the servers of the request, from the container's network, or the host's own.
std::vector<NameUpstream> upstreamServers(std::string_view hostText, const ResolverOptions& options);

/// Whether every server of a resolv.conf is on the loopback (systemd-resolved's stub: then its other file is the better source).
bool onlyLoopbackServers(std::string_view text);

/// A name or several of them with blanks between -> address.
using HostEntry = std::pair<std::string, std::string>;
std::string hostsFile(const std::vector<HostEntry>& entries);

/// One entry of HostConfig.ExtraHosts, "name:address" ("name=address" too); "host-gateway" stands for `gateway`.
/// Errors: Invalid.
Result<HostEntry> parseExtraHost(std::string_view text, std::string_view gateway);

/// A host or domain name that may be written to a file: letters, digits, '-', '.', '_', at most 253. Errors: Invalid.
Result<void> checkHostName(std::string_view name);

} // namespace darsena::network
