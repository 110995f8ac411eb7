// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/graph_output.h"

#include "core/base/json.h"
#include "core/cli/utf8.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::cli {

namespace {

using dockerfile::EdgeKind;
using dockerfile::StageEdge;
using dockerfile::StageGraph;
using dockerfile::StageNode;

std::string_view kindName(EdgeKind kind)
{
    switch (kind) {
    case EdgeKind::From:
        return "from";
    case EdgeKind::Copy:
        return "copy";
    case EdgeKind::Mount:
        break;
    }
    return "mount";
}

std::string label(const StageNode& stage)
{
    return stage.name.empty() ? fmt::format("stage {}", stage.index) : stage.name;
}

/// The images and contexts that stages take from, each once, in order of appearance.
std::vector<std::string> imagesOf(const StageGraph& graph)
{
    std::vector<std::string> images;
    for (const StageEdge& edge : graph.edges) {
        if (edge.image() != nullptr && std::find(images.begin(), images.end(), *edge.image()) == images.end())
            images.push_back(*edge.image());
    }
    return images;
}

/// "s1" for a stage, "i0" for an image: names that both languages take.
std::string sourceId(const StageEdge& edge, const std::vector<std::string>& images)
{
    if (edge.stage() != nullptr)
        return fmt::format("s{}", *edge.stage());
    return fmt::format("i{}", std::find(images.begin(), images.end(), *edge.image()) - images.begin());
}

std::string dotQuoted(std::string_view text)
{
    std::string result = "\"";
    for (const char c : validUtf8(text)) {
        if (c == '"' || c == '\\')
            result += '\\';
        result += c;
    }
    return result + '"';
}

std::string mermaidQuoted(std::string_view text)
{
    std::string result = "\"";
    for (const char c : validUtf8(text)) {
        if (c == '"' || c == '#' || c == '<' || c == '>' || c == '&' || c == '`')
            result += fmt::format("#{};", static_cast<int>(c));
        else
            result += c == '\n' ? ' ' : c;
    }
    return result + '"';
}

} // namespace

std::string graphAsJson(const StageGraph& graph)
{
    json::Object document;
    json::Array& stages = document["stages"].emplace_array();
    for (const StageNode& stage : graph.stages)
        stages.push_back(json::Object {{"index", stage.index}, {"name", stage.name}, {"base", validUtf8(stage.base)},
            {"platform", validUtf8(stage.platform)}, {"startLine", stage.firstLine}, {"endLine", stage.lastLine},
            {"needed", stage.needed}});
    json::Array& edges = document["edges"].emplace_array();
    for (const StageEdge& edge : graph.edges) {
        json::Object object;
        if (edge.stage() != nullptr)
            object["from"] = *edge.stage();
        else
            object["from"] = validUtf8(*edge.image());
        object["to"] = edge.to;
        object["kind"] = kindName(edge.kind);
        object["line"] = edge.line;
        json::Array& paths = object["paths"].emplace_array();
        for (const std::string& path : edge.paths)
            paths.push_back(json::Value(validUtf8(path)));
        edges.push_back(std::move(object));
    }
    return json::serialize(document) + "\n";
}

std::string graphAsDot(const StageGraph& graph)
{
    const std::vector<std::string> images = imagesOf(graph);
    std::string text = "digraph stages {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n";
    for (std::size_t i = 0; i < images.size(); ++i)
        text += fmt::format("  i{} [label={}, style=dashed];\n", i, dotQuoted(images[i]));
    for (const StageNode& stage : graph.stages) {
        std::string_view style;
        if (stage.index == graph.target)
            style = ", style=filled, fillcolor=lightgrey";
        else if (!stage.needed)
            style = ", color=grey, fontcolor=grey";
        text += fmt::format("  s{} [label={}{}];\n", stage.index, dotQuoted(label(stage)), style);
    }
    for (const StageEdge& edge : graph.edges) {
        constexpr std::string_view styles[]
            = {"style=solid", "style=dashed, arrowhead=empty", "style=dotted, arrowhead=ediamond"};
        text += fmt::format(
            "  {} -> s{} [{}];\n", sourceId(edge, images), edge.to, styles[static_cast<std::size_t>(edge.kind)]);
    }
    return text + "}\n";
}

std::string graphAsMermaid(const StageGraph& graph)
{
    const std::vector<std::string> images = imagesOf(graph);
    std::string text = "flowchart LR\n";
    for (std::size_t i = 0; i < images.size(); ++i)
        text += fmt::format("  i{}([{}])\n", i, mermaidQuoted(images[i]));
    for (const StageNode& stage : graph.stages)
        text += fmt::format("  s{}[{}]\n", stage.index, mermaidQuoted(label(stage)));
    for (const StageEdge& edge : graph.edges) {
        constexpr std::string_view arrows[] = {"-->", "-. copy .->", "-. mount .->"};
        text += fmt::format(
            "  {} {} s{}\n", sourceId(edge, images), arrows[static_cast<std::size_t>(edge.kind)], edge.to);
    }
    for (const StageNode& stage : graph.stages) {
        if (stage.index == graph.target)
            text += fmt::format("  style s{} stroke-width:3px\n", stage.index);
        else if (!stage.needed)
            text += fmt::format("  style s{} opacity:0.5\n", stage.index);
    }
    return text;
}

} // namespace darsena::cli
