// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/lsp/text_document.h"

#include "core/dockerfile/text.h"

#include <algorithm>
#include <limits>

namespace darsena::cli::lsp {

using dockerfile::Range;

namespace {

std::uint32_t unitsOfCharacter(std::size_t bytes, Encoding encoding)
{
    if (encoding == Encoding::Utf8)
        return static_cast<std::uint32_t>(bytes);
    return encoding == Encoding::Utf16 && bytes == 4 ? 2 : 1;
}

} // namespace

std::uint32_t unitsOf(std::string_view text, Encoding encoding)
{
    if (encoding == Encoding::Utf8)
        return static_cast<std::uint32_t>(text.size());
    std::uint32_t units = 0;
    while (!text.empty()) {
        const std::size_t bytes
            = static_cast<unsigned char>(text.front()) < 0x80 ? 1 : dockerfile::characterLength(text);
        units += unitsOfCharacter(bytes, encoding);
        text.remove_prefix(bytes);
    }
    return units;
}

LineTable::LineTable(std::string_view text)
{
    const bool hasReturns = text.find('\r') != std::string_view::npos;
    if (!hasReturns) {
        for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
            m_starts.push_back(static_cast<std::uint32_t>(at + 1));
        return;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n' || (text[i] == '\r' && text.substr(i + 1, 1) != "\n"))
            m_starts.push_back(static_cast<std::uint32_t>(i + 1));
    }
}

Range LineTable::lineRange(std::string_view text, std::uint32_t line) const
{
    const auto size = static_cast<std::uint32_t>(text.size());
    if (line >= lineCount())
        return {size, size};
    const std::uint32_t begin = m_starts[line];
    if (line + 1 == lineCount())
        return {begin, size};
    std::uint32_t end = m_starts[line + 1] - 1;
    if (text[end] == '\n' && end > begin && text[end - 1] == '\r')
        --end;
    return {begin, end};
}

std::uint32_t LineTable::lineOf(std::uint32_t offset) const
{
    const auto next = std::upper_bound(m_starts.begin(), m_starts.end(), offset);
    return static_cast<std::uint32_t>(next - m_starts.begin()) - 1;
}

std::uint32_t LineTable::offset(std::string_view text, ClientPosition position, Encoding encoding) const
{
    const Range range = lineRange(text, position.line);
    if (encoding == Encoding::Utf8)
        return range.begin + std::min(position.character, range.end - range.begin);
    std::string_view rest = text.substr(range.begin, range.end - range.begin);
    std::uint32_t left = position.character;
    while (!rest.empty()) {
        const std::size_t bytes
            = static_cast<unsigned char>(rest.front()) < 0x80 ? 1 : dockerfile::characterLength(rest);
        const std::uint32_t units = unitsOfCharacter(bytes, encoding);
        if (units > left)
            break;
        left -= units;
        rest.remove_prefix(bytes);
    }
    return range.end - static_cast<std::uint32_t>(rest.size());
}

ClientPosition LineTable::position(std::string_view text, std::uint32_t offset, Encoding encoding) const
{
    offset = std::min(offset, static_cast<std::uint32_t>(text.size()));
    const std::uint32_t line = lineOf(offset);
    return {.line = line, .character = unitsOf(text.substr(m_starts[line], offset - m_starts[line]), encoding)};
}

ClientPosition PositionWalk::at(std::uint32_t offset)
{
    offset = std::min(offset, static_cast<std::uint32_t>(m_text.size()));
    const bool further = m_begun && offset >= m_offset && (offset < m_lineEnd || m_line + 1 == m_lines.lineCount());
    if (!further) {
        m_line = m_lines.lineOf(offset);
        const Range range = m_lines.lineRange(m_text, m_line);
        m_lineEnd = m_line + 1 < m_lines.lineCount() ? m_lines.lineRange(m_text, m_line + 1).begin : range.end;
        m_offset = range.begin;
        m_character = 0;
        m_begun = true;
    }
    m_character += unitsOf(m_text.substr(m_offset, offset - m_offset), m_encoding);
    m_offset = offset;
    return {.line = m_line, .character = m_character};
}

Result<void> TextDocument::replace(ClientPosition begin, ClientPosition end, std::string_view replacement)
{
    const std::uint32_t from = m_lines.offset(m_text, begin, m_encoding);
    const std::uint32_t to = m_lines.offset(m_text, end, m_encoding);
    if (to < from)
        return Error(ErrorCode::Invalid, "contentChanges: the range ends before it begins");
    if (m_text.size() - (to - from) + replacement.size() > std::numeric_limits<std::uint32_t>::max())
        return Error(ErrorCode::TooLarge, "contentChanges: the text would be larger than 4 GiB");
    m_text.replace(from, to - from, replacement);
    m_lines = LineTable(m_text);
    return {};
}

void TextDocument::replaceAll(std::string text)
{
    m_text = std::move(text);
    m_lines = LineTable(m_text);
}

} // namespace darsena::cli::lsp
