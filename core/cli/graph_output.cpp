// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/graph_output.h"

#include "core/base/json.h"
#include "core/cli/utf8.h"

#include <memory>

#include <cairo.h>
#include <fmt/format.h>
#include <librsvg/rsvg.h>

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

Result<std::string> svgAsPng(const std::string& svg)
{
    constexpr double scale = 2;
    // What the libraries give is theirs to free.
    const std::unique_ptr<RsvgHandle, decltype(&g_object_unref)> handle(
        rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(svg.data()), svg.size(), nullptr), &g_object_unref);
    double width = 0;
    double height = 0;
    if (!handle || rsvg_handle_get_intrinsic_size_in_pixels(handle.get(), &width, &height) == 0)
        return Error(ErrorCode::Invalid, "the picture cannot be drawn");
    // What cairo's images can be at most.
    if (width * scale > 32'000 || height * scale > 32'000)
        return Error(ErrorCode::TooLarge,
            fmt::format("the picture is too large for PNG ({:.0f} × {:.0f} pixels); SVG has no limit", width * scale, height * scale));
    const std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface(
        cairo_image_surface_create(
            CAIRO_FORMAT_ARGB32, static_cast<int>(width * scale), static_cast<int>(height * scale)),
        &cairo_surface_destroy);
    const std::unique_ptr<cairo_t, decltype(&cairo_destroy)> painter(cairo_create(surface.get()), &cairo_destroy);
    const RsvgRectangle whole {0, 0, width * scale, height * scale};
    if (rsvg_handle_render_document(handle.get(), painter.get(), &whole, nullptr) == 0)
        return Error(ErrorCode::Invalid, "the picture cannot be drawn");
    std::string png;
    const auto append = [](void* to, const unsigned char* data, unsigned length) {
        static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(data), length);
        return CAIRO_STATUS_SUCCESS;
    };
    if (const cairo_status_t status = cairo_surface_write_to_png_stream(surface.get(), append, &png);
        status != CAIRO_STATUS_SUCCESS)
        return Error(ErrorCode::Invalid, fmt::format("the picture cannot be drawn: {}", cairo_status_to_string(status)));
    return png;
}

} // namespace darsena::cli
