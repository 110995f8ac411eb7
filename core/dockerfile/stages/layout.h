// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/stages/picture.h"

#include <vector>

namespace darsena::dockerfile {

/// Measures of cards, in the units of the picture (pixels at a scale of 1).
namespace card {
inline constexpr double Width = 252, Header = 30, Row = 24, Bottom = 6, PillHeight = 30, PillPadding = 34;
}

struct Point {
    double x = 0, y = 0;
    bool operator==(const Point&) const = default;
};
struct Size {
    double width = 0, height = 0;
};
struct Box {
    double x = 0, y = 0, width = 0, height = 0;

    double right() const { return x + width; }
    double bottom() const { return y + height; }
    Point centre() const { return {.x = x + width / 2, .y = y + height / 2}; }
    /// The smallest box around both.
    Box united(const Box& other) const;
    bool operator==(const Box&) const = default;
};

/// From the source to the tip of the arrow: one cubic Bézier curve.
struct EdgeCurve {
    Point start, control1, control2, tip;
    Point direction; ///< of the arrow, length 1
    Point label; ///< the middle of the label's place
};

/// Where everything stands; the top left corner is near 0, 0.
struct PictureLayout {
    std::vector<Box> nodes; ///< as StagePicture::nodes
    std::vector<EdgeCurve> edges; ///< as StagePicture::edges
    Box bounds; ///< around nodes and curves
};

/// Places the nodes with Graphviz (dot) and draws the edges from row to row. FROM goes downwards; what is copied goes
/// sideways, unless that makes the picture fit `room` (none = 0) worse than a layout in which everything goes to the
/// right. `pillWidths`: the width of each node's title where it is an image. Slow (milliseconds): for a worker; safe
/// from any thread, one layout at a time. Never fails: if Graphviz refuses, nodes stand in one column.
PictureLayout layOut(const StagePicture& picture, const std::vector<double>& pillWidths, Size room);

/// Size of a node as it is drawn.
Size nodeSize(const PictureNode& node, double pillWidth);
/// The middle of a row, relative to its card's top.
double rowCentre(int row);

} // namespace darsena::dockerfile
