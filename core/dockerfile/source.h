// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile {

/// A half-open range of byte offsets in the text of a file.
struct Range {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;

    bool empty() const { return begin == end; }
    bool contains(std::uint32_t offset) const { return begin <= offset && offset < end; }
    bool operator==(const Range&) const = default;
};

/// A place as people and editors count it: both from 1; a column is a Unicode character (a byte that is not valid
/// UTF-8 counts as one).
struct Position {
    std::uint32_t line = 1;
    std::uint32_t column = 1;

    auto operator<=>(const Position&) const = default;
};

/// A text and where its lines begin. Lines end with '\n' or with the text; every '\r' before that belongs to the line
/// break. A text that ends with '\n' has no line after it. Immutable, so any thread may read it.
class SourceText {
public:
    SourceText() = default;
    /// Texts of 4 GiB and more are the caller's to refuse.
    explicit SourceText(std::string text);

    const std::string& text() const { return m_text; }
    std::string_view slice(Range range) const;
    std::uint32_t size() const { return static_cast<std::uint32_t>(m_text.size()); }

    std::uint32_t lineCount() const { return static_cast<std::uint32_t>(m_lineStarts.size()); }
    /// Of line 1 … lineCount(), without its line break.
    Range lineRange(std::uint32_t line) const;
    /// The line an offset is on; an offset at or past the end is on the last line.
    std::uint32_t lineOf(std::uint32_t offset) const;
    Position position(std::uint32_t offset) const;
    /// The opposite of position(): clamped to the line's end and the text's last line.
    std::uint32_t offset(Position position) const;

private:
    std::string m_text;
    std::vector<std::uint32_t> m_lineStarts;
};

/// Something that the builder refuses: where, and a sentence that says what is wrong.
struct Problem {
    Range range;
    std::string message;

    bool operator==(const Problem&) const = default;
};

} // namespace darsena::dockerfile
