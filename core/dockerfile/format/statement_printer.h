// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/format/format.h"

#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile::format_detail {

// One instruction in good order. Internal to core/dockerfile.

struct PrintedStatement {
    std::string text; ///< without the line break at its end
    std::vector<std::string> commentsBehind; ///< of a continuation that nothing follows: they stand on their own now
};

/// The logical line of an instruction, heredoc bodies left out; `lineBreak` is put between its lines.
PrintedStatement printStatement(
    const Document& document, const Statement& statement, const FormatOptions& options, std::string_view lineBreak);

} // namespace darsena::dockerfile::format_detail
