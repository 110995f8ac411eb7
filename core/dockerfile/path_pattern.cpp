// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/path_pattern.h"

#include "core/dockerfile/text.h"

#include <algorithm>
#include <optional>

namespace darsena::dockerfile {

namespace {

Error syntaxError()
{
    return {ErrorCode::Invalid, "syntax error in pattern"};
}

class PatternScanner {
public:
    explicit PatternScanner(std::string_view text)
        : m_text(text)
    { }

    bool atEnd() const { return m_text.empty(); }
    bool take(char c)
    {
        if (!m_text.starts_with(c))
            return false;
        m_text.remove_prefix(1);
        return true;
    }
    char peek() const { return m_text.empty() ? '\0' : m_text.front(); }
    char32_t next()
    {
        const char32_t character = characterAt(m_text);
        m_text.remove_prefix(characterLength(m_text));
        return character;
    }

    /// A bound of a range in brackets: '-' and ']' have to be escaped.
    std::optional<char32_t> nextBound()
    {
        if (atEnd() || peek() == '-' || peek() == ']')
            return std::nullopt;
        if (take('\\') && atEnd())
            return std::nullopt;
        const char32_t bound = next();
        if (atEnd())
            return std::nullopt;
        return bound;
    }

private:
    std::string_view m_text;
};

} // namespace

bool PathPattern::Element::accepts(char32_t value) const
{
    const bool inside = std::any_of(
        ranges.begin(), ranges.end(), [&](const auto& range) { return range.first <= value && value <= range.second; });
    return inside != negated;
}

Result<PathPattern> PathPattern::parse(std::string_view pattern)
{
    PathPattern result;
    result.m_text = pattern;
    Shape shape = Shape::Exact;
    std::vector<Element>& elements = result.m_elements;
    PatternScanner scanner(pattern);
    while (!scanner.atEnd()) {
        const bool first = elements.empty();
        if (scanner.take('*')) {
            if (!scanner.take('*')) {
                elements.push_back({.kind = Kind::AnyName});
                shape = Shape::Elements;
                continue;
            }
            scanner.take('/');
            const bool last = scanner.atEnd();
            elements.push_back({.kind = last ? Kind::AnyText : Kind::AnyFolders});
            if (first)
                shape = Shape::Suffix;
            else
                shape = last && shape == Shape::Exact ? Shape::Prefix : Shape::Elements;
        } else if (scanner.take('?')) {
            elements.push_back({.kind = Kind::Character, .negated = true, .ranges = {{'/', '/'}}});
            shape = Shape::Elements;
        } else if (scanner.take('\\')) {
            if (scanner.atEnd())
                return syntaxError();
            elements.push_back(character(scanner.next()));
            shape = Shape::Elements;
        } else if (scanner.take('[')) {
            Element element {.kind = Kind::Character, .negated = scanner.take('^')};
            while (element.ranges.empty() || !scanner.take(']')) {
                const auto low = scanner.nextBound();
                const auto high = low && scanner.take('-') ? scanner.nextBound() : low;
                if (!low || !high || *low > *high)
                    return syntaxError();
                element.ranges.emplace_back(*low, *high);
            }
            elements.push_back(std::move(element));
            shape = Shape::Elements;
        } else {
            elements.push_back(character(scanner.next()));
        }
    }
    result.m_shape = shape;
    return result;
}

bool PathPattern::matches(std::string_view path) const
{
    switch (m_shape) {
    case Shape::Exact:
        return path == m_text;
    case Shape::Prefix:
        return path.starts_with(std::string_view(m_text).substr(0, m_text.size() - 2));
    case Shape::Suffix: {
        const std::string_view suffix = std::string_view(m_text).substr(2);
        return path.ends_with(suffix) || (suffix.starts_with('/') && path == suffix.substr(1));
    }
    case Shape::Elements:
        break;
    }
    return matchesElements(path);
}

/// Steps through the path with the set of elements that may come next: linear in both, whatever the pattern.
bool PathPattern::matchesElements(std::string_view path) const
{
    const std::size_t count = m_elements.size();
    std::vector<char> reached(count + 1, 0);
    // "**/" has begun and waits for the '/' that may end it.
    std::vector<char> inFolders(count + 1, 0);
    reached[0] = 1;
    while (true) {
        for (std::size_t e = 0; e < count; ++e) {
            if (reached[e] != 0 && m_elements[e].kind != Kind::Character)
                reached[e + 1] = 1;
        }
        if (path.empty())
            return reached[count] != 0;
        const char32_t character = characterAt(path);
        path.remove_prefix(characterLength(path));
        std::vector<char> next(count + 1, 0);
        for (std::size_t e = 0; e < count; ++e) {
            const Element& element = m_elements[e];
            switch (element.kind) {
            case Kind::Character:
                if (reached[e] != 0 && element.accepts(character))
                    next[e + 1] = 1;
                break;
            case Kind::AnyName:
                if (reached[e] != 0 && character != '/')
                    next[e] = 1;
                break;
            case Kind::AnyText:
                if (reached[e] != 0)
                    next[e] = 1;
                break;
            case Kind::AnyFolders:
                if (reached[e] != 0)
                    inFolders[e] = 1;
                if (inFolders[e] != 0 && character == '/')
                    next[e + 1] = 1;
                break;
            }
        }
        reached = std::move(next);
    }
}

} // namespace darsena::dockerfile
