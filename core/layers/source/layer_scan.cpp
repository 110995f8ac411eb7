// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/source/layer_scan.h"

#include "core/archive/decompress.h"
#include "core/archive/prefetch_source.h"
#include "core/archive/tar_reader.h"
#include "core/base/unique_fd.h"
#include "core/layers/entry_log.h"
#include "core/layers/member.h"
#include "core/layers/source/layer_paths.h"

#include <array>
#include <cstdlib>

#include <fcntl.h>
#include <sys/mman.h>

namespace darsena::layers {

namespace {

constexpr std::size_t logMemoryBytes = 16 << 20;
constexpr std::uint64_t maxTextBytes = 1ULL << 30;
constexpr std::size_t maxLinkBytes = 4096;
constexpr std::uint64_t maxHoleBytes = 16ULL << 30; ///< of a layer's sparse files
constexpr std::size_t maxRemarks = 1000;
constexpr std::size_t maxRemarkPath = 300;

/// Counts what a reader takes, and hashes it unless that is done already.
class GuardedSource final : public archive::ByteSource {
public:
    GuardedSource(archive::ByteSource& source, bool hash, std::uint64_t maxBytes, std::stop_token stop)
        : m_source(source)
        , m_hash(hash)
        , m_maxBytes(maxBytes)
        , m_stop(std::move(stop))
    {
    }
    Result<std::size_t> read(std::span<std::byte> buffer) override
    {
        if (m_stop.stop_requested())
            return Error(ErrorCode::Cancelled, "cancelled");
        const std::size_t count = TRY(m_source.read(buffer));
        m_count += count;
        if (m_count > m_maxBytes)
            return Error(ErrorCode::TooLarge, fmt::format("more than {} bytes", m_maxBytes));
        if (m_hash)
            m_hasher.update(buffer.first(count));
        return count;
    }
    std::uint64_t count() const { return m_count; }
    Digest digest() { return m_hasher.finish(); }

private:
    archive::ByteSource& m_source;
    bool m_hash;
    std::uint64_t m_maxBytes;
    std::stop_token m_stop;
    Hasher m_hasher;
    std::uint64_t m_count = 0;
};

/// A file without a name; where none can be made, one in memory.
UniqueFd scratchFile()
{
    const char* folder = std::getenv("TMPDIR");
    for (const char* candidate : { folder ? folder : "", "/var/tmp", "/tmp" }) {
        if (*candidate == '\0')
            continue;
        if (auto fd = UniqueFd::adopt(::open(candidate, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)))
            return fd;
    }
    return UniqueFd::adopt(::memfd_create("darsena-layer", MFD_CLOEXEC));
}

class Scan {
public:
    Scan(archive::ByteSource& stored, const ScanOptions& options, std::stop_token stop)
        : m_stored(stored)
        , m_options(options)
        , m_stop(std::move(stop))
        , m_scratch(scratchFile())
        , m_log(m_scratch.get(), logMemoryBytes)
    {
    }

    Result<ScannedLayer> run()
    {
        auto plain = TRY(archive::Decompressor::create(m_stored));
        std::optional<archive::PrefetchSource> ahead;
        if (m_options.ahead)
            ahead.emplace(*plain);
        GuardedSource bytes(ahead ? static_cast<archive::ByteSource&>(*ahead) : *plain, !ahead, m_options.maxBytes, m_stop);
        if (auto read = readMembers(bytes); !read) {
            if (read.error().code() == ErrorCode::Cancelled)
                return read.error();
            return read.error().withContext(fmt::format("byte {} of the uncompressed layer", m_offset));
        }
        LayerFacts& facts = m_result.facts;
        facts.diffId = ahead ? ahead->digest() : bytes.digest();
        facts.tarBytes = bytes.count();
        facts.storedBytes = plain->consumed();
        TRY(makeIndex());
        return std::move(m_result);
    }

private:
    Result<void> readMembers(GuardedSource& bytes)
    {
        archive::TarLimits limits;
        limits.entries = m_options.maxEntries;
        limits.bytes = m_options.maxBytes;
        // Long names are refused by LayerPaths, member by member; libarchive itself takes up to 1 MiB.
        limits.pathLength = limits.linkLength = 2 << 20;
        auto reader = TRY(archive::TarReader::open(bytes, limits));
        for (;;) {
            auto member = reader->next();
            m_offset = reader->headerOffset();
            if (!member) {
                if (!reader->canGoOn())
                    return member.error();
                remark({}, member.error().message() + "; it was left out");
                continue;
            }
            if (!*member)
                break;
            TRY(take(*reader, **member));
        }
        m_offset = bytes.count();
        return reader->drain();
    }

