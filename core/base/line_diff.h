// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace darsena {

/// The lines of a text, each with its line break; joined they give the text.
std::vector<std::string_view> splitLines(std::string_view text);

/// Lines [oldBegin, oldEnd) became lines [newBegin, newEnd); everything between two hunks is the same.
struct LineHunk {
    std::size_t oldBegin = 0, oldEnd = 0;
    std::size_t newBegin = 0, newEnd = 0;

    bool operator==(const LineHunk&) const = default;
};

/// What changed between two texts, in order. Anchored at lines that are unique in both, so that time stays near linear
/// whatever comes in; where two texts have nothing in common a hunk may be larger than the smallest possible. Pure.
std::vector<LineHunk> diffLines(const std::vector<std::string_view>& before, const std::vector<std::string_view>& after);

struct LineMerge {
    std::string text; ///< conflicts stand between "<<<<<<<", "=======" and ">>>>>>>" lines
    int conflicts = 0;
};
/// Three-way: what changed from base to mine and what changed from base to theirs, in one text. Two changes conflict
/// when they touch the same lines in different ways. The names stand behind the marks. Pure.
LineMerge mergeLines(std::string_view base, std::string_view mine, std::string_view theirs, std::string_view mineName,
    std::string_view theirsName);

} // namespace darsena
