// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/layer_tar.h"

#include "core/archive/tar_writer.h"
#include "core/archive/whiteout.h"
#include "core/os/file.h"
#include "core/store/xattrs.h"

#include <cerrno>
#include <map>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace darsena::store {

namespace {

using layers::EntryType;
using layers::IndexEntry;

constexpr std::size_t maxDepth = 400; // one descriptor a level

class LayerPacker {
public:
    LayerPacker(archive::ByteSink* tar, archive::ByteSink* index, std::stop_token stop)
        : m_hashing(tar)
        , m_tar(m_hashing)
        , m_discard(nullptr)
        , m_index(index ? *index : m_discard)
        , m_stop(std::move(stop))
        , m_buffer(256 * 1024)
    {
    }

    Result<LayerTar> pack(const os::Beneath& root)
    {
        const UniqueFd fd = TRY(root.open(".", O_RDONLY | O_DIRECTORY));
        if (TRY(isOpaque(fd.get())))
            TRY(addOpaqueRoot());
        TRY(packContents(root, "", 0));
        TRY(m_tar.finish());
        TRY(m_index.finish());
        LayerTar result;
        result.tarBytes = m_hashing.count();
        result.diffId = m_hashing.finish();
        result.sums = m_index.sums();
        return result;
    }

private:
    static bool isWhiteout(const struct stat& status) { return S_ISCHR(status.st_mode) && status.st_rdev == makedev(0, 0); }

    static Result<bool> isOpaque(int fd)
    {
        const auto value = TRY(readXattr(fd, "trusted.overlay.opaque"));
        return value && *value == "y";
    }

    Result<void> addOpaqueRoot()
    {
        TRY(addMark(archive::opaqueMember("")));
        IndexEntry record;
        record.type = EntryType::Directory;
        record.implied = true;
        record.opaque = true;
        record.mode = 0755;
        return m_index.add(record);
    }

    Result<void> addMark(std::string member)
    {
        archive::Entry mark;
        mark.path = std::move(member);
        mark.mode = 0600;
        return m_tar.add(mark);
    }

    Result<void> packContents(const os::Beneath& directory, const std::string& prefix, std::size_t depth)
    {
        if (depth > maxDepth)
            return Error(ErrorCode::TooLarge, fmt::format("\"{}\": more than {} directories deep", prefix, maxDepth));
        const auto entries = TRY_CONTEXT(prefix, directory.list("."));
        // Whiteouts come first in a directory, as the specification asks.
        for (const os::DirectoryEntry& entry : entries) {
            if (entry.type == DT_CHR && isWhiteout(TRY(directory.stat(entry.name))))
                TRY(addMark(archive::whiteoutMember(prefix + entry.name)));
        }
        for (const os::DirectoryEntry& entry : entries) {
            if (m_stop.stop_requested())
                return Error(ErrorCode::Cancelled, "cancelled");
            TRY_CONTEXT(prefix + entry.name, packEntry(directory, entry.name, prefix + entry.name, depth));
        }
        return {};
    }

    Result<void> packEntry(const os::Beneath& directory, const std::string& name, const std::string& path, std::size_t depth)
    {
        const struct stat status = TRY(directory.stat(name));
        if (isWhiteout(status)) {
            IndexEntry record;
            record.path = path;
            record.type = EntryType::Whiteout;
            return m_index.add(record);
        }
        archive::Entry entry;
        entry.path = path;
        entry.mode = status.st_mode & 07777U;
        entry.uid = status.st_uid;
        entry.gid = status.st_gid;
        entry.mtime = status.st_mtim.tv_sec;
        IndexEntry record;
        record.path = path;
        record.mode = entry.mode;
        record.uid = entry.uid;
        record.gid = entry.gid;
        record.mtime = entry.mtime;

        if (!S_ISDIR(status.st_mode) && !S_ISSOCK(status.st_mode) && status.st_nlink > 1) {
            const auto [first, isFirst] = m_linked.try_emplace({ status.st_dev, status.st_ino }, path);
            if (!isFirst)
                return packHardLink(entry, record, first->second);
        }
        switch (status.st_mode & S_IFMT) {
        case S_IFREG:
            return packFile(directory, name, status, entry, record);
        case S_IFDIR:
            return packDirectory(directory, name, entry, record, depth);
        case S_IFLNK:
            entry.type = archive::EntryType::Symlink;
            entry.link = TRY(directory.readLink(name));
            entry.mode = record.mode = 0777;
            record.type = EntryType::Symlink;
            record.link = entry.link;
            break;
        case S_IFCHR:
        case S_IFBLK: {
            const bool character = S_ISCHR(status.st_mode);
            entry.type = character ? archive::EntryType::CharDevice : archive::EntryType::BlockDevice;
            record.type = character ? EntryType::CharDevice : EntryType::BlockDevice;
            entry.deviceMajor = record.deviceMajor = ::major(status.st_rdev);
            entry.deviceMinor = record.deviceMinor = ::minor(status.st_rdev);
            break;
        }
        case S_IFIFO:
            entry.type = archive::EntryType::Fifo;
            record.type = EntryType::Fifo;
            break;
        default:
            return {}; // a socket lives as long as its process
        }
        TRY(m_tar.add(entry));
        remember(record, status);
        return m_index.add(record);
    }

