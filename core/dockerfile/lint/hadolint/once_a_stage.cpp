// SPDX-License-Identifier: GPL-3.0-or-later
// DL rules on what an image runs: CMD, ENTRYPOINT, HEALTHCHECK; and on MAINTAINER and pragmas.
#include "core/dockerfile/lint/command_fixes.h"
#include "core/dockerfile/lint/edits.h"
#include "core/dockerfile/lint/exec_form.h"
#include "core/dockerfile/lint/hadolint/instruction_rules.h"
#include "core/dockerfile/lint/pragmas.h"

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

/// Reports every instruction of a kind but a stage's first.
template <typename Body> void checkOnce(LintContext& context, const RuleInfo& rule)
{
    const Stage* current = nullptr;
    const Instruction* before = nullptr;
    forEach<Body>(context, [&](const Stage& stage, const Instruction& instruction, const Body&) {
        if (std::exchange(current, &stage) != &stage)
            before = nullptr;
        if (before != nullptr) {
            const Range lines = wholeLines(context.file().document.source, context.statementOf(*before));
            context.report(rule, instruction, lineOf(context, instruction),
                fmt::format(
                    "This {} replaces the one on line {}, which has no effect", instruction.name, before->firstLine),
                Fix {.description = fmt::format("Remove the {} that is not used", before->name),
                    .edits = {{.range = lines, .replacement = ""}}});
        }
        before = &instruction;
    });
}

/// The JSON form of HEALTHCHECK CMD, if its command holds nothing but words.
std::optional<Fix> healthcheckAsJson(const LintContext& context, const Instruction& instruction)
{
    const Statement& statement = context.statementOf(instruction);
    if (statement.arguments.size() != 2 || context.escape() != '\\')
        return std::nullopt;
    const Word& script = statement.arguments.back();
    const auto words = plainWords(script.text);
    auto array = words ? jsonArrayOf(*words) : std::nullopt;
    if (!array || holdsComment(context.file().document, script.range))
        return std::nullopt;
    return Fix {.description = "Write the JSON form",
        .edits = {{.range = script.range, .replacement = std::move(*array)}},
        .sameMeaning = false};
}

} // namespace

void checkIgnorePragmas(LintContext& context, const RuleInfo& rule)
{
    for (const Comment& comment : context.file().document.comments) {
        const auto pragma = readPragma(comment.text);
        if (pragma && pragma->kind == Pragma::Kind::Ignore)
            context.reportAt(rule, comment.range, "This comment silences rules: better mend what they find");
    }
}

void checkOneHealthcheck(LintContext& context, const RuleInfo& rule)
{
    checkOnce<Healthcheck>(context, rule);
}

void checkOneCommand(LintContext& context, const RuleInfo& rule)
{
    checkOnce<Cmd>(context, rule);
}

void checkOneEntrypoint(LintContext& context, const RuleInfo& rule)
{
    checkOnce<Entrypoint>(context, rule);
}

void checkShellForm(LintContext& context, const RuleInfo& rule)
{
    const std::vector<char> hasCommand = stagesWithCommand(context);
    std::vector<char> hasShell(context.file().stages.size(), 0);
    for (const Stage& stage : context.file().stages) {
        if (const auto base = context.graph().stages[stage.index].baseStage)
            hasShell[stage.index] = hasShell[*base];
        for (const Instruction& instruction : stage.instructions) {
            if (instruction.as<Shell>() != nullptr)
                hasShell[stage.index] = 1;
            const Cmd* cmd = instruction.as<Cmd>();
            const Entrypoint* entrypoint = instruction.as<Entrypoint>();
            const Healthcheck* check = instruction.as<Healthcheck>();
            const CommandLine* command = cmd != nullptr ? &cmd->command
                : entrypoint != nullptr                 ? &entrypoint->command
                : check != nullptr && !check->none      ? &check->command
                                                        : nullptr;
            if (command == nullptr || !command->shellForm || command->arguments.empty() || !context.isBuilt(stage))
                continue;
            std::optional<Fix> fix = check != nullptr ? healthcheckAsJson(context, instruction)
                                                      : asJsonForm(context, instruction, hasCommand[stage.index] != 0);
            // With a SHELL of its own the script is not for /bin/sh.
            if (fix && fix->sameMeaning && hasShell[stage.index] != 0)
                fix.reset();
            context.report(rule, instruction, context.statementOf(instruction).arguments.back().range,
                fmt::format("A shell stands between Docker and this command: write {} in JSON form", instruction.name),
                std::move(fix));
        }
    }
}

void checkHasHealthcheck(LintContext& context, const RuleInfo& rule)
{
    const auto& stages = context.file().stages;
    const auto& nodes = context.graph().stages;
    std::vector<char> has(stages.size(), 0);
    for (const Stage& stage : stages) {
        const auto base = nodes[stage.index].baseStage;
        has[stage.index] = base ? has[*base] : 0;
        for (const Instruction& instruction : stage.instructions) {
            if (instruction.as<Healthcheck>() != nullptr)
                has[stage.index] = 1;
        }
    }
    // A stage that others build upon is well if one of those has it.
    for (std::size_t i = stages.size(); i-- > 0;) {
        if (const auto base = nodes[i].baseStage; base && has[i] != 0)
            has[*base] = 1;
    }
    for (const Stage& stage : stages) {
        if (has[stage.index] == 0 && context.isBuilt(stage))
            context.report(rule, stage.from, lineOf(context, stage.from),
                "Nothing tells whether what runs is well: the stage has no HEALTHCHECK");
    }
}

void checkNoMaintainer(LintContext& context, const RuleInfo& rule)
{
    forEach<Maintainer>(context, [&](const Stage&, const Instruction& instruction, const Maintainer& maintainer) {
        context.report(rule, instruction, lineOf(context, instruction),
            "MAINTAINER is out of use: a label says the same, and more", asLabel(context, instruction, maintainer));
    });
}

} // namespace darsena::dockerfile::lint_detail
