// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile::lint_detail {

/// What a shell form of CMD or ENTRYPOINT can be written as.
struct ExecForm {
    std::vector<std::string> arguments;
    /// The shell has nothing to do in it: the arguments are the command's own. Otherwise they are /bin/sh -c and the
    /// script, which is what the builder makes of the shell form anyway.
    bool plain = false;
};

/// The words of a command line that holds nothing but words: no variable, pattern, operator, assignment or builtin.
/// "exec" in front is dropped. nullopt for anything else, and for anything doubtful.
std::optional<std::vector<std::string>> plainWords(std::string_view script);

/// nullopt for an empty script.
std::optional<ExecForm> execForm(std::string_view script);

} // namespace darsena::dockerfile::lint_detail
