// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/source/image_reader.h"

#include <filesystem>

namespace darsena::layers {

/// Indexes of layers by diff id, kept from run to run and shared between images, so that a layer is read once in its life.
/// A damaged file counts as not there. Any thread, any process; a file appears whole (written aside, then renamed).
class IndexCache {
public:
    /// Nothing is made before something is stored.
    explicit IndexCache(std::filesystem::path folder);
    /// $XDG_CACHE_HOME/darsena/layers, or ~/.cache/darsena/layers.
    static std::filesystem::path defaultFolder();

    struct Found {
        std::shared_ptr<const Index> index;
        LayerFacts facts;
    };
    std::optional<Found> find(const Digest& diffId) const;
    /// Best effort: a full disk is no error of the person who looks at an image.
    void store(const Digest& diffId, std::string_view indexBytes, const LayerFacts& facts) const;
    /// Takes away the longest unused files until what is left is below the bound.
    void trim(std::uint64_t maxBytes) const;
    const std::filesystem::path& folder() const { return m_folder; }

private:
    std::filesystem::path m_folder;
};

} // namespace darsena::layers
