// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/graph/graph_model.h"

#include "gui/base/text.h"

namespace darsena::gui {
namespace {

GraphRow makeRow(const dockerfile::PictureRow& row)
{
    return { .line = int(row.line), .lastLine = int(row.lastLine), .keyword = toQString(row.keyword), .text = toQString(row.text) };
}

} // namespace

int GraphNode::rowAtLine(int wanted) const
{
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].line <= wanted && wanted <= rows[i].lastLine)
            return int(i);
    }
    return -1;
}

int GraphModel::nodeAtLine(int line) const
{
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (nodes[i].kind == GraphNode::Kind::Stage && nodes[i].line <= line && line <= nodes[i].lastLine)
            return int(i);
    }
    return -1;
}

GraphModel makeGraphModel(const dockerfile::Dockerfile& file, const dockerfile::StageGraph& graph)
{
    GraphModel model;
    model.picture = dockerfile::stagePicture(file, graph);
    for (const dockerfile::PictureNode& drawn : model.picture.nodes) {
        GraphNode& node = model.nodes.emplace_back();
        node.kind = drawn.kind == dockerfile::PictureNode::Kind::Stage ? GraphNode::Kind::Stage : GraphNode::Kind::Image;
        node.title = toQString(drawn.title);
        node.named = drawn.named;
        node.needed = drawn.needed;
        node.target = drawn.target;
        node.line = int(drawn.line);
        node.lastLine = int(drawn.lastLine);
        for (const dockerfile::PictureRow& row : drawn.rows)
            node.rows.push_back(makeRow(row));
    }
    for (const dockerfile::PictureEdge& edge : model.picture.edges)
        model.edges.push_back({ .kind = edge.kind,
            .from = int(edge.from),
            .to = int(edge.to),
            .fromRow = edge.fromRow,
            .toRow = edge.toRow,
            .label = toQString(edge.label),
            .needed = edge.needed });
    return model;
}

} // namespace darsena::gui
