// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/line_diff.h"

#include <algorithm>
#include <span>
#include <unordered_map>

namespace darsena {
namespace {

/// Between two anchors: more differences than this are one hunk, since the search takes their square.
constexpr std::ptrdiff_t MaxDifferences = 400;

using Ids = std::span<const std::uint32_t>;

class LineDiffer {
public:
    LineDiffer(Ids before, Ids after, std::size_t idCount)
        : m_before(before)
        , m_after(after)
        , m_seen(idCount)
    {
    }

    std::vector<LineHunk> run()
    {
        between(0, m_before.size(), 0, m_after.size(), true);
        return std::move(m_hunks);
    }

private:
    struct Seen {
        std::uint32_t before = 0, after = 0; ///< how often
        std::size_t place = 0; ///< in before
    };

    void add(std::size_t oldBegin, std::size_t oldEnd, std::size_t newBegin, std::size_t newEnd)
    {
        if (oldBegin == oldEnd && newBegin == newEnd)
            return;
        if (!m_hunks.empty() && m_hunks.back().oldEnd == oldBegin && m_hunks.back().newEnd == newBegin) {
            m_hunks.back().oldEnd = oldEnd;
            m_hunks.back().newEnd = newEnd;
        } else {
            m_hunks.push_back({ oldBegin, oldEnd, newBegin, newEnd });
        }
    }

    void between(std::size_t oldBegin, std::size_t oldEnd, std::size_t newBegin, std::size_t newEnd, bool anchors)
    {
        while (oldBegin < oldEnd && newBegin < newEnd && m_before[oldBegin] == m_after[newBegin]) {
            ++oldBegin;
            ++newBegin;
        }
        while (oldBegin < oldEnd && newBegin < newEnd && m_before[oldEnd - 1] == m_after[newEnd - 1]) {
            --oldEnd;
            --newEnd;
        }
        if (oldBegin == oldEnd || newBegin == newEnd) {
            add(oldBegin, oldEnd, newBegin, newEnd);
            return;
        }
        if (anchors) {
            const auto found = uniqueAnchors(oldBegin, oldEnd, newBegin, newEnd);
            if (!found.empty()) {
                for (const auto& [oldLine, newLine] : found) {
                    between(oldBegin, oldLine, newBegin, newLine, false);
                    oldBegin = oldLine + 1;
                    newBegin = newLine + 1;
                }
                between(oldBegin, oldEnd, newBegin, newEnd, false);
                return;
            }
        }
        if (!shortest(oldBegin, oldEnd, newBegin, newEnd))
            add(oldBegin, oldEnd, newBegin, newEnd);
    }

    using Anchor = std::pair<std::size_t, std::size_t>;
    /// Lines that are unique on both sides, the longest row of them that keeps its order.
    std::vector<Anchor> uniqueAnchors(std::size_t oldBegin, std::size_t oldEnd, std::size_t newBegin, std::size_t newEnd)
    {
        for (std::size_t i = oldBegin; i < oldEnd; ++i) {
            ++m_seen[m_before[i]].before;
            m_seen[m_before[i]].place = i;
        }
        for (std::size_t i = newBegin; i < newEnd; ++i)
            ++m_seen[m_after[i]].after;
        std::vector<Anchor> all;
        for (std::size_t i = newBegin; i < newEnd; ++i) {
            const Seen& seen = m_seen[m_after[i]];
            if (seen.before == 1 && seen.after == 1)
                all.emplace_back(seen.place, i);
        }
        // The longest increasing row, by piles.
        std::vector<std::size_t> tops;
        std::vector<std::ptrdiff_t> previous(all.size(), -1);
        for (std::size_t i = 0; i < all.size(); ++i) {
            const auto pile = std::lower_bound(tops.begin(), tops.end(), all[i].first,
                [&all](std::size_t top, std::size_t place) { return all[top].first < place; });
            if (pile != tops.begin())
                previous[i] = std::ptrdiff_t(*(pile - 1));
            if (pile == tops.end())
                tops.push_back(i);
            else
                *pile = i;
        }
        std::vector<Anchor> row;
        for (std::ptrdiff_t i = tops.empty() ? -1 : std::ptrdiff_t(tops.back()); i >= 0; i = previous[std::size_t(i)])
            row.push_back(all[std::size_t(i)]);
        std::reverse(row.begin(), row.end());
        return row;
    }

