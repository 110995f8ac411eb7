// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/http/message.h"
#include "core/base/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace darsena::http {

/// Bounds on what a peer sends (security R6).
struct Limits {
    std::size_t headBytes = 64 * 1024;
    std::size_t headerCount = 100;
    std::uint64_t bodyBytes = UINT64_MAX; ///< decoded
};

/// Reads one HTTP/1.1 (or 1.0) message out of bytes that come in any pieces. No input or output of its own.
///
/// feed() takes all it is given. It stops understanding at the end of the head until beginBody() was called, so that a
/// server can look at the head (authorise, choose the body's limit) first; and at the end of the message: what came
/// after it is rest(), the next message or, after an upgrade, the stream.
///
/// Stricter than Boost.Beast, which does the grammar, so that no two readers can disagree about where a message ends:
/// a second Content-Length or one beside Transfer-Encoding, any Transfer-Encoding but "chunked", folded lines, blanks
/// before the colon and control characters in values are errors of the head, before any dispatch (CVE-2024-41110 class).
/// Errors: Invalid (malformed), TooLarge (a bound). After an error the connection cannot be used further.
class Parser {
public:
    virtual ~Parser();
    Parser(Parser&&) = delete;
    Parser& operator=(Parser&&) = delete;

    Result<void> feed(std::string_view bytes);
    /// The peer closed its side. Ends a body that lasts until the end of the stream. Errors: Invalid in the middle of a message.
    Result<void> feedEnd();

    bool headDone() const { return m_headDone; }
    /// Goes on past the head. `bodyBytes` bounds the decoded body; a Content-Length above it is an error at once.
    Result<void> beginBody(std::uint64_t bodyBytes = UINT64_MAX);
    /// Decoded bytes of the body so far, moved out.
    std::string takeBody() { return std::exchange(m_body, {}); }
    std::size_t bodyAvailable() const { return m_body.size(); }
    /// The whole message was read.
    bool done() const { return m_done; }
    /// Whether anything of a message has come: an end of stream before is a peer that is simply done.
    bool begun() const { return m_begun; }
    /// What came after the message, moved out.
    std::string takeRest();

    /// Of the head; valid after headDone().
    const Headers& headers() const { return m_headers; }
    bool hasBody() const { return m_chunked || m_contentLength.value_or(0) > 0 || m_untilEnd; }
    std::optional<std::uint64_t> contentLength() const { return m_contentLength; }
    /// HTTP/1.0 peers get one message a connection.
    bool keepAlive() const { return m_keepAlive && m_version >= 11; }

protected:
    explicit Parser(const Limits& limits)
        : m_limits(limits)
    {
    }

    // Beast's parser, in parser.cpp.
    struct Engine {
        virtual ~Engine() = default;
        /// Takes from the front of `bytes`; sets `needMore` when it cannot go on.
        virtual Result<std::size_t> put(std::string_view bytes, bool& needMore) = 0;
        virtual Result<void> putEnd() = 0;
    };
    template<bool isRequest>
    class BeastEngine;

    Result<void> advance();
    Result<void> addHeader(std::string_view name, std::string_view value);
    Result<void> addBody(std::string_view bytes);

    Limits m_limits;
    std::unique_ptr<Engine> m_engine;
    std::string m_pending; ///< came, not understood yet
    std::size_t m_headBytes = 0;
    bool m_begun = false;
    bool m_headDone = false;
    bool m_bodyBegun = false;
    bool m_done = false;
    bool m_failed = false;

    Headers m_headers;
    std::optional<std::uint64_t> m_contentLength;
    bool m_chunked = false;
    bool m_untilEnd = false;
    bool m_keepAlive = true;
    std::uint64_t m_bodyBytes = 0;
    std::string m_body;
    std::string m_method; ///< of a request
    std::string m_target;
    int m_status = 0; ///< of a response
    int m_version = 11;
};

class RequestParser : public Parser {
public:
    explicit RequestParser(const Limits& limits = {});
    const std::string& method() const { return m_method; }
    const std::string& target() const { return m_target; }
    /// 11 or 10.
    int version() const { return m_version; }
};

class ResponseParser : public Parser {
public:
    /// `toHead`: the response answers a HEAD request and has no body whatever its headers say.
    explicit ResponseParser(bool toHead = false, const Limits& limits = {});
    int status() const { return m_status; }
};

} // namespace darsena::http
