// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/container.h"
#include "core/base/result.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a health check is and what its results mean. Pure; HealthMonitor does it.
namespace darsena::engine {

inline constexpr std::size_t kHealthLogEntries = 5;
inline constexpr std::size_t kHealthOutputBytes = 4096;

/// A health check with Docker's defaults filled in.
struct HealthProbe {
    std::vector<std::string> command;
    std::chrono::nanoseconds interval = std::chrono::seconds(30);
    std::chrono::nanoseconds timeout = std::chrono::seconds(30);
    std::chrono::nanoseconds startPeriod{0}; ///< failures in this time after the start do not count
    std::chrono::nanoseconds startInterval = std::chrono::seconds(5); ///< during the start period
    std::int64_t retries = 3; ///< so many failures in a row make it unhealthy
};

/// The container's check; none when it has none, or {"NONE"}.
std::optional<HealthProbe> probeOf(const model::ContainerConfig& config);

/// Errors: Invalid (negative or tiny times, negative retries, an unknown kind of test).
Result<void> checkHealthConfig(const model::HealthConfig& config);

/// Takes a result into the log and counts it. True when the status changed.
bool applyResult(model::Health& health, const HealthProbe& probe, model::HealthResult result, model::Time startedAt);

/// From the end of one probe (or the start) to the next.
std::chrono::nanoseconds delayOf(const model::Health& health, const HealthProbe& probe, model::Time startedAt, model::Time now);

/// "1m30s": as Go writes a duration.
std::string goDuration(std::chrono::nanoseconds duration);

/// Collects the output of a probe from Docker's frames, in pieces of any size; keeps no more than a result shows.
class ProbeOutput {
public:
    void feed(std::string_view bytes);
    /// With "..." when there was more.
    std::string text() const;

private:
    std::string m_header;
    std::size_t m_left = 0; ///< of the present frame
    std::string m_text;
    bool m_cut = false;
};

} // namespace darsena::engine
