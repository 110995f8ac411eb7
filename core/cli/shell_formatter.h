// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace darsena::cli {

/// What formats shell scripts with shfmt: FormatOptions::shell. Empty if shfmt is not installed. A script that shfmt
/// refuses gives nullopt.
std::function<std::optional<std::string>(std::string_view script, std::string_view dialect)> shellFormatter(
    std::uint32_t indent);

} // namespace darsena::cli
