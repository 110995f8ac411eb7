// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/editor/code_editor.h"

#include <QString>

#include <optional>
#include <stop_token>
#include <string_view>
#include <utility>
#include <vector>

namespace darsena::gui {

struct SearchQuery {
    QString pattern;
    bool regex = false; ///< Perl's; ^ and $ are those of a line
    bool caseSensitive = false;
    bool wholeWord = false;
    std::optional<std::pair<std::size_t, std::size_t>> within {}; ///< bytes

    bool operator==(const SearchQuery&) const = default;
};

struct SearchMatch {
    std::size_t begin = 0, end = 0; ///< bytes; an empty match is none

    bool operator==(const SearchMatch&) const = default;
};

struct SearchResult {
    std::vector<SearchMatch> matches; ///< in order
    bool more = false; ///< there are more than are worth listing
    QString problem; ///< what is wrong with the expression; empty = nothing
};

/// Every match, up to a bound. Any text, UTF-8 or not; an expression that takes too long stops with a problem. Pure.
SearchResult searchText(std::string_view text, const SearchQuery& query, std::stop_token stop = {});

/// What the matches become. With a regular expression, $0 … $9 are what its groups matched, $$ is a dollar, and \n and \t
/// are a line break and a tab. @p lineBreak is the text's own. Pure.
std::vector<TextChange> replaceMatches(std::string_view text, const SearchQuery& query, const QString& replacement,
    std::string_view lineBreak, std::stop_token stop = {});

} // namespace darsena::gui
