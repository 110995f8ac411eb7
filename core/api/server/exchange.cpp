// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/server/exchange.h"

#include "core/api/model/system.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace darsena::server {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t maxJsonBytes = 4 * 1024 * 1024;
/// How long a client may pause in the middle of a body.
constexpr auto bodyPause = 120s;

} // namespace

int statusOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Invalid:
        return 400;
    case ErrorCode::Denied:
        return 403;
    case ErrorCode::NotFound:
        return 404;
    case ErrorCode::Conflict:
        return 409;
    case ErrorCode::NotModified:
        return 304;
    case ErrorCode::TooLarge:
        return 413;
    case ErrorCode::Unsupported:
        return 501;
    case ErrorCode::Unavailable:
    case ErrorCode::Cancelled:
        return 503;
    case ErrorCode::Corrupt:
    case ErrorCode::System:
    case ErrorCode::Internal:
        return 500;
    }
    return 500;
}

Result<void> ResponseStream::write(std::span<const std::byte> bytes)
{
    if (m_silent || bytes.empty())
        return {};
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (m_rest) {
        if (text.size() > *m_rest)
            return Error(ErrorCode::Internal, "more bytes than the answer's head has promised");
        *m_rest -= text.size();
    }
    return m_chunked ? m_connection.send(http::encodeChunk(text)) : m_connection.send(text);
}

/// The request's body, read from the socket as the engine asks for it.
class Exchange::BodySource final : public archive::ByteSource {
public:
    BodySource(Exchange& exchange, std::uint64_t maxBytes)
        : m_exchange(exchange)
        , m_maxBytes(maxBytes)
    {
    }
    Result<std::size_t> read(std::span<std::byte> buffer) override
    {
        TRY(m_exchange.startBody(m_maxBytes));
        if (m_offset == m_bytes.size()) {
            m_bytes = TRY(m_exchange.readSome());
            m_offset = 0;
        }
        const std::size_t count = std::min(buffer.size(), m_bytes.size() - m_offset);
        std::memcpy(buffer.data(), m_bytes.data() + m_offset, count);
        m_offset += count;
        return count;
    }

private:
    Exchange& m_exchange;
    std::uint64_t m_maxBytes;
    std::string m_bytes;
    std::size_t m_offset = 0;
};

Exchange::Exchange(Connection& connection, http::RequestParser& parser, http::Target target, Match match, Services& services)
    : m_connection(connection)
    , m_parser(parser)
    , m_target(std::move(target))
    , m_match(std::move(match))
    , m_services(services)
    , m_stream(connection)
{
    m_stream.m_silent = parser.method() == "HEAD";
}

http::Headers Exchange::commonHeaders()
{
    return { { "Api-Version", newestApiVersion.text() }, { "Docker-Experimental", "false" }, { "Ostype", "linux" },
        { "Server", "Darsena/" DARSENA_VERSION " (linux)" } };
}

std::string Exchange::what() const
{
    const std::string& target = m_parser.target();
    return fmt::format("{} {}", m_parser.method(), target.substr(0, target.find('?')));
}

const std::string& Exchange::parameter(std::string_view name) const
{
    static const std::string none;
    const auto found = m_match.parameters.find(name);
    return found == m_match.parameters.end() ? none : found->second;
}

Result<std::optional<std::int64_t>> Exchange::integer(std::string_view name) const
{
    const std::string_view text = query().value(name);
    if (text.empty())
        return std::optional<std::int64_t>();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return Error(ErrorCode::Invalid, fmt::format("{}: \"{}\" is not a whole number", name, text.substr(0, 64)));
    return std::optional(value);
}

Result<void> Exchange::startBody(std::uint64_t maxBytes)
{
    if (m_bodyBegun)
        return {};
    m_bodyBegun = true;
    TRY(m_parser.beginBody(maxBytes));
    if (!m_parser.done() && http::equalNoCase(headers().value("Expect"), "100-continue"))
        TRY(m_connection.send("HTTP/1.1 100 Continue\r\n\r\n"));
    return {};
}

Result<std::string> Exchange::readSome()
{
    std::array<char, 64 * 1024> buffer;
    while (m_parser.bodyAvailable() == 0 && !m_parser.done()) {
        const std::size_t count = TRY(m_connection.receive(buffer, bodyPause));
        if (count == 0)
            TRY(m_parser.feedEnd());
        else
            TRY(m_parser.feed({ buffer.data(), count }));
    }
    return m_parser.takeBody();
}

Result<std::string> Exchange::readBody(std::uint64_t maxBytes)
{
    TRY(startBody(maxBytes));
    std::string body;
    while (true) {
        std::string more = TRY(readSome());
        if (more.empty())
            return body;
        body += more;
    }
}

