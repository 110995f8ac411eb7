// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile::format_detail {

// Which blanks of shell code are only between words. Internal to core/dockerfile.

/// For each byte of a script, whether it stands in quotes or is escaped: blanks there belong to a word. Where the
/// script is not well-formed, too much counts as quoted rather than too little.
std::vector<bool> quotedBytes(std::string_view script);

/// The script with each run of blanks between words made one: equal for scripts that differ in layout only.
std::string withoutLayout(std::string_view script);

} // namespace darsena::dockerfile::format_detail
