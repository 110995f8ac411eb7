// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/sizes/size_block.h"

#include <limits>

namespace darsena::gui {

int blockAt(const SizeBlocks& blocks, const QPointF& point)
{
    for (std::size_t i = blocks.size(); i-- > 0;) {
        const QRectF& box = blocks[i].box;
        if (point.x() >= box.left() && point.x() < box.right() && point.y() >= box.top() && point.y() < box.bottom())
            return static_cast<int>(i);
    }
    return -1;
}

int blockOf(const SizeBlocks& blocks, layers::Stack::NodeId node)
{
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (blocks[i].node == node && blocks[i].kind != SizeBlock::Kind::Rest)
            return static_cast<int>(i);
    }
    return -1;
}

int blockBeside(const SizeBlocks& blocks, int from, Direction direction, bool sameDepth)
{
    if (from < 0 || from >= static_cast<int>(blocks.size()))
        return -1;
    const SizeBlock& start = blocks[static_cast<std::size_t>(from)];
    const QRectF a = start.box;
    int best = -1;
    double bestCost = std::numeric_limits<double>::max();
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const SizeBlock& block = blocks[i];
        const QRectF& b = block.box;
        if (static_cast<int>(i) == from || block.kind == SizeBlock::Kind::Rest || (sameDepth && block.depth > start.depth))
            continue;
        // Half a pixel of tolerance: edges of neighbours are computed, not equal. What contains the start is on no side.
        double away = 0, aside = 0;
        switch (direction) {
        case Direction::Left: away = a.left() - b.right(); break;
        case Direction::Right: away = b.left() - a.right(); break;
        case Direction::Up: away = a.top() - b.bottom(); break;
        case Direction::Down: away = b.top() - a.bottom(); break;
        }
        if (away < -0.5)
            continue;
        const bool across = direction == Direction::Left || direction == Direction::Right;
        const double middle = across ? a.center().y() : a.center().x();
        const double low = across ? b.top() : b.left();
        const double high = across ? b.bottom() : b.right();
        if (middle < low)
            aside = low - middle;
        else if (middle > high)
            aside = middle - high;
        // One straight ahead is nearer than one aside; of several at one place the one nearest in depth.
        const double cost = std::max(0.0, away) + 3 * aside + 0.01 * std::abs(block.depth - start.depth);
        if (cost < bestCost) {
            bestCost = cost;
            best = static_cast<int>(i);
        }
    }
    return best;
}

} // namespace darsena::gui