Result<json::Value> Exchange::readJsonValue()
{
    const std::string body = TRY(readBody(maxJsonBytes));
    // A web page can make a browser post other types to any address without asking first; JSON it cannot.
    const std::string_view type = headers().value("Content-Type");
    if (!body.empty() && !http::equalNoCase(type.substr(0, type.find(';')), "application/json"))
        return Error(ErrorCode::Invalid, fmt::format("unsupported Content-Type header ({}): must be 'application/json'", type.substr(0, 64)));
    if (body.empty())
        return Error(ErrorCode::Invalid, "invalid JSON: got EOF while reading request body");
    return json::parse(body).withContext("invalid JSON");
}

archive::ByteSource& Exchange::body(std::uint64_t maxBytes)
{
    if (!m_bodySource)
        m_bodySource = std::make_unique<BodySource>(*this, maxBytes);
    return *m_bodySource;
}

Result<void> Exchange::sendResponse(http::Response response)
{
    m_answered = true;
    // A handler that needs no body leaves it unread; one that is there already can be skipped over, any other ends the connection.
    if (!m_bodyBegun && !startBody(maxJsonBytes))
        m_reusable = false;
    m_parser.takeBody();
    if (!m_parser.done() || !m_parser.keepAlive()) {
        m_reusable = false;
        response.headers.set("Connection", "close");
    }
    if (m_stream.m_silent) {
        response.headers.set("Content-Length", std::to_string(response.body.size()));
        return m_connection.send(http::serializeHead(response));
    }
    return m_connection.send(http::serialize(response));
}

Result<void> Exchange::reply(int status, const json::Value& body)
{
    http::Response response { status, commonHeaders(), json::serialize(body) + "\n" };
    response.headers.add("Content-Type", "application/json");
    return sendResponse(std::move(response));
}

Result<void> Exchange::replyText(int status, std::string_view text)
{
    http::Response response { status, commonHeaders(), std::string(text) };
    response.headers.add("Content-Type", "text/plain; charset=utf-8");
    response.headers.add("Cache-Control", "no-cache, no-store, must-revalidate");
    response.headers.add("Pragma", "no-cache");
    response.headers.add("Builder-Version", "1");
    response.headers.add("Swarm", "inactive");
    return sendResponse(std::move(response));
}

Result<void> Exchange::replyEmpty(int status, const std::vector<std::pair<std::string, std::string>>& more)
{
    http::Response response { status, commonHeaders(), {} };
    for (const auto& [name, value] : more)
        response.headers.add(name, value);
    return sendResponse(std::move(response));
}

Result<void> Exchange::replyError(const Error& error)
{
    const int status = statusOf(error.code());
    if (status == 304)
        return replyEmpty(status);
    return reply(status, model::toJson(model::ErrorBody { error.message() }));
}

Result<ResponseStream*> Exchange::beginStream(std::string_view contentType, const std::vector<std::pair<std::string, std::string>>& more)
{
    http::Response response { 200, commonHeaders(), {} };
    response.headers.add("Content-Type", std::string(contentType));
    for (const auto& [name, value] : more)
        response.headers.add(name, value);
    m_stream.m_chunked = m_parser.version() >= 11;
    if (m_stream.m_chunked)
        response.headers.add("Transfer-Encoding", "chunked");
    return sendStreamHead(std::move(response));
}

Result<ResponseStream*> Exchange::beginSized(std::string_view contentType, std::uint64_t bytes)
{
    http::Response response { 200, commonHeaders(), {} };
    response.headers.add("Content-Type", std::string(contentType));
    response.headers.add("Content-Length", std::to_string(bytes));
    m_stream.m_rest = bytes;
    return sendStreamHead(std::move(response));
}

Result<ResponseStream*> Exchange::sendStreamHead(http::Response response)
{
    m_answered = true;
    m_streaming = true;
    if (!m_bodyBegun && !startBody(maxJsonBytes))
        m_reusable = false;
    const bool ends = m_stream.m_chunked || m_stream.m_rest; // else the connection's end is the stream's
    if (!ends || !m_parser.keepAlive()) {
        m_reusable = false;
        response.headers.set("Connection", "close");
    }
    TRY(m_connection.send(http::serializeHead(response)));
    return &m_stream;
}

Result<void> Exchange::hijack(std::string_view contentType, std::string& early)
{
    m_answered = true;
    m_reusable = false;
    TRY(startBody(maxJsonBytes));
    early = m_parser.takeRest();
    http::Response response { 200, {}, {} };
    response.headers.add("Content-Type", std::string(contentType));
    if (headers().hasToken("Connection", "Upgrade") && headers().has("Upgrade")) {
        response.status = 101;
        response.headers.add("Connection", "Upgrade");
        response.headers.add("Upgrade", "tcp");
    }
    for (const auto& [name, value] : commonHeaders())
        response.headers.add(name, value);
    return m_connection.send(http::serializeHead(response));
}

Result<void> Exchange::finish()
{
    if (m_streaming && m_stream.m_rest.value_or(0) > 0 && !m_stream.m_silent)
        return Error(ErrorCode::Internal, "fewer bytes than the answer's head has promised");
    if (!m_streaming || !m_stream.m_chunked || m_stream.m_silent)
        return {};
    return m_connection.send(http::lastChunk);
}

} // namespace darsena::server
