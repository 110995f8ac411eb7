// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/health_monitor.h"

#include "core/base/log.h"
#include "core/base/scope_guard.h"
#include "core/engine/container_event.h"
#include "core/engine/exec_session.h"
#include "core/engine/name_generator.h"
#include "core/engine/texts.h"
#include "core/os/file.h"

#include <array>
#include <cerrno>
#include <csignal>

#include <sys/socket.h>

namespace darsena::engine {

namespace {

using SteadyClock = std::chrono::steady_clock;

std::chrono::milliseconds leftUntil(SteadyClock::time_point end)
{
    return std::max(std::chrono::milliseconds(0), std::chrono::ceil<std::chrono::milliseconds>(end - SteadyClock::now()));
}

/// Reads until the end; false when the time was over or `stop` was asked first.
Result<bool> readOutput(int stream, ProbeOutput& output, const std::stop_token& stop, SteadyClock::time_point end)
{
    std::array<char, 4096> room;
    for (;;) {
        if (!TRY(waitReadable(stream, stop, leftUntil(end))))
            return false;
        const ssize_t got = ::recv(stream, room.data(), room.size(), MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
            return true;
        if (got > 0)
            output.feed({room.data(), static_cast<std::size_t>(got)});
        // A check that writes without end never lets us wait.
        if (SteadyClock::now() >= end)
            return false;
    }
}

} // namespace

void HealthMonitor::prepare(Container& container)
{
    if (!probeOf(container.record.config)) {
        container.state.health.reset();
        return;
    }
    if (!container.state.health)
        container.state.health.emplace();
    container.state.health->status = "starting";
    container.state.health->failingStreak = 0;
}

void HealthMonitor::begin(const ContainerPointer& container, bool resumed)
{
    std::uint64_t round = 0;
    std::chrono::nanoseconds delay{};
    {
        const std::lock_guard lock(container->mutex);
        const auto probe = probeOf(container->record.config);
        if (!probe || !container->state.runs())
            return;
        if (!container->state.health)
            prepare(*container);
        const model::Health& health = *container->state.health;
        round = ++container->healthRound;
        const model::Time moment = now();
        delay = delayOf(health, *probe, container->state.startedAt.value_or(moment), moment);
        if (resumed && !health.log.empty() && health.log.back().end)
            delay = std::clamp(*health.log.back().end + delay - moment, std::chrono::nanoseconds(0), delay);
    }
    schedule(container, round, delay);
}

void HealthMonitor::end(Container& container)
{
    ++container.healthRound;
    // What does not run is not healthy.
    if (container.state.health)
        container.state.health->status = "unhealthy";
}

void HealthMonitor::schedule(const ContainerPointer& container, std::uint64_t round, std::chrono::nanoseconds delay)
{
    m_parts.reactor->after(std::chrono::ceil<std::chrono::milliseconds>(delay),
        [this, container, round](const std::stop_token& stop) { probe(container, round, stop); });
}

void HealthMonitor::probe(const ContainerPointer& container, std::uint64_t round, const std::stop_token& stop)
{
    std::optional<HealthProbe> probe;
    bool paused = false;
    {
        const std::lock_guard lock(container->mutex);
        if (container->healthRound != round || !container->state.runs())
            return;
        probe = probeOf(container->record.config);
        paused = container->state.status == Status::Paused;
    }
    if (!probe)
        return;
    std::optional<model::HealthResult> result;
    if (!paused) {
        result = run(*container, *probe, stop);
        if (!result)
            return;
    }
    bool changed = false;
    std::string status;
    std::chrono::nanoseconds delay{};
    {
        const std::lock_guard lock(container->mutex);
        if (container->healthRound != round || !container->state.health)
            return; // it ended while it was asked
        model::Health& health = *container->state.health;
        const model::Time startedAt = container->state.startedAt.value_or(now());
        // A pause that came in between makes the answer worthless.
        if (result && container->state.status == Status::Running) {
            changed = applyResult(health, *probe, std::move(*result), startedAt);
            if (const auto saved = m_parts.files.saveState(container->id, container->state); !saved)
                log::error("container {}: {}", container->id.substr(0, 12), saved.error().message());
        }
        status = health.status;
        delay = delayOf(health, *probe, startedAt, now());
    }
    if (changed)
        publishContainerEvent(m_parts.events, *container, "health_status: " + status);
    schedule(container, round, delay);
}

std::optional<model::HealthResult> HealthMonitor::run(const Container& container, const HealthProbe& probe, const std::stop_token& stop)
{
    const std::string id = generateId();
    const std::string command = fmt::format("{}", fmt::join(probe.command, " "));
    const ScopeGuard tidy([&] {
        if (const auto gone = os::removeTree(m_parts.files.exec(id)); !gone)
            log::warning("health check {}: {}", id.substr(0, 12), gone.error().message());
    });
    model::HealthResult result;
    result.start = now();
    publishContainerEvent(m_parts.events, container, "exec_create: " + command, {{"execID", id}});
    const auto code = runSession(container, id, probe, stop, result.output);
    if (!code && code.error().code() == ErrorCode::Cancelled)
        return std::nullopt;
    result.end = now();
    result.exitCode = code.valueOr(-1);
    if (!code) {
        const bool late = code.error().code() == ErrorCode::Unavailable && code.error().message().starts_with("Health check");
        result.output = late && !result.output.empty() ? code.error().message() + ": " + result.output : code.error().message();
    }
    if (result.output.size() > kHealthOutputBytes + 64)
        result.output.resize(kHealthOutputBytes + 64);
    publishContainerEvent(m_parts.events, container, "exec_die", {{"execID", id}, {"exitCode", std::to_string(result.exitCode)}});
    return result;
}

Result<std::int64_t> HealthMonitor::runSession(
    const Container& container, const std::string& id, const HealthProbe& probe, const std::stop_token& stop, std::string& output)
{
    const auto deadline = SteadyClock::now() + std::min<std::chrono::nanoseconds>(probe.timeout, std::chrono::hours(24 * 365));
    model::ExecCreate request;
    request.cmd = probe.command;
    request.attachStdout = request.attachStderr = true;
    const shim::Shim session = TRY(launchSession(m_parts, container, id, request));
    ScopeGuard kill([&] {
        (void)session.kill(SIGKILL);
        (void)session.wait(stop);
    });
    const shim::Attachment attachment = TRY(session.attach({false, true, true}));
    const UniqueFd end = TRY(session.openEnd());
    publishContainerEvent(m_parts.events, container, "exec_start: " + fmt::format("{}", fmt::join(probe.command, " ")), {{"execID", id}});
    TRY(session.start());
    ProbeOutput collected;
    const bool whole = TRY(readOutput(attachment.stream.get(), collected, stop, deadline))
        && TRY(waitReadable(end.get(), stop, leftUntil(deadline)));
    output = collected.text();
    if (stop.stop_requested())
        return Error(ErrorCode::Cancelled, "the engine is stopping");
    if (!whole)
        return Error(ErrorCode::Unavailable, fmt::format("Health check exceeded timeout ({})", goDuration(probe.timeout)));
    kill.dismiss();
    return std::int64_t{TRY(session.wait(stop)).code};
}

} // namespace darsena::engine
