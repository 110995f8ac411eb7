// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/os/mount.h"
#include "core/store/types.h"

#include <filesystem>
#include <memory>

namespace darsena::store {

class Store;

/// A layer in the making: an empty upper directory over a parent chain. The builder mounts overlay() and runs a step
/// in it or copies files into it, unmounts, and commits; dropping a draft removes it. One thread at a time; the store
/// must outlive it.
class LayerDraft {
public:
    ~LayerDraft();
    LayerDraft(const LayerDraft&) = delete;
    LayerDraft& operator=(const LayerDraft&) = delete;

    /// Chain id of what is below; empty for a base.
    const Digest& parent() const { return m_parent; }
    /// Lower layers, upper and work, for os::mountOverlay.
    const os::OverlaySpec& overlay() const { return m_overlay; }

    /// Makes it a layer (DESIGN §5's order): tars the upper directory in a fixed order into a sha256 without keeping
    /// the tar, writes the index, syncfs, rename, row. Nothing may have it mounted or write there meanwhile.
    /// A layer that exists already (same parent, same content) is returned instead, and the draft removed.
    /// When the upper directory is empty this still makes a (reproducible) layer. The draft is spent either way.
    Result<Layer> commit();

    /// Whether nothing was changed so far: a step that wrote nothing needs no layer.
    Result<bool> empty() const;

private:
    friend class Store;
    LayerDraft(Store& store, Digest parent, std::string id, std::filesystem::path directory, os::OverlaySpec overlay,
        std::shared_ptr<const void> hold);

    Store& m_store;
    Digest m_parent;
    std::string m_id;
    std::filesystem::path m_directory; ///< tmp/<id>, empty once committed
    os::OverlaySpec m_overlay;
    std::shared_ptr<const void> m_hold; ///< keeps the parents from garbage collection
};

} // namespace darsena::store
