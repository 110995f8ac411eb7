// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/builder/plan/plan.h"
#include "core/dockerfile/expand.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace darsena::builder {

using Variables = std::map<std::string, std::string, std::less<>>;

/// What the instructions before a point in a stage have come to.
struct StageState {
    oci::ExecutionConfig config;
    std::string author;
    std::vector<std::pair<std::string, std::optional<std::string>>> args; ///< declared ones, in order
    bool cmdSet = false; ///< by this stage, so that ENTRYPOINT leaves it

    std::vector<std::string> shell() const;
    std::string workingDir() const { return config.workingDir.empty() ? "/" : config.workingDir; }
    /// ENV wins over ARG.
    std::optional<std::string> variable(std::string_view name) const;
    bool isEnv(std::string_view name) const;
    void setEnv(const std::string& name, const std::string& value);
    void setArg(const std::string& name, std::optional<std::string> value);
};

/// A step and the stages whose last step it needs, which have no numbers yet.
struct PlannedStep {
    Step step;
    std::vector<std::size_t> needsStages;
};

/// Turns the instructions of one stage into steps, one after the other.
class StagePlanner {
public:
    struct Context {
        const BuildRequest& request;
        const Variables& globalArgs; ///< values of the ARGs before the first FROM, and the platform's
        char escape = '\\';
        std::size_t stage = 0;
        std::string stageName;
        Digest position; ///< of the stage in its project
        /// Finds what --from names. `byNumber`: a number is a stage (COPY), else an image (mounts).
        std::function<Result<SourceTree>(const std::string& name, bool byNumber)> resolveFrom;
        std::set<std::string, std::less<>>& usedBuildArgs;
        std::vector<WarningEvent>& warnings;
    };
    StagePlanner(Context context, StageState state)
        : m_context(std::move(context))
        , m_state(std::move(state))
    {
    }

    /// FROM itself: no change, but a step that people see.
    void addFrom(const dockerfile::Instruction& from, const std::string& base);
    /// trigger: it came with the base image's ONBUILD. Errors: sentences without a place; the caller adds it.
    Result<void> add(const dockerfile::Instruction& instruction, bool trigger);

    const StageState& state() const { return m_state; }
    StageState& state() { return m_state; }
    std::vector<PlannedStep> takeSteps() { return std::move(m_steps); }

private:
    Result<void> plan(const dockerfile::Arg& arg);
    Result<void> plan(const dockerfile::Env& env);
    Result<void> plan(const dockerfile::Label& label);
    Result<void> plan(const dockerfile::Run& run);
    Result<void> plan(const dockerfile::Copy& copy);
    Result<void> plan(const dockerfile::Add& add);
    Result<void> plan(const dockerfile::Workdir& workdir);
    Result<void> plan(const dockerfile::User& user);
    Result<void> plan(const dockerfile::Expose& expose);
    Result<void> plan(const dockerfile::Volume& volume);
    Result<void> plan(const dockerfile::StopSignal& stopSignal);
    Result<void> plan(const dockerfile::Maintainer& maintainer);
    Result<void> plan(const dockerfile::Entrypoint& entrypoint);
    Result<void> plan(const dockerfile::Cmd& cmd);
    Result<void> plan(const dockerfile::Shell& shell);
    Result<void> plan(const dockerfile::Healthcheck& healthcheck);
    Result<void> plan(const dockerfile::OnBuild& onBuild);
    Result<void> plan(const dockerfile::From& from);

    struct CopyFlags;
    Result<void> planCopy(CopyStep copy, const dockerfile::SourcesAndDestination& paths, const CopyFlags& flags);
    Result<StepMount> planMount(const dockerfile::Mount& mount);
    /// Expands a word; the variables it used become inputs of the step.
    Result<std::string> expand(std::string_view word, bool heredoc = false);
    dockerfile::VariableLookup lookup();
    void noteUses(const std::vector<dockerfile::VariableUse>& uses);
    void needs(const SourceTree& tree);
    /// Something worth saying about the current step.
    void warn(std::string message);
    std::vector<std::string> runEnvironment();
    Step& step() { return m_steps.back().step; }

    Context m_context;
    StageState m_state;
    std::vector<PlannedStep> m_steps;
    std::set<std::string, std::less<>> m_noted; ///< variables that are inputs of the current step already
};

/// A command as history and messages show it: shell form as it stands, exec form as JSON.
std::string commandText(const dockerfile::CommandLine& command);
std::string jsonList(const std::vector<std::string>& words);

} // namespace darsena::builder
