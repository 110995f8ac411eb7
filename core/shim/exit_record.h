// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/shim/shim.h"

#include <string_view>

namespace darsena::shim {

/// Reads exit.json. Errors: Corrupt.
Result<Exit> parseExitRecord(std::string_view text);
/// "2026-11-24T04:23:18.000000001Z"; "" gives the epoch. Errors: Corrupt.
Result<std::chrono::system_clock::time_point> parseTime(std::string_view text);

} // namespace darsena::shim
