// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/files/writer.h"

#include "core/archive/whiteout.h"
#include "core/layers/member.h"
#include "core/os/file.h"
#include "core/store/files/reader.h"
#include "core/store/xattrs.h"

#include <cerrno>
#include <tuple>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace darsena::store {

namespace {

using archive::Entry;

std::uint64_t mountOf(int fd)
{
    struct statx status {};
    return ::statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &status) == 0 ? status.stx_mnt_id : 0;
}

/// What Docker's clients know these refusals by.
Result<void> checkWritable(const os::Beneath& root, int directory)
{
    struct statfs status {};
    if (::fstatfs(directory, &status) != 0)
        return Error::system(errno, "statfs");
    if (status.f_type == PROC_SUPER_MAGIC || status.f_type == SYSFS_MAGIC)
        return Error(ErrorCode::Denied, "nothing is copied into the kernel's own files (proc, sys)");
    if ((static_cast<unsigned long>(status.f_flags) & ST_RDONLY) == 0)
        return {};
    const bool inRoot = mountOf(directory) == mountOf(root.rootFd());
    return Error(ErrorCode::Denied, inRoot ? "container rootfs is marked read-only" : "mounted volume is marked read-only");
}

} // namespace

Result<FilesWriter> FilesWriter::create(const os::Beneath& root, const FilesRequest& request)
{
    const RequestPath path = TRY(parseRequestPath(request.path));
    const auto opened = root.open(path.path, O_PATH);
    if (!opened)
        return pathError(opened.error());
    const UniqueFd& found = *opened;
    struct stat status {};
    if (::fstat(found.get(), &status) != 0)
        return Error::system(errno, path.path);
    if (!S_ISDIR(status.st_mode))
        return Error(ErrorCode::Invalid, "extraction point is not a directory");
    TRY(checkWritable(root, found.get()));
    return FilesWriter(root, request, path.path == "/" ? "" : path.path);
}

Result<void> FilesWriter::unpack(archive::ByteSource& source)
{
    auto plain = TRY(archive::Decompressor::create(source, archive::Formats::All));
    archive::TarLimits limits;
    limits.entries = m_request.maxEntries;
    limits.bytes = m_request.maxBytes;
    auto reader = TRY(archive::TarReader::open(*plain, limits));
    for (;;) {
        std::optional<Entry> entry = TRY(reader->next());
        if (!entry)
            break;
        const std::string member = entry->path;
        TRY_CONTEXT(member, place(*reader, std::move(*entry)));
    }
    TRY(reader->drain());
    return finishDirectories();
}

