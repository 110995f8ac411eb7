// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/tree_copy.h"

#include "core/os/file.h"
#include "core/store/xattrs.h"

#include <array>
#include <cerrno>
#include <map>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace darsena::store {

namespace {

constexpr int maxCopyDepth = 400; // two descriptors a level
constexpr std::size_t rangeBytes = std::size_t { 1 } << 30;

Result<void> copyByHand(int from, int to, std::uint64_t bytes)
{
    std::vector<std::byte> buffer(256 * 1024);
    while (bytes > 0) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, buffer.size()));
        const std::size_t count = TRY(os::readSome(from, std::span(buffer).first(wanted)));
        if (count == 0)
            return {};
        TRY(os::writeAll(to, std::span<const std::byte>(buffer).first(count)));
        bytes -= count;
    }
    return {};
}

/// From the present offsets of both.
Result<void> copyRange(int from, int to, std::uint64_t bytes)
{
    while (bytes > 0) {
        const ssize_t count = ::copy_file_range(from, nullptr, to, nullptr, static_cast<std::size_t>(std::min<std::uint64_t>(bytes, rangeBytes)), 0);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && (errno == EXDEV || errno == EOPNOTSUPP || errno == ENOSYS || errno == EINVAL))
            return copyByHand(from, to, bytes);
        if (count < 0)
            return Error::system(errno, "copy");
        if (count == 0)
            return {};
        bytes -= static_cast<std::uint64_t>(count);
    }
    return {};
}

Result<void> copyBytes(int from, int to, off_t size)
{
    for (off_t position = 0; position < size;) {
        const off_t data = ::lseek(from, position, SEEK_DATA);
        if (data < 0 || data >= size)
            break; // a hole to the end (ENXIO)
        off_t end = ::lseek(from, data, SEEK_HOLE);
        if (end < 0 || end > size)
            end = size;
        if (::lseek(from, data, SEEK_SET) < 0 || ::lseek(to, data, SEEK_SET) < 0)
            return Error::system(errno, "seek");
        TRY(copyRange(from, to, static_cast<std::uint64_t>(end - data)));
        position = end;
    }
    if (::ftruncate(to, size) != 0)
        return Error::system(errno, "truncate");
    return {};
}

class TreeCopy {
public:
    explicit TreeCopy(const os::Beneath& top)
        : m_top(&top)
    {
    }

    Result<void> contents(const os::Beneath& from, const os::Beneath& to, const std::string& path, int depth)
    {
        if (depth > maxCopyDepth)
            return Error(ErrorCode::TooLarge, fmt::format("\"{}\": more than {} directories deep", path, maxCopyDepth));
        for (const os::DirectoryEntry& entry : TRY_CONTEXT(path, from.list("."))) {
            const auto copied = copy(from, to, entry.name, path + "/" + entry.name, depth);
            if (!copied && copied.error().systemError() != ENOENT)
                return copied.error().withContext(entry.name);
        }
        return {};
    }

    /// What overlayfs keeps of a directory beside its names.
    static Result<void> marks(int from, int to)
    {
        if (TRY(readXattr(from, "trusted.overlay.redirect")))
            return Error(ErrorCode::Corrupt, "overlayfs left a redirect here: the mount must have redirect_dir off");
        const auto opaque = TRY(readXattr(from, "trusted.overlay.opaque"));
        if (opaque && ::fsetxattr(to, "trusted.overlay.opaque", opaque->data(), opaque->size(), 0) != 0)
            return Error::system(errno, "opaque mark");
        return {};
    }

private:
    Result<void> copy(const os::Beneath& from, const os::Beneath& to, const std::string& name, const std::string& path, int depth)
    {
        const struct stat status = TRY(from.stat(name));
        if (S_ISDIR(status.st_mode))
            return directory(from, to, name, status, path, depth);
        if (S_ISSOCK(status.st_mode))
            return {};
        if (status.st_nlink > 1) {
            const auto [first, isFirst] = m_linked.try_emplace({ status.st_dev, status.st_ino }, path);
            if (!isFirst)
                return m_top->hardLink(first->second, path);
        }
        if (S_ISREG(status.st_mode))
            return file(from, to, name);
        if (S_ISLNK(status.st_mode)) {
            const std::string target = TRY(from.readLink(name));
            TRY(to.symlink(target, name));
        } else if (::mknodat(to.rootFd(), name.c_str(), status.st_mode, status.st_rdev) != 0) {
            return Error::system(errno, "device or FIFO");
        }
        TRY(to.setOwner(name, status.st_uid, status.st_gid));
        if (!S_ISLNK(status.st_mode))
            TRY(to.setMode(name, status.st_mode & 07777));
        return to.setModifiedTime(name, status.st_mtim);
    }

