// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/reader/sealed_source.h"

#include <algorithm>
#include <cstring>

namespace darsena::cli {

namespace {

constexpr std::size_t readBytes = 64 * 1024;

} // namespace

Result<std::size_t> SealedSource::read(std::span<std::byte> buffer)
{
    // As many bytes as the seal has are always held back: they may be it.
    while (!m_ended && m_held.size() <= seal.size()) {
        const std::size_t before = m_held.size();
        m_held.resize(before + readBytes);
        const auto count = m_source.read(std::as_writable_bytes(std::span(m_held)).subspan(before));
        m_held.resize(before + (count ? *count : 0));
        if (!count)
            return count.error();
        if (*count > 0)
            continue;
        if (!m_held.ends_with(seal))
            return Error(ErrorCode::Cancelled, "what was sent ended before its end");
        m_held.resize(m_held.size() - seal.size());
        m_ended = true;
    }
    const std::size_t available = m_held.size() - (m_ended ? 0 : seal.size());
    const std::size_t count = std::min(buffer.size(), available);
    std::memcpy(buffer.data(), m_held.data(), count);
    m_held.erase(0, count);
    return count;
}

} // namespace darsena::cli
