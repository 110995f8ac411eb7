// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/command_fixes.h"
#include "core/dockerfile/lint/context.h"
#include "core/dockerfile/lint/edits.h"
#include "core/dockerfile/text.h"

#include <map>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

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

/// The value of `ENV key value` as `ENV key=value` takes it for the same: one word, its quotes and escapes as they are.
std::string asOneWord(std::string_view value, char escape)
{
    if (value.find_first_of(" \t") == std::string_view::npos)
        return std::string(value);
    if (value.find_first_of("\"'") == std::string_view::npos && value.find(escape) == std::string_view::npos)
        return fmt::format("\"{}\"", value);
    std::string result;
    char quote = '\0';
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        if (c == escape && quote != '\'' && i + 1 < value.size()) {
            result += c;
            result += value[++i];
            continue;
        }
        if (quote == '\0' && (c == '"' || c == '\''))
            quote = c;
        else if (c == quote)
            quote = '\0';
        else if (quote == '\0' && (c == ' ' || c == '\t'))
            result += escape;
        result += c;
    }
    return result;
}

} // namespace

void checkJsonArgs(LintContext& context, const RuleInfo& rule)
{
    InheritedByStage<char> hasShell(context, 0);
    const std::vector<char> hasCommand = stagesWithCommand(context);
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
                    context.keywordOf(instruction)),
                asJsonForm(context, instruction, hasCommand[entry.stage->index] != 0));
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
            context.report(rule, instruction, range, "Maintainer instruction is deprecated in favor of using label",
                asLabel(context, instruction, *maintainer));
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
                    "Relative workdir {} can have unexpected results if the base image changes", goQuoted(*path)),
                asAbsolutePath(context, workdir->path));
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
                    context.keywordOf(instruction)),
                Fix {.description = fmt::format("Remove the {} that is not used", before->name),
                    .edits = {{.range = wholeLines(context.file().document.source, context.statementOf(*before)),
                        .replacement = ""}}});
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
                    .edits = {{.range = range, .replacement = pair.key.text + "=" + asOneWord(pair.value.text, context.escape())}}});
        }
    }
}

} // namespace darsena::dockerfile::lint_detail
