// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/format/line_joiner.h"

#include <algorithm>

namespace darsena::dockerfile::format_detail {

LineJoiner::LineJoiner(std::string_view text, std::string lineBreak)
    : m_text(text)
    , m_break(std::move(lineBreak))
{ }

std::optional<std::string> LineJoiner::join(const shell::ListItem& item)
{
    m_words.clear();
    m_separators.clear();
    collect(item);
    std::sort(m_words.begin(), m_words.end(), [](Range a, Range b) { return a.begin < b.begin; });
    std::string result;
    for (std::uint32_t at = item.pipeline.range.begin; at < item.pipeline.range.end; ++at) {
        const char c = m_text[at];
        if (c != '\n') {
            result += c;
            continue;
        }
        const bool continued = at > item.pipeline.range.begin && m_text[at - 1] == '\\'
            && (at < 2 || m_text[at - 2] != '\\');
        // In single quotes nothing is continued; that a quote stands in another kind of quotes is not worth knowing.
        if (isInWord(at) && (!continued || isInQuotedWord(at)))
            return std::nullopt;
        if (continued) {
            result.pop_back();
        } else if (m_separators.contains(at)) {
            result += ';';
        }
        if (!result.ends_with(' ') && !result.ends_with('\t') && !isInWord(at))
            result += ' ';
        result += m_break;
        // Blank lines vanish; a line that begins with '#' would be a comment of the Dockerfile.
        std::uint32_t next = at + 1;
        while (!isInWord(at) && next < item.pipeline.range.end) {
            const std::size_t content = m_text.find_first_not_of(" \t", next);
            if (content == std::string_view::npos || m_text[content] != '\n')
                break;
            next = static_cast<std::uint32_t>(content) + 1;
        }
        const std::size_t content = m_text.find_first_not_of(" \t", next);
        if (content != std::string_view::npos && (m_text[content] == '#' || (isInWord(at) && m_text[content] == '\n')))
            return std::nullopt;
        at = next - 1;
    }
    return result;
}

void LineJoiner::collect(const shell::ListItem& item)
{
    for (const shell::Command& command : item.pipeline.commands) {
        for (const shell::Assignment& assignment : command.assignments)
            m_words.push_back(assignment.range);
        for (const shell::ShellWord& word : command.words)
            m_words.push_back(word.range);
        for (const auto& patterns : command.patterns) {
            for (const shell::ShellWord& word : patterns)
                m_words.push_back(word.range);
        }
        for (const shell::Redirection& redirection : command.redirections)
            m_words.push_back(redirection.target.range);
        for (const shell::Script& body : command.bodies) {
            for (const shell::ListItem& inner : body.items) {
                if (inner.separator == shell::Separator::Sequence && m_text[inner.separatorRange.begin] == '\n')
                    m_separators.insert(inner.separatorRange.begin);
                collect(inner);
            }
        }
    }
}

std::optional<Range> LineJoiner::wordAt(std::uint32_t at) const
{
    const auto next = std::upper_bound(
        m_words.begin(), m_words.end(), at, [](std::uint32_t wanted, Range range) { return wanted < range.begin; });
    if (next == m_words.begin() || std::prev(next)->end <= at)
        return std::nullopt;
    return *std::prev(next);
}

bool LineJoiner::isInQuotedWord(std::uint32_t at) const
{
    const auto word = wordAt(at);
    return word && m_text.substr(word->begin, word->end - word->begin).find('\'') != std::string_view::npos;
}

} // namespace darsena::dockerfile::format_detail
