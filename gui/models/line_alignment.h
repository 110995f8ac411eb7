// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/line_diff.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::gui {

/// Two texts side by side: what stands in one row.
struct AlignedRow {
    enum class Kind { Same, Changed, Added, Removed };
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    Kind kind = Kind::Same;
    std::size_t before = none; ///< a line's number from 0; none: nothing stands there
    std::size_t after = none;
    bool operator==(const AlignedRow&) const = default;
};

struct Alignment {
    std::vector<AlignedRow> rows;
    std::vector<std::size_t> changes; ///< the first row of each change
};

/// Lines that were replaced stand beside those that replace them, as far as there are as many. Pure.
Alignment alignLines(const std::vector<std::string_view>& before, const std::vector<std::string_view>& after);

/// The part in which two lines differ: bytes [begin, endBefore) and [begin, endAfter), never inside a UTF-8 character.
struct LinePart {
    std::size_t begin = 0, endBefore = 0, endAfter = 0;
};
LinePart differingPart(std::string_view before, std::string_view after);

/// The changes as `diff -u` writes them, without time stamps; empty when the texts are equal.
std::string unifiedDiff(const std::vector<std::string_view>& before, const std::vector<std::string_view>& after, std::string_view beforeName,
    std::string_view afterName, std::size_t context = 3);

} // namespace darsena::gui
