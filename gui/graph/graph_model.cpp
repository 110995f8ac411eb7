// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/graph/graph_model.h"

#include "gui/base/text.h"

#include <map>

namespace darsena::gui {
namespace {

GraphRow makeRow(const dockerfile::Instruction& instruction)
{
    GraphRow row;
    row.line = int(instruction.firstLine);
    row.lastLine = int(instruction.lastLine);
    row.keyword = toQString(instruction.name);
    const QString whole = toQString(instruction.original).simplified();
    const qsizetype blank = whole.indexOf(QLatin1Char(' '));
    row.text = blank < 0 ? QString() : whole.mid(blank + 1);
    return row;
}

QString joined(const std::vector<std::string>& paths)
{
    QStringList list;
    for (const std::string& path : paths)
        list.append(toQString(path));
    return list.join(QStringLiteral(", "));
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
    for (const dockerfile::StageNode& stage : graph.stages) {
        GraphNode node;
        node.named = !stage.name.empty();
        node.title = node.named ? toQString(stage.name) : QString::number(stage.index);
        node.needed = stage.needed;
        node.target = graph.target == stage.index;
        node.line = int(stage.firstLine);
        node.lastLine = int(stage.lastLine);
        if (stage.index < file.stages.size()) {
            const dockerfile::Stage& source = file.stages[stage.index];
            node.rows.push_back(makeRow(source.from));
            for (const dockerfile::Instruction& instruction : source.instructions)
                node.rows.push_back(makeRow(instruction));
        }
        model.nodes.push_back(std::move(node));
    }

    std::map<std::string, int> images;
    for (const dockerfile::StageEdge& edge : graph.edges) {
        if (edge.to >= graph.stages.size())
            continue;
        GraphEdge drawn;
        drawn.kind = edge.kind;
        drawn.to = int(edge.to);
        drawn.needed = graph.stages[edge.to].needed;
        GraphNode& taker = model.nodes[edge.to];
        drawn.toRow = taker.rowAtLine(int(edge.line));
        drawn.label = joined(edge.paths);
        if (const std::size_t* stage = edge.stage()) {
            if (*stage >= graph.stages.size())
                continue;
            drawn.from = int(*stage);
            drawn.fromRow = int(model.nodes[*stage].rows.size()) - 1;
        } else {
            const std::string& name = *edge.image();
            // "scratch" is no image: a card without a pill above says as much.
            if (edge.kind == dockerfile::EdgeKind::From && name == "scratch")
                continue;
            const auto [place, fresh] = images.try_emplace(name, int(model.nodes.size()));
            drawn.from = place->second;
            if (fresh) {
                GraphNode image;
                image.kind = GraphNode::Kind::Image;
                image.title = toQString(name);
                image.needed = false;
                model.nodes.push_back(std::move(image));
            }
            if (drawn.needed)
                model.nodes[std::size_t(drawn.from)].needed = true;
        }
        model.edges.push_back(std::move(drawn));
    }
    return model;
}

} // namespace darsena::gui
