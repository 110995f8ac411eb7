// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/hadolint/run_edits.h"

#include "core/dockerfile/lint/edits.h"
#include "core/dockerfile/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

std::string_view indentOf(const SourceText& source, std::uint32_t line)
{
    const std::string_view text = source.slice(source.lineRange(line));
    return text.substr(0, std::min(text.find_first_not_of(" \t"), text.size()));
}

/// Whether nothing but the sign that the line goes on stands between a place and the end of its line.
bool endsLine(const LintContext& context, std::uint32_t at)
{
    const SourceText& source = context.file().document.source;
    const std::string_view rest = source.slice({at, source.lineRange(source.lineOf(at)).end});
    return std::all_of(
        rest.begin(), rest.end(), [&](char c) { return c == ' ' || c == '\t' || c == context.escape(); });
}

/// What joins a command to the line before it, in the manner of the lines from `first` to `last`.
std::string continuation(const LintContext& context, std::uint32_t first, std::uint32_t last)
{
    const SourceText& source = context.file().document.source;
    std::string_view indent = indentOf(source, last);
    for (std::uint32_t line = last; line > first; --line) {
        const std::string_view own = indentOf(source, line);
        if (source.slice(source.lineRange(line)).substr(own.size()).starts_with("&&")) {
            indent = own;
            break;
        }
    }
    return fmt::format(" {}{}{}&& ", context.escape(), lineBreakAt(source, source.lineRange(last).begin), indent);
}

} // namespace

TextEdit addArgument(const RunCommand& command, Range behind, std::string_view argument)
{
    return {.range = {behind.end, behind.end},
        .replacement = command.script != nullptr ? fmt::format(" {}", argument) : fmt::format(", \"{}\"", argument)};
}

std::optional<TextEdit> runAfter(const LintContext& context, const RunCommand& last, std::string_view what)
{
    if (last.command == nullptr)
        return std::nullopt;
    const shell::EmbeddedScript& script = *last.script;
    const bool isBroken = std::any_of(script.parsed.errors.begin(), script.parsed.errors.end(),
        [](const shell::ParseError& error) { return error.fatal; });
    const auto& items = script.parsed.script.items;
    const auto item = std::find_if(items.begin(), items.end(),
        [&](const shell::ListItem& each) { return each.pipeline.range.end >= last.command->range.end; });
    if (isBroken || item == items.end())
        return std::nullopt;
    const shell::Pipeline& pipeline = item->pipeline;
    const std::string_view text
        = std::string_view(script.text.text()).substr(pipeline.range.begin, pipeline.range.end - pipeline.range.begin);
    const bool isDefined = std::any_of(pipeline.commands.begin(), pipeline.commands.end(),
        [](const shell::Command& command) { return command.kind == shell::Command::Kind::Function; });
    // The text of a here-document follows the line, and what runs in the background may not be over.
    if (isDefined || pipeline.negated || item->separator == shell::Separator::Background
        || text.find("<<") != std::string_view::npos)
        return std::nullopt;
    const SourceText& source = context.file().document.source;
    const std::uint32_t at = script.source(pipeline.range).end;
    const std::uint32_t line = source.lineOf(at);
    const std::uint32_t firstLine = source.lineOf(last.run->statement->keyword.range.begin);
    std::string glue = " && ";
    if (item->separator == shell::Separator::Sequence) {
        // Under "set -e" a failure counts only where it is the last of its chain.
        const std::string_view separator
            = std::string_view(script.text.text())
                  .substr(item->separatorRange.begin, item->separatorRange.end - item->separatorRange.begin);
        glue = separator.find(';') != std::string_view::npos ? std::string("; ")
                                                             : lineBreakAt(source, at)
                + std::string(indentOf(source, source.lineOf(script.source(pipeline.range).begin)));
    } else if (!script.heredoc && line > firstLine && endsLine(context, at)) {
        glue = continuation(context, firstLine, line);
    }
    const bool asRoot = last.command->program() == "sudo";
    return TextEdit {.range = {at, at}, .replacement = fmt::format("{}{}{}", glue, asRoot ? "sudo " : "", what)};
}

std::optional<TextEdit> instructionBefore(
    const LintContext& context, const RunInstruction& run, std::string_view instruction)
{
    if (run.isTrigger())
        return std::nullopt;
    return insertLineBefore(context.file().document.source, *run.statement, instruction);
}

} // namespace darsena::dockerfile::lint_detail
