// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/directives.h"

#include "core/base/json.h"
#include "core/dockerfile/parser.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <array>

namespace darsena::dockerfile {

namespace {

constexpr std::array<std::string_view, 3> knownNames {"check", "escape", "syntax"};

bool isAlphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string_view takeLine(std::string_view& text)
{
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    while (line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

/// The value of the syntax directive among the directives at the top of a text.
std::optional<SyntaxRequest> findSyntax(std::string_view text, std::string_view mark, std::uint32_t line)
{
    for (; !text.empty(); ++line) {
        const auto directive = readDirective(takeLine(text), 0, mark);
        if (!directive)
            return std::nullopt;
        if (directive->name == "syntax")
            return SyntaxRequest {.reference = directive->value.substr(0, directive->value.find(' ')),
                .commandLine = directive->value,
                .line = line};
    }
    return std::nullopt;
}

} // namespace

std::optional<Directive> readDirective(std::string_view line, std::uint32_t offset, std::string_view mark)
{
    if (!line.starts_with(mark))
        return std::nullopt;
    const std::string_view key = trimLeft(line.substr(mark.size()));
    std::size_t keyLength = 0;
    while (keyLength < key.size() && isAlphanumeric(key[keyLength]))
        ++keyLength;
    const std::string name = lower(key.substr(0, keyLength));
    if (std::find(knownNames.begin(), knownNames.end(), name) == knownNames.end())
        return std::nullopt;
    const std::string_view separator = trimLeft(key.substr(keyLength));
    if (!separator.starts_with('='))
        return std::nullopt;
    const std::string_view value = trim(separator.substr(1));
    if (value.empty())
        return std::nullopt;
    const auto valueBegin = offset + static_cast<std::uint32_t>(value.data() - line.data());
    const auto valueEnd = valueBegin + static_cast<std::uint32_t>(value.size());
    return Directive {
        .name = name, .value = std::string(value), .range = {offset, valueEnd}, .valueRange = {valueBegin, valueEnd}};
}

std::optional<SyntaxRequest> detectSyntax(std::string_view text)
{
    if (text.starts_with(byteOrderMark))
        text.remove_prefix(byteOrderMark.size());
    std::uint32_t line = 1;
    if (text.starts_with("#!")) {
        takeLine(text);
        ++line;
    }
    if (auto found = findSyntax(text, "#", line))
        return found;
    if (auto found = findSyntax(text, "//", line))
        return found;
    if (!trimLeft(text).starts_with('{'))
        return std::nullopt;
    const auto document = json::parse(text);
    if (!document || !document->is_object())
        return std::nullopt;
    const std::string value = json::text(document->as_object(), "syntax").valueOr("");
    if (value.empty())
        return std::nullopt;
    return SyntaxRequest {.reference = value, .commandLine = value, .line = line};
}

} // namespace darsena::dockerfile
