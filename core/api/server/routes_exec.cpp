// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/server/exchange.h"
#include "core/api/server/routes.h"
#include "core/api/server/splice.h"
#include "core/engine/exec_service.h"

namespace darsena::server {
namespace {

Result<void> create(Exchange& exchange)
{
    const auto request = TRY(exchange.readJson<model::ExecCreate>());
    return exchange.reply(201, model::toJson(TRY(exchange.services().execs.create(exchange.parameter("id"), request))));
}

Result<void> start(Exchange& exchange)
{
    model::ExecStart request;
    if (exchange.hasBody())
        request = TRY(exchange.readJson<model::ExecStart>());
    engine::ExecService& execs = exchange.services().execs;
    const auto exec = TRY(execs.inspect(exchange.parameter("id")));
    auto keys = TRY(engine::DetachKeys::parse(exec.detachKeys));
    const auto attachment = TRY(execs.start(exchange.parameter("id"), request));
    if (!attachment)
        return exchange.replyEmpty(200);
    const bool tty = attachment->tty();
    const UniqueFd stream = TRY(attachment->stream());
    std::string early;
    const bool framed = !tty && exchange.version() >= ApiVersion { 1, 42 };
    TRY(exchange.hijack(framed ? "application/vnd.docker.multiplexed-stream" : "application/vnd.docker.raw-stream", early));
    splice(exchange.connection(), stream, std::move(early), exec.openStdin, tty ? std::optional(std::move(keys)) : std::nullopt);
    return {};
}

Result<void> inspect(Exchange& exchange)
{
    return exchange.reply(200, model::toJson(TRY(exchange.services().execs.inspect(exchange.parameter("id")))));
}

Result<void> resize(Exchange& exchange)
{
    const auto rows = TRY(exchange.integer("h"));
    const auto columns = TRY(exchange.integer("w"));
    TRY(exchange.services().execs.resize(exchange.parameter("id"), rows.value_or(0), columns.value_or(0)));
    return exchange.replyEmpty(200);
}

} // namespace

void addExecRoutes(std::vector<Route>& routes)
{
    routes.insert(routes.end(),
        {
            { "POST", "/containers/{id}/exec", create },
            { "POST", "/exec/{id}/start", start },
            { "GET", "/exec/{id}/json", inspect },
            { "POST", "/exec/{id}/resize", resize },
        });
}

} // namespace darsena::server
