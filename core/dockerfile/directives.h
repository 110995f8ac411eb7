// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/document.h"

#include <optional>
#include <string_view>

namespace darsena::dockerfile {

// "# key=value" at the top of a file. Internal to core/dockerfile.

/// A directive, if a line (white space in front already removed, standing at `offset`) is one: `mark` ("#" or "//"),
/// a known key, '=', a value. Anything else ends the directives of a file.
std::optional<Directive> readDirective(std::string_view line, std::uint32_t offset, std::string_view mark = "#");

} // namespace darsena::dockerfile
