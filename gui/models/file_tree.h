// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/layer.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace darsena::gui {

/// The files of one layer, as the engine lists them; shared because several trees are made of the same layers.
struct LayerFiles {
    std::int64_t index = 0; ///< position in the image's history
    std::vector<model::FileChange> files;
};

/// A tree of files made of the layers of an image, immutable once built: built in any thread, shown in another.
/// Nodes lie in one array, the root first; the children of a node are a contiguous run of it.
class FileTree {
public:
    enum class Kind : std::uint8_t { File, Directory, Link, HardLink, Device, Fifo, Socket };
    enum class Change : std::uint8_t {
        None, ///< as the layers below left it
        Added,
        Changed,
        Removed, ///< was below, is gone
    };
    /// What the tree shows.
    enum class Scope : std::uint8_t {
        OnlyLayer, ///< what the topmost layer given adds, changes and removes
        AsOfLayer, ///< all files one would see there, and what that layer removed
    };

    struct Node {
        std::string name; ///< UTF-8; "/" for the root
        std::string link;
        std::int64_t size = 0; ///< of a directory: of all that lies beneath and is not removed
        std::int64_t removedBytes = 0; ///< of what the topmost layer removed, here and beneath
        std::int64_t mtime = 0;
        std::int64_t mode = 0;
        std::int64_t uid = 0;
        std::int64_t gid = 0;
        std::int32_t layer = -1; ///< which layer wrote it: an index of the history; -1 = no layer named it
        std::int32_t parent = -1;
        std::int32_t firstChild = 0;
        std::int32_t childCount = 0;
        std::int32_t files = 0; ///< paths beneath that are no directories, removed ones included
        Kind kind = Kind::Directory;
        Change change = Change::None;
        bool changesBeneath = false; ///< something beneath is added, changed or removed
    };
    struct Totals {
        std::int64_t added = 0;
        std::int64_t changed = 0;
        std::int64_t removed = 0;
    };

    /// Of layers[0 … n], lowest first; the last one is the topmost and decides the marks. A path that a layer removes
    /// takes all beneath it along. An empty span gives a tree with a root only.
    static std::shared_ptr<const FileTree> build(std::span<const std::shared_ptr<const LayerFiles>> layers, Scope scope);

    const std::vector<Node>& nodes() const { return m_nodes; }
    const Node& node(std::int32_t index) const { return m_nodes[static_cast<std::size_t>(index)]; }
    const Totals& totals() const { return m_totals; }
    /// "/usr/bin/hello"; "/" for the root.
    std::string path(std::int32_t index) const;
    /// The node at an absolute path, or -1.
    std::int32_t find(std::string_view path) const;

private:
    FileTree() = default;

    std::vector<Node> m_nodes;
    Totals m_totals;
};

} // namespace darsena::gui
