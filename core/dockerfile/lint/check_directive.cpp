// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/check_directive.h"

#include "core/dockerfile/text.h"

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

/// Cuts off the text before a separator.
std::string_view takePart(std::string_view& text, char separator)
{
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return trim(part);
}

void takeNames(std::string_view names, std::set<std::string, std::less<>>& set, bool& all)
{
    while (!names.empty()) {
        const std::string_view name = takePart(names, ',');
        if (name == "all")
            all = true;
        else if (!name.empty())
            set.emplace(name);
    }
}

} // namespace

CheckDirective CheckDirective::parse(std::string_view value, Range range, std::vector<Problem>& problems)
{
    CheckDirective directive;
    while (!value.empty()) {
        std::string_view option = takePart(value, ';');
        const std::string_view whole = option;
        if (option.find('=') == std::string_view::npos) {
            problems.push_back({.range = range, .message = fmt::format("invalid check option {}", goQuoted(whole))});
            continue;
        }
        const std::string_view key = takePart(option, '=');
        if (key == "skip") {
            takeNames(option, directive.skipped, directive.skipAll);
        } else if (key == "experimental") {
            takeNames(option, directive.experimental, directive.experimentalAll);
        } else if (key == "error") {
            const std::string truth = lower(trim(option));
            directive.findingsAreErrors = truth == "true" || truth == "1" || truth == "t";
            if (!directive.findingsAreErrors && truth != "false" && truth != "0" && truth != "f")
                problems.push_back(
                    {.range = range, .message = fmt::format("failed to parse check option error={}", trim(option))});
        } else {
            problems.push_back({.range = range, .message = fmt::format("invalid check option {}", goQuoted(whole))});
        }
    }
    return directive;
}

CheckDirective CheckDirective::above(const Statement& statement)
{
    CheckDirective result;
    for (const Comment& comment : statement.commentsAbove) {
        constexpr std::string_view key = "check";
        std::string_view text = comment.text;
        if (!equalsIgnoringCase(text.substr(0, key.size()), key))
            continue;
        text = trimLeft(text.substr(key.size()));
        if (!text.starts_with('='))
            continue;
        std::vector<Problem> ignored;
        CheckDirective directive = parse(trim(text.substr(1)), comment.range, ignored);
        result.skipped.merge(directive.skipped);
        result.skipAll = result.skipAll || directive.skipAll;
    }
    return result;
}

} // namespace darsena::dockerfile::lint_detail
