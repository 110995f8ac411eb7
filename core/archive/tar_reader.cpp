// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/archive/tar_reader.h"

#include <algorithm>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <clocale>
#include <sys/stat.h>

namespace darsena::archive {

namespace {

constexpr std::size_t blockBytes = 256 * 1024;

/// libarchive converts pax names (UTF-8) to the thread's locale. Under "C", the usual locale of a service, names beyond
/// ASCII would come out mangled; this sets UTF-8 for the calling thread while it is inside libarchive. C.UTF-8 is built
/// into glibc: nothing is loaded from disk.
class Utf8Locale {
public:
    Utf8Locale()
        : m_previous(::uselocale(utf8()))
    {
    }
    ~Utf8Locale() { ::uselocale(m_previous); }
    Utf8Locale(const Utf8Locale&) = delete;
    Utf8Locale& operator=(const Utf8Locale&) = delete;

private:
    static locale_t utf8()
    {
        static const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
        return locale;
    }
    locale_t m_previous;
};

std::optional<EntryType> entryType(mode_t fileType)
{
    switch (fileType) {
    case AE_IFREG:
        return EntryType::File;
    case AE_IFDIR:
        return EntryType::Directory;
    case AE_IFLNK:
        return EntryType::Symlink;
    case AE_IFCHR:
        return EntryType::CharDevice;
    case AE_IFBLK:
        return EntryType::BlockDevice;
    case AE_IFIFO:
        return EntryType::Fifo;
    case AE_IFSOCK:
        return EntryType::Socket;
    default:
        return std::nullopt;
    }
}

} // namespace

struct TarReader::State {
    State(ByteSource& byteSource, const TarLimits& tarLimits)
        : source(byteSource)
        , limits(tarLimits)
        , buffer(std::make_unique_for_overwrite<std::byte[]>(blockBytes))
        , handle(archive_read_new(), &archive_read_free)
    {
    }

    static la_ssize_t readBlock(struct archive* handle, void* self, const void** bytes)
    {
        auto* state = static_cast<State*>(self);
        auto count = state->source.read({ state->buffer.get(), blockBytes });
        if (!count) {
            state->sourceError = count.error();
            archive_set_error(handle, EIO, "source");
            return -1;
        }
        state->sourceEnded = *count == 0;
        *bytes = state->buffer.get();
        return static_cast<la_ssize_t>(*count);
    }

    static la_int64_t skipBytes(struct archive* handle, void* self, la_int64_t count)
    {
        auto* state = static_cast<State*>(self);
        auto skipped = state->source.skip(static_cast<std::uint64_t>(std::max<la_int64_t>(count, 0)));
        if (!skipped) {
            state->sourceError = skipped.error();
            archive_set_error(handle, EIO, "source");
            return -1;
        }
        return static_cast<la_int64_t>(*skipped);
    }

    /// The source's own error where there is one; libarchive's words else.
    Error failure() const
    {
        if (sourceError)
            return *sourceError;
        const char* text = archive_error_string(handle.get());
        return Error(ErrorCode::Corrupt, std::string("tar: ") + (text ? text : "damaged archive"));
    }

    Result<Entry> convert(struct archive_entry* from);
    Result<void> readXattrs(struct archive_entry* from, Entry& entry) const;

