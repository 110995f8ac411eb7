// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/reader/tar_unpacker.h"

#include "core/archive/whiteout.h"

#include <cerrno>
#include <ranges>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::cli {

namespace {

constexpr mode_t keptModeBits = 01777;

constexpr archive::TarLimits limits {
    .entries = 10'000'000,
    .bytes = 1ULL << 40,
};

struct timespec timeOf(const archive::Entry& entry)
{
    return {entry.mtime, static_cast<long>(entry.mtimeNanoseconds)};
}

/// By a descriptor: the process may not change modes by path (confineSelf).
Result<void> finishDirectory(const os::Beneath& root, const std::string& path, std::uint32_t mode, const struct timespec& mtime)
{
    const auto directory = root.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, os::Links::Refuse);
    if (!directory)
        return {}; // something else took its place
    const struct timespec times[2] = {mtime, mtime};
    if (::futimens(directory->get(), times) != 0 || ::fchmod(directory->get(), mode) != 0)
        return Error::system(errno, path);
    return {};
}

} // namespace

TarUnpacker::TarUnpacker(os::Beneath folder, os::Beneath aside, std::string asideName)
    : m_folder(std::move(folder))
    , m_aside(std::move(aside))
    , m_asideName(std::move(asideName))
{
}

TarUnpacker::~TarUnpacker()
{
    if (!m_asideName.empty() && m_folder.rootFd() >= 0)
        static_cast<void>(os::removeTreeAt(m_folder.rootFd(), m_asideName));
}

Result<TarUnpacker> TarUnpacker::create(const std::filesystem::path& folder)
{
    auto root = TRY_CONTEXT(folder.native(), os::Beneath::open(folder));
    std::string name = fmt::format(".darsena-extract-{}", ::getpid());
    if (::mkdirat(root.rootFd(), name.c_str(), 0700) != 0)
        return Error::system(errno, folder.native());
    auto aside = root.openDirectory(name, os::Links::Refuse);
    if (!aside) {
        ::unlinkat(root.rootFd(), name.c_str(), AT_REMOVEDIR);
        return aside.error();
    }
    return TarUnpacker(std::move(root), std::move(aside).value(), std::move(name));
}

Result<void> TarUnpacker::unpack(archive::ByteSource& tar)
{
    const auto reader = TRY(archive::TarReader::open(tar, limits));
    while (const auto entry = TRY(reader->next()))
        TRY_CONTEXT(entry->path.substr(0, 300), add(*reader, *entry));
    return reader->drain();
}

Result<void> TarUnpacker::keep(archive::ByteSource& tar)
{
    const UniqueFd file = TRY(m_aside.createFile("archive.tar", 0644));
    archive::FdSink sink(file.get());
    m_sums.bytes = TRY(archive::copy(tar, sink));
    m_sums.entries = 1;
    return {};
}

Result<void> TarUnpacker::add(archive::TarReader& reader, const archive::Entry& entry)
{
    using archive::EntryType;
    const std::string path = TRY(archive::cleanMember(entry.path));
    if (path.empty())
        return {}; // the folder itself stays as the user has it
    const std::size_t slash = path.rfind('/');
    if (slash != std::string::npos)
        TRY(m_aside.makeDirectories(path.substr(0, slash), 0755, ::geteuid(), ::getegid()));
    if (entry.type != EntryType::Directory && m_aside.exists(path))
        TRY(m_aside.removeTree(path)); // the last of several wins, as for tar
    switch (entry.type) {
    case EntryType::Directory:
        TRY(m_aside.makeDirectories(path, 0700, ::geteuid(), ::getegid()));
        m_directories.push_back({path, entry.mode & keptModeBits, timeOf(entry)});
        break;
    case EntryType::File:
        TRY(addFile(reader, entry, path));
        break;
    case EntryType::Symlink:
        TRY(m_aside.symlink(entry.link, path));
        TRY(m_aside.setModifiedTime(path, timeOf(entry)));
        break;
    case EntryType::Hardlink: {
        const std::string target = TRY(archive::cleanMember(entry.link));
        if (!m_aside.exists(target)) {
            ++m_sums.skipped;
            return {};
        }
        TRY(m_aside.hardLink(target, path));
        break;
    }
    case EntryType::CharDevice:
    case EntryType::BlockDevice:
    case EntryType::Fifo:
    case EntryType::Socket:
        ++m_sums.skipped;
        return {};
    }
    ++m_sums.entries;
    return {};
}

