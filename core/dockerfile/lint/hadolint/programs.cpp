// SPDX-License-Identifier: GPL-3.0-or-later
// DL rules on single programs: cd, sudo, useradd, wget, curl, ln, and those that have no place in a build.
#include "core/dockerfile/lint/edits.h"
#include "core/dockerfile/lint/hadolint/commands.h"
#include "core/dockerfile/lint/hadolint/run_edits.h"
#include "core/dockerfile/lint/hadolint/run_rules.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

bool isPlainFolder(std::string_view path)
{
    return path.starts_with('/') && path.find_first_of(" \t\"'\\$`<[]*?") == std::string_view::npos;
}

/// A keyword of an instruction that is added, in the case of the one that is there.
std::string_view inCaseOf(const RunInstruction& run, std::string_view upperCase, std::string_view lowerCase)
{
    return run.statement->keyword.text == "run" ? lowerCase : upperCase;
}

/// The working folder around a RUN.
struct FolderAround {
    const std::string* before = nullptr; ///< WORKDIR's words, if the stage has set one
    bool matters = true; ///< an instruction that may depend on it comes before the next absolute WORKDIR
    bool isUsed = false; ///< one does for certain
};

bool isRelativePath(std::string_view path)
{
    path.remove_prefix(std::min(path.find_first_not_of("\"'"), path.size()));
    return !path.starts_with('/') && !path.starts_with('$');
}

/// By statement, of the RUN instructions.
std::map<std::size_t, FolderAround> foldersAround(const LintContext& context)
{
    std::map<std::size_t, FolderAround> result;
    std::vector<const std::string*> last(context.file().stages.size(), nullptr);
    for (const Stage& stage : context.file().stages) {
        const auto base = context.graph().stages[stage.index].baseStage;
        const std::string*& folder = last[stage.index];
        folder = base ? last[*base] : nullptr;
        for (const Instruction& instruction : stage.instructions) {
            if (const Workdir* workdir = instruction.as<Workdir>())
                folder = &workdir->path.text;
            else if (instruction.as<Run>() != nullptr)
                result[instruction.statement].before = folder;
        }
        FolderAround after;
        for (auto it = stage.instructions.rbegin(); it != stage.instructions.rend(); ++it) {
            if (const Workdir* workdir = it->as<Workdir>()) {
                after.matters = after.isUsed = isRelativePath(workdir->path.text);
                continue;
            }
            if (it->as<Run>() != nullptr) {
                FolderAround& around = result[it->statement];
                around.matters = after.matters;
                around.isUsed = after.isUsed;
                after.matters = true;
            }
            const Copy* copy = it->as<Copy>();
            const Add* add = it->as<Add>();
            if (copy != nullptr || add != nullptr) {
                const Word& destination = copy != nullptr ? copy->paths.destination : add->paths.destination;
                after.isUsed = after.isUsed || isRelativePath(destination.text);
                after.matters = after.matters || isRelativePath(destination.text);
            }
            if (it->as<Cmd>() != nullptr || it->as<Entrypoint>() != nullptr || it->as<Healthcheck>() != nullptr)
                after.matters = true;
        }
    }
    return result;
}

/// "RUN cd /x && make" as "WORKDIR /x" and "RUN make", and where that matters back to the folder before.
std::optional<Fix> asWorkdir(const LintContext& context, const RunCommand& command, const FolderAround& around)
{
    const RunInstruction& run = *command.run;
    if (command.script == nullptr || command.script->heredoc || run.scripts.size() != 1 || run.isTrigger()
        || command.arguments.size() != 1 || !command.arguments.front().plain
        || !isPlainFolder(command.arguments.front().text))
        return std::nullopt;
    const std::string& folder = command.arguments.front().text;
    const auto& items = command.script->parsed.script.items;
    const bool isFirst = items.size() > 1 && items.front().separator == shell::Separator::And
        && items.front().pipeline.commands.size() == 1 && &items.front().pipeline.commands.front() == command.command
        && command.command->redirections.empty() && command.command->assignments.empty();
    const bool goesBack = around.matters && around.before != nullptr;
    if (!isFirst || (goesBack ? !isPlainFolder(*around.before) : around.isUsed))
        return std::nullopt;
    const SourceText& source = context.file().document.source;
    const Range removed {command.programRange.begin, command.script->source(items[1].pipeline.range).begin};
    if (holdsComment(context.file().document, removed))
        return std::nullopt;
    Fix fix {.description = "Use WORKDIR", .edits = {}, .sameMeaning = false};
    const std::string_view keyword = inCaseOf(run, "WORKDIR", "workdir");
    const bool isThere = goesBack && *around.before == folder;
    if (!isThere)
        fix.edits.push_back(insertLineBefore(source, *run.statement, fmt::format("{} {}", keyword, folder)));
    fix.edits.push_back({.range = removed, .replacement = ""});
    if (goesBack && !isThere) {
        const std::uint32_t end = run.statement->range.end;
        fix.edits.push_back({.range = {end, end},
            .replacement = fmt::format("{}{} {}", lineBreakAt(source, end), keyword, *around.before)});
    }
    return fix;
}

