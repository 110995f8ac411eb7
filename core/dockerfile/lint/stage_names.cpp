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

namespace {

/// Gives a stage another name, where it is defined and where it is used; nullopt where a use cannot be seen in the text.
std::optional<Fix> renamed(const LintContext& context, const Stage& stage)
{
    // Every use is looked at, for every such stage: not in a file of thousands.
    if (context.file().stages.size() > 200)
        return std::nullopt;
    std::set<std::string_view> taken;
    for (const Stage& other : context.file().stages)
        taken.insert(other.name);
    std::string name = stage.name + "-stage";
    for (int number = 2; taken.contains(name); ++number)
        name = fmt::format("{}-stage-{}", stage.name, number);

    std::set<std::pair<std::uint32_t, std::uint32_t>> places;
    const Range alias = stage.fromBody().alias->range;
    places.emplace(alias.begin, alias.end);
    for (const StageEdge& edge : context.graph().edges) {
        if (edge.stage() == nullptr || *edge.stage() != stage.index)
            continue;
        const std::string_view written = context.file().document.source.slice(edge.range);
        // A number stays right whatever the name.
        if (edge.kind == EdgeKind::Copy && !written.empty() && written.find_first_not_of("0123456789") == std::string_view::npos)
            continue;
        if (!equalsIgnoringCase(written, stage.name))
            return std::nullopt;
        places.emplace(edge.range.begin, edge.range.end);
    }
    Fix fix {.description = fmt::format("Rename the stage to {}", name), .edits = {}};
    for (const auto& [begin, end] : places)
        fix.edits.push_back({.range = {begin, end}, .replacement = name});
    return fix;
}

} // namespace

void checkReservedStageName(LintContext& context, const RuleInfo& rule)
{
    for (const Stage& stage : context.file().stages) {
        if (stage.name == "scratch" || stage.name == "context")
            context.report(rule, stage.from, stage.fromBody().alias->range,
                fmt::format("Stage name should not use the same name as reserved stage {}", goQuoted(stage.name)),
                renamed(context, stage));
    }
}

} // namespace darsena::dockerfile::lint_detail
