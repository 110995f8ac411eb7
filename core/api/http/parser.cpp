// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/http/parser.h"

#include <algorithm>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <fmt/format.h>

namespace darsena::http {
namespace {

/// Chunk extensions and trailers mean nothing to us; what of them must be held at once is bounded.
constexpr std::size_t maxPendingInBody = 16 * 1024;

Error malformed(std::string_view what)
{
    return Error(ErrorCode::Invalid, fmt::format("malformed HTTP message: {}", what));
}

} // namespace

/// Beast's grammar, calling back into the Parser it belongs to.
template<bool isRequest>
class Parser::BeastEngine final : public Parser::Engine, public boost::beast::http::basic_parser<isRequest> {
    using Base = boost::beast::http::basic_parser<isRequest>;
    using BeastError = boost::beast::error_code;
    using Text = boost::beast::string_view;

public:
    explicit BeastEngine(Parser& owner)
        : m_owner(owner)
    {
        // The owner keeps the limits: it knows the body's only after the head.
        Base::header_limit(UINT32_MAX);
        Base::body_limit(boost::none);
        Base::eager(false);
    }

    Result<std::size_t> put(std::string_view bytes, bool& needMore) override
    {
        BeastError ec;
        const std::size_t taken = Base::put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
        needMore = ec == boost::beast::http::error::need_more;
        if (m_error)
            return *m_error;
        if (ec && !needMore)
            return malformed(ec.message());
        return taken;
    }
    Result<void> putEnd() override
    {
        BeastError ec;
        Base::put_eof(ec);
        if (m_error)
            return *m_error;
        if (ec)
            return malformed(ec.message());
        return {};
    }

private:
    void keep(const Result<void>& result, BeastError& ec)
    {
        if (result)
            return;
        m_error = result.error();
        ec = boost::beast::http::error::bad_value;
    }

    void on_request_impl(boost::beast::http::verb, Text method, Text target, int version, BeastError&) override
    {
        m_owner.m_method.assign(method.data(), method.size());
        m_owner.m_target.assign(target.data(), target.size());
        m_owner.m_version = version;
    }
    void on_response_impl(int code, Text, int version, BeastError&) override
    {
        m_owner.m_status = code;
        m_owner.m_version = version;
    }
    void on_field_impl(boost::beast::http::field, Text name, Text value, BeastError& ec) override
    {
        if (!m_owner.m_headDone)
            keep(m_owner.addHeader({ name.data(), name.size() }, { value.data(), value.size() }), ec);
    }
    void on_header_impl(BeastError&) override
    {
        m_owner.m_headDone = true;
        m_owner.m_chunked = Base::chunked();
        m_owner.m_untilEnd = Base::need_eof() && !Base::chunked() && !m_owner.m_contentLength;
    }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, BeastError&) override { }
    std::size_t on_body_impl(Text body, BeastError& ec) override
    {
        keep(m_owner.addBody({ body.data(), body.size() }), ec);
        return body.size();
    }
    void on_chunk_header_impl(std::uint64_t, Text, BeastError&) override { }
    std::size_t on_chunk_body_impl(std::uint64_t, Text body, BeastError& ec) override
    {
        keep(m_owner.addBody({ body.data(), body.size() }), ec);
        return body.size();
    }
    void on_finish_impl(BeastError&) override { m_owner.m_done = true; }

    Parser& m_owner;
    std::optional<Error> m_error;
};

Parser::~Parser() = default;

Result<void> Parser::feed(std::string_view bytes)
{
    if (m_failed)
        return malformed("the connection had an error before");
    m_begun = m_begun || !bytes.empty();
    m_pending += bytes;
    auto result = advance();
    m_failed = !result;
    return result;
}

Result<void> Parser::feedEnd()
{
    if (m_failed)
        return malformed("the connection had an error before");
    if (m_done)
        return {};
    if (!m_headDone || !m_untilEnd || !m_pending.empty()) {
        m_failed = true;
        return malformed("the peer closed the connection in the middle of it");
    }
    auto result = m_engine->putEnd();
    m_failed = !result;
    return result;
}

Result<void> Parser::beginBody(std::uint64_t bodyBytes)
{
    m_limits.bodyBytes = bodyBytes;
    m_bodyBegun = true;
    if (m_contentLength && *m_contentLength > bodyBytes) {
        m_failed = true;
        return Error(ErrorCode::TooLarge, fmt::format("the body has {} bytes, more than the {} allowed here", *m_contentLength, bodyBytes));
    }
    return feed({});
}

