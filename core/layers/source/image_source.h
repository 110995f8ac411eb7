// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/stream.h"
#include "core/base/digest.h"
#include "core/base/result.h"
#include "core/oci/image.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace darsena::layers {

/// One layer as a source keeps it.
struct SourceLayer {
    Digest diffId; ///< of the uncompressed tar; as the configuration says, not yet proven
    std::uint64_t storedBytes = 0; ///< compressed or not, as the source has it; 0 = not known
    std::string where; ///< for messages: "blobs/sha256/ab12…", "layer.tar of …"
};

/// An image's documents.
struct SourceImage {
    std::string name; ///< "hello:latest"; when it has none, what the source is called
    Digest id; ///< of the configuration
    oci::ImageConfig config;
    std::string configText; ///< its bytes
    std::vector<SourceLayer> layers; ///< base first, as many as config.diffIds
};

/// One image of those that a source holds: another tag, another platform.
struct SourceChoice {
    std::string name; ///< tag or reference, maybe empty
    oci::Platform platform; ///< maybe empty: not said before the configuration is read
    Digest manifest; ///< empty: a docker-archive has none
    std::size_t number = 0; ///< the source's own
};

/// What a source tells of a layer that it has taken apart before.
struct ReadyIndex {
    std::string bytes; ///< as IndexWriter writes them
    std::uint64_t tarBytes = 0; ///< of the layer, uncompressed
};

/// Where an image's documents and layers come from and can be had in any order: an archive file, a layout directory, a
/// registry. What can only be read from front to back is first made such a one (see openStream).
/// Errors everywhere: NotFound, Corrupt, TooLarge, Unsupported, System, naming the archive and what in it.
class ImageSource {
public:
    virtual ~ImageSource() = default;
    /// What there is, attestations and artifacts that are no images left out. Errors: NotFound when nothing is left.
    virtual Result<std::vector<SourceChoice>> choices() = 0;
    virtual Result<SourceImage> open(const SourceChoice& choice) = 0;
    /// The bytes of layer n of the image that was opened last, as they are kept, compressed or not. May be called and read
    /// from several threads at once.
    virtual Result<std::unique_ptr<archive::ByteSource>> layer(std::size_t n) = 0;

    // Sources that know their layers give these, so that no layer's bytes are asked for; nothing: layer(n) is to be read.
    // Of the image that was opened last; from any thread; errors do not name source and layer.
    virtual Result<std::optional<ReadyIndex>> index(std::size_t n)
    {
        static_cast<void>(n);
        return std::optional<ReadyIndex>();
    }
    /// The content that layer n stores at a path, which is as in IndexEntry. Errors: NotFound when it stores no file there,
    /// TooLarge past maxBytes.
    virtual Result<std::optional<std::string>> file(std::size_t n, const std::string& path, std::uint64_t maxBytes)
    {
        static_cast<void>(n), static_cast<void>(path), static_cast<void>(maxBytes);
        return std::optional<std::string>();
    }

    /// What messages about the source's bytes begin with: the archive's file name. "" = nothing.
    virtual std::string label() const { return {}; }
};

} // namespace darsena::layers
