// SPDX-License-Identifier: GPL-3.0-or-later
// ContainerManager: ends that somebody asks for.
#include "core/engine/container_manager.h"

#include "core/engine/container_access.h"
#include "core/engine/texts.h"
#include "core/runtime/cgroups/cgroup.h"

#include <algorithm>
#include <csignal>

namespace darsena::engine {

namespace {

constexpr std::int64_t kDefaultStopSeconds = 10;

} // namespace

// Stop

bool ContainerManager::callOffRestart(const ContainerPointer& container)
{
    {
        const std::lock_guard lock(container->mutex);
        if (container->state.runs())
            return false;
    }
    // It may just be starting: then the start comes first, and what it began is stopped.
    const std::lock_guard lifecycle(container->lifecycle);
    const std::lock_guard lock(container->mutex);
    if (container->state.status != Status::Restarting)
        return false;
    container->state.status = Status::Exited;
    container->state.stoppedByUser = true;
    save(*container);
    for (const auto& slot : container->waits) {
        if (slot->condition == WaitCondition::NotRunning)
            slot->answer({container->state.exitCode, {}});
    }
    return true;
}

Result<void> ContainerManager::stopRun(const ContainerPointer& container, std::optional<std::int64_t> seconds, std::string_view signalText)
{
    if (callOffRestart(container))
        return {};
    std::optional<shim::Shim> shim;
    std::shared_ptr<EndSignal> run;
    std::int64_t patience = kDefaultStopSeconds;
    int signal = SIGTERM;
    bool paused = false;
    {
        // A start that is under way comes first: then there is something to stop. One that is only planned is called off.
        const std::lock_guard lifecycle(container->lifecycle);
        const std::lock_guard lock(container->mutex);
        const model::ContainerConfig& config = container->record.config;
        const std::string_view text = !signalText.empty() ? signalText : std::string_view(config.stopSignal);
        if (!text.empty())
            signal = TRY(parseSignal(text));
        if (!container->state.runs() || !container->shim)
            return Error(ErrorCode::NotModified, fmt::format("container {} is not running", container->id));
        shim = container->shim;
        run = container->run;
        paused = container->state.status == Status::Paused;
        container->state.stoppedByUser = true;
        patience = seconds.value_or(config.stopTimeout.value_or(kDefaultStopSeconds));
    }
    if (paused)
        (void)unpause(container->id);
    const auto sent = shim->kill(signal);
    publish(*container, "kill", {{"signal", std::to_string(signal)}});
    if (sent || sent.error().code() == ErrorCode::Conflict) {
        std::optional<std::chrono::milliseconds> limit;
        if (patience >= 0)
            limit = std::chrono::milliseconds(std::min<std::int64_t>(patience, 1'000'000) * 1000);
        if (TRY(waitReadable(run->wake.fd(), m_parts.reactor->stopToken(), limit)))
            return {};
    }
    return endNow(container);
}

/// SIGKILL, and everything in the cgroup should that not be enough.
Result<void> ContainerManager::endNow(const ContainerPointer& container)
{
    std::optional<shim::Shim> shim;
    std::shared_ptr<EndSignal> run;
    {
        const std::lock_guard lock(container->mutex);
        if (!container->state.runs() || !container->shim)
            return {};
        shim = container->shim;
        run = container->run;
        container->state.stoppedByUser = true;
    }
    (void)shim->kill(SIGKILL);
    publish(*container, "kill", {{"signal", std::to_string(SIGKILL)}});
    const auto cgroup = runtime::Cgroup::at(cgroupOf(*container));
    if (cgroup)
        (void)(*cgroup)->thaw();
    if (TRY(waitReadable(run->wake.fd(), m_parts.reactor->stopToken(), kKillPatience)))
        return {};
    if (cgroup)
        (void)(*cgroup)->killAll();
    if (TRY(waitReadable(run->wake.fd(), m_parts.reactor->stopToken(), kKillPatience)))
        return {};
    return Error(ErrorCode::System, fmt::format("container {} did not end although it was killed", container->id));
}

Result<void> ContainerManager::stop(std::string_view reference, std::optional<std::int64_t> seconds, std::string_view signal)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    TRY(stopRun(container, seconds, signal));
    publish(*container, "stop");
    return {};
}

Result<void> ContainerManager::restart(std::string_view reference, std::optional<std::int64_t> seconds, std::string_view signal)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    {
        const std::lock_guard lock(container->mutex);
        container->keepOnExit = container->state.runs();
    }
    const auto stopped = stopRun(container, seconds, signal);
    if (!stopped && stopped.error().code() != ErrorCode::NotModified) {
        // It runs on, and its end is an end like any other.
        const std::lock_guard lock(container->mutex);
        container->keepOnExit = false;
        return stopped;
    }
    if (stopped)
        publish(*container, "stop");
    const auto started = start(container->id);
    if (!started && started.error().code() != ErrorCode::NotModified)
        return started;
    publish(*container, "restart");
    return {};
}

Result<void> ContainerManager::kill(std::string_view reference, std::string_view signalText)
{
    constexpr std::string_view kDigits = "0123456789";
    if (signalText.size() == 2 && signalText > "64" && signalText.find_first_not_of(kDigits) == std::string_view::npos)
        return Error(ErrorCode::Invalid, fmt::format("cannot kill container: {}: The linux daemon does not support signal {}", reference, signalText));
    const int signal = signalText.empty() ? SIGKILL : TRY(parseSignal(signalText));
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    std::optional<shim::Shim> shim;
    std::shared_ptr<EndSignal> run;
    bool paused = false;
    {
        const std::lock_guard lock(container->mutex);
        if (!container->state.runs() || !container->shim)
            return notRunning(*container).withContext(fmt::format("cannot kill container: {}", reference));
        shim = container->shim;
        run = container->run;
        paused = container->state.status == Status::Paused;
        // As Docker: whoever ends it by hand does not want it back.
        const std::string& stopSignal = container->record.config.stopSignal;
        if (signal == SIGKILL || signal == (stopSignal.empty() ? SIGTERM : parseSignal(stopSignal).valueOr(SIGTERM)))
            container->state.stoppedByUser = true;
    }
    if (const auto sent = shim->kill(signal); !sent)
        return sent.error().withContext(fmt::format("cannot kill container: {}", reference));
    if (paused && signal == SIGKILL) {
        // The frozen cannot die.
        if (const auto cgroup = runtime::Cgroup::at(cgroupOf(*container)))
            (void)(*cgroup)->thaw();
    }
    publish(*container, "kill", {{"signal", std::to_string(signal)}});
    // As Docker: whoever asks right after it sees a container that has ended.
    if (signal == SIGKILL && run)
        (void)TRY(waitReadable(run->wake.fd(), m_parts.reactor->stopToken(), kKillPatience));
    return {};
}

} // namespace darsena::engine
