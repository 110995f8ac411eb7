// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/lint/context.h"

#include <string>
#include <string_view>

namespace darsena::dockerfile::lint_detail {

// Our own rules by file, and what they share. Internal to lint/darsena.

/// The instruction that a script belongs to; nullptr for one in ONBUILD, which runs in another build.
const EvaluatedInstruction* instructionOf(const LintContext& context, const shell::EmbeddedScript& script);

// exec_quotes.cpp
void checkTypographicQuotes(LintContext& context, const RuleInfo& rule);
void checkSingleQuotesInJson(LintContext& context, const RuleInfo& rule);
// signals.cpp
void checkShellFormSignals(LintContext& context, const RuleInfo& rule);
void checkIgnoredCmd(LintContext& context, const RuleInfo& rule);
// removed_files.cpp
void checkRemovedInLaterLayer(LintContext& context, const RuleInfo& rule);
// package_lists.cpp
void checkAptUpdateAlone(LintContext& context, const RuleInfo& rule);
// dependencies.cpp
void checkCopyBeforeDependencies(LintContext& context, const RuleInfo& rule);
// unused_stages.cpp
void checkUnusedStage(LintContext& context, const RuleInfo& rule);
// sources.cpp
void checkSecretFileCopied(LintContext& context, const RuleInfo& rule);
void checkUncheckedDownload(LintContext& context, const RuleInfo& rule);

} // namespace darsena::dockerfile::lint_detail
