// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/wire.h"

#include <cstdint>

namespace darsena::model {

struct ProgressDetail {
    std::int64_t current = 0;
    std::int64_t total = 0; ///< 0 = not known
};
DARSENA_MODEL(ProgressDetail)

/// One object of Docker's JSON message stream (POST /build, /images/load, /images/create); members that are not set are left out.
struct BuildMessage {
    std::string stream; ///< text for the terminal
    std::string status;
    std::string id; ///< which bar a progress belongs to
    std::string progress;
    std::optional<ProgressDetail> progressDetail;
    std::optional<std::string> error; ///< ends the stream; written as "error" and "errorDetail"
    std::int64_t errorCode = 0; ///< errorDetail.code: a RUN's exit code
    std::optional<std::string> imageId; ///< aux.ID
};
DARSENA_MODEL(BuildMessage)

/// A stage as the plan of a build announces it.
struct BuildStage {
    std::int64_t index = 0; ///< of its FROM in the Dockerfile
    std::string name; ///< "" when it has no AS
    std::string base; ///< image reference, stage name or "scratch"
    std::int64_t startLine = 0; ///< from 1
    std::int64_t endLine = 0;
    bool needed = false; ///< steps of a stage that nobody needs are not in the plan
};
DARSENA_MODEL(BuildStage)

/// A step as the plan of a build announces it.
struct BuildStep {
    std::int64_t step = 0; ///< from 0, over the whole build
    std::int64_t stage = 0; ///< index of its stage
    std::string stageName;
    std::string instruction; ///< the keyword in capitals: "RUN"
    std::string text; ///< the instruction on one line, as written
    std::string expanded; ///< the same with variables replaced
    std::int64_t startLine = 0; ///< from 1; 0 = not from the file (an ONBUILD of the base)
    std::int64_t endLine = 0;
    std::vector<std::int64_t> needs; ///< steps that must be done before
};
DARSENA_MODEL(BuildStep)

/// Why a step runs although an earlier build may have run it; or, the last five kinds, why it need not run.
struct BuildReason {
    std::string kind; ///< "first", "noCache", "instruction", "file", "arg", "env", "base", "parent", "source", "lost",
                      ///< "unchanged", "sameFiles", "image", "stage", "scratch"
    std::string name; ///< of the file, argument, variable, image
    std::int64_t step = -1; ///< the step that changed; -1 = none
};
DARSENA_MODEL(BuildReason)

/// One line of POST /darsena/v1/build's answer; core/builder/build_event.h says in which order they come and writes them.
/// A member that an event does not have keeps its default.
struct BuildEvent {
    std::string type; ///< "plan", "queued", "cached", "started", "log", "finished", "failed", "warning", "done"
    std::int64_t step = -1; ///< -1 = the build as a whole
    std::string dockerfile; ///< plan
    std::string target; ///< plan: name or index of the stage that is built
    std::vector<BuildStage> stages; ///< plan
    std::vector<BuildStep> steps; ///< plan
    std::string reason; ///< queued, started, cached: a sentence
    std::vector<BuildReason> reasons; ///< queued, cached
    std::optional<Time> created; ///< cached: when the step really ran
    std::string stream; ///< log: "stdout", "stderr"
    std::string text; ///< log, warning
    std::int64_t milliseconds = 0; ///< finished, done: it took; cached: saved
    std::int64_t bytes = 0; ///< finished, cached: of the step's layer
    std::int64_t files = 0; ///< finished
    std::string diffId; ///< finished, cached: the step's layer, "" when it made none
    std::string chainId; ///< finished, cached: the file system after the step
    std::string error; ///< failed: a sentence
    std::optional<std::int64_t> exitCode; ///< failed: of RUN
    std::string logTail; ///< failed: the last the step printed
    std::int64_t line = 0; ///< failed, warning: where in the Dockerfile, 0 = nowhere
    std::int64_t column = 0;
    std::string imageId; ///< done
    std::vector<std::string> tags; ///< done
    std::int64_t cachedSteps = 0; ///< done
    std::int64_t ranSteps = 0; ///< done
};
DARSENA_MODEL(BuildEvent)

} // namespace darsena::model
