// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/server/exchange.h"
#include "core/api/server/routes.h"
#include "core/engine/volume_service.h"

namespace darsena::server {
namespace {

engine::VolumeService& volumes(Exchange& exchange)
{
    return exchange.services().volumes;
}

Result<void> list(Exchange& exchange)
{
    const auto filters = TRY(engine::Filters::parse(exchange.query().value("filters")));
    return exchange.reply(200, model::toJson(TRY(volumes(exchange).list(filters))));
}

Result<void> create(Exchange& exchange)
{
    const auto request = TRY(exchange.readJson<model::VolumeCreate>());
    return exchange.reply(201, model::toJson(TRY(volumes(exchange).create(request))));
}

Result<void> inspect(Exchange& exchange)
{
    return exchange.reply(200, model::toJson(TRY(volumes(exchange).inspect(exchange.parameter("name")))));
}

Result<void> remove(Exchange& exchange)
{
    TRY(volumes(exchange).remove(exchange.parameter("name"), exchange.query().flag("force")));
    return exchange.replyEmpty(204);
}

Result<void> prune(Exchange& exchange)
{
    auto filters = TRY(engine::Filters::parse(exchange.query().value("filters")));
    // Before 1.42 named volumes went as well.
    if (exchange.version() < ApiVersion { 1, 42 } && !filters.has("all"))
        filters.add("all", "true");
    const ClientWatch watch(exchange.connection());
    return exchange.reply(200, model::toJson(TRY(volumes(exchange).prune(filters, watch.token()))));
}

} // namespace

void addVolumeRoutes(std::vector<Route>& routes)
{
    routes.insert(routes.end(),
        {
            { "GET", "/volumes", list },
            { "POST", "/volumes/create", create },
            { "POST", "/volumes/prune", prune },
            { "GET", "/volumes/{name}", inspect },
            { "DELETE", "/volumes/{name}", remove },
        });
}

} // namespace darsena::server
