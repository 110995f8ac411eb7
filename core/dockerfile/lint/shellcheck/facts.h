// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/lint.h"
#include "core/dockerfile/shell/scripts.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace darsena::dockerfile::lint_detail {

class LintContext;

/// Something that ShellCheck would say about a RUN, by its code.
struct ShellFact {
    std::string_view code;
    Range range; ///< in the file
    std::string message;
    std::optional<Fix> fix;
};

using VariableNames = std::set<std::string, std::less<>>;

/// What ENV and ARG, secrets, known base images and the builder's proxies set.
class ShellEnvironment {
public:
    /// Both must outlive this object and what at() gives.
    ShellEnvironment(const Dockerfile& file, const LintOptions& options);

    /// The variables at one place.
    class View {
    public:
        bool contains(std::string_view name) const { return m_environment->contains(name, m_stage, m_statement); }

    private:
        friend class ShellEnvironment;
        View(const ShellEnvironment& environment, std::size_t stage, std::size_t statement)
            : m_environment(&environment)
            , m_stage(stage)
            , m_statement(statement)
        { }
        const ShellEnvironment* m_environment;
        std::size_t m_stage;
        std::size_t m_statement;
    };
    View at(const shell::EmbeddedScript& script) const { return {*this, script.stage, script.statement}; }

private:
    struct StageVariables {
        std::optional<std::size_t> base; ///< the stage that it is FROM
        std::unordered_map<std::string_view, std::size_t> setBy; ///< a variable's first statement
    };
    bool contains(std::string_view name, std::size_t stage, std::size_t statement) const;

    std::vector<StageVariables> m_stages;
};

/// Whether ShellCheck's rules have a say in a script: one of RUN, of a stage that is built, in a shell that they know.
bool isShellChecked(const LintContext& context, const shell::EmbeddedScript& script);

/// All that is found in the RUNs of the stages that are built, by code, then by place. Where a shell refuses a script,
/// nothing else is said of it.
std::vector<ShellFact> collectShellFacts(const LintContext& context);

} // namespace darsena::dockerfile::lint_detail
