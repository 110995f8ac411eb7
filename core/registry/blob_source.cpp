// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registry/blob_source.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace darsena::registry {

namespace {

constexpr int toleratedBreaks = 3;

} // namespace

BlobSource::BlobSource(Client& client, oci::Descriptor descriptor, std::stop_token stop)
    : m_client(client)
    , m_descriptor(std::move(descriptor))
    , m_stop(std::move(stop))
    , m_breaksLeft(toleratedBreaks)
{
}

Result<void> BlobSource::connect()
{
    bool partial = false;
    m_exchange = TRY(m_client.blobFrom(m_descriptor.digest, m_offset, partial, m_stop));
    if (partial || m_offset == 0)
        return {};
    // A registry that knows no ranges begins anew; what was hashed already is passed over.
    std::array<std::byte, 32 * 1024> buffer;
    for (std::uint64_t rest = m_offset; rest > 0;) {
        const std::size_t count = TRY(m_exchange->read(std::span(buffer).first(std::min<std::uint64_t>(rest, buffer.size()))));
        if (count == 0)
            return Error(ErrorCode::Unavailable, fmt::format("{}: blob {} ended before its end", m_client.name(), m_descriptor.digest.text()));
        rest -= count;
    }
    return {};
}

Result<std::size_t> BlobSource::readSome(std::span<std::byte> buffer)
{
    if (!m_exchange)
        TRY(connect());
    const std::size_t count = TRY(m_exchange->read(buffer));
    if (count == 0 && m_offset < m_descriptor.size)
        return Error(ErrorCode::Unavailable,
            fmt::format("{}: blob {} ended after {} of {} bytes", m_client.name(), m_descriptor.digest.text(), m_offset, m_descriptor.size));
    return count;
}

Result<std::size_t> BlobSource::read(std::span<std::byte> buffer)
{
    if (m_done || buffer.empty())
        return std::size_t { 0 };
    while (true) {
        const auto count = readSome(buffer);
        if (!count) {
            // What never began is not tried again: nobody is there.
            if (count.error().code() != ErrorCode::Unavailable || m_offset == 0 || m_breaksLeft-- == 0)
                return count.error();
            m_exchange.reset();
            continue;
        }
        if (*count == 0) {
            TRY(verify());
            m_done = true;
            return std::size_t { 0 };
        }
        m_offset += *count;
        if (m_offset > m_descriptor.size)
            return Error(ErrorCode::Corrupt,
                fmt::format("{}: blob {} is longer than the {} bytes that its manifest says", m_client.name(), m_descriptor.digest.text(), m_descriptor.size));
        m_hasher.update(buffer.first(*count));
        return *count;
    }
}

Result<void> BlobSource::verify()
{
    if (m_hasher.finish() != m_descriptor.digest)
        return Error(ErrorCode::Corrupt, fmt::format("{}: blob {}: the registry sent something else", m_client.name(), m_descriptor.digest.text()));
    return {};
}

} // namespace darsena::registry
