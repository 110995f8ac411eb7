// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/archive/prefetch_source.h"

#include <algorithm>

namespace darsena::archive {

PrefetchSource::PrefetchSource(Decompressor& source)
    : m_source(source)
{
    m_thread = std::thread([this] { run(); });
}

PrefetchSource::~PrefetchSource()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopped = true;
    }
    m_changed.notify_all();
    m_thread.join();
}

void PrefetchSource::run()
{
    for (std::size_t index = 0;; index = (index + 1) % blockCount) {
        {
            std::unique_lock lock(m_mutex);
            m_changed.wait(lock, [&] { return m_stopped || m_filled < blockCount; });
            if (m_stopped)
                return;
        }
        if (!m_blocks[index])
            m_blocks[index] = std::make_unique_for_overwrite<std::byte[]>(blockBytes);
        const std::span block(m_blocks[index].get(), blockBytes);
        // The block is ours until m_filled counts it. Full blocks: the reader is woken less often.
        std::size_t size = 0;
        bool ended = false;
        std::optional<Error> error;
        while (size < blockBytes && !ended) {
            auto count = m_source.read(block.subspan(size));
            if (!count) {
                error = count.error();
                break;
            }
            ended = *count == 0;
            size += *count;
        }
        m_consumed.store(m_source.consumed(), std::memory_order_relaxed);
        m_hasher.update(block.first(size));
        {
            const std::lock_guard lock(m_mutex);
            m_sizes[index] = size;
            m_count += size;
            ++m_filled;
            m_ended = ended;
            m_error = error;
        }
        m_changed.notify_all();
        if (ended || error)
            return;
    }
}

Result<std::size_t> PrefetchSource::read(std::span<std::byte> buffer)
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_changed.wait(lock, [&] { return m_filled > 0 || m_ended || m_error; });
        if (m_filled == 0) {
            if (m_error)
                return *m_error;
            return std::size_t { 0 };
        }
        const std::size_t available = m_sizes[m_next] - m_offset;
        if (available > 0) {
            const std::size_t index = m_next;
            const std::size_t offset = m_offset;
            const std::size_t count = std::min(available, buffer.size());
            lock.unlock(); // a filled block is ours: the other thread does not touch it
            std::copy_n(m_blocks[index].get() + offset, count, buffer.begin());
            lock.lock();
            m_offset += count;
            return count;
        }
        m_offset = 0;
        m_next = (m_next + 1) % blockCount;
        --m_filled;
        lock.unlock();
        m_changed.notify_all();
        lock.lock();
    }
}

Digest PrefetchSource::digest()
{
    const std::lock_guard lock(m_mutex);
    return m_hasher.finish();
}

} // namespace darsena::archive
