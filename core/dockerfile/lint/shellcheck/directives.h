// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/document.h"
#include "core/dockerfile/lint/shellcheck/facts.h"

#include <string_view>

namespace darsena::dockerfile::lint_detail {

/// The codes of "# shellcheck disable=SC2086,2046"; none for any other comment. "all" is one of them.
VariableNames disabledCodes(std::string_view comment);

/// Whether a comment above the instruction on a line (1-based), or between its continued lines, disables a code.
bool isDisabledByComment(const Document& document, std::string_view code, std::uint32_t line);

} // namespace darsena::dockerfile::lint_detail
