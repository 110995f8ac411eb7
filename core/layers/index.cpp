// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/index.h"

#include "core/archive/whiteout.h"

#include "core/base/unique_fd.h"

#include <algorithm>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

// Format, version 1. Numbers are LEB128 varints unless said.
//   "DARSIDX1"
//   records: 0x01 · bytes shared with the previous path · length of the rest · the rest · type (1 byte) · flags (1 byte)
//            · mode · uid · gid · mtime (zigzag) · [size: files] · [major · minor: devices] · [length · link: flag]
//            · [sha256 of the content, 32 bytes: flag] · [xattr hash, 8 bytes little-endian: flag]
//   0x00 · entries · files · bytes · sha256 of everything before it (64 hexadecimal digits)
// Paths come in archive::pathBefore order, each once, clean and relative.
namespace darsena::layers {

namespace {

constexpr std::string_view magic = "DARSIDX1";
constexpr std::size_t maxIndexBytes = 1ULL << 30;
constexpr std::size_t maxTextBytes = 16 * 1024; ///< of one path or link
constexpr std::size_t flushBytes = 256 * 1024;
constexpr std::size_t textChunkBytes = 256 * 1024;

enum Flag : std::uint8_t { Opaque = 1, Implied = 2, HardLink = 4, HasLink = 8, HasContent = 16, HasXattrs = 32, AllFlags = 63 };

void putNumber(std::string& to, std::uint64_t value)
{
    while (value >= 0x80) {
        to += static_cast<char>(value | 0x80);
        value >>= 7;
    }
    to += static_cast<char>(value);
}

/// `known` bytes at the beginning were found clean before, as part of another path.
bool isClean(std::string_view path, std::size_t known = 0)
{
    if (path.empty())
        return true;
    std::size_t start = known == 0 ? 0 : path.rfind('/', known - 1) + 1; // npos + 1 is 0
    while (start <= path.size()) {
        const std::size_t end = std::min(path.find('/', start), path.size());
        const std::string_view component = path.substr(start, end - start);
        if (component.empty() || component == "." || component == ".." || component.size() > 255)
            return false;
        start = end + 1;
    }
    return path.find('\0', known) == std::string_view::npos;
}

/// Reads the format; once something is wrong every further read gives zero and ok() is false.
class Cursor {
public:
    explicit Cursor(std::string_view bytes)
        : m_bytes(bytes)
    {
    }
    std::uint8_t byte()
    {
        if (m_at >= m_bytes.size()) {
            m_ok = false;
            return 0;
        }
        return static_cast<std::uint8_t>(m_bytes[m_at++]);
    }
    std::uint64_t number()
    {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const std::uint8_t next = byte();
            value |= static_cast<std::uint64_t>(next & 0x7f) << shift;
            if (!(next & 0x80))
                return value;
        }
        m_ok = false;
        return 0;
    }
    std::uint32_t number32()
    {
        const std::uint64_t value = number();
        if (value > 0xffffffffULL)
            m_ok = false;
        return static_cast<std::uint32_t>(value);
    }
    std::string_view text(std::uint64_t length)
    {
        if (length > m_bytes.size() - m_at || length > maxTextBytes) {
            m_ok = false;
            return {};
        }
        const std::string_view result = m_bytes.substr(m_at, static_cast<std::size_t>(length));
        m_at += static_cast<std::size_t>(length);
        return result;
    }
    bool ok() const { return m_ok; }
    std::size_t position() const { return m_at; }

private:
    std::string_view m_bytes;
    std::size_t m_at = 0;
    bool m_ok = true;
};

/// Keeps texts in few big strings that never grow past what was reserved, so that views into them stay valid.
std::string_view keep(std::deque<std::string>& chunks, std::string_view first, std::string_view second = {})
{
    const std::size_t length = first.size() + second.size();
    if (length == 0)
        return {};
    if (chunks.empty() || chunks.back().capacity() - chunks.back().size() < length) {
        chunks.emplace_back();
        chunks.back().reserve(std::max(textChunkBytes, length));
    }
    std::string& chunk = chunks.back();
    const std::size_t start = chunk.size();
    chunk += first;
    chunk += second;
    return std::string_view(chunk).substr(start);
}

Error corrupt(std::string_view why)
{
    return Error(ErrorCode::Corrupt, fmt::format("layer index: {}", why));
}

} // namespace

std::string_view name(EntryType type)
{
    static constexpr std::array<std::string_view, 8> names { "file", "directory", "symlink", "char", "block", "fifo", "socket", "whiteout" };
    return names[static_cast<std::size_t>(type)];
}

