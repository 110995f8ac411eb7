// SPDX-License-Identifier: GPL-3.0-or-later
// What the shell form of ENTRYPOINT and CMD does when the container is told to stop, and to CMD's arguments.
#include "core/dockerfile/lint/darsena/rules.h"
#include "core/dockerfile/lint/edits.h"
#include "core/dockerfile/lint/exec_form.h"

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

/// The ENTRYPOINT and CMD that hold at the end of a stage.
struct StartCommands {
    const Instruction* entrypoint = nullptr;
    const Instruction* cmd = nullptr;
};

bool isShellFormCommand(const CommandLine& command)
{
    return command.shellForm && !command.arguments.empty();
}

std::vector<StartCommands> startCommands(const LintContext& context)
{
    std::vector<StartCommands> result(context.file().stages.size());
    for (const Stage& stage : context.file().stages) {
        StartCommands& own = result[stage.index];
        if (const auto base = context.graph().stages[stage.index].baseStage)
            own = result[*base];
        bool hasOwnCmd = false;
        for (const Instruction& instruction : stage.instructions) {
            if (instruction.as<Cmd>() != nullptr) {
                own.cmd = &instruction;
                hasOwnCmd = true;
            } else if (instruction.as<Entrypoint>() != nullptr) {
                own.entrypoint = &instruction;
                // An ENTRYPOINT clears the CMD that comes from the base.
                if (!hasOwnCmd)
                    own.cmd = nullptr;
            }
        }
    }
    return result;
}

/// "exec" before the last command, so that it takes the shell's place; nullopt where another one may be the last.
std::optional<Fix> execBefore(const shell::EmbeddedScript& script, const shell::Command& last)
{
    for (const shell::ListItem& item : script.parsed.script.items) {
        if (item.separator == shell::Separator::Or || item.separator == shell::Separator::Background)
            return std::nullopt;
    }
    const shell::Pipeline& pipeline = script.parsed.script.items.back().pipeline;
    const std::string program = last.program();
    if (pipeline.commands.size() != 1 || pipeline.negated || last.kind != shell::Command::Kind::Simple
        || !last.assignments.empty() || program.empty() || !plainWords(program) || !script.parsed.errors.empty())
        return std::nullopt;
    const std::uint32_t at = script.source(last.words.front().range).begin;
    return Fix {.description = fmt::format("Let exec put {} in the shell's place", program),
        .edits = {{.range = {at, at}, .replacement = "exec "}},
        .sameMeaning = false};
}

} // namespace

void checkShellFormSignals(LintContext& context, const RuleInfo& rule)
{
    const std::vector<StartCommands> start = startCommands(context);
    for (const shell::EmbeddedScript& script : context.scripts()) {
        const EvaluatedInstruction* entry = instructionOf(context, script);
        if (entry == nullptr || script.heredoc || script.interpreter.kind != shell::Interpreter::Kind::Shell
            || context.escape() != '\\' || script.parsed.script.items.empty())
            continue;
        const StartCommands& commands = start[entry->stage->index];
        const bool isStart = commands.entrypoint == entry->instruction
            || (commands.cmd == entry->instruction && commands.entrypoint == nullptr);
        const auto& pipeline = script.parsed.script.items.back().pipeline;
        if (!isStart || pipeline.commands.empty())
            continue;
        const shell::Command& last = pipeline.commands.back();
        if (last.program() == "exec")
            continue;
        const std::string program = last.program();
        context.report(rule, *entry->instruction, context.statementOf(*entry->instruction).arguments.front().range,
            fmt::format("The shell gets the signals, not {}: docker stop has to kill it",
                program.empty() ? "the program" : program),
            execBefore(script, last));
    }
}

void checkIgnoredCmd(LintContext& context, const RuleInfo& rule)
{
    const std::vector<StartCommands> start = startCommands(context);
    for (const Stage& stage : context.file().stages) {
        const StartCommands& commands = start[stage.index];
        if (commands.cmd == nullptr || commands.entrypoint == nullptr || !context.isBuilt(stage)
            || !isShellFormCommand(commands.entrypoint->as<Entrypoint>()->command))
            continue;
        const CommandLine& cmd = commands.cmd->as<Cmd>()->command;
        // Both from the base stage: told there. And an empty CMD is meant to be nothing.
        const bool isOwn = commands.cmd->statement > stage.from.statement;
        if (!isOwn || cmd.arguments.empty())
            continue;
        const Statement& entrypoint = context.statementOf(*commands.entrypoint);
        std::optional<Fix> fix;
        const auto words = plainWords(commands.entrypoint->as<Entrypoint>()->command.arguments.front());
        if (words && !cmd.shellForm && commands.entrypoint->statement > stage.from.statement && context.escape() == '\\'
            && !holdsComment(context.file().document, entrypoint.arguments.front().range)) {
            if (auto json = jsonArrayOf(*words))
                fix = Fix {.description = "Write ENTRYPOINT in JSON form",
                    .edits = {{.range = entrypoint.arguments.front().range, .replacement = std::move(*json)}},
                    .sameMeaning = false};
        }
        const Statement& statement = context.statementOf(*commands.cmd);
        context.report(rule, *commands.cmd, {statement.keyword.range.begin, statement.range.end},
            fmt::format("CMD has no effect: the ENTRYPOINT of line {} is in shell form and takes no arguments",
                commands.entrypoint->firstLine),
            std::move(fix));
    }
}

} // namespace darsena::dockerfile::lint_detail
