// SPDX-License-Identifier: GPL-3.0-or-later
// Files in and out of containers, and images made of them.
#include "core/api/model/build.h"
#include "core/api/server/exchange.h"
#include "core/api/server/routes.h"
#include "core/engine/container_service.h"
#include "core/engine/image_service.h"

namespace darsena::server {
namespace {

constexpr std::string_view statHeader = "X-Docker-Container-Path-Stat";
constexpr std::uint64_t maxConfigBytes = 4 * 1024 * 1024;

engine::ContainerService& containers(Exchange& exchange)
{
    return exchange.services().containers;
}

const std::string& container(Exchange& exchange)
{
    return exchange.parameter("id");
}

/// Decides before the work begins: bad paths cost nothing.
Result<std::string_view> archivePath(Exchange& exchange)
{
    const std::string_view path = exchange.query().value("path");
    if (path.empty())
        return Error(ErrorCode::Invalid, "bad parameter: path cannot be empty");
    return path;
}

Result<void> statArchive(Exchange& exchange)
{
    const std::string_view path = TRY(archivePath(exchange));
    const ClientWatch watch(exchange.connection());
    const auto stat = TRY(containers(exchange).statPath(container(exchange), path, watch.token()));
    return exchange.replyEmpty(200, { { std::string(statHeader), model::toHeader(stat) } });
}

Result<void> readArchive(Exchange& exchange)
{
    const std::string_view path = TRY(archivePath(exchange));
    const ClientWatch watch(exchange.connection());
    const auto begin = [&](const model::ContainerPathStat& stat) -> Result<archive::ByteSink*> {
        return TRY(exchange.beginStream("application/x-tar", { { std::string(statHeader), model::toHeader(stat) } }));
    };
    return containers(exchange).readArchive(container(exchange), path, begin, watch.token());
}

Result<void> writeArchive(Exchange& exchange)
{
    const std::string_view path = TRY(archivePath(exchange));
    const engine::ArchiveWriteOptions options { exchange.query().flag("noOverwriteDirNonDir"), exchange.query().flag("copyUIDGID") };
    const ClientWatch watch(exchange.connection());
    TRY(containers(exchange).writeArchive(container(exchange), path, exchange.body(UINT64_MAX), options, watch.token()));
    return exchange.replyEmpty(200);
}

Result<void> exportContainer(Exchange& exchange)
{
    const ClientWatch watch(exchange.connection());
    const auto begin = [&]() -> Result<archive::ByteSink*> { return TRY(exchange.beginStream("application/octet-stream")); };
    return containers(exchange).exportFiles(container(exchange), begin, watch.token());
}

/// The body is a container's configuration, "null", or nothing.
Result<std::optional<model::ContainerConfig>> readConfig(Exchange& exchange)
{
    const std::string body = exchange.hasBody() ? TRY(exchange.readBody(maxConfigBytes)) : std::string();
    if (body.find_first_not_of(" \t\r\n") == std::string::npos)
        return std::optional<model::ContainerConfig>();
    const json::Value value = TRY_CONTEXT("invalid JSON", json::parse(body));
    if (value.is_null())
        return std::optional<model::ContainerConfig>();
    return std::optional(TRY(model::fromJson<model::ContainerConfig>(value)));
}

Result<void> commit(Exchange& exchange)
{
    const http::Query& query = exchange.query();
    const std::string_view reference = query.value("container");
    if (reference.empty())
        return Error(ErrorCode::Invalid, "bad parameter: container cannot be empty");
    engine::CommitOptions options;
    options.repository = query.value("repo");
    options.tag = query.value("tag");
    options.comment = query.value("comment");
    options.author = query.value("author");
    options.pause = query.value("pause").empty() || query.flag("pause");
    options.changes = query.values("changes");
    options.config = TRY(readConfig(exchange));
    const std::string id = TRY(containers(exchange).commit(reference, options));
    return exchange.reply(201, json::Object { { "Id", id } });
}

Result<void> import(Exchange& exchange)
{
    const http::Query& query = exchange.query();
    engine::ImportOptions options;
    options.repository = query.value("repo");
    options.tag = query.value("tag");
    options.message = query.value("message");
    options.platform = query.value("platform");
    options.changes = query.values("changes");
    const ClientWatch watch(exchange.connection());
    const std::string id = TRY(exchange.services().images.import(exchange.body(UINT64_MAX), options, watch.token()));
    ResponseStream* stream = TRY(exchange.beginStream("application/json"));
    model::BuildMessage message;
    message.status = id;
    return stream->writeLine(model::toJson(message));
}

Result<void> createImage(Exchange& exchange)
{
    const std::string_view source = exchange.query().value("fromSrc");
    if (source == "-")
        return import(exchange);
    if (!source.empty())
        return Error(ErrorCode::Unsupported,
            fmt::format("the engine fetches nothing from the network: download {} and import the file (docker import FILE), or pipe it: curl … | docker import -",
                source.substr(0, 200)));
    return Error(ErrorCode::Unsupported,
        "this version of Darsena does not reach registries: bring the image in with \"docker load\", or build it from a Dockerfile");
}

} // namespace

void addArchiveRoutes(std::vector<Route>& routes)
{
    routes.insert(routes.end(),
        {
            { "HEAD", "/containers/{id}/archive", statArchive },
            { "GET", "/containers/{id}/archive", readArchive },
            { "PUT", "/containers/{id}/archive", writeArchive },
            { "GET", "/containers/{id}/export", exportContainer },
            { "POST", "/commit", commit },
            { "POST", "/images/create", createImage },
        });
}

} // namespace darsena::server
