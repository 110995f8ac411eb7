// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/shellcheck/facts.h"

#include "core/dockerfile/lint/context.h"
#include "core/dockerfile/lint/shellcheck/checker.h"

namespace darsena::dockerfile::lint_detail {

using shell::EmbeddedScript;

ShellEnvironment::ShellEnvironment(const Dockerfile& file, const LintOptions& options)
{
    for (const char* name : {"http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy"})
        m_proxies.insert(name);
    std::map<std::string, std::size_t, std::less<>> finalSetOfStage;
    for (const Stage& stage : file.stages) {
        VariableNames names = m_proxies;
        if (const auto base = finalSetOfStage.find(stage.base); base != finalSetOfStage.end())
            names = m_sets[base->second];
        if (const auto known = options.imageVariables.find(stage.base); known != options.imageVariables.end())
            names.insert(known->second.begin(), known->second.end());
        m_sets.push_back(names);
        m_setOfStatement[stage.from.statement] = m_sets.size() - 1;
        for (const Instruction& instruction : stage.instructions) {
            const std::size_t before = names.size();
            if (const Arg* arg = instruction.as<Arg>()) {
                for (const Arg::Variable& variable : arg->variables)
                    names.insert(variable.name);
            } else if (const Env* env = instruction.as<Env>()) {
                for (const KeyValue& pair : env->pairs)
                    names.insert(pair.key.text);
            }
            if (names.size() != before) {
                m_sets.push_back(names);
                m_setOfStatement[instruction.statement + 1] = m_sets.size() - 1;
            }
        }
        if (!stage.name.empty())
            finalSetOfStage.insert_or_assign(stage.name, m_sets.size() - 1);
    }
}

const VariableNames& ShellEnvironment::at(const EmbeddedScript& script) const
{
    const auto next = m_setOfStatement.upper_bound(script.statement);
    return next == m_setOfStatement.begin() ? m_proxies : m_sets[std::prev(next)->second];
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
    return facts;
}

} // namespace darsena::dockerfile::lint_detail
