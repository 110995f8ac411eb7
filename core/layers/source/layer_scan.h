// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/index.h"
#include "core/layers/source/image_reader.h"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

namespace darsena::layers {

struct ScanOptions {
    std::uint64_t maxEntries = 10'000'000; ///< implied directories included
    std::uint64_t maxBytes = 1ULL << 40; ///< uncompressed
    bool ahead = false; ///< decompress and hash the stream on a thread of its own: for large layers; takes 2 MiB
    bool keepIndexBytes = false; ///< ScannedLayer::indexBytes is wanted
};

struct ScannedLayer {
    std::shared_ptr<const Index> index;
    std::string indexBytes; ///< as IndexWriter writes it
    LayerFacts facts;
};

/// Reads a layer, plain or compressed with gzip (estargz) or zstd, from its first byte to its last. A member that a layer
/// cannot have, or that we cannot take, is left out and remarked; estargz' own members and aufs' bookkeeping are not files
/// of the image and left out quietly.
///
/// Memory: the index that is returned (about 140 bytes an entry, and its path and link), and while merging 24 bytes an entry
/// more; the log of members beyond 16 MiB lies in an unlinked file, which is mapped (in $TMPDIR, /var/tmp or /tmp; where none
/// can be made, in memory). Paths and links together are bounded to 1 GiB, so that 10 000 000 entries take at most 3 GiB,
/// whatever the bytes say, and what is remarked is bounded, too.
///
/// Errors: Corrupt, TooLarge and the source's own, with the byte of the uncompressed layer; Cancelled.
Result<ScannedLayer> scanLayer(archive::ByteSource& stored, const ScanOptions& options = {}, std::stop_token stop = {});

/// estargz' own members: index and marks for prefetching, in the root of the layer.
bool isStargzMember(std::string_view path);

} // namespace darsena::layers