/// The command without sudo, where sudo has no options, and neither the stage nor, as far as one can tell, its image
/// has a USER: the official ones, whose names have no slash, have none.
std::optional<Fix> withoutSudo(const LintContext& context, const RunCommand& command, std::uint32_t firstUser)
{
    if (command.script == nullptr || command.arguments.empty() || command.arguments.front().isFlag()
        || command.arguments.front().text.find('=') != std::string::npos
        || context.graph().stages[command.run->stage->index].baseStage || firstUser < command.programRange.begin
        || rootImage(context, *command.run->stage).find('/') != std::string::npos)
        return std::nullopt;
    return Fix {.description = "Remove sudo",
        .edits = {{.range = {command.programRange.begin, command.arguments.front().range.begin}, .replacement = ""}},
        .sameMeaning = false};
}

/// The number that useradd is to give, if it is written out; empty otherwise.
std::string_view userNumber(const RunCommand& command)
{
    for (std::size_t i = 0; i < command.arguments.size(); ++i) {
        const Argument& argument = command.arguments[i];
        const std::string_view letters = argument.shortFlags();
        if (argument.longFlag() == "uid" && argument.text.find('=') != std::string::npos)
            return std::string_view(argument.text).substr(6);
        if (letters.size() > 1 && letters.front() == 'u')
            return letters.substr(1);
        if ((argument.longFlag() == "uid" || letters.ends_with('u')) && i + 1 < command.arguments.size())
            return command.arguments[i + 1].text;
    }
    return {};
}

/// The RUN does nothing but link a shell: the shell; empty otherwise.
std::string linkedShell(const RunCommand& link)
{
    const RunInstruction& run = *link.run;
    const bool isAlone = link.script != nullptr && !run.isTrigger() && run.statement->heredocs.empty()
        && std::all_of(run.commands.begin(), run.commands.end(), [&](const RunCommand& command) {
               return &command == &link || (command.program == "rm" && command.has({"/bin/sh"}));
           });
    if (!isAlone || run.commandCount != run.commands.size() || link.command->kind != shell::Command::Kind::Simple)
        return {};
    const auto words = link.operands("", {"t", "target-directory", "S", "suffix"});
    if (words.size() != 2 || words[1]->text != "/bin/sh" || !words[0]->plain)
        return {};
    const std::string& shell = words[0]->text;
    if (shell.find('/') == std::string::npos)
        return "/bin/" + shell;
    return isPlainFolder(shell) ? shell : std::string();
}

} // namespace

void checkPointlessCommands(LintContext& context, const RuleInfo& rule)
{
    forEachCommand(context, {"free", "ifconfig", "kill", "mount", "ps", "service", "shutdown", "ssh", "top", "vim"},
        [&](const RunCommand& command) {
            // Whoever hands an agent over means it.
            if (command.program == "ssh" && command.run->hasMount("ssh"))
                return;
            reportRun(context, rule, *command.run, command.programRange,
                fmt::format("{} does nothing useful while an image is built", command.program));
        });
}

void checkChangedFolder(LintContext& context, const RuleInfo& rule)
{
    std::optional<std::map<std::size_t, FolderAround>> folders;
    forEachCommand(context, {"cd"}, [&](const RunCommand& command) {
        if (command.inSubshell)
            return;
        if (!folders)
            folders = foldersAround(context);
        const auto& statements = context.file().document.statements;
        const auto around = folders->find(static_cast<std::size_t>(command.run->holder - statements.data()));
        reportRun(context, rule, *command.run, command.range(),
            "WORKDIR changes the folder, for this and for all that follows",
            around != folders->end() ? asWorkdir(context, command, around->second) : std::nullopt);
    });
}

