// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/assist/assist.h"

#include <algorithm>
#include <vector>

namespace darsena::dockerfile::assist_detail {

/// Colours by byte. What is painted later covers what is there: first the parser's tokens, then what words mean, then
/// what is inside.
class Painter {
public:
    explicit Painter(const SourceText& source)
        : m_source(source)
        , m_owner(source.size(), unpainted)
        , m_paints(1)
    { }

    void paint(Range range, SemanticKind kind, bool definition = false)
    {
        range.end = std::min(range.end, m_source.size());
        if (range.begin >= range.end)
            return;
        m_paints.push_back({.kind = kind, .definition = definition});
        std::fill(m_owner.begin() + range.begin, m_owner.begin() + range.end,
            static_cast<std::uint32_t>(m_paints.size() - 1));
    }
    void paint(
        const LogicalLine& line, std::uint32_t begin, std::uint32_t end, SemanticKind kind, bool definition = false)
    {
        for (const Range& piece : line.pieces(begin, end))
            paint(piece, kind, definition);
    }
    void clear(Range range)
    {
        std::fill(m_owner.begin() + range.begin, m_owner.begin() + std::max(range.begin, range.end), unpainted);
    }

    std::vector<SemanticToken> take() const
    {
        std::vector<SemanticToken> tokens;
        const std::string& text = m_source.text();
        for (std::uint32_t at = 0; at < m_owner.size();) {
            std::uint32_t end = at + 1;
            while (end < m_owner.size() && m_owner[end] == m_owner[at] && text[end] != '\n' && text[at] != '\n')
                ++end;
            Range range {at, end};
            while (range.begin < range.end && isBlankByte(text[range.begin]))
                ++range.begin;
            while (range.begin < range.end && isBlankByte(text[range.end - 1]))
                --range.end;
            if (m_owner[at] != unpainted && !range.empty())
                tokens.push_back({.range = range,
                    .kind = m_paints[m_owner[at]].kind,
                    .definition = m_paints[m_owner[at]].definition});
            at = end;
        }
        return tokens;
    }

private:
    static constexpr std::uint32_t unpainted = 0;
    static bool isBlankByte(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
    struct Paint {
        SemanticKind kind = SemanticKind::Unknown;
        bool definition = false;
    };
    const SourceText& m_source;
    std::vector<std::uint32_t> m_owner; ///< by byte: an index in m_paints
    std::vector<Paint> m_paints;
};

} // namespace darsena::dockerfile::assist_detail
