// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/archive/tree_writer.h"

#include "core/archive/whiteout.h"

#include <cerrno>
#include <cstdio>
#include <ranges>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace darsena::archive {

namespace {

constexpr std::size_t maxRemembered = 512 << 20;
constexpr std::size_t maxRemarks = 100;
constexpr std::uint32_t foreignBits = S_ISUID | S_ISGID;

std::string nameOf(const std::string& path) { return path.substr(path.rfind('/') + 1); }
std::string directoryOf(const std::string& path)
{
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

struct timespec timeOf(const Entry& entry)
{
    return { entry.mtime, static_cast<long>(entry.mtimeNanoseconds) };
}

Result<UniqueFd> openBeneath(int root, const std::string& path)
{
    struct open_how how {};
    how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    const std::string name = path.empty() ? "." : path;
    auto fd = UniqueFd::adopt(static_cast<int>(::syscall(SYS_openat2, root, name.c_str(), &how, sizeof how)));
    if (!fd)
        return Error::system(errno, path);
    return fd;
}

Error standsTwice(const std::string& path)
{
    return Error(ErrorCode::Invalid, fmt::format("\"{}\" stands in the archive twice, as different things", path));
}

Error isThere(const std::string& name)
{
    return Error(ErrorCode::Conflict, fmt::format("{} is there already", name));
}

Result<void> writeLink(const std::string& target, const struct timespec& mtime, int directory, const std::string& name)
{
    const struct timespec times[2] = { { 0, UTIME_OMIT }, mtime };
    if (::symlinkat(target.c_str(), directory, name.c_str()) != 0)
        return Error::system(errno, name);
    // A file system that cannot keep the time of a link does no harm.
    static_cast<void>(::utimensat(directory, name.c_str(), times, AT_SYMLINK_NOFOLLOW));
    return {};
}

struct stat statOf(int directory, const std::string& name)
{
    struct stat status {};
    if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
        status = {};
    return status;
}

Result<void> writeAll(int fd, std::span<const std::byte> bytes)
{
    FdSink sink(fd);
    return sink.write(bytes);
}

/// For file systems without hard links.
Result<void> copyFile(int fromDirectory, const std::string& from, int toDirectory, const std::string& to)
{
    const auto source = UniqueFd::adopt(::openat(fromDirectory, from.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat status {};
    if (!source || ::fstat(source.get(), &status) != 0)
        return Error::system(errno, from);
    const auto copy = UniqueFd::adopt(::openat(toDirectory, to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!copy)
        return Error::system(errno, to);
    for (;;) {
        const ssize_t count = ::sendfile(copy.get(), source.get(), nullptr, 1 << 20);
        if (count < 0)
            return Error::system(errno, to);
        if (count == 0)
            break;
    }
    const struct timespec times[2] = { { 0, UTIME_OMIT }, status.st_mtim };
    if (::fchmod(copy.get(), status.st_mode & 0777U) != 0 || ::futimens(copy.get(), times) != 0)
        return Error::system(errno, to);
    return {};
}

} // namespace

Result<TreeWriter> TreeWriter::open(const std::filesystem::path& folder, const ExtractOptions& options)
{
    constexpr int maxTries = 100;
    auto fd = UniqueFd::adopt(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd)
        return Error::system(errno, folder.native());
    for (int number = 0; number < maxTries; ++number) {
        const std::string name = fmt::format(".darsena-extract-{}-{}", ::getpid(), number);
        if (::mkdirat(fd.get(), name.c_str(), 0700) != 0) {
            if (errno == EEXIST)
                continue; // of another one in this process, or of one that was killed
            return Error::system(errno, folder.native());
        }
        auto aside = openBeneath(fd.get(), name);
        if (!aside) {
            ::unlinkat(fd.get(), name.c_str(), AT_REMOVEDIR);
            return aside.error();
        }
        return TreeWriter(std::move(fd), std::move(*aside), folder / name, options);
    }
    return isThere((folder / ".darsena-extract-…").native());
}

TreeWriter::~TreeWriter()
{
    if (m_folder)
        undo();
}

Result<UniqueFd> TreeWriter::openDirectory(const std::string& path) const
{
    return openBeneath(m_aside.get(), path);
}

/// Before a name is made: what the folder has of that name would be in the way at the end, and a long way there is no use.
Result<void> TreeWriter::claim(const std::string& path)
{
    std::string top = path.substr(0, path.find('/'));
    if (m_tops.contains(top))
        return {};
    if (statOf(m_folder.get(), top).st_mode != 0)
        return isThere(top);
    TRY(remember(top.size()));
    m_tops.insert(std::move(top));
    return {};
}

void TreeWriter::remark(std::string sentence)
{
    if (m_done.remarks.size() < maxRemarks)
        m_done.remarks.push_back(std::move(sentence));
    else if (m_done.remarks.size() == maxRemarks)
        m_done.remarks.emplace_back("there is more that could not be made");
}

Result<void> TreeWriter::leaveOut(const std::string& path, std::string_view why)
{
    ++m_done.skipped;
    remark(fmt::format("{} is {}, and was left out", path, why));
    TRY(remember(path.size()));
    m_leftOut.insert(path);
    return {};
}

Result<void> TreeWriter::remember(std::size_t bytes)
{
    m_remembered += bytes + 64;
    if (m_remembered > maxRemembered)
        return Error(ErrorCode::TooLarge, "what must be remembered of its names and links takes more than 512 MiB");
    return {};
}

/// The directory that a path is in, made where the archive has not named it.
Result<int> TreeWriter::parentOf(const std::string& path)
{
    const std::string directory = directoryOf(path);
    if (directory.empty())
        return m_aside.get();
    if (m_parent && directory == m_parentPath)
        return m_parent.get();
    for (std::size_t end = directory.find('/');; end = directory.find('/', end + 1)) {
        const std::string prefix = directory.substr(0, end);
        if (!m_directories.contains(prefix))
            TRY(makeDirectory(prefix, {}));
        if (end == std::string::npos)
            break;
    }
    m_parent = TRY(openDirectory(directory));
    m_parentPath = directory;
    return m_parent.get();
}

/// Its parent is there.
Result<void> TreeWriter::makeDirectory(const std::string& path, const Directory& attributes)
{
    if (const auto known = m_directories.find(path); known != m_directories.end()) {
        known->second = attributes;
        return {};
    }
    if (m_links.contains(path))
        return standsTwice(path);
    const UniqueFd parent = TRY(openDirectory(directoryOf(path)));
    // Nobody else may look in before it has its mode.
    if (::mkdirat(parent.get(), nameOf(path).c_str(), 0700) != 0)
        return errno == EEXIST ? standsTwice(path) : Error::system(errno, path);
    TRY(remember(path.size()));
    m_directories.emplace(path, attributes);
    return {};
}

Result<void> TreeWriter::add(TarReader& reader, const Entry& entry)
{
    if (m_options.stop.stop_requested())
        return Error(ErrorCode::Cancelled, "cancelled");
    const std::string path = TRY(cleanMember(entry.path));
    if (path.empty()) // the folder itself is the person's
        return entry.type == EntryType::Directory ? Result<void>() : Error(ErrorCode::Invalid, "a member without a name");
    if (entry.type == EntryType::CharDevice || entry.type == EntryType::BlockDevice || entry.type == EntryType::Socket)
        return leaveOut(path, entry.type == EntryType::Socket ? "a socket" : "a device, which only root may make");
    TRY(claim(path));
    ++m_done.entries;
    if ((entry.mode & foreignBits) != 0 && entry.type != EntryType::Hardlink)
        ++m_foreignModes;
    const int parent = TRY(parentOf(path));
    switch (entry.type) {
    case EntryType::Directory:
        return makeDirectory(path, { entry.mode & 01777U, timeOf(entry) });
    case EntryType::Symlink:
        TRY(remember(path.size() + entry.link.size()));
        if (m_directories.contains(path) || !m_links.try_emplace(path, Link { entry.link, timeOf(entry) }).second)
            return standsTwice(path);
        return {};
    case EntryType::Hardlink: {
        const std::string target = TRY(cleanMember(entry.link));
        return makeHardLink(path, target, parent);
    }
    case EntryType::Fifo:
        return makeFifo(entry, parent, path);
    default:
        break;
    }
    const auto written = writeFile(reader, entry, parent, nameOf(path));
    if (!written)
        return written.error().systemError() == EEXIST ? standsTwice(path) : written.error().withContext(path);
    return {};
}

Result<void> TreeWriter::writeFile(TarReader& reader, const Entry& entry, int directory, const std::string& name)
{
    // O_EXCL: neither a file that is there, nor what a link leads to, is ever written into.
    const auto fd = UniqueFd::adopt(::openat(directory, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd)
        return Error::system(errno, name);
    std::uint64_t position = 0;
    for (;;) {
        const TarReader::Run run = TRY(reader.nextRun());
        if (run.bytes.empty())
            break;
        if (m_options.stop.stop_requested())
            return Error(ErrorCode::Cancelled, "cancelled");
        if (run.offset < position)
            return Error(ErrorCode::Corrupt, "a sparse map that runs backwards");
        if (run.offset > position && ::lseek(fd.get(), static_cast<off_t>(run.offset), SEEK_SET) < 0)
            return Error::system(errno, name);
        TRY(writeAll(fd.get(), run.bytes));
        position = run.offset + run.bytes.size();
        m_done.bytes += run.bytes.size();
        if (m_options.progress)
            m_options.progress(m_done.bytes);
    }
    if (position > entry.size)
        return Error(ErrorCode::Corrupt, fmt::format("{} bytes of {}", position, entry.size));
    const struct timespec times[2] = { { 0, UTIME_OMIT }, timeOf(entry) };
    if (::ftruncate(fd.get(), static_cast<off_t>(entry.size)) != 0 || ::fchmod(fd.get(), entry.mode & 0777U) != 0
        || ::futimens(fd.get(), times) != 0)
        return Error::system(errno, name);
    return {};
}

Result<void> TreeWriter::makeHardLink(const std::string& path, const std::string& target, int parent)
{
    if (const auto link = m_links.find(target); link != m_links.end()) {
        // Two names of one link: two links.
        const Link copy = link->second;
        TRY(remember(path.size() + copy.target.size()));
        return m_links.try_emplace(path, copy).second ? Result<void>() : standsTwice(path);
    }
    if (m_leftOut.contains(target)) {
        --m_done.entries;
        return leaveOut(path, "a second name of what was left out");
    }
    const auto from = openDirectory(directoryOf(target));
    const mode_t type = from ? statOf(from->get(), nameOf(target)).st_mode & S_IFMT : 0;
    if (type != S_IFREG && type != S_IFIFO)
        return Error(ErrorCode::Invalid, fmt::format("\"{}\" is a hard link to \"{}\", which is no file that the archive has brought", path, target));
    if (::linkat(from->get(), nameOf(target).c_str(), parent, nameOf(path).c_str(), 0) == 0)
        return {};
    if (errno == EEXIST)
        return standsTwice(path);
    if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS && errno != EMLINK)
        return Error::system(errno, path);
    if (type != S_IFREG) {
        --m_done.entries;
        return leaveOut(path, "a second name of a FIFO, which cannot be made here");
    }
    const auto copied = copyFile(from->get(), nameOf(target), parent, nameOf(path));
    if (!copied && copied.error().systemError() == EEXIST)
        return standsTwice(path);
    return copied;
}

Result<void> TreeWriter::makeFifo(const Entry& entry, int parent, const std::string& path)
{
    if (::mkfifoat(parent, nameOf(path).c_str(), entry.mode & 0777U) != 0) {
        if (errno == EEXIST)
            return standsTwice(path);
        if (errno != EPERM && errno != EACCES && errno != EOPNOTSUPP)
            return Error::system(errno, path);
        // File systems without, and processes that may not.
        --m_done.entries;
        return leaveOut(path, "a FIFO, which cannot be made here");
    }
    const struct timespec times[2] = { { 0, UTIME_OMIT }, timeOf(entry) };
    if (::utimensat(parent, nameOf(path).c_str(), times, AT_SYMLINK_NOFOLLOW) != 0)
        return Error::system(errno, path);
    return {};
}

Result<void> TreeWriter::make(TarReader& reader, const Entry& entry, const std::string& name)
{
    ++m_done.entries;
    if (entry.type == EntryType::Symlink)
        return writeLink(entry.link, timeOf(entry), m_aside.get(), name);
    return writeFile(reader, entry, m_aside.get(), name);
}

Result<void> TreeWriter::makeOf(ByteSource& stream, const std::string& name)
{
    const auto fd = UniqueFd::adopt(::openat(m_aside.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd)
        return Error::system(errno, name);
    std::vector<std::byte> buffer(256 * 1024);
    for (;;) {
        const std::size_t count = TRY(stream.read(buffer));
        if (m_options.stop.stop_requested())
            return Error(ErrorCode::Cancelled, "cancelled");
        if (count == 0)
            break;
        TRY(writeAll(fd.get(), std::span(buffer).first(count)));
        m_done.bytes += count;
        if (m_options.progress)
            m_options.progress(m_done.bytes);
    }
    ++m_done.entries;
    return ::fchmod(fd.get(), 0644) == 0 ? Result<void>() : Error::system(errno, name);
}

Result<void> TreeWriter::put(const std::string& name, const std::string& to)
{
    if (::renameat(m_aside.get(), name.c_str(), m_folder.get(), to.c_str()) == 0)
        return {};
    return errno == EISDIR || errno == ENOTEMPTY || errno == EEXIST ? isThere(to) : Error::system(errno, to);
}

/// What came there since claim() stays, on file systems that can promise it.
Result<void> TreeWriter::moveToPlace(const std::string& name)
{
    const auto move = [&](unsigned flags) { return ::renameat2(m_aside.get(), name.c_str(), m_folder.get(), name.c_str(), flags) == 0; };
    if (move(RENAME_NOREPLACE)) {
        m_moved.push_back(name);
        return {};
    }
    if (errno == EINVAL) {
        if (statOf(m_folder.get(), name).st_mode != 0)
            return isThere(name);
        if (move(0)) {
            m_moved.push_back(name);
            return {};
        }
    }
    if (errno == ENOENT && statOf(m_aside.get(), name).st_mode == 0)
        return {}; // all of it was left out
    return errno == EEXIST ? isThere(name) : Error::system(errno, name);
}

Result<void> TreeWriter::finishDirectory(int root, const std::string& path, const Directory& attributes) const
{
    const UniqueFd fd = TRY(openBeneath(root, path));
    const struct timespec times[2] = { { 0, UTIME_OMIT }, attributes.mtime.value_or(timespec { 0, UTIME_OMIT }) };
    if (::futimens(fd.get(), times) != 0 || ::fchmod(fd.get(), attributes.mode) != 0)
        return Error::system(errno, path);
    return {};
}

Result<void> TreeWriter::finish()
{
    for (const auto& [path, link] : m_links) {
        const int parent = TRY(parentOf(path));
        const auto made = writeLink(link.target, link.mtime, parent, nameOf(path));
        if (!made)
            return made.error().systemError() == EEXIST ? standsTwice(path) : made.error().withContext(path);
    }
    m_parent.reset();
    m_finishing = true;
    // What is inside comes after its directory; so the last first.
    for (const auto& [path, attributes] : m_directories | std::views::reverse) {
        if (path.find('/') != std::string::npos)
            TRY(finishDirectory(m_aside.get(), path, attributes));
    }
    // A directory that its owner may not write cannot be moved, since its ".." changes: these get their modes after that.
    for (const std::string& top : m_tops)
        TRY(moveToPlace(top));
    for (const auto& [path, attributes] : m_directories) {
        if (path.find('/') == std::string::npos)
            TRY(finishDirectory(m_folder.get(), path, attributes));
    }
    m_moved.clear();
    m_directories.clear();
    if (m_foreignModes > 0)
        remark(fmt::format("{} file(s) would run with the rights of their owner or group (set-user-id, set-group-id): these bits were left out", m_foreignModes));
    return {};
}

void TreeWriter::undo()
{
    m_parent.reset();
    for (const std::string& name : m_moved) {
        if (const auto fd = openBeneath(m_folder.get(), name); fd && m_directories.contains(name))
            static_cast<void>(::fchmod(fd->get(), 0700));
        static_cast<void>(::renameat2(m_folder.get(), name.c_str(), m_aside.get(), name.c_str(), RENAME_NOREPLACE));
    }
    if (m_finishing) {
        for (const auto& [path, attributes] : m_directories) {
            if (const auto fd = openDirectory(path))
                static_cast<void>(::fchmod(fd->get(), 0700)); // a directory that cannot be changed is left behind, below
        }
    }
    std::error_code ignored; // somebody may have taken it away already
    std::filesystem::remove_all(m_asidePath, ignored);
}

Extracted TreeWriter::take()
{
    return std::move(m_done);
}

} // namespace darsena::archive
