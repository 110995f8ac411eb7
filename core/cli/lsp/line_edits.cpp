// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/lsp/line_edits.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace darsena::cli::lsp {

using dockerfile::TextEdit;

namespace {

/// The most lines that are deleted and added, together, before the search is given up: it costs their square.
constexpr int maxDifferences = 1500;

std::vector<std::string_view> linesWithBreaks(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return lines;
}

/// Lines [a, aEnd) become lines [b, bEnd).
struct Hunk {
    std::size_t a, aEnd, b, bEnd;
};

/// The shortest way from one list to the other (Myers, "An O(ND) difference algorithm", 1986); nullopt: too far apart.
std::optional<std::vector<Hunk>> shortestWay(
    const std::vector<std::string_view>& a, const std::vector<std::string_view>& b)
{
    const auto n = static_cast<int>(a.size());
    const auto m = static_cast<int>(b.size());
    const int limit = std::min(n + m, maxDifferences);
    std::vector<std::vector<int>> trace; // the furthest x on each diagonal, a row a step
    std::vector<int> furthest(static_cast<std::size_t>(2 * limit + 3), 0);
    const auto at = [limit](int diagonal) { return static_cast<std::size_t>(diagonal + limit + 1); };
    int found = -1;
    for (int d = 0; d <= limit && found < 0; ++d) {
        // Only the diagonals that a step reaches are kept.
        trace.emplace_back(furthest.begin() + (limit + 1 - d - 1), furthest.begin() + (limit + 1 + d + 2));
        for (int k = -d; k <= d; k += 2) {
            const bool down = k == -d || (k != d && furthest[at(k - 1)] < furthest[at(k + 1)]);
            int x = down ? furthest[at(k + 1)] : furthest[at(k - 1)] + 1;
            while (x < n && x - k < m && a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(x - k)])
                ++x;
            furthest[at(k)] = x;
            if (x >= n && x - k >= m) {
                found = d;
                break;
            }
        }
    }
    if (found < 0)
        return std::nullopt;
    std::vector<Hunk> hunks; // from the end to the front
    int x = n;
    int y = m;
    for (int d = found; d > 0; --d) {
        const std::vector<int>& row = trace[static_cast<std::size_t>(d)];
        const auto before = [&](int diagonal) { return row[static_cast<std::size_t>(diagonal + d + 1)]; };
        const int k = x - y;
        const bool down = k == -d || (k != d && before(k - 1) < before(k + 1));
        const int fromX = down ? before(k + 1) : before(k - 1);
        const int fromY = fromX - (down ? k + 1 : k - 1);
        const Hunk step {.a = static_cast<std::size_t>(fromX),
            .aEnd = static_cast<std::size_t>(down ? fromX : fromX + 1),
            .b = static_cast<std::size_t>(fromY),
            .bEnd = static_cast<std::size_t>(down ? fromY + 1 : fromY)};
        if (!hunks.empty() && hunks.back().a == step.aEnd && hunks.back().b == step.bEnd)
            hunks.back() = {.a = step.a, .aEnd = hunks.back().aEnd, .b = step.b, .bEnd = hunks.back().bEnd};
        else
            hunks.push_back(step);
        x = fromX;
        y = fromY;
    }
    std::reverse(hunks.begin(), hunks.end());
    return hunks;
}

bool isInsideCharacter(std::string_view text, std::size_t at)
{
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80;
}

/// An edit without what its two sides have in common at their ends.
TextEdit trimmedEdit(std::uint32_t offset, std::string_view before, std::string_view after)
{
    std::size_t front = 0;
    const std::size_t most = std::min(before.size(), after.size());
    while (front < most && before[front] == after[front])
        ++front;
    while (front > 0 && (isInsideCharacter(before, front) || isInsideCharacter(after, front)))
        --front;
    std::size_t back = 0;
    while (back < most - front && before[before.size() - back - 1] == after[after.size() - back - 1])
        ++back;
    while (back > 0 && isInsideCharacter(before, before.size() - back))
        --back;
    // Between '\r' and '\n' there is no position that a client could name.
    if (back > 0 && before.size() - back > 0 && before[before.size() - back] == '\n'
        && before[before.size() - back - 1] == '\r')
        --back;
    if (front > 0 && front < before.size() && before[front] == '\n' && before[front - 1] == '\r')
        --front;
    return {.range = {.begin = offset + static_cast<std::uint32_t>(front),
                .end = offset + static_cast<std::uint32_t>(before.size() - back)},
        .replacement = std::string(after.substr(front, after.size() - back - front))};
}

} // namespace

std::vector<TextEdit> lineEdits(std::string_view before, std::string_view after)
{
    if (before == after)
        return {};
    std::vector<std::string_view> a = linesWithBreaks(before);
    std::vector<std::string_view> b = linesWithBreaks(after);
    std::size_t front = 0;
    while (front < a.size() && front < b.size() && a[front] == b[front])
        ++front;
    std::size_t back = 0;
    while (back < a.size() - front && back < b.size() - front && a[a.size() - back - 1] == b[b.size() - back - 1])
        ++back;
    const auto middle = [&](std::vector<std::string_view>& lines) {
        lines.resize(lines.size() - back);
        lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(front));
    };
    std::uint32_t offset = 0;
    for (std::size_t i = 0; i < front; ++i)
        offset += static_cast<std::uint32_t>(a[i].size());
    middle(a);
    middle(b);

    auto hunks = shortestWay(a, b);
    if (!hunks)
        hunks = {{.a = 0, .aEnd = a.size(), .b = 0, .bEnd = b.size()}};
    std::vector<TextEdit> edits;
    std::size_t line = 0;
    const auto joined = [](const std::vector<std::string_view>& lines, std::size_t begin, std::size_t end) {
        std::string text;
        for (std::size_t i = begin; i < end; ++i)
            text += lines[i];
        return text;
    };
    for (const Hunk& hunk : *hunks) {
        for (; line < hunk.a; ++line)
            offset += static_cast<std::uint32_t>(a[line].size());
        // As many lines before as after: each became the one in its place.
        const bool pairs = hunk.aEnd - hunk.a == hunk.bEnd - hunk.b;
        for (std::size_t i = hunk.a, j = hunk.b; pairs && i < hunk.aEnd; ++i, ++j) {
            edits.push_back(trimmedEdit(offset, a[i], b[j]));
            offset += static_cast<std::uint32_t>(a[i].size());
        }
        if (!pairs) {
            const std::string old = joined(a, hunk.a, hunk.aEnd);
            edits.push_back(trimmedEdit(offset, old, joined(b, hunk.b, hunk.bEnd)));
            offset += static_cast<std::uint32_t>(old.size());
        }
        line = hunk.aEnd;
    }
    std::erase_if(edits, [](const TextEdit& edit) { return edit.range.empty() && edit.replacement.empty(); });
    return edits;
}

} // namespace darsena::cli::lsp
