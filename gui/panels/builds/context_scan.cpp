// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/builds/context_scan.h"

#include "core/archive/tar_writer.h"
#include "core/base/unique_fd.h"
#include "core/dockerfile/ignore.h"

#include <algorithm>
#include <array>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace darsena::gui {
namespace {

constexpr std::size_t MaxIgnoreBytes = 1024 * 1024;
constexpr std::size_t MaxDepth = 200;

Result<std::string> readSmall(int folder, const std::string& name)
{
    const UniqueFd fd = UniqueFd::adopt(::openat(folder, name.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd)
        return Error::system(errno, name);
    std::string text;
    std::array<char, 16384> buffer;
    for (;;) {
        const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
        if (got < 0) {
            if (errno == EINTR)
                continue;
            return Error::system(errno, name);
        }
        if (got == 0)
            return text;
        text.append(buffer.data(), std::size_t(got));
        if (text.size() > MaxIgnoreBytes)
            return Error(ErrorCode::TooLarge, name + " is larger than 1 MB");
    }
}

/// Goes through a context in the order of names and tells each entry that is sent, folders before what is in them.
/// The descriptors are read relative to their folder, so that a folder renamed meanwhile leads nowhere else.
class Walk {
public:
    struct Seen {
        const std::string& path;
        const struct stat& info;
        int folder; ///< open; the entry is `name` in it
        const char* name;
    };
    using Visit = std::function<Result<void>(const Seen&)>;
    using Ignored = std::function<void(const Seen&)>;

    Walk(const ContextSpec& spec, std::stop_token stop)
        : m_spec(spec)
        , m_stop(std::move(stop))
    {
    }

    Result<void> run(const Visit& visit, const Ignored& ignored)
    {
        const UniqueFd root = UniqueFd::adopt(::open(m_spec.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!root) {
            const Error error = Error::system(errno, "the build context " + m_spec.folder.string());
            return errno == ENOENT ? error.as(ErrorCode::NotFound) : error;
        }
        m_ignoreFile = m_spec.dockerfile + ".dockerignore";
        if (::faccessat(root.get(), m_ignoreFile.c_str(), F_OK, 0) != 0)
            m_ignoreFile = ".dockerignore";
        if (::faccessat(root.get(), m_ignoreFile.c_str(), F_OK, 0) == 0) {
            const std::string text = TRY(readSmall(root.get(), m_ignoreFile));
            m_rules = TRY_CONTEXT(m_ignoreFile, dockerfile::IgnoreRules::parse(text));
        }
        return folder(root.get(), {}, visit, ignored, 0);
    }

private:
    Result<void> folder(int fd, const std::string& prefix, const Visit& visit, const Ignored& ignored, std::size_t depth)
    {
        if (depth > MaxDepth)
            return Error(ErrorCode::TooLarge, prefix + " is nested too deeply");
        std::vector<std::string> names;
        {
            const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
            const std::unique_ptr<DIR, int (*)(DIR*)> stream(copy >= 0 ? ::fdopendir(copy) : nullptr, &::closedir);
            if (!stream)
                return Error::system(errno, prefix.empty() ? m_spec.folder.string() : prefix);
            while (const dirent* entry = ::readdir(stream.get())) {
                const std::string name = entry->d_name;
                if (name != "." && name != "..")
                    names.push_back(name);
            }
        }
        std::sort(names.begin(), names.end());
        for (const std::string& name : names)
            TRY(one(fd, prefix.empty() ? name : prefix + "/" + name, name, visit, ignored, depth));
        return {};
    }

    Result<void> one(int fd, const std::string& path, const std::string& name, const Visit& visit, const Ignored& ignored,
        std::size_t depth)
    {
        if (m_stop.stop_requested())
            return Error(ErrorCode::Cancelled, "cancelled");
        if (++m_entries > maxContextEntries)
            return Error(ErrorCode::TooLarge,
                "the build context " + m_spec.folder.string() + " has more than 500000 files; a .dockerignore leaves out what is not needed");
        struct stat info {};
        if (::fstatat(fd, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
            if (errno == ENOENT) // gone since the folder was read
                return {};
            return Error::system(errno, path);
        }
        const Seen seen { path, info, fd, name.c_str() };
        const bool always = path == m_spec.dockerfile || path == m_ignoreFile;
        const bool left = !always && !m_rules.empty() && m_rules.ignores(path);
        if (left)
            ignored(seen);
        else
            TRY(visit(seen));
        if (!S_ISDIR(info.st_mode))
            return {};
        const bool dockerfileInside = m_spec.dockerfile.starts_with(path + "/");
        if (left && !dockerfileInside && m_rules.ignoresAllBelow(path))
            return {};
        const UniqueFd inside = UniqueFd::adopt(::openat(fd, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!inside) {
            if (left) // what is left out need not be readable
                return {};
            return Error::system(errno, path);
        }
        return folder(inside.get(), path, visit, ignored, depth + 1);
    }

    const ContextSpec& m_spec;
    std::stop_token m_stop;
    std::string m_ignoreFile;
    dockerfile::IgnoreRules m_rules;
    std::uint64_t m_entries = 0;
};

Result<archive::Entry> makeEntry(const Walk::Seen& seen)
{
    archive::Entry entry;
    entry.path = seen.path;
    entry.mode = seen.info.st_mode & 07777u;
    entry.mtime = seen.info.st_mtim.tv_sec;
    switch (seen.info.st_mode & S_IFMT) {
    case S_IFREG:
        entry.type = archive::EntryType::File;
        entry.size = std::uint64_t(seen.info.st_size);
        break;
    case S_IFDIR:
        entry.type = archive::EntryType::Directory;
        break;
    case S_IFLNK: {
        entry.type = archive::EntryType::Symlink;
        std::array<char, 4096> target;
        const ssize_t length = ::readlinkat(seen.folder, seen.name, target.data(), target.size());
        if (length < 0)
            return Error::system(errno, seen.path);
        if (std::size_t(length) >= target.size())
            return Error(ErrorCode::TooLarge, seen.path + ": the link's target is too long");
        entry.link.assign(target.data(), std::size_t(length));
        break;
    }
    case S_IFIFO:
        entry.type = archive::EntryType::Fifo;
        break;
    case S_IFSOCK:
        entry.type = archive::EntryType::Socket;
        break;
    case S_IFCHR:
    case S_IFBLK:
        entry.type = S_ISCHR(seen.info.st_mode) ? archive::EntryType::CharDevice : archive::EntryType::BlockDevice;
        entry.deviceMajor = ::major(seen.info.st_rdev);
        entry.deviceMinor = ::minor(seen.info.st_rdev);
        break;
    default:
        return Error(ErrorCode::Unsupported, seen.path + " is no kind of file that a context can hold");
    }
    return entry;
}

Result<void> writeContent(const Walk::Seen& seen, archive::TarWriter& tar, std::uint64_t size, std::stop_token stop)
{
    const UniqueFd fd = UniqueFd::adopt(::openat(seen.folder, seen.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!fd)
        return Error::system(errno, seen.path);
    std::vector<std::byte> buffer(256 * 1024);
    std::uint64_t rest = size;
    while (rest > 0) {
        if (stop.stop_requested())
            return Error(ErrorCode::Cancelled, "cancelled");
        const std::size_t want = std::size_t(std::min<std::uint64_t>(rest, buffer.size()));
        const ssize_t got = ::read(fd.get(), buffer.data(), want);
        if (got < 0) {
            if (errno == EINTR)
                continue;
            return Error::system(errno, seen.path);
        }
        if (got == 0)
            return Error(ErrorCode::Conflict, seen.path + " became shorter while it was being sent");
        TRY(tar.write(std::span(buffer).first(std::size_t(got))));
        rest -= std::uint64_t(got);
    }
    return {};
}

} // namespace

Result<ContextSummary> scanContext(const ContextSpec& spec, std::stop_token stop)
{
    ContextSummary summary;
    Walk walk(spec, std::move(stop));
    const auto visit = [&summary](const Walk::Seen& seen) -> Result<void> {
        if (!S_ISREG(seen.info.st_mode))
            return {};
        ++summary.files;
        summary.bytes += std::uint64_t(seen.info.st_size);
        summary.largest.push_back({ seen.path, std::uint64_t(seen.info.st_size) });
        if (summary.largest.size() >= 4 * ContextSummary::maxLargest) {
            std::nth_element(summary.largest.begin(), summary.largest.begin() + ContextSummary::maxLargest,
                summary.largest.end(), [](const auto& a, const auto& b) { return a.bytes > b.bytes; });
            summary.largest.resize(ContextSummary::maxLargest);
        }
        return {};
    };
    const auto ignored = [&summary](const Walk::Seen& seen) {
        ++summary.ignoredFiles;
        if (S_ISREG(seen.info.st_mode))
            summary.ignoredBytes += std::uint64_t(seen.info.st_size);
    };
    TRY(walk.run(visit, ignored));
    std::stable_sort(summary.largest.begin(), summary.largest.end(),
        [](const auto& a, const auto& b) { return a.bytes > b.bytes; });
    if (summary.largest.size() > ContextSummary::maxLargest)
        summary.largest.resize(ContextSummary::maxLargest);
    return summary;
}

Result<void> packContext(const ContextSpec& spec, archive::ByteSink& sink, std::stop_token stop)
{
    archive::TarWriter tar(sink);
    Walk walk(spec, stop);
    const auto visit = [&](const Walk::Seen& seen) -> Result<void> {
        const archive::Entry entry = TRY(makeEntry(seen));
        if (entry.type == archive::EntryType::Socket) // tar has none; docker leaves them out too
            return {};
        TRY(tar.add(entry));
        if (entry.type == archive::EntryType::File)
            TRY(writeContent(seen, tar, entry.size, stop));
        return {};
    };
    TRY(walk.run(visit, [](const Walk::Seen&) { }));
    return tar.finish();
}

} // namespace darsena::gui
