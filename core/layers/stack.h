// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/index.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace darsena::layers {

/// The layers of an image put together: a node for every path that any of them names, and for each node the layers that
/// have it. Nodes lie in path order (archive::pathBefore), so that a subtree is a run of them and every question about
/// the whole is one pass over arrays. Immutable once built: built in any thread, read in many.
class Stack {
public:
    using NodeId = std::uint32_t;
    static constexpr NodeId root = 0; ///< always there
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

    struct Node {
        std::string_view path; ///< relative, clean; "" = the root. Lives as long as the stack
        NodeId parent = none; ///< none: the root
        NodeId end = 0; ///< the subtree is the nodes [this, end)
        std::uint32_t firstVersion = 0;

        std::string_view name() const { return path.substr(path.rfind('/') + 1); }
    };
    /// That a layer has an entry for a path.
    struct Version {
        std::uint32_t layer = 0;
        std::uint32_t entry = 0; ///< of the layer's Index::entries()
    };
    /// A file's content and the names that share it: bytes that are stored once, and live while any name does.
    struct SharedFile {
        std::uint32_t layer = 0; ///< that stores the bytes
        std::uint64_t bytes = 0;
        struct Name {
            NodeId node = none;
            std::uint32_t version = none; ///< index into allVersions()
        };
        std::vector<Name> names; ///< the one that holds the bytes first, the others in path order
    };

    /// Base first. A null index is a layer that is not read yet: it does nothing. Keeps the indexes.
    /// Errors: TooLarge for more than 2^31 paths or 65 535 layers.
    static Result<Stack> build(std::vector<std::shared_ptr<const Index>> layers);

    std::size_t layerCount() const { return m_layers.size(); }
    const std::shared_ptr<const Index>& layer(std::size_t n) const { return m_layers[n]; }

    const std::vector<Node>& nodes() const { return m_nodes; }
    const Node& node(NodeId id) const { return m_nodes[id]; }
    /// none when no layer names it.
    NodeId find(std::string_view path) const;

    const std::vector<Version>& allVersions() const { return m_versions; }
    /// Lowest layer first.
    std::span<const Version> versions(NodeId id) const;
    const IndexEntry& entry(const Version& version) const { return m_layers[version.layer]->entries()[version.entry]; }
    const IndexEntry& entry(std::uint32_t version) const { return entry(m_versions[version]); }

    /// Files with more than one name, by hard links.
    const std::vector<SharedFile>& sharedFiles() const { return m_sharedFiles; }

    /// What a hard link of a layer names there or, if the layer does not have it, below: a file that is no hard link itself;
    /// none when there is no such file. Takes and gives indexes into allVersions().
    std::uint32_t linkedFile(std::uint32_t hardLink) const;

private:
    Stack() = default;
    void collectSharedFiles();

    std::vector<std::shared_ptr<const Index>> m_layers;
    std::vector<Node> m_nodes;
    std::vector<Version> m_versions;
    std::vector<SharedFile> m_sharedFiles;
};

} // namespace darsena::layers
