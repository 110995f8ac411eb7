// SPDX-License-Identifier: GPL-3.0-or-later
// ContainerManager: runs of a container, from the start to the end, and what begins anew by itself.
#include "core/engine/container_manager.h"

#include "core/base/log.h"
#include "core/engine/container_access.h"
#include "core/engine/container_starter.h"
#include "core/engine/spec_builder.h"
#include "core/engine/texts.h"
#include "core/engine/volume_mounts.h"
#include "core/runtime/cgroups/cgroup.h"

#include <algorithm>
#include <csignal>

namespace darsena::engine {

namespace {

constexpr std::int64_t kFirstBackOff = 100; // milliseconds
constexpr std::int64_t kLastBackOff = 60'000;

} // namespace

// Start

Result<void> ContainerManager::start(std::string_view reference)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    const std::lock_guard lock(container->lifecycle);
    bool autoRemove = false;
    {
        const std::lock_guard state(container->mutex);
        if (container->removed)
            return Error(ErrorCode::NotFound, fmt::format("No such container: {}", reference));
        autoRemove = container->record.hostConfig.autoRemove;
        if (container->state.status == Status::Paused)
            return Error(ErrorCode::Conflict, "cannot start a paused container, try unpause instead");
        if (container->state.status == Status::Running || container->state.status == Status::Restarting)
            return Error(ErrorCode::NotModified, fmt::format("container {} is running already", container->id));
        if (container->state.status == Status::Dead || container->state.status == Status::Removing)
            return Error(ErrorCode::Conflict, "container is marked for removal and cannot be started");
        container->state.stoppedByUser = false;
        container->state.restartCount = 0;
        container->state.backOff = 0;
    }
    const auto started = startLocked(container);
    if (!started) {
        failStart(container, started.error());
        if (autoRemove)
            (void)removeLocked(container, true, true);
    }
    return started;
}

Result<void> ContainerManager::startLocked(const ContainerPointer& container)
{
    awaitFormerRun(container);
    ContainerRecord record;
    {
        const std::lock_guard lock(container->mutex);
        record = container->record;
    }
    const auto files = container->files.takeOver(kCopyPatience);
    ContainerStarter::Prepared prepared = TRY(m_starter.prepare(record));
    auto run = std::make_shared<EndSignal>(TRY(WakeFd::create()));
    // Before the program runs, so that no client misses its first words.
    std::vector<std::shared_ptr<AttachSlot>> slots;
    {
        const std::lock_guard lock(container->mutex);
        slots.swap(container->attaches);
    }
    for (const auto& slot : slots)
        slot->answer(prepared.shim.attach(slot->options));
    // Asked before the start: from here on nothing can keep us from hearing of its end.
    auto end = prepared.shim.openEnd();
    const auto started = end ? prepared.shim.start() : end.error();
    if (!started) {
        if (!end)
            (void)prepared.shim.kill(SIGKILL);
        m_networks.detach(record.id, prepared.endpoints);
        releaseVolumes(m_parts, record, false);
        m_parts.files.removeRun(record.id);
        // These two the clients know by their text; the code says to them only that the request failed.
        const ErrorCode code = started.error().code();
        if (code == ErrorCode::NotFound || code == ErrorCode::Denied)
            return started.error().as(ErrorCode::Invalid);
        return started.error();
    }
    {
        const std::lock_guard lock(container->mutex);
        ContainerState& state = container->state;
        state.status = Status::Running;
        state.pid = prepared.shim.pid();
        state.startedAt = now();
        state.exitCode = 0;
        state.error.clear();
        state.oomKilled = false;
        state.endpoints = prepared.endpoints;
        container->shim = prepared.shim;
        container->run = std::move(run);
        HealthMonitor::prepare(*container);
        save(*container);
        slots = std::exchange(container->attaches, {});
    }
    // Those that came since the others were served: from now on nobody leaves such a slot.
    for (const auto& slot : slots)
        slot->answer(prepared.shim.attach(slot->options));
    m_networks.publishEvents("connect", record, prepared.endpoints);
    publishVolumeMounts(m_parts, record);
    publish(*container, "start");
    m_health.begin(container, false);
    return supervise(container, prepared.shim, std::move(*end));
}

void ContainerManager::awaitFormerRun(const ContainerPointer& container)
{
    std::shared_ptr<EndSignal> run;
    {
        const std::lock_guard lock(container->mutex);
        run = container->run;
    }
    if (run && !run->ended)
        (void)waitReadable(run->wake.fd(), m_parts.reactor->stopToken(), kKillPatience);
}

void ContainerManager::failStart(const ContainerPointer& container, const Error& error)
{
    const std::lock_guard lock(container->mutex);
    const std::string& text = error.message();
    container->state.error = text;
    if (text.find("executable file not found") != std::string::npos || text.find("no such file or directory") != std::string::npos)
        container->state.exitCode = 127;
    else if (text.find("permission denied") != std::string::npos || text.find("is a directory") != std::string::npos)
        container->state.exitCode = 126;
    else
        container->state.exitCode = 128;
    if (container->state.status == Status::Restarting)
        container->state.status = Status::Exited;
    save(*container);
    for (const auto& slot : std::exchange(container->attaches, {}))
        slot->answer(error);
    std::erase_if(container->waits, [&](const auto& slot) {
        if (slot->condition == WaitCondition::Removed)
            return false;
        slot->answer({container->state.exitCode, {}});
        return true;
    });
}

