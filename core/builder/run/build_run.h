// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/builder/export/image.h"
#include "core/builder/plan/plan.h"
#include "core/builder/run/builder_state.h"
#include "core/builder/run/step_keys.h"
#include "core/oci/reference.h"

#include <condition_variable>
#include <mutex>
#include <set>
#include <stop_token>

namespace darsena::builder {

/// One build while it runs: hands steps to worker threads as soon as what they need is there, asks the cache, runs what
/// it does not have, and puts the image together.
class BuildRun {
public:
    BuildRun(Builder::State& state, const BuildRequest& request, const Plan& plan, BuildContext& context,
        std::vector<oci::Reference> tags, BuildObserver& observer, std::string id, std::filesystem::path scratch);

    /// Blocks. Every event but Plan and Failed is sent from here. `place` tells where an error belongs, `exitCode` and
    /// `logTail` are those of a RUN that failed.
    Result<BuildResult> run(std::stop_token stop, Place& place, std::optional<int>& exitCode, std::string& logTail);

private:
    struct StepState {
        bool done = false;
        bool ran = false;
        Digest chain; ///< of the file system after the step
        StepOutcome outcome;
        std::size_t layers = 0; ///< depth of the chain
        std::shared_ptr<const void> hold; ///< keeps the chain from garbage collection
        std::size_t waitsFor = 0;
    };
    /// What executing a step gave.
    struct Executed {
        Digest chain;
        std::optional<store::Layer> layer;
    };

    void work();
    Result<void> perform(std::size_t number);
    void finishFrom(std::size_t number);
    Result<bool> useRecord(std::size_t number, const Digest& key, const Reason& why);
    Result<void> runStep(std::size_t number, const StepKeys& keys, const MountedChain* source);
    Result<Executed> execute(std::size_t number, const MountedChain* source);
    Result<Executed> makeDirectory(const WorkdirStep& workdir, const Digest& parent);
    Result<Executed> copy(std::size_t number, const CopyStep& copy, const Digest& parent, const MountedChain* source);
    Result<Executed> runCommand(std::size_t number, const RunCommandStep& command, const Digest& parent);
    Result<Executed> commit(store::LayerDraft& draft, const Digest& parent);
    Result<void> remember(std::size_t number, const StepKeys& keys, const Executed& executed, std::chrono::milliseconds duration,
        store::Time created);
    std::vector<Reason> explain(std::size_t number, const StepKeys& keys);
    int lastThatRan(std::size_t from) const;
    void fail(std::size_t number, const Error& error);
    void complete(std::size_t number, StepState state);
    void emit(const BuildEvent& event);

    Digest parentOfStep(std::size_t number) const { return m_states[number - 1].chain; }
    Digest chainOf(const SourceTree& tree) const;
    Result<BuildResult> finish(std::chrono::steady_clock::time_point started);

    Builder::State& m_state;
    const BuildRequest& m_request;
    const Plan& m_plan;
    BuildContext& m_context;
    std::vector<oci::Reference> m_tags;
    BuildObserver& m_observer;
    const std::string m_id;
    const std::filesystem::path m_scratch;
    std::stop_source m_stop;
    std::optional<StepKeyMaker> m_keys;

    std::mutex m_eventMutex; ///< one event at a time

    std::mutex m_mutex; ///< guards what follows; a step's state is written once, before those that need it become ready
    std::condition_variable_any m_changed;
    std::vector<StepState> m_states;
    std::set<std::size_t> m_ready;
    std::size_t m_left = 0;
    std::vector<Digest> m_used; ///< keys of records that were found
    std::optional<Error> m_failure;
    Place m_place;
    std::optional<int> m_exitCode;
    std::string m_logTail;
};

/// "run", "copy", "add", "workdir" or "config": CacheRecord::kind.
std::string_view kindOf(const Step& step);
/// Of records that only say what last ran at a position.
inline constexpr std::string_view positionKind = "position";

/// Why a step has to run: its inputs against those of the last run in its place, or of the last one with the same text.
/// Parent and Source reasons have no step yet.
std::vector<Reason> compareWithEarlier(const store::BuildCache& cache, const Step& step, const KeyInputs& inputs);

/// The stage that a step copies from or mounts under a name.
std::optional<std::size_t> sourceStage(const Step& step, const std::string& name);
/// The image at the bottom of a stage, nullptr for scratch.
const BaseImage* baseImageOf(const Plan& plan, std::size_t stage);

} // namespace darsena::builder