std::uint64_t xattrHash(const std::vector<archive::Xattr>& sorted)
{
    if (sorted.empty())
        return 0;
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    const auto mix = [&](std::string_view text) {
        for (char c : text)
            hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
        hash = (hash ^ 0x100U) * 0x100000001b3ULL; // an end that no byte equals
    };
    for (const archive::Xattr& xattr : sorted) {
        mix(xattr.name);
        mix(xattr.value);
    }
    return hash == 0 ? 1 : hash;
}

std::array<std::uint8_t, 32> contentBytes(const Digest& digest)
{
    std::array<std::uint8_t, 32> bytes {};
    const auto value = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
    for (std::size_t i = 0; i < bytes.size() && 2 * i + 1 < digest.hex().size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(value(digest.hex()[2 * i]) << 4 | value(digest.hex()[2 * i + 1]));
    return bytes;
}

IndexWriter::IndexWriter(archive::ByteSink& sink)
    : m_sink(sink)
    , m_buffer(magic)
{
}

Result<void> IndexWriter::add(const IndexEntry& entry)
{
    if (m_any && !archive::pathBefore(m_lastPath, entry.path))
        return Error(ErrorCode::Internal, fmt::format("layer index: \"{}\" comes after \"{}\"", entry.path, m_lastPath));
    if (!isClean(entry.path) || entry.path.size() > maxTextBytes || entry.link.size() > maxTextBytes)
        return Error(ErrorCode::Invalid, fmt::format("layer index: \"{}\" is not a path that it can hold", entry.path.substr(0, 200)));

    const std::size_t shared = static_cast<std::size_t>(
        std::ranges::mismatch(m_lastPath, entry.path).in1 - m_lastPath.begin());
    const bool hasContent = std::ranges::any_of(entry.content, [](std::uint8_t byte) { return byte != 0; });
    m_buffer += '\x01';
    putNumber(m_buffer, shared);
    putNumber(m_buffer, entry.path.size() - shared);
    m_buffer += entry.path.substr(shared);
    m_buffer += static_cast<char>(entry.type);
    m_buffer += static_cast<char>((entry.opaque ? Opaque : 0) | (entry.implied ? Implied : 0) | (entry.hardLink ? HardLink : 0)
        | (entry.link.empty() ? 0 : HasLink) | (hasContent ? HasContent : 0) | (entry.xattrs != 0 ? HasXattrs : 0));
    putNumber(m_buffer, entry.mode);
    putNumber(m_buffer, entry.uid);
    putNumber(m_buffer, entry.gid);
    putNumber(m_buffer, (static_cast<std::uint64_t>(entry.mtime) << 1) ^ static_cast<std::uint64_t>(entry.mtime >> 63));
    if (entry.type == EntryType::File)
        putNumber(m_buffer, entry.size);
    if (isDevice(entry.type)) {
        putNumber(m_buffer, entry.deviceMajor);
        putNumber(m_buffer, entry.deviceMinor);
    }
    if (!entry.link.empty()) {
        putNumber(m_buffer, entry.link.size());
        m_buffer += entry.link;
    }
    if (hasContent)
        m_buffer.append(reinterpret_cast<const char*>(entry.content.data()), entry.content.size());
    if (entry.xattrs != 0) {
        for (unsigned shift = 0; shift < 64; shift += 8)
            m_buffer += static_cast<char>((entry.xattrs >> shift) & 0xff);
    }

    m_lastPath = entry.path;
    m_any = true;
    ++m_sums.entries;
    if (entry.type != EntryType::Directory && entry.type != EntryType::Whiteout)
        ++m_sums.files;
    if (entry.type == EntryType::File)
        m_sums.bytes += entry.size;
    return m_buffer.size() >= flushBytes ? flush() : Result<void>();
}

Result<void> IndexWriter::flush()
{
    m_hasher.update(m_buffer);
    TRY(m_sink.write(m_buffer));
    m_buffer.clear();
    return {};
}

Result<void> IndexWriter::finish()
{
    m_buffer += '\0';
    putNumber(m_buffer, m_sums.entries);
    putNumber(m_buffer, m_sums.files);
    putNumber(m_buffer, m_sums.bytes);
    TRY(flush());
    return m_sink.write(m_hasher.finish().hex());
}

Result<Index> Index::parse(std::string_view bytes)
{
    constexpr std::size_t checksumBytes = 64;
    if (bytes.size() > maxIndexBytes)
        return Error(ErrorCode::TooLarge, "layer index: more than 1 GiB");
    if (!bytes.starts_with(magic))
        return corrupt(bytes.starts_with(magic.substr(0, 7)) ? "written by another version" : "not an index");
    if (bytes.size() < magic.size() + checksumBytes)
        return corrupt("cut off");
    const std::string_view body = bytes.substr(0, bytes.size() - checksumBytes);
    if (Digest::ofText(body).hex() != bytes.substr(body.size()))
        return corrupt("the checksum does not match");

    Index index;
    IndexSums counted;
    Cursor cursor(body.substr(magic.size()));
    std::string path;
    for (;;) {
        const std::uint8_t marker = cursor.byte();
        if (!cursor.ok() || marker > 1)
            return corrupt("cut off");
        if (marker == 0)
            break;
        const std::uint64_t shared = cursor.number();
        const std::string_view rest = cursor.text(cursor.number());
        if (!cursor.ok() || shared > path.size() || shared + rest.size() > maxTextBytes)
            return corrupt("a path that is not one");
        // What both share does not decide their order.
        const auto common = static_cast<std::size_t>(shared);
        if (!index.m_entries.empty() && !archive::pathBefore(std::string_view(path).substr(common), rest))
            return corrupt("paths out of order");
        path.resize(common);
        path += rest;
        if (!isClean(path, common))
            return corrupt("a path that is not clean");

        IndexEntry entry;
        entry.path = keep(index.m_text, path);
        const std::uint8_t type = cursor.byte();
        const std::uint8_t flags = cursor.byte();
        if (type > static_cast<std::uint8_t>(EntryType::Whiteout) || flags > AllFlags)
            return corrupt("an unknown type or flag");
        entry.type = static_cast<EntryType>(type);
        entry.opaque = flags & Opaque;
        entry.implied = flags & Implied;
        entry.hardLink = flags & HardLink;
        if ((entry.opaque || entry.implied) && entry.type != EntryType::Directory)
            return corrupt("a flag of directories on something else");
        entry.mode = cursor.number32() & 07777U;
        entry.uid = cursor.number32();
        entry.gid = cursor.number32();
        const std::uint64_t zigzag = cursor.number();
        entry.mtime = static_cast<std::int64_t>((zigzag >> 1) ^ (0 - (zigzag & 1)));
        if (entry.type == EntryType::File)
            entry.size = cursor.number();
        if (isDevice(entry.type)) {
            entry.deviceMajor = cursor.number32();
            entry.deviceMinor = cursor.number32();
        }
        if (flags & HasLink)
            entry.link = keep(index.m_text, cursor.text(cursor.number()));
        if (flags & HasContent)
            std::ranges::copy(cursor.text(entry.content.size()), reinterpret_cast<char*>(entry.content.data()));
        if (flags & HasXattrs) {
            for (unsigned shift = 0; shift < 64; shift += 8)
                entry.xattrs |= static_cast<std::uint64_t>(cursor.byte()) << shift;
        }
        if (!cursor.ok())
            return corrupt("cut off");
        ++counted.entries;
        if (entry.type != EntryType::Directory && entry.type != EntryType::Whiteout)
            ++counted.files;
        if (entry.type == EntryType::File)
            counted.bytes += entry.size;
        index.m_entries.push_back(entry);
    }
    index.m_sums.entries = cursor.number();
    index.m_sums.files = cursor.number();
    index.m_sums.bytes = cursor.number();
    if (!cursor.ok() || cursor.position() + magic.size() != body.size() || index.m_sums.entries != counted.entries
        || index.m_sums.files != counted.files || index.m_sums.bytes != counted.bytes)
        return corrupt("the sums do not match");
    return index;
}

Index Index::of(std::vector<IndexEntry> entries)
{
    Index index;
    index.m_entries = std::move(entries);
    for (IndexEntry& entry : index.m_entries) {
        entry.path = keep(index.m_text, entry.path);
        entry.link = keep(index.m_text, entry.link);
        index.m_sums.files += entry.type != EntryType::Directory && entry.type != EntryType::Whiteout;
        index.m_sums.bytes += entry.size;
    }
    index.m_sums.entries = index.m_entries.size();
    return index;
}

Result<Index> Index::read(const std::filesystem::path& file)
{
    // core/layers stands beside core/os, not on it: the few calls are made here.
    const auto fd = UniqueFd::adopt(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!fd)
        return Error::system(errno, file.native());
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0)
        return Error::system(errno, file.native());
    if (!S_ISREG(status.st_mode) || static_cast<std::uint64_t>(status.st_size) > maxIndexBytes)
        return Error(ErrorCode::Corrupt, file.native() + ": not an index file");
    std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
    archive::FdSource source(fd.get());
    std::size_t got = 0;
    while (got < bytes.size()) {
        const std::size_t count = TRY_CONTEXT(file.native(), source.read(std::as_writable_bytes(std::span(bytes)).subspan(got)));
        if (count == 0)
            break;
        got += count;
    }
    bytes.resize(got);
    return parse(bytes).withContext(file.native());
}

const IndexEntry* Index::find(std::string_view path) const
{
    const auto found = std::ranges::lower_bound(m_entries, path, archive::pathBefore, &IndexEntry::path);
    return found != m_entries.end() && found->path == path ? &*found : nullptr;
}

} // namespace darsena::layers
