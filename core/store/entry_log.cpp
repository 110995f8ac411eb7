// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/entry_log.h"

#include "core/archive/whiteout.h"
#include "core/base/scope_guard.h"
#include "core/os/file.h"

#include <algorithm>
#include <cerrno>

#include <sys/mman.h>

namespace darsena::store {

namespace {

using layers::EntryType;
using layers::IndexEntry;

/// A record of the scratch file; path and link follow. The file is ours and never outlives the process.
struct Record {
    std::uint32_t pathBytes;
    std::uint32_t linkBytes;
    EntryLog::Kind kind;
    EntryType type;
    bool implied;
    bool hardLink;
    std::uint32_t mode, uid, gid, deviceMajor, deviceMinor;
    std::uint64_t size;
    std::int64_t mtime;
    std::uint64_t xattrs;
    std::array<std::uint8_t, 32> content;
};

constexpr std::size_t flushBytes = 128 * 1024;

/// The scratch file, mapped.
class Records {
public:
    explicit Records(std::string_view bytes)
        : m_bytes(bytes)
    {
    }
    Record header(std::uint64_t at) const
    {
        Record record;
        std::memcpy(&record, m_bytes.data() + at, sizeof record);
        return record;
    }
    std::string_view path(std::uint64_t at) const { return m_bytes.substr(at + sizeof(Record), header(at).pathBytes); }
    IndexEntry entry(std::uint64_t at) const
    {
        const Record record = header(at);
        IndexEntry entry;
        entry.path = path(at);
        entry.link = m_bytes.substr(at + sizeof(Record) + record.pathBytes, record.linkBytes);
        entry.type = record.type;
        entry.implied = record.implied;
        entry.hardLink = record.hardLink;
        entry.mode = record.mode;
        entry.uid = record.uid;
        entry.gid = record.gid;
        entry.deviceMajor = record.deviceMajor;
        entry.deviceMinor = record.deviceMinor;
        entry.size = record.size;
        entry.mtime = record.mtime;
        entry.xattrs = record.xattrs;
        entry.content = record.content;
        return entry;
    }
    std::vector<std::uint64_t> offsets(std::uint64_t count) const
    {
        std::vector<std::uint64_t> result;
        result.reserve(count);
        for (std::uint64_t at = 0; at < m_bytes.size();) {
            result.push_back(at);
            const Record record = header(at);
            at += sizeof(Record) + record.pathBytes + record.linkBytes;
        }
        return result;
    }

private:
    std::string_view m_bytes;
};

/// All records of one path, in the order of the archive, made into one entry.
IndexEntry merge(const Records& records, std::span<const std::uint64_t> group)
{
    std::optional<IndexEntry> made;
    bool whiteout = false;
    bool opaque = false;
    for (std::uint64_t at : group) {
        const Record record = records.header(at);
        whiteout = whiteout || record.kind == EntryLog::Kind::Whiteout;
        opaque = opaque || record.kind == EntryLog::Kind::Opaque;
        // A later "implied" does not unname a directory that a member named.
        if (record.kind == EntryLog::Kind::Entry && !(record.implied && made && made->type == EntryType::Directory))
            made = records.entry(at);
    }
    if (!made) {
        IndexEntry entry;
        entry.path = records.path(group.front());
        entry.type = opaque ? EntryType::Directory : EntryType::Whiteout;
        if (opaque) { // only the root can be marked without having been made
            entry.opaque = true;
            entry.implied = true;
            entry.mode = 0755;
        }
        return entry;
    }
    made->opaque = made->type == EntryType::Directory && (opaque || whiteout);
    return *made;
}

} // namespace

Result<void> EntryLog::add(Kind kind, const IndexEntry& entry)
{
    Record record {};
    record.pathBytes = static_cast<std::uint32_t>(entry.path.size());
    record.linkBytes = static_cast<std::uint32_t>(entry.link.size());
    record.kind = kind;
    record.type = entry.type;
    record.implied = entry.implied;
    record.hardLink = entry.hardLink;
    record.mode = entry.mode;
    record.uid = entry.uid;
    record.gid = entry.gid;
    record.deviceMajor = entry.deviceMajor;
    record.deviceMinor = entry.deviceMinor;
    record.size = entry.size;
    record.mtime = entry.mtime;
    record.xattrs = entry.xattrs;
    record.content = entry.content;
    m_buffer.append(reinterpret_cast<const char*>(&record), sizeof record);
    m_buffer += entry.path;
    m_buffer += entry.link;
    ++m_count;
    return m_buffer.size() >= flushBytes ? flush() : Result<void>();
}

Result<void> EntryLog::flush()
{
    m_bytes += m_buffer.size();
    TRY_CONTEXT("scratch file", os::writeAll(m_fd, m_buffer));
    m_buffer.clear();
    return {};
}

Result<EntryLog::Finished> EntryLog::writeIndex(
    archive::ByteSink& sink, const std::function<Result<void>(const IndexEntry&)>& directory)
{
    TRY(flush());
    void* mapped = nullptr;
    if (m_bytes > 0) {
        mapped = ::mmap(nullptr, m_bytes, PROT_READ, MAP_PRIVATE, m_fd, 0);
        if (mapped == MAP_FAILED)
            return Error::system(errno, "map scratch file");
    }
    ScopeGuard unmap([&] {
        if (mapped)
            ::munmap(mapped, m_bytes);
    });
    const Records records({ static_cast<const char*>(mapped), static_cast<std::size_t>(m_bytes) });
    std::vector<std::uint64_t> order = records.offsets(m_count);
    std::ranges::sort(order, [&](std::uint64_t left, std::uint64_t right) {
        const std::string_view leftPath = records.path(left);
        const std::string_view rightPath = records.path(right);
        return leftPath == rightPath ? left < right : archive::pathBefore(leftPath, rightPath);
    });

    // What a hard link names, through links of links. Nothing = a file of the layers below.
    const auto resolve = [&](std::string_view path) -> std::optional<IndexEntry> {
        for (int hops = 0; hops < 64; ++hops) {
            const auto found = std::ranges::upper_bound(order, path, archive::pathBefore, [&](std::uint64_t at) { return records.path(at); });
            auto begin = found;
            while (begin != order.begin() && records.path(*(begin - 1)) == path)
                --begin;
            if (begin == found)
                return std::nullopt;
            IndexEntry entry = merge(records, { begin, found });
            if (entry.type == EntryType::Whiteout)
                return std::nullopt;
            if (!entry.hardLink)
                return entry;
            path = entry.link;
        }
        return std::nullopt;
    };

    layers::IndexWriter writer(sink);
    Finished finished;
    std::optional<std::string_view> blocked; ///< something that is no directory: what was below it is gone
    for (auto begin = order.begin(); begin != order.end();) {
        const std::string_view path = records.path(*begin);
        auto end = begin;
        while (end != order.end() && records.path(*end) == path)
            ++end;
        IndexEntry entry = merge(records, { begin, end });
        begin = end;
        if (blocked && archive::isBelow(path, *blocked))
            continue;
        if (entry.type != EntryType::Directory && entry.type != EntryType::Whiteout)
            blocked = path;
        if (entry.hardLink) {
            if (const auto target = resolve(entry.link)) {
                const std::string_view name = entry.path;
                entry = *target;
                entry.path = name;
                if (entry.type == EntryType::File) {
                    entry.hardLink = true;
                    entry.link = target->path;
                    entry.size = 0;
                }
            } else {
                ++finished.pendingLinks;
            }
        }
        if (entry.type == EntryType::Directory) {
            finished.opaque += entry.opaque ? 1 : 0;
            finished.implied += entry.implied ? 1 : 0;
            TRY(directory(entry));
        }
        TRY(writer.add(entry));
    }
    TRY(writer.finish());
    return finished;
}

} // namespace darsena::store
