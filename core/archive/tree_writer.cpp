// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/archive/tree_writer.h"

#include "core/archive/whiteout.h"

#include <cerrno>

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
    auto fd = UniqueFd::adopt(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd)
        return Error::system(errno, folder.native());
    return TreeWriter(std::move(fd), folder, options);
}

Result<UniqueFd> TreeWriter::openDirectory(const std::string& path) const
{
    struct open_how how {};
    how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    const std::string name = path.empty() ? "." : path;
    auto fd = UniqueFd::adopt(static_cast<int>(::syscall(SYS_openat2, m_folder.get(), name.c_str(), &how, sizeof how)));
    if (!fd)
        return Error::system(errno, path);
    return fd;
}

Error TreeWriter::exists(const std::string& path) const
{
    if (isOurs(path))
        return Error(ErrorCode::Invalid, fmt::format("\"{}\" stands in the archive twice, as different things", path));
    return Error(ErrorCode::Conflict, fmt::format("{} is there already", (m_path / path).native()));
}

void TreeWriter::claim(const std::string& path)
{
    if (path.find('/') == std::string::npos)
        m_tops.insert(path);
}

void TreeWriter::remark(std::string sentence)
{
    if (m_done.remarks.size() < maxRemarks)
        m_done.remarks.push_back(std::move(sentence));
    else if (m_done.remarks.size() == maxRemarks)
        m_done.remarks.emplace_back("there is more that could not be made");
}

Result<void> TreeWriter::remember(std::size_t bytes)
{
    m_remembered += bytes + 64;
    if (m_remembered > maxRemembered)
        return Error(ErrorCode::TooLarge, "the names of its directories and links take more than 512 MiB");
    return {};
}

