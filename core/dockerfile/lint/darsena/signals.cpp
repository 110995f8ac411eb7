// SPDX-License-Identifier: GPL-3.0-or-later
// What the shell form of ENTRYPOINT and CMD does when the container is told to stop, and to CMD's arguments.
#include "core/dockerfile/lint/darsena/rules.h"
#include "core/dockerfile/lint/edits.h"
#include "core/dockerfile/lint/exec_form.h"
#include "core/dockerfile/text.h"

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

/// Where "exec" goes, before the last command, so that it takes the shell's place; nullopt where another command may be
/// the last to run, or this one is the shell's own.
std::optional<std::uint32_t> placeOfExec(const shell::ParsedScript& parsed)
{
    const auto& items = parsed.script.items;
    const bool mayEndElsewhere = std::any_of(items.begin(), items.end(), [](const shell::ListItem& item) {
        return item.separator == shell::Separator::Or || item.separator == shell::Separator::Background;
    });
    const shell::Pipeline& pipeline = items.back().pipeline;
    const shell::Command& last = pipeline.commands.back();
    if (mayEndElsewhere || pipeline.commands.size() != 1 || pipeline.negated || last.kind != shell::Command::Kind::Simple
        || !last.assignments.empty() || last.program().empty() || !plainWords(last.program()) || !parsed.errors.empty())
        return std::nullopt;
    return last.words.front().range.begin;
}

Fix withExec(const std::string& program, std::uint32_t at)
{
    return {.description = fmt::format("Let exec put {} in the shell's place", program),
        .edits = {{.range = {at, at}, .replacement = "exec "}},
        .sameMeaning = false};
}

/// The program that a script ends with, which should hear the signals; nullopt if it does, or if there is none.
std::optional<std::string> programWithoutExec(const shell::ParsedScript& parsed)
{
    if (parsed.script.items.empty() || parsed.script.items.back().pipeline.commands.empty())
        return std::nullopt;
    std::string program = parsed.script.items.back().pipeline.commands.back().program();
    if (program == "exec")
        return std::nullopt;
    return program;
}

std::string signalMessage(const std::string& program)
{
    return fmt::format("The shell gets the signals, not {}: docker stop has to kill it",
        program.empty() ? "the program" : program);
}

/// ["sh", "-c", "script"]: the shell form in disguise.
void reportShellInJson(LintContext& context, const RuleInfo& rule, const Instruction& instruction, const CommandLine& command)
{
    const Statement& statement = context.statementOf(instruction);
    if (command.shellForm || command.arguments.size() < 3 || statement.arguments.size() != command.arguments.size())
        return;
    const std::string_view shellName = lastPathPart(command.arguments[0]);
    const std::string& option = command.arguments[1];
    if ((shellName != "sh" && shellName != "bash" && shellName != "dash" && shellName != "ash") || !option.starts_with('-')
        || !option.ends_with('c'))
        return;
    const std::string& text = command.arguments[2];
    const shell::ParsedScript parsed = shell::parseScript(text);
    const auto program = programWithoutExec(parsed);
    if (!program)
        return;
    std::optional<Fix> fix;
    if (const auto at = placeOfExec(parsed)) {
        // Only where the string in the file is the script letter by letter so far.
        const Range range = statement.arguments[2].range;
        const std::string_view written = context.file().document.source.slice(range).substr(1);
        if (written.starts_with(std::string_view(text).substr(0, *at)))
            fix = withExec(*program, range.begin + 1 + *at);
    }
    context.report(rule, instruction, statement.arguments[2].range, signalMessage(*program), std::move(fix));
}

} // namespace

void checkShellFormSignals(LintContext& context, const RuleInfo& rule)
{
    if (context.escape() != '\\')
        return;
    const std::vector<StartCommands> start = startCommands(context);
    const auto isStart = [&](const EvaluatedInstruction& entry) {
        const StartCommands& commands = start[entry.stage->index];
        return commands.entrypoint == entry.instruction
            || (commands.cmd == entry.instruction && commands.entrypoint == nullptr);
    };
    for (const EvaluatedInstruction& entry : context.evaluated()) {
        const Cmd* cmd = entry.instruction->as<Cmd>();
        const Entrypoint* entrypoint = entry.instruction->as<Entrypoint>();
        if ((cmd != nullptr || entrypoint != nullptr) && isStart(entry))
            reportShellInJson(context, rule, *entry.instruction, cmd != nullptr ? cmd->command : entrypoint->command);
    }
    for (const shell::EmbeddedScript& script : context.scripts()) {
        if ((script.instruction != "CMD" && script.instruction != "ENTRYPOINT")
            || script.interpreter.kind != shell::Interpreter::Kind::Shell)
            continue;
        const EvaluatedInstruction* entry = instructionOf(context, script);
        const auto program = entry != nullptr && isStart(*entry) ? programWithoutExec(script.parsed) : std::nullopt;
        if (!program)
            continue;
        const auto at = placeOfExec(script.parsed);
        context.report(rule, *entry->instruction, context.statementOf(*entry->instruction).arguments.front().range,
            signalMessage(*program),
            at ? std::optional(withExec(*program, script.text.source(*at))) : std::nullopt);
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
