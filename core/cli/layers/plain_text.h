// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace darsena::cli {

/// A name from an image, as a terminal may be given it: UTF-8, and control characters as "\x1b", so that no name moves
/// the cursor, changes colours or makes a line of its own.
std::string plainText(std::string_view text);
/// How many characters a UTF-8 text has; not how wide they are.
std::size_t characterCount(std::string_view text);

} // namespace darsena::cli
