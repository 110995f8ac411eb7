// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/stream.h"

namespace darsena::archive {

enum class Compression { None, Gzip, Zstd };

/// By the magic number of the first bytes (4 are enough). bzip2 and xz are not recognised: layers never use them, and
/// every further decoder is one more that hostile bytes reach.
Compression detectCompression(std::span<const std::byte> start);

/// Reads a stream that may be compressed and gives the plain bytes. gzip: ISA-L, concatenated members, checksums
/// verified. zstd: concatenated and skippable frames, window at most 128 MiB (2^27). The kind is found by looking.
/// A truncated stream is an error, never a quiet end. Errors: Corrupt, TooLarge (window), and the source's own.
class Decompressor : public ByteSource {
public:
    /// The source must outlive it.
    static Result<std::unique_ptr<Decompressor>> create(ByteSource& source);
    ~Decompressor() override = default;

    virtual Compression compression() const = 0;
    /// Compressed bytes taken from the source so far.
    virtual std::uint64_t consumed() const = 0;
};

} // namespace darsena::archive
