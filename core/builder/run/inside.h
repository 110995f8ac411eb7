// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/os/beneath.h"

#include <string>
#include <string_view>

namespace darsena::builder {

/// The path with every link in it replaced by what it points at inside the root, the last one included; what does not
/// exist stays as written. For trees that nobody else changes; the result is still only a name, to be used with Beneath.
/// Errors: Invalid past 40 links.
Result<std::string> resolveInside(const os::Beneath& root, std::string_view path);

/// "/" for what is directly below the root.
std::string parentOf(std::string_view path);
/// directory + "/" + name; the directory itself for an empty name.
std::string joinPath(std::string_view directory, std::string_view name);

} // namespace darsena::builder
