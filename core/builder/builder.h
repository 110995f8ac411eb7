// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/digest.h"
#include "core/base/result.h"
#include "core/builder/build_event.h"
#include "core/builder/build_request.h"
#include "core/builder/executor.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace darsena::store {
class Store;
}

namespace darsena::builder {

struct BuilderOptions {
    /// RUN --mount=type=cache lives here, one directory per id; made when missing.
    std::filesystem::path cacheMounts;
    /// Mount points and private copies of running builds; made when missing, emptied of leftovers by create().
    std::filesystem::path scratch;
    /// Files of secrets while a step runs; on a tmpfs, so that they never reach a disk.
    std::filesystem::path secrets;
    /// Steps that may run at once, at least 2.
    unsigned workers = 2;
    /// The clock of history entries; tests set it.
    std::function<std::chrono::system_clock::time_point()> now = [] { return std::chrono::system_clock::now(); };
};

struct BuildResult {
    Digest imageId;
    std::vector<std::string> tags; ///< as applied, familiar form: "hello:latest"
};

/// What a build would do, step by step, without doing it.
struct Forecast {
    enum class State { Cached, WillRun, Unknown };
    struct Step {
        PlanStep plan;
        State state = State::Unknown;
        std::string why;
        std::vector<Reason> reasons;
        std::chrono::milliseconds duration {}; ///< what it took last time: saved if cached, expected if it will run; 0 = unknown
        std::int64_t bytes = 0; ///< of its layer the last time
    };
    std::vector<PlanStage> stages;
    std::vector<Step> steps;
};
json::Object toJson(const Forecast& forecast);

/// Builds images from Dockerfiles. Thread-safe: builds may run side by side.
class Builder {
public:
    /// Internal to core/builder.
    struct State;

    /// The store and the executor must outlive the builder.
    static Result<std::unique_ptr<Builder>> create(store::Store& store, Executor& executor, BuilderOptions options);
    ~Builder();

    /// Blocks until the image is stored and tagged, or the build failed; the observer has then heard the last event,
    /// Done or Failed, with the same sentence as the Error returned. Nothing of a failed build is left but the
    /// layers of steps that finished, which the next build finds in the cache.
    /// Errors: Invalid (Dockerfile, request, a RUN that failed), NotFound (base image, target, file), Unsupported,
    /// Cancelled, and what the store or the executor report. "<name>:<line>: " is in front of what a line caused.
    Result<BuildResult> build(BuildRequest request, BuildObserver& observer, std::stop_token stop = {});

    /// The plan with what the cache says of each step. Runs nothing, stores nothing. A step behind one that will run
    /// will run too, except that what follows a COPY from a stage that will run is Unknown: the files may come out the
    /// same, and then it is cached.
    Result<Forecast> forecast(const BuildRequest& request, std::stop_token stop = {});

private:
    explicit Builder(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace darsena::builder
