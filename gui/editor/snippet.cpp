// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/snippet.h"

#include <algorithm>

namespace darsena::gui {
namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Reads "1", "{1}", "{1:text}" or "{1|one,two|}" behind a '$'; false if it is none of them.
bool readStop(std::string_view& source, Snippet& snippet)
{
    std::string_view rest = source;
    const bool braced = rest.starts_with('{');
    if (braced)
        rest.remove_prefix(1);
    if (rest.empty() || !isDigit(rest.front()))
        return false;
    SnippetStop stop;
    for (; !rest.empty() && isDigit(rest.front()) && stop.number < 1000; rest.remove_prefix(1))
        stop.number = stop.number * 10 + (rest.front() - '0');
    stop.begin = std::uint32_t(snippet.text.size());
    if (braced) {
        const bool choice = rest.starts_with('|');
        if (choice || rest.starts_with(':'))
            rest.remove_prefix(1);
        bool first = true;
        while (!rest.empty() && rest.front() != '}') {
            if (rest.front() == '\\' && rest.size() > 1)
                rest.remove_prefix(1);
            else if (choice && (rest.front() == ',' || rest.front() == '|'))
                first = false;
            if (first)
                snippet.text += rest.front();
            rest.remove_prefix(1);
        }
        if (rest.empty())
            return false;
        rest.remove_prefix(1);
    }
    stop.end = std::uint32_t(snippet.text.size());
    snippet.stops.push_back(stop);
    source = rest;
    return true;
}

} // namespace

Snippet Snippet::parse(std::string_view source)
{
    Snippet snippet;
    while (!source.empty()) {
        const char c = source.front();
        source.remove_prefix(1);
        if (c == '\\' && !source.empty() && (source.front() == '$' || source.front() == '}' || source.front() == '\\')) {
            snippet.text += source.front();
            source.remove_prefix(1);
        } else if (c == '$') {
            const std::size_t length = snippet.text.size();
            if (!readStop(source, snippet)) {
                snippet.text.resize(length);
                snippet.text += c;
            }
        } else {
            snippet.text += c;
        }
    }
    const auto isEnd = [](const SnippetStop& stop) { return stop.number == 0; };
    if (std::none_of(snippet.stops.begin(), snippet.stops.end(), isEnd)) {
        const auto end = std::uint32_t(snippet.text.size());
        snippet.stops.push_back({ .number = 0, .begin = end, .end = end });
    }
    std::stable_sort(snippet.stops.begin(), snippet.stops.end(), [&](const SnippetStop& a, const SnippetStop& b) {
        return std::pair(isEnd(a), a.number) < std::pair(isEnd(b), b.number);
    });
    return snippet;
}

void SnippetSession::start(const Snippet& snippet, std::uint32_t at)
{
    m_stops = snippet.stops;
    for (SnippetStop& stop : m_stops) {
        stop.begin += at;
        stop.end += at;
    }
    m_current = 0;
}

SnippetStop SnippetSession::next(bool forward)
{
    if (forward && m_current + 1 < m_stops.size())
        ++m_current;
    else if (!forward && m_current > 0)
        --m_current;
    const SnippetStop stop = m_stops[m_current];
    if (stop.number == 0)
        end();
    return stop;
}

void SnippetSession::inserted(std::uint32_t at, std::uint32_t length)
{
    for (std::size_t i = 0; i < m_stops.size(); ++i) {
        SnippetStop& stop = m_stops[i];
        // What is typed at the border of the current stop belongs to it.
        const bool inside = i == m_current ? stop.begin <= at && at <= stop.end : stop.begin < at && at < stop.end;
        if (inside) {
            stop.end += length;
        } else if (at <= stop.begin) {
            stop.begin += length;
            stop.end += length;
        }
    }
}

void SnippetSession::removed(std::uint32_t at, std::uint32_t length)
{
    const auto moved = [&](std::uint32_t position) {
        return position <= at ? position : std::max(at, position - std::min(position, length));
    };
    for (SnippetStop& stop : m_stops) {
        stop.begin = moved(stop.begin);
        stop.end = moved(stop.end);
    }
}

bool SnippetSession::contains(std::uint32_t position) const
{
    const auto inside = [&](const SnippetStop& stop) { return stop.begin <= position && position <= stop.end; };
    return std::any_of(m_stops.begin(), m_stops.end(), inside);
}

} // namespace darsena::gui
