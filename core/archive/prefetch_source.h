// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/decompress.h"
#include "core/archive/stream.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace darsena::archive {

/// Decompresses and hashes on a thread of its own, some blocks ahead of who reads and is busy with what came before: with
/// the disk, or with hashing contents. Holds up to blockCount × blockBytes (2 MiB).
class PrefetchSource : public ByteSource {
public:
    /// The source must outlive it.
    explicit PrefetchSource(Decompressor& source);
    ~PrefetchSource() override;

    Result<std::size_t> read(std::span<std::byte> buffer) override;

    /// Bytes that went into the decompressor so far.
    std::uint64_t consumed() const { return m_consumed.load(std::memory_order_relaxed); }
    /// After the end was read: the digest and length of all that was given.
    Digest digest();
    std::uint64_t count() const { return m_count; }

private:
    static constexpr std::size_t blockBytes = 256 * 1024;
    static constexpr std::size_t blockCount = 8;

    void run();

    Decompressor& m_source;
    /// Made when they are first filled, and not zeroed: touching 2 MiB costs a small archive more than unpacking it.
    std::array<std::unique_ptr<std::byte[]>, blockCount> m_blocks;
    std::array<std::size_t, blockCount> m_sizes {};
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::size_t m_filled = 0; ///< blocks ready to be read
    std::size_t m_next = 0; ///< the block to be read next
    std::size_t m_offset = 0; ///< in it
    bool m_ended = false;
    bool m_stopped = false;
    std::optional<Error> m_error;
    Hasher m_hasher;
    std::uint64_t m_count = 0;
    std::atomic<std::uint64_t> m_consumed { 0 };
    std::thread m_thread;
};

} // namespace darsena::archive
