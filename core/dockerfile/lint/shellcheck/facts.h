// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/lint.h"
#include "core/dockerfile/shell/scripts.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
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

/// What ENV, ARG, secrets in the environment and the builder's proxies set, at each script of a file.
class ShellEnvironment {
public:
    explicit ShellEnvironment(const Dockerfile& file, const LintOptions& options);
    /// Of the script's place. Valid while this object lives.
    const VariableNames& at(const shell::EmbeddedScript& script) const;

private:
    std::vector<VariableNames> m_sets;
    std::map<std::size_t, std::size_t> m_setOfStatement; ///< by statement: from here on in its stage
    VariableNames m_proxies;
};

/// Whether ShellCheck's rules have a say in a script: one of RUN, of a stage that is built, in a shell that they know.
bool isShellChecked(const LintContext& context, const shell::EmbeddedScript& script);

/// All that is found in the RUNs of the stages that are built. Where a shell refuses a script, nothing else is said of
/// it.
std::vector<ShellFact> collectShellFacts(const LintContext& context);

} // namespace darsena::dockerfile::lint_detail
