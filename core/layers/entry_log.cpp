// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/entry_log.h"

#include "core/archive/whiteout.h"

#include <algorithm>
#include <cerrno>
#include <limits>

#include <sys/mman.h>

namespace darsena::layers {

namespace {

using Kind = EntryLog::Kind;

/// A record of the log; path and link follow. A scratch file is ours and never outlives the process.
struct Record {
    std::uint32_t pathBytes;
    std::uint32_t linkBytes;
    Kind kind;
    EntryType type;
    bool implied;
    bool hardLink;
    std::uint32_t mode, uid, gid, deviceMajor, deviceMinor;
    std::uint64_t size;
    std::int64_t mtime;
    std::uint64_t xattrs;
    std::uint64_t offset;
    std::array<std::uint8_t, 32> content;
};

/// All records, each known by where it begins: of two, the later one came later in the archive.
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
    std::string_view path(std::uint64_t at) const
    {
        std::uint32_t length = 0;
        std::memcpy(&length, m_bytes.data() + at + offsetof(Record, pathBytes), sizeof length);
        return m_bytes.substr(at + sizeof(Record), length);
    }
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
    /// By path, then by time.
    std::vector<std::uint64_t> sorted(std::uint64_t count) const
    {
        std::vector<std::uint64_t> order;
        order.reserve(count);
        for (std::uint64_t at = 0; at < m_bytes.size();) {
            order.push_back(at);
            const Record record = header(at);
            at += sizeof(Record) + record.pathBytes + record.linkBytes;
        }
        const auto before = [this](std::uint64_t left, std::uint64_t right) {
            const std::string_view leftPath = path(left);
            const std::string_view rightPath = path(right);
            return leftPath == rightPath ? left < right : archive::pathBefore(leftPath, rightPath);
        };
        if (!std::ranges::is_sorted(order, before)) // who packs by walking a tree packs in order
            std::ranges::sort(order, before);
        return order;
    }

private:
    std::string_view m_bytes;
};

constexpr std::uint64_t forever = std::numeric_limits<std::uint64_t>::max();

/// What remains of a path.
struct Survivor {
    std::uint64_t at; ///< of the record; of an implied directory: of one that lies in it
    std::uint32_t pathBytes; ///< of its path, as far as it is this one's
    enum : std::uint8_t { Made, Whiteout, Implied } state;
    bool opaque;
};

class Merger {
public:
    Merger(const Records& records, std::uint64_t count, const EntryLog::Oddity& odd)
        : m_records(records)
        , m_order(records.sorted(count))
        , m_odd(odd)
    {
    }

    Result<EntryLog::Finished> run(const EntryLog::Emit& emit)
    {
        for (auto begin = m_order.begin(); begin != m_order.end();) {
            const std::string_view path = m_records.path(*begin);
            const auto end = std::find_if(begin, m_order.end(), [&](std::uint64_t at) { return m_records.path(at) != path; });
            take(path, { begin, end });
            begin = end;
        }
        for (const Survivor& survivor : m_survivors)
            TRY(give(survivor, emit));
        return m_finished;
    }

private:
    /// A path on the way to the one that is looked at.
    struct Open {
        std::string_view path;
        std::uint64_t ends; ///< what came earlier beneath it is gone
        bool noDirectory;
        std::size_t survivor; ///< none: npos
    };

    void say(std::uint64_t at, std::string_view sentence) const
    {
        if (m_odd)
            m_odd(m_records.path(at), m_records.header(at).offset, sentence);
    }

    /// All records of one path.
    void take(std::string_view path, std::span<const std::uint64_t> group)
    {
        while (!m_open.empty() && !archive::isBelow(path, m_open.back().path))
            m_open.pop_back();
        std::uint64_t ends = m_open.empty() ? 0 : m_open.back().ends;
        const bool blocked = !m_open.empty() && m_open.back().noDirectory;

        std::optional<std::uint64_t> made;
        EntryType type = EntryType::Directory;
        bool whiteout = false, opaque = false, any = false;
        for (std::uint64_t at : group) {
            if (at < ends)
                continue;
            const Record record = m_records.header(at);
            if (blocked) {
                say(at, "it lies in something that is no directory, and was left out");
                continue;
            }
            any = true;
            whiteout = whiteout || record.kind == Kind::Whiteout;
            opaque = opaque || record.kind == Kind::Opaque;
            // A later "implied" does not unname a directory that a member named.
            if (record.kind != Kind::Entry || (record.implied && made && type == EntryType::Directory))
                continue;
            if (made && !(type == EntryType::Directory && record.type == EntryType::Directory))
                say(at, "the layer has it more than once; the last one counts");
            made = at;
            type = record.type;
            if (type != EntryType::Directory)
                ends = std::max(ends, at);
        }
        if (!any) {
            // Nothing is left of it, but what lies beneath may have come later.
            return;
        }
        imply(path, group.front());
        Survivor survivor { group.front(), static_cast<std::uint32_t>(path.size()), Survivor::Made, false };
        if (made) {
            survivor.at = *made;
            survivor.opaque = type == EntryType::Directory && (opaque || whiteout);
        } else {
            survivor.state = opaque ? Survivor::Implied : Survivor::Whiteout;
            survivor.opaque = opaque;
        }
        m_open.push_back({ path, ends, made && type != EntryType::Directory, m_survivors.size() });
        m_survivors.push_back(survivor);
    }

