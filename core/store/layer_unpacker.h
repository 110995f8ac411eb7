// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/prefetch_source.h"
#include "core/archive/tar_reader.h"
#include "core/layers/entry_log.h"
#include "core/os/beneath.h"
#include "core/store/unpack_report.h"

#include <string>

namespace darsena::store {

using layers::EntryLog;

/// Makes the files of one tar stream below a directory. Runs inside darsena-unpack; needs no /proc and never resolves
/// a link: directory parts of names are walked to their canonical form first (links of the same tree are followed
/// inside it, as in a chroot), then opened with links refused.
class LayerUnpacker {
public:
    /// log: for UnpackMode::Layer, null else. The target must be empty for Layer.
    LayerUnpacker(os::Beneath& target, UnpackMode mode, const UnpackLimits& limits, EntryLog* log)
        : m_target(target)
        , m_mode(mode)
        , m_limits(limits)
        , m_log(log)
    {
    }

    /// Reads the stream to its end, the padding included.
    Result<void> unpack(archive::PrefetchSource& source);
    /// Final mode and time of a directory: set last, since making files changes the time, and a set-group-id directory
    /// would give its group to what is made in it.
    Result<void> finishDirectory(const layers::IndexEntry& directory);

    /// Counts; the digests are the source's.
    const UnpackReport& report() const { return m_report; }

private:
    struct PlainDirectory {
        std::string path;
        std::uint32_t mode;
        std::int64_t mtime;
    };

    Result<void> place(archive::TarReader& reader, const archive::Entry& entry);
    Result<void> placeMember(archive::TarReader& reader, const archive::Entry& entry, const std::string& path);
    Result<void> whiteout(const std::string& path);
    Result<void> opaque(const std::string& directory);
    Result<void> makeFile(archive::TarReader& reader, const archive::Entry& entry, int parent, const std::string& name, layers::IndexEntry& record);
    Result<void> makeDirectory(const archive::Entry& entry, int parent, const std::string& name, layers::IndexEntry& record);
    Result<void> makeHardLink(const archive::Entry& entry, int parent, const std::string& name, const std::string& path, layers::IndexEntry& record);
    Result<void> makeSpecial(const archive::Entry& entry, int parent, const std::string& name);
    Result<void> takeMember(archive::TarReader& reader, const archive::Entry& entry, std::string path);

    /// The directory that `path` is in, made where it is missing; rewrites `path` to its canonical form.
    Result<int> parentOf(std::string& path);
    Result<UniqueFd> openMaking(const std::string& directory);
    Result<void> logEntry(EntryLog::Kind kind, const layers::IndexEntry& entry);
    /// Removes what is in the way of a new thing.
    Result<void> clear(int parent, const std::string& name);
    Result<void> writeContent(archive::TarReader& reader, std::uint64_t size, int fd, std::array<std::uint8_t, 32>& digest);
    Result<void> checkRatio() const;

    os::Beneath& m_target;
    UnpackMode m_mode;
    UnpackLimits m_limits;
    EntryLog* m_log;
    archive::PrefetchSource* m_source = nullptr;
    UnpackReport m_report;
    std::string m_cachedDirectory; ///< of m_cachedFd
    UniqueFd m_cachedFd;
    Hasher m_hasher;
    std::vector<PlainDirectory> m_plainDirectories;
};

} // namespace darsena::store
