// SPDX-License-Identifier: GPL-3.0-or-later
// Stages that nothing is taken from.
#include "core/dockerfile/lint/darsena/rules.h"

#include <array>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

using namespace std::string_view_literals;

/// Stages of such names are there to be built by name.
constexpr std::array namesOfTargets {"bench"sv, "check"sv, "ci"sv, "cli"sv, "debug"sv, "deploy"sv, "dev"sv, "doc"sv, "export"sv,
    "final"sv, "image"sv, "lint"sv, "local"sv, "prod"sv, "release"sv, "run"sv, "server"sv, "slim"sv, "stag"sv, "test"sv,
    "valid"sv, "vendor"sv, "watch"sv};

bool soundsLikeTarget(std::string_view name)
{
    return std::any_of(namesOfTargets.begin(), namesOfTargets.end(),
        [&](std::string_view word) { return name.find(word) != std::string_view::npos; });
}

/// A stage from its FROM, with the comments above, to the next one.
Range wholeStage(const Dockerfile& file, const Stage& stage)
{
    const auto beginOf = [&](const Stage& each) {
        const Statement& from = file.document.statements[each.from.statement];
        // What stands above the first one is about the file.
        const std::uint32_t at = each.index == 0 || from.commentsAbove.empty() ? from.keyword.range.begin
                                                                               : from.commentsAbove.front().range.begin;
        return file.document.source.lineRange(file.document.source.lineOf(at)).begin;
    };
    return {beginOf(stage), beginOf(file.stages[stage.index + 1])};
}

} // namespace

void checkUnusedStage(LintContext& context, const RuleInfo& rule)
{
    const Dockerfile& file = context.file();
    if (!context.options().stages.target.empty() || !file.problems.empty())
        return;
    std::vector<char> isUsed(file.stages.size(), 0);
    bool hasNumbers = false;
    for (const StageEdge& edge : context.graph().edges) {
        if (const std::size_t* from = edge.stage()) {
            isUsed[*from] = 1;
            const std::string_view written = file.document.source.slice(edge.range);
            hasNumbers = hasNumbers || written.find_first_not_of("0123456789") == std::string_view::npos;
        }
    }
    for (const Stage& stage : file.stages) {
        if (isUsed[stage.index] != 0 || stage.index + 1 == file.stages.size() || soundsLikeTarget(stage.name))
            continue;
        std::optional<Fix> fix;
        // Without it the stages behind have other numbers.
        if (!hasNumbers)
            fix = Fix {.description = "Remove the stage", .edits = {{.range = wholeStage(file, stage), .replacement = ""}}};
        const auto& alias = stage.fromBody().alias;
        context.report(rule, stage.from, alias ? alias->range : stage.fromBody().image.range,
            alias ? fmt::format("Nothing is taken from stage {}: it is only built when asked for by name", stage.name)
                  : std::string("Nothing is taken from this stage, which has no name"),
            std::move(fix));
    }
}

} // namespace darsena::dockerfile::lint_detail
