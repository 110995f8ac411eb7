// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/digest.h"
#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace darsena::archive {

/// Where bytes come from: a file, a pipe, an HTTP body. Blocking. One thread at a time.
class ByteSource {
public:
    virtual ~ByteSource() = default;
    /// Up to buffer.size() bytes; 0 = the end.
    virtual Result<std::size_t> read(std::span<std::byte> buffer) = 0;
    /// Leaves out up to `count` bytes where that costs less than reading them; returns how many.
    virtual Result<std::uint64_t> skip(std::uint64_t count)
    {
        static_cast<void>(count);
        return std::uint64_t { 0 };
    }
};

/// Where bytes go. Blocking. One thread at a time.
class ByteSink {
public:
    virtual ~ByteSink() = default;
    /// Takes all of the bytes or fails.
    virtual Result<void> write(std::span<const std::byte> bytes) = 0;
    Result<void> write(std::string_view text) { return write(std::as_bytes(std::span(text))); }
};

/// Reads a descriptor; does not own it.
class FdSource : public ByteSource {
public:
    explicit FdSource(int fd)
        : m_fd(fd)
    {
    }
    Result<std::size_t> read(std::span<std::byte> buffer) override;

private:
    int m_fd;
};

/// Writes a descriptor; does not own it. Errors: System, EPIPE included (the caller ignores SIGPIPE).
class FdSink : public ByteSink {
public:
    explicit FdSink(int fd)
        : m_fd(fd)
    {
    }
    Result<void> write(std::span<const std::byte> bytes) override;
    using ByteSink::write;

private:
    int m_fd;
};

/// Reads bytes that the caller keeps alive.
class MemorySource : public ByteSource {
public:
    explicit MemorySource(std::string_view bytes)
        : m_rest(bytes)
    {
    }
    Result<std::size_t> read(std::span<std::byte> buffer) override;

private:
    std::string_view m_rest;
};

class MemorySink : public ByteSink {
public:
    Result<void> write(std::span<const std::byte> bytes) override;
    using ByteSink::write;
    const std::string& bytes() const { return m_bytes; }
    std::string take() { return std::move(m_bytes); }

private:
    std::string m_bytes;
};

/// Counts and hashes what it passes on. A null sink discards.
class HashingSink : public ByteSink {
public:
    explicit HashingSink(ByteSink* next)
        : m_next(next)
    {
    }
    Result<void> write(std::span<const std::byte> bytes) override;
    using ByteSink::write;
    std::uint64_t count() const { return m_count; }
    /// Of everything so far; starts anew.
    Digest finish() { return m_hasher.finish(); }

private:
    ByteSink* m_next;
    Hasher m_hasher;
    std::uint64_t m_count = 0;
};

/// Fails with TooLarge once more than maxBytes came.
class LimitedSource : public ByteSource {
public:
    LimitedSource(ByteSource& source, std::uint64_t maxBytes)
        : m_source(source)
        , m_rest(maxBytes)
    {
    }
    Result<std::size_t> read(std::span<std::byte> buffer) override;

private:
    ByteSource& m_source;
    std::uint64_t m_rest;
};

/// Copies until the end; returns the number of bytes.
Result<std::uint64_t> copy(ByteSource& from, ByteSink& to);

} // namespace darsena::archive
