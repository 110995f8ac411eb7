// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/context.h"

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

/// ADD takes these from elsewhere, not from the context.
bool isRemote(std::string_view source)
{
    return source.find("://") != std::string_view::npos || source.starts_with("git@");
}

/// Nothing of the context is left.
bool ignoresEverything(const IgnoreRules& rules)
{
    return rules.ignores("any") && rules.ignores(".any");
}

/// A source as a path of the context: no "./" or "/" in front.
std::string contextPath(std::string_view source)
{
    while (source.starts_with("./") || source.starts_with('/'))
        source.remove_prefix(source.starts_with('/') ? 1 : 2);
    while (source.ends_with('/'))
        source.remove_suffix(1);
    return source.empty() ? "." : std::string(source);
}

} // namespace

void checkCopyIgnoredFile(LintContext& context, const RuleInfo& rule)
{
    const auto& rules = context.options().contextIgnore;
    // With exceptions a folder may be ignored and something in it not.
    if (!rules || rules->empty() || rules->hasExceptions())
        return;
    for (const EvaluatedInstruction& entry : context.evaluated()) {
        const Copy* copy = entry.instruction->as<Copy>();
        const Add* add = entry.instruction->as<Add>();
        if (add == nullptr && (copy == nullptr || copy->from))
            continue;
        for (const Word& source : (copy != nullptr ? copy->paths : add->paths).sources) {
            const std::string* text = entry.textOf(source);
            if (text == nullptr || (add != nullptr && isRemote(*text)))
                continue;
            const std::string path = contextPath(*text);
            if (path == "." ? !ignoresEverything(*rules) : !rules->ignores(path))
                continue;
            context.report(rule, *entry.instruction, source.range,
                fmt::format("Attempting to {} file \"{}\" that is excluded by .dockerignore",
                    copy != nullptr ? "Copy" : "Add", path));
        }
    }
}

} // namespace darsena::dockerfile::lint_detail
