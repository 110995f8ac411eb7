// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/volume_mounts.h"

#include "core/base/log.h"
#include "core/base/scope_guard.h"
#include "core/volumes/local_options.h"
#include "core/volumes/populate.h"

#include <cerrno>
#include <set>

#include <fcntl.h>

namespace darsena::engine {

namespace {

/// Looks up or makes the volume of a mount.
Result<volumes::Volume> volumeOf(EngineParts& parts, const MountRecord& mount)
{
    return parts.volumes->create(mount.volume, mount.volumeLabels, mount.anonymous, mount.volumeOptions);
}

/// Fills an empty volume at its first use.
Result<void> fill(EngineParts& parts, const MountRecord& mount, const volumes::Volume& volume, const os::Beneath& root)
{
    // What a tmpfs holds ends with its last user: nothing to begin with.
    const auto type = volume.options.find("type");
    const bool fleeting = type != volume.options.end() && type->second == "tmpfs";
    if (!mount.copyUp || volume.populated || fleeting || !mount.subpath.empty())
        return {};
    TRY_CONTEXT(fmt::format("volume {}", volume.name), volumes::populate(root, mount.destination, volume.data));
    return parts.volumes->markPopulated(volume.name);
}

/// Opens a subpath inside the volume, whatever links it leads through.
Result<UniqueFd> openSubpath(const volumes::Volume& volume, const std::string& subpath)
{
    const os::Beneath inside = TRY(os::Beneath::open(volume.data));
    auto opened = inside.open(subpath, O_PATH);
    if (!opened)
        return Error(ErrorCode::Invalid,
            fmt::format("cannot access path {}: {}", (volume.data / subpath).string(),
                opened.error().systemError() == ENOENT ? "no such file or directory" : opened.error().message()));
    return std::move(*opened);
}

} // namespace

Result<void> makeVolumes(EngineParts& parts, ContainerRecord& record)
{
    for (MountRecord& mount : record.mounts) {
        if (mount.type != MountRecord::Type::Volume)
            continue;
        const bool known = !mount.volume.empty() && parts.volumes->find(mount.volume);
        const volumes::Volume volume = TRY(volumeOf(parts, mount));
        mount.volume = volume.name;
        mount.source = volume.data;
        if (!known)
            parts.events.publish("volume", "create", volume.name, {{"driver", "local"}});
    }
    return {};
}

Result<std::vector<UniqueFd>> prepareVolumes(EngineParts& parts, ContainerRecord& record, const os::Beneath& root)
{
    ScopeGuard undo([&] { releaseVolumes(parts, record, false); });
    std::vector<UniqueFd> held;
    for (MountRecord& mount : record.mounts) {
        if (mount.type != MountRecord::Type::Volume)
            continue;
        // Made at creation; made again if someone removed it behind our back.
        const volumes::Volume volume = TRY(volumeOf(parts, mount));
        TRY(parts.volumeMounts.acquire(volume, record.id));
        TRY(fill(parts, mount, volume, root));
        mount.source = volume.data;
        if (!volume.options.empty())
            mount.hostOptions = volumes::containerOptions(TRY(volumes::parseOptions(volume.options)));
        if (!mount.subpath.empty()) {
            held.push_back(TRY(openSubpath(volume, mount.subpath)));
            mount.source = fmt::format("/proc/self/fd/{}", held.back().get());
        }
    }
    undo.dismiss();
    return held;
}

void publishVolumeMounts(EngineParts& parts, const ContainerRecord& record)
{
    for (const MountRecord& mount : record.mounts) {
        if (mount.type == MountRecord::Type::Volume)
            parts.events.publish("volume", "mount", mount.volume,
                {{"container", record.id}, {"destination", mount.destination}, {"driver", "local"}, {"propagation", mount.propagation},
                    {"read/write", mount.readOnly ? "false" : "true"}});
    }
}

void releaseVolumes(EngineParts& parts, const ContainerRecord& record, bool publish)
{
    for (const MountRecord& mount : record.mounts) {
        if (mount.type != MountRecord::Type::Volume)
            continue;
        if (const auto volume = parts.volumes->find(mount.volume))
            parts.volumeMounts.release(*volume, record.id);
        if (publish)
            parts.events.publish("volume", "unmount", mount.volume, {{"container", record.id}, {"driver", "local"}});
    }
}

void adoptVolumes(EngineParts& parts, const ContainerRecord& record, const shim::Shim& shim)
{
    for (const MountRecord& mount : record.mounts) {
        if (mount.type != MountRecord::Type::Volume)
            continue;
        const auto volume = parts.volumes->find(mount.volume);
        if (!volume || volume->options.empty())
            continue;
        // The monitor lives where the former engine did, and mounted what it mounted.
        const UniqueFd space = UniqueFd::adopt(::open(fmt::format("/proc/{}/ns/mnt", shim.monitorPid()).c_str(), O_RDONLY | O_CLOEXEC));
        if (const auto adopted = parts.volumeMounts.adopt(*volume, record.id, space.get()); !adopted)
            log::warning("container {}: volume {} cannot be shared with new containers: {}", record.id.substr(0, 12), volume->name,
                adopted.error().message());
    }
}

void sweepVolumeMounts(EngineParts& parts)
{
    const auto list = parts.volumes->list();
    if (!list)
        return;
    for (const volumes::Volume& volume : *list)
        parts.volumeMounts.sweep(volume);
}

} // namespace darsena::engine