Result<void> FilesWriter::place(archive::TarReader& reader, Entry entry)
{
    const std::string path = TRY(archive::cleanMember(entry.path));
    if (path.empty()) {
        // The directory itself is there, and is not the archive's to change.
        return entry.type == archive::EntryType::Directory ? Result<void>() : Error(ErrorCode::Invalid, "not a directory");
    }
    if (m_request.owner)
        std::tie(entry.uid, entry.gid) = *m_request.owner;
    const std::string inside = inRoot(path);
    auto place = m_root.place(inside);
    if (!place && place.error().systemError() == ENOENT) {
        const auto [uid, gid] = m_request.owner.value_or(std::pair<std::uint32_t, std::uint32_t>(0, 0));
        TRY(m_root.makeDirectories(inside.substr(0, inside.rfind('/')), 0755, uid, gid));
        place = m_root.place(inside);
    }
    if (!place)
        return place.error();
    const int parent = place->directory.get();
    const std::string& name = place->name;
    TRY(makeRoom(entry, parent, name));
    switch (entry.type) {
    case archive::EntryType::File:
        return makeFile(reader, entry, parent, name);
    case archive::EntryType::Directory:
        return makeDirectory(entry, inside, parent, name);
    case archive::EntryType::Hardlink:
        return makeLink(entry, parent, name);
    case archive::EntryType::Symlink: {
        const struct timespec times[2] = { { 0, UTIME_OMIT }, { entry.mtime, entry.mtimeNanoseconds } };
        if (::symlinkat(entry.link.c_str(), parent, name.c_str()) != 0
            || ::fchownat(parent, name.c_str(), entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW) != 0
            || ::utimensat(parent, name.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0)
            return Error::system(errno, "link");
        return {};
    }
    case archive::EntryType::CharDevice:
    case archive::EntryType::BlockDevice:
    case archive::EntryType::Fifo:
        return makeSpecial(entry, parent, name);
    case archive::EntryType::Socket:
        break;
    }
    return {}; // a socket without its process is nothing
}

/// Removes what stands in the way of a new thing.
Result<void> FilesWriter::makeRoom(const Entry& entry, int parent, const std::string& name)
{
    struct stat existing {};
    if (::fstatat(parent, name.c_str(), &existing, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? Result<void>() : Error::system(errno, "stat");
    const bool isDirectory = S_ISDIR(existing.st_mode);
    const bool wantsDirectory = entry.type == archive::EntryType::Directory;
    if (isDirectory && wantsDirectory)
        return {};
    if (m_request.keepKinds && isDirectory)
        return Error(ErrorCode::Invalid, fmt::format("cannot overwrite directory \"{}\" with non-directory", entry.path));
    if (m_request.keepKinds && wantsDirectory)
        return Error(ErrorCode::Invalid, fmt::format("cannot overwrite non-directory \"{}\" with directory", entry.path));
    if (isDirectory)
        return os::removeTreeAt(parent, name);
    // EBUSY says that something is mounted there, /etc/hosts for one.
    return ::unlinkat(parent, name.c_str(), 0) == 0 ? Result<void>() : Error::system(errno, fmt::format("replace {}", name));
}

Result<void> FilesWriter::makeFile(archive::TarReader& reader, const Entry& entry, int parent, const std::string& name)
{
    // Nobody may read it before it has its owner.
    const auto fd = UniqueFd::adopt(::openat(parent, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd)
        return Error::system(errno, "create");
    std::uint64_t position = 0;
    bool holes = false;
    for (;;) {
        const archive::TarReader::Run run = TRY(reader.nextRun());
        if (run.offset < position)
            return Error(ErrorCode::Corrupt, "a sparse map that runs backwards");
        if (run.offset > position) {
            holes = true;
            if (::lseek(fd.get(), static_cast<off_t>(run.offset), SEEK_SET) < 0)
                return Error::system(errno, "seek");
        }
        position = run.offset + run.bytes.size();
        if (run.bytes.empty())
            break;
        TRY(os::writeAll(fd.get(), run.bytes));
    }
    if (position != entry.size)
        return Error(ErrorCode::Corrupt, fmt::format("{} bytes of {}", position, entry.size));
    if (holes && ::ftruncate(fd.get(), static_cast<off_t>(entry.size)) != 0)
        return Error::system(errno, "truncate");
    // Owner before mode and xattrs: chown clears set-user-id and security.capability.
    if (::fchown(fd.get(), entry.uid, entry.gid) != 0 || ::fchmod(fd.get(), entry.mode) != 0)
        return Error::system(errno, "owner and mode");
    TRY(setXattrs(fd.get(), layers::layerXattrs(entry.xattrs)));
    const struct timespec times[2] = { { 0, UTIME_OMIT }, { entry.mtime, entry.mtimeNanoseconds } };
    if (::futimens(fd.get(), times) != 0)
        return Error::system(errno, "time");
    return {};
}

Result<void> FilesWriter::makeDirectory(const Entry& entry, const std::string& path, int parent, const std::string& name)
{
    if (::mkdirat(parent, name.c_str(), entry.mode & 0777U) != 0 && errno != EEXIST)
        return Error::system(errno, "create");
    const auto fd = UniqueFd::adopt(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd || ::fchown(fd.get(), entry.uid, entry.gid) != 0)
        return Error::system(errno, "owner");
    TRY(setXattrs(fd.get(), layers::layerXattrs(entry.xattrs)));
    m_directories.push_back({ path, entry.mode, entry.mtime, entry.mtimeNanoseconds });
    return {};
}

Result<void> FilesWriter::makeLink(const Entry& entry, int parent, const std::string& name)
{
    const std::string target = TRY(archive::cleanMember(entry.link));
    if (target.empty())
        return Error(ErrorCode::Invalid, fmt::format("a hard link to \"{}\"", entry.link));
    const os::Beneath::Place existing = TRY(m_root.place(inRoot(target)));
    // Without AT_SYMLINK_FOLLOW: a link to a symbolic link links that, and leads nowhere new.
    if (::linkat(existing.directory.get(), existing.name.c_str(), parent, name.c_str(), 0) != 0)
        return Error::system(errno, fmt::format("hard link to \"{}\"", entry.link));
    return {};
}

Result<void> FilesWriter::makeSpecial(const Entry& entry, int parent, const std::string& name)
{
    const mode_t type = entry.type == archive::EntryType::Fifo ? S_IFIFO : entry.type == archive::EntryType::CharDevice ? S_IFCHR : S_IFBLK;
    const dev_t device = type == S_IFIFO ? 0 : makedev(entry.deviceMajor, entry.deviceMinor);
    // Overlayfs deletes with a device 0:0, and refuses to make one for anybody.
    const struct timespec times[2] = { { 0, UTIME_OMIT }, { entry.mtime, entry.mtimeNanoseconds } };
    if (::mknodat(parent, name.c_str(), type | (entry.mode & 07777U), device) != 0
        || ::fchownat(parent, name.c_str(), entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW) != 0
        || ::utimensat(parent, name.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0)
        return Error::system(errno, "device or FIFO");
    return {};
}

/// Modes and times last, since making files changes the time, and a read-only or set-group-id directory would be in the way.
Result<void> FilesWriter::finishDirectories()
{
    for (auto directory = m_directories.rbegin(); directory != m_directories.rend(); ++directory) {
        const auto fd = m_root.open(directory->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
        if (!fd && (fd.error().systemError() == ENOENT || fd.error().systemError() == ENOTDIR))
            continue; // a later member, or the container, has replaced it
        if (!fd)
            return fd.error();
        const struct timespec times[2] = { { 0, UTIME_OMIT }, { directory->mtime, directory->mtimeNanoseconds } };
        if (::fchmod(fd->get(), directory->mode) != 0 || ::futimens(fd->get(), times) != 0)
            return Error::system(errno, directory->path);
    }
    return {};
}

} // namespace darsena::store
