// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/sizes/treemap_layout.h"

#include <algorithm>

namespace darsena::gui {
namespace {

using NodeId = SizeTree::NodeId;
using Kind = SizeBlock::Kind;

class Treemap {
public:
    Treemap(const SizeTree& tree, const TreemapMeasures& measures)
        : m_tree(tree)
        , m_measures(measures)
    {
    }

    void directory(NodeId node, const QRectF& box, int depth)
    {
        const auto children = m_tree.children(node);
        const std::size_t mine = m_blocks.size();
        m_blocks.push_back({ node, children.empty() ? Kind::File : Kind::Directory, false, depth, box, {}, m_tree.bytes(node), 0 });
        if (children.empty())
            return;
        const double edge = m_measures.padding;
        QRectF inside = box.adjusted(edge, edge, -edge, -edge);
        if (box.height() >= 2 * m_measures.header && box.width() >= 2 * m_measures.header) {
            m_blocks[mine].header = QRectF(box.left(), box.top(), box.width(), m_measures.header);
            inside.setTop(box.top() + m_measures.header);
        }
        // A frame around nearly nothing says less than a plain block.
        if (inside.width() < 3 * m_measures.least || inside.height() < 3 * m_measures.least)
            return;
        m_blocks[mine].open = true;
        fill(node, children, inside, depth + 1);
    }

    SizeBlocks take() { return std::move(m_blocks); }

private:
    /// A child, or what a directory holds itself (a file whose path became a directory).
    struct Item {
        NodeId node = 0;
        std::uint64_t bytes = 0;
        bool self = false;
    };

    void fill(NodeId parent, std::span<const NodeId> children, QRectF rest, int depth)
    {
        const std::uint64_t own = m_tree.own(parent);
        const std::size_t count = children.size() + (own > 0 ? 1 : 0);
        const auto item = [&](std::size_t i) {
            if (own > 0 && i == 0)
                return Item { parent, own, true };
            const NodeId node = children[i - (own > 0 ? 1 : 0)];
            return Item { node, m_tree.bytes(node), false };
        };
        const double scale = rest.width() * rest.height() / static_cast<double>(m_tree.bytes(parent));
        const double leastArea = m_measures.least * m_measures.least;
        std::size_t at = 0;
        std::uint64_t left = m_tree.bytes(parent);
        while (at < count) {
            const double side = std::min(rest.width(), rest.height());
            if (static_cast<double>(item(at).bytes) * scale < leastArea || side < m_measures.least) {
                m_blocks.push_back({ parent, Kind::Rest, false, depth, rest, {}, left, static_cast<std::uint32_t>(count - at) });
                return;
            }
            // A row along the shorter side takes items while its worst one gets squarer.
            const std::size_t first = at;
            double area = 0;
            double worst = 0;
            const double largest = static_cast<double>(item(first).bytes) * scale;
            while (at < count) {
                const double next = static_cast<double>(item(at).bytes) * scale;
                const double sum = area + next;
                const double smallest = std::min(next, largest);
                const double biggest = std::max(next, largest);
                const double shape = std::max(side * side * biggest / (sum * sum), sum * sum / (side * side * smallest));
                if (at > first && (shape > worst || next < leastArea))
                    break;
                worst = shape;
                area = sum;
                ++at;
            }
            place(item, first, at, area, scale, depth, rest);
            for (std::size_t i = first; i < at; ++i)
                left -= item(i).bytes;
        }
    }

    template<typename ItemAt>
    void place(const ItemAt& item, std::size_t first, std::size_t end, double area, double scale, int depth, QRectF& rest)
    {
        const bool column = rest.width() >= rest.height();
        const double side = column ? rest.height() : rest.width();
        const double thick = std::min(area / side, column ? rest.width() : rest.height());
        double along = 0;
        for (std::size_t i = first; i < end; ++i) {
            const Item it = item(i);
            const double length = thick > 0 ? std::min(static_cast<double>(it.bytes) * scale / thick, side - along) : 0;
            const QRectF box = column ? QRectF(rest.left(), rest.top() + along, thick, length)
                                      : QRectF(rest.left() + along, rest.top(), length, thick);
            along += length;
            if (it.self)
                m_blocks.push_back({ it.node, Kind::File, false, depth, box, {}, it.bytes, 0 });
            else
                directory(it.node, box, depth);
        }
        if (column)
            rest.setLeft(rest.left() + thick);
        else
            rest.setTop(rest.top() + thick);
    }

    const SizeTree& m_tree;
    const TreemapMeasures m_measures;
    SizeBlocks m_blocks;
};

} // namespace

SizeBlocks layOutTreemap(const SizeTree& tree, NodeId top, const QRectF& area, const TreemapMeasures& measures)
{
    if (tree.bytes(top) == 0 || area.width() < measures.least || area.height() < measures.least)
        return {};
    Treemap map(tree, measures);
    map.directory(top, area, 0);
    return map.take();
}

} // namespace darsena::gui
