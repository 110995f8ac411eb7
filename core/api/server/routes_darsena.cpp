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

/// A number of the path, from 0.
Result<std::int64_t> number(const Exchange& exchange, std::string_view parameter)
{
    const std::string& text = exchange.parameter(parameter);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0)
        return Error(ErrorCode::Invalid, "a layer is named by its index, a whole number from 0");
    return value;
}

/// A JSON list, written while the index is read: a layer may hold a million files.
Result<void> layerFiles(Exchange& exchange)
{
    const std::int64_t index = TRY(number(exchange, "index"));
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

Result<void> description(Exchange& exchange)
{
    return exchange.reply(200, model::toJson(TRY(exchange.services().images.describe(exchange.parameter("name")))));
}

engine::ImageService::SizedBegin sizedAnswer(Exchange& exchange)
{
    return [&exchange](std::uint64_t bytes) -> Result<archive::ByteSink*> { return TRY(exchange.beginSized("application/octet-stream", bytes)); };
}

Result<void> layerIndex(Exchange& exchange)
{
    const std::int64_t n = TRY(number(exchange, "n"));
    return exchange.services().images.layerIndex(exchange.parameter("name"), n, sizedAnswer(exchange));
}

Result<void> layerFile(Exchange& exchange)
{
    const std::int64_t n = TRY(number(exchange, "n"));
    const std::string_view path = exchange.query().value("path");
    if (path.empty())
        return Error(ErrorCode::Invalid, "path: which file of the layer?");
    return exchange.services().images.layerFile(exchange.parameter("name"), n, path, sizedAnswer(exchange));
}

Result<void> layerArchive(Exchange& exchange)
{
    const std::int64_t n = TRY(number(exchange, "n"));
    const ClientWatch watch(exchange.connection());
    const auto begin = [&]() -> Result<archive::ByteSink*> { return TRY(exchange.beginStream("application/x-tar")); };
    return exchange.services().images.layerArchive(
        exchange.parameter("name"), n, exchange.query().value("path"), exchange.query().flag("only"), begin, watch.token());
}

} // namespace

void addDarsenaRoutes(std::vector<Route>& routes)
{
    routes.insert(routes.end(),
        {
            { "GET", "/darsena/v1/images/{name*}/layers", layers },
            { "GET", "/darsena/v1/images/{name*}/layers/{index}/files", layerFiles },
            { "GET", "/darsena/v1/images/{name*}/description", description },
            { "GET", "/darsena/v1/images/{name*}/diffs/{n}/index", layerIndex },
            { "GET", "/darsena/v1/images/{name*}/diffs/{n}/file", layerFile },
            { "GET", "/darsena/v1/images/{name*}/diffs/{n}/archive", layerArchive },
        });
}

} // namespace darsena::server
