// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/archive/archive_listing.h"

#include "core/archive/decompress.h"
#include "core/archive/tar_reader.h"

#include <algorithm>

#include <archive.h>
#include <archive_entry.h>
#include <clocale>
#include <sys/stat.h>

namespace darsena::archive {

namespace {

constexpr std::size_t maxName = 4096;

bool isZip(std::string_view bytes)
{
    return bytes.starts_with("PK\x03\x04") || bytes.starts_with(std::string_view("PK\x05\x06", 4));
}
bool isAr(std::string_view bytes)
{
    return bytes.starts_with("!<arch>\n");
}
bool isTar(std::string_view bytes)
{
    return bytes.size() >= 512 && bytes.substr(257, 5) == "ustar";
}
Compression compressionOf(std::string_view bytes)
{
    return detectCompression(std::as_bytes(std::span(bytes.substr(0, std::min<std::size_t>(bytes.size(), 16)))), Formats::All);
}
std::string_view name(Compression compression)
{
    switch (compression) {
    case Compression::Gzip:
        return "gzip";
    case Compression::Zstd:
        return "zstd";
    case Compression::Bzip2:
        return "bzip2";
    case Compression::Xz:
        return "xz";
    case Compression::None:
        break;
    }
    return {};
}

EntryType typeOf(mode_t type)
{
    switch (type) {
    case AE_IFDIR:
        return EntryType::Directory;
    case AE_IFLNK:
        return EntryType::Symlink;
    default:
        return EntryType::File;
    }
}

/// A locale of UTF-8 for this thread while it is inside libarchive, which converts names to the locale's.
class Utf8Names {
public:
    Utf8Names()
        : m_previous(::uselocale(utf8()))
    {
    }
    ~Utf8Names() { ::uselocale(m_previous); }
    Utf8Names(const Utf8Names&) = delete;
    Utf8Names& operator=(const Utf8Names&) = delete;

private:
    static locale_t utf8()
    {
        static const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
        return locale;
    }
    locale_t m_previous;
};

/// zip and ar know their members' sizes and places: going through them unpacks nothing.
Result<ArchiveListing> listInPlace(std::string_view bytes, const ListingLimits& limits, std::stop_token stop)
{
    const Utf8Names names;
    const std::unique_ptr<struct archive, decltype(&archive_read_free)> reader(archive_read_new(), &archive_read_free);
    if (isZip(bytes))
        archive_read_support_format_zip_seekable(reader.get());
    else
        archive_read_support_format_ar(reader.get());
    ArchiveListing listing;
    listing.format = isZip(bytes) ? "zip" : "ar";
    const auto failure = [&] {
        const char* text = archive_error_string(reader.get());
        return Error(ErrorCode::Corrupt, listing.format + ": " + (text ? text : "damaged archive"));
    };
    if (archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK)
        return failure();
    while (true) {
        if (stop.stop_requested())
            return Error(ErrorCode::Cancelled, "listing stopped");
        struct archive_entry* entry = nullptr;
        const int status = archive_read_next_header(reader.get(), &entry);
        if (status == ARCHIVE_EOF) {
            // libarchive takes the end of the bytes for the archive's.
            if (listing.members.empty() && bytes.size() > 8 && !bytes.starts_with("PK\x05\x06"))
                return Error(ErrorCode::Corrupt, listing.format + ": damaged archive");
            return listing;
        }
        if (status < ARCHIVE_WARN) {
            if (listing.members.empty())
                return failure();
            listing.cut = true;
            return listing;
        }
        if (listing.members.size() == limits.entries) {
            listing.cut = true;
            return listing;
        }
        ListedMember member;
        const char* path = archive_entry_pathname(entry);
        const char* link = archive_entry_symlink(entry);
        member.path = std::string(path ? path : "").substr(0, maxName);
        member.link = std::string(link ? link : "").substr(0, maxName);
        member.type = typeOf(archive_entry_filetype(entry));
        member.mode = static_cast<std::uint32_t>(archive_entry_perm(entry));
        member.size = static_cast<std::uint64_t>(std::max<la_int64_t>(0, archive_entry_size(entry)));
        member.mtime = archive_entry_mtime(entry);
        listing.members.push_back(std::move(member));
    }
}

/// Ends after so many bytes instead of failing.
class CutSource : public ByteSource {
public:
    CutSource(ByteSource& source, std::uint64_t most, std::stop_token stop)
        : m_source(source)
        , m_rest(most)
        , m_stop(std::move(stop))
    {
    }
    Result<std::size_t> read(std::span<std::byte> buffer) override
    {
        if (m_stop.stop_requested())
            return Error(ErrorCode::Cancelled, "listing stopped");
        const std::size_t count = TRY(m_source.read(buffer.first(static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), m_rest)))));
        m_rest -= count;
        return count;
    }
    bool cut() const { return m_rest == 0; }

