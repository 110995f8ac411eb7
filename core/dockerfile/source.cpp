// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/source.h"

#include "core/dockerfile/text.h"

#include <algorithm>

namespace darsena::dockerfile {

SourceText::SourceText(std::string text)
    : m_text(std::move(text))
{
    if (!m_text.empty())
        m_lineStarts.push_back(0);
    for (std::size_t at = m_text.find('\n'); at != std::string::npos && at + 1 < m_text.size();
         at = m_text.find('\n', at + 1))
        m_lineStarts.push_back(static_cast<std::uint32_t>(at + 1));
}

std::string_view SourceText::slice(Range range) const
{
    const std::uint32_t begin = std::min(range.begin, size());
    const std::uint32_t end = std::clamp(range.end, begin, size());
    return std::string_view(m_text).substr(begin, end - begin);
}

Range SourceText::lineRange(std::uint32_t line) const
{
    if (line == 0 || line > lineCount())
        return {size(), size()};
    const std::uint32_t begin = m_lineStarts[line - 1];
    std::uint32_t end = line < lineCount() ? m_lineStarts[line] : size();
    if (end > begin && m_text[end - 1] == '\n')
        --end;
    while (end > begin && m_text[end - 1] == '\r')
        --end;
    return {begin, end};
}

std::uint32_t SourceText::lineOf(std::uint32_t offset) const
{
    const auto next = std::upper_bound(m_lineStarts.begin(), m_lineStarts.end(), offset);
    return std::max<std::uint32_t>(1, static_cast<std::uint32_t>(next - m_lineStarts.begin()));
}

Position SourceText::position(std::uint32_t offset) const
{
    offset = std::min(offset, size());
    Position result {.line = lineOf(offset), .column = 1};
    std::string_view before = lineCount() == 0 ? std::string_view() : slice({m_lineStarts[result.line - 1], offset});
    while (!before.empty()) {
        before.remove_prefix(characterLength(before));
        ++result.column;
    }
    return result;
}

std::uint32_t SourceText::offset(Position position) const
{
    if (lineCount() == 0)
        return 0;
    const Range range = lineRange(std::clamp<std::uint32_t>(position.line, 1, lineCount()));
    std::string_view rest = slice(range);
    for (std::uint32_t column = 1; column < position.column && !rest.empty(); ++column)
        rest.remove_prefix(characterLength(rest));
    return range.end - static_cast<std::uint32_t>(rest.size());
}

} // namespace darsena::dockerfile
