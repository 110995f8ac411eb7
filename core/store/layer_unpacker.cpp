// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/layer_unpacker.h"

#include "core/archive/whiteout.h"
#include "core/layers/member.h"
#include "core/os/file.h"
#include "core/store/canonical_path.h"
#include "core/store/xattrs.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace darsena::store {

namespace {

using archive::Entry;
using layers::IndexEntry;

constexpr std::uint64_t ratioFreeBytes = 1ULL << 30;
constexpr std::size_t maxMembers = 20'000;

bool isWhiteoutDevice(const struct stat& status)
{
    return S_ISCHR(status.st_mode) && status.st_rdev == makedev(0, 0);
}

std::pair<std::string_view, std::string_view> splitLast(std::string_view path)
{
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos)
        return { {}, path };
    return { path.substr(0, slash), path.substr(slash + 1) };
}

} // namespace

Result<void> LayerUnpacker::unpack(archive::PrefetchSource& source)
{
    m_source = &source;
    archive::TarLimits limits;
    limits.entries = m_limits.entries;
    limits.bytes = m_limits.bytes;
    auto reader = TRY(archive::TarReader::open(source, limits));
    for (;;) {
        const std::optional<Entry> entry = TRY(reader->next());
        if (!entry)
            break;
        ++m_report.entries;
        TRY(place(*reader, *entry));
    }
    TRY(reader->drain());
    for (auto directory = m_plainDirectories.rbegin(); directory != m_plainDirectories.rend(); ++directory) {
        IndexEntry record;
        record.path = directory->path;
        record.mode = directory->mode;
        record.mtime = directory->mtime;
        TRY(finishDirectory(record));
    }
    return {};
}

Result<void> LayerUnpacker::place(archive::TarReader& reader, const Entry& entry)
{
    if (m_mode != UnpackMode::Layer) {
        std::string path = TRY(archive::cleanMember(entry.path, m_limits.depth));
        return m_mode == UnpackMode::Members ? takeMember(reader, entry, std::move(path)) : placeMember(reader, entry, path);
    }
    archive::LayerName name = TRY(archive::parseLayerName(entry.path, m_limits.depth));
    switch (name.kind) {
    case archive::NameKind::Whiteout:
        return whiteout(name.path);
    case archive::NameKind::Opaque:
        return opaque(name.path);
    case archive::NameKind::Ignored:
        return {};
    case archive::NameKind::Plain:
        break;
    }
    return placeMember(reader, entry, name.path);
}

