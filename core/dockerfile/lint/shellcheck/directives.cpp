// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/shellcheck/directives.h"

#include "core/dockerfile/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

VariableNames disabledCodes(std::string_view comment)
{
    VariableNames codes;
    comment = trim(comment.substr(std::min(comment.find_first_not_of('#'), comment.size())));
    if (!comment.starts_with("shellcheck"))
        return codes;
    const std::size_t key = comment.find("disable=");
    if (key == std::string_view::npos)
        return codes;
    std::string_view list = comment.substr(key + 8);
    list = list.substr(0, list.find_first_of(" \t"));
    while (!list.empty()) {
        const std::string_view code = list.substr(0, list.find(','));
        list.remove_prefix(std::min(code.size() + 1, list.size()));
        if (!code.empty())
            codes.insert(code.front() >= '0' && code.front() <= '9' ? fmt::format("SC{}", code) : std::string(code));
    }
    return codes;
}

bool isDisabledByComment(const Document& document, std::string_view code, std::uint32_t line)
{
    const Statement* const statement = document.statementAtLine(line);
    if (statement == nullptr)
        return false;
    const auto disables = [&](const Comment& comment) {
        if (comment.text.find("shellcheck") == std::string::npos)
            return false;
        const VariableNames codes = disabledCodes(comment.text);
        return codes.contains(code) || codes.contains("all");
    };
    if (std::any_of(statement->commentsAbove.begin(), statement->commentsAbove.end(), disables))
        return true;
    auto inside = std::lower_bound(document.comments.begin(), document.comments.end(), statement->range.begin,
        [](const Comment& comment, std::uint32_t begin) { return comment.range.begin < begin; });
    for (; inside != document.comments.end() && inside->range.begin < statement->range.end; ++inside) {
        if (disables(*inside))
            return true;
    }
    return false;
}

} // namespace darsena::dockerfile::lint_detail
