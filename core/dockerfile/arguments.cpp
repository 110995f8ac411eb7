// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/arguments.h"

#include "core/dockerfile/json_array.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace darsena::dockerfile {

namespace {

constexpr std::array<std::string_view, 18> names {"add", "arg", "cmd", "copy", "entrypoint", "env", "expose", "from",
    "healthcheck", "label", "maintainer", "onbuild", "run", "shell", "stopsignal", "user", "volume", "workdir"};

/// What separates words where quotes mean nothing: BuildKit's [\t\v\f\r ]+.
bool isSeparator(char c)
{
    return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r';
}

std::string_view viewOf(const LogicalLine& line, Span span)
{
    return std::string_view(line.text()).substr(span.begin, span.end - span.begin);
}

Word wordAt(const LogicalLine& line, Span span)
{
    return {.text = std::string(viewOf(line, span)),
        .range = line.source(span.begin, span.end),
        .logicalOffset = span.begin};
}

/// Moves over one character and appends it.
std::uint32_t takeCharacter(std::string_view text, std::uint32_t at, std::string& to)
{
    const auto length = static_cast<std::uint32_t>(characterLength(text.substr(at)));
    to += text.substr(at, length);
    return at + length;
}

/// A flag, quotes and escapes removed. `at` is where it begins, and afterwards behind it.
Word readFlag(const LogicalLine& line, std::uint32_t& at, std::uint32_t end, char escape)
{
    const std::string_view text = std::string_view(line.text()).substr(0, end);
    const std::uint32_t begin = at;
    std::string value;
    char quote = '\0';
    while (at < end) {
        const char c = text[at];
        if (quote == '\0' && spaceLength(text.substr(at)) > 0)
            break;
        if (quote == '\0' ? c == '\'' || c == '"' : c == quote) {
            quote = quote == '\0' ? c : '\0';
            ++at;
        } else if (c == escape) {
            ++at;
            if (at < end)
                at = takeCharacter(text, at, value);
        } else {
            at = takeCharacter(text, at, value);
        }
    }
    return {.text = std::move(value), .range = line.source(begin, at), .logicalOffset = begin};
}

std::vector<Word> separatedWords(const LogicalLine& line, Span span)
{
    std::vector<Word> words;
    const std::string& text = line.text();
    for (std::uint32_t at = span.begin; at < span.end;) {
        std::uint32_t end = at;
        while (end < span.end && !isSeparator(text[end]))
            ++end;
        words.push_back(wordAt(line, {at, end}));
        while (end < span.end && isSeparator(text[end]))
            ++end;
        at = end;
    }
    return words;
}

/// The words of a JSON array; nullopt if the text is not the exec form.
std::optional<Arguments> jsonWords(const LogicalLine& line, Span span)
{
    const JsonArray array = readJsonArray(viewOf(line, span));
    if (array.kind == JsonArray::Kind::NotJson)
        return std::nullopt;
    Arguments result;
    if (array.kind == JsonArray::Kind::NotStrings) {
        result.problem = Problem {.range = line.source(span.begin + static_cast<std::uint32_t>(array.faultBegin),
                                      span.begin + static_cast<std::uint32_t>(array.faultEnd)),
            .message = "when using JSON array syntax, arrays must be comprised of strings only"};
        return result;
    }
    result.json = true;
    for (const JsonArray::Item& item : array.items) {
        const std::uint32_t begin = span.begin + static_cast<std::uint32_t>(item.begin);
        const std::uint32_t end = span.begin + static_cast<std::uint32_t>(item.end);
        result.words.push_back({.text = item.text, .range = line.source(begin, end), .logicalOffset = begin});
    }
    return result;
}

Arguments wholeText(const LogicalLine& line, Span span)
{
    Arguments result;
    if (span.begin < span.end)
        result.words.push_back(wordAt(line, span));
    return result;
}

Arguments jsonOrWholeText(const LogicalLine& line, Span span)
{
    if (auto json = jsonWords(line, span))
        return std::move(*json);
    return wholeText(line, span);
}

Arguments jsonOrSeparatedWords(const LogicalLine& line, Span span)
{
    if (auto json = jsonWords(line, span))
        return std::move(*json);
    return {.words = separatedWords(line, span), .json = false, .problem = {}};
}

/// CMD or NONE, then a command line.
Arguments healthcheckArguments(const LogicalLine& line, Span span)
{
    std::uint32_t typeEnd = span.begin;
    while (typeEnd < span.end && spaceLength(viewOf(line, {typeEnd, span.end})) == 0)
        ++typeEnd;
    if (typeEnd == span.begin)
        return {};
    Arguments result = jsonOrWholeText(line, trimmed(line, {typeEnd, span.end}));
    result.words.insert(result.words.begin(), wordAt(line, {span.begin, typeEnd}));
    return result;
}

/// `KEY name value` of old: one name, and the rest of the line is the value.
Arguments legacyNameAndValue(std::string_view name, const Word& keyword, const LogicalLine& line, Span span)
{
    Arguments result;
    std::uint32_t nameEnd = span.begin;
    const std::string& text = line.text();
    while (nameEnd < span.end && !isSeparator(text[nameEnd]))
        ++nameEnd;
    std::uint32_t valueBegin = nameEnd;
    while (valueBegin < span.end && isSeparator(text[valueBegin]))
        ++valueBegin;
    if (valueBegin == nameEnd) {
        const Word only = wordAt(line, span);
        result.problem = Problem {.range = {keyword.range.begin, only.range.end},
            .message = fmt::format("{} must have two arguments", upper(name))};
        return result;
    }
    result.words = {wordAt(line, {span.begin, nameEnd}), wordAt(line, {valueBegin, span.end}),
        Word {.text = {}, .range = line.source(nameEnd, nameEnd), .logicalOffset = nameEnd}};
    return result;
}

Arguments namesAndValues(std::string_view name, const Word& keyword, const LogicalLine& line, Span span, char escape)
{
    const std::vector<Word> words = quotedWords(line, span, escape);
    Arguments result;
    if (words.empty())
        return result;
    if (words.front().text.find('=') == std::string::npos)
        return legacyNameAndValue(name, keyword, line, span);
    for (const Word& word : words) {
        const std::size_t equals = word.text.find('=');
        if (equals == std::string::npos) {
            result.problem = Problem {.range = word.range,
                .message = fmt::format(
                    "Syntax error - can't find = in {}. Must be of the form: name=value", goQuoted(word.text))};
            return result;
        }
        const std::uint32_t begin = word.logicalOffset;
        const std::uint32_t separator = begin + static_cast<std::uint32_t>(equals);
        const std::uint32_t end = begin + static_cast<std::uint32_t>(word.text.size());
        result.words.push_back(wordAt(line, {begin, separator}));
        Word value = wordAt(line, {separator + 1, end});
        value.text = word.text.substr(equals + 1);
        result.words.push_back(std::move(value));
        result.words.push_back(wordAt(line, {separator, separator + 1}));
    }
    return result;
}

} // namespace

