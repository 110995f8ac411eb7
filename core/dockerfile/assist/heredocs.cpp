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
    if (holder.arguments.empty())
        return BodyLanguage::Shell;
    std::string_view line = trim(holder.arguments.front().text);
    if (const auto only = heredocFromWord(line); only && only->has_value())
        return BodyLanguage::Shell;
    // `python3 - <<EOF`: the last command before the heredoc reads it.
    const std::size_t end = line.find("<<");
    line = line.substr(0, end);
    const std::size_t separator = line.find_last_of(";&|");
    line = trimLeft(separator == std::string_view::npos ? line : line.substr(separator + 1));
    return languageOfProgram(line.substr(0, line.find_first_of(" \t")));
}

std::optional<NameReader> heredocReader(const Dockerfile&, const Statement& statement, const Heredoc& heredoc)
{
    const Statement& holder = heredocHolder(statement);
    if (holder.name != "run")
        return heredoc.expand ? std::optional(NameReader::BuilderHeredoc) : std::nullopt;
    if (bodyLanguage(statement, heredoc) == BodyLanguage::Shell)
        return NameReader::Shell;
    // A heredoc that is all there is becomes a file; one that a command reads goes through the shell first.
    const std::string_view line = holder.arguments.empty() ? std::string_view() : trim(holder.arguments.front().text);
    const auto only = heredocFromWord(line);
    const bool isFile = only && only->has_value();
    return heredoc.expand && !isFile ? std::optional(NameReader::ShellHeredoc) : std::nullopt;
}

} // namespace darsena::dockerfile::assist_detail
