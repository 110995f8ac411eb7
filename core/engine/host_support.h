// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/system.h"

#include <filesystem>

namespace darsena::engine {

/// Fills in which limits this machine's control groups offer (MemoryLimit, SwapLimit, …), their version and driver, whether
/// it forwards, and a warning in Docker's words for each thing that is missing.
void describeSupport(model::SystemInfo& info);

/// The file system below a folder, as Docker names it: "extfs", "xfs", "btrfs", …; its magic number when not known.
std::string backingFileSystem(const std::filesystem::path& folder);

} // namespace darsena::engine
