// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/document.h"

#include <string_view>

namespace darsena::dockerfile::format_detail {

/// Whether two instructions are the same but for layout and the case of keywords. Internal to core/dockerfile.
bool isSameStatement(const Statement& a, const Statement& b, bool ignoreShellLayout);

/// Of an instruction whose arguments, if they are no JSON, are a command line; by its lower-case name.
bool isShellInstruction(std::string_view name);

} // namespace darsena::dockerfile::format_detail
