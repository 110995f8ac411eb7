// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/shell/script.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile::format_detail {

/// Turns the lines of a shell command into those of a continued instruction: a line break that ends a command becomes a
/// ';', any other one a blank, and each is followed by `lineBreak` (the escape and a line break), so the layout stays.
/// Internal to core/dockerfile.
class LineJoiner {
public:
    /// The text of the whole script, and what goes between lines.
    LineJoiner(std::string_view text, std::string lineBreak);

    /// One item of the script. nullopt where a line break is part of a word, or a line would read as a comment.
    std::optional<std::string> join(const shell::ListItem& item);

private:
    void collect(const shell::ListItem& item);
    std::optional<Range> wordAt(std::uint32_t at) const;
    bool isInWord(std::uint32_t at) const { return wordAt(at).has_value(); }
    bool isInQuotedWord(std::uint32_t at) const;

    std::string_view m_text;
    std::string m_break;
    std::vector<Range> m_words; ///< in order
    std::set<std::uint32_t> m_separators; ///< line breaks that end a command
};

} // namespace darsena::dockerfile::format_detail
