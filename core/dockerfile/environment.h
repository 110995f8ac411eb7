// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/expand.h"
#include "core/dockerfile/instructions.h"
#include "core/dockerfile/stages.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace darsena::dockerfile {

using VariableMap = std::map<std::string, std::string, std::less<>>;

/// The variables of FROM lines: the predefined platform variables and the ARGs before the first FROM.
struct GlobalScope {
    VariableMap variables;
    std::set<std::string, std::less<>> declared; ///< names, with or without a value
    std::vector<Problem> problems; ///< defaults that do not expand

    /// A build argument wins over an ARG's default.
    static GlobalScope of(const Dockerfile& file, const StageOptions& options);
};

/// The variables that the instructions of one stage see, as far as the file tells: what the base image sets is the
/// caller's to put in.
class StageScope {
public:
    StageScope(const GlobalScope& global, const StageOptions& options)
        : m_global(&global)
        , m_options(&options)
    { }

    /// A stage that is FROM another begins with that one's variables: copy its scope.
    void set(std::string name, std::string value) { m_variables[std::move(name)] = std::move(value); }

    /// Takes in what an ARG or ENV sets; other instructions set nothing. Words that do not expand set nothing.
    void apply(const Instruction& instruction, char escape);

    /// Valid while this scope lives and is not changed.
    VariableLookup lookup() const { return lookupIn(m_variables); }
    const VariableMap& variables() const { return m_variables; }
    /// Declared with ARG here, maybe without a value.
    bool isDeclared(std::string_view name) const { return m_declared.contains(name); }

private:
    void applyArg(const Arg& arg, char escape);
    void applyEnv(const Env& env, char escape);

    const GlobalScope* m_global;
    const StageOptions* m_options;
    VariableMap m_variables;
    std::set<std::string, std::less<>> m_declared;
};

/// A word of an instruction that the builder expands.
struct ExpandedWord {
    const Word* word;
    bool isList = false; ///< split into words after expansion: EXPOSE
};
/// All words of an instruction that BuildKit expands before it runs it (SupportsSingleWordExpansion), --mount's aside.
std::vector<ExpandedWord> expandedWords(const Instruction& instruction);

} // namespace darsena::dockerfile
