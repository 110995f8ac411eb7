// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <stop_token>

namespace darsena::builder {

/// Copies the content of one open regular file into another, empty one: in the kernel where it can (reflink,
/// copy_file_range), holes stay holes. Errors: System, Cancelled.
Result<void> copyContent(int from, int to, std::int64_t size, const std::stop_token& stop);

/// Copies the extended attributes that a layer may carry: security.capability and user.*, never overlayfs' own.
/// A file system that has no user.* attributes loses them silently; a capability that cannot be kept is an error.
Result<void> copyAttributes(int from, int to);

} // namespace darsena::builder
