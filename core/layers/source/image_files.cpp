// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/source/image_files.h"

#include "core/archive/tar_reader.h"
#include "core/archive/whiteout.h"

#include <algorithm>
#include <cerrno>
#include <set>
#include <unordered_map>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace darsena::layers {

namespace {

constexpr std::uint64_t maxMembers = 100'000;
constexpr std::uint64_t maxNameBytes = 16 << 20; ///< of all members together

/// The files of an image in a tar.
class TarFiles final : public ImageFiles {
public:
    struct Member {
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
        std::string link; ///< relative to the member's own folder, or for a hard link to the root (then hardLink)
        enum : std::uint8_t { File, Symlink, HardLink, Other, Sparse } kind = File;
    };

    TarFiles(std::shared_ptr<const UniqueFd> fd, std::unordered_map<std::string, Member> members)
        : m_fd(std::move(fd))
        , m_members(std::move(members))
    {
    }
    bool contains(const std::string& path) const override { return m_members.contains(path); }
    Result<std::uint64_t> size(const std::string& path) const override
    {
        const Member* found = TRY(member(path));
        return found->size;
    }
    Result<std::unique_ptr<archive::ByteSource>> open(const std::string& path) const override
    {
        const Member* found = TRY(member(path));
        return std::unique_ptr<archive::ByteSource>(std::make_unique<FileRange>(m_fd, found->offset, found->size));
    }
    std::vector<std::string> topFolders() const override
    {
        std::set<std::string> folders;
        for (const auto& [path, member] : m_members) {
            if (const std::size_t slash = path.find('/'); slash != std::string::npos)
                folders.insert(path.substr(0, slash));
        }
        return { folders.begin(), folders.end() };
    }

private:
    Result<const Member*> member(const std::string& path) const
    {
        std::string wanted = path;
        for (int hops = 0; hops < 8; ++hops) {
            const auto found = m_members.find(wanted);
            if (found == m_members.end())
                return Error(ErrorCode::NotFound, fmt::format("the archive lacks {}", wanted));
            const Member& here = found->second;
            switch (here.kind) {
            case Member::File:
                return &here;
            case Member::Sparse:
                return Error(ErrorCode::Unsupported, fmt::format("{} is stored as a sparse file", wanted));
            case Member::Other:
                return Error(ErrorCode::Corrupt, fmt::format("{} is no file", wanted));
            case Member::HardLink:
                wanted = TRY(archive::cleanMember(here.link));
                break;
            case Member::Symlink: {
                // docker save writes a layer that is there twice as a link to the other one. It names a member of the
                // archive, and nothing of the file system is ever asked.
                const std::size_t slash = wanted.rfind('/');
                const std::string base = slash == std::string::npos ? std::string() : wanted.substr(0, slash + 1);
                if (here.link.starts_with('/'))
                    return Error(ErrorCode::Denied, fmt::format("{} is a link that leads out of the archive", wanted));
                auto next = archive::cleanMember(base + here.link);
                if (!next)
                    return Error(ErrorCode::Denied, fmt::format("{} is a link that leads out of the archive", wanted));
                wanted = std::move(*next);
                break;
            }
            }
        }
        return Error(ErrorCode::Corrupt, fmt::format("{}: links of links", path));
    }

    std::shared_ptr<const UniqueFd> m_fd;
    std::unordered_map<std::string, Member> m_members;
};

/// The files of an image in a folder. openat2 keeps every link beneath it.
class FolderFiles final : public ImageFiles {
public:
    explicit FolderFiles(UniqueFd folder)
        : m_folder(std::move(folder))
    {
    }
    bool contains(const std::string& path) const override { return openFile(path).ok(); }
    Result<std::uint64_t> size(const std::string& path) const override
    {
        const UniqueFd fd = TRY(openFile(path));
        return sizeOf(fd.get(), path);
    }
    Result<std::unique_ptr<archive::ByteSource>> open(const std::string& path) const override
    {
        auto fd = std::make_shared<const UniqueFd>(TRY(openFile(path)));
        const std::uint64_t length = TRY(sizeOf(fd->get(), path));
        return std::unique_ptr<archive::ByteSource>(std::make_unique<FileRange>(std::move(fd), 0, length));
    }
    std::vector<std::string> topFolders() const override { return {}; }

private:
    Result<UniqueFd> openFile(const std::string& path) const
    {
        struct open_how how {};
        how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
        how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
        auto fd = UniqueFd::adopt(static_cast<int>(::syscall(SYS_openat2, m_folder.get(), path.c_str(), &how, sizeof how)));
        if (fd)
            return fd;
        if (errno == EXDEV)
            return Error(ErrorCode::Denied, fmt::format("{} is a link that leads out of the folder", path));
        if (errno == ENOENT || errno == ENOTDIR)
            return Error(ErrorCode::NotFound, fmt::format("the folder lacks {}", path));
        return Error::system(errno, path);
    }
    static Result<std::uint64_t> sizeOf(int fd, const std::string& path)
    {
        struct stat status {};
        if (::fstat(fd, &status) != 0)
            return Error::system(errno, path);
        if (!S_ISREG(status.st_mode))
            return Error(ErrorCode::Corrupt, fmt::format("{} is no file", path));
        return static_cast<std::uint64_t>(status.st_size);
    }

