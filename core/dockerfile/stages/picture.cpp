// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/stages/picture.h"

#include "core/dockerfile/text.h"

#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace darsena::dockerfile {

namespace {

/// On one line: runs of white space are one blank, what is no character is U+FFFD.
std::string onOneLine(std::string_view text)
{
    std::string result;
    bool blank = false;
    while (!text.empty()) {
        const std::size_t length = characterLength(text);
        const auto first = static_cast<unsigned char>(text.front());
        if (first <= ' ' || first == 0x7F || spaceLength(text) > 0) {
            blank = !result.empty();
        } else {
            if (std::exchange(blank, false))
                result += ' ';
            result += toUtf8(characterAt(text));
        }
        text.remove_prefix(length);
    }
    return result;
}

PictureRow rowOf(const Instruction& instruction)
{
    const std::string whole = onOneLine(instruction.original);
    const std::size_t blank = whole.find(' ');
    return {.line = instruction.firstLine,
        .lastLine = instruction.lastLine,
        .keyword = instruction.name,
        .text = blank == std::string::npos ? std::string() : whole.substr(blank + 1)};
}

} // namespace

int PictureNode::rowAtLine(std::uint32_t wanted) const
{
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].line <= wanted && wanted <= rows[i].lastLine)
            return static_cast<int>(i);
    }
    return -1;
}

StagePicture stagePicture(const Dockerfile& file, const StageGraph& graph)
{
    StagePicture picture;
    for (const StageNode& stage : graph.stages) {
        PictureNode node {.kind = PictureNode::Kind::Stage,
            .title = stage.name.empty() ? std::to_string(stage.index) : onOneLine(stage.name),
            .named = !stage.name.empty(),
            .needed = stage.needed,
            .target = graph.target == stage.index,
            .platform = onOneLine(stage.platform),
            .line = stage.firstLine,
            .lastLine = stage.lastLine,
            .rows = {}};
        const Stage& source = file.stages[stage.index];
        node.rows.push_back(rowOf(source.from));
        for (const Instruction& instruction : source.instructions)
            node.rows.push_back(rowOf(instruction));
        picture.nodes.push_back(std::move(node));
    }

    std::map<std::string, std::size_t> images;
    for (const StageEdge& edge : graph.edges) {
        const bool needed = graph.stages[edge.to].needed;
        PictureEdge drawn {.kind = edge.kind,
            .from = 0,
            .to = edge.to,
            .fromRow = -1,
            .toRow = picture.nodes[edge.to].rowAtLine(edge.line),
            .label = onOneLine(fmt::format("{}", fmt::join(edge.paths, ", "))),
            .needed = needed};
        if (const std::size_t* stage = edge.stage()) {
            drawn.from = *stage;
            drawn.fromRow = static_cast<int>(picture.nodes[*stage].rows.size()) - 1;
        } else {
            // "scratch" is no image: a card without a pill above says as much.
            if (edge.kind == EdgeKind::From && *edge.image() == "scratch")
                continue;
            const auto [place, fresh] = images.try_emplace(*edge.image(), picture.nodes.size());
            drawn.from = place->second;
            if (fresh)
                picture.nodes.push_back({.kind = PictureNode::Kind::Image,
                    .title = onOneLine(*edge.image()),
                    .named = true,
                    .needed = false,
                    .target = false,
                    .platform = {},
                    .line = 0,
                    .lastLine = 0,
                    .rows = {}});
            picture.nodes[drawn.from].needed |= needed;
        }
        picture.edges.push_back(std::move(drawn));
    }
    return picture;
}

} // namespace darsena::dockerfile
