// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/container_manager.h"

#include "core/base/log.h"
#include "core/base/scope_guard.h"
#include "core/engine/container_access.h"
#include "core/engine/container_event.h"
#include "core/engine/container_starter.h"
#include "core/engine/create_request.h"
#include "core/engine/host_abilities.h"
#include "core/engine/host_config_check.h"
#include "core/engine/mount_request.h"
#include "core/engine/name_generator.h"
#include "core/engine/texts.h"
#include "core/runtime/cgroups/cgroup.h"
#include "core/engine/spec_builder.h"
#include "core/engine/volume_mounts.h"

#include <algorithm>
#include <csignal>
#include <set>

namespace darsena::engine {

ContainerManager::ContainerManager(EngineParts& parts, ContainerNetworks& networks)
    : m_parts(parts)
    , m_networks(networks)
    , m_starter(parts, networks)
    , m_health(parts)
{
}

ContainerManager::~ContainerManager()
{
    m_parts.reactor->finish();
    // Whoever still waits for a start that will not come must not wait for ever.
    for (const ContainerPointer& container : m_parts.containers.all()) {
        const std::lock_guard lock(container->mutex);
        for (const auto& slot : container->attaches)
            slot->answer(Error(ErrorCode::Cancelled, "the engine is stopping"));
    }
}

void ContainerManager::publish(const Container& container, std::string action, std::map<std::string, std::string> more)
{
    publishContainerEvent(m_parts.events, container, std::move(action), std::move(more));
}

/// Called with the container's mutex held.
void ContainerManager::save(const Container& container)
{
    if (const auto saved = m_parts.files.saveState(container.id, container.state); !saved)
        log::error("container {}: {}", short_(container), saved.error().message());
}

// Creation

Result<void> ContainerManager::requireJoined(const model::HostConfig& host)
{
    for (const auto& [member, mode] : {std::pair("PidMode", &host.pidMode), std::pair("IpcMode", &host.ipcMode)}) {
        const NamespaceMode parsed = TRY(parseNamespaceMode(member, *mode));
        if (parsed.kind != NamespaceMode::Kind::Container)
            continue;
        if (const auto other = m_parts.containers.find(parsed.container); !other)
            return other.error().as(ErrorCode::Invalid);
    }
    return {};
}

Result<std::vector<MountRecord>> ContainerManager::inheritedMounts(const model::HostConfig& host)
{
    std::vector<MountRecord> inherited;
    for (const std::string& text : host.volumesFrom) {
        const VolumesFrom from = TRY(parseVolumesFrom(text));
        const auto found = m_parts.containers.find(from.container);
        if (!found) // the request is wrong: "not found" is for its image, which clients then pull
            return found.error().as(ErrorCode::Invalid);
        const ContainerPointer& other = *found;
        const std::lock_guard lock(other->mutex);
        for (MountRecord mount : other->record.mounts) {
            mount.readOnly = mount.readOnly || from.readOnly;
            mount.copyUp = false;
            inherited.push_back(std::move(mount));
        }
    }
    return inherited;
}

Result<model::ContainerCreated> ContainerManager::create(
    const model::ContainerCreate& request, std::string_view name, std::string_view platform)
{
    if (name.starts_with('/'))
        name.remove_prefix(1);
    if (!name.empty())
        TRY(checkContainerName(name));
    if (request.config.image.empty())
        return Error(ErrorCode::Invalid, "config cannot be empty in order to create a container: Image is not set");
    const store::Image image = TRY(m_parts.store->find(request.config.image));
    if (!platform.empty()) {
        const oci::Platform wanted = TRY(oci::Platform::parse(platform));
        if (oci::match(wanted, image.config.platform) == 0)
            return Error(ErrorCode::NotFound,
                fmt::format("image with reference {} was found but its platform ({}) does not match the specified platform ({})",
                    request.config.image, image.config.platform.text(), wanted.text()));
    }
    const std::vector<MountRecord> inherited = TRY(inheritedMounts(request.hostConfig));
    CreatePlan plan = TRY(planCreate(request, image, inherited));
    (void)TRY(m_parts.runtimes.program(plan.record.hostConfig.runtime));
    TRY(requireJoined(plan.record.hostConfig));
    adaptToHost(plan.record.hostConfig, hostAbilities(), plan.warnings);
    ContainerRecord& record = plan.record;
    TRY(m_networks.plan(record, request.endpoints));
    record.id = generateId();
    record.created = now();
    record.name = name;
    if (name.empty()) {
        for (int retry = 0;; ++retry) {
            record.name = generateName(retry);
            const auto reserved = m_parts.containers.reserveName(record.name, record.id);
            if (reserved)
                break;
            if (retry > 100)
                return reserved.error();
        }
    } else {
        TRY(m_parts.containers.reserveName(record.name, record.id));
    }
    std::set<std::string> others; // volumes that are not made for this container, or have a name to be found by
    for (const MountRecord& mount : record.mounts)
        others.insert(mount.volume);
    ScopeGuard undo([&] {
        m_parts.containers.releaseName(record.name);
        (void)m_parts.files.remove(record.id);
        for (const MountRecord& mount : record.mounts) {
            if (mount.type == MountRecord::Type::Volume && !others.contains(mount.volume) && m_parts.volumes->remove(mount.volume))
                m_parts.events.publish("volume", "destroy", mount.volume, {{"driver", "local"}});
        }
    });
    for (const MountRecord& mount : record.mounts) {
        if (mount.type == MountRecord::Type::Bind && !mount.createSource)
            TRY(requireBindSource(mount));
    }
    TRY(makeVolumes(m_parts, record));
    TRY(m_parts.files.saveRecord(record));
    auto container = std::make_shared<Container>(record);
    m_parts.containers.insert(container);
    undo.dismiss();
    publish(*container, "create");
    return model::ContainerCreated{container->id, std::move(plan.warnings)};
}

Result<void> ContainerManager::pause(std::string_view reference)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    const std::lock_guard lifecycle(container->lifecycle);
    {
        const std::lock_guard lock(container->mutex);
        if (container->state.status == Status::Paused)
            return Error(ErrorCode::Conflict, fmt::format("container {} is already paused", container->id));
        if (container->state.status != Status::Running)
            return notRunning(*container);
        const auto cgroup = TRY(runtime::Cgroup::at(cgroupsPathOf(container->record)));
        TRY(cgroup->freeze());
        container->state.status = Status::Paused;
        save(*container);
    }
    publish(*container, "pause");
    return {};
}

