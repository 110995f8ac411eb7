// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::gui {

/// A place of a snippet that the author fills in.
struct SnippetStop {
    int number = 0; ///< 0 = where the caret ends up
    std::uint32_t begin = 0, end = 0; ///< bytes in the text
};

/// LSP's snippet syntax, taken apart: $1 ${1} ${1:text} ${1|one,two|} $0, with \$ \} \\ .
struct Snippet {
    std::string text;
    std::vector<SnippetStop> stops; ///< in the order of visits: 1, 2, … 0; always at least a stop 0

    static Snippet parse(std::string_view source);
};

/// The stops of a snippet that went into a text, as the text around them changes.
class SnippetSession {
public:
    bool active() const { return !m_stops.empty(); }
    /// @p at: where the snippet's text begins.
    void start(const Snippet& snippet, std::uint32_t at);
    void end() { m_stops.clear(); }

    const SnippetStop& current() const { return m_stops[m_current]; }
    /// Goes on (or back); at stop 0 the session is over, and it is returned all the same.
    SnippetStop next(bool forward);
    /// Something went in or out of the text.
    void inserted(std::uint32_t at, std::uint32_t length);
    void removed(std::uint32_t at, std::uint32_t length);
    /// The caret is within the snippet.
    bool contains(std::uint32_t position) const;

private:
    std::vector<SnippetStop> m_stops;
    std::size_t m_current = 0;
};

} // namespace darsena::gui