Result<void> TarUnpacker::addFile(archive::TarReader& reader, const archive::Entry& entry, const std::string& path)
{
    const UniqueFd file = TRY(m_aside.createFile(path, 0600));
    archive::FdSink sink(file.get());
    m_sums.bytes += TRY(reader.copyContent(sink));
    const struct timespec times[2] = {timeOf(entry), timeOf(entry)};
    if (::fchmod(file.get(), entry.mode & keptModeBits) != 0 || ::futimens(file.get(), times) != 0)
        return Error::system(errno, path);
    return {};
}

Result<void> TarUnpacker::finishInner()
{
    // Deepest first: times change when something within is made, and a closed directory hides what is in it.
    for (const Directory& directory : m_directories | std::views::reverse) {
        if (directory.path.find('/') != std::string::npos)
            TRY(finishDirectory(m_aside, directory.path, directory.mode, directory.mtime));
    }
    return {};
}

Result<void> TarUnpacker::finishMoved(const std::string& from, const std::string& to)
{
    // A directory that its owner may not write could not have been moved: its ".." changes.
    for (const Directory& directory : m_directories | std::views::reverse) {
        if (directory.path == from)
            return finishDirectory(m_folder, to, directory.mode, directory.mtime);
    }
    return {};
}

Result<void> TarUnpacker::moveInto(const std::string& from, const std::string& to, bool replace)
{
    const auto move = [&](unsigned flags) {
        return ::renameat2(m_aside.rootFd(), from.c_str(), m_folder.rootFd(), to.c_str(), flags) == 0;
    };
    if (replace && move(0))
        return {};
    if (!replace) {
        if (move(RENAME_NOREPLACE))
            return {};
        // Some file systems cannot promise it.
        struct stat there {};
        if (errno == EINVAL && ::fstatat(m_folder.rootFd(), to.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0)
            errno = EEXIST;
        else if (errno == EINVAL && move(0))
            return {};
    }
    if (errno == EEXIST || errno == ENOTEMPTY || errno == EISDIR || errno == ENOTDIR)
        return Error(ErrorCode::Conflict, fmt::format("{} is there already", to));
    return Error::system(errno, to);
}

Result<void> TarUnpacker::finish(const std::string& name)
{
    const auto entries = TRY(m_aside.list("/"));
    if (!name.empty() && entries.size() != 1)
        return Error(ErrorCode::Invalid, fmt::format("{} things cannot have one name", entries.size()));
    // All or nothing: whether something is in the way is known before anything is moved.
    for (const os::DirectoryEntry& entry : entries) {
        struct stat there {};
        const std::string& to = name.empty() ? entry.name : name;
        const bool exists = ::fstatat(m_folder.rootFd(), to.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0;
        if (exists && (name.empty() || S_ISDIR(there.st_mode)))
            return Error(ErrorCode::Conflict, fmt::format("{} is there already", to));
    }
    TRY(finishInner());
    for (const os::DirectoryEntry& entry : entries) {
        const std::string& to = name.empty() ? entry.name : name;
        TRY(moveInto(entry.name, to, !name.empty()));
        TRY(finishMoved(entry.name, to));
    }
    m_directories.clear();
    if (::unlinkat(m_folder.rootFd(), m_asideName.c_str(), AT_REMOVEDIR) == 0)
        m_asideName.clear();
    return {};
}

} // namespace darsena::cli
