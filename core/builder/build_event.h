// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/base/json.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What a build tells while it runs. toJson() gives the line of `POST /darsena/v1/build`, with the names of
/// core/api/model/build.h and a few more.
///
/// Order: one Plan; then for every step of the plan either Cached, or Queued → Started → (Log)* → Finished
/// (steps of independent stages interleave); last exactly one Done or one Failed. A build that cannot even be
/// planned (syntax error, unknown target) sends Failed alone. Steps left over after a failure get no event.
namespace darsena::builder {

/// Steps are numbered from 0 over the whole build, in the order of the Dockerfile. This is "no step".
inline constexpr int noStep = -1;

struct PlanStage {
    int index = 0; ///< of its FROM in the Dockerfile
    std::string name; ///< "" if it has none
    std::string base; ///< as written after expansion: image reference, stage name or "scratch"
    int line = 0; ///< 1-based, first and last line of the stage in the Dockerfile
    int endLine = 0;
    bool needed = false; ///< steps of stages nobody needs are not in the plan
};

struct PlanStep {
    int step = 0; ///< every other event names it
    int stage = 0; ///< index of its stage
    std::string stageName;
    int line = 0; ///< 1-based; 0 = an ONBUILD trigger that came with the base image
    int endLine = 0;
    std::string instruction; ///< upper case: "FROM", "RUN"
    std::string text; ///< the instruction on one line, as written (continuations joined)
    std::string expanded; ///< the same with variables replaced: what history shows
    std::vector<int> dependsOn; ///< steps that must be there first: the one before, COPY --from, mounts
};

/// Why a step runs although an earlier build may have run it; or, the last five, why it need not run.
struct Reason {
    /// A step's own causes in the order in which people should hear of them.
    enum class Kind {
        First, ///< nothing like it was built before
        NoCache, ///< the request said so
        Instruction, ///< the text of this instruction (name = the text it had)
        Arg, ///< value of a build argument (name)
        Env, ///< value of an environment variable, user, directory or shell it runs with (name)
        File, ///< content, mode or presence of a file (name = its path)
        Base, ///< the base image (name = reference)
        Parent, ///< step ran again and gave another result (step)
        Source, ///< the stage or image it copies from or mounts (name; step if it is a step)
        Lost, ///< it was built, but its layer is no longer stored
        Unchanged, ///< nothing that it depends on changed
        SameFiles, ///< a stage ran again (name), but gave the files that this step takes as before
        Image, ///< FROM an image (name = reference)
        Stage, ///< FROM a stage
        Scratch, ///< FROM scratch
    };
    Kind kind = Kind::First;
    std::string name;
    int step = noStep;
};

struct PlanEvent {
    std::string dockerfileName;
    std::string target; ///< name or index of the stage that is built
    std::vector<PlanStage> stages;
    std::vector<PlanStep> steps;
};
/// The step is not in the cache and will run as soon as a worker is free.
struct QueuedEvent {
    int step = 0;
    std::string why; ///< a sentence made of the reasons: "hello.c changed"
    std::vector<Reason> reasons;
};
struct CachedEvent {
    int step = 0;
    std::string why; ///< a sentence made of the reason: "the files are the same, although build changed"
    std::vector<Reason> reasons; ///< one
    std::string created; ///< RFC 3339, when the step really ran
    std::chrono::milliseconds duration {}; ///< how long it took then, i.e. the time saved
    std::int64_t bytes = 0; ///< of its layer; of all layers for FROM of an image
    Digest diffId; ///< empty for steps without a layer
    Digest chainId; ///< of the file system after the step; empty = scratch
};
struct StartedEvent {
    int step = 0;
    std::string why; ///< as Queued's
};
enum class LogStream { Stdout, Stderr };
struct LogEvent {
    int step = 0;
    LogStream stream = LogStream::Stdout;
    std::string data; ///< raw bytes, at most 64 KiB; toJson() replaces what is not UTF-8
};
struct FinishedEvent {
    int step = 0;
    std::chrono::milliseconds duration {};
    std::int64_t bytes = 0;
    std::int64_t files = 0; ///< entries of the layer
    Digest diffId;
    Digest chainId;
};
/// The end of a build that failed.
struct FailedEvent {
    int step = noStep; ///< noStep = before any step
    int line = 0; ///< 1-based; 0 = not tied to a line
    int column = 0; ///< 1-based; 0 = unknown
    std::string message; ///< a sentence that names the thing
    std::optional<int> exitCode; ///< of a RUN
    std::string logTail; ///< the last lines the step printed, at most 8 KiB
    ErrorCode code = ErrorCode::Invalid;
};
/// Something worth saying that stops nothing: a variable nobody declared, "pull" without a registry.
struct WarningEvent {
    int line = 0;
    std::string message;
};
struct DoneEvent {
    Digest imageId;
    std::vector<std::string> tags;
    std::chrono::milliseconds duration {};
    int cachedSteps = 0;
    int ranSteps = 0;
};
using BuildEvent = std::variant<PlanEvent, QueuedEvent, CachedEvent, StartedEvent, LogEvent, FinishedEvent, FailedEvent,
    WarningEvent, DoneEvent>;

/// "type" is plan, queued, cached, started, log, finished, failed, warning or done. Absent optionals are left out.
json::Object toJson(const BuildEvent& event);
json::Object toJson(const Reason& reason);
json::Object toJson(const PlanStage& stage);
json::Object toJson(const PlanStep& step);
/// "hello.c changed", "ARG VERSION changed; step 3 changed": steps counted from 1, as people do.
std::string sentence(const std::vector<Reason>& reasons);

/// Hears the events of one build, one at a time (never two at once), on threads of the builder. May block: the build
/// then waits, which is how a slow client holds it back. Must not call the builder.
class BuildObserver {
public:
    virtual ~BuildObserver() = default;
    virtual void onEvent(const BuildEvent& event) = 0;
};

} // namespace darsena::builder
