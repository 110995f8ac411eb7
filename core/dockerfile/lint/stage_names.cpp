// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/context.h"
#include "core/dockerfile/text.h"

#include <set>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

void checkDuplicateStageName(LintContext& context, const RuleInfo& rule)
{
    std::set<std::string> names;
    for (const Stage& stage : context.file().stages) {
        if (!stage.name.empty() && !names.insert(stage.name).second)
            context.report(rule, stage.from, stage.fromBody().alias->range,
                fmt::format("Duplicate stage name {}, stage names should be unique", goQuoted(stage.name)));
    }
}

void checkReservedStageName(LintContext& context, const RuleInfo& rule)
{
    for (const Stage& stage : context.file().stages) {
        if (stage.name == "scratch" || stage.name == "context")
            context.report(rule, stage.from, stage.fromBody().alias->range,
                fmt::format("Stage name should not use the same name as reserved stage {}", goQuoted(stage.name)));
    }
}

} // namespace darsena::dockerfile::lint_detail
