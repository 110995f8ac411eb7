// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/graph/graph_model.h"

#include <QPainterPath>
#include <QPointF>
#include <QRectF>
#include <QSizeF>

#include <vector>

namespace darsena::gui {

/// Measures of cards in scene units.
namespace card {
inline constexpr qreal Width = 252, Header = 30, Row = 24, Bottom = 6, PillHeight = 30, PillPadding = 34;
}

struct EdgeRoute {
    QPainterPath path; ///< from the source to the tip of the arrow
    QPointF tip;
    QPointF direction; ///< of the arrow, length 1
    QPointF label; ///< the middle of the label's place
};

/// Where everything stands, in scene units.
struct GraphLayout {
    std::vector<QRectF> nodes; ///< as GraphModel::nodes
    std::vector<EdgeRoute> edges; ///< as GraphModel::edges
    QRectF bounds;
};

/// Places the nodes with Graphviz (dot) and draws the edges from row to row. FROM goes downwards; what is copied goes
/// sideways, unless that makes the picture fit @p room worse than a layout in which everything goes to the right.
/// @p pillWidths: the width of each node's title where it is an image. Slow (milliseconds): for a worker; safe from any
/// thread, one layout at a time. Never fails: if Graphviz refuses, nodes stand in one column.
GraphLayout layOut(const GraphModel& model, const std::vector<qreal>& pillWidths, QSizeF room);

/// Size of a node as it is painted.
QSizeF nodeSize(const GraphNode& node, qreal pillWidth);
/// The middle of a row, relative to its card's top.
qreal rowCentre(int row);

} // namespace darsena::gui
