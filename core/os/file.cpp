// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/os/file.h"

#include "core/base/scope_guard.h"
#include "core/os/beneath.h"

#include <atomic>
#include <cerrno>
#include <set>

#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::os {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view temporaryMark = ".tmp-";

} // namespace

Result<UniqueFd> openFile(const fs::path& path, int flags, mode_t mode)
{
    for (;;) {
        auto fd = UniqueFd::adopt(::open(path.c_str(), flags | O_CLOEXEC, mode));
        if (fd)
            return fd;
        if (errno != EINTR)
            return Error::system(errno, path.native());
    }
}

Result<std::size_t> readSome(int fd, std::span<std::byte> buffer)
{
    for (;;) {
        const ssize_t count = ::read(fd, buffer.data(), buffer.size());
        if (count >= 0)
            return static_cast<std::size_t>(count);
        if (errno != EINTR)
            return Error::system(errno, "read");
    }
}

Result<std::string> readAll(int fd, std::size_t maxBytes)
{
    std::string text;
    std::array<std::byte, 64 * 1024> buffer;
    for (;;) {
        const std::size_t count = TRY(readSome(fd, buffer));
        if (count == 0)
            return text;
        if (count > maxBytes - text.size())
            return Error(ErrorCode::TooLarge, fmt::format("more than {} bytes", maxBytes));
        text.append(reinterpret_cast<const char*>(buffer.data()), count);
    }
}

Result<std::string> readFile(const fs::path& path, std::size_t maxBytes)
{
    // O_NONBLOCK: a FIFO in the file's place must not hang us; regular files ignore it.
    const UniqueFd fd = TRY(openFile(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0)
        return Error::system(errno, path.native());
    if (!S_ISREG(status.st_mode))
        return Error(ErrorCode::Invalid, path.native() + ": not a regular file");
    return readAll(fd.get(), maxBytes).withContext(path.native());
}

Result<void> writeAll(int fd, std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::write(fd, bytes.data(), bytes.size());
        if (count < 0) {
            if (errno == EINTR)
                continue;
            return Error::system(errno, "write");
        }
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return {};
}

Result<void> writeAll(int fd, std::string_view text)
{
    return writeAll(fd, std::as_bytes(std::span(text)));
}

Result<void> writeFileAtomic(const fs::path& path, std::string_view text, Durability durability, mode_t mode)
{
    // The name is unique among our threads and processes, so that two writers of one file never share a temporary.
    static std::atomic<unsigned> counter { 0 };
    const fs::path temporary = path.native() + fmt::format("{}{}-{}", temporaryMark, ::getpid(), counter++);
    const UniqueFd fd = TRY(openFile(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode));
    ScopeGuard cleanUp([&] { ::unlink(temporary.c_str()); });
    TRY_CONTEXT(path.native(), writeAll(fd.get(), text));
    if (::fchmod(fd.get(), mode) != 0)
        return Error::system(errno, temporary.native());
    if (durability == Durability::Synced)
        TRY_CONTEXT(path.native(), syncFile(fd.get()));
    if (::rename(temporary.c_str(), path.c_str()) != 0)
        return Error::system(errno, path.native());
    cleanUp.dismiss();
    if (durability == Durability::Synced)
        TRY(syncDirectory(path.has_parent_path() ? path.parent_path() : "."));
    return {};
}

void removeTemporaries(const fs::path& folder)
{
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        const std::string name = it->path().filename();
        const std::size_t mark = name.rfind(temporaryMark);
        if (mark == std::string::npos || name.find_first_not_of("0123456789-", mark + temporaryMark.size()) != std::string::npos)
            continue;
        std::error_code ignored;
        if (fs::is_regular_file(it->symlink_status(ignored)))
            fs::remove(it->path(), ignored);
    }
}

Result<void> syncFile(int fd)
{
    if (::fsync(fd) != 0)
        return Error::system(errno, "fsync");
    return {};
}

Result<void> syncDirectory(const fs::path& directory)
{
    const UniqueFd fd = TRY(openFile(directory, O_RDONLY | O_DIRECTORY));
    return syncFile(fd.get()).withContext(directory.native());
}

Result<void> syncFileSystem(int fd)
{
    if (::syncfs(fd) != 0)
        return Error::system(errno, "syncfs");
    return {};
}

Result<void> makeDirectories(const fs::path& path, mode_t mode)
{
    if (path.empty())
        return {};
    if (::mkdir(path.c_str(), mode) == 0) {
        if (::chmod(path.c_str(), mode) != 0)
            return Error::system(errno, path.native());
        return {};
    }
    if (errno == ENOENT && path.has_parent_path() && path.parent_path() != path) {
        TRY(makeDirectories(path.parent_path(), mode));
        if (!path.has_filename())
            return {}; // a trailing slash: the parent was the folder itself
        return makeDirectories(path, mode);
    }
    const int error = errno;
    struct stat status {};
    if (error == EEXIST && ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
        return {};
    return Error::system(error, path.native());
}

Result<void> removeTree(const fs::path& path)
{
    const fs::path clean = path.has_filename() ? path : path.parent_path();
    const fs::path parent = clean.has_parent_path() ? clean.parent_path() : fs::path(".");
    auto directory = openFile(parent, O_RDONLY | O_DIRECTORY);
    if (!directory)
        return directory.error().systemError() == ENOENT ? Result<void>() : directory.error();
    return removeTreeAt(directory->get(), clean.filename().native()).withContext(path.native());
}

Result<void> renameNoReplace(const fs::path& from, const fs::path& to)
{
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0)
        return {};
    if (errno == EEXIST)
        return Error(ErrorCode::Conflict, to.native() + ": exists already");
    return Error::system(errno, fmt::format("rename {} to {}", from.native(), to.native()));
}

namespace {

Result<void> addUse(int parentFd, const char* name, DiskUse& use, std::set<std::pair<dev_t, ino_t>>& linked)
{
    struct stat status {};
    if (::fstatat(parentFd, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? Result<void>() : Error::system(errno, name);
    if (!S_ISDIR(status.st_mode) && status.st_nlink > 1 && !linked.emplace(status.st_dev, status.st_ino).second) {
        ++use.files;
        return {};
    }
    use.bytes += static_cast<std::uint64_t>(status.st_blocks) * 512;
    ++use.files;
    if (!S_ISDIR(status.st_mode))
        return {};
    auto fd = UniqueFd::adopt(::openat(parentFd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd)
        return errno == ENOENT ? Result<void>() : Error::system(errno, name);
    const int raw = fd.get();
    DIR* directory = ::fdopendir(fd.release());
    if (!directory) {
        ::close(raw);
        return Error::system(errno, name);
    }
    ScopeGuard close([&] { ::closedir(directory); });
    while (const dirent* entry = ::readdir(directory)) {
        const std::string_view child = entry->d_name;
        if (child != "." && child != "..")
            TRY(addUse(raw, entry->d_name, use, linked));
    }
    return {};
}

} // namespace

Result<DiskUse> diskUse(const fs::path& path)
{
    DiskUse use;
    std::set<std::pair<dev_t, ino_t>> linked;
    TRY_CONTEXT(path.native(), addUse(AT_FDCWD, path.c_str(), use, linked));
    if (use.files > 0)
        --use.files; // the path itself
    return use;
}

} // namespace darsena::os
