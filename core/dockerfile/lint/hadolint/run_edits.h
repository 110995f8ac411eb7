// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/lint/hadolint/commands.h"

#include <optional>
#include <string_view>

namespace darsena::dockerfile::lint_detail {

// Pieces of fixes in the commands of a RUN: in a line, over continuations, in heredocs, in exec form. Internal to
// lint/hadolint.

/// Puts an argument behind a word of a command.
TextEdit addArgument(const RunCommand& command, Range behind, std::string_view argument);

/// Has the RUN do something once a command is over, at a place where it is done whenever the command is and what comes
/// later in the RUN still is; nullopt where there is no such place.
std::optional<TextEdit> runAfter(const LintContext& context, const RunCommand& last, std::string_view what);

/// A line of its own before the RUN, indented as it is; nullopt for one in ONBUILD.
std::optional<TextEdit> instructionBefore(
    const LintContext& context, const RunInstruction& run, std::string_view instruction);

} // namespace darsena::dockerfile::lint_detail
