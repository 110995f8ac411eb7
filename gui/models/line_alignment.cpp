// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/line_alignment.h"

#include <algorithm>

namespace darsena::gui {

namespace {

using Kind = AlignedRow::Kind;

bool isMiddleOfCharacter(std::string_view text, std::size_t at)
{
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

/// "3" or "3,7", as in a header of a unified diff: from 1, and the line before where there are none.
std::string range(std::size_t begin, std::size_t count)
{
    const std::string start = std::to_string(count == 0 ? begin : begin + 1);
    return count == 1 ? start : start + ',' + std::to_string(count);
}

void appendLine(std::string& out, char sign, std::string_view line)
{
    out += sign;
    out += line;
    if (!line.ends_with('\n'))
        out += "\n\\ No newline at end of file\n";
}

} // namespace

Alignment alignLines(const std::vector<std::string_view>& before, const std::vector<std::string_view>& after)
{
    Alignment aligned;
    std::size_t a = 0, b = 0;
    const auto same = [&](std::size_t until) {
        for (; a < until; ++a, ++b)
            aligned.rows.push_back({ Kind::Same, a, b });
    };
    for (const LineHunk& hunk : diffLines(before, after)) {
        same(hunk.oldBegin);
        aligned.changes.push_back(aligned.rows.size());
        while (a < hunk.oldEnd || b < hunk.newEnd) {
            const bool old = a < hunk.oldEnd;
            const bool fresh = b < hunk.newEnd;
            aligned.rows.push_back({ old && fresh ? Kind::Changed : old ? Kind::Removed : Kind::Added, old ? a : AlignedRow::none, fresh ? b : AlignedRow::none });
            a += old ? 1 : 0;
            b += fresh ? 1 : 0;
        }
    }
    same(before.size());
    return aligned;
}

LinePart differingPart(std::string_view before, std::string_view after)
{
    LinePart part;
    const std::size_t shorter = std::min(before.size(), after.size());
    while (part.begin < shorter && before[part.begin] == after[part.begin])
        ++part.begin;
    while (part.begin > 0 && (isMiddleOfCharacter(before, part.begin) || isMiddleOfCharacter(after, part.begin)))
        --part.begin;
    std::size_t tail = 0;
    while (tail < shorter - part.begin && before[before.size() - 1 - tail] == after[after.size() - 1 - tail])
        ++tail;
    while (tail > 0 && isMiddleOfCharacter(before, before.size() - tail))
        --tail;
    part.endBefore = before.size() - tail;
    part.endAfter = after.size() - tail;
    return part;
}

std::string unifiedDiff(const std::vector<std::string_view>& before, const std::vector<std::string_view>& after, std::string_view beforeName,
    std::string_view afterName, std::size_t context)
{
    const std::vector<LineHunk> hunks = diffLines(before, after);
    if (hunks.empty())
        return {};
    std::string out;
    out.append("--- ").append(beforeName).append("\n+++ ").append(afterName).append("\n");
    for (std::size_t i = 0; i < hunks.size();) {
        // Changes whose contexts touch are printed together.
        std::size_t last = i;
        while (last + 1 < hunks.size() && hunks[last + 1].oldBegin <= hunks[last].oldEnd + 2 * context)
            ++last;
        const std::size_t lead = std::min(context, hunks[i].oldBegin);
        const std::size_t tail = std::min(context, before.size() - hunks[last].oldEnd);
        const std::size_t oldBegin = hunks[i].oldBegin - lead, newBegin = hunks[i].newBegin - lead;
        const std::size_t oldEnd = hunks[last].oldEnd + tail, newEnd = hunks[last].newEnd + tail;
        out += "@@ -" + range(oldBegin, oldEnd - oldBegin) + " +" + range(newBegin, newEnd - newBegin) + " @@\n";
        std::size_t at = oldBegin;
        for (; i <= last; ++i) {
            for (; at < hunks[i].oldBegin; ++at)
                appendLine(out, ' ', before[at]);
            for (; at < hunks[i].oldEnd; ++at)
                appendLine(out, '-', before[at]);
            for (std::size_t fresh = hunks[i].newBegin; fresh < hunks[i].newEnd; ++fresh)
                appendLine(out, '+', after[fresh]);
        }
        for (; at < oldEnd; ++at)
            appendLine(out, ' ', before[at]);
    }
    return out;
}

} // namespace darsena::gui
