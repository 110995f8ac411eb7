// SPDX-License-Identifier: GPL-3.0-or-later
// ContainerManager: removal.
#include "core/engine/container_manager.h"

#include "core/base/log.h"
#include "core/base/scope_guard.h"
#include "core/engine/container_access.h"
#include "core/engine/spec_builder.h"
#include "core/engine/volume_mounts.h"
#include "core/runtime/cgroups/cgroup.h"

#include <algorithm>

namespace darsena::engine {

namespace {

std::vector<std::shared_ptr<WaitSlot>> takeRemovalWaits(Container& container)
{
    const auto rest = std::ranges::partition(container.waits, [](const auto& slot) { return slot->condition != WaitCondition::Removed; });
    std::vector<std::shared_ptr<WaitSlot>> taken(std::make_move_iterator(rest.begin()), std::make_move_iterator(rest.end()));
    container.waits.erase(rest.begin(), rest.end());
    return taken;
}

} // namespace

// Removal

Result<void> ContainerManager::remove(std::string_view reference, bool force, bool volumes)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    const std::lock_guard lifecycle(container->lifecycle);
    return removeLocked(container, force, volumes);
}

void ContainerManager::removeVolumesOf(const ContainerRecord& record)
{
    for (const MountRecord& mount : record.mounts) {
        if (mount.type != MountRecord::Type::Volume || !mount.anonymous || !m_parts.volumes->find(mount.volume))
            continue;
        const auto users = m_parts.containers.usersOfVolume(mount.volume);
        if (std::ranges::any_of(users, [&](const std::string& user) { return user != record.id; }))
            continue;
        if (const auto gone = m_parts.volumes->remove(mount.volume); gone)
            m_parts.events.publish("volume", "destroy", mount.volume, {{"driver", "local"}});
        else
            log::warning("container {}: {}", record.id.substr(0, 12), gone.error().message());
    }
}

Result<void> ContainerManager::removeLocked(const ContainerPointer& container, bool force, bool volumes)
{
    ContainerRecord record;
    {
        const std::lock_guard lock(container->mutex);
        record = container->record;
        if (container->removed)
            return Error(ErrorCode::NotFound, fmt::format("No such container: {}", container->id));
        if (container->state.runs() && !force)
            return Error(ErrorCode::Conflict,
                fmt::format("cannot remove container \"{}\": container is {}: {}", "/" + record.name, name(container->state.status),
                    container->state.status == Status::Paused ? "unpause and stop the container before removing or force remove"
                                                              : "stop the container before removing or force remove"));
        if (container->state.status == Status::Restarting && !force)
            return Error(ErrorCode::Conflict,
                fmt::format("cannot remove container \"{}\": container is restarting: stop the container before removing or force remove", "/" + record.name));
    }
    TRY(endNow(container));
    awaitFormerRun(container);
    const auto files = container->files.takeOver(force ? std::chrono::seconds(0) : kCopyPatience);
    {
        const std::lock_guard lock(container->mutex);
        container->state.status = Status::Removing;
    }
    const auto failed = [&](const Error& cause) {
        const Error error = cause.withContext(fmt::format("cannot remove container \"/{}\"", record.name));
        const std::lock_guard lock(container->mutex);
        container->state.status = Status::Dead;
        container->state.error = cause.message();
        save(*container);
        // Nobody may ever try again: `docker run --rm` would wait for ever.
        for (const auto& slot : takeRemovalWaits(*container))
            slot->answer({container->state.exitCode, error.message()});
        return error;
    };
    // Without its record it is no container any more: whenever we die now, the next engine sweeps what is left. The other way
    // round it would find a container that has lost its files.
    if (const auto gone = m_parts.files.removeRecord(record.id, volumes); !gone)
        return failed(gone.error());
    if (const auto gone = m_parts.store->removeSnapshot(record.id); !gone) {
        (void)m_parts.files.saveRecord(record);
        return failed(gone.error());
    }
    if (volumes)
        removeVolumesOf(record);
    if (const auto gone = m_parts.files.remove(record.id); !gone)
        return failed(gone.error());
    m_parts.files.removeRun(record.id);
    std::vector<std::shared_ptr<WaitSlot>> waits;
    std::int64_t exitCode = 0;
    {
        const std::lock_guard lock(container->mutex);
        container->removed = true;
        exitCode = container->state.exitCode;
        waits.swap(container->waits);
        for (const auto& slot : std::exchange(container->attaches, {}))
            slot->answer(Error(ErrorCode::NotFound, fmt::format("No such container: {}", container->id)));
    }
    m_parts.containers.erase(*container, record.name);
    if (m_forgetContainer)
        m_forgetContainer(record.id);
    publish(*container, "destroy");
    for (const auto& slot : waits)
        slot->answer({exitCode, {}});
    return {};
}

} // namespace darsena::engine
