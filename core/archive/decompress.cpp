// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/archive/decompress.h"

#include <algorithm>
#include <array>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <isa-l/igzip_lib.h>
#include <zstd.h>

namespace darsena::archive {

namespace {

constexpr std::size_t inputBytes = 256 * 1024;
constexpr int maxZstdWindowLog = 27;

/// The compressed bytes: what was read to look at the magic number, then the source.
class Input {
public:
    explicit Input(ByteSource& source)
        : m_source(source)
        , m_buffer(std::make_unique_for_overwrite<std::byte[]>(inputBytes))
    {
    }

    /// Reads until there are `wanted` bytes or the source ends.
    Result<void> fill(std::size_t wanted)
    {
        if (m_begin > 0) {
            std::copy(m_buffer.get() + m_begin, m_buffer.get() + m_end, m_buffer.get());
            m_end -= m_begin;
            m_begin = 0;
        }
        while (m_end < wanted && !m_atEnd) {
            const std::size_t count = TRY(m_source.read(std::span(m_buffer.get() + m_end, inputBytes - m_end)));
            m_atEnd = count == 0;
            m_end += count;
            m_taken += count;
        }
        return {};
    }

    std::span<std::byte> bytes() { return { m_buffer.get() + m_begin, m_end - m_begin }; }
    void consume(std::size_t count) { m_begin += count; }
    bool atEnd() const { return m_atEnd && m_begin == m_end; }
    std::uint64_t taken() const { return m_taken - (m_end - m_begin); }
    ByteSource& source() { return m_source; }

private:
    ByteSource& m_source;
    std::unique_ptr<std::byte[]> m_buffer; ///< inputBytes; not zeroed, a small input touches little of it
    std::size_t m_begin = 0;
    std::size_t m_end = 0;
    std::uint64_t m_taken = 0;
    bool m_atEnd = false;
};

class PlainDecompressor final : public Decompressor {
public:
    explicit PlainDecompressor(Input input)
        : m_input(std::move(input))
    {
    }
    Compression compression() const override { return Compression::None; }
    std::uint64_t consumed() const override { return m_direct + m_input.taken(); }
    Result<std::size_t> read(std::span<std::byte> buffer) override
    {
        if (m_input.bytes().empty()) {
            const std::size_t count = TRY(m_input.source().read(buffer));
            m_direct += count;
            return count;
        }
        const std::size_t count = std::min(buffer.size(), m_input.bytes().size());
        std::copy_n(m_input.bytes().begin(), count, buffer.begin());
        m_input.consume(count);
        return count;
    }
    Result<std::uint64_t> skip(std::uint64_t count) override
    {
        const auto looked = static_cast<std::size_t>(std::min<std::uint64_t>(count, m_input.bytes().size()));
        m_input.consume(looked);
        const std::uint64_t skipped = TRY(m_input.source().skip(count - looked));
        m_direct += skipped;
        return looked + skipped;
    }

private:
    Input m_input;
    std::uint64_t m_direct = 0;
};

class GzipDecompressor final : public Decompressor {
public:
    explicit GzipDecompressor(Input input)
        : m_input(std::move(input))
        , m_state(std::make_unique<inflate_state>())
    {
        startMember();
    }
    Compression compression() const override { return Compression::Gzip; }
    std::uint64_t consumed() const override { return m_input.taken(); }

