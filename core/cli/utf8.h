// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace darsena::cli {

/// The text with U+FFFD for each byte that belongs to no character: JSON wants UTF-8, and files hold any bytes.
std::string validUtf8(std::string_view text);

} // namespace darsena::cli
