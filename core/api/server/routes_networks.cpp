// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/server/exchange.h"
#include "core/api/server/routes.h"
#include "core/engine/network_service.h"

namespace darsena::server {
namespace {

Result<void> list(Exchange& exchange)
{
    const auto filters = TRY(engine::Filters::parse(exchange.query().value("filters")));
    return exchange.reply(200, model::toJsonList(TRY(exchange.services().networks.list(filters))));
}

Result<void> inspect(Exchange& exchange)
{
    return exchange.reply(200, model::toJson(TRY(exchange.services().networks.inspect(exchange.parameter("id")))));
}

} // namespace

void addNetworkRoutes(std::vector<Route>& routes)
{
    routes.insert(routes.end(),
        {
            { "GET", "/networks", list },
            { "GET", "/networks/", list },
            { "GET", "/networks/{id}", inspect },
        });
}

} // namespace darsena::server
