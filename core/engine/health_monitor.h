// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/container.h"
#include "core/engine/engine_parts.h"
#include "core/engine/health.h"

#include <cstdint>
#include <stop_token>

namespace darsena::engine {

/// Runs the health checks of running containers: exec sessions, from time to time, each on a thread for as long as it
/// takes. A container without a check costs nothing. Results are kept with the container's state, so that the next engine
/// goes on where this one ended.
class HealthMonitor {
public:
    explicit HealthMonitor(EngineParts& parts)
        : m_parts(parts)
    {
    }

    /// A run began: the status is "starting". Called with the container's mutex held; begins nothing yet.
    static void prepare(Container& container);
    /// Begins to probe a running container; `resumed` = one that a former engine probed. Called without its mutex.
    void begin(const ContainerPointer& container, bool resumed);
    /// The run ended. Called with the container's mutex held.
    static void end(Container& container);

private:
    void schedule(const ContainerPointer& container, std::uint64_t round, std::chrono::nanoseconds delay);
    void probe(const ContainerPointer& container, std::uint64_t round, const std::stop_token& stop);
    /// None when the engine or the container ended meanwhile.
    std::optional<model::HealthResult> run(const Container& container, const HealthProbe& probe, const std::stop_token& stop);
    Result<std::int64_t> runSession(const Container& container, const std::string& id, const HealthProbe& probe, const std::stop_token& stop,
        std::string& output);

    EngineParts& m_parts;
};

} // namespace darsena::engine
