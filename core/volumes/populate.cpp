// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/volumes/populate.h"

#include <array>
#include <cerrno>

#include <dirent.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace darsena::volumes {

namespace {

constexpr std::size_t kMaxEntries = 1'000'000;
constexpr int kMaxDepth = 64;

Result<void> copyContent(int from, int to)
{
    for (;;) {
        const ssize_t sent = ::sendfile(to, from, nullptr, 1 << 30);
        if (sent < 0 && errno != EINTR)
            return Error::system(errno, "copy a file into the volume");
        if (sent == 0)
            return {};
    }
}

/// Programs may owe their rights to this attribute. Others are not copied: they are the image's own affair.
Result<void> copyCapabilities(int from, int to)
{
    std::array<char, 64> value{}; // at most 24 bytes so far
    const ssize_t length = ::fgetxattr(from, "security.capability", value.data(), value.size());
    if (length > 0 && ::fsetxattr(to, "security.capability", value.data(), static_cast<std::size_t>(length), 0) < 0)
        return Error::system(errno, "copy a file's capabilities into the volume");
    return {};
}

/// Copies one tree; both sides are walked by descriptors, names are single components of what was listed.
class Copier {
public:
    Result<void> copyDirectory(const os::Beneath& from, const os::Beneath& to, int depth)
    {
        if (depth > kMaxDepth)
            return Error(ErrorCode::TooLarge, "the image's folder is nested too deeply to fill a volume from");
        for (const os::DirectoryEntry& entry : TRY(from.list("/", kMaxEntries))) {
            if (++m_entries > kMaxEntries)
                return Error(ErrorCode::TooLarge, "the image's folder has too many entries to fill a volume from");
            TRY_CONTEXT(entry.name, copyEntry(from, to, entry.name, depth));
        }
        return {};
    }

private:
    Result<void> copyEntry(const os::Beneath& from, const os::Beneath& to, const std::string& name, int depth)
    {
        const struct stat status = TRY(from.stat(name));
        if (S_ISDIR(status.st_mode)) {
            TRY(to.makeDirectories(name, status.st_mode & 07777, status.st_uid, status.st_gid));
            const os::Beneath inner = TRY(from.openDirectory(name, os::Links::Refuse));
            const os::Beneath target = TRY(to.openDirectory(name, os::Links::Refuse));
            TRY(copyDirectory(inner, target, depth + 1));
        } else if (S_ISLNK(status.st_mode)) {
            const std::string target = TRY(from.readLink(name));
            TRY(to.symlink(target, name));
            TRY(to.setOwner(name, status.st_uid, status.st_gid));
        } else if (S_ISREG(status.st_mode)) {
            const UniqueFd source = TRY(from.openRegular(name, os::Links::Refuse));
            const UniqueFd target = TRY(to.createFile(name, 0600));
            TRY(copyContent(source.get(), target.get()));
            TRY(to.setOwner(name, status.st_uid, status.st_gid));
            TRY(to.setMode(name, status.st_mode & 07777)); // after the owner: changing that clears setuid
            TRY(copyCapabilities(source.get(), target.get())); // which it clears as well
        } else {
            return {};
        }
        return to.setModifiedTime(name, status.st_mtim);
    }

    std::size_t m_entries = 0;
};

} // namespace

Result<void> populate(const os::Beneath& image, std::string_view mountPoint, const std::filesystem::path& volume)
{
    const os::Beneath to = TRY(os::Beneath::open(volume));
    const auto existing = TRY(to.list("/", 16));
    if (!existing.empty())
        return {};
    const auto from = image.openDirectory(mountPoint);
    if (!from) {
        const int reason = from.error().systemError();
        if (reason == ENOENT || reason == ENOTDIR || reason == ELOOP)
            return {};
        return from.error();
    }
    const struct stat status = TRY(from->stat("/"));
    Copier copier;
    TRY_CONTEXT("fill the volume", copier.copyDirectory(*from, to, 0));
    if (::chown(volume.c_str(), status.st_uid, status.st_gid) < 0 || ::chmod(volume.c_str(), status.st_mode & 07777) < 0)
        return Error::system(errno, "give the volume its owner and mode");
    return {};
}

} // namespace darsena::volumes
