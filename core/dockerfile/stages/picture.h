// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/stages.h"

#include <cstdint>
#include <string>
#include <vector>

namespace darsena::dockerfile {

/// One instruction in a stage's card.
struct PictureRow {
    std::uint32_t line = 0; ///< its first line, from 1
    std::uint32_t lastLine = 0;
    std::string keyword; ///< "COPY"
    std::string text; ///< the rest on one line, blanks joined; valid UTF-8
};

/// A stage (a card), or an image that stages take from (a pill without rows).
struct PictureNode {
    enum class Kind { Stage, Image };
    Kind kind = Kind::Stage;
    std::string title; ///< the stage's name or number, the image's reference
    bool named = true; ///< a stage with AS
    bool needed = true; ///< an image: any taker is needed
    bool target = false;
    std::string platform; ///< a stage's, expanded; empty without --platform
    std::uint32_t line = 0; ///< of FROM
    std::uint32_t lastLine = 0;
    std::vector<PictureRow> rows;

    int rowAtLine(std::uint32_t wanted) const; ///< -1 = none
};

struct PictureEdge {
    EdgeKind kind = EdgeKind::From;
    std::size_t from = 0; ///< index of a node
    std::size_t to = 0;
    int fromRow = -1; ///< the row it leaves: the last; -1 for images
    int toRow = -1; ///< the row that takes
    std::string label; ///< the paths
    bool needed = true;
};

/// What is drawn of a stage graph: cards in the Dockerfile's order, then images in the order of their first use.
struct StagePicture {
    std::vector<PictureNode> nodes;
    std::vector<PictureEdge> edges;
};
StagePicture stagePicture(const Dockerfile& file, const StageGraph& graph);

} // namespace darsena::dockerfile
