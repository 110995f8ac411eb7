// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/lint.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace darsena::dockerfile::lint_detail {

// Pieces of fixes that several rules need. Internal to core/dockerfile.

/// The line that an offset is on, with its line break.
Range wholeLine(const SourceText& source, std::uint32_t offset);
/// All lines of a statement, heredocs included, with the last one's line break; comments above it not.
Range wholeLines(const SourceText& source, const Statement& statement);

/// How the line of an offset ends: "\r\n" or "\n". A last line without a break has that of the line before it.
std::string lineBreakAt(const SourceText& source, std::uint32_t offset);

/// Puts a line of its own before a statement and the comments that belong to it, indented as the statement is.
TextEdit insertLineBefore(const SourceText& source, const Statement& statement, std::string_view line);

/// The name of a variable in "$name" or "${name…}" at a range of the file; nullopt if something else stands there.
std::optional<Range> nameInUse(const SourceText& source, Range use, std::string_view name);

/// Removes a flag and the blanks behind it.
TextEdit removeFlag(const SourceText& source, const Word& flag);

/// ["a", "b"], each as JSON writes it; nullopt if one is not UTF-8.
std::optional<std::string> jsonArrayOf(std::span<const std::string> items);

/// A comment or an empty line stands between the lines of an instruction in this range, and a rewrite would lose it.
bool holdsComment(const Document& document, Range range);

} // namespace darsena::dockerfile::lint_detail
