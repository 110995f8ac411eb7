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

/// A step as the plan of a build announces it.
struct BuildStep {
    std::int64_t step = 0; ///< from 0, over the whole build
    std::int64_t stage = 0; ///< index of its FROM in the Dockerfile
    std::string stageName; ///< "" when the stage has no AS
    std::string instruction; ///< the keyword in capitals: "RUN"
    std::string text; ///< for people: the instruction as written, joined to one line
    std::int64_t startLine = 0; ///< from 1; 0 = not from the file (an ONBUILD of the base)
    std::int64_t endLine = 0;
    std::vector<std::int64_t> needs; ///< steps that must be done before
};
DARSENA_MODEL(BuildStep)

/// One line of POST /darsena/v1/build's answer; members that are not set are left out.
struct BuildEvent {
    std::string type; ///< "plan", "queued", "cached", "started", "log", "finished", "failed", "done"
    std::int64_t step = -1; ///< -1 = the build as a whole
    std::optional<Time> time;
    std::vector<BuildStep> steps; ///< plan
    std::string stream; ///< log: "stdout", "stderr", "" = the builder itself
    std::string text; ///< log
    std::string reason; ///< started and cached: why it runs, or what was found
    std::int64_t milliseconds = 0; ///< finished, failed, done
    std::int64_t bytes = 0; ///< finished, cached: size of the step's layer
    std::string diffId; ///< finished, cached: the step's layer, "" when it made none
    std::string error; ///< failed: a sentence
    std::int64_t exitCode = 0; ///< failed: of RUN
    std::int64_t line = 0; ///< failed: where in the Dockerfile, 0 = nowhere
    std::int64_t column = 0;
    std::string imageId; ///< done
    std::vector<std::string> tags; ///< done
};
DARSENA_MODEL(BuildEvent)

/// What POST /darsena/v1/forecast says of one step.
struct StepForecast {
    BuildStep step;
    bool cached = false;
    std::string reason;
};
DARSENA_MODEL(StepForecast)

} // namespace darsena::model
