// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/os/beneath.h"

namespace darsena::store {

/// Copies what is in an overlay's upper directory into an empty directory, whole: owners, modes, times, attributes that a
/// layer carries, hard links, devices, whiteouts and opaque marks. Files of the same file system share their blocks where
/// it can do that; holes stay holes. Sockets are left out. What vanishes meanwhile is left out, too.
/// Errors: Corrupt for what a layer cannot say (overlayfs redirects); TooLarge (depth).
Result<void> copyUpperTree(const os::Beneath& from, const os::Beneath& to);

} // namespace darsena::store
