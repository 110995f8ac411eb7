// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/server/exchange.h"
#include "core/api/server/routes.h"
#include "core/engine/network_service.h"

namespace darsena::server {
namespace {

engine::NetworkService& networks(Exchange& exchange)
{
    return exchange.services().networks;
}

Result<void> list(Exchange& exchange)
{
    const auto filters = TRY(engine::Filters::parse(exchange.query().value("filters")));
    return exchange.reply(200, model::toJsonList(TRY(networks(exchange).list(filters))));
}

Result<void> create(Exchange& exchange)
{
    const auto request = TRY(exchange.readJson<model::NetworkCreate>());
    return exchange.reply(201, model::toJson(TRY(networks(exchange).create(request))));
}

Result<void> inspect(Exchange& exchange)
{
    const model::Network network = TRY(networks(exchange).inspect(exchange.parameter("id")));
    const std::string scope(exchange.query().value("scope"));
    if (!scope.empty() && scope != network.scope)
        return Error(ErrorCode::NotFound, fmt::format("network {} not found", exchange.parameter("id")));
    return exchange.reply(200, model::toJson(network));
}

Result<void> remove(Exchange& exchange)
{
    TRY(networks(exchange).remove(exchange.parameter("id")));
    return exchange.replyEmpty(204);
}

Result<void> connect(Exchange& exchange)
{
    const auto request = TRY(exchange.readJson<model::NetworkConnect>());
    TRY(networks(exchange).connect(exchange.parameter("id"), request));
    return exchange.replyEmpty(200);
}

Result<void> disconnect(Exchange& exchange)
{
    const auto request = TRY(exchange.readJson<model::NetworkConnect>());
    TRY(networks(exchange).disconnect(exchange.parameter("id"), request));
    return exchange.replyEmpty(200);
}

Result<void> prune(Exchange& exchange)
{
    const auto filters = TRY(engine::Filters::parse(exchange.query().value("filters")));
    return exchange.reply(200, model::toJson(TRY(networks(exchange).prune(filters))));
}

} // namespace

void addNetworkRoutes(std::vector<Route>& routes)
{
    routes.insert(routes.end(),
        {
            { "GET", "/networks", list },
            { "GET", "/networks/", list },
            { "POST", "/networks/create", create },
            { "POST", "/networks/prune", prune },
            { "GET", "/networks/{id}", inspect },
            { "DELETE", "/networks/{id}", remove },
            { "POST", "/networks/{id}/connect", connect },
            { "POST", "/networks/{id}/disconnect", disconnect },
        });
}

} // namespace darsena::server
