// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/document.h"

#include <algorithm>

namespace darsena::dockerfile {

void LogicalLine::append(std::string_view text, std::uint32_t source)
{
    if (text.empty())
        return;
    m_pieces.push_back({.logical = static_cast<std::uint32_t>(m_text.size()), .source = source});
    m_text += text;
}

std::size_t LogicalLine::pieceAt(std::uint32_t offset) const
{
    const auto next = std::upper_bound(m_pieces.begin(), m_pieces.end(), offset,
        [](std::uint32_t wanted, const Piece& piece) { return wanted < piece.logical; });
    return next == m_pieces.begin() ? 0 : static_cast<std::size_t>(next - m_pieces.begin()) - 1;
}

std::uint32_t LogicalLine::source(std::uint32_t offset) const
{
    if (m_pieces.empty())
        return 0;
    const Piece& piece = m_pieces[pieceAt(offset)];
    return piece.source + (offset - piece.logical);
}

std::uint32_t LogicalLine::offsetOf(std::uint32_t source) const
{
    const auto next = std::upper_bound(m_pieces.begin(), m_pieces.end(), source,
        [](std::uint32_t wanted, const Piece& piece) { return wanted < piece.source; });
    if (next == m_pieces.begin())
        return 0;
    const Piece& piece = *(next - 1);
    const auto end = next == m_pieces.end() ? static_cast<std::uint32_t>(m_text.size()) : next->logical;
    return std::min(piece.logical + (source - piece.source), end);
}

Range LogicalLine::source(std::uint32_t begin, std::uint32_t end) const
{
    if (begin >= end)
        return {source(begin), source(begin)};
    return {source(begin), source(end - 1) + 1};
}

std::vector<Range> LogicalLine::pieces(std::uint32_t begin, std::uint32_t end) const
{
    std::vector<Range> result;
    for (std::uint32_t at = begin; at < end;) {
        const std::size_t index = pieceAt(at);
        const std::uint32_t pieceEnd = index + 1 < m_pieces.size() ? std::min(end, m_pieces[index + 1].logical) : end;
        result.push_back(source(at, pieceEnd));
        at = pieceEnd;
    }
    return result;
}

std::string Heredoc::text() const
{
    if (!chomp)
        return content;
    std::string result;
    bool lineStart = true;
    for (const char c : content) {
        if (lineStart && c == '\t')
            continue;
        lineStart = c == '\n';
        result += c;
    }
    return result;
}

const Directive* Document::directive(std::string_view name) const
{
    const auto found
        = std::find_if(directives.begin(), directives.end(), [&](const Directive& d) { return d.name == name; });
    return found == directives.end() ? nullptr : &*found;
}

const Statement* Document::statementAtLine(std::uint32_t line) const
{
    const auto found = std::partition_point(
        statements.begin(), statements.end(), [&](const Statement& statement) { return statement.lastLine < line; });
    return found == statements.end() || found->firstLine > line ? nullptr : &*found;
}

} // namespace darsena::dockerfile
