// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace darsena::runtime {

/// The options of one mount of config.json, sorted by what has to be done (config.md, "Linux mount options").
struct MountOptions {
    bool bind = false, recursiveBind = false;
    std::uint64_t set = 0, clear = 0; ///< MOUNT_ATTR_* of the mount itself
    std::uint64_t setBelow = 0, clearBelow = 0; ///< of it and everything mounted below ("rro", …)
    std::uint64_t propagation = 0; ///< MS_PRIVATE, …; 0 = not said
    bool propagationRecursive = false;
    bool copyUp = false;
    bool idmap = false, recursiveIdmap = false;
    std::vector<std::pair<std::string, std::string>> parameters; ///< for the file system; flags have an empty value
};

/// Every option of its own that parseMountOptions() takes: what is not among them goes to the file system.
std::vector<std::string> knownMountOptions();

/// Errors: Unsupported for "remount"; Invalid for control characters or NUL.
Result<MountOptions> parseMountOptions(const std::vector<std::string>& options);

} // namespace darsena::runtime
