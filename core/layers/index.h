// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/entry.h"
#include "core/archive/stream.h"
#include "core/base/digest.h"
#include "core/base/result.h"

#include <array>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::layers {

enum class EntryType : std::uint8_t { File, Directory, Symlink, CharDevice, BlockDevice, Fifo, Socket, Whiteout };
std::string_view name(EntryType type); ///< "file", "directory", "symlink", "char", "block", "fifo", "socket", "whiteout"
inline bool isDevice(EntryType type) { return type == EntryType::CharDevice || type == EntryType::BlockDevice; }

/// One path of one layer.
struct IndexEntry {
    std::string_view path; ///< relative, clean; "" = the root. Of a whiteout: the path it removes
    EntryType type = EntryType::File;
    bool opaque = false; ///< a directory that hides everything of the layers below in it
    bool implied = false; ///< a directory that the archive did not name; its attributes are the layer's below
    std::uint32_t mode = 0; ///< 07777
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::uint64_t size = 0; ///< bytes of a file's content; 0 for a hard link, whose bytes are counted at `link`
    std::int64_t mtime = 0; ///< seconds
    std::uint32_t deviceMajor = 0;
    std::uint32_t deviceMinor = 0;
    /// A symlink's target; for a File that is a hard link, the path of this layer (or one below) whose content it is.
    std::string_view link;
    bool hardLink = false;
    /// sha256 of the content, of files only (hard links: of the content they share); all zero = none.
    std::array<std::uint8_t, 32> content {};
    std::uint64_t xattrs = 0; ///< a hash of names and values; 0 = none
};

/// The hash of IndexEntry::xattrs: FNV-1a over sorted names and values.
std::uint64_t xattrHash(const std::vector<archive::Xattr>& sorted);

/// A digest in the form of IndexEntry::content.
std::array<std::uint8_t, 32> contentBytes(const Digest& digest);

struct IndexSums {
    std::uint64_t entries = 0; ///< whiteouts included
    std::uint64_t files = 0; ///< everything but directories and whiteouts
    std::uint64_t bytes = 0; ///< of file contents, hard links once
};

/// Writes an index: entries must come in archive::pathBefore order, each path once. Format: see index.cpp.
class IndexWriter {
public:
    explicit IndexWriter(archive::ByteSink& sink);
    Result<void> add(const IndexEntry& entry);
    /// Sums and checksum. Nothing may follow.
    Result<void> finish();
    const IndexSums& sums() const { return m_sums; }

private:
    Result<void> flush();
    archive::ByteSink& m_sink;
    std::string m_buffer;
    std::string m_lastPath;
    Hasher m_hasher;
    IndexSums m_sums;
    bool m_any = false;
};

/// The file index of one layer, read whole. The file may come from a process that read hostile bytes: everything is
/// checked (order, cleanness of paths, lengths, checksum) before an entry is given out.
class Index {
public:
    /// Errors: Corrupt, TooLarge, System.
    static Result<Index> read(const std::filesystem::path& file);
    static Result<Index> parse(std::string_view bytes);
    /// Of entries in archive::pathBefore order, each path once; copies what their views show.
    static Index of(std::vector<IndexEntry> entries);

    Index() = default;
    Index(Index&&) = default;
    Index& operator=(Index&&) = default;
    // A copy's views would point into the original; without copying, vectors move.
    Index(const Index&) = delete;
    Index& operator=(const Index&) = delete;

    /// In path order. Views live as long as the Index (also when it is moved).
    const std::vector<IndexEntry>& entries() const { return m_entries; }
    const IndexSums& sums() const { return m_sums; }
    /// nullptr when the layer does not have it. The path is as in IndexEntry.
    const IndexEntry* find(std::string_view path) const;

private:
    std::vector<IndexEntry> m_entries;
    std::deque<std::string> m_text; ///< what the views point into; a deque so that strings never move
    IndexSums m_sums;
};

} // namespace darsena::layers
