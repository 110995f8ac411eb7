// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/arguments.h"

#include <string_view>
#include <vector>

namespace darsena::dockerfile::assist_detail {

// The names of variables in text that may be unfinished. Internal to core/dockerfile/assist.

/// Who reads the text.
enum class NameReader {
    Builder, ///< words of instructions: quotes and the file's escape count
    BuilderHeredoc, ///< bodies of COPY and ADD: quotes are plain characters, the escape is '\'
    Shell, ///< shell code: comments, substitutions, assignments
    ShellHeredoc, ///< a body that a shell expands on its way to a program
};

struct NameUse {
    Span span; ///< the name alone, in the text
    bool braced = false; ///< ${name…}
    /// The shell sets it here for the commands behind: an assignment, `export x=`, `for x`, `read x`.
    bool set = false;
    std::uint32_t from = 0; ///< with `set`: where the shell's own value begins to count

    std::string_view in(std::string_view text) const { return text.substr(span.begin, span.end - span.begin); }
};

/// Every $name and ${name…} of the span that is not in single quotes or escaped, those within ${x:-…} too; for Shell
/// what it sets as well. In order of place. Names are letters, digits and '_', not beginning with a digit. Linear.
std::vector<NameUse> variableNames(std::string_view text, Span span, NameReader reader, char escape);

bool isNameStart(char c);
bool isNameCharacter(char c);

} // namespace darsena::dockerfile::assist_detail
