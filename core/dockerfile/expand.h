// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dockerfile/source.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile {

/// Finds a variable: its value, or nullopt when it is not set. One instruction sees the environment from before it:
/// expand all words of an instruction before setting any of its variables.
using VariableLookup = std::function<std::optional<std::string>(std::string_view name)>;
/// The map must outlive the lookup.
VariableLookup lookupIn(const std::map<std::string, std::string, std::less<>>& variables);

struct ExpandOptions {
    char escape = '\\'; ///< Document::escape
    bool keepQuotes = false; ///< quotes are ordinary characters and stay
    bool keepEscapes = false; ///< escapes other than of '$' and themselves stay
    bool keepUnset = false; ///< a variable that is not set stays as written, for a shell later

    /// For the bodies of unquoted COPY and ADD heredocs: the escape is always '\', quotes stay.
    static ExpandOptions heredoc() { return {.escape = '\\', .keepQuotes = true}; }
};

/// A variable that was used.
struct VariableUse {
    std::string name;
    Range range; ///< in the input word: from '$' to its end
    bool set = false;
    bool guarded = false; ///< ${x:-word}, ${x:+word}, ${x:?message} and their like: being unset is expected
};

struct Expansion {
    std::string text;
    std::vector<VariableUse> uses;
};

/// Expands variables and removes quotes: BuildKit's frontend/dockerfile/shell. All of $x ${x} ${x:-w} ${x-w} ${x:+w}
/// ${x+w} ${x:?m} ${x?m} ${x#p} ${x##p} ${x%p} ${x%%p} ${x/p/r} ${x//p/r}. A variable that is not set is empty.
/// Errors: Invalid (quote or brace not closed, operator unknown, `?` unmet), with a sentence.
Result<Expansion> expandWord(std::string_view word, const VariableLookup& variables, const ExpandOptions& options = {});

/// The same, then split into words at blanks that are not quoted; values of variables are split too. Empty words
/// vanish, quoted ones as well. For EXPOSE.
Result<std::vector<std::string>> expandWords(
    std::string_view words, const VariableLookup& variables, const ExpandOptions& options = {});

} // namespace darsena::dockerfile
