// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/stack.h"

#include <QRectF>

#include <cstdint>
#include <vector>

namespace darsena::gui {

/// One rectangle of a picture of sizes.
struct SizeBlock {
    enum class Kind : std::uint8_t {
        File, ///< nothing beneath has bytes
        Directory, ///< what is in it follows, if that is large enough
        Rest, ///< what of a directory is too small to be drawn one by one
    };
    layers::Stack::NodeId node = layers::Stack::none; ///< of Rest: the directory
    Kind kind = Kind::File;
    bool open = false; ///< a directory whose inside is drawn too
    int depth = 0; ///< 0: the top
    QRectF box; ///< px
    QRectF header; ///< the strip with a directory's name; empty where there is no room
    std::uint64_t bytes = 0;
    std::uint32_t count = 0; ///< Rest: how many entries
};

/// Parents before what is in them, so that the last block that has a point is the one that is seen there.
using SizeBlocks = std::vector<SizeBlock>;

/// The block seen at a point: an index, or -1.
int blockAt(const SizeBlocks& blocks, const QPointF& point);
/// The block of a node (never a Rest): an index, or -1.
int blockOf(const SizeBlocks& blocks, layers::Stack::NodeId node);

enum class Direction { Left, Right, Up, Down };
/// What is reached from a block by an arrow key: the nearest block on that side. No deeper than the block itself when
/// @p sameDepth, so that the arrows go from directory to directory; never an ancestor. -1: there is none.
int blockBeside(const SizeBlocks& blocks, int from, Direction direction, bool sameDepth);

} // namespace darsena::gui
