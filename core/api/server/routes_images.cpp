// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/model/build.h"
#include "core/api/server/api_shapes.h"
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
    // "manifests" asks for what an engine with an image store of its own kind tells; "digests" is an older client's.
    json::Value list = model::toJsonList(TRY(images(exchange).list(options)));
    for (json::Value& image : list.get_array())
        shapeImageSummary(image.get_object(), exchange.version());
    return exchange.reply(200, list);
}

/// The query's "platform", from 1.48 on an OCI platform as JSON: an image has one platform here, which it must be.
/// Errors: NotFound; Invalid.
Result<void> checkPlatform(Exchange& exchange, const model::ImageInspect& image)
{
    const std::string_view text = exchange.query().value("platform");
    if (text.empty() || exchange.version() < ApiVersion { 1, 48 })
        return {};
    const json::Value wanted = TRY_CONTEXT("invalid platform", json::parse(text));
    if (!wanted.is_object())
        return Error(ErrorCode::Invalid, "invalid platform: expected an object");
    const json::Object& object = wanted.get_object();
    const std::string os = TRY_CONTEXT("invalid platform", json::text(object, "os"));
    const std::string architecture = TRY_CONTEXT("invalid platform", json::text(object, "architecture"));
    const std::string variant = TRY_CONTEXT("invalid platform", json::text(object, "variant"));
    const auto fits = [](const std::string& asked, const std::string& is) { return asked.empty() || is.empty() || asked == is; };
    if (fits(os, image.os) && fits(architecture, image.architecture) && fits(variant, image.variant))
        return {};
    return Error(ErrorCode::NotFound,
        fmt::format("image with reference {} was found but does not provide the specified platform ({}/{}{}{})", exchange.parameter("name"), os,
            architecture, variant.empty() ? "" : "/", variant));
}

Result<void> inspect(Exchange& exchange)
{
    const model::ImageInspect found = TRY(images(exchange).inspect(exchange.parameter("name")));
    TRY(checkPlatform(exchange, found));
    json::Value image = model::toJson(found);
    shapeImage(image.get_object(), exchange.version());
    return exchange.reply(200, image);
}

Result<void> history(Exchange& exchange)
{
    if (!exchange.query().value("platform").empty()) {
        const model::ImageInspect image = TRY(images(exchange).inspect(exchange.parameter("name")));
        TRY(checkPlatform(exchange, image));
    }
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
    const ClientWatch watch(exchange.connection());
    return exchange.reply(200, model::toJson(TRY(images(exchange).prune(filters, watch.token()))));
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
    for (const std::string& name : names) {
        const model::ImageInspect image = TRY(images(exchange).inspect(name));
        TRY(checkPlatform(exchange, image));
    }
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
