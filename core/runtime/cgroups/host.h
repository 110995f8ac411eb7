// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/cgroups/cgroup.h"

#include <string_view>

namespace darsena::runtime {

/// What /proc/self/mountinfo says about cgroups. A host with both versions counts as v1, since the controllers are there.
CgroupHost parseCgroupMounts(std::string_view mountinfo);

/// The path below a mount point that an OCI cgroupsPath means; systemd's "slice:prefix:name" becomes slice/prefix-name.scope.
/// Errors: Invalid for "..", control characters, an empty path, or one over 1024 bytes.
Result<std::string> cgroupPath(std::string_view cgroupsPath);

/// How often the way down to a group is made again when its parent vanishes meanwhile.
constexpr int maxRestarts = 3;

std::unique_ptr<Cgroup> makeCgroupV1(const CgroupHost& host, std::string path);
std::unique_ptr<Cgroup> makeCgroupV2(const CgroupHost& host, std::string path);

} // namespace darsena::runtime
