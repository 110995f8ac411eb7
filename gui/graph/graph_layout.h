// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/stages/layout.h"
#include "gui/graph/graph_model.h"

#include <QPainterPath>
#include <QPointF>
#include <QRectF>
#include <QSizeF>

#include <vector>

namespace darsena::gui {

namespace card = dockerfile::card;

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

/// core/dockerfile's layout (stages/layout.h) in Qt's types. @p pillWidths: the width of each node's title where it is
/// an image. Slow (milliseconds): for a worker.
GraphLayout layOut(const GraphModel& model, const std::vector<qreal>& pillWidths, QSizeF room);

/// The middle of a row, relative to its card's top.
qreal rowCentre(int row);

} // namespace darsena::gui
