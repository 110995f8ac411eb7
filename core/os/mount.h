// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Mounts by descriptor (rule R2): a mount is made detached, looked at, and only then attached to a directory that was
/// opened, never to a name. A detached mount vanishes when its last descriptor is closed.
/// All functions: any thread; errors are System with the errno.
namespace darsena::os {

/// An overlay to mount. Paths are of the host and trusted: they lie in our own store.
struct OverlaySpec {
    std::vector<std::filesystem::path> lower; ///< bottom first; at least one, or two when there is no upper
    std::filesystem::path upper; ///< empty = read-only
    std::filesystem::path work; ///< empty exactly when upper is
};

/// A detached overlay mount. A read-only spec with one lower directory gives a detached read-only bind of it, since
/// overlayfs wants two. Kernels before 6.7, which lack "lowerdir+", are served through mount(2) in a mount namespace of a
/// short-lived thread.
Result<UniqueFd> mountOverlay(const OverlaySpec& spec);

/// One parameter of a file system: ("size", "64k"), or a flag with an empty value: ("newinstance", "").
using MountParameter = std::pair<std::string, std::string>;

/// A detached new instance of a file system (fsopen, fsconfig, fsmount). `attributes` are MOUNT_ATTR_* of mount_setattr(2).
/// proc, mqueue and sysfs show the namespaces of the caller.
Result<UniqueFd> mountFileSystem(std::string_view type, std::string_view source,
    const std::vector<MountParameter>& parameters, std::uint64_t attributes);

/// A detached copy of what `path` (relative to `dirFd`; empty = `dirFd` itself) shows: the source of a bind mount.
/// A last symbolic link is not followed: the caller decides what it opens.
Result<UniqueFd> cloneTree(int dirFd, const std::string& path, bool recursive);

/// Sets and clears MOUNT_ATTR_* flags on a detached mount.
Result<void> setMountAttributes(int mountFd, std::uint64_t set, std::uint64_t clear, bool recursive);
/// Propagation of a detached mount: MS_PRIVATE, MS_SLAVE, MS_SHARED or MS_UNBINDABLE.
Result<void> setMountPropagation(int mountFd, std::uint64_t propagation, bool recursive);

/// Shows the ids of a detached mount as a user namespace maps them. Errors: System EINVAL when the file system cannot.
Result<void> setMountIdMapping(int mountFd, int userNamespaceFd, bool recursive);

/// Attaches a detached mount on top of what `targetFd` is (a directory on a directory, anything else on a file).
Result<void> attachMount(int mountFd, int targetFd);

/// In a mount namespace of our own: makes its root ours, should the program have been started in a chroot; the working
/// directory stays. Without this, pivot_root would exchange the chroot's mount only, and the whole host would stay above
/// the new root, where whoever joins the namespace (exec) begins, and where a second chroot leads.
Result<void> leaveChroot();

/// Unmounts lazily what is mounted at a path of our own (run and store directories). Not mounted: nothing to do.
Result<void> detachMount(const std::filesystem::path& path);

} // namespace darsena::os
