// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/assist/assist.h"
#include "core/dockerfile/assist/heredocs.h"

#include <string_view>
#include <vector>

namespace darsena::dockerfile::assist_detail {

/// Colours of Python, PowerShell or JSON, in order: keywords, strings, numbers, comments, variables, options, keys.
/// Ranges are offsets in the text. Any text will do; linear. Nothing for other languages. Internal to
/// core/dockerfile/assist.
std::vector<SemanticToken> bodyTokens(std::string_view text, BodyLanguage language);

} // namespace darsena::dockerfile::assist_detail