std::string Parser::takeRest()
{
    return m_done ? std::exchange(m_pending, {}) : std::string();
}

Result<void> Parser::advance()
{
    if (!m_headDone) {
        // The head goes to Beast in one piece, after a look at its raw bytes: Beast would join folded lines silently.
        std::size_t end = std::string::npos;
        for (; m_headBytes < m_pending.size() && end == std::string::npos; ++m_headBytes) {
            const char c = m_pending[m_headBytes];
            const char before = m_headBytes > 0 ? m_pending[m_headBytes - 1] : '\0';
            if ((before == '\r') != (c == '\n'))
                return malformed("a line does not end with CR LF");
            if (before == '\n' && (c == ' ' || c == '\t'))
                return malformed("a folded header line");
            if ((static_cast<unsigned char>(c) < 0x20 && c != '\r' && c != '\n' && c != '\t') || c == 0x7f)
                return malformed("a control character in the head");
            if (c == '\n' && m_headBytes >= 3 && m_pending[m_headBytes - 2] == '\n')
                end = m_headBytes + 1;
        }
        if ((end == std::string::npos ? m_pending.size() : end) > m_limits.headBytes)
            return Error(ErrorCode::TooLarge, fmt::format("the head of the HTTP message has more than {} bytes", m_limits.headBytes));
        if (end == std::string::npos)
            return {};
        std::size_t taken = 0;
        while (!m_headDone) {
            bool needMore = false;
            const std::size_t step = TRY(m_engine->put(std::string_view(m_pending).substr(taken, end - taken), needMore));
            taken += step;
            if (needMore || (step == 0 && !m_headDone))
                return malformed("its head is not complete");
        }
        m_pending.erase(0, taken);
    }
    if (!m_bodyBegun)
        return {};
    std::size_t taken = 0;
    while (!m_done && taken < m_pending.size()) {
        bool needMore = false;
        const std::size_t step = TRY(m_engine->put(std::string_view(m_pending).substr(taken), needMore));
        taken += step;
        if (needMore || step == 0)
            break;
    }
    m_pending.erase(0, taken);
    if (!m_done && m_pending.size() > maxPendingInBody)
        return Error(ErrorCode::TooLarge, "a chunk's head or the trailer of the HTTP message is too long");
    return {};
}

Result<void> Parser::addHeader(std::string_view name, std::string_view value)
{
    if (m_headers.size() == m_limits.headerCount)
        return Error(ErrorCode::TooLarge, fmt::format("the HTTP message has more than {} headers", m_limits.headerCount));
    if (equalNoCase(name, "Content-Length")) {
        if (m_headers.has("Content-Length") || m_headers.has("Transfer-Encoding"))
            return malformed("more than one header says how long it is");
        if (value.empty() || value.size() > 18 || !std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; }))
            return malformed("Content-Length is not a plain number");
        m_contentLength = std::stoull(std::string(value));
    } else if (equalNoCase(name, "Transfer-Encoding")) {
        if (m_headers.has("Content-Length") || m_headers.has("Transfer-Encoding"))
            return malformed("more than one header says how long it is");
        if (!equalNoCase(value, "chunked"))
            return malformed("Transfer-Encoding is not \"chunked\"");
        if (m_version < 11)
            return malformed("Transfer-Encoding in HTTP/1.0");
    } else if (equalNoCase(name, "Host") && m_headers.has("Host")) {
        return malformed("more than one Host");
    }
    if (equalNoCase(name, "Connection")) {
        Headers connection;
        connection.add("Connection", std::string(value));
        if (connection.hasToken("Connection", "close"))
            m_keepAlive = false;
    }
    m_headers.add(std::string(name), std::string(value));
    return {};
}

Result<void> Parser::addBody(std::string_view bytes)
{
    m_bodyBytes += bytes.size();
    if (m_bodyBytes > m_limits.bodyBytes)
        return Error(ErrorCode::TooLarge, fmt::format("the body has more than the {} bytes allowed here", m_limits.bodyBytes));
    m_body += bytes;
    return {};
}

RequestParser::RequestParser(const Limits& limits)
    : Parser(limits)
{
    m_engine = std::make_unique<BeastEngine<true>>(*this);
}

ResponseParser::ResponseParser(bool toHead, const Limits& limits)
    : Parser(limits)
{
    auto engine = std::make_unique<BeastEngine<false>>(*this);
    engine->skip(toHead);
    m_engine = std::move(engine);
}

} // namespace darsena::http
