// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/graph/graph_layout.h"

#include <graphviz/gvc.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>

namespace darsena::gui {
namespace {

constexpr double PointsPerInch = 72;
constexpr double LetterWidth = 6.7; // of the labels' 11 px monospace
constexpr double MaxLabelWidth = 170;

enum class Flow {
    Columns, ///< FROM downwards, copies sideways
    Rightwards, ///< every edge to the right
};

/// Graphviz keeps global state: one layout at a time in the process, on one context.
std::mutex graphvizMutex;

GVC_t* context()
{
    static GVC_t* const made = [] {
        agseterr(AGMAX); // its complaints would go to stderr; a refused layout is noticed below
        return gvContext();
    }();
    return made;
}

void set(void* object, const char* name, const std::string& value)
{
    std::string key = name;
    std::string text = value;
    std::string fallback;
    agsafeset(object, key.data(), text.data(), fallback.data());
}

/// Top left corners by dot; empty if it refused.
std::vector<QPointF> place(const GraphModel& model, const std::vector<QSizeF>& sizes, Flow flow)
{
    const std::lock_guard lock(graphvizMutex);
    std::string name = "stages";
    Agraph_t* graph = agopen(name.data(), Agdirected, nullptr);
    if (!graph)
        return {};
    set(graph, "rankdir", flow == Flow::Columns ? "TB" : "LR");
    // Labels stand between the cards: room for the longest, within reason.
    qsizetype letters = 0;
    for (const GraphEdge& edge : model.edges)
        letters = std::max(letters, edge.label.size());
    const double label = std::clamp(double(letters) * LetterWidth + 24, 72.0, MaxLabelWidth);
    set(graph, "nodesep", flow == Flow::Columns ? std::to_string(label / PointsPerInch) : "0.4");
    set(graph, "ranksep", flow == Flow::Columns ? "0.36" : std::to_string(label / PointsPerInch));
    set(graph, "splines", "false");
    set(graph, "ordering", "out");
    std::vector<Agnode_t*> nodes;
    for (std::size_t i = 0; i < model.nodes.size(); ++i) {
        std::string id = "n" + std::to_string(i);
        Agnode_t* node = agnode(graph, id.data(), 1);
        set(node, "shape", "box");
        set(node, "label", "");
        set(node, "fixedsize", "true");
        set(node, "width", std::to_string(sizes[i].width() / PointsPerInch));
        set(node, "height", std::to_string(sizes[i].height() / PointsPerInch));
        nodes.push_back(node);
    }
    for (const GraphEdge& edge : model.edges) {
        if (edge.from == edge.to)
            continue;
        // Without a name each is an edge of its own, also between the same two nodes.
        Agedge_t* drawn = agedge(graph, nodes[std::size_t(edge.from)], nodes[std::size_t(edge.to)], nullptr, 1);
        const bool fromImage = model.nodes[std::size_t(edge.from)].kind == GraphNode::Kind::Image;
        if (flow == Flow::Columns && edge.kind != dockerfile::EdgeKind::From && !fromImage)
            set(drawn, "constraint", "false");
        set(drawn, "weight", edge.kind == dockerfile::EdgeKind::From ? "8" : "1");
    }

    std::vector<QPointF> corners;
    std::string engine = "dot";
    if (gvLayout(context(), graph, engine.data()) == 0) {
        attach_attrs(graph);
        std::string key = "pos";
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            const char* position = agget(nodes[i], key.data());
            double x = 0;
            double y = 0;
            if (!position || std::sscanf(position, "%lf,%lf", &x, &y) != 2) {
                corners.clear();
                break;
            }
            corners.emplace_back(x - sizes[i].width() / 2, -y - sizes[i].height() / 2);
        }
        gvFreeLayout(context(), graph);
    }
    agclose(graph);
    return corners;
}

/// The nodes of one rank hang from one line instead of being centred on it: that is how a reader scans cards.
void alignTops(std::vector<QPointF>& corners, const std::vector<QSizeF>& sizes)
{
    std::vector<std::size_t> order(corners.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    const auto centre = [&](std::size_t i) { return corners[i].y() + sizes[i].height() / 2; };
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return centre(a) < centre(b); });
    for (std::size_t begin = 0; begin < order.size();) {
        std::size_t end = begin;
        qreal top = corners[order[begin]].y();
        while (end < order.size() && std::abs(centre(order[end]) - centre(order[begin])) < 2) {
            top = std::min(top, corners[order[end]].y());
            ++end;
        }
        for (std::size_t i = begin; i < end; ++i)
            corners[order[i]].setY(top);
        begin = end;
    }
}

/// Dot does not care which of two columns stands left: what is copied shall go to the right, as people read.
void turnToTheRight(const GraphModel& model, std::vector<QPointF>& corners, const std::vector<QSizeF>& sizes)
{
    qreal drift = 0;
    for (const GraphEdge& edge : model.edges) {
        if (edge.kind != dockerfile::EdgeKind::From)
            drift += corners[std::size_t(edge.to)].x() - corners[std::size_t(edge.from)].x();
    }
    if (drift >= 0)
        return;
    for (std::size_t i = 0; i < corners.size(); ++i)
        corners[i].setX(-corners[i].x() - sizes[i].width());
}

std::vector<QPointF> oneColumn(const std::vector<QSizeF>& sizes)
{
    std::vector<QPointF> corners;
    qreal y = 0;
    for (const QSizeF& size : sizes) {
        corners.emplace_back(-size.width() / 2, y);
        y += size.height() + 26;
    }
    return corners;
}

