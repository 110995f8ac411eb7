// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/sizes/flame_layout.h"

namespace darsena::gui {

SizeBlocks layOutFlame(const SizeTree& tree, SizeTree::NodeId top, const QRectF& area, const FlameMeasures& measures)
{
    using Kind = SizeBlock::Kind;
    SizeBlocks blocks;
    if (tree.bytes(top) == 0 || area.width() < measures.least)
        return blocks;
    const double scale = area.width() / static_cast<double>(tree.bytes(top));
    blocks.push_back({ top, tree.children(top).empty() ? Kind::File : Kind::Directory, false, 0,
        QRectF(area.left(), area.top(), area.width(), measures.row), {}, tree.bytes(top), 0 });
    // Level by level: a block's children are appended while the list is gone through.
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const SizeBlock parent = blocks[i];
        const auto children = parent.kind == Kind::Directory ? tree.children(parent.node) : std::span<const SizeTree::NodeId>();
        double x = parent.box.left();
        std::uint64_t left = tree.bytes(parent.node) - tree.own(parent.node);
        for (std::size_t n = 0; n < children.size(); ++n) {
            const std::uint64_t bytes = tree.bytes(children[n]);
            const double width = static_cast<double>(bytes) * scale;
            blocks[i].open = true;
            if (width < measures.least) {
                blocks.push_back({ parent.node, Kind::Rest, false, parent.depth + 1,
                    QRectF(x, parent.box.bottom(), static_cast<double>(left) * scale, measures.row), {}, left,
                    static_cast<std::uint32_t>(children.size() - n) });
                break;
            }
            blocks.push_back({ children[n], tree.children(children[n]).empty() ? Kind::File : Kind::Directory, false, parent.depth + 1,
                QRectF(x, parent.box.bottom(), width, measures.row), {}, bytes, 0 });
            x += width;
            left -= bytes;
        }
    }
    return blocks;
}

} // namespace darsena::gui
