// SPDX-License-Identifier: GPL-3.0-or-later
// Quotes that a word processor or a web page put in place of straight ones, and single quotes where JSON needs double ones.
#include "core/dockerfile/json_array.h"
#include "core/dockerfile/lint/darsena/rules.h"
#include "core/dockerfile/text.h"

#include <array>

namespace darsena::dockerfile::lint_detail {

namespace {

using namespace std::string_view_literals;

constexpr std::array typographicDouble {"\u201C"sv, "\u201D"sv, "\u201E"sv, "\u201F"sv, "\u00AB"sv, "\u00BB"sv, "\uFF02"sv};
constexpr std::array typographicSingle {"\u2018"sv, "\u2019"sv, "\u201A"sv, "\u201B"sv};

/// The length of a typographic quote at the front of a text, and what it should be; 0 if there is none.
struct QuoteMark {
    std::uint32_t length = 0;
    char straight = '"';
};

QuoteMark quoteMarkAt(std::string_view text)
{
    if (text.empty() || static_cast<unsigned char>(text.front()) < 0x80)
        return {};
    for (const std::string_view mark : typographicDouble) {
        if (text.starts_with(mark))
            return {.length = static_cast<std::uint32_t>(mark.size()), .straight = '"'};
    }
    for (const std::string_view mark : typographicSingle) {
        if (text.starts_with(mark))
            return {.length = static_cast<std::uint32_t>(mark.size()), .straight = '\''};
    }
    return {};
}

/// The arguments of an instruction that has a JSON form, but is not in it although it begins with "[".
std::optional<Range> failedJson(const Statement& statement)
{
    const std::string_view name = statement.name;
    if (name != "run" && name != "cmd" && name != "entrypoint" && name != "shell" && name != "copy" && name != "add"
        && name != "volume" && name != "healthcheck")
        return std::nullopt;
    const std::size_t first = name == "healthcheck" ? 1 : 0;
    if (statement.jsonForm || statement.arguments.size() <= first || !statement.heredocs.empty())
        return std::nullopt;
    const std::uint32_t begin = statement.arguments[first].logicalOffset;
    const std::string_view text = std::string_view(statement.line.text()).substr(begin);
    if (!text.starts_with('[') || !trim(text).ends_with(']'))
        return std::nullopt;
    return Range {begin, begin + static_cast<std::uint32_t>(trim(text).size())};
}

/// The instruction's words with other quotes, if that makes them JSON.
struct MendedJson {
    Range range; ///< in the file
    std::vector<TextEdit> edits; ///< none if there would be too many

    std::optional<Fix> fix(std::string_view description)
    {
        if (edits.empty())
            return std::nullopt;
        return Fix {.description = std::string(description), .edits = std::move(edits), .sameMeaning = false};
    }
};

/// `markAt` tells the length of a quote to be replaced at the front of a text.
template <typename MarkAt> std::optional<MendedJson> mendedJson(const Statement& statement, const MarkAt& markAt)
{
    const auto place = failedJson(statement);
    if (!place)
        return std::nullopt;
    const std::string_view line = statement.line.text();
    MendedJson result {.range = statement.line.source(place->begin, place->end), .edits = {}};
    constexpr std::size_t maxEdits = 500;
    std::size_t count = 0;
    std::string mended;
    for (std::uint32_t at = place->begin; at < place->end;) {
        const std::uint32_t length = markAt(line.substr(at));
        if (length == 0) {
            mended += line[at++];
            continue;
        }
        mended += '"';
        if (++count <= maxEdits)
            result.edits.push_back({.range = statement.line.source(at, at + length), .replacement = "\""});
        at += length;
    }
    if (count > maxEdits)
        result.edits.clear();
    if (count == 0 || readJsonArray(mended).kind != JsonArray::Kind::Strings)
        return std::nullopt;
    return result;
}

/// name=“value”: the pair of quotes, straightened.
void reportValues(LintContext& context, const RuleInfo& rule, const Statement& statement)
{
    const std::string_view line = statement.line.text();
    for (std::size_t equals = line.find('='); equals != std::string_view::npos; equals = line.find('=', equals + 1)) {
        const auto begin = static_cast<std::uint32_t>(equals + 1);
        const QuoteMark open = quoteMarkAt(line.substr(begin));
        if (open.length == 0)
            continue;
        // To the next quote of the kind that ends a word, or to where another one begins.
        for (std::uint32_t at = begin + open.length; at < line.size(); ++at) {
            if (line[at] == open.straight || (line[at] == '=' && quoteMarkAt(line.substr(at + 1)).length > 0))
                break;
            const QuoteMark close = quoteMarkAt(line.substr(at));
            if (close.length == 0 || close.straight != open.straight)
                continue;
            const std::uint32_t end = at + close.length;
            if (end < line.size() && spaceLength(line.substr(end)) == 0)
                continue;
            const std::string straight(1, open.straight);
            context.reportAt(rule, statement.line.source(begin, end), "Typographic quotes become part of the value",
                Fix {.description = "Write straight quotes",
                    .edits = {{.range = statement.line.source(begin, begin + open.length), .replacement = straight},
                        {.range = statement.line.source(at, end), .replacement = straight}},
                    .sameMeaning = false});
            equals = end - 1;
            break;
        }
    }
}

} // namespace

void checkTypographicQuotes(LintContext& context, const RuleInfo& rule)
{
    for (const Statement& statement : context.file().document.statements) {
        if (statement.name == "env" || statement.name == "label" || statement.name == "arg") {
            reportValues(context, rule, statement);
            continue;
        }
        auto mended = mendedJson(statement, [](std::string_view text) { return quoteMarkAt(text).length; });
        if (mended)
            context.reportAt(rule, mended->range,
                "Typographic quotes make this the shell form: the JSON form needs straight quotes",
                mended->fix("Write straight quotes"));
    }
}

void checkSingleQuotesInJson(LintContext& context, const RuleInfo& rule)
{
    for (const Statement& statement : context.file().document.statements) {
        auto mended = mendedJson(statement, [](std::string_view text) { return text.starts_with('\'') ? 1U : 0U; });
        if (mended)
            context.reportAt(rule, mended->range,
                "Single quotes make this the shell form: the JSON form needs double quotes",
                mended->fix("Write double quotes"));
    }
}

} // namespace darsena::dockerfile::lint_detail
