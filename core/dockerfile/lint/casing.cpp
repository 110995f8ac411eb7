// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/context.h"
#include "core/dockerfile/text.h"

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

bool isLower(std::string_view text)
{
    return text == lower(text);
}

bool isUpper(std::string_view text)
{
    return text == upper(text);
}

Fix rewrite(Range range, std::string text)
{
    return {.description = fmt::format("Write {}", text), .edits = {{.range = range, .replacement = std::move(text)}}};
}

/// FROMs and the instructions of stages; ARGs before the first FROM do not count.
std::vector<const Instruction*> instructionsOf(const Dockerfile& file)
{
    std::vector<const Instruction*> result;
    for (const Stage& stage : file.stages) {
        result.push_back(&stage.from);
        for (const Instruction& instruction : stage.instructions)
            result.push_back(&instruction);
    }
    return result;
}

} // namespace

void checkStageNameCasing(LintContext& context, const RuleInfo& rule)
{
    for (const Stage& stage : context.file().stages) {
        const auto& alias = stage.fromBody().alias;
        if (alias && !isLower(alias->text))
            context.report(rule, stage.from, alias->range,
                fmt::format("Stage name '{}' should be lowercase", alias->text),
                rewrite(alias->range, lower(alias->text)));
    }
}

void checkFromAsCasing(LintContext& context, const RuleInfo& rule)
{
    for (const Stage& stage : context.file().stages) {
        const Range range = stage.fromBody().asRange;
        const std::string& from = context.keywordOf(stage.from);
        const std::string_view as = context.file().document.source.slice(range);
        // A FROM of mixed case is ConsistentInstructionCasing's.
        const bool mismatch = (isLower(from) && !isLower(as)) || (isUpper(from) && !isUpper(as));
        if (!range.empty() && mismatch)
            context.report(rule, stage.from, range,
                fmt::format("'{}' and '{}' keywords' casing do not match", as, from),
                rewrite(range, isLower(from) ? "as" : "AS"));
    }
}

void checkInstructionCasing(LintContext& context, const RuleInfo& rule)
{
    const std::vector<const Instruction*> instructions = instructionsOf(context.file());
    std::size_t lowerCount = 0;
    std::size_t upperCount = 0;
    for (const Instruction* instruction : instructions) {
        const std::string& keyword = context.keywordOf(*instruction);
        if (isLower(keyword))
            ++lowerCount;
        else if (isUpper(keyword))
            ++upperCount;
    }
    const bool wantLower = lowerCount > upperCount;
    for (const Instruction* instruction : instructions) {
        const Word& keyword = context.statementOf(*instruction).keyword;
        if (wantLower ? isLower(keyword.text) : isUpper(keyword.text))
            continue;
        context.report(rule, *instruction, keyword.range,
            fmt::format("Command '{}' should match the case of the command majority ({})", keyword.text,
                wantLower ? "lowercase" : "uppercase"),
            rewrite(keyword.range, wantLower ? lower(keyword.text) : upper(keyword.text)));
    }
}

} // namespace darsena::dockerfile::lint_detail
