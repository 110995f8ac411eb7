// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/server/api_shapes.h"
#include "core/api/server/exchange.h"
#include "core/api/server/routes.h"
#include "core/engine/container_service.h"

namespace darsena::server {
namespace {

engine::ContainerService& containers(Exchange& exchange)
{
    return exchange.services().containers;
}

const std::string& id(Exchange& exchange)
{
    return exchange.parameter("id");
}

Result<void> list(Exchange& exchange)
{
    engine::ListOptions options;
    options.all = exchange.query().flag("all");
    options.size = exchange.query().flag("size");
    options.last = TRY(exchange.integer("limit")).value_or(0);
    options.filters = TRY(engine::Filters::parse(exchange.query().value("filters")));
    return exchange.reply(200, model::toJsonList(TRY(containers(exchange).list(options))));
}

Result<void> create(Exchange& exchange)
{
    const auto request = TRY(exchange.readJson<model::ContainerCreate>());
    const auto created = TRY(containers(exchange).create(request, exchange.query().value("name"), exchange.query().value("platform")));
    return exchange.reply(201, model::toJson(created));
}

Result<void> inspect(Exchange& exchange)
{
    json::Value container = model::toJson(TRY(containers(exchange).inspect(id(exchange), exchange.query().flag("size"))));
    shapeContainer(container.get_object(), exchange.version());
    return exchange.reply(200, container);
}

Result<void> start(Exchange& exchange)
{
    TRY(containers(exchange).start(id(exchange)));
    return exchange.replyEmpty(204);
}

Result<void> stop(Exchange& exchange)
{
    const auto seconds = TRY(exchange.integer("t"));
    TRY(containers(exchange).stop(id(exchange), seconds, exchange.query().value("signal")));
    return exchange.replyEmpty(204);
}

Result<void> restart(Exchange& exchange)
{
    const auto seconds = TRY(exchange.integer("t"));
    TRY(containers(exchange).restart(id(exchange), seconds, exchange.query().value("signal")));
    return exchange.replyEmpty(204);
}

Result<void> kill(Exchange& exchange)
{
    TRY(containers(exchange).kill(id(exchange), exchange.query().value("signal")));
    return exchange.replyEmpty(204);
}

Result<void> pause(Exchange& exchange)
{
    TRY(containers(exchange).pause(id(exchange)));
    return exchange.replyEmpty(204);
}

Result<void> unpause(Exchange& exchange)
{
    TRY(containers(exchange).unpause(id(exchange)));
    return exchange.replyEmpty(204);
}

Result<void> update(Exchange& exchange)
{
    const auto changes = TRY(exchange.readJson<model::HostConfig>());
    const std::vector<std::string> warnings = TRY(containers(exchange).update(id(exchange), changes));
    // Without warnings null, as Docker's clients know it.
    return exchange.reply(200, json::Object{{"Warnings", warnings.empty() ? json::Value() : json::Value(json::fromTexts(warnings))}});
}

Result<void> rename(Exchange& exchange)
{
    TRY(containers(exchange).rename(id(exchange), exchange.query().value("name")));
    return exchange.replyEmpty(204);
}

Result<void> remove(Exchange& exchange)
{
    if (exchange.query().flag("link"))
        return Error(ErrorCode::Unsupported, "links between containers are not done: leave \"link\" out");
    TRY(containers(exchange).remove(id(exchange), exchange.query().flag("force"), exchange.query().flag("v")));
    return exchange.replyEmpty(204);
}

Result<void> prune(Exchange& exchange)
{
    const auto filters = TRY(engine::Filters::parse(exchange.query().value("filters")));
    const ClientWatch watch(exchange.connection());
    return exchange.reply(200, model::toJson(TRY(containers(exchange).prune(filters, watch.token()))));
}

Result<void> resize(Exchange& exchange)
{
    const auto rows = TRY(exchange.integer("h"));
    const auto columns = TRY(exchange.integer("w"));
    if (!rows || !columns)
        return Error(ErrorCode::Invalid, "invalid resize: h and w must be given");
    TRY(containers(exchange).resize(id(exchange), rows.value_or(0), columns.value_or(0)));
    return exchange.replyEmpty(200);
}

Result<void> top(Exchange& exchange)
{
    return exchange.reply(200, model::toJson(TRY(containers(exchange).top(id(exchange), exchange.query().value("ps_args")))));
}

Result<void> changes(Exchange& exchange)
{
    return exchange.reply(200, model::toJsonList(TRY(containers(exchange).changes(id(exchange)))));
}

} // namespace

void addContainerRoutes(std::vector<Route>& routes)
{
    routes.insert(routes.end(),
        {
            { "GET", "/containers/json", list },
            { "POST", "/containers/create", create },
            { "POST", "/containers/prune", prune },
            { "GET", "/containers/{id}/json", inspect },
            { "POST", "/containers/{id}/start", start },
            { "POST", "/containers/{id}/stop", stop },
            { "POST", "/containers/{id}/restart", restart },
            { "POST", "/containers/{id}/kill", kill },
            { "POST", "/containers/{id}/pause", pause },
            { "POST", "/containers/{id}/unpause", unpause },
            { "POST", "/containers/{id}/update", update },
            { "POST", "/containers/{id}/rename", rename },
            { "POST", "/containers/{id}/resize", resize },
            { "GET", "/containers/{id}/top", top },
            { "GET", "/containers/{id}/changes", changes },
            { "DELETE", "/containers/{id}", remove },
        });
}

} // namespace darsena::server