    /// Myers' shortest edit script; false when it is longer than we look for.
    bool shortest(std::size_t oldBegin, std::size_t oldEnd, std::size_t newBegin, std::size_t newEnd)
    {
        const auto height = std::ptrdiff_t(oldEnd - oldBegin);
        const auto width = std::ptrdiff_t(newEnd - newBegin);
        const std::ptrdiff_t most = std::min(height + width, MaxDifferences);
        std::vector<std::ptrdiff_t> reach(std::size_t(2 * most + 2), 0); // of diagonal k at [most + k]
        std::vector<std::vector<std::ptrdiff_t>> history;
        const auto at = [&](std::vector<std::ptrdiff_t>& row, std::ptrdiff_t k) -> std::ptrdiff_t& {
            return row[std::size_t(most + k)];
        };
        for (std::ptrdiff_t d = 0; d <= most; ++d) {
            history.push_back(reach);
            for (std::ptrdiff_t k = -d; k <= d; k += 2) {
                const bool down = k == -d || (k != d && at(reach, k - 1) < at(reach, k + 1));
                std::ptrdiff_t x = down ? (d == 0 ? 0 : at(reach, k + 1)) : at(reach, k - 1) + 1;
                std::ptrdiff_t y = x - k;
                while (x < height && y < width
                    && m_before[oldBegin + std::size_t(x)] == m_after[newBegin + std::size_t(y)]) {
                    ++x;
                    ++y;
                }
                if (k + most + 1 < std::ptrdiff_t(reach.size()))
                    at(reach, k) = x;
                if (x >= height && y >= width) {
                    trace(history, d, k, most, oldBegin, newBegin, height, width);
                    return true;
                }
            }
        }
        return false;
    }

    void trace(std::vector<std::vector<std::ptrdiff_t>>& history, std::ptrdiff_t d, std::ptrdiff_t k, std::ptrdiff_t most,
        std::size_t oldBegin, std::size_t newBegin, std::ptrdiff_t x, std::ptrdiff_t y)
    {
        std::vector<LineHunk> reversed;
        for (; d > 0; --d) {
            auto& row = history[std::size_t(d)];
            const auto at = [&](std::ptrdiff_t diagonal) { return row[std::size_t(most + diagonal)]; };
            const bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
            k = down ? k + 1 : k - 1;
            const std::ptrdiff_t fromX = at(k);
            const std::ptrdiff_t fromY = fromX - k;
            const auto o = oldBegin + std::size_t(fromX);
            const auto n = newBegin + std::size_t(fromY);
            reversed.push_back(down ? LineHunk { o, o, n, n + 1 } : LineHunk { o, o + 1, n, n });
            x = fromX;
            y = fromY;
        }
        static_cast<void>(x);
        static_cast<void>(y);
        for (auto hunk = reversed.rbegin(); hunk != reversed.rend(); ++hunk)
            add(hunk->oldBegin, hunk->oldEnd, hunk->newBegin, hunk->newEnd);
    }

    Ids m_before, m_after;
    std::vector<Seen> m_seen;
    std::vector<LineHunk> m_hunks;
};

void appendLines(std::string& out, const std::vector<std::string_view>& lines, std::size_t begin, std::size_t end)
{
    for (std::size_t i = begin; i < end; ++i)
        out += lines[i];
}

bool sameLines(const std::vector<std::string_view>& a, std::size_t aBegin, std::size_t aEnd,
    const std::vector<std::string_view>& b, std::size_t bBegin, std::size_t bEnd)
{
    return std::equal(a.begin() + std::ptrdiff_t(aBegin), a.begin() + std::ptrdiff_t(aEnd), b.begin() + std::ptrdiff_t(bBegin),
        b.begin() + std::ptrdiff_t(bEnd));
}

/// One side's hunks, read in step with the other's.
struct MergeSide {
    const std::vector<std::string_view>& lines;
    std::vector<LineHunk> hunks;
    std::size_t next = 0;
    std::size_t first = 0; ///< the first hunk of the region
    std::ptrdiff_t shift = 0; ///< from base's line numbers to these

