// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/layers/sizes/size_block.h"
#include "gui/layers/sizes/size_tree.h"

namespace darsena::gui {

/// Measures of a flame view in px.
struct FlameMeasures {
    double row = 22; ///< height of a level
    double least = 3; ///< what would be narrower is not drawn by itself
};

/// The directories of a tree as rows, the top one first: each block as wide as its bytes, over what is in it, largest
/// at the left. As many rows as there are levels that can be seen; they may reach below the area. Pure.
SizeBlocks layOutFlame(const SizeTree& tree, SizeTree::NodeId top, const QRectF& area, const FlameMeasures& measures = {});

} // namespace darsena::gui
