// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dockerfile/document.h"

#include <optional>
#include <string_view>
#include <vector>

namespace darsena::dockerfile {

// Finding "<<EOF" in lines. Internal to core/dockerfile.

/// A word that opens a heredoc: its name, expand, chomp and descriptor; nullopt for any other word. Errors: Invalid, a
/// quote in it is not closed.
Result<std::optional<Heredoc>> heredocFromWord(std::string_view word);

/// The heredocs that an instruction's line opens, in order, without content; `wordRange` is filled in.
/// The escape is always '\' here, whatever the directive says. Errors: as above.
Result<std::vector<Heredoc>> heredocsInLine(const LogicalLine& line);

} // namespace darsena::dockerfile
