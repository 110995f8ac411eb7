// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/archive/stream.h"

#include <algorithm>
#include <cerrno>
#include <vector>

#include <unistd.h>

namespace darsena::archive {

Result<std::size_t> FdSource::read(std::span<std::byte> buffer)
{
    for (;;) {
        const ssize_t count = ::read(m_fd, buffer.data(), buffer.size());
        if (count >= 0)
            return static_cast<std::size_t>(count);
        if (errno != EINTR)
            return Error::system(errno, "read");
    }
}

Result<void> FdSink::write(std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::write(m_fd, bytes.data(), bytes.size());
        if (count < 0) {
            if (errno == EINTR)
                continue;
            return Error::system(errno, "write");
        }
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return {};
}

Result<std::size_t> MemorySource::read(std::span<std::byte> buffer)
{
    const std::size_t count = std::min(buffer.size(), m_rest.size());
    std::copy_n(std::as_bytes(std::span(m_rest)).begin(), count, buffer.begin());
    m_rest.remove_prefix(count);
    return count;
}

Result<void> MemorySink::write(std::span<const std::byte> bytes)
{
    m_bytes.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
}

Result<void> HashingSink::write(std::span<const std::byte> bytes)
{
    m_hasher.update(bytes);
    m_count += bytes.size();
    return m_next ? m_next->write(bytes) : Result<void>();
}

Result<std::size_t> LimitedSource::read(std::span<std::byte> buffer)
{
    const std::size_t count = TRY(m_source.read(buffer));
    if (count > m_rest)
        return Error(ErrorCode::TooLarge, "more bytes than allowed");
    m_rest -= count;
    return count;
}

Result<std::uint64_t> copy(ByteSource& from, ByteSink& to)
{
    std::vector<std::byte> buffer(256 * 1024);
    std::uint64_t total = 0;
    for (;;) {
        const std::size_t count = TRY(from.read(buffer));
        if (count == 0)
            return total;
        TRY(to.write(std::span(buffer).first(count)));
        total += count;
    }
}

} // namespace darsena::archive
