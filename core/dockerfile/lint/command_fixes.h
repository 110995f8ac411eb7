// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/lint/context.h"

#include <optional>
#include <vector>

namespace darsena::dockerfile::lint_detail {

// Fixes that rules of more than one family give. Internal to core/dockerfile.

/// The keyword and all that follows it on the instruction's line.
Range lineOf(const LintContext& context, const Instruction& instruction);

/// The JSON form of a CMD or ENTRYPOINT in shell form. `hasCommand`: its stage has a CMD, see stagesWithCommand().
std::optional<Fix> asJsonForm(const LintContext& context, const Instruction& instruction, bool hasCommand);
/// By index: stages in which CMD stands, their base stages' included.
std::vector<char> stagesWithCommand(const LintContext& context);

/// "/app" for "app"; nullopt for what is no path of Linux.
std::optional<Fix> asAbsolutePath(const LintContext& context, const Word& path);

/// A label with the author's name instead of MAINTAINER.
Fix asLabel(const LintContext& context, const Instruction& instruction, const Maintainer& maintainer);

/// A FROM without its --platform.
Fix withoutPlatform(const LintContext& context, const Stage& stage, bool sameMeaning);

} // namespace darsena::dockerfile::lint_detail
