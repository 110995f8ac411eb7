// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace darsena::cli {

/// "82 MB", "1.2 kB", "9 B": powers of 1000, one digit after the point below 10, as dive and docker write sizes.
std::string sizeText(std::uint64_t bytes);
/// The same with a sign: "+1.2 kB", "-9 B", "0 B".
std::string signedSizeText(std::int64_t bytes);
/// "20MB", "1.5 GiB", "20,000", "3k": k, M, … are powers of 1000, Ki, Mi, … of 1024, a "B" may follow, case does not
/// matter. Errors: Invalid.
Result<std::uint64_t> parseSize(std::string_view text);
/// A decimal number and nothing else. Errors: Invalid.
Result<double> parseNumber(std::string_view text);
/// "12.34 %", "+Inf %" and "NaN %" as Go writes them.
std::string percentText(double share);

} // namespace darsena::cli
