// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/volumes/mount_table.h"

#include "core/base/log.h"
#include "core/os/mount.h"
#include "core/volumes/local_options.h"

#include <cerrno>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

namespace darsena::volumes {

namespace {

Result<void> mountOn(const std::filesystem::path& folder, int tree)
{
    const UniqueFd target = UniqueFd::adopt(::open(folder.c_str(), O_PATH | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW));
    if (!target)
        return Error::system(errno, folder.string());
    return os::attachMount(tree, target.get());
}

Result<void> mountLocal(const Volume& volume)
{
    const LocalMount mount = TRY(parseOptions(volume.options));
    const auto tree = openLocalMount(mount);
    const auto mounted = tree ? mountOn(volume.data, tree->get()) : Result<void>(tree.error());
    if (mounted)
        return {};
    const Error& error = mounted.error();
    // The reason at the end, in the words that people search for; the kernel's own where it gave some.
    std::string reason = error.systemError() != 0 ? ::strerrordesc_np(error.systemError()) : error.message();
    if (error.systemError() != 0 && !reason.empty())
        reason.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(reason.front())));
    log::warning("volume {}: {}", volume.name, error.message());
    return Error(ErrorCode::System,
        fmt::format("error while mounting volume '{}': failed to mount local volume: mount {}:{}, flags: 0x{:x}: {}", volume.data.string(),
            mount.device, volume.data.string(), mount.legacyFlags, reason));
}

/// What is mounted on a folder in another mount namespace, as a detached copy. In a thread of its own, since it moves.
Result<UniqueFd> copyFrom(int namespaceFd, const std::filesystem::path& folder)
{
    Result<UniqueFd> copy = Error(ErrorCode::Internal, "not tried");
    std::thread([&] {
        if (::unshare(CLONE_FS) != 0 || ::setns(namespaceFd, CLONE_NEWNS) != 0)
            copy = Error::system(errno, "enter the monitor's mount namespace");
        else if (!isMountPoint(folder))
            copy = Error(ErrorCode::NotFound, "nothing is mounted there");
        else
            copy = os::cloneTree(AT_FDCWD, folder.string(), true);
    }).join();
    return copy;
}

} // namespace

bool isMountPoint(const std::filesystem::path& folder)
{
    struct statx status{};
    if (::statx(AT_FDCWD, folder.c_str(), AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_TYPE, &status) != 0)
        return false;
    return (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

std::shared_ptr<MountTable::Entry> MountTable::entry(const std::string& name)
{
    const std::lock_guard lock(m_mutex);
    auto& place = m_entries[name];
    if (!place)
        place = std::make_shared<Entry>();
    return place;
}

Result<void> MountTable::acquire(const Volume& volume, const std::string& user)
{
    if (volume.options.empty())
        return {};
    const auto place = entry(volume.name);
    const std::lock_guard lock(place->mutex);
    if (place->users.empty() || !isMountPoint(volume.data)) {
        // Left by a crash, or unmounted by hand: never two on top of each other.
        TRY(os::detachMount(volume.data));
        TRY(mountLocal(volume));
    }
    place->users.insert(user);
    return {};
}

void MountTable::release(const Volume& volume, const std::string& user)
{
    if (volume.options.empty())
        return;
    const auto place = entry(volume.name);
    const std::lock_guard lock(place->mutex);
    if (place->users.erase(user) == 0 || !place->users.empty())
        return;
    if (const auto gone = os::detachMount(volume.data); !gone)
        log::warning("volume {}: {}", volume.name, gone.error().message());
}

Result<void> MountTable::adopt(const Volume& volume, const std::string& user, int namespaceFd)
{
    if (volume.options.empty())
        return {};
    const auto place = entry(volume.name);
    const std::lock_guard lock(place->mutex);
    place->users.insert(user);
    if (isMountPoint(volume.data))
        return {};
    const UniqueFd tree = TRY(copyFrom(namespaceFd, volume.data));
    return mountOn(volume.data, tree.get());
}

void MountTable::sweep(const Volume& volume)
{
    if (volume.options.empty())
        return;
    const auto place = entry(volume.name);
    const std::lock_guard lock(place->mutex);
    if (place->users.empty() && isMountPoint(volume.data)) {
        log::info("volume {}: unmounted what a former engine left", volume.name);
        (void)os::detachMount(volume.data);
    }
}

} // namespace darsena::volumes
