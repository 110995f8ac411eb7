// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/ignore.h"

#include "core/dockerfile/path_pattern.h"
#include "core/dockerfile/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile {

namespace {

/// Go's filepath.Clean: no "." or empty parts, ".." applied, no '/' at the end.
std::string cleaned(std::string_view path)
{
    const bool rooted = path.starts_with('/');
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        const std::string_view part = path.substr(0, end);
        path.remove_prefix(std::min(end + 1, path.size()));
        if (part.empty() || part == ".")
            continue;
        if (part != "..")
            parts.push_back(part);
        else if (!parts.empty() && parts.back() != "..")
            parts.pop_back();
        else if (!rooted)
            parts.push_back(part);
    }
    std::string result = rooted ? "/" : "";
    for (const std::string_view part : parts) {
        if (!result.empty() && result.back() != '/')
            result += '/';
        result += part;
    }
    return result.empty() ? "." : result;
}

/// A line of a file as a pattern; empty for comments and blank lines.
std::string patternOfLine(std::string_view line)
{
    if (line.starts_with('#'))
        return {};
    line = trim(line);
    if (line.empty())
        return {};
    const bool exception = line.starts_with('!');
    if (exception)
        line = trim(line.substr(1));
    std::string pattern = line.empty() ? std::string() : cleaned(line);
    if (pattern.size() > 1 && pattern.front() == '/')
        pattern.erase(0, 1);
    return (exception ? "!" : "") + pattern;
}

/// Whether a pattern might match something below a folder, part by part.
bool mayMatchBelow(std::string_view pattern, std::string_view folder)
{
    while (!folder.empty() && !pattern.empty()) {
        const std::string_view part = pattern.substr(0, pattern.find('/'));
        if (part.find("**") != std::string_view::npos)
            return true;
        const std::string_view name = folder.substr(0, folder.find('/'));
        const auto matcher = PathPattern::parse(part);
        if (matcher && !matcher->matches(name))
            return false;
        pattern.remove_prefix(std::min(part.size() + 1, pattern.size()));
        folder.remove_prefix(std::min(name.size() + 1, folder.size()));
    }
    return true;
}

} // namespace

struct IgnoreRules::Pattern {
    PathPattern matcher;
    std::string text; ///< without '!'
    bool exception = false;
    std::uint32_t line = 0;

    /// Matches the path or a folder it is in.
    bool covers(std::string_view path) const
    {
        if (matcher.matches(path))
            return true;
        for (std::size_t at = path.find('/'); at != std::string_view::npos; at = path.find('/', at + 1)) {
            if (at > 0 && matcher.matches(path.substr(0, at)))
                return true;
        }
        return false;
    }
};

IgnoreRules::IgnoreRules() = default;
IgnoreRules::~IgnoreRules() = default;
IgnoreRules::IgnoreRules(IgnoreRules&&) noexcept = default;
IgnoreRules& IgnoreRules::operator=(IgnoreRules&&) noexcept = default;
IgnoreRules::IgnoreRules(const IgnoreRules&) = default;
IgnoreRules& IgnoreRules::operator=(const IgnoreRules&) = default;

Result<void> IgnoreRules::add(std::string pattern, std::uint32_t line)
{
    pattern = cleaned(pattern);
    const bool exception = pattern.front() == '!';
    if (exception)
        pattern.erase(0, 1);
    if (pattern.empty())
        return Error(ErrorCode::Invalid, "illegal exclusion pattern: \"!\"");
    PathPattern matcher = TRY_CONTEXT(goQuoted(pattern), PathPattern::parse(pattern));
    m_patterns.push_back(
        {.matcher = std::move(matcher), .text = std::move(pattern), .exception = exception, .line = line});
    return {};
}

Result<IgnoreRules> IgnoreRules::parse(std::string_view text)
{
    if (text.starts_with(byteOrderMark))
        text.remove_prefix(byteOrderMark.size());
    IgnoreRules rules;
    for (std::uint32_t line = 1; !text.empty(); ++line) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string pattern = patternOfLine(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!pattern.empty())
            TRY_CONTEXT(fmt::format("line {}", line), rules.add(std::move(pattern), line));
    }
    return rules;
}

Result<IgnoreRules> IgnoreRules::fromPatterns(const std::vector<std::string>& patterns)
{
    IgnoreRules rules;
    for (const std::string& pattern : patterns) {
        const std::string_view text = trim(pattern);
        if (!text.empty())
            TRY(rules.add(std::string(text), 0));
    }
    return rules;
}

IgnoreRules::Verdict IgnoreRules::decide(std::string_view path) const
{
    Verdict verdict;
    const std::string file = cleaned(path);
    // The context itself is never left out.
    if (file == ".")
        return verdict;
    for (const Pattern& pattern : m_patterns) {
        // An exception only says something about what is ignored so far, and the other way round.
        if (pattern.exception != verdict.ignored || !pattern.covers(file))
            continue;
        verdict = {.ignored = !pattern.exception,
            .pattern = (pattern.exception ? "!" : "") + pattern.text,
            .line = pattern.line};
    }
    return verdict;
}

bool IgnoreRules::ignoresAllBelow(std::string_view folder) const
{
    const std::string path = cleaned(folder);
    if (!ignores(path))
        return false;
    return std::none_of(m_patterns.begin(), m_patterns.end(),
        [&](const Pattern& pattern) { return pattern.exception && mayMatchBelow(pattern.text, path); });
}

bool IgnoreRules::empty() const
{
    return m_patterns.empty();
}

bool IgnoreRules::hasExceptions() const
{
    return std::any_of(m_patterns.begin(), m_patterns.end(), [](const Pattern& pattern) { return pattern.exception; });
}

} // namespace darsena::dockerfile
