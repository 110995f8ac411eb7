// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helper/startup.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <fmt/format.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::helper {
namespace {

enum class Place {
    Own, ///< a directory of ours
    Above, ///< one that leads to it
};

/// `directory` is an existing absolute path without links. Others must be able to change neither it nor what leads to it;
/// above ours, a sticky directory such as /tmp protects its entries well enough.
Result<void> checkOwned(const std::filesystem::path& directory, Place place)
{
    for (std::filesystem::path path = directory;; path = path.parent_path()) {
        struct stat status { };
        if (::stat(path.c_str(), &status) != 0)
            return Error::system(errno, path.native());
        if (!S_ISDIR(status.st_mode))
            return Error(ErrorCode::Conflict, fmt::format("{} is not a directory", path.native()));
        const bool above = place == Place::Above || path != directory;
        const bool stickyAbove = above && (status.st_mode & S_ISVTX);
        if (status.st_uid != 0)
            return Error(ErrorCode::Denied,
                fmt::format("{} belongs to user {}, not to root: they could replace what the engine trusts", path.native(), status.st_uid));
        if ((status.st_mode & (S_IWGRP | S_IWOTH)) && !stickyAbove)
            return Error(ErrorCode::Denied,
                fmt::format("{} can be written by others than root (mode {:o}): run \"chmod go-w {}\" or choose another directory", path.native(),
                    status.st_mode & 07777, path.native()));
        if (path == path.root_path())
            return {};
    }
}

Result<std::filesystem::path> withoutLinks(const std::filesystem::path& path)
{
    std::error_code error;
    std::filesystem::path real = std::filesystem::canonical(path, error);
    if (error)
        return Error::system(error.value(), path.native());
    return real;
}

/// The directory's path without links. It is made when it is missing; what leads to it is checked first: in a directory
/// of someone else's we make nothing.
Result<std::filesystem::path> makeOwned(const std::filesystem::path& directory, mode_t mode)
{
    if (!directory.is_absolute())
        return Error(ErrorCode::Invalid, fmt::format("{} is not an absolute path", directory.native()));
    std::error_code error;
    if (!std::filesystem::exists(directory, error)) {
        const std::filesystem::path parent = TRY(makeOwned(directory.parent_path(), 0755));
        TRY(checkOwned(parent, Place::Above));
        if (::mkdir((parent / directory.filename()).c_str(), mode) != 0 && errno != EEXIST)
            return Error::system(errno, fmt::format("make the directory {}", directory.native()));
    }
    return withoutLinks(directory);
}

Result<void> settleDirectory(std::filesystem::path& directory, mode_t mode)
{
    const std::filesystem::path real = TRY(makeOwned(directory, mode));
    TRY(checkOwned(real, Place::Own));
    directory = real;
    return {};
}

} // namespace

void settleProcess()
{
    ::umask(022);
    ::clearenv();
    ::setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
    ::setenv("LANG", "C.UTF-8", 1);
    ::setenv("HOME", "/root", 1);
    // Qt then polls by itself: GLib would be a second event loop in memory, for nothing.
    ::setenv("QT_NO_GLIB", "1", 1);
    // A handler, unlike "ignore", is not inherited over exec: a container's programs get the default as they expect.
    struct sigaction action { };
    action.sa_handler = [](int) {};
    ::sigaction(SIGPIPE, &action, nullptr);
    rlimit files {};
    if (::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &files);
    }
    // An arena for every connection's thread would keep memory that nobody uses.
    ::mallopt(M_ARENA_MAX, 2);
}

Result<void> checkStart(Options& options)
{
    if (::geteuid() != 0)
        return Error(ErrorCode::Denied, "the helper must run as root: it makes namespaces, mounts and networks (try sudo)");
    TRY(settleDirectory(options.root, 0700));
    TRY(settleDirectory(options.run, 0711));
    std::filesystem::path folder = options.socket.parent_path();
    TRY(settleDirectory(folder, 0711).withContext("the socket's directory"));
    options.socket = folder / options.socket.filename();
    return {};
}

Result<std::filesystem::path> programFolder()
{
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error)
        return Error::system(error.value(), "/proc/self/exe");
    return program.parent_path();
}

} // namespace darsena::helper
