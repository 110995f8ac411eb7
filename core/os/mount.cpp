// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/os/mount.h"

#include <array>
#include <cerrno>
#include <thread>

#include <fmt/format.h>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace darsena::os {

namespace {

Result<UniqueFd> openPath(const std::string& path)
{
    const int fd = ::open(path.c_str(), O_PATH | O_CLOEXEC | O_DIRECTORY);
    if (fd < 0)
        return Error::system(errno, path);
    return UniqueFd::adopt(fd);
}

/// The context of a file system being configured carries the kernel's own words about what it refuses.
std::string kernelMessage(int context)
{
    char buffer[512];
    const ssize_t length = ::read(context, buffer, sizeof buffer);
    if (length <= 2)
        return {};
    std::string_view text(buffer, static_cast<std::size_t>(length));
    if (text[1] == ' ') // "e message": the first letter is the severity
        text.remove_prefix(2);
    while (!text.empty() && text.back() == '\n')
        text.remove_suffix(1);
    return ": " + std::string(text);
}

Result<void> configure(int context, std::string_view type, const MountParameter& parameter)
{
    const int done = parameter.second.empty()
        ? ::fsconfig(context, FSCONFIG_SET_FLAG, parameter.first.c_str(), nullptr, 0)
        : ::fsconfig(context, FSCONFIG_SET_STRING, parameter.first.c_str(), parameter.second.c_str(), 0);
    if (done == 0)
        return {};
    const int error = errno;
    std::string what = "mount " + std::string(type) + ": option " + parameter.first;
    if (!parameter.second.empty())
        what += "=" + parameter.second;
    return Error::system(error, what + kernelMessage(context));
}

/// What overlayfs resolves by name is a descriptor of ours, so that neither length nor characters of a path matter.
std::string nameOf(const UniqueFd& fd)
{
    return "/proc/self/fd/" + std::to_string(fd.get());
}

struct OpenedOverlay {
    std::vector<UniqueFd> lower; ///< top first, as overlayfs counts
    UniqueFd upper, work;
};

Result<OpenedOverlay> openDirectories(const OverlaySpec& spec)
{
    OpenedOverlay opened;
    opened.lower.reserve(spec.lower.size());
    for (auto it = spec.lower.rbegin(); it != spec.lower.rend(); ++it)
        opened.lower.push_back(TRY(openPath(it->string())));
    if (!spec.upper.empty()) {
        opened.upper = TRY(openPath(spec.upper.string()));
        opened.work = TRY(openPath(spec.work.string()));
    }
    return opened;
}

/// Some kernels turn these on by default. A redirect or a file of metadata alone in an upper directory could not be
/// committed as a layer, and one that an image smuggled in must not be followed.
constexpr std::array<std::pair<const char*, const char*>, 3> fixedOptions { {
    { "redirect_dir", "nofollow" },
    { "metacopy", "off" },
    { "index", "off" },
} };

/// Kernels from 6.7 on take one lower directory a call. Older ones say EINVAL: at once, or, where overlayfs does not parse
/// its options one by one (6.1), only when it is mounted. @p unknownOption: it may be that.
Result<UniqueFd> mountByContext(const OpenedOverlay& opened, bool& unknownOption)
{
    const UniqueFd context = UniqueFd::adopt(::fsopen("overlay", FSOPEN_CLOEXEC));
    if (!context)
        return Error::system(errno, "mount overlay");
    for (const UniqueFd& lower : opened.lower) {
        if (::fsconfig(context.get(), FSCONFIG_SET_STRING, "lowerdir+", nameOf(lower).c_str(), 0) != 0) {
            const int error = errno;
            unknownOption = error == EINVAL && &lower == &opened.lower.front();
            return Error::system(error, "mount overlay: lowerdir+" + kernelMessage(context.get()));
        }
    }
    if (opened.upper) {
        TRY(configure(context.get(), "overlay", { "upperdir", nameOf(opened.upper) }));
        TRY(configure(context.get(), "overlay", { "workdir", nameOf(opened.work) }));
    }
    for (const auto& [name, value] : fixedOptions)
        TRY(configure(context.get(), "overlay", { name, value }));
    TRY(configure(context.get(), "overlay", { "source", "overlay" }));
    if (::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) {
        const int error = errno;
        unknownOption = error == EINVAL;
        return Error::system(error, "mount overlay" + kernelMessage(context.get()));
    }
    const int mounted = ::fsmount(context.get(), FSMOUNT_CLOEXEC, 0);
    if (mounted < 0)
        return Error::system(errno, "mount overlay: fsmount");
    return UniqueFd::adopt(mounted);
}

/// Runs in a thread of its own: makes it leave the process's mount namespace, mounts there, and takes a detached copy. The
/// directories are opened there, too: overlayfs takes none from another namespace.
Result<UniqueFd> mountByName(const OverlaySpec& spec)
{
    if (::unshare(CLONE_FS | CLONE_NEWNS) != 0)
        return Error::system(errno, "mount overlay: private mount namespace");
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
        return Error::system(errno, "mount overlay: private propagation");
    const OpenedOverlay opened = TRY(openDirectories(spec));
    std::string options = "lowerdir=";
    for (const UniqueFd& lower : opened.lower)
        options += (&lower == &opened.lower.front() ? "" : ":") + nameOf(lower);
    if (opened.upper)
        options += ",upperdir=" + nameOf(opened.upper) + ",workdir=" + nameOf(opened.work);
    for (const auto& [name, value] : fixedOptions)
        options += fmt::format(",{}={}", name, value);
    if (options.size() >= 4096)
        return Error(ErrorCode::TooLarge, "mount overlay: too many layers for this kernel");
    // Over a directory that is there; only this namespace, which ends with the thread, sees it.
    const char* const place = spec.lower.front().c_str();
    if (::mount("overlay", place, "overlay", 0, options.c_str()) != 0)
        return Error::system(errno, "mount overlay");
    const int copy = static_cast<int>(::syscall(SYS_open_tree, AT_FDCWD, place, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
    if (copy < 0)
        return Error::system(errno, "mount overlay: open_tree");
    return UniqueFd::adopt(copy);
}

} // namespace

Result<UniqueFd> mountOverlay(const OverlaySpec& spec)
{
    if (spec.lower.empty() || spec.upper.empty() != spec.work.empty())
        return Error(ErrorCode::Internal, "mount overlay: needs a lower directory, and upper and work together");
    if (spec.upper.empty() && spec.lower.size() == 1) {
        UniqueFd mount = TRY(cloneTree(AT_FDCWD, spec.lower.front().string(), false));
        TRY(setMountPropagation(mount.get(), MS_PRIVATE, false));
        TRY(setMountAttributes(mount.get(), MOUNT_ATTR_RDONLY, 0, false));
        return mount;
    }
    const OpenedOverlay opened = TRY(openDirectories(spec));
    bool unknownOption = false;
    Result<UniqueFd> mounted = mountByContext(opened, unknownOption);
    if (!mounted && unknownOption) {
        Result<UniqueFd> byName = mounted.error();
        std::thread([&] { byName = mountByName(spec); }).join();
        if (byName)
            return byName;
        return byName.error().systemError() == EINVAL ? std::move(mounted) : std::move(byName);
    }
    return mounted;
}

Result<UniqueFd> mountFileSystem(std::string_view type, std::string_view source,
    const std::vector<MountParameter>& parameters, std::uint64_t attributes)
{
    const std::string typeText(type);
    const UniqueFd context = UniqueFd::adopt(::fsopen(typeText.c_str(), FSOPEN_CLOEXEC));
    if (!context)
        return Error::system(errno, "mount " + typeText);
    if (!source.empty())
        TRY(configure(context.get(), type, { "source", std::string(source) }));
    for (const MountParameter& parameter : parameters)
        TRY(configure(context.get(), type, parameter));
    if (::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) {
        const int error = errno;
        return Error::system(error, "mount " + typeText + kernelMessage(context.get()));
    }
    const int mounted = ::fsmount(context.get(), FSMOUNT_CLOEXEC, static_cast<unsigned int>(attributes));
    if (mounted < 0)
        return Error::system(errno, "mount " + typeText + ": fsmount");
    return UniqueFd::adopt(mounted);
}

Result<UniqueFd> cloneTree(int dirFd, const std::string& path, bool recursive)
{
    unsigned int flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_NO_AUTOMOUNT | AT_SYMLINK_NOFOLLOW;
    if (path.empty())
        flags |= AT_EMPTY_PATH;
    if (recursive)
        flags |= AT_RECURSIVE;
    const int fd = ::open_tree(dirFd, path.c_str(), flags);
    if (fd < 0)
        return Error::system(errno, "open_tree " + path);
    return UniqueFd::adopt(fd);
}

Result<void> setMountAttributes(int mountFd, std::uint64_t set, std::uint64_t clear, bool recursive)
{
    struct mount_attr attributes {};
    attributes.attr_set = set;
    attributes.attr_clr = clear;
    const unsigned int flags = AT_EMPTY_PATH | (recursive ? static_cast<unsigned int>(AT_RECURSIVE) : 0U);
    if (::mount_setattr(mountFd, "", flags, &attributes, sizeof attributes) != 0)
        return Error::system(errno, "mount_setattr");
    return {};
}

Result<void> setMountPropagation(int mountFd, std::uint64_t propagation, bool recursive)
{
    struct mount_attr attributes {};
    attributes.propagation = propagation;
    const unsigned int flags = AT_EMPTY_PATH | (recursive ? static_cast<unsigned int>(AT_RECURSIVE) : 0U);
    if (::mount_setattr(mountFd, "", flags, &attributes, sizeof attributes) != 0)
        return Error::system(errno, "mount_setattr: propagation");
    return {};
}

Result<void> setMountIdMapping(int mountFd, int userNamespaceFd, bool recursive)
{
    struct mount_attr attributes {};
    attributes.attr_set = MOUNT_ATTR_IDMAP;
    attributes.userns_fd = static_cast<std::uint64_t>(userNamespaceFd);
    const unsigned int flags = AT_EMPTY_PATH | (recursive ? static_cast<unsigned int>(AT_RECURSIVE) : 0U);
    if (::mount_setattr(mountFd, "", flags, &attributes, sizeof attributes) != 0)
        return Error::system(errno, "mount_setattr: id mapping");
    return {};
}

Result<void> leaveChroot()
{
    const UniqueFd space = UniqueFd::adopt(::open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC));
    const UniqueFd here = UniqueFd::adopt(::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC));
    // Joining a mount namespace sets the root and the working directory to its root (setns(2)).
    if (!space || !here || ::setns(space.get(), CLONE_NEWNS) != 0 || ::fchdir(here.get()) != 0)
        return Error::system(errno, "take the root of the mount namespace");
    return {};
}

Result<void> attachMount(int mountFd, int targetFd)
{
    if (::move_mount(mountFd, "", targetFd, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0)
        return Error::system(errno, "move_mount");
    return {};
}

Result<void> detachMount(const std::filesystem::path& path)
{
    if (::umount2(path.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) != 0 && errno != EINVAL && errno != ENOENT)
        return Error::system(errno, "umount " + path.string());
    return {};
}

} // namespace darsena::os
