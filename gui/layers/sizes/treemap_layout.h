// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/layers/sizes/size_block.h"
#include "gui/layers/sizes/size_tree.h"

namespace darsena::gui {

/// Measures of a treemap in px.
struct TreemapMeasures {
    double header = 18; ///< height of a directory's strip
    double padding = 2; ///< between a directory's edge and what is in it
    double least = 3; ///< what would be narrower, or of less area than its square, is not drawn by itself
};

/// A squarified treemap (Bruls, Huizing, van Wijk 2000) of a directory: siblings have areas in proportion to their bytes,
/// as near to squares as their order by size allows. Looks only at what can be seen, so that its cost is that of the
/// picture and not of the tree. Pure.
SizeBlocks layOutTreemap(const SizeTree& tree, SizeTree::NodeId top, const QRectF& area, const TreemapMeasures& measures = {});

} // namespace darsena::gui
