// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/os/beneath.h"

#include "core/base/scope_guard.h"
#include "core/os/file.h"

#include <algorithm>
#include <cerrno>

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace darsena::os {

namespace {

constexpr std::size_t maxComponents = 4096;
constexpr std::size_t maxComponentBytes = 255;
/// Each level of removal holds two descriptors, and a process has 1024 as a rule.
constexpr int maxRemoveDepth = 128;

Result<UniqueFd> openBeneath(int root, const std::string& path, int flags, mode_t mode, Links links)
{
    struct open_how how {};
    how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
    if ((flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE)
        how.mode = mode & 07777;
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    if (links == Links::Refuse)
        how.resolve |= RESOLVE_NO_SYMLINKS;
    // EAGAIN: something was renamed or mounted while ".." was resolved; openat2(2) says to try again. Bounded, so that
    // a process that renames in a loop cannot hold us.
    for (int attempt = 0; attempt < 1000; ++attempt) {
        auto fd = UniqueFd::adopt(static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how)));
        if (fd)
            return fd;
        if (errno != EAGAIN && errno != EINTR)
            break;
    }
    return Error::system(errno, path);
}

/// Checks the path and drops what makes the kernel follow a last link: trailing slashes and "." components.
Result<std::string> cleanPath(std::string_view path)
{
    std::string clean;
    clean.reserve(path.size() + 1);
    for (std::string_view component : TRY(pathComponents(path))) {
        if (!clean.empty())
            clean += '/';
        clean += component;
    }
    return clean.empty() ? std::string(".") : clean;
}

/// Removes a tree with a bounded number of descriptors: what is nested deeper than maxRemoveDepth is first moved up into
/// the top directory, and the top is gone through again.
class TreeRemover {
public:
    Result<void> remove(int parentFd, const char* name)
    {
        if (removedAtOnce(parentFd, name))
            return {};
        UniqueFd top = TRY(openChild(parentFd, name));
        if (!top)
            return {};
        m_topFd = top.get();
        for (int refilled = 0;;) {
            m_lifted = 0;
            m_refilled = false;
            TRY(empty(top.get(), 0));
            if (m_lifted == 0 && !m_refilled && (::unlinkat(parentFd, name, AT_REMOVEDIR) == 0 || errno == ENOENT))
                return {};
            // Somebody still makes files in there, as a process does that is about to die: a while, not for ever.
            if (m_lifted == 0 && ++refilled > maxRefills)
                return Error::system(ENOTEMPTY, std::string("remove ") + name);
            if (m_lifted == 0)
                ::usleep(10'000);
        }
    }

private:
    /// Files, links, empty directories and what is not there.
    static bool removedAtOnce(int directoryFd, const char* name)
    {
        return ::unlinkat(directoryFd, name, 0) == 0 || errno == ENOENT || ::unlinkat(directoryFd, name, AT_REMOVEDIR) == 0
            || errno == ENOENT;
    }

    /// No descriptor = gone meanwhile. Links and other mounts are refused.
    static Result<UniqueFd> openChild(int directoryFd, const char* name)
    {
        struct open_how how {};
        how.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
        how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV;
        auto child = UniqueFd::adopt(static_cast<int>(::syscall(SYS_openat2, directoryFd, name, &how, sizeof how)));
        if (!child && errno != ENOENT)
            return Error::system(errno, std::string("remove ") + name);
        return child;
    }

    Result<void> empty(int directoryFd, int depth)
    {
        auto again = UniqueFd::adopt(::openat(directoryFd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        DIR* directory = again ? ::fdopendir(again.get()) : nullptr;
        if (!directory)
            return Error::system(errno, "open directory");
        again.release(); // the DIR owns it
        ScopeGuard close([&] { ::closedir(directory); });
        for (;;) {
            errno = 0;
            const dirent* entry = ::readdir(directory);
            if (!entry) {
                if (errno != 0)
                    return Error::system(errno, "read directory");
                return {};
            }
            const std::string_view name = entry->d_name;
            if (name == "." || name == ".." || removedAtOnce(directoryFd, entry->d_name))
                continue;
            if (depth >= maxRemoveDepth) {
                const std::string lifted = fmt::format(".lifted-{}-{}", m_round++, entry->d_ino);
                if (::renameat(directoryFd, entry->d_name, m_topFd, lifted.c_str()) != 0)
                    return Error::system(errno, fmt::format("remove {}", name));
                ++m_lifted;
                continue;
            }
            const UniqueFd child = TRY(openChild(directoryFd, entry->d_name));
            if (!child)
                continue;
            TRY(empty(child.get(), depth + 1));
            if (::unlinkat(directoryFd, entry->d_name, AT_REMOVEDIR) == 0 || errno == ENOENT)
                continue;
            if (errno != ENOTEMPTY)
                return Error::system(errno, fmt::format("remove {}", name));
            m_refilled = true;
        }
    }

    static constexpr int maxRefills = 200;
    int m_topFd = -1;
    std::uint64_t m_lifted = 0; ///< in this round
    bool m_refilled = false; ///< in this round: a directory had something again after it was emptied
    std::uint64_t m_round = 0;
};

} // namespace

Result<std::vector<std::string_view>> pathComponents(std::string_view path)
{
    if (path.find('\0') != std::string_view::npos)
        return Error(ErrorCode::Invalid, "a path with a NUL byte");
    std::vector<std::string_view> components;
    std::size_t start = 0;
    while (start <= path.size()) {
        const std::size_t end = std::min(path.find('/', start), path.size());
        const std::string_view component = path.substr(start, end - start);
        start = end + 1;
        if (component.empty() || component == ".")
            continue;
        if (component.size() > maxComponentBytes)
            return Error(ErrorCode::Invalid, fmt::format("a name of {} bytes: at most {} are possible", component.size(), maxComponentBytes));
        if (components.size() == maxComponents)
            return Error(ErrorCode::Invalid, fmt::format("a path of more than {} components", maxComponents));
        components.push_back(component);
    }
    return components;
}

Result<void> removeTreeAt(int directoryFd, const std::string& name)
{
    if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos || name.find('\0') != std::string::npos)
        return Error(ErrorCode::Invalid, "remove: not a name: " + name);
    return TreeRemover().remove(directoryFd, name.c_str());
}

Result<Beneath> Beneath::open(const std::filesystem::path& root)
{
    return Beneath(TRY(openFile(root, O_PATH | O_DIRECTORY)));
}

Result<Beneath> Beneath::adopt(UniqueFd root)
{
    struct stat status {};
    if (::fstat(root.get(), &status) != 0)
        return Error::system(errno, "root directory");
    if (!S_ISDIR(status.st_mode))
        return Error(ErrorCode::Invalid, "root is not a directory");
    return Beneath(std::move(root));
}

Result<Beneath> Beneath::duplicate() const
{
    auto copy = UniqueFd::adopt(::fcntl(m_root.get(), F_DUPFD_CLOEXEC, 0));
    if (!copy)
        return Error::system(errno, "duplicate root directory");
    return Beneath(std::move(copy));
}

Result<UniqueFd> Beneath::open(std::string_view path, int flags, mode_t mode, Links links) const
{
    return openBeneath(m_root.get(), TRY(cleanPath(path)), flags, mode, links);
}

Result<UniqueFd> Beneath::openRegular(std::string_view path, Links links) const
{
    // First a descriptor that opens nothing (O_PATH): a device must not be opened even for a moment.
    const UniqueFd found = TRY(open(path, O_PATH, 0, links));
    struct stat status {};
    if (::fstat(found.get(), &status) != 0)
        return Error::system(errno, path);
    if (!S_ISREG(status.st_mode))
        return Error(ErrorCode::Invalid, std::string(path) + ": not a regular file");
    auto fd = UniqueFd::adopt(::open(fmt::format("/proc/self/fd/{}", found.get()).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd)
        return Error::system(errno, path);
    return fd;
}

Result<Beneath> Beneath::openDirectory(std::string_view path, Links links) const
{
    return Beneath(TRY(open(path, O_PATH | O_DIRECTORY, 0, links)));
}

Result<Beneath::Place> Beneath::place(std::string_view path, Links links) const
{
    auto components = TRY(pathComponents(path));
    if (components.empty())
        return Place { TRY(open(".", O_PATH | O_DIRECTORY, 0, links)), "." };
    std::string name(components.back());
    if (name == "..")
        return Error(ErrorCode::Invalid, std::string(path) + ": ends in \"..\"");
    // The views point into path, so what precedes the last component is a prefix of it.
    const auto prefix = static_cast<std::size_t>(components.back().data() - path.data());
    return Place { TRY(open(path.substr(0, prefix), O_PATH | O_DIRECTORY, 0, links)), std::move(name) };
}

Result<struct stat> Beneath::stat(std::string_view path, bool followLast) const
{
    const UniqueFd fd = TRY(open(path, followLast ? O_PATH : O_PATH | O_NOFOLLOW));
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0)
        return Error::system(errno, path);
    return status;
}

bool Beneath::exists(std::string_view path) const
{
    return stat(path).ok();
}

Result<std::string> Beneath::readLink(std::string_view path) const
{
    const Place at = TRY(place(path));
    std::array<char, 4097> target;
    const ssize_t count = ::readlinkat(at.directory.get(), at.name.c_str(), target.data(), target.size());
    if (count < 0)
        return Error::system(errno, path);
    if (static_cast<std::size_t>(count) == target.size())
        return Error(ErrorCode::TooLarge, std::string(path) + ": link target over 4096 bytes");
    return std::string(target.data(), static_cast<std::size_t>(count));
}

Result<std::vector<DirectoryEntry>> Beneath::list(std::string_view path, std::size_t maxEntries) const
{
    UniqueFd fd = TRY(open(path, O_RDONLY | O_DIRECTORY));
    const int raw = fd.get();
    DIR* directory = ::fdopendir(raw);
    if (!directory)
        return Error::system(errno, path);
    fd.release(); // the DIR owns it
    ScopeGuard close([&] { ::closedir(directory); });
    std::vector<DirectoryEntry> entries;
    for (;;) {
        errno = 0;
        const dirent* entry = ::readdir(directory);
        if (!entry) {
            if (errno != 0)
                return Error::system(errno, path);
            break;
        }
        const std::string_view name = entry->d_name;
        if (name == "." || name == "..")
            continue;
        if (entries.size() == maxEntries)
            return Error(ErrorCode::TooLarge, fmt::format("{}: more than {} entries", path, maxEntries));
        unsigned char type = entry->d_type;
        if (type == DT_UNKNOWN) {
            struct stat status {};
            if (::fstatat(raw, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
                continue; // gone meanwhile
            type = static_cast<unsigned char>(IFTODT(status.st_mode));
        }
        entries.push_back({ std::string(name), type, entry->d_ino });
    }
    std::ranges::sort(entries, {}, &DirectoryEntry::name);
    return entries;
}

Result<std::string> Beneath::readFile(std::string_view path, std::size_t maxBytes) const
{
    const UniqueFd fd = TRY(openRegular(path));
    return readAll(fd.get(), maxBytes).withContext(path);
}

Result<void> Beneath::makeDirectories(std::string_view path, mode_t mode, uid_t uid, gid_t gid) const
{
    // Each prefix is resolved anew from the root, so that links and ".." in the path keep their meaning.
    std::string prefix;
    for (std::string_view component : TRY(pathComponents(path))) {
        if (!prefix.empty())
            prefix += '/';
        prefix += component;
        auto found = open(prefix, O_PATH | O_DIRECTORY);
        if (found)
            continue;
        if (found.error().systemError() != ENOENT || component == "..")
            return found.error();
        const Place at = TRY(place(prefix));
        if (::mkdirat(at.directory.get(), at.name.c_str(), 0700) != 0) {
            // A dangling link is what EEXIST means here, unless somebody made the directory at the same moment.
            if (errno == EEXIST && open(prefix, O_PATH | O_DIRECTORY).ok())
                continue;
            return Error::system(errno, prefix);
        }
        auto made = UniqueFd::adopt(::openat(at.directory.get(), at.name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!made || ::fchown(made.get(), uid, gid) != 0 || ::fchmod(made.get(), mode) != 0)
            return Error::system(errno, prefix);
    }
    return {};
}

Result<UniqueFd> Beneath::createFile(std::string_view path, mode_t mode) const
{
    const Place at = TRY(place(path));
    auto fd = UniqueFd::adopt(::openat(at.directory.get(), at.name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (!fd)
        return Error::system(errno, path);
    return fd;
}

Result<void> Beneath::symlink(std::string_view target, std::string_view path) const
{
    const Place at = TRY(place(path));
    if (::symlinkat(std::string(target).c_str(), at.directory.get(), at.name.c_str()) != 0)
        return Error::system(errno, path);
    return {};
}

Result<void> Beneath::hardLink(std::string_view existing, std::string_view path) const
{
    const Place from = TRY(place(existing));
    const Place to = TRY(place(path));
    if (::linkat(from.directory.get(), from.name.c_str(), to.directory.get(), to.name.c_str(), 0) != 0)
        return Error::system(errno, fmt::format("link {} to {}", path, existing));
    return {};
}

Result<void> Beneath::remove(std::string_view path) const
{
    const Place at = TRY(place(path));
    if (::unlinkat(at.directory.get(), at.name.c_str(), 0) == 0)
        return {};
    if (errno == EISDIR && ::unlinkat(at.directory.get(), at.name.c_str(), AT_REMOVEDIR) == 0)
        return {};
    return Error::system(errno, path);
}

Result<void> Beneath::removeTree(std::string_view path) const
{
    auto at = place(path);
    if (!at)
        return at.error().systemError() == ENOENT ? Result<void>() : at.error();
    return removeTreeAt(at->directory.get(), at->name).withContext(path);
}

Result<void> Beneath::rename(std::string_view from, std::string_view to) const
{
    const Place source = TRY(place(from));
    const Place target = TRY(place(to));
    if (::renameat(source.directory.get(), source.name.c_str(), target.directory.get(), target.name.c_str()) != 0)
        return Error::system(errno, fmt::format("rename {} to {}", from, to));
    return {};
}

Result<void> Beneath::setOwner(std::string_view path, uid_t uid, gid_t gid) const
{
    const Place at = TRY(place(path));
    if (::fchownat(at.directory.get(), at.name.c_str(), uid, gid, AT_SYMLINK_NOFOLLOW) != 0)
        return Error::system(errno, path);
    return {};
}

Result<void> Beneath::setMode(std::string_view path, mode_t mode) const
{
    // fchmodat has no working AT_SYMLINK_NOFOLLOW before Linux 6.6, so: a descriptor that followed nothing, checked,
    // then chmod through /proc, which changes exactly that inode.
    const UniqueFd fd = TRY(open(path, O_PATH | O_NOFOLLOW));
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0)
        return Error::system(errno, path);
    if (S_ISLNK(status.st_mode))
        return Error(ErrorCode::Invalid, std::string(path) + ": a link has no mode");
    if (::chmod(fmt::format("/proc/self/fd/{}", fd.get()).c_str(), mode) != 0)
        return Error::system(errno, path);
    return {};
}

Result<void> Beneath::setModifiedTime(std::string_view path, const struct timespec& modified) const
{
    const Place at = TRY(place(path));
    const struct timespec times[2] = { { 0, UTIME_OMIT }, modified };
    if (::utimensat(at.directory.get(), at.name.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0)
        return Error::system(errno, path);
    return {};
}

} // namespace darsena::os
