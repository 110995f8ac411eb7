// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/files/view.h"

#include "core/os/mount.h"

#include <cerrno>

#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace darsena::store {

namespace {

constexpr int ownSpaces = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
constexpr std::uint64_t harmless = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;

bool isDirectory(int fd)
{
    struct stat status {};
    return ::fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
}

Result<void> leaveSharedSpaces()
{
    if (::unshare(ownSpaces) != 0)
        return Error::system(errno, "unshare");
    return {};
}

Result<void> makeMountsPrivate()
{
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
        return Error::system(errno, "private mounts");
    return {};
}

Result<UniqueFd> openRoot()
{
    auto root = UniqueFd::adopt(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    return root ? Result<UniqueFd>(std::move(root)) : Error::system(errno, "root");
}

/// A copy of the container's mounts, in which nothing changes any more.
Result<UniqueFd> enterRunning(const FilesRequest& request, int space)
{
    if (::setns(space, CLONE_NEWNS) != 0)
        return Error::system(errno, "enter the container's mounts");
    TRY(leaveSharedSpaces());
    TRY(makeMountsPrivate());
    if (request.action == FilesAction::Export)
        return os::cloneTree(AT_FDCWD, "/", false);
    for (const std::string& path : request.hidden) {
        // Until nothing is mounted there any longer. Only this process loses something, whatever the name leads to.
        while (::umount2(path.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
            continue;
    }
    return openRoot();
}

Result<UniqueFd> placeOf(const os::Beneath& root, const std::string& destination, bool directory)
{
    auto found = root.open(destination, O_PATH);
    if (!found && found.error().systemError() == ENOENT) {
        if (directory) {
            TRY(root.makeDirectories(destination, 0755));
        } else {
            if (const std::size_t slash = destination.rfind('/'); slash > 0 && slash != std::string::npos)
                TRY(root.makeDirectories(destination.substr(0, slash), 0755));
            if (const auto made = root.createFile(destination, 0644); !made && made.error().systemError() != EEXIST)
                return made.error();
        }
        found = root.open(destination, O_PATH);
    }
    if (found && isDirectory(found->get()) != directory)
        return Error(ErrorCode::Invalid, directory ? "not a directory" : "a directory, and what is mounted is not");
    return found;
}

Result<UniqueFd> enterStopped(const FilesRequest& request, int rootMount, const std::vector<int>& mounts)
{
    TRY(leaveSharedSpaces());
    TRY(os::leaveChroot());
    TRY(makeMountsPrivate());
    {
        const UniqueFd old = TRY(openRoot());
        TRY(os::attachMount(rootMount, old.get()));
    }
    // The old root lands on top of the new one, and is taken off from there (pivot_root(2)).
    if (::fchdir(rootMount) != 0 || ::syscall(SYS_pivot_root, ".", ".") != 0 || ::umount2(".", MNT_DETACH) != 0 || ::chdir("/") != 0)
        return Error::system(errno, "enter the container's root");
    if (request.action == FilesAction::Export)
        return openRoot();
    if (mounts.size() != request.mounts.size())
        return Error(ErrorCode::Internal, "mounts without a place");
    UniqueFd fd = TRY(openRoot());
    UniqueFd top = TRY(openRoot());
    const os::Beneath root = TRY(os::Beneath::adopt(std::move(top)));
    for (std::size_t index = 0; index < mounts.size(); ++index) {
        const std::string& destination = request.mounts[index];
        const UniqueFd place = TRY_CONTEXT("mount " + destination, placeOf(root, destination, isDirectory(mounts[index])));
        TRY_CONTEXT("mount " + destination, os::attachMount(mounts[index], place.get()));
    }
    if (request.readOnlyRoot)
        TRY(os::setMountAttributes(fd.get(), MOUNT_ATTR_RDONLY, 0, false));
    return fd;
}

} // namespace

Result<os::Beneath> enterView(const FilesRequest& request, int view, const std::vector<int>& mounts)
{
    UniqueFd root = request.running ? TRY(enterRunning(request, view)) : TRY(enterStopped(request, view, mounts));
    TRY(os::setMountAttributes(root.get(), harmless, 0, true));
    return os::Beneath::adopt(std::move(root));
}

} // namespace darsena::store
