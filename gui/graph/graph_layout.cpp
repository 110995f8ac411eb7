// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/graph/graph_layout.h"

namespace darsena::gui {
namespace {

QPointF toQPoint(dockerfile::Point point)
{
    return { point.x, point.y };
}

QRectF toQRect(const dockerfile::Box& box)
{
    return { box.x, box.y, box.width, box.height };
}

} // namespace

qreal rowCentre(int row)
{
    return dockerfile::rowCentre(row);
}

GraphLayout layOut(const GraphModel& model, const std::vector<qreal>& pillWidths, QSizeF room)
{
    const dockerfile::PictureLayout placed
        = dockerfile::layOut(model.picture, pillWidths, { .width = room.width(), .height = room.height() });
    GraphLayout layout;
    layout.bounds = toQRect(placed.bounds);
    for (const dockerfile::Box& box : placed.nodes)
        layout.nodes.push_back(toQRect(box));
    for (const dockerfile::EdgeCurve& curve : placed.edges) {
        EdgeRoute route;
        route.path.moveTo(toQPoint(curve.start));
        route.path.cubicTo(toQPoint(curve.control1), toQPoint(curve.control2), toQPoint(curve.tip));
        route.tip = toQPoint(curve.tip);
        route.direction = toQPoint(curve.direction);
        route.label = toQPoint(curve.label);
        layout.edges.push_back(std::move(route));
    }
    return layout;
}

} // namespace darsena::gui
