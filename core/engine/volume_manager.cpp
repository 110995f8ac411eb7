// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/volume_manager.h"

#include "core/base/log.h"
#include "core/os/file.h"

#include <sys/stat.h>

namespace darsena::engine {

namespace {

model::Volume describe(const volumes::Volume& volume)
{
    model::Volume result;
    result.name = volume.name;
    result.mountpoint = volume.data;
    result.createdAt = std::chrono::floor<std::chrono::seconds>(volume.created); // clients show and compare it so
    result.labels = volume.labels;
    result.options = volume.options;
    if (volume.anonymous)
        result.labels.emplace("com.docker.volume.anonymous", "");
    return result;
}

/// Bytes on disk of what a volume holds; -1 when it cannot be told. The folder itself is no content.
std::int64_t contentBytes(const volumes::Volume& volume)
{
    const auto use = os::diskUse(volume.data);
    struct stat folder{};
    if (!use || ::stat(volume.data.c_str(), &folder) != 0)
        return -1;
    return std::max<std::int64_t>(static_cast<std::int64_t>(use->bytes) - folder.st_blocks * 512, 0);
}

} // namespace

Result<model::VolumeList> VolumeManager::list(const Filters& filters)
{
    TRY(filters.allowOnly({"dangling", "driver", "label", "label!", "name"}));
    std::optional<bool> dangling;
    if (filters.has("dangling"))
        dangling = TRY(filters.boolean("dangling", true));
    model::VolumeList list;
    for (const volumes::Volume& volume : TRY(m_parts.volumes->list())) {
        if (!filters.matchesPattern("name", volume.name) || !filters.matchesExactly("driver", "local") || !filters.matchesLabels(volume.labels))
            continue;
        if (dangling && *dangling != m_parts.containers.usersOfVolume(volume.name).empty())
            continue;
        list.volumes.push_back(describe(volume));
    }
    return list;
}

Result<model::Volume> VolumeManager::create(const model::VolumeCreate& request)
{
    const auto context = [&] { return fmt::format("create {}", request.name); };
    if (request.clusterVolumeSpec)
        return Error(ErrorCode::Unavailable, "a cluster volume needs a swarm: Darsena runs containers on one machine only");
    if (!request.driver.empty() && request.driver != "local")
        return Error(ErrorCode::NotFound,
            fmt::format("{}: error looking up volume plugin {}: plugin \"{}\" not found", context(), request.driver, request.driver));
    const bool known = !request.name.empty() && m_parts.volumes->find(request.name);
    const volumes::Volume volume
        = TRY_CONTEXT(context(), m_parts.volumes->create(request.name, request.labels, false, request.driverOpts));
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

Result<model::VolumesPruned> VolumeManager::prune(const Filters& filters, std::stop_token stop)
{
    TRY(filters.allowOnly({"all", "label", "label!"}));
    const bool all = TRY(filters.boolean("all", false));
    model::VolumesPruned pruned;
    for (const volumes::Volume& volume : TRY(m_parts.volumes->list())) {
        if (stop.stop_requested())
            break;
        // As Docker: what has driver options may show files that are not ours to throw away.
        if (!volume.options.empty() || (!all && !volume.anonymous) || !filters.matchesLabels(volume.labels)
            || !m_parts.containers.usersOfVolume(volume.name).empty())
            continue;
        const std::int64_t bytes = contentBytes(volume);
        if (const auto removed = remove(volume.name, false); !removed) {
            log::warning("prune: {}", removed.error().message());
            continue;
        }
        pruned.volumesDeleted.push_back(volume.name);
        pruned.spaceReclaimed += std::max<std::int64_t>(bytes, 0);
    }
    m_parts.events.publish("volume", "prune", "", {{"reclaimed", std::to_string(pruned.spaceReclaimed)}});
    return pruned;
}

Result<std::vector<model::Volume>> VolumeManager::usage()
{
    std::vector<model::Volume> list;
    for (const volumes::Volume& volume : TRY(m_parts.volumes->list())) {
        // What is mounted there may be large, far away and not ours: Docker does not count it either.
        if (!volume.options.empty())
            continue;
        model::Volume described = describe(volume);
        described.usageData
            = model::VolumeUsage{contentBytes(volume), static_cast<std::int64_t>(m_parts.containers.usersOfVolume(volume.name).size())};
        list.push_back(std::move(described));
    }
    return list;
}

} // namespace darsena::engine
