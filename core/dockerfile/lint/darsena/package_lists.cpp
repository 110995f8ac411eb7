// SPDX-License-Identifier: GPL-3.0-or-later
// "RUN apt-get update" alone: the cache keeps its layer, and a later install works with lists that are out of date.
#include "core/dockerfile/lint/darsena/rules.h"
#include "core/dockerfile/text.h"

#include <array>

namespace darsena::dockerfile::lint_detail {

namespace {

using namespace std::string_view_literals;
using shell::Command;
using shell::EmbeddedScript;
using shell::ShellWord;

/// Commands that may stand beside "apt-get update" and install nothing from the lists.
constexpr std::array harmlessBesideUpdate {"add-apt-repository"sv, "apt-key"sv, "cat"sv, "chmod"sv, "cp"sv, "curl"sv, "dpkg"sv, "echo"sv,
    "export"sv, "gpg"sv, "install"sv, "mkdir"sv, "mv"sv, "printf"sv, "rm"sv, "sed"sv, "set"sv, "tee"sv, "true"sv, "wget"sv};

bool isAptCommand(const Command& command)
{
    const std::string program = command.program();
    return program == "apt-get" || program == "apt";
}

std::string aptAction(const Command& command)
{
    for (std::size_t i = 1; i < command.words.size(); ++i) {
        const std::string word = command.words[i].value();
        if (word == "-o" || word == "-c" || word == "-t")
            ++i;
        else if (!word.starts_with('-'))
            return word;
    }
    return {};
}

/// The command, if it is all that the script does with packages.
const Command* loneUpdate(const EmbeddedScript& script)
{
    const Command* update = nullptr;
    bool isLone = true;
    visitCommands(script.parsed.script, [&](const Command& command, const shell::Pipeline&) {
        if (command.kind != Command::Kind::Simple)
            return;
        const std::string program = command.program();
        if (isAptCommand(command) && aptAction(command) == "update")
            update = &command;
        else if (isAptCommand(command) ? aptAction(command) != "clean"
                                : std::find(harmlessBesideUpdate.begin(), harmlessBesideUpdate.end(), program) == harmlessBesideUpdate.end())
            isLone = false;
    });
    return isLone ? update : nullptr;
}

/// A row of commands joined by "&&" and nothing else.
bool joinsByAndOnly(const EmbeddedScript& script)
{
    const auto& items = script.parsed.script.items;
    return script.parsed.errors.empty() && !items.empty() && std::all_of(items.begin(), items.end(), [](const auto& item) {
        return item.separator == shell::Separator::And || item.separator == shell::Separator::End;
    });
}

/// Joins the RUN with the next, where the next installs.
std::optional<Fix> joinedWithNext(const LintContext& context, const EmbeddedScript& script, const EmbeddedScript* next)
{
    if (next == nullptr || next->statement != script.statement + 1 || next->stage != script.stage || script.heredoc
        || next->heredoc || !joinsByAndOnly(script) || !joinsByAndOnly(*next))
        return std::nullopt;
    bool installs = false;
    visitCommands(next->parsed.script, [&](const Command& command, const shell::Pipeline&) {
        installs = installs || (isAptCommand(command) && aptAction(command) == "install");
    });
    const Document& document = context.file().document;
    const Statement& first = document.statements[script.statement];
    const Statement& second = document.statements[next->statement];
    if (!installs || second.name != "run" || !second.flags.empty() || !first.flags.empty() || !second.commentsAbove.empty()
        || !second.heredocs.empty() || !first.heredocs.empty() || second.arguments.empty())
        return std::nullopt;
    // Nothing but white space may be lost.
    const Range between {first.range.end, second.keyword.range.begin};
    if (!trim(document.source.slice(between)).empty())
        return std::nullopt;
    const std::string lineBreak = document.source.slice(between).find('\r') != std::string_view::npos ? "\r\n" : "\n";
    return Fix {.description = "Join it with the RUN that installs",
        .edits = {{.range = {first.range.end, second.arguments.front().range.begin},
            .replacement = std::string(" && ") + context.escape() + lineBreak + "    "}},
        .sameMeaning = false};
}

} // namespace

void checkAptUpdateAlone(LintContext& context, const RuleInfo& rule)
{
    const auto& scripts = context.scripts();
    for (std::size_t i = 0; i < scripts.size(); ++i) {
        const EmbeddedScript& script = scripts[i];
        if (script.instruction != "RUN" || script.interpreter.kind != shell::Interpreter::Kind::Shell)
            continue;
        const Command* update = loneUpdate(script);
        const EvaluatedInstruction* entry = update != nullptr ? instructionOf(context, script) : nullptr;
        const Run* run = entry != nullptr ? entry->instruction->as<Run>() : nullptr;
        // With a cache mount the lists are somewhere else.
        if (run == nullptr || !run->mounts.empty())
            continue;
        context.report(rule, *entry->instruction, script.source(update->range),
            "The lists that this RUN fetches are cached: later installs work with old ones",
            joinedWithNext(context, script, i + 1 < scripts.size() ? &scripts[i + 1] : nullptr));
    }
}

} // namespace darsena::dockerfile::lint_detail
