// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/tokens.h"

#include "core/dockerfile/text.h"

#include <algorithm>

namespace darsena::dockerfile {

namespace {

/// Splits [begin, end) at white space.
void fill(std::vector<Token>& tokens, std::string_view text, std::uint32_t begin, std::uint32_t end, TokenKind filler)
{
    text = text.substr(0, end);
    while (begin < end) {
        const bool blank = spaceLength(text.substr(begin)) > 0;
        std::uint32_t stop = begin;
        while (stop < end) {
            const std::string_view rest = text.substr(stop);
            if ((spaceLength(rest) > 0) != blank)
                break;
            stop += static_cast<std::uint32_t>(characterLength(rest));
        }
        tokens.push_back({.kind = blank ? TokenKind::Blank : filler, .range = {begin, stop}});
        begin = stop;
    }
}

} // namespace

void TokenCollector::mark(TokenKind kind, Range range)
{
    if (!range.empty())
        m_marks.push_back({.kind = kind, .range = range});
}

void TokenCollector::markPieces(TokenKind kind, const std::vector<Range>& pieces)
{
    for (const Range& piece : pieces)
        mark(kind, piece);
}

std::vector<Token> TokenCollector::finish(std::string_view text, TokenKind filler) &&
{
    std::stable_sort(
        m_marks.begin(), m_marks.end(), [](const Token& a, const Token& b) { return a.range.begin < b.range.begin; });
    std::vector<Token> tokens;
    std::uint32_t at = 0;
    for (const Token& mark : m_marks) {
        // Whatever is marked twice belongs to the mark that came first: tokens never overlap.
        if (mark.range.end <= at)
            continue;
        fill(tokens, text, at, std::max(at, mark.range.begin), filler);
        tokens.push_back({.kind = mark.kind, .range = {std::max(at, mark.range.begin), mark.range.end}});
        at = mark.range.end;
    }
    fill(tokens, text, at, static_cast<std::uint32_t>(text.size()), filler);
    return tokens;
}

} // namespace darsena::dockerfile
