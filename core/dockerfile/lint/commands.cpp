// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/context.h"
#include "core/dockerfile/text.h"

#include <map>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

/// The keyword and all that follows it on the instruction's line.
Range lineOf(const LintContext& context, const Instruction& instruction)
{
    const Statement& statement = context.statementOf(instruction);
    const auto end = static_cast<std::uint32_t>(statement.line.text().size());
    return {statement.keyword.range.begin, std::max(statement.keyword.range.end, statement.line.source(0, end).end)};
}

/// Per stage, carried over from the stage that it is FROM.
template <typename Value> class InheritedByStage {
public:
    InheritedByStage(const LintContext& context, Value initial)
        : m_context(context)
        , m_values(context.file().stages.size(), initial)
    { }
    Value& of(const Stage& stage)
    {
        // Instructions come in the order of the file, so a stage's first one is where it takes over.
        if (m_entered != &stage) {
            m_entered = &stage;
            if (const auto base = m_context.graph().stages[stage.index].baseStage)
                m_values[stage.index] = m_values[*base];
        }
        return m_values[stage.index];
    }

private:
    const LintContext& m_context;
    std::vector<Value> m_values;
    const Stage* m_entered = nullptr;
};

/// In double quotes, as ENV and LABEL take it; what is quoted already stays.
std::string asQuotedValue(std::string_view value)
{
    const bool quoted = value.size() >= 2 && (value.front() == '"' || value.front() == '\'')
        && value.find(value.front(), 1) == value.size() - 1;
    if (quoted || value.find_first_of(" \t\"'") == std::string_view::npos)
        return std::string(value);
    std::string result = "\"";
    for (const char c : value) {
        if (c == '"')
            result += '\\';
        result += c;
    }
    return result + '"';
}

} // namespace

void checkJsonArgs(LintContext& context, const RuleInfo& rule)
{
    InheritedByStage<char> hasShell(context, 0);
    for (const EvaluatedInstruction& entry : context.evaluated()) {
        const Instruction& instruction = *entry.instruction;
        if (instruction.as<Shell>() != nullptr)
            hasShell.of(*entry.stage) = 1;
        const Cmd* cmd = instruction.as<Cmd>();
        const Entrypoint* entrypoint = instruction.as<Entrypoint>();
        const bool shellForm
            = (cmd != nullptr && cmd->command.shellForm) || (entrypoint != nullptr && entrypoint->command.shellForm);
        if (shellForm && hasShell.of(*entry.stage) == 0)
            context.report(rule, instruction, lineOf(context, instruction),
                fmt::format("JSON arguments recommended for {} to prevent unintended behavior related to OS signals",
                    context.keywordOf(instruction)));
    }
}

void checkMaintainer(LintContext& context, const RuleInfo& rule)
{
    for (const Stage& stage : context.file().stages) {
        for (const Instruction& instruction : stage.instructions) {
            const Maintainer* maintainer = instruction.as<Maintainer>();
            if (maintainer == nullptr)
                continue;
            const Range range = lineOf(context, instruction);
            const bool isLower = context.keywordOf(instruction) == lower(context.keywordOf(instruction));
            std::string label = fmt::format("{} org.opencontainers.image.authors={}", isLower ? "label" : "LABEL",
                asQuotedValue(maintainer->name.text));
            context.report(rule, instruction, range, "Maintainer instruction is deprecated in favor of using label",
                Fix {.description = "Use a label", .edits = {{.range = range, .replacement = std::move(label)}}});
        }
    }
}

void checkRelativeWorkdir(LintContext& context, const RuleInfo& rule)
{
    // Only the first WORKDIR counts: with it absolute, all that follow are sound.
    InheritedByStage<char> isSet(context, 0);
    for (const EvaluatedInstruction& entry : context.evaluated()) {
        const Workdir* workdir = entry.instruction->as<Workdir>();
        if (workdir == nullptr)
            continue;
        char& set = isSet.of(*entry.stage);
        const std::string* path = entry.textOf(workdir->path);
        if (set == 0 && path != nullptr && !path->starts_with('/'))
            context.report(rule, *entry.instruction, workdir->path.range,
                fmt::format(
                    "Relative workdir {} can have unexpected results if the base image changes", goQuoted(*path)));
        set = 1;
    }
}

void checkMultipleInstructions(LintContext& context, const RuleInfo& rule)
{
    const Stage* stage = nullptr;
    std::map<std::string_view, const Instruction*> last;
    for (const EvaluatedInstruction& entry : context.evaluated()) {
        if (std::exchange(stage, entry.stage) != entry.stage)
            last.clear();
        const Instruction& instruction = *entry.instruction;
        if (instruction.name != "CMD" && instruction.name != "ENTRYPOINT" && instruction.name != "HEALTHCHECK")
            continue;
        // The one before is the one that has no effect.
        if (const Instruction* before = std::exchange(last[instruction.name], &instruction))
            context.report(rule, *before, lineOf(context, *before),
                fmt::format("Multiple {} instructions should not be used in the same stage because only the last one "
                            "will be used",
                    context.keywordOf(instruction)));
    }
}

void checkLegacyKeyValue(LintContext& context, const RuleInfo& rule)
{
    for (const Stage& stage : context.file().stages) {
        for (const Instruction& instruction : stage.instructions) {
            const Env* env = instruction.as<Env>();
            const Label* label = instruction.as<Label>();
            if (env == nullptr && label == nullptr)
                continue;
            const KeyValue& pair = (env != nullptr ? env->pairs : label->pairs).front();
            if (!pair.legacy)
                continue;
            const Range range {pair.key.range.begin, pair.value.range.end};
            context.report(rule, instruction, range,
                fmt::format("\"{0} key=value\" should be used instead of legacy \"{0} key value\" format",
                    context.keywordOf(instruction)),
                Fix {.description = "Write key=value",
                    .edits = {{.range = range, .replacement = pair.key.text + "=" + asQuotedValue(pair.value.text)}}});
        }
    }
}

} // namespace darsena::dockerfile::lint_detail
