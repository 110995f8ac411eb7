// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/stages/picture.h"

#include <QString>

#include <vector>

namespace darsena::gui {

/// One instruction in a card.
struct GraphRow {
    int line = 0; ///< its first line, from 1: what states and selection go by
    int lastLine = 0;
    QString keyword; ///< "COPY"
    QString text; ///< the rest on one line, shortened by the painter
};

/// A stage (a card), or an image that stages take from (a pill without rows).
struct GraphNode {
    enum class Kind { Stage, Image };
    Kind kind = Kind::Stage;
    QString title; ///< the stage's name or number, the image's reference
    bool named = true; ///< a stage with AS
    bool needed = true; ///< an image: any taker is needed
    bool target = false;
    int line = 0; ///< of FROM
    int lastLine = 0;
    std::vector<GraphRow> rows;

    int rowAtLine(int line) const; ///< -1 = none
};

struct GraphEdge {
    dockerfile::EdgeKind kind = dockerfile::EdgeKind::From;
    int from = 0; ///< index of a node
    int to = 0;
    int fromRow = -1; ///< the row it leaves: the last; -1 for images
    int toRow = -1; ///< the row that takes
    QString label; ///< the paths
    bool needed = true;
};

/// What the graph view draws: plain values, made by a worker.
struct GraphModel {
    std::vector<GraphNode> nodes;
    std::vector<GraphEdge> edges;
    dockerfile::StagePicture picture; ///< what the above was made of: the layout and the export work on it

    int nodeAtLine(int line) const; ///< the stage with this line; -1 = none
};

/// core/dockerfile's picture in Qt's types.
GraphModel makeGraphModel(const dockerfile::Dockerfile& file, const dockerfile::StageGraph& graph);

} // namespace darsena::gui
