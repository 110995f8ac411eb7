// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/health.h"

namespace darsena::engine {

namespace {

std::chrono::nanoseconds orDefault(std::int64_t value, std::chrono::nanoseconds fallback)
{
    return value == 0 ? fallback : std::chrono::nanoseconds(value);
}

} // namespace

std::optional<HealthProbe> probeOf(const model::ContainerConfig& config)
{
    if (!config.healthcheck || config.healthcheck->test.empty())
        return std::nullopt;
    const model::HealthConfig& health = *config.healthcheck;
    HealthProbe probe;
    if (health.test.front() == "CMD-SHELL")
        probe.command = config.shell.empty() ? std::vector<std::string>{"/bin/sh", "-c"} : config.shell;
    else if (health.test.front() != "CMD")
        return std::nullopt;
    probe.command.insert(probe.command.end(), health.test.begin() + 1, health.test.end());
    if (probe.command.empty())
        return std::nullopt;
    probe.interval = orDefault(health.interval, probe.interval);
    probe.timeout = orDefault(health.timeout, probe.timeout);
    probe.startPeriod = orDefault(health.startPeriod, probe.startPeriod);
    probe.startInterval = orDefault(health.startInterval, probe.startInterval);
    if (health.retries > 0)
        probe.retries = health.retries;
    return probe;
}

Result<void> checkHealthConfig(const model::HealthConfig& config)
{
    const auto check = [](std::string_view name, std::int64_t value) -> Result<void> {
        if (value != 0 && value < 1'000'000)
            return Error(ErrorCode::Invalid, fmt::format("{} in Healthcheck cannot be less than 1ms", name));
        return {};
    };
    TRY(check("Interval", config.interval));
    TRY(check("Timeout", config.timeout));
    TRY(check("StartPeriod", config.startPeriod));
    TRY(check("StartInterval", config.startInterval));
    if (config.retries < 0)
        return Error(ErrorCode::Invalid, "Retries in Healthcheck cannot be negative");
    if (config.test.empty())
        return {};
    const std::string& kind = config.test.front();
    if (kind != "NONE" && kind != "CMD" && kind != "CMD-SHELL" && !kind.empty())
        return Error(ErrorCode::Invalid, fmt::format("Unknown type '{}' in Healthcheck (try 'CMD')", kind));
    for (const std::string& text : config.test) {
        if (text.find('\0') != std::string::npos)
            return Error(ErrorCode::Invalid, "Healthcheck: a NUL byte is not allowed");
    }
    return {};
}

bool applyResult(model::Health& health, const HealthProbe& probe, model::HealthResult result, model::Time startedAt)
{
    const std::string before = health.status;
    const bool succeeded = result.exitCode == 0;
    const bool early = health.status == "starting" && result.start && *result.start - startedAt < probe.startPeriod;
    if (health.log.size() >= kHealthLogEntries)
        health.log.erase(health.log.begin(), health.log.end() - static_cast<std::ptrdiff_t>(kHealthLogEntries - 1));
    health.log.push_back(std::move(result));
    if (succeeded) {
        health.failingStreak = 0;
        health.status = "healthy";
    } else if (!early) {
        ++health.failingStreak;
        if (health.failingStreak >= probe.retries)
            health.status = "unhealthy";
    }
    return health.status != before;
}

std::chrono::nanoseconds delayOf(const model::Health& health, const HealthProbe& probe, model::Time startedAt, model::Time now)
{
    const bool starts = health.status == "starting" && now - startedAt < probe.startPeriod;
    return starts ? probe.startInterval : probe.interval;
}

std::string goDuration(std::chrono::nanoseconds duration)
{
    const auto withFraction = [](std::int64_t value, std::int64_t unit) {
        std::string text = std::to_string(value / unit);
        std::string rest = std::to_string(value % unit + unit).substr(1);
        while (!rest.empty() && rest.back() == '0')
            rest.pop_back();
        return rest.empty() ? text : text + "." + rest;
    };
    const std::int64_t all = duration.count();
    if (all <= 0)
        return "0s";
    if (all < 1000)
        return fmt::format("{}ns", all);
    if (all < 1'000'000)
        return withFraction(all, 1000) + "µs";
    if (all < 1'000'000'000)
        return withFraction(all, 1'000'000) + "ms";
    const std::int64_t minutes = all / 60'000'000'000;
    std::string text;
    if (minutes >= 60)
        text = fmt::format("{}h{}m", minutes / 60, minutes % 60);
    else if (minutes > 0)
        text = fmt::format("{}m", minutes);
    return text + withFraction(all % 60'000'000'000, 1'000'000'000) + "s";
}

void ProbeOutput::feed(std::string_view bytes)
{
    constexpr std::size_t kHeader = 8;
    while (!bytes.empty()) {
        if (m_left == 0) {
            const std::size_t some = std::min(kHeader - m_header.size(), bytes.size());
            m_header.append(bytes.substr(0, some));
            bytes.remove_prefix(some);
            if (m_header.size() < kHeader)
                return;
            for (std::size_t i = 4; i < kHeader; ++i)
                m_left = m_left << 8 | static_cast<unsigned char>(m_header[i]);
            m_header.clear();
            continue;
        }
        const std::size_t some = std::min(m_left, bytes.size());
        const std::size_t room = kHealthOutputBytes - m_text.size();
        m_text.append(bytes.substr(0, std::min(some, room)));
        m_cut = m_cut || some > room;
        m_left -= some;
        bytes.remove_prefix(some);
    }
}

std::string ProbeOutput::text() const
{
    return m_cut ? m_text + "..." : m_text;
}

} // namespace darsena::engine