/// The directory that a path is in, made where the archive has not named it.
Result<int> TreeWriter::parentOf(const std::string& path)
{
    const std::string directory = directoryOf(path);
    if (directory.empty())
        return m_folder.get();
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
        return exists(path);
    const UniqueFd parent = TRY(openDirectory(directoryOf(path)));
    // Nobody else may look in before it has its mode.
    if (::mkdirat(parent.get(), nameOf(path).c_str(), 0700) != 0)
        return errno == EEXIST ? exists(path) : Error::system(errno, path);
    claim(path);
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
    ++m_done.entries;
    if (entry.type == EntryType::CharDevice || entry.type == EntryType::BlockDevice || entry.type == EntryType::Socket) {
        remark(fmt::format("{} is a {}, and was left out", path, entry.type == EntryType::Socket ? "socket" : "device, which only root may make"));
        return {};
    }
    if ((entry.mode & foreignBits) != 0 && entry.type != EntryType::Hardlink)
        ++m_foreignModes;
    const int parent = TRY(parentOf(path));
    switch (entry.type) {
    case EntryType::Directory:
        return makeDirectory(path, { entry.mode & 01777U, entry.mtime });
    case EntryType::Symlink:
        TRY(remember(path.size() + entry.link.size()));
        if (m_directories.contains(path) || !m_links.try_emplace(path, Link { entry.link, entry.mtime }).second)
            return exists(path);
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
        return written.error().systemError() == EEXIST ? exists(path) : written.error().withContext(path);
    return {};
}

Result<void> TreeWriter::writeFile(TarReader& reader, const Entry& entry, int directory, const std::string& name)
{
    // O_EXCL: neither a file that is there, nor what a link leads to, is ever written into.
    const auto fd = UniqueFd::adopt(::openat(directory, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd)
        return Error::system(errno, name);
    if (directory == m_folder.get())
        claim(name);
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
    const struct timespec times[2] = { { 0, UTIME_OMIT }, { entry.mtime, entry.mtimeNanoseconds } };
    if (::ftruncate(fd.get(), static_cast<off_t>(entry.size)) != 0 || ::fchmod(fd.get(), entry.mode & 0777U) != 0
        || ::futimens(fd.get(), times) != 0)
        return Error::system(errno, name);
    return {};
}

Result<void> TreeWriter::writeLink(const std::string& target, std::int64_t mtime, int directory, const std::string& name)
{
    const struct timespec times[2] = { { 0, UTIME_OMIT }, { mtime, 0 } };
    if (::symlinkat(target.c_str(), directory, name.c_str()) != 0)
        return Error::system(errno, name);
    if (directory == m_folder.get())
        claim(name);
    // A file system that cannot keep the time of a link does no harm.
    static_cast<void>(::utimensat(directory, name.c_str(), times, AT_SYMLINK_NOFOLLOW));
    return {};
}

Result<void> TreeWriter::makeHardLink(const std::string& path, const std::string& target, int parent)
{
    if (const auto link = m_links.find(target); link != m_links.end()) {
        // Two names of one link: two links.
        const Link copy = link->second;
        TRY(remember(path.size() + copy.target.size()));
        return m_links.try_emplace(path, copy).second ? Result<void>() : exists(path);
    }
    const auto from = isOurs(target) ? openDirectory(directoryOf(target)) : Result<UniqueFd>(Error(ErrorCode::NotFound, ""));
    const mode_t type = from ? statOf(from->get(), nameOf(target)).st_mode & S_IFMT : 0;
    if (type != S_IFREG && type != S_IFIFO)
        return Error(ErrorCode::Invalid, fmt::format("\"{}\" is a hard link to \"{}\", which is no file that the archive has brought", path, target));
    if (::linkat(from->get(), nameOf(target).c_str(), parent, nameOf(path).c_str(), 0) == 0) {
        claim(path);
        return {};
    }
    if (errno == EEXIST)
        return exists(path);
    if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS && errno != EMLINK)
        return Error::system(errno, path);
    if (type != S_IFREG) {
        remark(fmt::format("{} is a second name of a FIFO, which cannot be made here", path));
        return {};
    }
    const auto copied = copyFile(from->get(), nameOf(target), parent, nameOf(path));
    if (!copied && copied.error().systemError() == EEXIST)
        return exists(path);
    claim(path);
    return copied;
}

Result<void> TreeWriter::makeFifo(const Entry& entry, int parent, const std::string& path)
{
    if (::mkfifoat(parent, nameOf(path).c_str(), entry.mode & 0777U) != 0)
        return errno == EEXIST ? exists(path) : Error::system(errno, path);
    claim(path);
    const struct timespec times[2] = { { 0, UTIME_OMIT }, { entry.mtime, entry.mtimeNanoseconds } };
    if (::utimensat(parent, nameOf(path).c_str(), times, AT_SYMLINK_NOFOLLOW) != 0)
        return Error::system(errno, path);
    return {};
}

Result<void> TreeWriter::finish()
{
    for (const auto& [path, link] : m_links) {
        const int parent = TRY(parentOf(path));
        const auto made = writeLink(link.target, link.mtime, parent, nameOf(path));
        if (!made)
            return made.error().systemError() == EEXIST ? exists(path) : made.error().withContext(path);
    }
    m_parent.reset();
    m_finishing = true;
    // What is inside comes after its directory; so the last first.
    for (auto directory = m_directories.rbegin(); directory != m_directories.rend(); ++directory) {
        const UniqueFd fd = TRY(openDirectory(directory->first));
        const auto& [mode, mtime] = directory->second;
        const struct timespec times[2] = { { 0, UTIME_OMIT }, { mtime.value_or(0), mtime ? 0 : UTIME_OMIT } };
        if (::futimens(fd.get(), times) != 0 || ::fchmod(fd.get(), mode) != 0)
            return Error::system(errno, directory->first);
    }
    if (m_foreignModes > 0)
        remark(fmt::format("{} file(s) would run with the rights of their owner or group (set-user-id, set-group-id): these bits were left out", m_foreignModes));
    return {};
}

void TreeWriter::undo()
{
    m_parent.reset();
    if (m_finishing) {
        for (const auto& [path, attributes] : m_directories) {
            if (const auto fd = openDirectory(path))
                static_cast<void>(::fchmod(fd->get(), 0700)); // a directory that cannot be changed is left behind, below
        }
    }
    for (const std::string& top : m_tops) {
        std::error_code ignored; // somebody may have taken it away already
        std::filesystem::remove_all(m_path / top, ignored);
    }
    m_tops.clear();
    m_directories.clear();
}

Extracted TreeWriter::take()
{
    return std::move(m_done);
}

} // namespace darsena::archive
