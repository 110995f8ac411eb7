// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/builder/executor.h"
#include "core/engine/container_record.h"
#include "core/engine/engine_parts.h"
#include "core/shim/shim.h"

namespace darsena::engine {

/// Runs the RUN steps of builds in containers like any other: same capabilities, filter, masks and limits.
class BuildExecutor : public builder::Executor {
public:
    explicit BuildExecutor(EngineParts& parts)
        : m_parts(parts)
    {
    }
    Result<int> run(const builder::RunStep& step, builder::LogSink& log, std::stop_token stop) override;
    std::vector<std::string> fixedMountPoints() const override;

    /// At the engine's start: ends what builds of a former engine left running.
    void sweep();

private:
    Result<int> follow(const shim::Shim& shim, const builder::RunStep& step, builder::LogSink& log, std::stop_token stop);
    std::filesystem::path folder() const { return m_parts.options.run / "builds"; }

    EngineParts& m_parts;
};

/// The step in the form in which containers are described; pure.
ContainerRecord recordOf(const builder::RunStep& step);

} // namespace darsena::engine
