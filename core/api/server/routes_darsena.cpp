// SPDX-License-Identifier: GPL-3.0-or-later
// Routes that Docker's API lacks; those of builds are in routes_build.cpp.
#include "core/api/model/layer.h"
#include "core/api/server/exchange.h"
#include "core/api/server/routes.h"
#include "core/engine/image_service.h"

#include <charconv>

namespace darsena::server {
namespace {

Result<void> layers(Exchange& exchange)
{
    return exchange.reply(200, model::toJsonList(TRY(exchange.services().images.layers(exchange.parameter("name")))));
}

/// A JSON list, written while the index is read: a layer may hold a million files.
Result<void> layerFiles(Exchange& exchange)
{
    const std::string& text = exchange.parameter("index");
    std::int64_t index = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
    if (error != std::errc() || end != text.data() + text.size() || index < 0)
        return Error(ErrorCode::Invalid, "a layer is named by its index, a whole number from 0");
    constexpr std::size_t piece = 32 * 1024;
    ResponseStream* stream = nullptr;
    std::string buffer = "[";
    const auto send = [&]() -> Result<void> {
        if (!stream)
            stream = TRY(exchange.beginStream("application/json"));
        TRY(stream->write(buffer));
        buffer.clear();
        return {};
    };
    bool first = true;
    const auto onFile = [&](const model::FileChange& file) -> Result<void> {
        if (!first)
            buffer += ',';
        first = false;
        buffer += json::serialize(model::toJson(file));
        if (buffer.size() >= piece)
            return send();
        return {};
    };
    TRY(exchange.services().images.layerFiles(exchange.parameter("name"), index, onFile));
    buffer += "]\n";
    return send();
}

} // namespace

void addDarsenaRoutes(std::vector<Route>& routes)
{
    routes.insert(routes.end(),
        {
            { "GET", "/darsena/v1/images/{name*}/layers", layers },
            { "GET", "/darsena/v1/images/{name*}/layers/{index}/files", layerFiles },
        });
}

} // namespace darsena::server