    Result<std::size_t> read(std::span<std::byte> buffer) override
    {
        if (buffer.empty())
            return std::size_t { 0 };
        for (;;) {
            if (m_input.bytes().empty())
                TRY(m_input.fill(1));
            if (m_input.atEnd()) {
                if (m_insideMember)
                    return Error(ErrorCode::Corrupt, "gzip: the stream ends in the middle");
                return std::size_t { 0 };
            }
            if (!m_insideMember) {
                // Padding of zeros after the last member is common (tapes, block devices) and means the end.
                if (m_input.bytes().front() == std::byte { 0 }) {
                    m_input.consume(m_input.bytes().size());
                    continue;
                }
                startMember();
            }
            m_insideMember = true;
            const std::span<std::byte> in = m_input.bytes();
            const auto wanted = static_cast<std::uint32_t>(std::min<std::size_t>(buffer.size(), 1U << 30));
            m_state->next_in = reinterpret_cast<std::uint8_t*>(in.data());
            m_state->avail_in = static_cast<std::uint32_t>(in.size());
            m_state->next_out = reinterpret_cast<std::uint8_t*>(buffer.data());
            m_state->avail_out = wanted;
            const int status = isal_inflate(m_state.get());
            if (status != ISAL_DECOMP_OK && status != ISAL_END_INPUT)
                return Error(ErrorCode::Corrupt, fmt::format("gzip: damaged data ({})", status));
            m_input.consume(in.size() - m_state->avail_in);
            const std::size_t count = wanted - m_state->avail_out;
            if (m_state->block_state == ISAL_BLOCK_FINISH)
                m_insideMember = false;
            if (count > 0)
                return count;
        }
    }

private:
    void startMember()
    {
        isal_inflate_init(m_state.get());
        m_state->crc_flag = ISAL_GZIP; // reads the header and checks CRC and length at the end
    }

    Input m_input;
    std::unique_ptr<inflate_state> m_state;
    bool m_insideMember = false;
};

class ZstdDecompressor final : public Decompressor {
public:
    explicit ZstdDecompressor(Input input)
        : m_input(std::move(input))
        , m_stream(ZSTD_createDStream(), &ZSTD_freeDStream)
    {
        ZSTD_DCtx_setParameter(m_stream.get(), ZSTD_d_windowLogMax, maxZstdWindowLog);
    }
    Compression compression() const override { return Compression::Zstd; }
    std::uint64_t consumed() const override { return m_input.taken(); }

    Result<std::size_t> read(std::span<std::byte> buffer) override
    {
        if (buffer.empty())
            return std::size_t { 0 };
        for (;;) {
            if (m_input.bytes().empty())
                TRY(m_input.fill(1));
            const std::span<std::byte> available = m_input.bytes();
            if (available.empty() && !m_insideFrame)
                return std::size_t { 0 };
            ZSTD_inBuffer in { available.data(), available.size(), 0 };
            ZSTD_outBuffer out { buffer.data(), buffer.size(), 0 };
            const std::size_t status = ZSTD_decompressStream(m_stream.get(), &out, &in);
            if (ZSTD_isError(status)) {
                const auto code = ZSTD_getErrorName(status);
                return Error(ErrorCode::Corrupt, std::string("zstd: ") + code);
            }
            m_input.consume(in.pos);
            m_insideFrame = status != 0;
            if (out.pos > 0)
                return out.pos;
            if (available.empty())
                return Error(ErrorCode::Corrupt, "zstd: the stream ends in the middle");
        }
    }

private:
    Input m_input;
    std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> m_stream;
    bool m_insideFrame = false;
};

/// bzip2 and xz, through libarchive's filters around its "raw" format: one member, the plain bytes.
class LibarchiveDecompressor final : public Decompressor {
public:
    LibarchiveDecompressor(Input input, Compression compression)
        : m_input(std::move(input))
        , m_compression(compression)
        , m_handle(archive_read_new(), &archive_read_free)
    {
    }
    Compression compression() const override { return m_compression; }
    std::uint64_t consumed() const override { return m_input.taken(); }