Result<void> ContainerManager::unpause(std::string_view reference)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    const std::lock_guard lifecycle(container->lifecycle);
    {
        const std::lock_guard lock(container->mutex);
        if (container->state.status != Status::Paused)
            return Error(ErrorCode::Conflict, fmt::format("Container {} is not paused", container->id));
        const auto cgroup = TRY(runtime::Cgroup::at(cgroupsPathOf(container->record)));
        TRY(cgroup->thaw());
        container->state.status = Status::Running;
        save(*container);
    }
    publish(*container, "unpause");
    return {};
}

Result<void> ContainerManager::rename(std::string_view reference, std::string_view newName)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    if (newName.starts_with('/'))
        newName.remove_prefix(1);
    if (newName.empty())
        return Error(ErrorCode::Invalid, "Neither old nor new names may be empty");
    TRY_CONTEXT("Error when allocating new name", checkContainerName(newName));
    const std::lock_guard lifecycle(container->lifecycle);
    const std::string wanted(newName);
    std::string old;
    {
        const std::lock_guard lock(container->mutex);
        old = container->record.name;
        if (container->removed)
            return Error(ErrorCode::NotFound, fmt::format("No such container: {}", reference));
        if (old == wanted)
            return Error(ErrorCode::Invalid, "Renaming a container with the same name as its current name");
    }
    if (const auto reserved = m_parts.containers.reserveName(wanted, container->id); !reserved)
        return reserved.error().withContext("Error when allocating new name");
    {
        const std::lock_guard lock(container->mutex);
        container->record.name = wanted;
        if (const auto saved = m_parts.files.saveRecord(container->record); !saved) {
            container->record.name = old;
            m_parts.containers.releaseName(wanted);
            return saved;
        }
    }
    m_parts.containers.releaseName(old);
    m_networks.renamed(*container);
    publish(*container, "rename", {{"oldName", "/" + old}});
    return {};
}

} // namespace darsena::engine
