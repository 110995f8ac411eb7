// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/runtime/oci_container.h"

#include <cstdint>
#include <string>
#include <string_view>

#include <sys/types.h>

/// What OciRuntime's two halves share: those who make processes (oci_launch.cpp) and those who look after containers.
namespace darsena::runtime {

/// Parent of the groups of containers whose specification names none.
inline constexpr std::string_view ownCgroup = "/darsena-oci";

/// Errors: Invalid.
Result<void> checkContainerId(const std::string& id);
/// Field 22 of /proc/<pid>/stat; 0 when the process is gone or a zombie.
std::uint64_t startTimeOf(pid_t pid);
/// The state that hooks get, up to its last members (hookState()).
std::string beginState(const OciContainer& container);

} // namespace darsena::runtime