    const LineHunk* peek() const { return next < hunks.size() ? &hunks[next] : nullptr; }
    bool changed() const { return next > first; }
    void take()
    {
        shift = std::ptrdiff_t(hunks[next].newEnd) - std::ptrdiff_t(hunks[next].oldEnd);
        ++next;
    }
};

} // namespace

std::vector<std::string_view> splitLines(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::size_t length = end == std::string_view::npos ? text.size() : end + 1;
        lines.push_back(text.substr(0, length));
        text.remove_prefix(length);
    }
    return lines;
}

std::vector<LineHunk> diffLines(const std::vector<std::string_view>& before, const std::vector<std::string_view>& after)
{
    std::unordered_map<std::string_view, std::uint32_t> known;
    const auto number = [&known](const std::vector<std::string_view>& lines) {
        std::vector<std::uint32_t> ids;
        ids.reserve(lines.size());
        for (const std::string_view line : lines)
            ids.push_back(known.try_emplace(line, std::uint32_t(known.size())).first->second);
        return ids;
    };
    const auto first = number(before);
    const auto second = number(after);
    return LineDiffer(first, second, known.size()).run();
}

LineMerge mergeLines(std::string_view base, std::string_view mine, std::string_view theirs, std::string_view mineName,
    std::string_view theirsName)
{
    const auto baseLines = splitLines(base);
    const auto mineLines = splitLines(mine);
    const auto theirLines = splitLines(theirs);
    MergeSide a { mineLines, diffLines(baseLines, mineLines), 0, 0, 0 };
    MergeSide b { theirLines, diffLines(baseLines, theirLines), 0, 0, 0 };

    LineMerge merged;
    std::size_t at = 0; // in base
    while (a.peek() || b.peek()) {
        MergeSide& starter = !b.peek() || (a.peek() && std::pair(a.peek()->oldBegin, a.peek()->oldEnd)
                                                  <= std::pair(b.peek()->oldBegin, b.peek()->oldEnd))
            ? a
            : b;
        const std::ptrdiff_t aShift = a.shift;
        const std::ptrdiff_t bShift = b.shift;
        a.first = a.next;
        b.first = b.next;
        const std::size_t low = starter.peek()->oldBegin;
        std::size_t high = starter.peek()->oldEnd;
        starter.take();
        // Whatever overlaps what we have belongs to it; two insertions at one place overlap too.
        for (bool grown = true; grown;) {
            grown = false;
            for (MergeSide* side : { &a, &b }) {
                const LineHunk* hunk = side->peek();
                if (hunk
                    && (hunk->oldBegin < high
                        || (hunk->oldBegin == low && hunk->oldEnd == low && low == high && side != &starter))) {
                    high = std::max(high, hunk->oldEnd);
                    side->take();
                    grown = true;
                }
            }
        }
        appendLines(merged.text, baseLines, at, low);
        at = high;
        const auto lowOf = [low](std::ptrdiff_t shift) { return std::size_t(std::ptrdiff_t(low) + shift); };
        const auto highOf = [high](std::ptrdiff_t shift) { return std::size_t(std::ptrdiff_t(high) + shift); };
        if (!b.changed() || (a.changed() && sameLines(mineLines, lowOf(aShift), highOf(a.shift), theirLines, lowOf(bShift), highOf(b.shift)))) {
            appendLines(merged.text, mineLines, lowOf(aShift), highOf(a.shift));
        } else if (!a.changed()) {
            appendLines(merged.text, theirLines, lowOf(bShift), highOf(b.shift));
        } else {
            ++merged.conflicts;
            const std::string_view lineBreak = base.find("\r\n") != std::string_view::npos ? "\r\n" : "\n";
            const auto mark = [&](std::string_view sign, std::string_view name) {
                if (!merged.text.empty() && merged.text.back() != '\n')
                    merged.text += lineBreak;
                merged.text += sign;
                if (!name.empty())
                    merged.text.append(1, ' ').append(name);
                merged.text += lineBreak;
            };
            mark("<<<<<<<", mineName);
            appendLines(merged.text, mineLines, lowOf(aShift), highOf(a.shift));
            mark("=======", {});
            appendLines(merged.text, theirLines, lowOf(bShift), highOf(b.shift));
            mark(">>>>>>>", theirsName);
        }
    }
    appendLines(merged.text, baseLines, at, baseLines.size());
    return merged;
}

} // namespace darsena
