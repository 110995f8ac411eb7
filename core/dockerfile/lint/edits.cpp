// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/edits.h"

#include "core/dockerfile/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

Range wholeLine(const SourceText& source, std::uint32_t offset)
{
    const std::uint32_t line = source.lineOf(offset);
    const std::uint32_t end = line < source.lineCount() ? source.lineRange(line + 1).begin : source.size();
    return {source.lineRange(line).begin, end};
}

Range wholeLines(const SourceText& source, const Statement& statement)
{
    const std::uint32_t end
        = statement.lastLine < source.lineCount() ? source.lineRange(statement.lastLine + 1).begin : source.size();
    return {source.lineRange(statement.firstLine).begin, end};
}

std::string lineBreakAt(const SourceText& source, std::uint32_t offset)
{
    std::uint32_t line = source.lineOf(offset);
    if (line == source.lineCount() && line > 1)
        --line;
    const Range whole = wholeLine(source, source.lineRange(line).begin);
    return source.slice(whole).ends_with("\r\n") ? "\r\n" : "\n";
}

TextEdit insertLineBefore(const SourceText& source, const Statement& statement, std::string_view line)
{
    const std::uint32_t keyword = statement.keyword.range.begin;
    const std::uint32_t first
        = statement.commentsAbove.empty() ? keyword : statement.commentsAbove.front().range.begin;
    std::uint32_t at = source.lineRange(source.lineOf(first)).begin;
    if (source.text().starts_with(byteOrderMark))
        at = std::max(at, static_cast<std::uint32_t>(byteOrderMark.size()));
    const std::uint32_t lineBegin = source.lineRange(source.lineOf(keyword)).begin;
    std::string_view indent = source.slice({std::max(lineBegin, std::min(at, keyword)), keyword});
    indent = indent.substr(0, std::min(indent.find_first_not_of(" \t"), indent.size()));
    return {.range = {at, at}, .replacement = fmt::format("{}{}{}", indent, line, lineBreakAt(source, keyword))};
}

std::optional<Range> nameInUse(const SourceText& source, Range use, std::string_view name)
{
    const std::string_view text = source.slice(use);
    const std::uint32_t skipped = text.starts_with("${") ? 2 : 1;
    if (!text.starts_with('$') || text.substr(skipped, name.size()) != name)
        return std::nullopt;
    const std::uint32_t begin = use.begin + skipped;
    return Range {begin, begin + static_cast<std::uint32_t>(name.size())};
}

TextEdit removeFlag(const SourceText& source, const Word& flag)
{
    Range removed = flag.range;
    const std::string& text = source.text();
    while (removed.end < text.size() && (text[removed.end] == ' ' || text[removed.end] == '\t'))
        ++removed.end;
    return {.range = removed, .replacement = ""};
}

std::optional<std::string> jsonArrayOf(std::span<const std::string> items)
{
    std::string result = "[";
    for (const std::string& item : items) {
        result += result.size() > 1 ? ", \"" : "\"";
        for (std::size_t at = 0; at < item.size();) {
            const std::string_view rest = std::string_view(item).substr(at);
            const std::size_t length = characterLength(rest);
            const auto byte = static_cast<unsigned char>(item[at]);
            if (byte >= 0x80 && length == 1)
                return std::nullopt;
            if (byte == '"' || byte == '\\')
                result += '\\';
            if (byte < 0x20)
                result += fmt::format("\\u{:04x}", byte);
            else
                result += rest.substr(0, length);
            at += length;
        }
        result += '"';
    }
    return result + ']';
}

bool holdsComment(const Document& document, Range range)
{
    const auto found = std::lower_bound(document.comments.begin(), document.comments.end(), range.begin,
        [](const Comment& comment, std::uint32_t begin) { return comment.range.begin < begin; });
    return found != document.comments.end() && found->range.begin < range.end;
}

} // namespace darsena::dockerfile::lint_detail
