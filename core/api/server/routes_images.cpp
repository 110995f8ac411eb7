// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/model/build.h"
#include "core/api/server/exchange.h"
#include "core/api/server/routes.h"
#include "core/engine/image_service.h"

namespace darsena::server {
namespace {

engine::ImageService& images(Exchange& exchange)
{
    return exchange.services().images;
}

Result<void> list(Exchange& exchange)
{
    engine::ImageListOptions options;
    options.all = exchange.query().flag("all");
    options.sharedSize = exchange.query().flag("shared-size");
    options.filters = TRY(engine::Filters::parse(exchange.query().value("filters")));
    return exchange.reply(200, model::toJsonList(TRY(images(exchange).list(options))));
}

Result<void> inspect(Exchange& exchange)
{
    return exchange.reply(200, model::toJson(TRY(images(exchange).inspect(exchange.parameter("name")))));
}

Result<void> history(Exchange& exchange)
{
    return exchange.reply(200, model::toJsonList(TRY(images(exchange).history(exchange.parameter("name")))));
}

Result<void> tag(Exchange& exchange)
{
    TRY(images(exchange).tag(exchange.parameter("name"), exchange.query().value("repo"), exchange.query().value("tag")));
    return exchange.replyEmpty(201);
}

Result<void> remove(Exchange& exchange)
{
    const bool keepParents = exchange.query().flag("noprune");
    const auto removed = TRY(images(exchange).remove(exchange.parameter("name"), exchange.query().flag("force"), keepParents));
    return exchange.reply(200, model::toJsonList(removed));
}

Result<void> prune(Exchange& exchange)
{
    const auto filters = TRY(engine::Filters::parse(exchange.query().value("filters")));
    return exchange.reply(200, model::toJson(TRY(images(exchange).prune(filters))));
}

Result<void> load(Exchange& exchange)
{
    const ClientWatch watch(exchange.connection());
    ResponseStream* stream = nullptr;
    std::optional<Error> broken;
    // The answer begins with the first line: what fails before has a status of its own.
    const auto progress = [&](const std::string& line) {
        if (!stream) {
            auto begun = exchange.beginStream("application/json");
            if (!begun) {
                broken = begun.error();
                return;
            }
            stream = *begun;
        }
        model::BuildMessage message;
        message.stream = line + "\n";
        if (auto written = stream->writeLine(model::toJson(message)); !written)
            broken = written.error();
    };
    const auto loaded = images(exchange).load(exchange.body(UINT64_MAX), progress, watch.token());
    if (broken)
        return *broken;
    if (!loaded && !stream)
        return loaded.error();
    if (!loaded) {
        model::BuildMessage message;
        message.error = loaded.error().message();
        return stream->writeLine(model::toJson(message));
    }
    if (!stream)
        TRY(exchange.beginStream("application/json"));
    return {};
}

Result<void> saveImages(Exchange& exchange, const std::vector<std::string>& names)
{
    // A name that does not exist is said with a status, before the archive begins.
    for (const std::string& name : names)
        TRY(images(exchange).inspect(name));
    const ClientWatch watch(exchange.connection());
    ResponseStream* stream = TRY(exchange.beginStream("application/x-tar"));
    return images(exchange).save(names, *stream, watch.token());
}

Result<void> saveOne(Exchange& exchange)
{
    return saveImages(exchange, { exchange.parameter("name") });
}

Result<void> saveMany(Exchange& exchange)
{
    const std::vector<std::string> names = exchange.query().values("names");
    if (names.empty())
        return Error(ErrorCode::Invalid, "names: no image is named");
    return saveImages(exchange, names);
}

} // namespace

void addImageRoutes(std::vector<Route>& routes)
{
    routes.insert(routes.end(),
        {
            { "GET", "/images/json", list },
            { "POST", "/images/load", load },
            { "POST", "/images/prune", prune },
            { "GET", "/images/get", saveMany },
            { "GET", "/images/{name*}/json", inspect },
            { "GET", "/images/{name*}/history", history },
            { "GET", "/images/{name*}/get", saveOne },
            { "POST", "/images/{name*}/tag", tag },
            { "DELETE", "/images/{name*}", remove },
        });
}

} // namespace darsena::server
