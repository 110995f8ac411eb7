// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/http/stdio_frames.h"
#include "core/api/server/exchange.h"
#include "core/api/server/routes.h"
#include "core/api/server/splice.h"
#include "core/engine/event_hub.h"
#include "core/engine/exec_service.h"

#include <fmt/format.h>

namespace darsena::server {
namespace {

Result<void> create(Exchange& exchange)
{
    const auto request = TRY(exchange.readJson<model::ExecCreate>());
    return exchange.reply(201, model::toJson(TRY(exchange.services().execs.create(exchange.parameter("id"), request))));
}

/// Blocks until the exec has its exit code, so that a client that asks for it at the end of the stream gets it.
Result<void> waitForEnd(Exchange& exchange, engine::EventSubscription& ends, const std::string& id)
{
    Connection& client = exchange.connection();
    while (TRY(exchange.services().execs.inspect(id)).running) {
        if (!client.waitForHalfClosed(ends.fd()))
            return {};
        if (!TRY(ends.next(client.stop().token())))
            return {};
    }
    return {};
}

Result<void> start(Exchange& exchange)
{
    model::ExecStart request;
    if (exchange.hasBody())
        request = TRY(exchange.readJson<model::ExecStart>());
    engine::ExecService& execs = exchange.services().execs;
    const std::string& id = exchange.parameter("id");
    const auto exec = TRY(execs.inspect(id));
    if (request.detach) {
        TRY(execs.start(id, request));
        return exchange.replyEmpty(200);
    }
    if (exec.running || exec.exitCode)
        return Error(ErrorCode::Conflict, fmt::format("exec command {} has already run", exec.id));
    auto keys = TRY(engine::DetachKeys::parse(exec.detachKeys));
    engine::Filters filters;
    filters.add("event", "exec_die");
    filters.add("container", exec.containerId);
    const auto ends = TRY(exchange.services().events.subscribe(filters));

    // As Docker does it: the stream is there before the process, and what prevents the process is said on it.
    const bool tty = exec.process.tty;
    std::string early;
    const bool framed = !tty && exchange.version() >= ApiVersion { 1, 42 };
    TRY(exchange.hijack(framed ? "application/vnd.docker.multiplexed-stream" : "application/vnd.docker.raw-stream", early));
    const auto attachment = execs.start(id, request);
    if (!attachment) {
        const std::string text = attachment.error().message() + "\r\n";
        return exchange.connection().send(tty ? text : http::encodeStdio(http::StdioStream::Out, text));
    }
    if (*attachment) {
        const UniqueFd stream = TRY((*attachment)->stream());
        splice(exchange.connection(), stream, std::move(early), exec.openStdin, tty ? std::optional(std::move(keys)) : std::nullopt);
    }
    return waitForEnd(exchange, *ends, id);
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
