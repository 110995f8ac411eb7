// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/plan/path_match.h"

#include <fmt/format.h>

#include <optional>

namespace darsena::builder {

namespace {

/// One element of a pattern: a literal, '?', '*' or a class.
struct Element {
    enum class Kind { Literal, Any, Star, Class } kind = Kind::Literal;
    char32_t literal = 0;
    bool negated = false;
    std::vector<std::pair<char32_t, char32_t>> ranges;
};

/// The next character, decoded as Go does: a byte that is no UTF-8 stands for U+FFFD.
char32_t nextRune(std::string_view& text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    std::size_t length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    bool valid = length > 0 && length <= text.size();
    char32_t rune = length <= 1 ? first : first & (0x7fU >> length);
    for (std::size_t i = 1; valid && i < length; ++i) {
        valid = (byte(i) & 0xc0) == 0x80;
        rune = (rune << 6) | (byte(i) & 0x3fU);
    }
    if (!valid) {
        text.remove_prefix(1);
        return 0xfffd;
    }
    text.remove_prefix(length);
    return rune;
}

Error malformed(std::string_view pattern)
{
    return Error(ErrorCode::Invalid, fmt::format("the pattern \"{}\" is malformed", pattern));
}

/// A character of a class: '-' and ']' must be escaped there.
std::optional<char32_t> classRune(std::string_view& rest)
{
    if (rest.empty() || rest.front() == '-' || rest.front() == ']')
        return std::nullopt;
    if (rest.front() == '\\') {
        rest.remove_prefix(1);
        if (rest.empty())
            return std::nullopt;
    }
    return nextRune(rest);
}

Result<std::vector<Element>> compile(std::string_view pattern)
{
    std::vector<Element> elements;
    std::string_view rest = pattern;
    while (!rest.empty()) {
        Element element;
        if (rest.front() == '*') {
            rest.remove_prefix(1);
            if (!elements.empty() && elements.back().kind == Element::Kind::Star)
                continue;
            element.kind = Element::Kind::Star;
        } else if (rest.front() == '?') {
            rest.remove_prefix(1);
            element.kind = Element::Kind::Any;
        } else if (rest.front() == '[') {
            rest.remove_prefix(1);
            element.kind = Element::Kind::Class;
            if (!rest.empty() && rest.front() == '^') {
                element.negated = true;
                rest.remove_prefix(1);
            }
            while (element.ranges.empty() || rest.empty() || rest.front() != ']') {
                const auto low = classRune(rest);
                if (!low)
                    return malformed(pattern);
                auto high = low;
                if (!rest.empty() && rest.front() == '-') {
                    rest.remove_prefix(1);
                    high = classRune(rest);
                    if (!high)
                        return malformed(pattern);
                }
                element.ranges.emplace_back(*low, *high);
            }
            rest.remove_prefix(1);
        } else {
            if (rest.front() == '\\') {
                rest.remove_prefix(1);
                if (rest.empty())
                    return malformed(pattern);
            }
            element.literal = nextRune(rest);
        }
        elements.push_back(std::move(element));
    }
    return elements;
}

bool matchesOne(const Element& element, char32_t rune)
{
    switch (element.kind) {
    case Element::Kind::Literal:
        return element.literal == rune;
    case Element::Kind::Any:
        return rune != U'/';
    case Element::Kind::Class: {
        bool inside = false;
        for (const auto& [low, high] : element.ranges)
            inside = inside || (low <= rune && rune <= high);
        return inside != element.negated;
    }
    case Element::Kind::Star:
        break;
    }
    return false;
}

} // namespace

Result<bool> matchComponent(std::string_view pattern, std::string_view name)
{
    const std::vector<Element> elements = TRY(compile(pattern));
    std::u32string runes;
    for (std::string_view rest = name; !rest.empty();)
        runes.push_back(nextRune(rest));

    // Greedy with one point to go back to: the last star. Enough, because a later star can only take more.
    std::size_t at = 0;
    std::size_t element = 0;
    std::optional<std::size_t> star;
    std::size_t starAt = 0;
    while (at < runes.size()) {
        if (element < elements.size() && elements[element].kind == Element::Kind::Star) {
            star = element++;
            starAt = at;
        } else if (element < elements.size() && matchesOne(elements[element], runes[at])) {
            ++element;
            ++at;
        } else if (star && runes[starAt] != U'/') {
            element = *star + 1;
            at = ++starAt;
        } else {
            return false;
        }
    }
    while (element < elements.size() && elements[element].kind == Element::Kind::Star)
        ++element;
    return element == elements.size();
}

bool hasWildcard(std::string_view path)
{
    return path.find_first_of("*?[\\") != std::string_view::npos;
}

std::vector<std::string> cleanSource(std::string_view path)
{
    std::vector<std::string> components;
    while (!path.empty()) {
        const std::size_t slash = path.find('/');
        const std::string_view component = path.substr(0, slash);
        path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
        if (component.empty() || component == ".")
            continue;
        if (component == "..") {
            if (!components.empty())
                components.pop_back();
            continue;
        }
        components.emplace_back(component);
    }
    return components;
}

std::string absolutePath(std::string_view workingDir, std::string_view path)
{
    std::string joined;
    if (!path.starts_with('/')) {
        joined = workingDir;
        joined += '/';
    }
    joined += path;
    std::string absolute;
    for (const std::string& component : cleanSource(joined)) {
        absolute += '/';
        absolute += component;
    }
    return absolute.empty() ? "/" : absolute;
}

std::string_view baseName(std::string_view path)
{
    return path.substr(path.rfind('/') + 1);
}

} // namespace darsena::builder
