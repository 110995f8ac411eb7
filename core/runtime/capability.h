// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace darsena::runtime {

/// Number of a capability by name, "CAP_CHOWN" or "chown", any case; none when unknown.
std::optional<unsigned> capabilityNumber(std::string_view name);
/// "CAP_CHOWN", or "CAP_63" for a number that has no name here.
std::string capabilityName(unsigned number);
/// Capabilities that the running kernel has: bits 0 to the last one.
std::uint64_t kernelCapabilities();
/// Capabilities that this process could hand on: its bounding set.
std::uint64_t ownCapabilities();

} // namespace darsena::runtime
