// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/http/parser.h"
#include "core/api/http/target.h"
#include "core/api/model/wire.h"
#include "core/api/server/connection.h"
#include "core/api/server/router.h"
#include "core/api/server/services.h"
#include "core/engine/build_service.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace darsena::server {

/// The HTTP status of an error.
int statusOf(ErrorCode code);

/// A streamed answer. Each write goes to the client at once and waits for it.
class ResponseStream : public archive::ByteSink {
public:
    Result<void> write(std::span<const std::byte> bytes) override;
    using ByteSink::write;
    /// One JSON object and a line break.
    Result<void> writeLine(const json::Value& value) { return write(json::serialize(value) + "\n"); }

private:
    friend class Exchange;
    explicit ResponseStream(Connection& connection)
        : m_connection(connection)
    {
    }
    Connection& m_connection;
    bool m_chunked = false;
    std::optional<std::uint64_t> m_rest; ///< bytes that the head has promised and that are still to come
    bool m_silent = false; ///< the answer to HEAD
};

/// One request and its answer, as a handler sees it. The handler answers once, by reply(), replyEmpty(), beginStream() or
/// hijack(); or returns an Error before that, which becomes {"message": …} with the status of its code. An error after
/// the stream began cuts the connection, so that the client knows the stream is not whole.
class Exchange {
public:
    Exchange(Connection& connection, http::RequestParser& parser, http::Target target, Match match, Services& services);

    Services& services() { return m_services; }
    Connection& connection() { return m_connection; }
    ApiVersion version() const { return m_match.version; }
    const http::Headers& headers() const { return m_parser.headers(); }
    const http::Query& query() const { return m_target.query; }
    /// "GET /containers/json": the method and the path without its query, which may hold what is secret (build arguments).
    std::string what() const;
    /// What a {…} of the pattern matched.
    const std::string& parameter(std::string_view name) const;
    /// A whole number of the query; no value when missing or empty. Errors: Invalid, naming it.
    Result<std::optional<std::int64_t>> integer(std::string_view name) const;

    /// The whole body. Errors: TooLarge.
    Result<std::string> readBody(std::uint64_t maxBytes);
    /// The body as one of the wire types. Errors: Invalid: another content type than JSON, nothing, not JSON, wrong members.
    template<typename T>
    Result<T> readJson()
    {
        return model::fromJson<T>(TRY(readJsonValue()));
    }
    bool hasBody() const { return m_parser.hasBody(); }
    /// The body as a stream, for archives. Valid as long as the exchange.
    archive::ByteSource& body(std::uint64_t maxBytes);

    Result<void> reply(int status, const json::Value& body);
    Result<void> replyText(int status, std::string_view text);
    /// `more` are headers of this answer alone.
    Result<void> replyEmpty(int status, const std::vector<std::pair<std::string, std::string>>& more = {});
    Result<void> replyError(const Error& error);
    /// Sends the head; then the stream is written. The server ends it after the handler.
    Result<ResponseStream*> beginStream(std::string_view contentType, const std::vector<std::pair<std::string, std::string>>& more = {});
    /// The same for an answer whose length is known: exactly so many bytes must be written.
    Result<ResponseStream*> beginSized(std::string_view contentType, std::uint64_t bytes);
    /// Sends the head of a two-way stream: 101 when the client asked for an upgrade, else 200. `early` gets what the client
    /// sent behind its request. Nothing of HTTP follows.
    Result<void> hijack(std::string_view contentType, std::string& early);

    bool answered() const { return m_answered; }
    /// Ends a stream cleanly. Errors: Unavailable.
    Result<void> finish();
    /// Whether the connection can take another request.
    bool reusable() const { return m_reusable && m_parser.done() && m_parser.keepAlive(); }

    /// Headers that every answer has.
    static http::Headers commonHeaders();

private:
    class BodySource;
    Result<json::Value> readJsonValue();
    Result<void> sendResponse(http::Response response);
    Result<void> startBody(std::uint64_t maxBytes);
    Result<std::string> readSome();
    Result<ResponseStream*> sendStreamHead(http::Response response);

    Connection& m_connection;
    http::RequestParser& m_parser;
    http::Target m_target;
    Match m_match;
    Services& m_services;
    std::unique_ptr<archive::ByteSource> m_bodySource;
    ResponseStream m_stream;
    bool m_bodyBegun = false;
    bool m_answered = false;
    bool m_streaming = false;
    bool m_reusable = true;
};

} // namespace darsena::server
