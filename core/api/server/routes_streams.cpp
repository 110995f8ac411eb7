// SPDX-License-Identifier: GPL-3.0-or-later
// Routes of containers whose answers are streams: attach, logs, stats, wait.
#include "core/api/http/stdio_frames.h"
#include "core/api/server/exchange.h"
#include "core/api/server/routes.h"
#include "core/api/server/splice.h"
#include "core/engine/container_service.h"

#include <charconv>

#include <fmt/format.h>

namespace darsena::server {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view rawStream = "application/vnd.docker.raw-stream";
constexpr std::string_view framedStream = "application/vnd.docker.multiplexed-stream";

/// Before 1.42 both kinds of stream had one name.
std::string_view streamType(const Exchange& exchange, bool tty)
{
    return tty || exchange.version() < ApiVersion { 1, 42 } ? rawStream : framedStream;
}

Result<void> sendReplay(Exchange& exchange, engine::LogReader& reader, bool tty)
{
    while (auto chunk = TRY(reader.next(exchange.connection().stop().token()))) {
        if (!tty)
            chunk->data = http::encodeStdio(static_cast<http::StdioStream>(chunk->stream), chunk->data);
        TRY(exchange.connection().send(chunk->data));
    }
    return {};
}

Result<void> attach(Exchange& exchange)
{
    const http::Query& query = exchange.query();
    engine::AttachOptions options;
    options.in = query.flag("stdin");
    options.out = query.flag("stdout");
    options.err = query.flag("stderr");
    options.stream = query.flag("stream");
    options.logs = query.flag("logs");
    auto keys = TRY(engine::DetachKeys::parse(query.value("detachKeys")));
    const auto attachment = TRY(exchange.services().containers.attach(exchange.parameter("id"), options));
    const bool tty = attachment->tty();
    std::string early;
    TRY(exchange.hijack(streamType(exchange, tty), early));
    if (engine::LogReader* replay = attachment->replay())
        TRY(sendReplay(exchange, *replay, tty));
    // docker run attaches before it starts: until then there is no stream.
    Connection& client = exchange.connection();
    if (options.stream && !client.waitForHalfClosed(attachment->fd()))
        return {};
    const UniqueFd stream = TRY(attachment->stream(client.stop().token()));
    if (stream)
        splice(client, stream, std::move(early), options.in, tty ? std::optional(std::move(keys)) : std::nullopt);
    return {};
}

Result<void> wait(Exchange& exchange)
{
    (void)TRY(exchange.services().containers.hasTty(exchange.parameter("id"))); // what is not there comes before what is wrong
    const auto condition = TRY(engine::parseWaitCondition(exchange.query().value("condition")));
    const auto waiter = TRY(exchange.services().containers.wait(exchange.parameter("id"), condition));
    // The head goes out now: docker run starts the container only when it knows that we wait.
    ResponseStream* stream = TRY(exchange.beginStream("application/json"));
    if (!exchange.connection().waitFor(waiter->fd()))
        return Error(ErrorCode::Cancelled, "the wait ended before the container did");
    const auto result = TRY(waiter->wait(exchange.connection().stop().token()));
    return stream->writeLine(model::toJson(result));
}

Result<std::optional<std::int64_t>> parseTail(std::string_view text)
{
    if (text.empty() || text == "all")
        return std::optional<std::int64_t>();
    std::int64_t lines = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), lines);
    // Docker takes every text that is no number, and negative numbers, for "all".
    if (error != std::errc() || end != text.data() + text.size() || lines < 0)
        return std::optional<std::int64_t>();
    return std::optional(lines);
}

Result<void> logs(Exchange& exchange)
{
    const http::Query& query = exchange.query();
    const auto now = std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
    engine::LogOptions options;
    options.out = query.flag("stdout");
    options.err = query.flag("stderr");
    if (!options.out && !options.err)
        return Error(ErrorCode::Invalid, "Bad parameters: you must choose at least one stream");
    options.follow = query.flag("follow");
    options.timestamps = query.flag("timestamps");
    options.details = query.flag("details");
    options.since = TRY(engine::parseMoment(query.value("since"), now));
    options.until = TRY(engine::parseMoment(query.value("until"), now));
    options.tail = TRY(parseTail(query.value("tail")));
    engine::ContainerService& containers = exchange.services().containers;
    const bool tty = TRY(containers.hasTty(exchange.parameter("id")));
    const auto reader = TRY(containers.logs(exchange.parameter("id"), options));
    ResponseStream* stream = TRY(exchange.beginStream(streamType(exchange, tty)));
    Connection& connection = exchange.connection();
    while (true) {
        if (options.follow && !reader->ready() && !connection.waitFor(reader->fd()))
            return {};
        const auto chunk = TRY(reader->next(connection.stop().token()));
        if (!chunk)
            return {};
        if (tty)
            TRY(stream->write(chunk->data));
        else
            TRY(stream->write(http::encodeStdio(static_cast<http::StdioStream>(chunk->stream), chunk->data)));
    }
}

Result<void> stats(Exchange& exchange)
{
    const bool follow = exchange.query().flag("stream", true);
    const bool oneShot = exchange.query().flag("one-shot");
    if (follow && oneShot)
        return Error(ErrorCode::Invalid, "cannot have stream=true and one-shot=true");
    engine::ContainerService& containers = exchange.services().containers;
    const std::string& id = exchange.parameter("id");
    json::Object sample = TRY(containers.stats(id));
    // Usage per time needs two samples; clients that want one quickly say one-shot.
    if (!follow && !oneShot) {
        if (!exchange.connection().waitFor(-1, 1s) && exchange.connection().clientGone())
            return Error(ErrorCode::Unavailable, "the client is gone");
        json::Object second = TRY(containers.stats(id));
        second["precpu_stats"] = sample["cpu_stats"];
        second["preread"] = sample["read"];
        sample = std::move(second);
    }
    if (!follow)
        return exchange.reply(200, sample);
    ResponseStream* stream = TRY(exchange.beginStream("application/json"));
    Connection& connection = exchange.connection();
    while (true) {
        TRY(stream->writeLine(sample));
        connection.waitFor(-1, 1s);
        if (connection.clientGone() || connection.stop().requested())
            return {};
        auto next = containers.stats(id);
        if (!next)
            return {};
        (*next)["precpu_stats"] = sample["cpu_stats"];
        (*next)["preread"] = sample["read"];
        sample = std::move(*next);
    }
}

} // namespace

void addContainerStreamRoutes(std::vector<Route>& routes)
{
    routes.insert(routes.end(),
        {
            { "POST", "/containers/{id}/attach", attach },
            { "POST", "/containers/{id}/wait", wait },
            { "GET", "/containers/{id}/logs", logs },
            { "GET", "/containers/{id}/stats", stats },
        });
}

} // namespace darsena::server
