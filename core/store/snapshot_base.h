// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>

namespace darsena::store {

/// Makes, once, what lies below the lowest layer of every container: the places that a runtime mounts something on (/proc,
/// /sys, /dev, /etc/hosts, …), /etc/mtab and the /.dockerenv that programs look for. An image that has one of them hides
/// it. Without this layer they would be made in the container's own, and `docker diff` and commit would show what nobody
/// did. Existing ones stay as they are.
Result<void> makeSnapshotBase(const std::filesystem::path& directory);

} // namespace darsena::store
