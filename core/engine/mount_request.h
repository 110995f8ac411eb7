// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/container.h"
#include "core/base/result.h"
#include "core/engine/container_record.h"

#include <string>
#include <string_view>
#include <vector>

namespace darsena::engine {

/// Everything that a request (Binds, Mounts, Tmpfs) and its image (Volumes) want mounted, checked and in one form, so that
/// no policy depends on which of Docker's ways was used (security R5). Pure: volumes are named here and made later; an
/// anonymous one has no name yet. In order of destination depth, so that a mount never hides one made before it.
/// `inherited`: what the containers of VolumesFrom have, in their order.
/// Errors: Invalid, Unsupported; Docker's texts ("invalid volume specification: 'x'", "Duplicate mount point: /x").
Result<std::vector<MountRecord>> planMounts(
    const model::ContainerConfig& config, const model::HostConfig& hostConfig, const std::vector<MountRecord>& inherited = {});

/// An entry of HostConfig.VolumesFrom: "container[:ro|rw]". Errors: Invalid.
struct VolumesFrom {
    std::string container;
    bool readOnly = false;
};
Result<VolumesFrom> parseVolumesFrom(const std::string& text);

/// An absolute path without "//", "." and ".."; ".." at the root stays there, as for a process. Errors: Invalid.
Result<std::string> cleanContainerPath(std::string_view path);

} // namespace darsena::engine