    UniqueFd m_folder;
};

/// Stops when asked to.
class StoppableRange final : public archive::ByteSource {
public:
    StoppableRange(FileRange range, std::stop_token stop)
        : m_range(std::move(range))
        , m_stop(std::move(stop))
    {
    }
    Result<std::size_t> read(std::span<std::byte> buffer) override
    {
        if (m_stop.stop_requested())
            return Error(ErrorCode::Cancelled, "cancelled");
        // Between two headers lies a content that is skipped: more than a few of them at once is read in vain.
        return m_range.read(buffer.first(std::min<std::size_t>(buffer.size(), 16 * 1024)));
    }
    Result<std::uint64_t> skip(std::uint64_t count) override { return m_range.skip(count); }

private:
    FileRange m_range;
    std::stop_token m_stop;
};

Result<std::unordered_map<std::string, TarFiles::Member>> listMembers(archive::ByteSource& source)
{
    archive::TarLimits limits;
    limits.entries = maxMembers;
    limits.bytes = std::numeric_limits<std::uint64_t>::max();
    auto reader = TRY(archive::TarReader::open(source, limits));
    std::unordered_map<std::string, TarFiles::Member> members;
    std::uint64_t nameBytes = 0;
    for (;;) {
        auto next = reader->next();
        if (!next) {
            if (reader->canGoOn())
                continue; // a name that no image asks for
            if (next.error().code() == ErrorCode::Cancelled)
                return next.error();
            return next.error().withContext(fmt::format("byte {}", reader->headerOffset()));
        }
        if (!*next)
            return members;
        const archive::Entry& entry = **next;
        auto path = archive::cleanMember(entry.path);
        if (!path || path->empty() || entry.type == archive::EntryType::Directory)
            continue;
        nameBytes += path->size() + entry.link.size();
        if (nameBytes > maxNameBytes)
            return Error(ErrorCode::TooLarge, fmt::format("names of more than {} bytes together", maxNameBytes));
        TarFiles::Member member;
        member.offset = reader->contentOffset();
        member.size = entry.size;
        member.link = entry.link;
        member.kind = entry.type == archive::EntryType::Symlink ? TarFiles::Member::Symlink
            : entry.type == archive::EntryType::Hardlink ? TarFiles::Member::HardLink
            : entry.type != archive::EntryType::File ? TarFiles::Member::Other
            : reader->isSparse() ? TarFiles::Member::Sparse : TarFiles::Member::File;
        members.insert_or_assign(std::move(*path), std::move(member)); // of one name the last counts, as when unpacking
    }
}

} // namespace

Result<std::size_t> FileRange::read(std::span<std::byte> buffer)
{
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), m_end - m_at));
    if (wanted == 0)
        return std::size_t { 0 };
    for (;;) {
        const ssize_t count = ::pread(m_fd->get(), buffer.data(), wanted, static_cast<off_t>(m_at));
        if (count >= 0) {
            m_at += static_cast<std::uint64_t>(count);
            return static_cast<std::size_t>(count);
        }
        if (errno != EINTR)
            return Error::system(errno, "read");
    }
}

Result<std::uint64_t> FileRange::skip(std::uint64_t count)
{
    const std::uint64_t some = std::min(count, m_end - m_at);
    m_at += some;
    return some;
}

Result<std::unique_ptr<ImageFiles>> ImageFiles::ofTar(std::shared_ptr<const UniqueFd> fd, std::stop_token stop)
{
    struct stat status {};
    if (::fstat(fd->get(), &status) != 0)
        return Error::system(errno, "stat");
    StoppableRange range(FileRange(fd, 0, static_cast<std::uint64_t>(status.st_size)), std::move(stop));
    auto members = TRY(listMembers(range));
    return std::unique_ptr<ImageFiles>(std::make_unique<TarFiles>(std::move(fd), std::move(members)));
}

Result<std::unique_ptr<ImageFiles>> ImageFiles::ofFolder(const std::filesystem::path& folder)
{
    auto fd = UniqueFd::adopt(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!fd)
        return Error::system(errno, folder.native());
    return std::unique_ptr<ImageFiles>(std::make_unique<FolderFiles>(std::move(fd)));
}

Result<std::string> ImageFiles::text(const std::string& path, std::size_t maxBytes) const
{
    const std::uint64_t length = TRY(size(path));
    if (length > maxBytes)
        return Error(ErrorCode::TooLarge, fmt::format("{}: {} bytes; at most {} are taken", path, length, maxBytes));
    const auto source = TRY(open(path));
    archive::MemorySink sink;
    TRY_CONTEXT(path, archive::copy(*source, sink));
    if (sink.bytes().size() != length)
        return Error(ErrorCode::Corrupt, fmt::format("{}: {} bytes of {}", path, sink.bytes().size(), length));
    return sink.take();
}

} // namespace darsena::layers
