// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/files/reader.h"

#include "core/os/file.h"
#include "core/store/canonical_path.h"
#include "core/store/xattrs.h"

#include <cerrno>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

namespace darsena::store {

namespace {

constexpr int maxReadDepth = 400; // one descriptor a level
constexpr std::size_t maxLinkDepth = 512;

bool vanished(const Error& error)
{
    return error.systemError() == ENOENT || error.systemError() == ENOTDIR;
}

bool isRemoval(const struct stat& status)
{
    return S_ISCHR(status.st_mode) && status.st_rdev == makedev(0, 0);
}

/// The kernel's windows are not the container's files, whatever way led there.
Result<void> refuseKernelFiles(int fd)
{
    struct statfs status {};
    if (::fstatfs(fd, &status) != 0)
        return Error::system(errno, "statfs");
    switch (static_cast<unsigned long>(status.f_type)) {
    case PROC_SUPER_MAGIC:
    case SYSFS_MAGIC:
    case CGROUP_SUPER_MAGIC:
    case CGROUP2_SUPER_MAGIC:
    case DEVPTS_SUPER_MAGIC:
    case DEBUGFS_MAGIC:
    case TRACEFS_MAGIC:
    case SECURITYFS_MAGIC:
        return Error(ErrorCode::Denied, "the kernel's own files (proc, sys) are not copied");
    default:
        return {};
    }
}

struct Found {
    os::Beneath directory;
    std::string name;
    struct stat status {};
};

Result<Found> findIn(const os::Beneath& root, const RequestPath& path)
{
    if (path.follow) {
        os::Beneath directory = TRY(root.openDirectory(path.path));
        TRY(refuseKernelFiles(directory.rootFd()));
        struct stat status {};
        if (::fstat(directory.rootFd(), &status) != 0)
            return Error::system(errno, path.path);
        return Found { std::move(directory), ".", status };
    }
    os::Beneath::Place place = TRY(root.place(path.path));
    const UniqueFd fd = UniqueFd::adopt(::openat(place.directory.get(), place.name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat status {};
    if (!fd || ::fstat(fd.get(), &status) != 0)
        return Error::system(errno, path.path);
    TRY(refuseKernelFiles(fd.get()));
    os::Beneath directory = TRY(os::Beneath::adopt(std::move(place.directory)));
    return Found { std::move(directory), place.name, status };
}

Result<Found> find(const os::Beneath& root, const RequestPath& path)
{
    auto found = findIn(root, path);
    return found ? std::move(found) : pathError(found.error());
}

} // namespace

Error pathError(const Error& error)
{
    switch (error.systemError()) {
    case ENOENT:
        return error.as(ErrorCode::NotFound);
    case ENOTDIR:
    case ELOOP:
    case ENAMETOOLONG:
        return error.as(ErrorCode::Invalid);
    default:
        return error;
    }
}

Result<PathStat> statPath(const os::Beneath& root, const RequestPath& path, Whiteouts whiteouts)
{
    const Found found = TRY(find(root, path));
    if (whiteouts == Whiteouts::AreNothing && isRemoval(found.status))
        return Error(ErrorCode::NotFound, path.path + ": removed here");
    PathStat stat;
    stat.name = path.name;
    stat.size = static_cast<std::uint64_t>(found.status.st_size);
    stat.mode = found.status.st_mode;
    stat.mtime = found.status.st_mtim.tv_sec;
    stat.mtimeNanoseconds = found.status.st_mtim.tv_nsec;
    if (S_ISLNK(found.status.st_mode))
        stat.linkTarget = "/" + TRY(canonicalPath(root, path.path, maxLinkDepth));
    return stat;
}

Result<void> FilesReader::add(const os::Beneath& root, const RequestPath& path)
{
    const Found found = TRY(find(root, path));
    return addEntry(found.directory, found.name, path.name, 0);
}

Result<void> FilesReader::addContents(const os::Beneath& directory)
{
    return addContents(directory, "", 0);
}

Result<void> FilesReader::addContents(const os::Beneath& directory, const std::string& prefix, int depth)
{
    if (depth > maxReadDepth)
        return Error(ErrorCode::TooLarge, fmt::format("\"{}\": more than {} directories deep", prefix, maxReadDepth));
    for (const os::DirectoryEntry& entry : TRY_CONTEXT(prefix, directory.list("."))) {
        const std::string member = prefix + entry.name;
        const auto added = addEntry(directory, entry.name, member, depth);
        if (!added && !vanished(added.error()))
            return added.error().withContext(member);
    }
    return {};
}

Result<void> FilesReader::addEntry(const os::Beneath& directory, const std::string& name, const std::string& member, int depth)
{
    const struct stat status = TRY(directory.stat(name));
    if (m_whiteouts == Whiteouts::AreNothing && isRemoval(status))
        return {};
    archive::Entry entry;
    entry.path = member;
    entry.mode = status.st_mode & 07777U;
    entry.uid = status.st_uid;
    entry.gid = status.st_gid;
    entry.mtime = status.st_mtim.tv_sec;
    if (!S_ISDIR(status.st_mode) && !S_ISSOCK(status.st_mode) && status.st_nlink > 1) {
        const auto [first, isFirst] = m_linked.try_emplace({ status.st_dev, status.st_ino }, member);
        if (!isFirst) {
            entry.type = archive::EntryType::Hardlink;
            entry.link = first->second;
            return m_tar.add(entry);
        }
    }
    switch (status.st_mode & S_IFMT) {
    case S_IFREG:
        return addFile(directory, name, std::move(entry));
    case S_IFDIR:
        entry.type = archive::EntryType::Directory;
        return addDirectory(TRY(directory.openDirectory(name, os::Links::Refuse)), std::move(entry), depth);
    case S_IFLNK:
        entry.type = archive::EntryType::Symlink;
        entry.link = TRY(directory.readLink(name));
        break;
    case S_IFCHR:
    case S_IFBLK:
        entry.type = S_ISCHR(status.st_mode) ? archive::EntryType::CharDevice : archive::EntryType::BlockDevice;
        entry.deviceMajor = ::major(status.st_rdev);
        entry.deviceMinor = ::minor(status.st_rdev);
        break;
    case S_IFIFO:
        entry.type = archive::EntryType::Fifo;
        break;
    default:
        return {}; // a socket lives as long as its process
    }
    return m_tar.add(entry);
}

Result<void> FilesReader::addDirectory(const os::Beneath& directory, archive::Entry entry, int depth)
{
    {
        const UniqueFd fd = TRY(directory.open(".", O_RDONLY | O_DIRECTORY));
        entry.xattrs = TRY(readXattrs(fd.get()));
    }
    TRY(m_tar.add(entry));
    return addContents(directory, entry.path.ends_with('/') ? entry.path : entry.path + "/", depth + 1);
}

Result<void> FilesReader::addFile(const os::Beneath& directory, const std::string& name, archive::Entry entry)
{
    // Never waits and never opens a device: the view is mounted nodev, and a FIFO that came between is seen below.
    const UniqueFd fd = TRY(directory.open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0)
        return Error::system(errno, name);
    if (!S_ISREG(status.st_mode))
        return Error::system(ENOENT, name); // replaced this moment: as if gone
    entry.size = static_cast<std::uint64_t>(status.st_size);
    entry.xattrs = TRY(readXattrs(fd.get()));
    TRY(m_tar.add(entry));
    bool ended = false;
    for (std::uint64_t rest = entry.size; rest > 0;) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(rest, m_buffer.size()));
        const auto part = std::span(m_buffer).first(wanted);
        std::size_t count = ended ? 0 : TRY(os::readSome(fd.get(), part));
        if (count == 0) {
            // The header has promised so many bytes.
            ended = true;
            count = wanted;
            std::ranges::fill(part, std::byte { 0 });
        }
        TRY(m_tar.write(part.first(count)));
        rest -= count;
    }
    return {};
}

} // namespace darsena::store
