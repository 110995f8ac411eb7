// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/heredocs.h"

#include "core/dockerfile/heredoc.h"
#include "core/dockerfile/text.h"

#include <algorithm>

namespace darsena::dockerfile::assist_detail {

namespace {

BodyLanguage languageOfProgram(std::string_view program)
{
    program.remove_prefix(std::min(program.rfind('/') + 1, program.size()));
    if (program.ends_with(".exe"))
        program.remove_suffix(4);
    if (program.starts_with("python") || program.starts_with("pypy"))
        return BodyLanguage::Python;
    if (program == "pwsh" || program == "powershell")
        return BodyLanguage::PowerShell;
    for (const std::string_view shell : {"sh", "bash", "dash", "ash", "ksh", "zsh"}) {
        if (program == shell)
            return BodyLanguage::Shell;
    }
    return BodyLanguage::Other;
}

/// The program of a "#!" line: what stands behind env, if that is what it names.
std::string_view shebangProgram(std::string_view content)
{
    std::string_view line
        = content.substr(2, content.find('\n') == std::string_view::npos ? content.size() : content.find('\n') - 2);
    std::string_view program;
    while (!line.empty()) {
        line = trimLeft(line);
        std::size_t end = 0;
        while (end < line.size() && spaceLength(line.substr(end)) == 0)
            ++end;
        program = line.substr(0, end);
        line.remove_prefix(end);
        if (!program.ends_with("/env") && !program.starts_with('-'))
            break;
    }
    return program;
}

BodyLanguage languageOfFile(std::string_view name)
{
    const std::string lowered = lower(name);
    const auto endsWith = [&](std::string_view end) { return lowered.ends_with(end); };
    if (endsWith(".json") || endsWith(".jsonc"))
        return BodyLanguage::Json;
    if (endsWith(".py"))
        return BodyLanguage::Python;
    if (endsWith(".ps1") || endsWith(".psm1"))
        return BodyLanguage::PowerShell;
    if (endsWith(".sh") || endsWith(".bash") || endsWith("/entrypoint") || endsWith(".bashrc") || endsWith(".profile"))
        return BodyLanguage::Shell;
    return BodyLanguage::Other;
}

/// Whether RUN has nothing but the heredoc: then it is the script.
bool isWholeCommand(const Statement& statement, const Heredoc& heredoc)
{
    const Statement& holder = heredocHolder(statement);
    if (holder.arguments.empty())
        return true;
    const auto only = heredocFromWord(trim(holder.arguments.front().text));
    return only && only->has_value() && heredoc.wordRange.begin == statement.heredocs.front().wordRange.begin;
}

/// The command that reads a heredoc.
struct HeredocCommand {
    std::string_view program;
    std::string_view target; ///< the file that it writes: "> file", "tee file"
};

HeredocCommand commandOf(const Statement& statement, const Heredoc& heredoc)
{
    const Statement& holder = heredocHolder(statement);
    const std::string_view line = statement.line.text();
    const std::size_t first = holder.arguments.empty() ? 0 : holder.arguments.front().logicalOffset;
    const std::size_t word = statement.line.offsetOf(heredoc.wordRange.begin);
    const std::size_t separator = word == 0 ? std::string_view::npos : line.find_last_of(";&|", word - 1);
    const std::size_t begin = separator == std::string_view::npos || separator < first ? first : separator + 1;
    const std::size_t end = line.find_first_of(";&|", statement.line.offsetOf(heredoc.wordRange.end));
    std::string_view rest
        = line.substr(std::min(begin, line.size()), end == std::string_view::npos ? end : end - begin);

    HeredocCommand command;
    bool targetFollows = false;
    while (!(rest = trimLeft(rest)).empty()) {
        std::string_view part = rest.substr(0, rest.find_first_of(" \t"));
        rest.remove_prefix(part.size());
        if (part.starts_with('>')) {
            part.remove_prefix(std::min(part.find_first_not_of('>'), part.size()));
            targetFollows = true;
            if (part.empty())
                continue;
        }
        const bool isOption = part.starts_with('-') || part.find("<<") != std::string_view::npos;
        const bool isPrefix
            = part.find('=') != std::string_view::npos || part == "exec" || part == "sudo" || part == "env";
        if (std::exchange(targetFollows, false))
            command.target = part;
        else if (command.program.empty() && !isOption && !isPrefix)
            command.program = part;
        else if (command.program == "tee" && command.target.empty() && !isOption)
            command.target = part;
    }
    while (command.target.starts_with('"') || command.target.starts_with('\''))
        command.target.remove_prefix(1);
    while (command.target.ends_with('"') || command.target.ends_with('\''))
        command.target.remove_suffix(1);
    return command;
}

} // namespace

const Statement& heredocHolder(const Statement& statement)
{
    return statement.trigger.empty() ? statement : statement.trigger.front();
}

BodyLanguage bodyLanguage(const Statement& statement, const Heredoc& heredoc)
{
    const Statement& holder = heredocHolder(statement);
    if (heredoc.content.starts_with("#!"))
        return languageOfProgram(shebangProgram(heredoc.content));
    if (holder.name != "run") {
        const std::string destination = holder.arguments.empty() ? std::string() : holder.arguments.back().text;
        const BodyLanguage byName = languageOfFile(heredoc.name);
        return byName != BodyLanguage::Other || destination.ends_with('/') ? byName : languageOfFile(destination);
    }
    if (isWholeCommand(statement, heredoc))
        return BodyLanguage::Shell;
    const HeredocCommand command = commandOf(statement, heredoc);
    const BodyLanguage byProgram = languageOfProgram(command.program);
    return byProgram != BodyLanguage::Other ? byProgram : languageOfFile(command.target);
}

bool isExecuted(const Statement& statement, const Heredoc& heredoc)
{
    return heredocHolder(statement).name == "run"
        && (isWholeCommand(statement, heredoc)
            || languageOfProgram(commandOf(statement, heredoc).program) != BodyLanguage::Other);
}

std::optional<NameReader> heredocReader(const Dockerfile&, const Statement& statement, const Heredoc& heredoc)
{
    if (heredocHolder(statement).name != "run")
        return heredoc.expand ? std::optional(NameReader::BuilderHeredoc) : std::nullopt;
    const bool isWhole = isWholeCommand(statement, heredoc);
    if (isExecuted(statement, heredoc) && bodyLanguage(statement, heredoc) == BodyLanguage::Shell) {
        // Unquoted, the outer shell puts in the values before the inner one reads them.
        return isWhole || !heredoc.expand ? NameReader::Shell : NameReader::ShellHeredoc;
    }
    // A heredoc that is all there is becomes a file; one that a command reads goes through the shell first.
    return heredoc.expand && !isWhole ? std::optional(NameReader::ShellHeredoc) : std::nullopt;
}

} // namespace darsena::dockerfile::assist_detail
