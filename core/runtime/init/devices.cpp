// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/os/beneath.h"
#include "core/runtime/init/child.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace darsena::runtime {

namespace {

struct Node {
    const char* name;
    unsigned major, minor;
};

constexpr std::array<Node, 6> nodes { {
    { "null", 1, 3 },
    { "zero", 1, 5 },
    { "full", 1, 7 },
    { "random", 1, 8 },
    { "urandom", 1, 9 },
    { "tty", 5, 0 },
} };

constexpr std::array<std::pair<const char*, const char*>, 6> standardLinks { {
    { "ptmx", "pts/ptmx" },
    { "fd", "/proc/self/fd" },
    { "stdin", "/proc/self/fd/0" },
    { "stdout", "/proc/self/fd/1" },
    { "stderr", "/proc/self/fd/2" },
    { "core", "/proc/kcore" },
} };

} // namespace

/// Into a tmpfs that nothing else sees yet: no link of an image can be in the way (CVE-2026-41579).
Result<void> fillDev(int devFd)
{
    for (const Node& node : nodes) {
        if (::mknodat(devFd, node.name, S_IFCHR | 0666, makedev(node.major, node.minor)) != 0)
            return Error::system(errno, std::string("device /dev/") + node.name);
    }
    for (const auto& [name, target] : standardLinks) {
        // Asked of the host's proc, which is still what /proc is.
        if (std::string_view(name) == "core" && ::access(target, F_OK) != 0)
            continue;
        if (::symlinkat(target, devFd, name) != 0)
            return Error::system(errno, std::string("link /dev/") + name);
    }
    return {};
}

Result<void> giveDev(int devFd, uid_t uid, gid_t gid)
{
    const os::Beneath dev = TRY(os::Beneath::adopt(UniqueFd::adopt(::fcntl(devFd, F_DUPFD_CLOEXEC, 3))));
    for (const os::DirectoryEntry& entry : TRY(dev.list("/", 8192)))
        TRY(dev.setOwner(entry.name, uid, gid));
    if (::fchownat(devFd, "", uid, gid, AT_EMPTY_PATH) != 0)
        return Error::system(errno, "/dev");
    return {};
}

Result<void> makeDevice(int rootFd, const PlannedDevice& device, std::string_view path)
{
    const int copy = ::fcntl(rootFd, F_DUPFD_CLOEXEC, 3);
    const os::Beneath root = TRY(os::Beneath::adopt(UniqueFd::adopt(copy)));
    const std::size_t slash = path.rfind('/');
    if (slash != std::string_view::npos && slash > 0)
        TRY(root.makeDirectories(path.substr(0, slash), 0755));
    const os::Beneath::Place place = TRY(root.place(path));
    const dev_t number = makedev(device.major, device.minor);
    if (::mknodat(place.directory.get(), place.name.c_str(), device.mode, number) != 0) {
        struct stat status {};
        const int error = errno;
        const bool there = error == EEXIST && ::fstatat(place.directory.get(), place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0
            && (status.st_mode & S_IFMT) == (device.mode & S_IFMT) && (S_ISFIFO(status.st_mode) || status.st_rdev == number);
        if (!there)
            return Error::system(error, "mknod");
        // One of the default devices, listed again: its mode and owner are what the list says.
        if (::fchmodat(place.directory.get(), place.name.c_str(), device.mode & 0777, 0) != 0)
            return Error::system(errno, "chmod");
    }
    if ((device.uid != 0 || device.gid != 0)
        && ::fchownat(place.directory.get(), place.name.c_str(), device.uid, device.gid, AT_SYMLINK_NOFOLLOW) != 0)
        return Error::system(errno, "chown");
    return {};
}

} // namespace darsena::runtime
