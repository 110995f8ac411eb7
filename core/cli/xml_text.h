// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace darsena::cli {

/// Text for XML and HTML, between tags or in quotes: markup escaped, what is no UTF-8 or may not stand there replaced.
std::string xmlText(std::string_view text);

} // namespace darsena::cli
