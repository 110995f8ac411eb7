// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/server/server.h"

#include "core/api/http/parser.h"
#include "core/api/server/connection.h"
#include "core/api/server/exchange.h"
#include "core/api/server/routes.h"
#include "core/base/log.h"

#include <array>
#include <exception>

namespace darsena::server {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds headLimit = 10s;
constexpr std::chrono::milliseconds idleLimit = 5min;

/// Reads until the head is there; false when the client is done (it closed, or was idle for long).
Result<bool> readHead(Connection& connection, http::RequestParser& parser, std::string& rest)
{
    TRY(parser.feed(std::exchange(rest, {})));
    std::array<char, 16 * 1024> buffer;
    auto end = std::chrono::steady_clock::now() + headLimit;
    while (!parser.headDone()) {
        std::chrono::milliseconds limit = idleLimit;
        if (parser.begun())
            limit = std::max(std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()), 0ms);
        const auto count = connection.receive(buffer, limit);
        if (!count || *count == 0)
            return false;
        if (!parser.begun())
            end = std::chrono::steady_clock::now() + headLimit;
        TRY(parser.feed({ buffer.data(), *count }));
    }
    return true;
}

/// For a message that cannot be understood: there is no exchange yet.
void sendError(Connection& connection, const Error& error)
{
    http::Response response { statusOf(error.code()), Exchange::commonHeaders(), model::toText(model::ErrorBody { error.message() }) + "\n" };
    response.headers.add("Content-Type", "application/json");
    response.headers.add("Connection", "close");
    if (connection.send(http::serialize(response)))
        connection.closeGently();
}

} // namespace

Result<std::unique_ptr<Server>> Server::create(Services services)
{
    return std::unique_ptr<Server>(new Server(services, TRY(StopSignal::create())));
}

Server::Server(Services services, std::unique_ptr<StopSignal> stop)
    : m_services(services)
    , m_stop(std::move(stop))
    , m_router(allRoutes())
{
}

void Server::serve(UniqueFd client, Gate* gate)
{
    Connection connection(std::move(client), *m_stop);
    std::string rest;
    try {
        while (!m_stop->requested() && serveOne(connection, rest, gate)) { }
    } catch (const std::exception& exception) {
        // Nothing of ours throws; out of memory can. One connection is lost, the engine is not.
        log::error("a connection ended by an exception: {}", exception.what());
    }
}

bool Server::serveOne(Connection& connection, std::string& rest, Gate* gate)
{
    http::RequestParser parser;
    const auto head = readHead(connection, parser, rest);
    if (!head) {
        sendError(connection, head.error());
        return false;
    }
    if (!*head)
        return false;
    auto target = http::Target::parse(parser.target());
    if (!target) {
        sendError(connection, target.error());
        return false;
    }
    auto match = m_router.match(parser.method(), target->segments);
    if (match && gate != nullptr) {
        if (const auto refusal = gate->refusal(match->access, parser.headers(), connection)) {
            sendError(connection, *refusal);
            return false;
        }
    }
    const Handler handler = match ? match->handler : nullptr;
    Exchange exchange(connection, parser, std::move(*target), match ? std::move(*match) : Match(), m_services);
    Result<void> result = handler ? handler(exchange) : Result<void>(match.error());
    if (!result && !exchange.answered()) {
        if (statusOf(result.error().code()) >= 500)
            log::warning("{}: {}", exchange.what(), result.error().message());
        result = exchange.replyError(result.error());
    } else if (!result) {
        // The stream is cut, not ended, so that the client knows it is not whole.
        log::debug("{}: the stream was cut: {}", exchange.what(), result.error().message());
        return false;
    }
    if (!result || !exchange.finish())
        return false;
    if (!exchange.reusable()) {
        connection.closeGently();
        return false;
    }
    rest = parser.takeRest();
    return true;
}

} // namespace darsena::server
