// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/os/beneath.h"

#include <string>
#include <string_view>

namespace darsena::store {

/// Where a path leads inside a root once every link in it is followed, as a relative path without links ("" = the root).
/// What does not exist stays as it is written. A statement about a moment: whoever opens the result refuses links.
/// Errors: Invalid for more than 40 links, or more than maxDepth components on the way.
Result<std::string> canonicalPath(const os::Beneath& root, std::string_view path, std::size_t maxDepth);

} // namespace darsena::store