    Result<void> directory(const os::Beneath& from, const os::Beneath& to, const std::string& name, const struct stat& status, const std::string& path, int depth)
    {
        if (::mkdirat(to.rootFd(), name.c_str(), 0700) != 0)
            return Error::system(errno, "directory");
        const os::Beneath source = TRY(from.openDirectory(name, os::Links::Refuse));
        const os::Beneath target = TRY(to.openDirectory(name, os::Links::Refuse));
        {
            const UniqueFd in = TRY(source.open(".", O_RDONLY | O_DIRECTORY));
            const UniqueFd out = TRY(target.open(".", O_RDONLY | O_DIRECTORY));
            TRY(marks(in.get(), out.get()));
            if (::fchown(out.get(), status.st_uid, status.st_gid) != 0)
                return Error::system(errno, "owner");
            const auto kept = TRY(readXattrs(in.get()));
            TRY(setXattrs(out.get(), kept));
        }
        TRY(contents(source, target, path, depth + 1));
        TRY(to.setMode(name, status.st_mode & 07777));
        return to.setModifiedTime(name, status.st_mtim);
    }

    Result<void> file(const os::Beneath& from, const os::Beneath& to, const std::string& name)
    {
        const UniqueFd in = TRY(from.open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
        struct stat status {};
        if (::fstat(in.get(), &status) != 0)
            return Error::system(errno, "stat");
        if (!S_ISREG(status.st_mode))
            return Error::system(ENOENT, name); // replaced this moment
        if (TRY(readXattr(in.get(), "trusted.overlay.metacopy")))
            return Error(ErrorCode::Corrupt, "overlayfs left only metadata here: the mount must have metacopy off");
        const UniqueFd out = TRY(to.createFile(name, 0600));
        TRY(copyBytes(in.get(), out.get(), status.st_size));
        // Owner before mode and xattrs: chown clears set-user-id and security.capability.
        if (::fchown(out.get(), status.st_uid, status.st_gid) != 0 || ::fchmod(out.get(), status.st_mode & 07777) != 0)
            return Error::system(errno, "owner and mode");
        const auto kept = TRY(readXattrs(in.get()));
        TRY(setXattrs(out.get(), kept));
        const struct timespec times[2] = { { 0, UTIME_OMIT }, status.st_mtim };
        if (::futimens(out.get(), times) != 0)
            return Error::system(errno, "time");
        return {};
    }

    const os::Beneath* m_top; ///< of the copy: hard links go from path to path
    std::map<std::pair<dev_t, ino_t>, std::string> m_linked; ///< inode -> its first path
};

} // namespace

Result<void> copyUpperTree(const os::Beneath& from, const os::Beneath& to)
{
    const UniqueFd in = TRY(from.open(".", O_RDONLY | O_DIRECTORY));
    const UniqueFd out = TRY(to.open(".", O_RDONLY | O_DIRECTORY));
    TRY(TreeCopy::marks(in.get(), out.get()));
    return TreeCopy(to).contents(from, to, "", 0);
}

} // namespace darsena::store