Result<void> LayerUnpacker::placeMember(archive::TarReader& reader, const Entry& entry, const std::string& member)
{
    std::string path = member;
    IndexEntry record = layers::describe(entry);

    if (path.empty()) {
        if (entry.type != archive::EntryType::Directory)
            return Error(ErrorCode::Invalid, fmt::format("member \"{}\": the root must be a directory", entry.path));
        if (m_mode == UnpackMode::Plain)
            return {}; // the target itself is its owner's business
        if (::fchownat(m_target.rootFd(), "", entry.uid, entry.gid, AT_EMPTY_PATH) != 0)
            return Error::system(errno, "root of the layer");
        return logEntry(EntryLog::Kind::Entry, record);
    }

    const int parent = TRY(parentOf(path));
    const std::string name(splitLast(path).second);
    record.path = path;
    switch (entry.type) {
    case archive::EntryType::File:
        TRY(makeFile(reader, entry, parent, name, record));
        break;
    case archive::EntryType::Directory:
        TRY(makeDirectory(entry, parent, name, record));
        break;
    case archive::EntryType::Hardlink:
        return makeHardLink(entry, parent, name, path, record);
    case archive::EntryType::Symlink: {
        if (entry.link.empty())
            return Error(ErrorCode::Corrupt, fmt::format("member \"{}\": a link to nothing", entry.path));
        TRY(clear(parent, name));
        if (::symlinkat(entry.link.c_str(), parent, name.c_str()) != 0)
            return Error::system(errno, entry.path);
        const struct timespec times[2] = { { 0, UTIME_OMIT }, { entry.mtime, entry.mtimeNanoseconds } };
        if (::fchownat(parent, name.c_str(), entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW) != 0
            || ::utimensat(parent, name.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0)
            return Error::system(errno, entry.path);
        record.link = entry.link;
        break;
    }
    case archive::EntryType::CharDevice:
    case archive::EntryType::BlockDevice:
        if (m_mode == UnpackMode::Plain)
            return Error(ErrorCode::Denied, fmt::format("member \"{}\": device files are not taken", entry.path));
        // To overlayfs 0:0 is a whiteout: taken as it is, it would delete without being one.
        if (entry.type == archive::EntryType::CharDevice && entry.deviceMajor == 0 && entry.deviceMinor == 0) {
            ++m_report.dropped;
            return {};
        }
        [[fallthrough]];
    case archive::EntryType::Fifo:
        TRY(makeSpecial(entry, parent, name));
        break;
    case archive::EntryType::Socket:
        ++m_report.dropped;
        return {};
    }
    return logEntry(EntryLog::Kind::Entry, record);
}

Result<void> LayerUnpacker::makeFile(archive::TarReader& reader, const Entry& entry, int parent, const std::string& name, IndexEntry& record)
{
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    const mode_t plainMode = entry.mode & 0777U;
    auto fd = UniqueFd::adopt(::openat(parent, name.c_str(), flags, plainMode));
    if (!fd && errno == EEXIST) {
        TRY(clear(parent, name));
        fd = UniqueFd::adopt(::openat(parent, name.c_str(), flags, plainMode));
    }
    if (!fd)
        return Error::system(errno, entry.path);
    TRY_CONTEXT(entry.path, writeContent(reader, entry.size, fd.get(), record.content));

    // Owner before mode and xattrs: chown clears set-user-id and security.capability.
    if ((entry.uid != 0 || entry.gid != 0) && ::fchown(fd.get(), entry.uid, entry.gid) != 0)
        return Error::system(errno, entry.path);
    if (entry.mode != plainMode && ::fchmod(fd.get(), entry.mode) != 0)
        return Error::system(errno, entry.path);
    TRY_CONTEXT(entry.path, setXattrs(fd.get(), layers::layerXattrs(entry.xattrs)));
    const struct timespec times[2] = { { 0, UTIME_OMIT }, { entry.mtime, entry.mtimeNanoseconds } };
    if (::futimens(fd.get(), times) != 0)
        return Error::system(errno, entry.path);
    return {};
}

Result<void> LayerUnpacker::makeDirectory(const Entry& entry, int parent, const std::string& name, IndexEntry& record)
{
    // Without set-group-id for now: see finishDirectory.
    const mode_t plainMode = entry.mode & 0777U;
    if (::mkdirat(parent, name.c_str(), plainMode) != 0) {
        if (errno != EEXIST)
            return Error::system(errno, entry.path);
        struct stat status {};
        if (::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
            return Error::system(errno, entry.path);
        if (!S_ISDIR(status.st_mode)) {
            TRY(clear(parent, name));
            if (::mkdirat(parent, name.c_str(), plainMode) != 0)
                return Error::system(errno, entry.path);
        }
    }
    const auto fd = UniqueFd::adopt(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd || ::fchown(fd.get(), entry.uid, entry.gid) != 0)
        return Error::system(errno, entry.path);
    TRY_CONTEXT(entry.path, setXattrs(fd.get(), layers::layerXattrs(entry.xattrs)));
    if (m_mode == UnpackMode::Plain)
        m_plainDirectories.push_back({ std::string(record.path), entry.mode, entry.mtime });
    return {};
}

Result<void> LayerUnpacker::makeHardLink(
    const Entry& entry, int parent, const std::string& name, const std::string& path, IndexEntry& record)
{
    std::string target = TRY_CONTEXT(fmt::format("member \"{}\"", entry.path), archive::cleanMember(entry.link, m_limits.depth));
    if (target.empty() || target == path)
        return Error(ErrorCode::Invalid, fmt::format("member \"{}\": a hard link to \"{}\"", entry.path, entry.link));
    const auto [directory, targetName] = splitLast(target);
    const std::string canonical = TRY(canonicalPath(m_target, directory, m_limits.depth));
    const std::string targetPath = canonical.empty() ? std::string(targetName) : fmt::format("{}/{}", canonical, targetName);
    record.link = targetPath;

    auto found = m_target.place(targetPath, os::Links::Refuse);
    struct stat status {};
    const bool here = found.ok() && ::fstatat(found->directory.get(), found->name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0
        && !isWhiteoutDevice(status);
    if (!here) {
        if (m_mode == UnpackMode::Plain)
            return Error(ErrorCode::NotFound, fmt::format("member \"{}\": a hard link to \"{}\", which is not there", entry.path, entry.link));
        // Something of the layers below, the store will see to it.
        TRY(clear(parent, name));
        return logEntry(EntryLog::Kind::Entry, record);
    }
    if (S_ISDIR(status.st_mode))
        return Error(ErrorCode::Invalid, fmt::format("member \"{}\": a hard link to a directory", entry.path));
    struct stat existing {};
    if (::fstatat(parent, name.c_str(), &existing, AT_SYMLINK_NOFOLLOW) == 0) {
        if (existing.st_ino == status.st_ino && existing.st_dev == status.st_dev)
            return logEntry(EntryLog::Kind::Entry, record);
        TRY(clear(parent, name));
    }
    // Without AT_SYMLINK_FOLLOW: a link to a symbolic link links that, and leads nowhere new.
    if (::linkat(found->directory.get(), found->name.c_str(), parent, name.c_str(), 0) != 0)
        return Error::system(errno, entry.path);
    return logEntry(EntryLog::Kind::Entry, record);
}

Result<void> LayerUnpacker::makeSpecial(const Entry& entry, int parent, const std::string& name)
{
    TRY(clear(parent, name));
    const mode_t type = entry.type == archive::EntryType::Fifo ? S_IFIFO : entry.type == archive::EntryType::CharDevice ? S_IFCHR : S_IFBLK;
    const dev_t device = type == S_IFIFO ? 0 : makedev(entry.deviceMajor, entry.deviceMinor);
    const struct timespec times[2] = { { 0, UTIME_OMIT }, { entry.mtime, entry.mtimeNanoseconds } };
    if (::mknodat(parent, name.c_str(), type | (entry.mode & 07777U), device) != 0
        || ::fchownat(parent, name.c_str(), entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW) != 0
        || ::utimensat(parent, name.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0)
        return Error::system(errno, entry.path);
    return {};
}

Result<void> LayerUnpacker::takeMember(archive::TarReader& reader, const Entry& entry, std::string path)
{
    Member member;
    member.path = std::move(path);
    if (entry.type == archive::EntryType::Directory || member.path.empty())
        return {};
    if (m_report.members.size() == maxMembers)
        return Error(ErrorCode::TooLarge, fmt::format("an archive of more than {} members", maxMembers));
    member.isLink = entry.type != archive::EntryType::File;
    if (member.isLink) {
        // Reported, so that a name that is needed can be refused with its reason.
        member.link = entry.link;
    } else {
        member.file = m_report.members.size();
        member.size = entry.size;
        const UniqueFd fd = TRY(m_target.createFile(std::to_string(member.file), 0600));
        std::array<std::uint8_t, 32> unused {};
        TRY_CONTEXT(entry.path, writeContent(reader, entry.size, fd.get(), unused));
    }
    m_report.members.push_back(std::move(member));
    return {};
}

Result<void> LayerUnpacker::whiteout(const std::string& removed)
{
    std::string path = removed;
    const int parent = TRY(parentOf(path));
    const std::string name(splitLast(path).second);
    // What this layer itself brings stays: a whiteout speaks of the layers below. A directory of ours then hides what
    // the one below had in it; the log merges that.
    if (::mknodat(parent, name.c_str(), S_IFCHR | 0600, makedev(0, 0)) != 0 && errno != EEXIST)
        return Error::system(errno, removed);
    IndexEntry record;
    record.path = path;
    record.type = layers::EntryType::Whiteout;
    return logEntry(EntryLog::Kind::Whiteout, record);
}

Result<void> LayerUnpacker::opaque(const std::string& marked)
{
    const std::string directory = TRY(canonicalPath(m_target, marked, m_limits.depth));
    TRY(openMaking(directory));
    IndexEntry record;
    record.path = directory;
    record.type = layers::EntryType::Directory;
    return logEntry(EntryLog::Kind::Opaque, record);
}

Result<int> LayerUnpacker::parentOf(std::string& path)
{
    const auto [directory, name] = splitLast(path);
    if (directory.empty())
        return m_target.rootFd();
    if (m_cachedFd && directory == m_cachedDirectory)
        return m_cachedFd.get();
    std::string wanted(directory);
    auto fd = m_target.open(wanted, O_PATH | O_DIRECTORY, 0, os::Links::Refuse);
    if (!fd) {
        const std::string last(name);
        wanted = TRY(canonicalPath(m_target, directory, m_limits.depth));
        path = wanted.empty() ? last : fmt::format("{}/{}", wanted, last);
        if (wanted.empty())
            return m_target.rootFd();
        fd = openMaking(wanted);
        if (!fd)
            return fd.error();
    }
    m_cachedDirectory = std::move(wanted);
    m_cachedFd = std::move(*fd);
    return m_cachedFd.get();
}

Result<UniqueFd> LayerUnpacker::openMaking(const std::string& directory)
{
    auto found = m_target.open(directory.empty() ? "." : directory, O_PATH | O_DIRECTORY, 0, os::Links::Refuse);
    if (found)
        return found;
    UniqueFd fd = TRY(m_target.open(".", O_PATH | O_DIRECTORY));
    std::string path;
    for (std::string_view component : TRY(os::pathComponents(directory))) {
        const std::string name(component);
        path += path.empty() ? name : "/" + name;
        struct stat status {};
        const bool exists = ::fstatat(fd.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
        const bool overWhiteout = exists && m_mode == UnpackMode::Layer && isWhiteoutDevice(status);
        if (overWhiteout && ::unlinkat(fd.get(), name.c_str(), 0) != 0)
            return Error::system(errno, path);
        if (!exists || overWhiteout) {
            if (::mkdirat(fd.get(), name.c_str(), 0755) != 0)
                return Error::system(errno, path);
            if (m_mode == UnpackMode::Layer) {
                ++m_report.impliedDirectories;
                IndexEntry record;
                record.path = path;
                record.type = layers::EntryType::Directory;
                record.implied = true;
                record.mode = 0755;
                TRY(logEntry(EntryLog::Kind::Entry, record));
            }
        } else if (!S_ISDIR(status.st_mode)) {
            return Error(ErrorCode::Invalid, fmt::format("\"{}\" is in the way: not a directory", path));
        }
        fd = UniqueFd::adopt(::openat(fd.get(), name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!fd)
            return Error::system(errno, path);
    }
    return fd;
}

Result<void> LayerUnpacker::logEntry(EntryLog::Kind kind, const IndexEntry& entry)
{
    return m_log ? m_log->add(kind, entry) : Result<void>();
}

Result<void> LayerUnpacker::clear(int parent, const std::string& name)
{
    if (::unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT)
        return {};
    if (errno != EISDIR && errno != EPERM)
        return Error::system(errno, name);
    // A directory: what is cached may be in it, unless that is where we are.
    if (parent != m_cachedFd.get())
        m_cachedFd.reset();
    return os::removeTreeAt(parent, name);
}

Result<void> LayerUnpacker::writeContent(archive::TarReader& reader, std::uint64_t size, int fd, std::array<std::uint8_t, 32>& digest)
{
    static constexpr std::array<std::byte, 64 * 1024> zeros {};
    const bool hash = m_mode == UnpackMode::Layer;
    std::uint64_t position = 0;
    bool holes = false;
    for (;;) {
        const archive::TarReader::Run run = TRY(reader.nextRun());
        if (run.offset < position)
            return Error(ErrorCode::Corrupt, "a sparse map that runs backwards");
        // Holes stay holes on disk, but the digest is of what a reader sees.
        while (position < run.offset) {
            const auto some = static_cast<std::size_t>(std::min<std::uint64_t>(run.offset - position, zeros.size()));
            holes = true;
            m_report.bytes += some;
            TRY(checkRatio());
            if (hash)
                m_hasher.update(std::span(zeros).first(some));
            position += some;
        }
        if (run.bytes.empty())
            break;
        if (holes) {
            if (::lseek(fd, static_cast<off_t>(run.offset), SEEK_SET) < 0)
                return Error::system(errno, "seek");
        }
        TRY(os::writeAll(fd, run.bytes));
        if (hash)
            m_hasher.update(run.bytes);
        position += run.bytes.size();
        m_report.bytes += run.bytes.size();
        TRY(checkRatio());
    }
    if (position != size)
        return Error(ErrorCode::Corrupt, fmt::format("{} bytes of {}", position, size));
    if (holes && ::ftruncate(fd, static_cast<off_t>(size)) != 0)
        return Error::system(errno, "truncate");
    if (hash) {
        digest = layers::contentBytes(m_hasher.finish());
    }
    return {};
}

Result<void> LayerUnpacker::checkRatio() const
{
    if (m_report.bytes > ratioFreeBytes && m_report.bytes / m_limits.ratio > m_source->consumed())
        return Error(ErrorCode::TooLarge,
            fmt::format("{} bytes of content from {} bytes: more than {} times is taken for a bomb", m_report.bytes, m_source->consumed(), m_limits.ratio));
    return {};
}

Result<void> LayerUnpacker::finishDirectory(const IndexEntry& directory)
{
    const UniqueFd fd = TRY(m_target.open(directory.path.empty() ? "." : directory.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, os::Links::Refuse));
    if (::fchmod(fd.get(), directory.mode) != 0)
        return Error::system(errno, directory.path);
    // Implied directories have no time of their own; 1970 is as good as any and the same on every run.
    const struct timespec times[2] = { { 0, UTIME_OMIT }, { directory.mtime, 0 } };
    if (::futimens(fd.get(), times) != 0)
        return Error::system(errno, directory.path);
    return {};
}

} // namespace darsena::store
