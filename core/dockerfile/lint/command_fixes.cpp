// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/command_fixes.h"

#include "core/dockerfile/lint/edits.h"
#include "core/dockerfile/lint/exec_form.h"
#include "core/dockerfile/text.h"

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

/// In double quotes, as LABEL takes it and nothing in it is a variable.
std::string asQuotedValue(std::string_view value)
{
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'')
        && value.find(value.front(), 1) == value.size() - 1)
        return std::string(value);
    if (value.find_first_of(" \t\"'\\$") == std::string_view::npos)
        return std::string(value);
    std::string result = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\' || c == '$')
            result += '\\';
        result += c;
    }
    return result + '"';
}

} // namespace

Range lineOf(const LintContext& context, const Instruction& instruction)
{
    const Statement& statement = context.statementOf(instruction);
    const auto end = static_cast<std::uint32_t>(statement.line.text().size());
    return {statement.keyword.range.begin, std::max(statement.keyword.range.end, statement.line.source(0, end).end)};
}

std::optional<Fix> asJsonForm(const LintContext& context, const Instruction& instruction, bool hasCommand)
{
    const Statement& statement = context.statementOf(instruction);
    if (statement.arguments.size() != 1 || context.escape() != '\\')
        return std::nullopt;
    const Word& script = statement.arguments.front();
    // "[" alone is the program test; anything else was to be JSON, and is for its author, or another rule, to mend.
    if (script.text.starts_with('[') && !script.text.starts_with("[ "))
        return std::nullopt;
    const auto form = execForm(script.text);
    if (!form || holdsComment(context.file().document, script.range))
        return std::nullopt;
    // In shell form an ENTRYPOINT takes no arguments; in JSON form a CMD would become some.
    if (form->plain && instruction.as<Entrypoint>() != nullptr && hasCommand)
        return std::nullopt;
    auto array = jsonArrayOf(form->arguments);
    if (!array)
        return std::nullopt;
    return Fix {.description = form->plain ? "Write the JSON form" : "Write the JSON form, with the shell in it",
        .edits = {{.range = script.range, .replacement = std::move(*array)}},
        .sameMeaning = !form->plain};
}

std::optional<Fix> asAbsolutePath(const LintContext& context, const Word& path)
{
    const std::string& text = path.text;
    if (text.find('\\') != std::string::npos || text.find(':') != std::string::npos)
        return std::nullopt;
    const std::uint32_t quote = text.starts_with('"') || text.starts_with('\'') ? 1 : 0;
    std::uint32_t dots = 0;
    while (text.compare(quote + dots, 2, "./") == 0)
        dots += 2;
    if (text.compare(quote + dots, std::string::npos, ".") == 0)
        ++dots;
    const std::uint32_t begin = path.range.begin + quote;
    const std::string_view written = context.file().document.source.slice(path.range);
    // A continuation may stand between.
    if (!written.starts_with(std::string_view(text).substr(0, quote + dots)))
        return std::nullopt;
    return Fix {.description = "Make the path absolute",
        .edits = {{.range = {begin, begin + dots}, .replacement = "/"}},
        .sameMeaning = false};
}

std::vector<char> stagesWithCommand(const LintContext& context)
{
    std::vector<char> result(context.file().stages.size(), 0);
    for (const Stage& stage : context.file().stages) {
        const auto base = context.graph().stages[stage.index].baseStage;
        result[stage.index] = base ? result[*base] : 0;
        for (const Instruction& instruction : stage.instructions) {
            if (instruction.as<Cmd>() != nullptr)
                result[stage.index] = 1;
        }
    }
    return result;
}

Fix asLabel(const LintContext& context, const Instruction& instruction, const Maintainer& maintainer)
{
    const bool isLower = context.keywordOf(instruction) == lower(context.keywordOf(instruction));
    std::string label = fmt::format(
        "{} org.opencontainers.image.authors={}", isLower ? "label" : "LABEL", asQuotedValue(maintainer.name.text));
    return {.description = "Use a label",
        .edits = {{.range = lineOf(context, instruction), .replacement = std::move(label)}}};
}

Fix withoutPlatform(const LintContext& context, const Stage& stage, bool sameMeaning)
{
    const Word& flag = context.statementOf(stage.from).flags.front();
    return {.description = "Remove --platform",
        .edits = {removeFlag(context.file().document.source, flag)},
        .sameMeaning = sameMeaning};
}

} // namespace darsena::dockerfile::lint_detail