    /// Sees to it that the directories that a path lies in are there.
    void imply(std::string_view path, std::uint64_t at)
    {
        std::size_t known = 0;
        if (!m_open.empty()) {
            known = m_open.back().path.size();
            // It was taken away and made anew.
            if (Survivor& above = m_survivors[m_open.back().survivor]; above.state == Survivor::Whiteout) {
                above.state = Survivor::Implied;
                above.opaque = true;
            }
        }
        for (std::size_t slash = path.find('/', known == 0 ? 0 : known + 1); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
            const std::uint64_t ends = m_open.empty() ? 0 : m_open.back().ends;
            m_open.push_back({ path.substr(0, slash), ends, false, m_survivors.size() });
            m_survivors.push_back({ at, static_cast<std::uint32_t>(slash), Survivor::Implied, false });
        }
    }

    std::string_view pathOf(const Survivor& survivor) const { return m_records.path(survivor.at).substr(0, survivor.pathBytes); }

    Result<void> give(const Survivor& survivor, const EntryLog::Emit& emit)
    {
        IndexEntry entry;
        if (survivor.state == Survivor::Made) {
            entry = m_records.entry(survivor.at);
            entry.opaque = survivor.opaque;
            if (entry.hardLink && !follow(survivor.at, entry))
                return {};
        } else {
            entry.path = pathOf(survivor);
            entry.type = survivor.state == Survivor::Whiteout ? EntryType::Whiteout : EntryType::Directory;
            entry.implied = survivor.state == Survivor::Implied;
            entry.opaque = survivor.opaque;
            entry.mode = entry.implied ? 0755 : 0;
        }
        if (entry.type == EntryType::Directory) {
            m_finished.opaque += entry.opaque ? 1 : 0;
            m_finished.implied += entry.implied ? 1 : 0;
        }
        return emit(entry);
    }

    /// The record that a path had when a link to it was made, or its last one if there was none yet.
    std::optional<std::uint64_t> recordAt(std::string_view path, std::uint64_t time) const
    {
        const auto group = std::ranges::equal_range(m_order, path, archive::pathBefore, [this](std::uint64_t at) { return m_records.path(at); });
        std::optional<std::uint64_t> found;
        for (std::uint64_t at : group) {
            if (m_records.header(at).kind == Kind::Entry && (at < time || !found))
                found = at;
        }
        return found;
    }

    /// Makes a hard link what it names, through links of links; a file of the layers below stays a link. False = it cannot
    /// be anything.
    bool follow(std::uint64_t at, IndexEntry& link)
    {
        std::uint64_t target = at;
        for (int hops = 0; hops < 64; ++hops) {
            const auto next = recordAt(m_records.entry(target).link, target);
            if (!next || *next == target) {
                ++m_finished.pendingLinks;
                return true;
            }
            target = *next;
            if (m_records.header(target).hardLink)
                continue;
            const std::string_view name = link.path;
            link = m_records.entry(target);
            link.path = name;
            if (link.type == EntryType::Directory) {
                say(at, "a hard link to a directory, which was left out");
                return false;
            }
            // What it was linked to may have been replaced since: then the link holds the bytes.
            if (link.type == EntryType::File && remains(target)) {
                link.hardLink = true;
                link.link = m_records.path(target);
                link.size = 0;
            }
            return true;
        }
        say(at, "a hard link through more than 64 others, which was left out");
        return false;
    }

    bool remains(std::uint64_t at) const
    {
        const std::string_view path = m_records.path(at);
        const auto found = std::ranges::lower_bound(m_survivors, path, archive::pathBefore, [this](const Survivor& one) { return pathOf(one); });
        return found != m_survivors.end() && found->state == Survivor::Made && found->at == at;
    }

    const Records& m_records;
    std::vector<std::uint64_t> m_order;
    const EntryLog::Oddity& m_odd;
    std::vector<Open> m_open;
    std::vector<Survivor> m_survivors;
    EntryLog::Finished m_finished;
};

} // namespace

EntryLog::~EntryLog()
{
    if (m_mapped)
        ::munmap(m_mapped, m_bytes);
}

Result<void> EntryLog::add(Kind kind, const IndexEntry& entry, std::uint64_t offset)
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
    record.offset = offset;
    record.content = entry.content;
    m_buffer.append(reinterpret_cast<const char*>(&record), sizeof record);
    m_buffer += entry.path;
    m_buffer += entry.link;
    ++m_count;
    return m_buffer.size() >= m_memoryBytes ? flush() : Result<void>();
}

Result<void> EntryLog::flush()
{
    m_bytes += m_buffer.size();
    archive::FdSink file(m_fd);
    TRY_CONTEXT("scratch file", file.write(m_buffer));
    m_buffer.clear();
    return {};
}

Result<EntryLog::Finished> EntryLog::merge(const Emit& emit, const Oddity& odd)
{
    if (m_bytes == 0)
        return Merger(Records(m_buffer), m_count, odd).run(emit);
    TRY(flush());
    void* mapped = ::mmap(nullptr, m_bytes, PROT_READ, MAP_PRIVATE, m_fd, 0);
    if (mapped == MAP_FAILED)
        return Error::system(errno, "map scratch file");
    m_mapped = mapped;
    const Records records({ static_cast<const char*>(mapped), static_cast<std::size_t>(m_bytes) });
    return Merger(records, m_count, odd).run(emit);
}

Result<EntryLog::Finished> EntryLog::writeIndex(archive::ByteSink& sink, const Emit& directory)
{
    IndexWriter writer(sink);
    const Emit emit = [&](const IndexEntry& entry) -> Result<void> {
        if (entry.type == EntryType::Directory)
            TRY(directory(entry));
        return writer.add(entry);
    };
    const Finished finished = TRY(merge(emit));
    TRY(writer.finish());
    return finished;
}

} // namespace darsena::layers
