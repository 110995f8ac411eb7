// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/server/api_shapes.h"
#include "core/api/server/exchange.h"
#include "core/api/server/routes.h"
#include "core/engine/event_hub.h"
#include "core/engine/system_service.h"

namespace darsena::server {
namespace {

Result<void> ping(Exchange& exchange)
{
    return exchange.replyText(200, "OK");
}

Result<void> version(Exchange& exchange)
{
    model::VersionInfo info = exchange.services().system.version();
    info.apiVersion = newestApiVersion.text();
    info.minApiVersion = oldestApiVersion.text();
    // Clients print the engine's lines from here, not from the members above.
    for (model::VersionComponent& component : info.components) {
        if (component.name != "Engine")
            continue;
        component.details["ApiVersion"] = info.apiVersion;
        component.details["MinAPIVersion"] = info.minApiVersion;
        component.details["Os"] = info.os;
        component.details["Arch"] = info.arch;
        component.details["KernelVersion"] = info.kernelVersion;
        component.details["GitCommit"] = info.gitCommit;
        component.details["GoVersion"] = info.goVersion;
        component.details["BuildTime"] = info.buildTime;
        component.details["Experimental"] = info.experimental ? "true" : "false";
    }
    return exchange.reply(200, model::toJson(info));
}

Result<void> info(Exchange& exchange)
{
    json::Value info = model::toJson(TRY(exchange.services().system.info()));
    shapeInfo(info.get_object(), exchange.version());
    return exchange.reply(200, info);
}

Result<engine::DiskUsageTypes> diskUsageTypes(Exchange& exchange)
{
    const std::vector<std::string> wanted = exchange.query().values("type");
    if (wanted.empty() || exchange.version() < ApiVersion { 1, 42 })
        return engine::DiskUsageTypes();
    engine::DiskUsageTypes types { false, false, false, false };
    for (const std::string& type : wanted) {
        if (type == "container")
            types.containers = true;
        else if (type == "image")
            types.images = true;
        else if (type == "volume")
            types.volumes = true;
        else if (type == "build-cache")
            types.buildCache = true;
        else
            return Error(ErrorCode::Invalid, fmt::format("unknown object type: {}", type));
    }
    return types;
}

Result<void> diskUsage(Exchange& exchange)
{
    const auto types = TRY(diskUsageTypes(exchange));
    json::Value usage = model::toJson(TRY(exchange.services().system.diskUsage(types)));
    shapeDiskUsage(usage.get_object(), exchange.version());
    return exchange.reply(200, usage);
}

Result<void> events(Exchange& exchange)
{
    const auto now = std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
    const auto filters = TRY(engine::Filters::parse(exchange.query().value("filters")));
    const auto since = TRY(engine::parseMoment(exchange.query().value("since"), now));
    const auto until = TRY(engine::parseMoment(exchange.query().value("until"), now));
    if (since && until && *since > *until)
        return Error(ErrorCode::Invalid,
            fmt::format("`since` time ({}) cannot be after `until` time ({})", exchange.query().value("since"), exchange.query().value("until")));
    const auto subscription = TRY(exchange.services().events.subscribe(filters, since, until));
    ResponseStream* stream = TRY(exchange.beginStream("application/json"));
    Connection& connection = exchange.connection();
    while (true) {
        std::optional<std::chrono::milliseconds> limit;
        if (const auto deadline = subscription->deadline())
            limit = std::max(std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::system_clock::now()),
                std::chrono::milliseconds(0));
        const bool readable = connection.waitFor(subscription->fd(), limit);
        if (!readable && (!limit || connection.clientGone() || connection.stop().requested()))
            return {};
        const auto event = TRY(subscription->next(connection.stop().token()));
        if (!event)
            return {};
        TRY(stream->writeLine(model::toJson(*event)));
    }
}

} // namespace

void addSystemRoutes(std::vector<Route>& routes)
{
    routes.insert(routes.end(),
        {
            { "GET", "/_ping", ping },
            { "HEAD", "/_ping", ping },
            { "GET", "/version", version },
            { "GET", "/info", info },
            { "GET", "/system/df", diskUsage },
            { "GET", "/events", events },
        });
}

} // namespace darsena::server
