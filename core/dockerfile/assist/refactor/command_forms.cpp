// SPDX-License-Identifier: GPL-3.0-or-later
// The shell form and the exec form of RUN, CMD, ENTRYPOINT and HEALTHCHECK.
#include "core/dockerfile/assist/refactor/place.h"
#include "core/dockerfile/format/shell_layout.h"
#include "core/dockerfile/lint/edits.h"
#include "core/dockerfile/lint/exec_form.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <array>

namespace darsena::dockerfile::refactor_detail {

namespace {

using namespace std::string_view_literals;

/// The command of an instruction, and where it stands.
struct CommandPlace {
    const CommandLine* command = nullptr;
    Range range;
};

std::optional<CommandPlace> commandOf(const RefactorPlace& place, const Selected& selected)
{
    const Instruction& instruction = *selected.instruction;
    const Statement& statement = *selected.statement;
    if (const Run* run = instruction.as<Run>(); run != nullptr && run->heredocs.empty())
        return CommandPlace {.command = &run->command, .range = place.argumentsOf(statement)};
    if (const Cmd* cmd = instruction.as<Cmd>())
        return CommandPlace {.command = &cmd->command, .range = place.argumentsOf(statement)};
    if (const Entrypoint* entrypoint = instruction.as<Entrypoint>())
        return CommandPlace {.command = &entrypoint->command, .range = place.argumentsOf(statement)};
    if (const Healthcheck* health = instruction.as<Healthcheck>();
        health != nullptr && !health->none && !statement.arguments.empty())
        return CommandPlace {.command = &health->command, .range = place.argumentsOf(statement, &statement.arguments.front())};
    return std::nullopt;
}

/// A command in its other form; comments between its lines go above the instruction.
Refactoring rewritten(const RefactorPlace& place, const Selected& selected, Range range, std::string text)
{
    Refactoring result {.id = {}, .title = {}, .edits = {{.range = range, .replacement = std::move(text)}}};
    std::string comments;
    for (const std::string& comment : place.commentsIn(selected.statement->range))
        comments += comment + place.lineBreak();
    const std::uint32_t begin = selected.statement->range.begin;
    if (!comments.empty())
        result.edits.push_back({.range = {begin, begin}, .replacement = comments});
    return result;
}

bool isPosixShell(const std::vector<std::string>& shell)
{
    constexpr std::array names {"sh"sv, "bash"sv, "dash"sv, "ash"sv, "ksh"sv, "zsh"sv};
    const std::string_view program = shell.empty() ? std::string_view() : std::string_view(shell.front());
    return std::find(names.begin(), names.end(), program.substr(program.rfind('/') + 1)) != names.end();
}

/// A word as a shell reads it.
std::string shellQuoted(std::string_view word, bool always = false)
{
    const bool plain = !always && !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "_./:@%+,-"sv.find(c) != std::string_view::npos;
    });
    if (plain)
        return std::string(word);
    std::string result = "'";
    for (const char c : word)
        result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result + "'";
}

/// Whether a shell makes these arguments, and nothing else, of a text.
bool readsAs(const std::string& text, const std::vector<std::string>& arguments)
{
    const shell::ParsedScript parsed = shell::parseScript(text);
    if (!parsed.errors.empty() || parsed.script.items.size() != 1
        || parsed.script.items.front().pipeline.commands.size() != 1 || parsed.script.items.front().pipeline.negated)
        return false;
    const shell::Command& command = parsed.script.items.front().pipeline.commands.front();
    return command.kind == shell::Command::Kind::Simple && command.assignments.empty()
        && std::equal(command.words.begin(), command.words.end(), arguments.begin(), arguments.end(),
            [](const shell::ShellWord& word, const std::string& argument) { return word.literal() == argument; });
}

/// The command line that gives a program these arguments; nullopt if there is none in one line.
std::optional<std::string> commandLine(const std::vector<std::string>& arguments)
{
    // Quotes keep a first word from being a keyword.
    for (const bool quoteFirst : {false, true}) {
        std::string text;
        for (const std::string& argument : arguments)
            text += text.empty() ? shellQuoted(argument, quoteFirst) : " " + shellQuoted(argument);
        if (arguments.empty() || text.find('\n') != std::string::npos || text.find('\0') != std::string::npos)
            return std::nullopt;
        if (readsAs(text, arguments))
            return text;
    }
    return std::nullopt;
}

} // namespace

void offerExecForm(const RefactorPlace& place, Offers& offers)
{
    const Selected* selected = place.only();
    const auto found = selected != nullptr ? commandOf(place, *selected) : std::nullopt;
    const auto shell = found ? place.shellAt(*selected) : std::nullopt;
    if (!found || !shell || !found->command->shellForm || found->command->arguments.size() != 1)
        return;
    const std::string& script = found->command->arguments.front();
    const auto offer = [&](std::string title, const std::vector<std::string>& arguments) {
        const auto json = lint_detail::jsonArrayOf(arguments);
        if (!json)
            return;
        Refactoring result = rewritten(place, *selected, found->range, *json);
        result.id = "to-exec-form";
        result.title = std::move(title);
        offers.push_back(std::move(result));
    };
    if (isPosixShell(*shell)) {
        if (const auto words = lint_detail::plainWords(script))
            offer("Write in exec form: no shell runs it", *words);
    }
    std::vector<std::string> arguments = *shell;
    arguments.push_back(isPosixShell(*shell) ? format_detail::withoutLayout(trim(script)) : script);
    offer("Write in exec form, with the shell in it", arguments);
}

void offerShellForm(const RefactorPlace& place, Offers& offers)
{
    const Selected* selected = place.only();
    const auto found = selected != nullptr ? commandOf(place, *selected) : std::nullopt;
    const auto shell = found ? place.shellAt(*selected) : std::nullopt;
    if (!found || !shell || found->command->shellForm || !selected->statement->trigger.empty())
        return;
    const std::vector<std::string>& arguments = found->command->arguments;
    const bool namesTheShell = arguments.size() == shell->size() + 1
        && std::equal(shell->begin(), shell->end(), arguments.begin());
    std::optional<std::string> script;
    if (namesTheShell)
        script = arguments.back();
    else if (isPosixShell(*shell))
        script = commandLine(arguments);
    if (!script || script->empty())
        return;
    Refactoring result = rewritten(place, *selected, found->range, *script);
    result.id = "to-shell-form";
    result.title = namesTheShell ? "Write in shell form, without naming the shell" : "Write in shell form: a shell runs it";
    // The line may read otherwise as part of a Dockerfile: as JSON, as a flag, with a heredoc.
    const Dockerfile after = readDockerfile(applyFix(place.source().text(), Fix {.description = {}, .edits = result.edits}));
    if (after.document.statements.size() != place.file().document.statements.size())
        return;
    const Statement& statement = after.document.statements[selected->instruction->statement];
    if (statement.arguments.empty() || statement.jsonForm || !statement.heredocs.empty() || statement.arguments.back().text != *script
        || statement.flags.size() != selected->statement->flags.size())
        return;
    offers.push_back(std::move(result));
}

} // namespace darsena::dockerfile::refactor_detail