private:
    ByteSource& m_source;
    std::uint64_t m_rest;
    std::stop_token m_stop;
};

Result<ArchiveListing> listTar(std::string_view bytes, Compression compression, const ListingLimits& limits, const std::stop_token& stop)
{
    ArchiveListing listing;
    listing.format = compression == Compression::None ? "tar" : "tar, " + std::string(name(compression));
    MemorySource memory(bytes);
    const auto plain = TRY(Decompressor::create(memory, Formats::All));
    CutSource source(*plain, limits.bytes, stop);
    TarLimits tarLimits;
    tarLimits.entries = limits.entries;
    const auto reader = TRY(TarReader::open(source, tarLimits));
    while (true) {
        auto next = reader->next();
        if (!next) {
            if (listing.members.empty() || next.error().code() == ErrorCode::Cancelled)
                return next.error();
            listing.cut = true;
            return listing;
        }
        if (!*next) {
            listing.cut = source.cut();
            return listing;
        }
        Entry& entry = **next;
        listing.members.push_back({ entry.path.substr(0, maxName), entry.type, entry.link.substr(0, maxName), entry.mode, entry.size, entry.mtime });
    }
}

} // namespace

bool looksLikeArchive(std::string_view bytes)
{
    return isZip(bytes) || isAr(bytes) || isTar(bytes) || compressionOf(bytes) != Compression::None;
}

Result<ArchiveListing> listArchive(std::string_view bytes, const ListingLimits& limits, std::stop_token stop)
{
    if (isZip(bytes) || isAr(bytes))
        return listInPlace(bytes, limits, std::move(stop));
    const Compression compression = compressionOf(bytes);
    if (compression != Compression::None) {
        const std::string start = TRY(unpackedStart(bytes, 512));
        if (!isTar(start))
            return Error(ErrorCode::Unsupported, std::string(name(compression)) + ": no archive inside");
    } else if (!isTar(bytes)) {
        return Error(ErrorCode::Unsupported, "no archive that we know");
    }
    return listTar(bytes, compression, limits, stop);
}

Result<std::string> unpackedStart(std::string_view bytes, std::size_t maxBytes)
{
    if (compressionOf(bytes) == Compression::None)
        return Error(ErrorCode::Unsupported, "not compressed");
    MemorySource memory(bytes);
    const auto plain = TRY(Decompressor::create(memory, Formats::All));
    std::string start;
    std::vector<std::byte> block(std::min<std::size_t>(maxBytes, 64 * 1024));
    while (start.size() < maxBytes) {
        const auto count = plain->read(std::span(block).first(std::min(block.size(), maxBytes - start.size())));
        if (!count) {
            if (start.empty())
                return count.error();
            break; // what came before the damage is better than nothing
        }
        if (*count == 0)
            break;
        start.append(reinterpret_cast<const char*>(block.data()), *count);
    }
    return start;
}

} // namespace darsena::archive