    ByteSource& source;
    TarLimits limits;
    std::unique_ptr<std::byte[]> buffer; ///< blockBytes
    std::unique_ptr<struct archive, decltype(&archive_read_free)> handle;
    std::optional<Error> sourceError;
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;
    std::uint64_t size = 0; ///< of the current file
    std::uint64_t position = 0; ///< in its content: what was given out
    std::uint64_t headerOffset = 0;
    std::uint64_t contentOffset = 0;
    bool sparse = false;
    bool sourceEnded = false;
    bool ended = false;
    bool memberRefused = false; ///< by us, while libarchive can go on
};

Result<Entry> TarReader::State::convert(struct archive_entry* from)
{
    Entry entry;
    const char* path = archive_entry_pathname(from);
    if (!path)
        return Error(ErrorCode::Corrupt, "tar: a member without a name");
    entry.path = path;
    if (entry.path.size() > limits.pathLength)
        return Error(ErrorCode::TooLarge, fmt::format("tar: a name of {} bytes; at most {} are taken", entry.path.size(), limits.pathLength));

    if (const char* target = archive_entry_hardlink(from)) {
        entry.type = EntryType::Hardlink;
        entry.link = target;
    } else {
        const auto type = entryType(archive_entry_filetype(from));
        if (!type)
            return Error(ErrorCode::Corrupt, "tar: \"" + entry.path.substr(0, 200) + "\" is of an unknown type");
        entry.type = *type;
        if (entry.type == EntryType::Symlink) {
            const char* linkTarget = archive_entry_symlink(from);
            entry.link = linkTarget ? linkTarget : "";
        }
    }
    if (entry.link.size() > limits.linkLength)
        return Error(ErrorCode::TooLarge, fmt::format("tar: \"{}\": a link of {} bytes", entry.path, entry.link.size()));

    const auto number = [&](la_int64_t value, const char* what) -> Result<std::uint32_t> {
        if (value < 0 || value > 0xffffffffLL)
            return Error(ErrorCode::Corrupt, fmt::format("tar: \"{}\": {} {} is out of range", entry.path, what, value));
        return static_cast<std::uint32_t>(value);
    };
    entry.mode = archive_entry_perm(from) & 07777U;
    entry.uid = TRY(number(archive_entry_uid(from), "user id"));
    entry.gid = TRY(number(archive_entry_gid(from), "group id"));
    entry.mtime = archive_entry_mtime(from);
    entry.mtimeNanoseconds = static_cast<std::uint32_t>(std::clamp(archive_entry_mtime_nsec(from), 0L, 999'999'999L));
    if (entry.type == EntryType::File) {
        const la_int64_t fileSize = archive_entry_size_is_set(from) ? archive_entry_size(from) : 0;
        if (fileSize < 0)
            return Error(ErrorCode::Corrupt, fmt::format("tar: \"{}\": a negative size", entry.path));
        entry.size = static_cast<std::uint64_t>(fileSize);
        if (entry.size > limits.bytes - bytes)
            return Error(ErrorCode::TooLarge, fmt::format("tar: contents of more than {} bytes", limits.bytes));
        bytes += entry.size;
    }
    if (entry.type == EntryType::CharDevice || entry.type == EntryType::BlockDevice) {
        entry.deviceMajor = static_cast<std::uint32_t>(archive_entry_rdevmajor(from));
        entry.deviceMinor = static_cast<std::uint32_t>(archive_entry_rdevminor(from));
    }
    TRY(readXattrs(from, entry));
    return entry;
}

Result<void> TarReader::State::readXattrs(struct archive_entry* from, Entry& entry) const
{
    std::size_t total = 0;
    archive_entry_xattr_reset(from);
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t length = 0;
    while (archive_entry_xattr_next(from, &name, &value, &length) == ARCHIVE_OK) {
        if (!name)
            continue;
        total += std::strlen(name) + length;
        if (entry.xattrs.size() == limits.xattrsPerEntry || total > limits.xattrBytes)
            return Error(ErrorCode::TooLarge, fmt::format("tar: \"{}\": too many extended attributes", entry.path));
        entry.xattrs.push_back({ name, length > 0 ? std::string(static_cast<const char*>(value), length) : std::string() });
    }
    std::ranges::stable_sort(entry.xattrs, {}, &Xattr::name);
    // A global and an own header may both name it; the later one counts.
    std::vector<Xattr> unique;
    for (Xattr& xattr : entry.xattrs) {
        if (!unique.empty() && unique.back().name == xattr.name)
            unique.back() = std::move(xattr);
        else
            unique.push_back(std::move(xattr));
    }
    entry.xattrs = std::move(unique);
    return {};
}

TarReader::TarReader(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}

TarReader::~TarReader() = default;

Result<std::unique_ptr<TarReader>> TarReader::open(ByteSource& source, const TarLimits& limits)
{
    const Utf8Locale locale;
    auto state = std::make_unique<State>(source, limits);
    struct archive* handle = state->handle.get();
    if (!handle)
        return Error(ErrorCode::Internal, "tar: no memory for a reader");
    archive_read_support_format_tar(handle);
    archive_read_support_format_empty(handle);
    archive_read_set_read_callback(handle, &State::readBlock);
    archive_read_set_skip_callback(handle, &State::skipBytes);
    archive_read_set_callback_data(handle, state.get());
    if (archive_read_open1(handle) != ARCHIVE_OK)
        return state->failure();
    return std::unique_ptr<TarReader>(new TarReader(std::move(state)));
}

Result<std::optional<Entry>> TarReader::next()
{
    const Utf8Locale locale;
    if (m_state->ended)
        return std::optional<Entry>();
    struct archive_entry* entry = nullptr;
    m_state->memberRefused = false;
    const std::uint64_t expected = m_state->contentOffset + (m_state->sparse ? 0 : (m_state->size + 511) / 512 * 512);
    const int status = archive_read_next_header(m_state->handle.get(), &entry);
    // After some errors libarchive does not tell where it is: at the next header, or still on the way there.
    if (const la_int64_t told = archive_read_header_position(m_state->handle.get()); told >= 0)
        m_state->headerOffset = static_cast<std::uint64_t>(told);
    else if (expected <= static_cast<std::uint64_t>(archive_filter_bytes(m_state->handle.get(), 0)))
        m_state->headerOffset = expected;
    if (status == ARCHIVE_EOF) {
        m_state->ended = true;
        return std::optional<Entry>();
    }
    // Warnings are about what could not be converted or was malformed but understood; convert() checks what we use.
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
        return m_state->failure();
    if (++m_state->entries > m_state->limits.entries)
        return Error(ErrorCode::TooLarge, fmt::format("tar: more than {} members", m_state->limits.entries));
    m_state->contentOffset = static_cast<std::uint64_t>(archive_filter_bytes(m_state->handle.get(), 0));
    m_state->sparse = archive_entry_sparse_count(entry) > 0;
    m_state->size = 0;
    m_state->position = 0;
    m_state->memberRefused = true;
    Entry converted = TRY(m_state->convert(entry));
    m_state->memberRefused = false;
    m_state->size = converted.size;
    return std::optional<Entry>(std::move(converted));
}

bool TarReader::canGoOn() const
{
    return m_state->memberRefused;
}

std::uint64_t TarReader::headerOffset() const
{
    return m_state->headerOffset;
}

std::uint64_t TarReader::contentOffset() const
{
    return m_state->contentOffset;
}

bool TarReader::isSparse() const
{
    return m_state->sparse;
}

Result<TarReader::Run> TarReader::nextRun()
{
    const Utf8Locale locale;
    for (;;) {
        const void* bytes = nullptr;
        std::size_t count = 0;
        la_int64_t offset = 0;
        const int status = archive_read_data_block(m_state->handle.get(), &bytes, &count, &offset);
        if (status == ARCHIVE_EOF)
            return Run { m_state->size, {} };
        // The docker client, when it adds the Dockerfile from elsewhere to a context, ends the stream with the last byte of
        // the last file: no padding, no end mark. Nothing that counts is missing.
        if (status == ARCHIVE_FATAL && !m_state->sourceError && m_state->sourceEnded && m_state->size > 0 && m_state->position == m_state->size) {
            m_state->ended = true;
            return Run { m_state->size, {} };
        }
        if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
            return m_state->failure();
        if (offset < 0 || static_cast<std::uint64_t>(offset) > m_state->size
            || count > m_state->size - static_cast<std::uint64_t>(offset))
            return Error(ErrorCode::Corrupt, "tar: content outside its file");
        m_state->position = static_cast<std::uint64_t>(offset) + count;
        if (count > 0) // a sparse map may have empty blocks
            return Run { static_cast<std::uint64_t>(offset), { static_cast<const std::byte*>(bytes), count } };
    }
}

namespace {

Result<void> writeZeros(ByteSink& sink, std::uint64_t count)
{
    static constexpr std::array<std::byte, 4096> zeros {};
    while (count > 0) {
        const std::size_t some = static_cast<std::size_t>(std::min<std::uint64_t>(count, zeros.size()));
        TRY(sink.write(std::span(zeros).first(some)));
        count -= some;
    }
    return {};
}

} // namespace

Result<std::uint64_t> TarReader::copyContent(ByteSink& sink)
{
    std::uint64_t position = 0;
    for (;;) {
        const Run run = TRY(nextRun());
        if (run.offset < position)
            return Error(ErrorCode::Corrupt, "tar: a sparse map that runs backwards");
        TRY(writeZeros(sink, run.offset - position));
        position = run.offset + run.bytes.size();
        if (run.bytes.empty())
            return position;
        TRY(sink.write(run.bytes));
    }
}

Result<std::string> TarReader::content(std::size_t maxBytes)
{
    if (m_state->size > maxBytes)
        return Error(ErrorCode::TooLarge, fmt::format("tar: a member of {} bytes; at most {} are taken", m_state->size, maxBytes));
    MemorySink sink;
    TRY(copyContent(sink));
    return sink.take();
}

Result<void> TarReader::drain()
{
    // libarchive stops at the end mark; whatever follows still belongs to the stream.
    for (;;) {
        if (TRY(m_state->source.read({ m_state->buffer.get(), blockBytes })) == 0)
            return {};
    }
}

} // namespace darsena::archive
