// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/stages/layout.h"

#include <graphviz/gvc.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>

namespace darsena::dockerfile {

namespace {

constexpr double PointsPerInch = 72;
constexpr double LetterWidth = 6.7; // of the labels' 11 px monospace
constexpr double MaxLabelWidth = 170;

enum class Flow {
    Columns, ///< FROM downwards, copies sideways
    Rightwards, ///< every edge to the right
};

Box boxAt(Point corner, Size size)
{
    return {.x = corner.x, .y = corner.y, .width = size.width, .height = size.height};
}

Point pointAt(const EdgeCurve& curve, double t)
{
    const double u = 1 - t;
    const auto at = [&](double a, double b, double c, double d) {
        return u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d;
    };
    return {.x = at(curve.start.x, curve.control1.x, curve.control2.x, curve.tip.x),
        .y = at(curve.start.y, curve.control1.y, curve.control2.y, curve.tip.y)};
}

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
std::vector<Point> place(const StagePicture& picture, const std::vector<Size>& sizes, Flow flow)
{
    const std::lock_guard lock(graphvizMutex);
    std::string name = "stages";
    Agraph_t* graph = agopen(name.data(), Agdirected, nullptr);
    if (!graph)
        return {};
    set(graph, "rankdir", flow == Flow::Columns ? "TB" : "LR");
    // Labels stand between the cards: room for the longest, within reason.
    std::size_t letters = 0;
    for (const PictureEdge& edge : picture.edges)
        letters = std::max(letters, edge.label.size());
    const double label = std::clamp(static_cast<double>(letters) * LetterWidth + 24, 72.0, MaxLabelWidth);
    set(graph, "nodesep", flow == Flow::Columns ? std::to_string(label / PointsPerInch) : "0.4");
    set(graph, "ranksep", flow == Flow::Columns ? "0.36" : std::to_string(label / PointsPerInch));
    set(graph, "splines", "false");
    set(graph, "ordering", "out");
    std::vector<Agnode_t*> nodes;
    for (std::size_t i = 0; i < picture.nodes.size(); ++i) {
        std::string id = "n" + std::to_string(i);
        Agnode_t* node = agnode(graph, id.data(), 1);
        set(node, "shape", "box");
        set(node, "label", "");
        set(node, "fixedsize", "true");
        set(node, "width", std::to_string(sizes[i].width / PointsPerInch));
        set(node, "height", std::to_string(sizes[i].height / PointsPerInch));
        nodes.push_back(node);
    }
    for (const PictureEdge& edge : picture.edges) {
        if (edge.from == edge.to)
            continue;
        // Without a name each is an edge of its own, also between the same two nodes.
        Agedge_t* drawn = agedge(graph, nodes[edge.from], nodes[edge.to], nullptr, 1);
        const bool fromImage = picture.nodes[edge.from].kind == PictureNode::Kind::Image;
        if (flow == Flow::Columns && edge.kind != EdgeKind::From && !fromImage)
            set(drawn, "constraint", "false");
        set(drawn, "weight", edge.kind == EdgeKind::From ? "8" : "1");
    }

    std::vector<Point> corners;
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
            corners.push_back({.x = x - sizes[i].width / 2, .y = -y - sizes[i].height / 2});
        }
        gvFreeLayout(context(), graph);
    }
    agclose(graph);
    return corners;
}

/// The nodes of one rank hang from one line instead of being centred on it: that is how a reader scans cards.
void alignTops(std::vector<Point>& corners, const std::vector<Size>& sizes)
{
    std::vector<std::size_t> order(corners.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    const auto centre = [&](std::size_t i) { return corners[i].y + sizes[i].height / 2; };
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return centre(a) < centre(b); });
    for (std::size_t begin = 0; begin < order.size();) {
        std::size_t end = begin;
        double top = corners[order[begin]].y;
        while (end < order.size() && std::abs(centre(order[end]) - centre(order[begin])) < 2) {
            top = std::min(top, corners[order[end]].y);
            ++end;
        }
        for (std::size_t i = begin; i < end; ++i)
            corners[order[i]].y = top;
        begin = end;
    }
}

/// Dot does not care which of two columns stands left: what is copied shall go to the right, as people read.
void turnToTheRight(const StagePicture& picture, std::vector<Point>& corners, const std::vector<Size>& sizes)
{
    double drift = 0;
    for (const PictureEdge& edge : picture.edges) {
        if (edge.kind != EdgeKind::From)
            drift += corners[edge.to].x - corners[edge.from].x;
    }
    if (drift >= 0)
        return;
    for (std::size_t i = 0; i < corners.size(); ++i)
        corners[i].x = -corners[i].x - sizes[i].width;
}

std::vector<Point> oneColumn(const std::vector<Size>& sizes)
{
    std::vector<Point> corners;
    double y = 0;
    for (const Size& size : sizes) {
        corners.push_back({.x = -size.width / 2, .y = y});
        y += size.height + 26;
    }
    return corners;
}

Box boundsOf(const std::vector<Point>& corners, const std::vector<Size>& sizes)
{
    Box bounds;
    for (std::size_t i = 0; i < corners.size(); ++i)
        bounds = i == 0 ? boxAt(corners[i], sizes[i]) : bounds.united(boxAt(corners[i], sizes[i]));
    return bounds;
}