QRectF boundsOf(const std::vector<QPointF>& corners, const std::vector<QSizeF>& sizes)
{
    QRectF bounds;
    for (std::size_t i = 0; i < corners.size(); ++i)
        bounds |= QRectF(corners[i], sizes[i]);
    return bounds;
}

qreal fitScale(const QRectF& bounds, QSizeF room)
{
    if (bounds.isEmpty() || room.isEmpty())
        return 1;
    return std::min({ room.width() / (bounds.width() + 40), room.height() / (bounds.height() + 40), 1.0 });
}

EdgeRoute routeDown(const QRectF& from, const QRectF& to)
{
    EdgeRoute route;
    const QPointF start(from.center().x(), from.bottom());
    // Straight down where the cards overlap enough; else into the top at the nearest place.
    const qreal inset = std::min(30.0, to.width() / 2);
    const qreal x = std::clamp(start.x(), to.left() + inset, to.right() - inset);
    route.tip = QPointF(x, to.top());
    route.direction = QPointF(0, 1);
    const qreal bend = std::max(12.0, (route.tip.y() - start.y()) / 2);
    route.path.moveTo(start);
    if (std::abs(x - start.x()) < 0.5)
        route.path.lineTo(route.tip);
    else
        route.path.cubicTo(start + QPointF(0, bend), route.tip - QPointF(0, bend), route.tip);
    route.label = QPointF((start.x() + x) / 2, (start.y() + route.tip.y()) / 2);
    return route;
}

EdgeRoute routeAcross(const QRectF& from, qreal fromY, const QRectF& to, qreal toY)
{
    EdgeRoute route;
    QPointF start;
    QPointF out;
    if (to.left() >= from.right() - 1) { // to the right
        start = QPointF(from.right(), fromY);
        route.tip = QPointF(to.left(), toY);
        out = QPointF(1, 0);
        route.direction = QPointF(1, 0);
    } else if (to.right() <= from.left() + 1) { // to the left
        start = QPointF(from.left(), fromY);
        route.tip = QPointF(to.right(), toY);
        out = QPointF(-1, 0);
        route.direction = QPointF(-1, 0);
    } else { // one above the other: out and in again on the right
        start = QPointF(from.right(), fromY);
        route.tip = QPointF(to.right(), toY);
        out = QPointF(1, 0);
        route.direction = QPointF(-1, 0);
    }
    const qreal distance = std::abs(route.tip.x() - start.x());
    const qreal bend = std::max(36.0, distance / 2);
    route.path.moveTo(start);
    route.path.cubicTo(start + out * bend, route.tip - route.direction * bend, route.tip);
    route.label = route.path.pointAtPercent(0.5);
    return route;
}

} // namespace

QSizeF nodeSize(const GraphNode& node, qreal pillWidth)
{
    if (node.kind == GraphNode::Kind::Image)
        return QSizeF(std::clamp(pillWidth + card::PillPadding, 90.0, card::Width), card::PillHeight);
    return QSizeF(card::Width, card::Header + card::Row * qreal(node.rows.size()) + card::Bottom);
}

qreal rowCentre(int row)
{
    return row < 0 ? card::Header / 2 : card::Header + card::Row * (row + 0.5);
}

GraphLayout layOut(const GraphModel& model, const std::vector<qreal>& pillWidths, QSizeF room)
{
    GraphLayout layout;
    if (model.nodes.empty())
        return layout;
    std::vector<QSizeF> sizes;
    for (std::size_t i = 0; i < model.nodes.size(); ++i)
        sizes.push_back(nodeSize(model.nodes[i], i < pillWidths.size() ? pillWidths[i] : 0));

    std::vector<QPointF> corners = place(model, sizes, Flow::Columns);
    if (corners.size() == sizes.size()) {
        alignTops(corners, sizes);
        turnToTheRight(model, corners, sizes);
        const qreal scale = fitScale(boundsOf(corners, sizes), room);
        if (scale < 0.62) {
            std::vector<QPointF> other = place(model, sizes, Flow::Rightwards);
            if (other.size() == sizes.size() && fitScale(boundsOf(other, sizes), room) > scale * 1.15)
                corners = std::move(other);
        }
    } else {
        corners = oneColumn(sizes);
    }

    layout.bounds = boundsOf(corners, sizes);
    const QPointF origin = layout.bounds.topLeft();
    layout.bounds.moveTo(0, 0);
    for (std::size_t i = 0; i < corners.size(); ++i)
        layout.nodes.emplace_back(corners[i] - origin, sizes[i]);

    for (const GraphEdge& edge : model.edges) {
        const QRectF& from = layout.nodes[std::size_t(edge.from)];
        const QRectF& to = layout.nodes[std::size_t(edge.to)];
        const bool below = to.top() >= from.bottom() - 1;
        const bool image = model.nodes[std::size_t(edge.from)].kind == GraphNode::Kind::Image;
        if (edge.kind == dockerfile::EdgeKind::From && below)
            layout.edges.push_back(routeDown(from, to));
        else
            layout.edges.push_back(routeAcross(from, image ? from.center().y() : from.top() + rowCentre(edge.fromRow), to,
                to.top() + rowCentre(edge.toRow)));
        layout.bounds |= layout.edges.back().path.boundingRect();
    }
    return layout;
}

} // namespace darsena::gui
