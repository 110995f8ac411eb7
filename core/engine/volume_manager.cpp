// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/volume_manager.h"

#include "core/base/log.h"
#include "core/os/file.h"

namespace darsena::engine {

namespace {

model::Volume describe(const volumes::Volume& volume)
{
    model::Volume result;
    result.name = volume.name;
    result.mountpoint = volume.data;
    result.createdAt = volume.created;
    result.labels = volume.labels;
    if (volume.anonymous)
        result.labels.emplace("com.docker.volume.anonymous", "");
    return result;
}

} // namespace

Result<model::VolumeList> VolumeManager::list(const Filters& filters)
{
    TRY(filters.allowOnly({"dangling", "driver", "label", "label!", "name"}));
    model::VolumeList list;
    for (const volumes::Volume& volume : TRY(m_parts.volumes->list())) {
        const auto& names = filters.values("name");
        const bool named = names.empty()
            || std::ranges::any_of(names, [&](const std::string& part) { return volume.name.find(part) != std::string::npos; });
        if (!named || !filters.matchesExactly("driver", "local") || !filters.matchesLabels(volume.labels))
            continue;
        if (filters.has("dangling") && TRY(filters.boolean("dangling", true)) != m_parts.containers.usersOfVolume(volume.name).empty())
            continue;
        list.volumes.push_back(describe(volume));
    }
    return list;
}

Result<model::Volume> VolumeManager::create(const model::VolumeCreate& request)
{
    if (!request.driver.empty() && request.driver != "local")
        return Error(ErrorCode::Unsupported, fmt::format("volume driver '{}' is not supported; use local", request.driver));
    if (!request.driverOpts.empty())
        return Error(ErrorCode::Unsupported, "options of the volume driver local are not supported");
    const bool known = !request.name.empty() && m_parts.volumes->find(request.name);
    const volumes::Volume volume = TRY(m_parts.volumes->create(request.name, request.labels));
    if (!known)
        m_parts.events.publish("volume", "create", volume.name, {{"driver", "local"}});
    return describe(volume);
}

Result<model::Volume> VolumeManager::inspect(std::string_view name)
{
    return describe(TRY(m_parts.volumes->find(name)));
}

Result<void> VolumeManager::remove(std::string_view name, bool force)
{
    const auto volume = m_parts.volumes->find(name);
    if (!volume) {
        if (force && volume.error().code() == ErrorCode::NotFound)
            return {};
        return volume.error();
    }
    const auto users = m_parts.containers.usersOfVolume(name);
    if (!users.empty())
        return Error(ErrorCode::Conflict, fmt::format("remove {}: volume is in use - [{}]", name, fmt::join(users, ", ")));
    TRY(m_parts.volumes->remove(name));
    m_parts.events.publish("volume", "destroy", std::string(name), {{"driver", "local"}});
    return {};
}

Result<model::VolumesPruned> VolumeManager::prune(const Filters& filters)
{
    TRY(filters.allowOnly({"all", "label", "label!"}));
    const bool all = TRY(filters.boolean("all", false));
    model::VolumesPruned pruned;
    for (const volumes::Volume& volume : TRY(m_parts.volumes->list())) {
        if ((!all && !volume.anonymous) || !filters.matchesLabels(volume.labels) || !m_parts.containers.usersOfVolume(volume.name).empty())
            continue;
        const auto use = os::diskUse(volume.data);
        if (const auto removed = remove(volume.name, false); !removed) {
            log::warning("prune: {}", removed.error().message());
            continue;
        }
        pruned.volumesDeleted.push_back(volume.name);
        pruned.spaceReclaimed += use ? static_cast<std::int64_t>(use->bytes) : 0;
    }
    return pruned;
}

} // namespace darsena::engine