double fitScale(const Box& bounds, Size room)
{
    if (bounds.width <= 0 || bounds.height <= 0 || room.width <= 0 || room.height <= 0)
        return 1;
    return std::min({ room.width / (bounds.width + 40), room.height / (bounds.height + 40), 1.0 });
}

EdgeCurve routeDown(const Box& from, const Box& to)
{
    const Point start {.x = from.centre().x, .y = from.bottom()};
    // Straight down where the cards overlap enough; else into the top at the nearest place.
    const double inset = std::min(30.0, to.width / 2);
    const Point tip {.x = std::clamp(start.x, to.x + inset, to.right() - inset), .y = to.y};
    const double bend = std::max(12.0, (tip.y - start.y) / 2);
    return {.start = start,
        .control1 = {.x = start.x, .y = start.y + bend},
        .control2 = {.x = tip.x, .y = tip.y - bend},
        .tip = tip,
        .direction = {.x = 0, .y = 1},
        .label = {.x = (start.x + tip.x) / 2, .y = (start.y + tip.y) / 2}};
}

EdgeCurve routeAcross(const Box& from, double fromY, const Box& to, double toY)
{
    // To the right, to the left, or, one above the other, out and in again on the right.
    double out = 1;
    double in = 1;
    Point start {.x = from.right(), .y = fromY};
    Point tip {.x = to.x, .y = toY};
    if (to.x < from.right() - 1) {
        in = -1;
        tip.x = to.right();
        if (to.right() <= from.x + 1) {
            out = -1;
            start.x = from.x;
        }
    }
    const double bend = std::max(36.0, std::abs(tip.x - start.x) / 2);
    EdgeCurve route {.start = start,
        .control1 = {.x = start.x + out * bend, .y = start.y},
        .control2 = {.x = tip.x - in * bend, .y = tip.y},
        .tip = tip,
        .direction = {.x = in, .y = 0},
        .label = {}};
    route.label = pointAt(route, 0.5);
    return route;
}

Box boundsOf(const EdgeCurve& curve)
{
    // Sampling is exact enough for a margin of a few units around it.
    Box bounds {.x = curve.start.x, .y = curve.start.y, .width = 0, .height = 0};
    for (int step = 1; step <= 16; ++step) {
        const Point point = pointAt(curve, step / 16.0);
        bounds = bounds.united({.x = point.x, .y = point.y, .width = 0, .height = 0});
    }
    return bounds;
}

} // namespace

Box Box::united(const Box& other) const
{
    const double left = std::min(x, other.x);
    const double top = std::min(y, other.y);
    return {.x = left,
        .y = top,
        .width = std::max(right(), other.right()) - left,
        .height = std::max(bottom(), other.bottom()) - top};
}

Size nodeSize(const PictureNode& node, double pillWidth)
{
    if (node.kind == PictureNode::Kind::Image)
        return {.width = std::clamp(pillWidth + card::PillPadding, 90.0, card::Width), .height = card::PillHeight};
    return {.width = card::Width,
        .height = card::Header + card::Row * static_cast<double>(node.rows.size()) + card::Bottom};
}

double rowCentre(int row)
{
    return row < 0 ? card::Header / 2 : card::Header + card::Row * (row + 0.5);
}

PictureLayout layOut(const StagePicture& picture, const std::vector<double>& pillWidths, Size room)
{
    PictureLayout layout;
    if (picture.nodes.empty())
        return layout;
    std::vector<Size> sizes;
    for (std::size_t i = 0; i < picture.nodes.size(); ++i)
        sizes.push_back(nodeSize(picture.nodes[i], i < pillWidths.size() ? pillWidths[i] : 0));

    std::vector<Point> corners = place(picture, sizes, Flow::Columns);
    if (corners.size() == sizes.size()) {
        alignTops(corners, sizes);
        turnToTheRight(picture, corners, sizes);
        const double scale = fitScale(boundsOf(corners, sizes), room);
        if (scale < 0.62) {
            std::vector<Point> other = place(picture, sizes, Flow::Rightwards);
            if (other.size() == sizes.size() && fitScale(boundsOf(other, sizes), room) > scale * 1.15)
                corners = std::move(other);
        }
    } else {
        corners = oneColumn(sizes);
    }

    const Box placed = boundsOf(corners, sizes);
    layout.bounds = {.x = 0, .y = 0, .width = placed.width, .height = placed.height};
    for (std::size_t i = 0; i < corners.size(); ++i)
        layout.nodes.push_back(boxAt({.x = corners[i].x - placed.x, .y = corners[i].y - placed.y}, sizes[i]));

    for (const PictureEdge& edge : picture.edges) {
        const Box& from = layout.nodes[edge.from];
        const Box& to = layout.nodes[edge.to];
        const bool below = to.y >= from.bottom() - 1;
        const bool image = picture.nodes[edge.from].kind == PictureNode::Kind::Image;
        if (edge.kind == EdgeKind::From && below)
            layout.edges.push_back(routeDown(from, to));
        else
            layout.edges.push_back(routeAcross(from, image ? from.centre().y : from.y + rowCentre(edge.fromRow), to,
                to.y + rowCentre(edge.toRow)));
        layout.bounds = layout.bounds.united(boundsOf(layout.edges.back()));
    }
    return layout;
}

} // namespace darsena::dockerfile
