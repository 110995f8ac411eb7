// SPDX-License-Identifier: GPL-3.0-or-later
// What an engine does with the containers that a former one left.
#include "core/engine/container_manager.h"

#include "core/base/log.h"
#include "core/engine/spec_builder.h"
#include "core/engine/texts.h"
#include "core/engine/volume_mounts.h"
#include "core/os/file.h"
#include "core/runtime/cgroups/cgroup.h"

#include <csignal>
#include <set>

namespace darsena::engine {

namespace {

/// Ends whatever is left of a container whose monitor is gone.
void sweepCgroup(const ContainerRecord& record)
{
    const auto cgroup = runtime::Cgroup::at(cgroupsPathOf(record));
    if (!cgroup)
        return;
    (void)(*cgroup)->killAll();
    (void)(*cgroup)->remove();
    runtime::removeIfEmpty(cgroupsPathOf(record)); // somebody else's runtime uses hierarchies that ours does not
}

shim::Exit unknownExit()
{
    shim::Exit exit;
    exit.code = 255;
    exit.error = "the container ended while no engine watched, and its monitor left no record: the machine was restarted, or the monitor was killed";
    exit.finishedAt = std::chrono::system_clock::now();
    return exit;
}

} // namespace

void ContainerManager::adoptOne(ContainerFiles::Stored stored)
{
    auto container = std::make_shared<Container>(std::move(stored.record));
    container->state = std::move(stored.state);
    const std::string shortId = container->id.substr(0, 12);
    if (const auto reserved = m_parts.containers.reserveName(container->record.name, container->id); !reserved) {
        // Two of one name can only come from a crash in the middle of a rename: the older keeps it.
        const std::string fallback = container->record.name + "_" + shortId;
        log::warning("container {}: the name {} is taken twice; it is now {}", shortId, container->record.name, fallback);
        container->record.name = fallback;
        (void)m_parts.containers.reserveName(fallback, container->id);
        (void)m_parts.files.saveRecord(container->record);
    }
    m_parts.containers.insert(container);
    const auto shim = shim::Shim::connect(m_parts.files.shim(container->id));
    if (!container->state.runs()) {
        // A monitor that was launched and never told to start: its engine died in between.
        if (shim) {
            (void)shim->kill(SIGKILL);
            (void)shim->wait(m_parts.reactor->stopToken());
        }
        // Made before the monitor was told of it.
        sweepCgroup(container->record);
        m_parts.files.removeRun(container->id);
        if (container->state.status == Status::Removing)
            container->state.status = Status::Exited;
        return;
    }
    auto run = WakeFd::create();
    if (run)
        container->run = std::make_shared<EndSignal>(std::move(*run));
    if (!shim) {
        log::warning("container {}: ran when the former engine ended; its monitor is gone", shortId);
        sweepCgroup(container->record);
        container->state.endpoints.clear();
        finishRun(container, unknownExit());
        return;
    }
    adoptVolumes(m_parts, container->record, *shim);
    container->shim = *shim;
    container->updated = true; // by the former engine, for all we know
    container->state.pid = shim->pid();
    m_networks.restore(*container);
    if (container->state.status == Status::Running) {
        // An engine that died while it committed the container has left it frozen; nobody else paused it.
        if (const auto cgroup = runtime::Cgroup::at(cgroupsPathOf(container->record)))
            (void)(*cgroup)->thaw();
    }
    log::info("container {}: adopted from the former engine", shortId);
    m_health.begin(container, true);
    // Has it ended meanwhile, that is told at once.
    auto end = shim->openEnd();
    const auto watched = end ? supervise(container, *shim, std::move(*end)) : end.error();
    if (!watched)
        log::error("container {}: {}", shortId, watched.error().message());
}

Result<void> ContainerManager::adopt()
{
    auto stored = TRY(m_parts.files.load());
    std::ranges::sort(stored, {}, [](const ContainerFiles::Stored& one) { return one.record.created; });
    std::set<std::string> known;
    std::set<std::string> waited; // for a restart, when the former engine ended
    for (ContainerFiles::Stored& one : stored) {
        known.insert(one.record.id);
        if (one.state.status == Status::Restarting)
            waited.insert(one.record.id);
        adoptOne(std::move(one));
    }
    sweepVolumeMounts(m_parts);
    if (const auto stand = m_parts.bridges->finishAdoption(); !stand)
        log::error("networks: {}", stand.error().message());
    // Monitors of containers that are no more: a removal or creation was cut short.
    for (const std::string& id : m_parts.files.shimIds()) {
        if (known.contains(id))
            continue;
        log::info("ended the monitor of {}, which is no container any more", id.substr(0, 12));
        if (const auto shim = shim::Shim::connect(m_parts.files.shim(id))) {
            (void)shim->kill(SIGKILL);
            (void)shim->wait(m_parts.reactor->stopToken());
        }
        m_parts.files.removeRun(id);
    }
    for (const std::string& id : m_parts.store->snapshots().valueOr({})) {
        // One whose record cannot be read is left out, and loses nothing.
        if (known.contains(id) || id.size() != 64 || m_parts.files.hasRecord(id))
            continue;
        log::info("removed the files of {}, which is no container any more", id.substr(0, 12));
        if (const auto gone = m_parts.store->removeSnapshot(id); !gone)
            log::warning("{}", gone.error().message());
    }
    for (const ContainerRecord& record : m_parts.files.removed()) {
        removeVolumesOf(record);
        if (const auto gone = m_parts.files.remove(record.id); !gone)
            log::warning("container {}: {}", record.id.substr(0, 12), gone.error().message());
    }
    for (const ContainerPointer& container : m_parts.containers.all())
        settle(container, waited.contains(container->id));
    return {};
}

/// Restart policies hold across the engine's and the machine's restarts, and so does --rm.
void ContainerManager::settle(const ContainerPointer& container, bool waitedForRestart)
{
    bool starts = false;
    bool goes = false;
    {
        const std::lock_guard lock(container->mutex);
        ContainerState& state = container->state;
        const model::HostConfig& host = container->record.hostConfig;
        const std::string& policy = host.restartPolicy.name;
        const bool wanted = policy == "always" || (policy == "unless-stopped" && !state.stoppedByUser);
        starts = waitedForRestart || (wanted && state.status == Status::Exited);
        goes = state.status == Status::Dead || (host.autoRemove && state.status == Status::Exited && state.startedAt);
        if (starts)
            state.status = Status::Restarting;
    }
    if (starts) {
        restartLater(container, std::chrono::milliseconds(0));
    } else if (goes) {
        log::info("container {}: removed, as it should have been before", container->id.substr(0, 12));
        const std::lock_guard lock(container->lifecycle);
        if (const auto removed = removeLocked(container, true, container->record.hostConfig.autoRemove); !removed)
            log::error("container {}: {}", container->id.substr(0, 12), removed.error().message());
    }
}

} // namespace darsena::engine
