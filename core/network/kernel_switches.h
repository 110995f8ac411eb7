// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/network/address.h"

#include <filesystem>
#include <string_view>

namespace darsena::network {

// Switches below /proc/sys/net, of the calling thread's network namespace. Names of links are ours.

/// No IPv6 on a link: not from router advertisements either, which a container could forge (CVE-2020-13401).
Result<void> silenceIpv6(std::string_view link);
/// IPv6 with the addresses that we give and no others: router advertisements are not heard.
Result<void> tameIpv6(std::string_view link);
/// Lets the host's own 127.0.0.1:port reach a container; the firewall keeps containers out of the other direction.
Result<void> letLoopbackOut(std::string_view link);

/// Whether this engine (or the one before it) is who switched the host's forwarding on: a note in `stateFolder` says so,
/// which lives as long as the machine runs. Then the firewall keeps closed what forwarding opens.
bool forwardingIsOurs(Family family, const std::filesystem::path& stateFolder);
/// Switches it on if it is off, with the note. For IPv6 every link that hears router advertisements goes on hearing them,
/// which the kernel would end: the host itself may live from them.
Result<void> switchForwardingOn(Family family, const std::filesystem::path& stateFolder);
/// Takes back what the note says.
void switchForwardingOff(const std::filesystem::path& stateFolder, bool othersRelyOnIt);

} // namespace darsena::network
