// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/lint/context.h"

namespace darsena::dockerfile::lint_detail {

// hadolint's DL rules in two tables: those that look at instructions, and those that look at the commands in RUN.
// hadolintRules() joins them, ordered by name. Internal to lint/hadolint.

#define HADOLINT_URL(code) "https://github.com/hadolint/hadolint/wiki/" code

/// instruction_rules.cpp
std::span<const Rule> hadolintInstructionRules();
/// run_rules.cpp
std::span<const Rule> hadolintRunRules();

} // namespace darsena::dockerfile::lint_detail
