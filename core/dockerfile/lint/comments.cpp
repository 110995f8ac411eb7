// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/context.h"
#include "core/dockerfile/lint/edits.h"
#include "core/dockerfile/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

void checkEmptyContinuation(LintContext& context, const RuleInfo& rule)
{
    const SourceText& source = context.file().document.source;
    for (const Statement& statement : context.file().document.statements) {
        if (statement.emptyLines.empty())
            continue;
        Fix fix {.description = "Remove the empty lines", .edits = {}};
        for (const Range& line : statement.emptyLines)
            fix.edits.push_back({.range = wholeLine(source, line.begin), .replacement = ""});
        // BuildKit names the instruction's last line, heredocs not counted.
        const auto end = static_cast<std::uint32_t>(statement.line.text().size());
        const std::uint32_t last
            = statement.heredocs.empty() ? statement.lastLine : source.lineOf(statement.line.source(0, end).end);
        context.reportAt(rule, source.lineRange(last), "Empty continuation line", std::move(fix));
    }
}

void checkDefinitionDescription(LintContext& context, const RuleInfo& rule)
{
    const auto check = [&](const Instruction& instruction, const std::vector<std::string>& names) {
        const std::vector<Comment>& comments = context.statementOf(instruction).commentsAbove;
        if (comments.empty() || names.empty())
            return;
        const std::string& text = comments.back().text;
        const std::string first = text.substr(0, text.find(' '));
        if (std::find(names.begin(), names.end(), first) != names.end())
            return;
        const SourceText& source = context.file().document.source;
        const std::uint32_t line = source.lineRange(instruction.firstLine).begin;
        context.report(rule, instruction, context.statementOf(instruction).keyword.range,
            fmt::format("Comment for {} should follow the format: `# {} <description>`", instruction.name,
                names.size() > 1 ? "<arg_key>" : names.front()),
            Fix {.description = "Set the comment apart with an empty line",
                .edits = {{.range = {line, line}, .replacement = lineBreakAt(source, line)}}});
    };
    const auto checkArg = [&](const Instruction& instruction) {
        std::vector<std::string> names;
        if (const Arg* arg = instruction.as<Arg>()) {
            for (const Arg::Variable& variable : arg->variables)
                names.push_back(variable.name);
        }
        check(instruction, names);
    };
    for (const Instruction& instruction : context.file().globalArgs)
        checkArg(instruction);
    for (const Stage& stage : context.file().stages) {
        if (!stage.name.empty())
            check(stage.from, {stage.name});
        for (const Instruction& instruction : stage.instructions)
            checkArg(instruction);
    }
}

} // namespace darsena::dockerfile::lint_detail
