// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include <time.h>

/// The little JSON that the monitor writes. By hand: the monitor is to stay under a megabyte.
namespace darsena::shim {

/// Appends `text` as the inside of a JSON string. Bytes that are not UTF-8 become U+FFFD.
void appendEscaped(std::string& out, std::string_view text);
/// Appends "2026-11-24T04:23:18.000000001Z".
void appendTime(std::string& out, const timespec& time);

} // namespace darsena::shim
