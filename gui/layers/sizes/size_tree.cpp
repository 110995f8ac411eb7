// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/sizes/size_tree.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace darsena::gui {
namespace {

using layers::Stack;

/// Bytes at each node itself: a view's sums less those of the children.
std::vector<std::uint64_t> ownBytes(const Stack& stack, const layers::View& view, bool withRemoved)
{
    const auto& nodes = stack.nodes();
    std::vector<std::uint64_t> own(nodes.size());
    const auto sum = [&](std::size_t i) {
        const auto& cell = view.cells()[i];
        return cell.bytes + (withRemoved ? cell.removedBytes : 0);
    };
    for (std::size_t i = nodes.size(); i-- > 0;) {
        own[i] += sum(i); // from which the children have been taken: they lie behind
        if (nodes[i].parent != Stack::none)
            own[nodes[i].parent] -= sum(i); // may pass through zero until its own turn comes; unsigned wraps back
    }
    return own;
}

} // namespace

SizeTree SizeTree::of(const Stack& stack, const layers::View& view, SizeMeasure measure, const layers::Selection* selection,
    const layers::Analysis* analysis, std::stop_token stop)
{
    SizeTree tree;
    tree.m_measure = measure;
    const auto& nodes = stack.nodes();
    const bool stored = measure == SizeMeasure::Stored;
    std::optional<layers::View> whole;
    if (stored)
        whole = layers::View::of(stack, { 0, std::max<std::size_t>(1, stack.layerCount()) - 1 });
    const layers::View& used = whole ? *whole : view;

    tree.m_own = ownBytes(stack, used, measure == SizeMeasure::Changes);
    tree.m_layer.assign(nodes.size(), Stack::none);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const std::uint32_t version = used.cells()[i].version;
        if (tree.m_own[i] > 0 && version != Stack::none)
            tree.m_layer[i] = stack.allVersions()[version].layer;
    }
    if (stored && analysis) {
        tree.m_wasted.assign(nodes.size(), 0);
        for (const layers::Waste& waste : analysis->waste) {
            tree.m_own[waste.node] += waste.bytes;
            tree.m_wasted[waste.node] += waste.bytes;
            if (tree.m_layer[waste.node] == Stack::none)
                tree.m_layer[waste.node] = waste.storedIn;
        }
    }
    if (selection && selection->shown.size() == nodes.size()) {
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            if (selection->shown[i])
                continue;
            tree.m_own[i] = 0;
            if (!tree.m_wasted.empty())
                tree.m_wasted[i] = 0;
        }
    }
    if (stop.stop_requested())
        return tree;

    tree.m_bytes = tree.m_own;
    for (std::size_t i = nodes.size(); i-- > 1;) {
        tree.m_bytes[nodes[i].parent] += tree.m_bytes[i];
        if (!tree.m_wasted.empty())
            tree.m_wasted[nodes[i].parent] += tree.m_wasted[i];
    }
    tree.sortChildren(stack);
    return tree;
}

void SizeTree::sortChildren(const Stack& stack)
{
    const auto& nodes = stack.nodes();
    m_firstChild.assign(nodes.size() + 1, 0);
    for (std::size_t i = 1; i < nodes.size(); ++i) {
        if (m_bytes[i] > 0)
            ++m_firstChild[nodes[i].parent + 1];
    }
    std::partial_sum(m_firstChild.begin(), m_firstChild.end(), m_firstChild.begin());
    m_children.resize(m_firstChild.back());
    std::vector<std::uint32_t> next(m_firstChild.begin(), m_firstChild.end() - 1);
    for (std::size_t i = 1; i < nodes.size(); ++i) {
        if (m_bytes[i] > 0)
            m_children[next[nodes[i].parent]++] = static_cast<NodeId>(i);
    }
    // Parents lie before their children: from behind, a child's layer is known when its parent asks for it.
    for (std::size_t i = nodes.size(); i-- > 0;) {
        const auto begin = m_children.begin() + m_firstChild[i];
        const auto end = m_children.begin() + m_firstChild[i + 1];
        std::sort(begin, end, [this](NodeId a, NodeId b) { return m_bytes[a] != m_bytes[b] ? m_bytes[a] > m_bytes[b] : a < b; });
        if (begin != end && (m_layer[i] == Stack::none || m_own[i] < m_bytes[*begin]))
            m_layer[i] = m_layer[*begin];
    }
}

std::vector<SizeTree::Share> SizeTree::shares(const Stack& stack, NodeId node) const
{
    std::vector<std::uint64_t> sums(stack.layerCount());
    for (NodeId i = node; i < stack.node(node).end; ++i) {
        // A directory's own layer is only that of its largest file, but then it has no bytes of its own to count.
        if (m_own[i] > 0 && m_layer[i] < sums.size())
            sums[m_layer[i]] += m_own[i];
    }
    std::vector<Share> shares;
    for (std::uint32_t layer = 0; layer < sums.size(); ++layer) {
        if (sums[layer] > 0)
            shares.push_back({ layer, sums[layer] });
    }
    std::stable_sort(shares.begin(), shares.end(), [](const Share& a, const Share& b) { return a.bytes > b.bytes; });
    return shares;
}

} // namespace darsena::gui
