// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dockerfile/source.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::cli::lsp {

/// What a column counts (PositionEncodingKind).
enum class Encoding { Utf8, Utf16, Utf32 };

/// A place as the protocol counts: both from 0.
struct ClientPosition {
    std::uint32_t line = 0;
    std::uint32_t character = 0;

    auto operator<=>(const ClientPosition&) const = default;
};

/// How many units of an encoding a text has.
std::uint32_t unitsOf(std::string_view text, Encoding encoding);

/// Where the lines of a text begin as the protocol counts them: "\n", "\r\n" and "\r" end a line, and after the last
/// line break there is one more line, maybe empty. Keeps no text: the caller gives the one it was made of.
class LineTable {
public:
    LineTable() = default;
    explicit LineTable(std::string_view text);

    std::uint32_t lineCount() const { return static_cast<std::uint32_t>(m_starts.size()); }
    /// Without its line break.
    dockerfile::Range lineRange(std::string_view text, std::uint32_t line) const;
    std::uint32_t lineOf(std::uint32_t offset) const;
    /// Clamped to the line's end and to the text's end; into a character = its front.
    std::uint32_t offset(std::string_view text, ClientPosition position, Encoding encoding) const;
    ClientPosition position(std::string_view text, std::uint32_t offset, Encoding encoding) const;

private:
    std::vector<std::uint32_t> m_starts {0};
};

/// Turns many offsets into positions, in rising order, in one walk over the text: a line of 65 535 bytes with a token
/// every third byte would cost a walk each otherwise. An offset that lies back starts over at its line.
class PositionWalk {
public:
    PositionWalk(std::string_view text, const LineTable& lines, Encoding encoding)
        : m_text(text)
        , m_lines(lines)
        , m_encoding(encoding)
    { }

    ClientPosition at(std::uint32_t offset);

private:
    std::string_view m_text;
    const LineTable& m_lines;
    Encoding m_encoding;
    std::uint32_t m_line = 0;
    std::uint32_t m_lineEnd = 0; ///< where the next line begins
    std::uint32_t m_offset = 0;
    std::uint32_t m_character = 0;
    bool m_begun = false;
};

/// The text that a client edits.
class TextDocument {
public:
    TextDocument(std::string text, Encoding encoding)
        : m_text(std::move(text))
        , m_lines(m_text)
        , m_encoding(encoding)
    { }

    const std::string& text() const { return m_text; }
    const LineTable& lines() const { return m_lines; }

    /// Replaces what lies between two positions. Errors: Invalid (the end lies before the begin), TooLarge (4 GiB).
    Result<void> replace(ClientPosition begin, ClientPosition end, std::string_view replacement);
    void replaceAll(std::string text);

private:
    std::string m_text;
    LineTable m_lines;
    Encoding m_encoding;
};

} // namespace darsena::cli::lsp
