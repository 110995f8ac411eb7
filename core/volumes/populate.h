// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/os/beneath.h"

#include <filesystem>
#include <string_view>

namespace darsena::volumes {

/// Copies what an image has at a mount point into an empty volume, with owners, modes and times; the volume's folder gets
/// those of the mount point. The image is hostile: every path is resolved beneath its root, links are copied and never
/// followed, devices, FIFOs and sockets are left out. A missing mount point, or one that is no folder, copies nothing.
/// A volume that is not empty is left alone. Errors: TooLarge beyond a million entries or 64 levels; System.
Result<void> populate(const os::Beneath& image, std::string_view mountPoint, const std::filesystem::path& volume);

} // namespace darsena::volumes