Span trimmed(const LogicalLine& line, Span span)
{
    const std::string_view whole = viewOf(line, span);
    const std::string_view left = trimLeft(whole);
    const std::uint32_t begin = span.begin + static_cast<std::uint32_t>(whole.size() - left.size());
    return {begin, begin + static_cast<std::uint32_t>(trim(left).size())};
}

CommandParts splitCommand(const LogicalLine& line, Span span, char escape)
{
    span = trimmed(line, span);
    const std::string_view text = std::string_view(line.text()).substr(0, span.end);
    CommandParts parts;
    std::uint32_t at = span.begin;
    while (at < span.end && !isSeparator(text[at]))
        ++at;
    parts.keyword = wordAt(line, {span.begin, at});
    while (true) {
        while (const std::size_t length = spaceLength(text.substr(at)))
            at += static_cast<std::uint32_t>(length);
        if (text.substr(at, 2) != "--")
            break;
        Word flag = readFlag(line, at, span.end, escape);
        if (flag.text == "--") {
            parts.flagsEnd = flag.range;
            break;
        }
        parts.flags.push_back(std::move(flag));
    }
    parts.rest = trimmed(line, {at, span.end});
    return parts;
}

Arguments readArguments(std::string_view name, const Word& keyword, const LogicalLine& line, Span rest, char escape)
{
    if (name == "add" || name == "copy" || name == "volume")
        return jsonOrSeparatedWords(line, rest);
    if (name == "run" || name == "cmd" || name == "entrypoint" || name == "shell")
        return jsonOrWholeText(line, rest);
    if (name == "env" || name == "label")
        return namesAndValues(name, keyword, line, rest, escape);
    if (name == "arg")
        return {.words = quotedWords(line, rest, escape), .json = false, .problem = {}};
    if (name == "from" || name == "expose")
        return {.words = separatedWords(line, rest), .json = false, .problem = {}};
    if (name == "healthcheck")
        return healthcheckArguments(line, rest);
    return wholeText(line, rest);
}

std::vector<Word> quotedWords(const LogicalLine& line, Span span, char escape)
{
    const std::string_view text = std::string_view(line.text()).substr(0, span.end);
    std::vector<Word> words;
    std::uint32_t at = span.begin;
    while (true) {
        while (const std::size_t length = spaceLength(text.substr(at)))
            at += static_cast<std::uint32_t>(length);
        if (at >= span.end)
            return words;
        const std::uint32_t begin = at;
        std::string value;
        char quote = '\0';
        while (at < span.end && (quote != '\0' || spaceLength(text.substr(at)) == 0)) {
            const char c = text[at];
            // Nothing escapes inside single quotes.
            if (c == escape && quote != '\'') {
                ++at;
                // An escape at the very end is dropped.
                if (at == span.end)
                    break;
                value += c;
                at = takeCharacter(text, at, value);
                continue;
            }
            if (quote == '\0' && (c == '\'' || c == '"'))
                quote = c;
            else if (c == quote)
                quote = '\0';
            at = takeCharacter(text, at, value);
        }
        if (!value.empty())
            words.push_back({.text = std::move(value), .range = line.source(begin, at), .logicalOffset = begin});
    }
}

bool isInstructionName(std::string_view name)
{
    return std::binary_search(names.begin(), names.end(), name);
}

std::span<const std::string_view> instructionNames()
{
    return names;
}

} // namespace darsena::dockerfile
