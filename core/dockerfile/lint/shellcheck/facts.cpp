// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/shellcheck/facts.h"

#include "core/dockerfile/lint/context.h"
#include "core/dockerfile/lint/shellcheck/checker.h"

#include <algorithm>

namespace darsena::dockerfile::lint_detail {

using shell::EmbeddedScript;

ShellEnvironment::ShellEnvironment(const Dockerfile& file, const LintOptions& options)
{
    std::unordered_map<std::string_view, std::size_t> stageNamed;
    for (const Stage& stage : file.stages) {
        StageVariables& variables = m_stages.emplace_back();
        if (const auto base = stageNamed.find(stage.base); base != stageNamed.end())
            variables.base = base->second;
        if (const auto known = options.imageVariables.find(stage.base); known != options.imageVariables.end()) {
            for (const std::string& name : known->second)
                variables.setBy.emplace(name, stage.from.statement);
        }
        for (const Instruction& instruction : stage.instructions) {
            if (const Arg* arg = instruction.as<Arg>()) {
                for (const Arg::Variable& variable : arg->variables)
                    variables.setBy.emplace(variable.name, instruction.statement);
            } else if (const Env* env = instruction.as<Env>()) {
                for (const KeyValue& pair : env->pairs)
                    variables.setBy.emplace(pair.key.text, instruction.statement);
            } else if (const Run* run = instruction.as<Run>()) {
                for (const Mount& mount : run->mounts) {
                    if (mount.env)
                        variables.setBy.emplace(*mount.env, instruction.statement - 1);
                }
            }
        }
        if (!stage.name.empty())
            stageNamed.insert_or_assign(stage.name, stage.index);
    }
}

bool ShellEnvironment::contains(std::string_view name, std::size_t stage, std::size_t statement) const
{
    if ((name.ends_with("_proxy") || name.ends_with("_PROXY")) && isProxyArg(name))
        return true;
    // Nobody builds stages upon stages so high; the bound keeps a file of nothing else from taking long.
    constexpr int maxHeight = 100;
    std::optional<std::size_t> at = stage;
    for (int height = 0; at && *at < m_stages.size() && height < maxHeight; ++height) {
        const StageVariables& variables = m_stages[*at];
        if (const auto found = variables.setBy.find(name);
            found != variables.setBy.end() && (height > 0 || found->second < statement))
            return true;
        at = variables.base;
    }
    return false;
}

bool isShellChecked(const LintContext& context, const EmbeddedScript& script)
{
    return script.instruction == "RUN" && script.interpreter.kind == shell::Interpreter::Kind::Shell
        && script.interpreter.name != "zsh" && script.stage < context.file().stages.size()
        && context.isBuilt(context.file().stages[script.stage]);
}

std::vector<ShellFact> collectShellFacts(const LintContext& context)
{
    std::vector<ShellFact> facts;
    const ShellEnvironment environment(context.file(), context.options());
    for (const EmbeddedScript& script : context.scripts()) {
        if (isShellChecked(context, script))
            ShellChecker(script, environment.at(script), facts).run();
    }
    std::stable_sort(
        facts.begin(), facts.end(), [](const ShellFact& a, const ShellFact& b) { return a.code < b.code; });
    return facts;
}

} // namespace darsena::dockerfile::lint_detail
