// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace darsena::builder {

/// Whether one path component matches a pattern as Go's filepath.Match does: '*' (not '/'), '?', '[a-z]', '[^a-z]',
/// backslash. Errors: Invalid for a malformed pattern ("[", "[]", a trailing backslash), whatever the name.
/// Linear in the name for each '*': no exponential patterns.
Result<bool> matchComponent(std::string_view pattern, std::string_view name);

/// Whether a text has any of the characters that make it a pattern: * ? [ and backslash.
bool hasWildcard(std::string_view path);

/// A source path of COPY or ADD as components inside its root, the way path.Clean("/" + path) gives them: "" and "."
/// gone, ".." applied and never above the root.
std::vector<std::string> cleanSource(std::string_view path);

/// A path of the container made absolute and clean: relative ones start at the working directory. The root is "/".
std::string absolutePath(std::string_view workingDir, std::string_view path);

/// The last component of a clean absolute path; "" for "/".
std::string_view baseName(std::string_view path);

} // namespace darsena::builder
