// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/index.h"
#include "core/layers/source/image_source.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace darsena::layers {

class IndexCache;

/// Something about a layer that is not as it should be and does not keep us from reading it.
struct Remark {
    std::string path; ///< as the archive writes it, cut to 300 bytes; "" = the layer as a whole
    std::uint64_t offset = 0; ///< in the uncompressed layer; 0 = not known
    std::string sentence; ///< English: "a whiteout of a path that …"
};

/// What reading a layer told besides its files.
struct LayerFacts {
    Digest diffId; ///< of the bytes that were read
    std::uint64_t storedBytes = 0; ///< as the source keeps it
    std::uint64_t tarBytes = 0; ///< uncompressed, headers and padding included
    bool fromCache = false;
    std::vector<Remark> remarks; ///< at most 1000; then one that says so
};

struct ReadOptions {
    unsigned threads = 0; ///< 0 = as the machine has
    const IndexCache* cache = nullptr; ///< nullptr: nothing is remembered
    std::optional<oci::Platform> platform; ///< nothing: the host's if there is, else the first
    std::uint64_t maxEntries = 10'000'000; ///< of one layer (R6)
    std::uint64_t maxBytes = 1ULL << 40; ///< of one layer, uncompressed
};

/// Called from worker threads, never two at a time. Any may be empty.
struct ReadEvents {
    std::function<void(const SourceImage&)> image; ///< once, before any layer
    std::function<void(std::size_t layer, std::shared_ptr<const Index>, const LayerFacts&)> layer; ///< in whatever order they come
    std::function<void(std::uint64_t done, std::uint64_t total)> progress; ///< bytes as stored; at most 20 a second
};

/// An image that was read.
struct ReadImage {
    SourceImage image;
    std::vector<std::shared_ptr<const Index>> indexes; ///< base first
    std::vector<LayerFacts> facts;
    std::vector<SourceChoice> choices; ///< everything that the source holds, the one that was read among them
};

/// The choice for a platform. Errors: NotFound, naming what there is.
Result<SourceChoice> choose(const std::vector<SourceChoice>& choices, const ReadOptions& options);

/// Reads an image: the layers in parallel, those whose index the source or the cache has not at all. A layer that stands in the image twice
/// is read once. Errors: what the source gives; Corrupt, naming archive, layer and offset; TooLarge; Cancelled when stopped.
Result<ReadImage> readImage(ImageSource& source, const ReadOptions& options = {}, const ReadEvents& events = {}, std::stop_token stop = {});

} // namespace darsena::layers
