// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/shell_pattern.h"

#include "core/dockerfile/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile {

namespace {

std::vector<std::string_view> charactersOf(std::string_view text)
{
    std::vector<std::string_view> result;
    while (!text.empty()) {
        const std::size_t length = characterLength(text);
        result.push_back(text.substr(0, length));
        text.remove_prefix(length);
    }
    return result;
}

std::string joined(
    std::vector<std::string_view>::const_iterator begin, std::vector<std::string_view>::const_iterator end)
{
    std::string result;
    for (auto it = begin; it != end; ++it)
        result += *it;
    return result;
}

} // namespace

Result<ShellPattern> ShellPattern::parse(std::string_view pattern)
{
    ShellPattern result;
    const std::vector<std::string_view> characters = charactersOf(pattern);
    for (std::size_t i = 0; i < characters.size(); ++i) {
        std::string_view character = characters[i];
        if (character == "*") {
            result.m_elements.push_back({.kind = Kind::AnyText, .literal = {}});
            continue;
        }
        if (character == "?") {
            result.m_elements.push_back({.kind = Kind::AnyCharacter, .literal = {}});
            continue;
        }
        if (character == "\\") {
            const std::string_view next = i + 1 < characters.size() ? characters[i + 1] : std::string_view();
            // '}' and '/' are escaped for the sake of the ${…} around; the escape is no part of the pattern.
            if (next == "}" || next == "/")
                continue;
            if (next != "*" && next != "?" && next != "\\")
                return Error(ErrorCode::Invalid, fmt::format("invalid escape '\\{}'", next));
            character = next;
            ++i;
        }
        result.m_elements.push_back({.kind = Kind::Literal, .literal = std::string(character)});
    }
    return result;
}

/// Steps through the text with the set of pattern positions that it may be at: linear in both, whatever the pattern.
std::optional<std::size_t> ShellPattern::matchLength(
    const std::vector<Element>& elements, const Characters& text, std::size_t from, bool longest)
{
    std::vector<bool> reached(elements.size() + 1, false);
    reached[0] = true;
    std::optional<std::size_t> length;
    for (std::size_t at = from;; ++at) {
        for (std::size_t e = 0; e < elements.size(); ++e) {
            if (reached[e] && elements[e].kind == Kind::AnyText)
                reached[e + 1] = true;
        }
        if (reached.back()) {
            length = at - from;
            if (!longest)
                return length;
        }
        if (at == text.size())
            return length;
        std::vector<bool> next(elements.size() + 1, false);
        const bool newline = text[at] == "\n";
        for (std::size_t e = 0; e < elements.size(); ++e) {
            if (!reached[e])
                continue;
            if (elements[e].kind == Kind::Literal)
                next[e + 1] = next[e + 1] || elements[e].literal == text[at];
            else if (!newline)
                next[elements[e].kind == Kind::AnyText ? e : e + 1] = true;
        }
        if (std::find(next.begin(), next.end(), true) == next.end())
            return length;
        reached = std::move(next);
    }
}

std::string ShellPattern::withoutPrefix(std::string_view value, bool longest) const
{
    const Characters text = charactersOf(value);
    const auto length = matchLength(m_elements, text, 0, longest);
    return joined(text.begin() + static_cast<std::ptrdiff_t>(length.value_or(0)), text.end());
}

std::string ShellPattern::withoutSuffix(std::string_view value, bool longest) const
{
    std::vector<Element> elements(m_elements.rbegin(), m_elements.rend());
    Characters text = charactersOf(value);
    std::reverse(text.begin(), text.end());
    const auto length = matchLength(elements, text, 0, longest);
    text.erase(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(length.value_or(0)));
    std::reverse(text.begin(), text.end());
    return joined(text.begin(), text.end());
}

std::string ShellPattern::replaced(std::string_view value, std::string_view replacement, bool all) const
{
    const Characters text = charactersOf(value);
    std::string result;
    std::size_t at = 0;
    // As Go's ReplaceAll: an empty match right behind the match before it does not count.
    bool afterMatch = false;
    while (at <= text.size()) {
        const auto length = matchLength(m_elements, text, at, true);
        if (length && (*length > 0 || !afterMatch)) {
            result += replacement;
            if (!all)
                return result + joined(text.begin() + static_cast<std::ptrdiff_t>(at + *length), text.end());
            at += *length;
            afterMatch = true;
            if (*length > 0)
                continue;
        }
        if (at < text.size())
            result += text[at];
        afterMatch = false;
        ++at;
    }
    return result;
}

} // namespace darsena::dockerfile
