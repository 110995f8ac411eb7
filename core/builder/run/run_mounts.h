// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/builder/build_request.h"
#include "core/builder/executor.h"
#include "core/builder/plan/plan.h"
#include "core/builder/run/builder_state.h"
#include "core/builder/run/source_trees.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace darsena::builder {

/// The sources of a RUN step's --mount flags, opened and checked, and everything that has to go away after the step:
/// mounts, private copies, secrets.
class RunMounts {
public:
    struct Inputs {
        Builder::State& state;
        const BuildRequest& request;
        const os::Beneath& context;
        std::function<Digest(const SourceTree&)> chainOf; ///< of a stage that is built, or an image
        std::string name; ///< of the step, unique: names its directory
    };
    /// Errors: NotFound (a source or a required secret), Invalid, System, Cancelled.
    static Result<std::unique_ptr<RunMounts>> prepare(const Inputs& inputs, const RunCommandStep& command, std::stop_token stop);
    ~RunMounts();

    const std::vector<RunMount>& mounts() const { return m_mounts; }
    /// Secrets that go into variables: NAME=value.
    const std::vector<std::string>& env() const { return m_env; }

private:
    RunMounts() = default;
    Result<void> add(const Inputs& inputs, const StepMount& mount, std::size_t number, std::stop_token stop);
    Result<void> addBind(const Inputs& inputs, const StepMount& mount, std::size_t number);
    Result<void> addSecret(const Inputs& inputs, const StepMount& mount, std::size_t number);

    std::vector<RunMount> m_mounts;
    std::vector<std::string> m_env;
    // Destroyed from the last to the first: mounts before the directory they are in, layers after the mounts.
    std::vector<std::shared_ptr<const void>> m_holds;
    std::unique_ptr<Scratch> m_scratch;
    std::vector<AttachedMount> m_attached;
    std::vector<std::filesystem::path> m_secretFiles;
};

} // namespace darsena::builder
