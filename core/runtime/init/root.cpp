// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/os/beneath.h"
#include "core/os/mount.h"
#include "core/runtime/hook.h"
#include "core/runtime/init/child.h"
#include "core/runtime/init/messages.h"

#include <cerrno>

#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace darsena::runtime {

namespace {

Result<UniqueFd> duplicate(int fd)
{
    const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (copy < 0)
        return Error::system(errno, "descriptor");
    return UniqueFd::adopt(copy);
}

Result<os::Beneath> beneath(int fd)
{
    return os::Beneath::adopt(TRY(duplicate(fd)));
}

bool isDirectory(int fd)
{
    struct stat status {};
    return ::fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
}

long fileSystemOf(int fd)
{
    struct statfs status {};
    return ::fstatfs(fd, &status) == 0 ? static_cast<long>(status.f_type) : 0;
}

/// /proc and /sys of an image may be no links: labels and masks would land somewhere else (CVE-2019-19921).
bool mustBeReal(const std::string& destination)
{
    return destination == "/proc" || destination == "/sys";
}

/// What to mount on, made when it is missing. Its directory part follows links inside the root only.
Result<UniqueFd> mountPoint(const os::Beneath& root, const std::string& destination, bool directory, bool* isNew = nullptr)
{
    const os::Links links = mustBeReal(destination) ? os::Links::Refuse : os::Links::InsideRoot;
    const int flags = O_PATH | (mustBeReal(destination) ? O_NOFOLLOW : 0);
    Result<UniqueFd> found = root.open(destination, flags, 0, links);
    if (!found && found.error().systemError() == ENOENT) {
        if (isNew != nullptr)
            *isNew = true;
        if (directory) {
            TRY(root.makeDirectories(destination, 0755));
        } else {
            const std::size_t slash = destination.rfind('/');
            if (slash > 0)
                TRY(root.makeDirectories(destination.substr(0, slash), 0755));
            const Result<UniqueFd> made = root.createFile(destination, 0644);
            if (!made && made.error().systemError() != EEXIST)
                return made.error();
        }
        found = root.open(destination, flags, 0, links);
    }
    if (!found)
        return found;
    if (isDirectory(found->get()) != directory)
        return Error(ErrorCode::Invalid, directory ? "not a directory" : "a directory, and what is mounted is not");
    // Looked at once more now that it is open: a link elsewhere may have led into proc.
    if (fileSystemOf(found->get()) == PROC_SUPER_MAGIC && !destination.starts_with("/proc/"))
        return Error(ErrorCode::Invalid, "leads into /proc");
    return found;
}

/// A new file system is made; some of it is kept by the context, for what comes later.
Result<UniqueFd> makeFileSystem(ChildContext& context, const PlannedMount& mount)
{
    // One that is filled first becomes read-only after it.
    const std::uint64_t later = mount.copyUp || mount.inheritMode ? std::uint64_t { MOUNT_ATTR_RDONLY } : 0;
    UniqueFd tree = TRY(os::mountFileSystem(mount.type, mount.source, mount.parameters, mount.attributes & ~later));
    if (mount.destination == "/dev" && context.plan.defaultDevices) {
        TRY(fillDev(tree.get()));
        context.dev = TRY(duplicate(tree.get()));
    }
    if (mount.type == "devpts" && mount.destination == "/dev/pts")
        context.devPts = TRY(duplicate(tree.get()));
    if (mount.type == "proc" && mount.destination == "/proc")
        context.proc = TRY(duplicate(tree.get()));
    return tree;
}

/// What can be said of a new file system only when it is known what it covers.
Result<void> finishFileSystem(const PlannedMount& mount, int tree, int target, bool targetIsNew)
{
    struct stat status {};
    if (mount.inheritMode && !targetIsNew && ::fstat(target, &status) == 0 && ::fchmodat(tree, ".", status.st_mode & 07777, 0) != 0)
        return Error::system(errno, "mode");
    if (mount.copyUp)
        TRY_CONTEXT("tmpcopyup", copyUp(target, tree));
    if ((mount.copyUp || mount.inheritMode) && (mount.attributes & MOUNT_ATTR_RDONLY) != 0)
        TRY(os::setMountAttributes(tree, MOUNT_ATTR_RDONLY, 0, false));
    if (mount.propagation != 0)
        TRY(os::setMountPropagation(tree, mount.propagation, mount.propagationRecursive));
    return {};
}

Result<void> mountOne(ChildContext& context, const os::Beneath& root, const PlannedMount& mount)
{
    const bool made = mount.slot == noSlot;
    const UniqueFd tree = TRY(made ? makeFileSystem(context, mount) : duplicate(context.descriptors[mount.slot].get()));
    if (!made && mount.slot == context.plan.dev)
        context.dev = TRY(duplicate(tree.get()));
    bool targetIsNew = false;
    const UniqueFd target = TRY(mountPoint(root, mount.destination, isDirectory(tree.get()), &targetIsNew));
    if (made)
        TRY(finishFileSystem(mount, tree.get(), target.get(), targetIsNew));
    return os::attachMount(tree.get(), target.get());
}

Result<void> makeDevices(ChildContext& context, const os::Beneath& root)
{
    for (const PlannedDevice& device : context.plan.devices) {
        const std::string what = "device " + device.path;
        if (context.dev && device.path.starts_with("/dev/"))
            TRY_CONTEXT(what, makeDevice(context.dev.get(), device, device.path.substr(4)));
        else
            TRY_CONTEXT(what, makeDevice(root.rootFd(), device, device.path));
    }
    return {};
}

/// Names of a container's own proc, opened through the mount that we made: no file can be passed off as a sysctl.
Result<void> setSysctls(const ChildContext& context)
{
    if (context.plan.sysctls.empty())
        return {};
    if (!context.proc)
        return Error(ErrorCode::Invalid, "sysctl: the container has no /proc");
    const os::Beneath proc = TRY(beneath(context.proc.get()));
    for (const auto& [name, value] : context.plan.sysctls) {
        const Result<UniqueFd> file = proc.open("/sys/" + name, O_WRONLY, 0, os::Links::Refuse);
        if (!file || fileSystemOf(file->get()) != PROC_SUPER_MAGIC
            || ::write(file->get(), value.data(), value.size()) != static_cast<ssize_t>(value.size())) {
            const int error = file ? errno : file.error().systemError();
            // A kernel without IPv6 or without ping sockets has no such file; the defaults ask for them all the same.
            if (error == ENOENT) {
                context.warn("sysctl " + name + ": this kernel has none; left out");
                continue;
            }
            return Error::system(error, "sysctl " + name + " = " + value);
        }
    }
    return {};
}

/// Nothing there: nothing to hide.
Result<UniqueFd> existing(const os::Beneath& root, const std::string& path)
{
    Result<UniqueFd> found = root.open(path, O_PATH | O_NOFOLLOW);
    if (!found) {
        const int error = found.error().systemError();
        if (error == ENOENT || error == ENOTDIR || error == EACCES)
            return UniqueFd();
    }
    return found;
}

/// The host's null device, made sure of: one of the container's could be anything (CVE-2025-31133).
Result<UniqueFd> openNull()
{
    UniqueFd fd = UniqueFd::adopt(::open("/dev/null", O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat status {};
    if (!fd || ::fstat(fd.get(), &status) != 0 || !S_ISCHR(status.st_mode) || status.st_rdev != makedev(1, 3))
        return Error(ErrorCode::Internal, "/dev/null of the host is not the null device");
    return fd;
}

Result<void> maskPaths(const ChildContext& context, const os::Beneath& root)
{
    if (context.plan.masked.empty())
        return {};
    const UniqueFd null = TRY(openNull());
    UniqueFd empty; // one read-only directory for all of them
    for (const std::string& path : context.plan.masked) {
        const UniqueFd target = TRY_CONTEXT("mask " + path, existing(root, path));
        if (!target)
            continue;
        UniqueFd cover;
        if (isDirectory(target.get())) {
            if (!empty) {
                constexpr std::uint64_t attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
                empty = TRY(os::mountFileSystem("tmpfs", "tmpfs", { { "size", "0" }, { "mode", "755" } }, attributes));
                cover = TRY(duplicate(empty.get()));
            } else {
                cover = TRY(os::cloneTree(empty.get(), "", false));
            }
        } else {
            cover = TRY(os::cloneTree(null.get(), "", false));
        }
        TRY_CONTEXT("mask " + path, os::attachMount(cover.get(), target.get()));
    }
    return {};
}

Result<void> protectPaths(const ChildContext& context, const os::Beneath& root)
{
    for (const std::string& path : context.plan.readonly) {
        const UniqueFd target = TRY_CONTEXT("read-only " + path, existing(root, path));
        if (!target)
            continue;
        const UniqueFd tree = TRY_CONTEXT("read-only " + path, os::cloneTree(target.get(), "", true));
        TRY_CONTEXT("read-only " + path, os::setMountAttributes(tree.get(), MOUNT_ATTR_RDONLY, 0, true));
        TRY_CONTEXT("read-only " + path, os::attachMount(tree.get(), target.get()));
    }
    return {};
}

/// A missing working directory is made, as Docker does for WORKDIR; links in its path stay inside.
Result<void> makeWorkingDirectory(const ChildContext& context, const os::Beneath& root)
{
    const std::string& cwd = context.plan.process.cwd;
    if (!context.plan.hasProcess || cwd == "/")
        return {};
    const Result<UniqueFd> found = root.open(cwd, O_PATH | O_DIRECTORY);
    if (found)
        return {};
    if (found.error().systemError() == ENOENT)
        return root.makeDirectories(cwd, 0755).withContext("working directory " + cwd);
    return found.error().withContext("working directory");
}

/// Those of the caller run outside, while we wait; those of the container here, where its mounts can be seen and the
/// host's programs still are.
Result<void> runCreationHooks(ChildContext& context)
{
    const Plan& plan = context.plan;
    if (!plan.awaitHooks && plan.createContainerHooks.empty())
        return {};
    TRY(awaitJoined(context));
    if (plan.awaitHooks) {
        sendToParent(context.channel, FromInit::Hooks, "");
        if (TRY(receiveFromParent(context.channel)) != ToInit::HooksDone)
            return Error(ErrorCode::Internal, "hooks: the parent says something else");
    }
    return runHooks(plan.createContainerHooks, "createContainer", hookState(plan.hookState, "creating", ::getpid()));
}

Result<void> pivot(int rootFd)
{
    if (::fchdir(rootFd) != 0)
        return Error::system(errno, "enter the root");
    // The old root lands on top of the new one, and is taken off from there.
    if (::syscall(SYS_pivot_root, ".", ".") != 0)
        return Error::system(errno, "pivot_root");
    if (::umount2(".", MNT_DETACH) != 0)
        return Error::system(errno, "detach the host's root");
    if (::chdir("/") != 0)
        return Error::system(errno, "enter the root");
    return {};
}

} // namespace

Result<void> enterRoot(ChildContext& context)
{
    const Plan& plan = context.plan;
    if (plan.root == noSlot)
        return Error(ErrorCode::Internal, "plan without a root");
    const UniqueFd staging = UniqueFd::adopt(::open(plan.staging.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!staging)
        return Error::system(errno, "staging directory " + plan.staging);
    TRY(os::leaveChroot());
    // Nothing that we mount may travel to the host, nor the host's later mounts to us.
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
        return Error::system(errno, "private mounts");
    TRY(becomeRootInside(plan.head));
    const int rootFd = context.descriptors[plan.root].get();
    TRY_CONTEXT("container root", os::attachMount(rootFd, staging.get()));

    const os::Beneath root = TRY(beneath(rootFd));
    for (const PlannedMount& mount : plan.mounts)
        TRY_CONTEXT("mount " + mount.destination, mountOne(context, root, mount));
    TRY(makeDevices(context, root));
    if (plan.process.terminal)
        TRY(openTerminal(context));
    TRY(setSysctls(context));
    TRY(runCreationHooks(context));
    TRY(makeWorkingDirectory(context, root));
    TRY(maskPaths(context, root));
    TRY(protectPaths(context, root));
    if (plan.rootReadonly)
        TRY_CONTEXT("read-only root", os::setMountAttributes(rootFd, MOUNT_ATTR_RDONLY, 0, false));
    TRY(pivot(rootFd));
    if (plan.rootPropagation != 0) {
        const std::uint64_t recursive = plan.rootPropagationRecursive ? std::uint64_t { MS_REC } : 0;
        if (::mount(nullptr, "/", nullptr, plan.rootPropagation | recursive, nullptr) != 0)
            return Error::system(errno, "propagation of the root");
    }
    return {};
}

} // namespace darsena::runtime