    Result<std::size_t> read(std::span<std::byte> buffer) override
    {
        if (!m_open)
            TRY(open());
        const la_ssize_t count = archive_read_data(m_handle.get(), buffer.data(), buffer.size());
        return count < 0 ? failure() : Result<std::size_t>(static_cast<std::size_t>(count));
    }

private:
    Result<void> open()
    {
        struct archive* handle = m_handle.get();
        // ARCHIVE_WARN would mean that libarchive lacks the library and runs a program instead.
        const int supported = !handle ? ARCHIVE_FATAL
            : m_compression == Compression::Xz ? archive_read_support_filter_xz(handle) : archive_read_support_filter_bzip2(handle);
        if (supported != ARCHIVE_OK)
            return Error(ErrorCode::Unsupported, "this compression cannot be read here");
        archive_read_support_format_raw(handle);
        archive_read_set_read_callback(handle, &readBlock);
        archive_read_set_callback_data(handle, this);
        struct archive_entry* entry = nullptr;
        if (archive_read_open1(handle) != ARCHIVE_OK || archive_read_next_header(handle, &entry) != ARCHIVE_OK)
            return failure();
        m_open = true;
        return {};
    }

    static la_ssize_t readBlock(struct archive* handle, void* self, const void** bytes)
    {
        auto* decompressor = static_cast<LibarchiveDecompressor*>(self);
        Input& input = decompressor->m_input;
        input.consume(decompressor->m_given);
        decompressor->m_given = 0;
        if (input.bytes().empty()) {
            if (auto filled = input.fill(1); !filled) {
                decompressor->m_sourceError = filled.error();
                archive_set_error(handle, EIO, "source");
                return -1;
            }
        }
        *bytes = input.bytes().data();
        decompressor->m_given = input.bytes().size();
        return static_cast<la_ssize_t>(decompressor->m_given);
    }

    Error failure() const
    {
        if (m_sourceError)
            return *m_sourceError;
        const char* text = archive_error_string(m_handle.get());
        return Error(ErrorCode::Corrupt, fmt::format("{}: {}", m_compression == Compression::Xz ? "xz" : "bzip2", text ? text : "damaged data"));
    }

    Input m_input;
    Compression m_compression;
    std::unique_ptr<struct archive, decltype(&archive_read_free)> m_handle;
    std::optional<Error> m_sourceError;
    std::size_t m_given = 0; ///< bytes that libarchive has seen and may still look at
    bool m_open = false;
};

} // namespace

Compression detectCompression(std::span<const std::byte> start, Formats formats)
{
    const auto at = [&](std::size_t index) { return index < start.size() ? std::to_integer<unsigned>(start[index]) : 256U; };
    if (at(0) == 0x1f && at(1) == 0x8b && at(2) == 0x08)
        return Compression::Gzip;
    if (at(0) == 0x28 && at(1) == 0xb5 && at(2) == 0x2f && at(3) == 0xfd)
        return Compression::Zstd;
    // A skippable frame, with which seekable and chunked zstd streams may begin.
    if (at(0) >= 0x50 && at(0) <= 0x5f && at(1) == 0x2a && at(2) == 0x4d && at(3) == 0x18)
        return Compression::Zstd;
    if (formats == Formats::All) {
        if (at(0) == 'B' && at(1) == 'Z' && at(2) == 'h' && at(3) >= '1' && at(3) <= '9')
            return Compression::Bzip2;
        if (at(0) == 0xfd && at(1) == '7' && at(2) == 'z' && at(3) == 'X' && at(4) == 'Z' && at(5) == 0)
            return Compression::Xz;
    }
    return Compression::None;
}

Result<std::unique_ptr<Decompressor>> Decompressor::create(ByteSource& source, Formats formats)
{
    Input input(source);
    TRY(input.fill(6));
    const Compression compression = detectCompression(input.bytes(), formats);
    switch (compression) {
    case Compression::Bzip2:
    case Compression::Xz:
        return std::unique_ptr<Decompressor>(std::make_unique<LibarchiveDecompressor>(std::move(input), compression));
    case Compression::Gzip:
        return std::unique_ptr<Decompressor>(std::make_unique<GzipDecompressor>(std::move(input)));
    case Compression::Zstd:
        return std::unique_ptr<Decompressor>(std::make_unique<ZstdDecompressor>(std::move(input)));
    case Compression::None:
        break;
    }
    return std::unique_ptr<Decompressor>(std::make_unique<PlainDecompressor>(std::move(input)));
}

} // namespace darsena::archive
