// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/digest.h"
#include "core/oci/image.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace darsena::store {

using Time = std::chrono::system_clock::time_point;

/// One layer of the store: a chain id names the layer together with everything below it (image-spec config.md).
/// While a Layer value lives, garbage collection leaves that layer and its parents alone.
struct Layer {
    Digest chainId;
    Digest diffId; ///< sha256 of its tar
    Digest parent; ///< chain id of what is below; empty for a base
    std::filesystem::path directory; ///< the unpacked files, in overlayfs' form; never write there
    std::uint64_t bytes = 0; ///< file contents, hard links once
    std::uint64_t files = 0; ///< paths that are neither directories nor whiteouts
    std::uint64_t tarBytes = 0; ///< size of the uncompressed tar
    std::shared_ptr<const void> hold;
};

/// What is known of a layer without reading it.
struct LayerSizes {
    std::uint64_t storedBytes = 0; ///< as it came, compressed or not; of a layer that was made here: of its tar
    std::uint64_t tarBytes = 0; ///< of the uncompressed tar
    std::uint64_t indexBytes = 0; ///< of its file index; 0 when that is missing
};

/// The instruction of a Dockerfile that made an entry of an image's history.
struct StepOrigin {
    std::string dockerfile; ///< as whoever asked for the build named it; "" = not told
    int line = 0; ///< 1-based
    int endLine = 0;
    std::string stage; ///< its name, or its number from 0
    bool operator==(const StepOrigin&) const = default;
};
/// One per history entry; nothing = not known.
using StepOrigins = std::vector<std::optional<StepOrigin>>;

struct Image {
    Digest id; ///< of the configuration's bytes
    oci::ImageConfig config;
    std::string configJson; ///< the bytes themselves
    std::vector<std::string> references; ///< full names, sorted: docker.io/library/busybox:latest
    std::vector<Digest> chains; ///< chain id of each layer, base first
    std::uint64_t bytes = 0; ///< of all its layers
    Time created; ///< from the configuration; 1970 where it says nothing
    Time lastTagged; ///< when a name last was given to it; when it came, if never

    /// Chain id of the whole, empty for an image without layers.
    Digest chain() const { return chains.empty() ? Digest() : chains.back(); }
};

struct Progress {
    std::string phase; ///< "reading", "unpacking", "storing"
    std::string item; ///< short digest of a layer, or empty
    std::uint64_t current = 0; ///< bytes
    std::uint64_t total = 0; ///< 0 = not known
};
/// Called from the thread that called the store; must not call the store.
using ProgressSink = std::function<void(const Progress&)>;

struct LoadedImage {
    Digest id;
    std::vector<std::string> references; ///< names it got
    bool existed = false; ///< the image was there already
};
/// A name in the archive that some other image had here: load moved nothing silently (CVE-2026-50195).
struct MovedReference {
    std::string reference;
    Digest from;
    Digest to;
};
struct LoadReport {
    std::vector<LoadedImage> images;
    std::vector<MovedReference> moved;
    std::vector<std::string> warnings; ///< sentences
};

/// What happens when the archive names an image as another one is named already.
enum class Retag {
    Move, ///< as `docker load` does; listed in LoadReport::moved
    Keep, ///< the name stays where it is; listed in LoadReport::warnings
};

struct RemoveReport {
    std::vector<std::string> untagged; ///< full names
    std::vector<Digest> deleted; ///< images
    std::uint64_t freed = 0; ///< bytes, as the catalogue counts them
};

/// What the start-up scan did, one sentence each.
struct HealReport {
    std::vector<std::string> healed;
    std::vector<std::string> damaged; ///< what could not be healed: images that miss layers, and why
};

struct StoreUse {
    std::uint64_t images = 0, layers = 0, layerBytes = 0, blobs = 0, blobBytes = 0;
    std::uint64_t cacheRecords = 0, cacheBytes = 0; ///< layers that only the build cache keeps
};

} // namespace darsena::store
