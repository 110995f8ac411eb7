// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/scope_guard.h"
#include "core/runtime/init/child.h"

#include <cerrno>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::runtime {

namespace {

constexpr int deepest = 64;

Result<void> copyDirectory(int from, int to, int depth);

Result<void> copyFile(int from, int to, const char* name, const struct stat& status)
{
    const UniqueFd in = UniqueFd::adopt(::openat(from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    struct stat opened {};
    if (!in || ::fstat(in.get(), &opened) != 0 || !S_ISREG(opened.st_mode))
        return Error::system(in ? EINVAL : errno, name);
    const UniqueFd out = UniqueFd::adopt(::openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!out)
        return Error::system(errno, name);
    ssize_t length = 0;
    while ((length = ::sendfile(out.get(), in.get(), nullptr, 1U << 20)) > 0) { }
    // The mode after the owner, whose change takes set-id bits away.
    const timespec times[] = { status.st_atim, status.st_mtim };
    if (length < 0 || ::fchown(out.get(), status.st_uid, status.st_gid) != 0 || ::fchmod(out.get(), status.st_mode & 07777) != 0
        || ::futimens(out.get(), times) != 0)
        return Error::system(errno, name);
    return {};
}

Result<void> copyLink(int from, int to, const char* name)
{
    char target[4096];
    const ssize_t length = ::readlinkat(from, name, target, sizeof target);
    if (length < 0 || length == static_cast<ssize_t>(sizeof target))
        return Error::system(length < 0 ? errno : ENAMETOOLONG, name);
    if (::symlinkat(std::string(target, static_cast<std::size_t>(length)).c_str(), to, name) != 0)
        return Error::system(errno, name);
    return {};
}

Result<void> copyEntry(int from, int to, const char* name, int depth)
{
    struct stat status {};
    if (::fstatat(from, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return Error::system(errno, name);
    if (S_ISREG(status.st_mode))
        return copyFile(from, to, name, status);
    if (S_ISDIR(status.st_mode)) {
        const UniqueFd in = UniqueFd::adopt(::openat(from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!in || ::mkdirat(to, name, 0700) != 0)
            return Error::system(errno, name);
        const UniqueFd out = UniqueFd::adopt(::openat(to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!out)
            return Error::system(errno, name);
        TRY(copyDirectory(in.get(), out.get(), depth + 1));
        if (::fchown(out.get(), status.st_uid, status.st_gid) != 0 || ::fchmod(out.get(), status.st_mode & 07777) != 0)
            return Error::system(errno, name);
        return {};
    }
    if (S_ISLNK(status.st_mode))
        TRY(copyLink(from, to, name));
    else if (S_ISSOCK(status.st_mode))
        return {}; // whoever listened is not here
    else if (::mknodat(to, name, status.st_mode, status.st_rdev) != 0)
        return Error::system(errno, name);
    if (::fchownat(to, name, status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW) != 0)
        return Error::system(errno, name);
    return {};
}

Result<void> copyDirectory(int from, int to, int depth)
{
    if (depth > deepest)
        return Error(ErrorCode::TooLarge, "directories are nested too deep");
    const int copy = ::openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const std::unique_ptr<DIR, int (*)(DIR*)> list(copy < 0 ? nullptr : ::fdopendir(copy), ::closedir);
    if (!list)
        return Error::system(errno, "directory");
    while (const dirent* entry = ::readdir(list.get())) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..")
            TRY(copyEntry(from, to, entry->d_name, depth));
    }
    return {};
}

} // namespace

Result<void> copyUp(int fromDirectory, int toDirectory)
{
    return copyDirectory(fromDirectory, toDirectory, 0);
}

} // namespace darsena::runtime
