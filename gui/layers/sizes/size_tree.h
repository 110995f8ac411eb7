// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/analysis.h"
#include "core/layers/filter.h"
#include "core/layers/view.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

namespace darsena::gui {

/// What a block of a picture of sizes is as large as.
enum class SizeMeasure {
    Visible, ///< what the view shows as being there
    Changes, ///< that, and what its layers remove
    Stored, ///< every stored copy of the whole image, those that no container sees among them
};

/// The bytes of an image's directories, summed and sorted for pictures. Immutable; made in a worker (some tens of
/// milliseconds for 300 000 paths), read by layouts that then look only at what is large enough to be seen.
class SizeTree {
public:
    using NodeId = layers::Stack::NodeId;

    /// Only what the selection shows counts, if there is one. Stored takes the bytes from @p analysis, which it needs, and
    /// the last layer's view, not from @p view. A stopped one is of no use.
    static SizeTree of(const layers::Stack& stack, const layers::View& view, SizeMeasure measure,
        const layers::Selection* selection = nullptr, const layers::Analysis* analysis = nullptr, std::stop_token stop = {});

    SizeTree() = default;

    SizeMeasure measure() const { return m_measure; }
    std::uint64_t bytes(NodeId node) const { return m_bytes[node]; } ///< here and beneath
    std::uint64_t own(NodeId node) const { return m_own[node]; } ///< without what is beneath
    std::uint64_t wasted(NodeId node) const { return m_wasted.empty() ? 0 : m_wasted[node]; } ///< here and beneath; Stored only
    /// The layer that stores a file's bytes; of a directory that of the largest file in it; layers::Stack::none without bytes.
    std::uint32_t layer(NodeId node) const { return m_layer[node]; }
    /// Those with bytes, largest first, then by path.
    std::span<const NodeId> children(NodeId node) const
    {
        return std::span(m_children).subspan(m_firstChild[node], m_firstChild[node + 1] - m_firstChild[node]);
    }

    /// The bytes of a subtree by the layer that stores them, largest first.
    struct Share {
        std::uint32_t layer = 0;
        std::uint64_t bytes = 0;
        bool operator==(const Share&) const = default;
    };
    std::vector<Share> shares(const layers::Stack& stack, NodeId node) const;

private:
    void sortChildren(const layers::Stack& stack);

    SizeMeasure m_measure = SizeMeasure::Visible;
    std::vector<std::uint64_t> m_bytes, m_own, m_wasted;
    std::vector<std::uint32_t> m_layer;
    std::vector<NodeId> m_children; ///< of node n: [m_firstChild[n], m_firstChild[n + 1])
    std::vector<std::uint32_t> m_firstChild;
};

} // namespace darsena::gui