Result<void> ContainerManager::supervise(const ContainerPointer& container, shim::Shim shim, UniqueFd end)
{
    return m_parts.reactor->whenReadable(std::move(end), [this, container, shim = std::move(shim)](std::stop_token stop) {
        const auto exit = shim.wait(stop);
        if (!exit && exit.error().code() == ErrorCode::Cancelled)
            return; // the engine ends, the container runs on
        if (exit) {
            finishRun(container, *exit);
            return;
        }
        // The monitor died without a word; its death kills the container, the cgroup makes sure.
        log::error("container {}: its monitor is gone: {}", short_(*container), exit.error().message());
        if (const auto cgroup = runtime::Cgroup::at(cgroupOf(*container))) {
            (void)(*cgroup)->killAll();
            (void)(*cgroup)->remove();
            runtime::removeIfEmpty(cgroupsPathOf(container->record)); // somebody else's runtime uses hierarchies that ours does not
        }
        shim::Exit unknown;
        unknown.code = 255;
        unknown.error = "the container's monitor died; how the container ended is not known";
        unknown.finishedAt = std::chrono::system_clock::now();
        finishRun(container, unknown);
    });
}

// The end of a run

void ContainerManager::finishRun(const ContainerPointer& container, const shim::Exit& exit)
{
    ContainerRecord record; // an update may change the container's own meanwhile
    Endpoints endpoints;
    std::shared_ptr<EndSignal> run;
    std::vector<std::shared_ptr<WaitSlot>> answered;
    std::vector<std::string> execs;
    std::optional<std::chrono::milliseconds> restartDelay;
    bool removes = false;
    bool updated = false;
    std::chrono::nanoseconds ran{};
    {
        const std::lock_guard lock(container->mutex);
        ContainerState& state = container->state;
        const model::RestartPolicy& policy = container->record.hostConfig.restartPolicy;
        state.exitCode = exit.code;
        state.oomKilled = exit.oomKilled;
        state.error = exit.error;
        state.finishedAt = exit.finishedAt == std::chrono::system_clock::time_point() ? now() : model::Time(exit.finishedAt.time_since_epoch());
        state.pid = 0;
        HealthMonitor::end(*container);
        ran = *state.finishedAt - state.startedAt.value_or(*state.finishedAt);
        endpoints = std::exchange(state.endpoints, {});
        const bool again = policy.name == "always" || policy.name == "unless-stopped"
            || (policy.name == "on-failure" && exit.code != 0
                && (policy.maximumRetryCount == 0 || state.restartCount < policy.maximumRetryCount));
        if (again && !state.stoppedByUser && !container->keepOnExit && state.status != Status::Removing) {
            // Doubles from 100 ms to a minute; a run of ten seconds counts as a success.
            if (ran > std::chrono::seconds(10))
                state.backOff = 0;
            state.backOff = state.backOff == 0 ? kFirstBackOff : std::min(2 * state.backOff, kLastBackOff);
            restartDelay = std::chrono::milliseconds(state.backOff);
            ++state.restartCount;
            state.status = Status::Restarting;
        } else if (state.status != Status::Removing) {
            state.status = Status::Exited;
        }
        updated = std::exchange(container->updated, false);
        removes = container->record.hostConfig.autoRemove && !container->keepOnExit && !restartDelay;
        container->keepOnExit = false;
        container->shim.reset();
        run = container->run;
        execs.assign(container->execs.begin(), container->execs.end());
        container->execs.clear();
        for (const auto& slot : container->waits) {
            const bool ends = slot->condition == WaitCondition::NextExit || (slot->condition == WaitCondition::NotRunning && !restartDelay);
            if (ends)
                answered.push_back(slot);
        }
        std::erase_if(container->waits, [&](const auto& slot) { return std::ranges::find(answered, slot) != answered.end(); });
        if (!removes)
            save(*container);
        record = container->record;
    }
    m_networks.detach(container->id, endpoints);
    m_parts.files.removeRun(container->id);
    if (updated) {
        // An update may have made groups of which the monitor knows nothing.
        if (const auto cgroup = runtime::Cgroup::at(cgroupsPathOf(record)))
            (void)(*cgroup)->remove();
    }
    if (m_forgetExecs && !execs.empty())
        m_forgetExecs(execs);
    if (exit.oomKilled)
        publish(*container, "oom");
    publish(*container, "die", {{"exitCode", std::to_string(exit.code)},
        {"execDuration", std::to_string(std::chrono::duration_cast<std::chrono::seconds>(ran).count())}});
    m_networks.publishEvents("disconnect", record, endpoints);
    releaseVolumes(m_parts, record, true);
    if (run)
        run->end();
    for (const auto& slot : answered)
        slot->answer({exit.code, exit.error.empty() ? std::optional<std::string>() : exit.error});
    if (restartDelay) {
        restartLater(container, *restartDelay);
    } else if (removes) {
        const std::lock_guard lock(container->lifecycle);
        if (const auto removed = removeLocked(container, true, true); !removed && removed.error().code() != ErrorCode::NotFound)
            log::error("container {}: automatic removal: {}", short_(*container), removed.error().message());
    }
}

void ContainerManager::restartLater(const ContainerPointer& container, std::chrono::milliseconds delay)
{
    std::uint64_t round = 0;
    {
        const std::lock_guard lock(container->mutex);
        round = ++container->restartRound;
    }
    m_parts.reactor->after(delay, [this, container, round](const std::stop_token&) { restartNow(container, round); });
}

void ContainerManager::restartNow(const ContainerPointer& container, std::uint64_t round)
{
    const std::lock_guard lock(container->lifecycle);
    {
        const std::lock_guard state(container->mutex);
        if (container->state.status != Status::Restarting || container->restartRound != round)
            return;
    }
    if (const auto started = startLocked(container); !started) {
        log::error("container {}: restart: {}", short_(*container), started.error().message());
        failStart(container, started.error());
    }
}

} // namespace darsena::engine