void checkSudo(LintContext& context, const RuleInfo& rule)
{
    const Stage* stage = nullptr;
    std::uint32_t firstUser = 0;
    forEachCommand(context, {"sudo"}, [&](const RunCommand& command) {
        if (std::exchange(stage, command.run->stage) != command.run->stage) {
            const auto user = std::find_if(stage->instructions.begin(), stage->instructions.end(),
                [](const Instruction& instruction) { return instruction.as<User>() != nullptr; });
            firstUser
                = user == stage->instructions.end() ? std::numeric_limits<std::uint32_t>::max() : user->range.begin;
        }
        reportRun(context, rule, *command.run, command.programRange,
            "A build runs as root unless USER says otherwise: no need for sudo",
            withoutSudo(context, command, firstUser));
    });
}

void checkUserLog(LintContext& context, const RuleInfo& rule)
{
    forEachCommand(context, {"useradd"}, [&](const RunCommand& command) {
        const std::string_view number = userNumber(command);
        const bool isHigh = number.size() > 5
            && std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (!isHigh || command.hasFlag({"l", "no-log-init"}))
            return;
        reportRun(context, rule, *command.run, command.range(),
            fmt::format("A user number as high as {} makes log files that fill the image: add -l", number),
            Fix {.description = "Add -l",
                .edits = {addArgument(command, command.programRange, "-l")},
                .sameMeaning = false});
    });
}

void checkWgetProgress(LintContext& context, const RuleInfo& rule)
{
    forEachCommand(context, {"wget"}, [&](const RunCommand& command) {
        if (command.hasFlag({"progress", "q", "quiet", "o", "output-file", "a", "append-output", "no-verbose"})
            || command.has({"-nv"}))
            return;
        const std::string_view option = isBusyBox(context, *command.run->stage) ? "-q" : "--progress=dot:giga";
        reportRun(context, rule, *command.run, command.programRange,
            fmt::format("wget writes its progress to the log: add {}", option),
            Fix {.description = fmt::format("Add {}", option),
                .edits = {addArgument(command, command.programRange, option)},
                .sameMeaning = false});
    });
}

void checkTwoDownloaders(LintContext& context, const RuleInfo& rule)
{
    const auto& byProgram = context.runs().byProgram;
    const auto wget = byProgram.find("wget");
    const auto curl = byProgram.find("curl");
    if (wget == byProgram.end() || curl == byProgram.end())
        return;
    std::vector<const RunCommand*> all = wget->second;
    all.insert(all.end(), curl->second.begin(), curl->second.end());
    std::sort(all.begin(), all.end(),
        [](const RunCommand* a, const RunCommand* b) { return a->programRange.begin < b->programRange.begin; });
    const Stage* stage = nullptr;
    std::string_view first;
    bool hasBoth = false;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const RunCommand& command = *all[i];
        if (std::exchange(stage, command.run->stage) != command.run->stage) {
            first = command.program;
            hasBoth = false;
        }
        hasBoth = hasBoth || command.program != first;
        // Once for each RUN.
        const bool isLastOfRun = i + 1 == all.size() || all[i + 1]->run != command.run;
        if (hasBoth && isLastOfRun)
            reportRun(context, rule, *command.run, command.programRange,
                "This stage needs both wget and curl: one of them will do");
    }
}

void checkLinkedShell(LintContext& context, const RuleInfo& rule)
{
    forEachCommand(context, {"ln"}, [&](const RunCommand& command) {
        if (!command.has({"/bin/sh"}))
            return;
        const RunInstruction& run = *command.run;
        std::optional<Fix> fix;
        if (const std::string shell = linkedShell(command);
            !shell.empty() && !holdsComment(context.file().document, run.statement->range))
            fix = Fix {.description = "Use SHELL",
                .edits = {{.range = run.statement->range,
                    .replacement = fmt::format("{} [\"{}\", \"-c\"]", inCaseOf(run, "SHELL", "shell"), shell)}},
                .sameMeaning = false};
        reportRun(context, rule, run, command.range(),
            "SHELL chooses the shell of the instructions that follow, without changing the image", std::move(fix));
    });
}

} // namespace darsena::dockerfile::lint_detail
