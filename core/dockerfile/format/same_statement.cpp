// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/format/same_statement.h"

#include "core/dockerfile/format/shell_layout.h"
#include "core/dockerfile/text.h"

#include <algorithm>

namespace darsena::dockerfile::format_detail {

namespace {

bool sameHeredoc(const Heredoc& a, const Heredoc& b)
{
    return a.name == b.name && a.content == b.content && a.expand == b.expand && a.chomp == b.chomp
        && a.fileDescriptor == b.fileDescriptor && a.endRange.empty() == b.endRange.empty();
}

} // namespace

bool isShellInstruction(std::string_view name)
{
    return name == "run" || name == "cmd" || name == "entrypoint" || name == "healthcheck" || name == "shell";
}

bool isSameStatement(const Statement& a, const Statement& b, bool ignoreShellLayout)
{
    const auto texts = [](const Word& left, const Word& right) { return left.text == right.text; };
    if (a.name != b.name || a.jsonForm != b.jsonForm || a.valid != b.valid || a.arguments.size() != b.arguments.size()
        || !std::equal(a.flags.begin(), a.flags.end(), b.flags.begin(), b.flags.end(), texts)
        || !std::equal(a.heredocs.begin(), a.heredocs.end(), b.heredocs.begin(), b.heredocs.end(), sameHeredoc))
        return false;
    for (std::size_t i = 0; i < a.arguments.size(); ++i) {
        const std::string& left = a.arguments[i].text;
        const std::string& right = b.arguments[i].text;
        const bool keyword = (a.name == "healthcheck" && i == 0) || (a.name == "from" && i == 1 && a.arguments.size() == 3);
        const bool shell = ignoreShellLayout && isShellInstruction(a.name) && !a.jsonForm;
        const bool same = left == right || (keyword && equalsIgnoringCase(left, right))
            || (shell && withoutLayout(left) == withoutLayout(right));
        if (!same)
            return false;
    }
    return std::equal(a.trigger.begin(), a.trigger.end(), b.trigger.begin(), b.trigger.end(),
        [&](const Statement& left, const Statement& right) { return isSameStatement(left, right, ignoreShellLayout); });
}

} // namespace darsena::dockerfile::format_detail