    /// What a later hard link to the same inode repeats.
    void remember(const IndexEntry& record, const struct stat& status)
    {
        if (status.st_nlink > 1 && record.type != EntryType::Directory)
            m_linkedRecords[std::string(record.path)] = { record, std::string(record.link) };
    }

    Result<void> packHardLink(archive::Entry& entry, IndexEntry& record, const std::string& first)
    {
        entry.type = archive::EntryType::Hardlink;
        entry.link = first;
        TRY(m_tar.add(entry));
        const std::string path(record.path);
        const auto& [original, link] = m_linkedRecords[first];
        IndexEntry linked = original;
        linked.path = path;
        linked.link = link;
        if (linked.type == EntryType::File) {
            linked.hardLink = true;
            linked.link = first;
            linked.size = 0;
        }
        return m_index.add(linked);
    }

    Result<void> packFile(const os::Beneath& directory, const std::string& name, const struct stat& status, archive::Entry& entry, IndexEntry& record)
    {
        const UniqueFd fd = TRY(directory.open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
        struct stat opened {};
        if (::fstat(fd.get(), &opened) != 0)
            return Error::system(errno, "stat");
        if (!S_ISREG(opened.st_mode) || opened.st_ino != status.st_ino)
            return Error(ErrorCode::Conflict, "changed while it was read");
        if (TRY(readXattr(fd.get(), "trusted.overlay.metacopy")))
            return Error(ErrorCode::Corrupt, "overlayfs left only metadata here: the mount must have metacopy off");
        entry.xattrs = TRY(readXattrs(fd.get()));
        entry.size = static_cast<std::uint64_t>(opened.st_size);
        record.xattrs = layers::xattrHash(entry.xattrs);
        record.size = entry.size;
        TRY(m_tar.add(entry));
        std::uint64_t rest = entry.size;
        while (rest > 0) {
            const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(rest, m_buffer.size()));
            const std::size_t count = TRY(os::readSome(fd.get(), std::span(m_buffer).first(wanted)));
            if (count == 0)
                return Error(ErrorCode::Conflict, "became shorter while it was read");
            const auto bytes = std::span<const std::byte>(m_buffer).first(count);
            m_content.update(bytes);
            TRY(m_tar.write(bytes));
            rest -= count;
        }
        record.content = layers::contentBytes(m_content.finish());
        remember(record, status);
        return m_index.add(record);
    }

    Result<void> packDirectory(const os::Beneath& directory, const std::string& name, archive::Entry& entry, IndexEntry& record, std::size_t depth)
    {
        const os::Beneath child = TRY(directory.openDirectory(name, os::Links::Refuse));
        {
            const UniqueFd fd = TRY(child.open(".", O_RDONLY | O_DIRECTORY));
            if (TRY(readXattr(fd.get(), "trusted.overlay.redirect")))
                return Error(ErrorCode::Corrupt, "overlayfs left a redirect here: the mount must have redirect_dir off");
            entry.xattrs = TRY(readXattrs(fd.get()));
            record.opaque = TRY(isOpaque(fd.get()));
        }
        entry.type = archive::EntryType::Directory;
        record.type = EntryType::Directory;
        record.xattrs = layers::xattrHash(entry.xattrs);
        const std::string path = entry.path;
        TRY(m_tar.add(entry));
        TRY(m_index.add(record));
        if (record.opaque)
            TRY(addMark(archive::opaqueMember(path)));
        return packContents(child, path + "/", depth + 1);
    }

    archive::HashingSink m_hashing;
    archive::TarWriter m_tar;
    archive::HashingSink m_discard;
    layers::IndexWriter m_index;
    std::stop_token m_stop;
    std::vector<std::byte> m_buffer;
    Hasher m_content;
    std::map<std::pair<dev_t, ino_t>, std::string> m_linked; ///< inode -> its first path
    struct Linked {
        IndexEntry record;
        std::string link;
    };
    std::map<std::string, Linked> m_linkedRecords;
};

} // namespace

Result<LayerTar> packLayer(const os::Beneath& directory, archive::ByteSink* tar, archive::ByteSink* index, std::stop_token stop)
{
    LayerPacker packer(tar, index, std::move(stop));
    return packer.pack(directory);
}

} // namespace darsena::store
