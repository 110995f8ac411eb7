// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/expand.h"

#include <string>
#include <vector>

namespace darsena::dockerfile {

// The shell-like lexer below expand.h; the parser uses it to find heredocs. Internal to core/dockerfile.

struct LexOptions {
    char escape = '\\';
    bool skipQuotes = false; ///< quotes are ordinary characters
    bool keepQuotes = false; ///< quotes quote, and stay in the result
    bool keepEscapes = false; ///< escape characters escape, and stay in the result
    bool keepUnset = false; ///< variables that are not set stay as written
};

struct LexedWord {
    std::string text;
    Range range; ///< in the input
};

struct LexResult {
    std::string text;
    std::vector<LexedWord> words;
    std::vector<VariableUse> uses;
};

Result<LexResult> lexShell(std::string_view input, const VariableLookup& variables, const LexOptions& options);

} // namespace darsena::dockerfile
