// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/index.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace darsena::layers {

enum class Change { Added, Changed, Removed };
std::string_view name(Change change); ///< "added", "changed", "removed"

/// What one layer does to one path, seen against the layers below it.
struct FileChange {
    std::string path; ///< with a leading slash, as people read it
    Change change = Change::Added;
    EntryType type = EntryType::File; ///< of a removed path: what it was
    std::uint64_t size = 0; ///< of a removed file: what it had
    std::uint32_t mode = 0;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::int64_t mtime = 0; ///< seconds
    std::string link;
    /// Of a changed path: what differs. A file with none of them was stored again with the same content.
    bool content = false, metadata = false, replaced = false; ///< replaced: another type
};

/// The changes of layer n of a stack (base first), in path order. Everything visible below a removed or hidden
/// directory is reported as removed, too. A directory that the layer merely mentions (same mode, owner, xattrs) is
/// no change.
std::vector<FileChange> layerFiles(std::span<const Index* const> stack, std::size_t n);

/// The merged view of a whole stack: what a container of it would see, in path order.
struct TreeEntry {
    const IndexEntry* entry; ///< owned by the layer's Index
    std::size_t layer; ///< the layer that provides it
};
std::vector<TreeEntry> tree(std::span<const Index* const> stack);

struct LayerSums {
    std::uint64_t added = 0, changed = 0, removed = 0; ///< paths
    std::uint64_t bytes = 0; ///< of contents stored in the layer
    std::uint64_t hiddenBytes = 0; ///< of contents of the layers below that this layer hides: bytes that no longer serve
};
/// One per layer, in one pass over the stack.
std::vector<LayerSums> layerSums(std::span<const Index* const> stack);

} // namespace darsena::layers
