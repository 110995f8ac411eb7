// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/entry.h"
#include "core/base/result.h"

#include <vector>

namespace darsena::store {

/// Sets them. A file system without support for a kind is no error.
Result<void> setXattrs(int fd, const std::vector<archive::Xattr>& xattrs);
/// Reads those that a layer carries, sorted by name.
Result<std::vector<archive::Xattr>> readXattrs(int fd);
/// One value; nothing when it is not set.
Result<std::optional<std::string>> readXattr(int fd, const char* name);

} // namespace darsena::store
