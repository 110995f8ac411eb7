// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/stream.h"

namespace darsena::archive {

enum class Compression { None, Gzip, Zstd, Bzip2, Xz };

/// Which compressions are looked for. Layers never use bzip2 and xz, and every further decoder is one more that hostile
/// bytes reach; what people send with `docker cp` and `docker import` may have any.
enum class Formats { Layers, All };

/// By the magic number of the first bytes (6 are enough). Layers: bzip2 and xz count as None.
Compression detectCompression(std::span<const std::byte> start, Formats formats = Formats::Layers);

/// Reads a stream that may be compressed and gives the plain bytes. gzip: ISA-L, concatenated members, checksums
/// verified. zstd: concatenated and skippable frames, window at most 128 MiB (2^27). bzip2 and xz: libarchive, which
/// calls the libraries and never a program. The kind is found by looking.
/// A truncated stream is an error, never a quiet end. Errors: Corrupt, TooLarge (window), and the source's own.
class Decompressor : public ByteSource {
public:
    /// The source must outlive it.
    static Result<std::unique_ptr<Decompressor>> create(ByteSource& source, Formats formats = Formats::Layers);
    ~Decompressor() override = default;

    virtual Compression compression() const = 0;
    /// Compressed bytes taken from the source so far.
    virtual std::uint64_t consumed() const = 0;
};

} // namespace darsena::archive