    Result<void> take(archive::TarReader& reader, const archive::Entry& member)
    {
        auto name = m_paths.place(member.path);
        if (!name) {
            remark(member.path, "its name cannot be one in a layer, and it was left out: " + name.error().message());
            return {};
        }
        IndexEntry entry;
        entry.path = name->path;
        switch (name->kind) {
        case archive::NameKind::Ignored:
            return {};
        case archive::NameKind::Whiteout:
            entry.type = EntryType::Whiteout;
            return log(EntryLog::Kind::Whiteout, entry);
        case archive::NameKind::Opaque:
            entry.type = EntryType::Directory;
            return log(EntryLog::Kind::Opaque, entry);
        case archive::NameKind::Plain:
            break;
        }
        if (isStargzMember(entry.path))
            return {};
        entry = describe(member);
        entry.path = name->path;
        if (entry.path.empty() && entry.type != EntryType::Directory) {
            remark(member.path, "the root of a layer is a directory, and nothing else: it was left out");
            return {};
        }
        if (member.link.size() > maxLinkBytes) {
            remark(member.path, fmt::format("a link to a name of {} bytes, which was left out", member.link.size()));
            return {};
        }
        std::string target;
        if (entry.hardLink) {
            auto placed = m_paths.target(member.link);
            if (!placed || placed->empty() || *placed == entry.path) {
                remark(member.path, fmt::format("a hard link to \"{}\", which was left out", member.link.substr(0, maxRemarkPath)));
                return {};
            }
            target = std::move(*placed);
            entry.link = target;
        } else if (entry.type == EntryType::Symlink) {
            if (member.link.empty()) {
                remark(member.path, "a symbolic link to nothing, which was left out");
                return {};
            }
            entry.link = member.link;
        } else if (entry.type == EntryType::Socket) {
            remark(member.path, "a socket, which a layer cannot hold: it was left out");
            return {};
        } else if (entry.type == EntryType::CharDevice && entry.deviceMajor == 0 && entry.deviceMinor == 0) {
            remark(member.path, "a device 0:0, which is a whiteout to overlayfs: it was left out");
            return {};
        } else if (entry.type == EntryType::File) {
            TRY(hashContent(reader, entry));
        }
        m_paths.made(entry.path, entry.type, entry.link);
        return log(EntryLog::Kind::Entry, entry);
    }

    Result<void> hashContent(archive::TarReader& reader, IndexEntry& entry)
    {
        static constexpr std::array<std::byte, 64 * 1024> zeros {};
        std::uint64_t position = 0;
        bool skipped = false;
        for (;;) {
            const archive::TarReader::Run run = TRY(reader.nextRun());
            if (run.offset < position)
                return Error(ErrorCode::Corrupt, "a sparse map that runs backwards");
            // Holes cost an archive nothing; without a bound a few bytes would keep us for hours.
            if (run.offset - position > maxHoleBytes - std::min(maxHoleBytes, m_holeBytes)) {
                skipped = true;
                position = run.offset;
            }
            m_holeBytes += run.offset - position;
            while (position < run.offset) {
                if (m_stop.stop_requested())
                    return Error(ErrorCode::Cancelled, "cancelled");
                const auto some = static_cast<std::size_t>(std::min<std::uint64_t>(run.offset - position, zeros.size()));
                m_hasher.update(std::span(zeros).first(some));
                position += some;
            }
            if (run.bytes.empty())
                break;
            m_hasher.update(run.bytes);
            position += run.bytes.size();
        }
        if (position != entry.size)
            return Error(ErrorCode::Corrupt, fmt::format("{} bytes of {}", position, entry.size));
        const Digest digest = m_hasher.finish();
        if (skipped)
            remark(entry.path, "its holes are too large to be read: its content has no digest");
        else
            entry.content = contentBytes(digest);
        return {};
    }

    Result<void> log(EntryLog::Kind kind, const IndexEntry& entry)
    {
        m_textBytes += entry.path.size() + entry.link.size();
        TRY(checkText());
        return m_log.add(kind, entry, m_offset);
    }

    Result<void> checkText() const
    {
        if (m_textBytes > maxTextBytes)
            return Error(ErrorCode::TooLarge, fmt::format("names of more than {} bytes together", maxTextBytes));
        return {};
    }

    Result<void> makeIndex()
    {
        std::vector<IndexEntry> entries;
        entries.reserve(m_log.count() + m_log.count() / 8); // some are implied
        archive::MemorySink sink;
        IndexWriter writer(sink);
        m_textBytes = 0;
        const auto emit = [&](const IndexEntry& entry) -> Result<void> {
            if (m_stop.stop_requested())
                return Error(ErrorCode::Cancelled, "cancelled");
            if (entries.size() == m_options.maxEntries)
                return Error(ErrorCode::TooLarge, fmt::format("more than {} entries", m_options.maxEntries));
            m_textBytes += entry.path.size() + entry.link.size();
            TRY(checkText());
            entries.push_back(entry);
            return m_options.keepIndexBytes ? writer.add(entry) : Result<void>();
        };
        const auto odd = [&](std::string_view path, std::uint64_t offset, std::string_view sentence) {
            m_offset = offset;
            remark(path, std::string(sentence));
        };
        TRY(m_log.merge(emit, odd));
        m_result.index = std::make_shared<const Index>(Index::of(std::move(entries)));
        if (m_options.keepIndexBytes) {
            TRY(writer.finish());
            m_result.indexBytes = sink.take();
        }
        return {};
    }

    void remark(std::string_view path, std::string sentence)
    {
        std::vector<Remark>& remarks = m_result.facts.remarks;
        if (remarks.size() < maxRemarks)
            remarks.push_back({ std::string(path.substr(0, maxRemarkPath)), m_offset, std::move(sentence) });
        else if (remarks.size() == maxRemarks)
            remarks.push_back({ {}, 0, fmt::format("there is more to remark than these {}", maxRemarks) });
    }

    archive::ByteSource& m_stored;
    const ScanOptions& m_options;
    std::stop_token m_stop;
    UniqueFd m_scratch;
    EntryLog m_log;
    LayerPaths m_paths;
    Hasher m_hasher;
    ScannedLayer m_result;
    std::uint64_t m_offset = 0; ///< of the member that is looked at
    std::uint64_t m_textBytes = 0;
    std::uint64_t m_holeBytes = 0; ///< hashed so far
};

} // namespace

bool isStargzMember(std::string_view path)
{
    return path == "stargz.index.json" || path == ".prefetch.landmark" || path == ".no.prefetch.landmark";
}

Result<ScannedLayer> scanLayer(archive::ByteSource& stored, const ScanOptions& options, std::stop_token stop)
{
    return Scan(stored, options, std::move(stop)).run();
}

} // namespace darsena::layers
