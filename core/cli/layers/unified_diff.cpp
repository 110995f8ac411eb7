// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/layers/unified_diff.h"

#include "core/base/line_diff.h"
#include "core/cli/layers/plain_text.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::cli {

namespace {

constexpr std::size_t context = 3;

/// "5", "5,3", "4,0": of no lines, the line before them.
std::string hunkRange(std::size_t begin, std::size_t end)
{
    if (end - begin == 1)
        return fmt::format("{}", begin + 1);
    return fmt::format("{},{}", begin + (end > begin ? 1 : 0), end - begin);
}

/// Bytes of the file go out as they are, so that `patch` can use them; the last line may lack its line break.
void addLine(std::string& text, char sign, std::string_view line)
{
    text += sign;
    text += line;
    if (!line.ends_with('\n'))
        text += "\n\\ No newline at end of file\n";
}

} // namespace

std::string unifiedDiff(
    std::string_view before, std::string_view after, std::string_view beforeName, std::string_view afterName)
{
    if (before == after)
        return "";
    if (before.find('\0') != std::string_view::npos || after.find('\0') != std::string_view::npos)
        return fmt::format("Binary files {} and {} differ\n", plainText(beforeName), plainText(afterName));
    const auto oldLines = splitLines(before), newLines = splitLines(after);
    const std::vector<LineHunk> hunks = diffLines(oldLines, newLines);
    std::string text = fmt::format("--- {}\n+++ {}\n", plainText(beforeName), plainText(afterName));
    for (std::size_t first = 0; first < hunks.size();) {
        // Changes whose surroundings touch are printed together.
        std::size_t last = first;
        while (last + 1 < hunks.size() && hunks[last + 1].oldBegin - hunks[last].oldEnd <= 2 * context)
            ++last;
        const std::size_t lead = std::min(context, hunks[first].oldBegin);
        const std::size_t trail = std::min(context, oldLines.size() - hunks[last].oldEnd);
        text += fmt::format("@@ -{} +{} @@\n", hunkRange(hunks[first].oldBegin - lead, hunks[last].oldEnd + trail),
            hunkRange(hunks[first].newBegin - lead, hunks[last].newEnd + trail));
        std::size_t at = hunks[first].oldBegin - lead;
        for (std::size_t i = first; i <= last; ++i) {
            for (; at < hunks[i].oldBegin; ++at)
                addLine(text, ' ', oldLines[at]);
            for (; at < hunks[i].oldEnd; ++at)
                addLine(text, '-', oldLines[at]);
            for (std::size_t line = hunks[i].newBegin; line < hunks[i].newEnd; ++line)
                addLine(text, '+', newLines[line]);
        }
        for (const std::size_t end = at + trail; at < end; ++at)
            addLine(text, ' ', oldLines[at]);
        first = last + 1;
    }
    return text;
}

} // namespace darsena::cli
