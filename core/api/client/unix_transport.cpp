// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/client/unix_transport.h"

#include "core/api/http/parser.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

namespace darsena::client {
namespace {

constexpr std::uint64_t maxAnswerBytes = 256 * 1024 * 1024;

Error gone(int errorNumber)
{
    return Error::system(errorNumber, "the connection to the engine").as(ErrorCode::Unavailable);
}

Result<void> sendAll(int fd, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return gone(errno);
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
}

/// Feeds the parser with the next bytes; false at the end of the stream.
Result<bool> receive(int fd, http::Parser& parser)
{
    std::array<char, 64 * 1024> buffer;
    ssize_t count = 0;
    do {
        count = ::recv(fd, buffer.data(), buffer.size(), 0);
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return gone(errno);
    if (count == 0) {
        if (!parser.begun())
            return Error(ErrorCode::Unavailable, "the engine closed the connection without an answer");
        auto end = parser.feedEnd();
        if (!end)
            return end.error().as(ErrorCode::Unavailable);
        return false;
    }
    TRY(parser.feed({ buffer.data(), static_cast<std::size_t>(count) }));
    return true;
}

Result<void> receiveHead(int fd, http::ResponseParser& parser)
{
    while (!parser.headDone())
        TRY(receive(fd, parser));
    return {};
}

Result<http::Response> receiveRest(int fd, http::ResponseParser& parser)
{
    TRY(parser.beginBody(maxAnswerBytes));
    while (!parser.done())
        TRY(receive(fd, parser));
    return http::Response { parser.status(), parser.headers(), parser.takeBody() };
}

/// The error that an answer without success means.
Error refusal(int fd, http::ResponseParser& parser)
{
    const auto response = receiveRest(fd, parser);
    return response ? statusError(*response) : response.error();
}

/// Sends the body in chunks. An engine that answers before the end (it refused) is heard at once.
Result<void> sendBody(int fd, const UnixTransport::BodySource& body)
{
    std::array<char, 64 * 1024> buffer;
    while (true) {
        pollfd answered { fd, POLLIN, 0 };
        if (::poll(&answered, 1, 0) > 0)
            return {};
        const std::size_t count = TRY(body(buffer));
        if (count == 0)
            return sendAll(fd, http::lastChunk);
        if (auto sent = sendAll(fd, http::encodeChunk({ buffer.data(), count })); !sent) {
            // It may have answered and closed while we wrote: its answer says more than our broken pipe.
            answered.revents = 0;
            return ::poll(&answered, 1, 0) > 0 && (answered.revents & POLLIN) ? Result<void>() : sent;
        }
    }
}

} // namespace

BodyReader::BodyReader(UniqueFd connection, std::unique_ptr<http::ResponseParser> parser)
    : m_connection(std::move(connection))
    , m_parser(std::move(parser))
{
}
BodyReader::~BodyReader() = default;
BodyReader::BodyReader(BodyReader&&) noexcept = default;

Result<std::size_t> BodyReader::read(std::span<std::byte> buffer, const std::stop_token& stop)
{
    constexpr int sliceMilliseconds = 200;
    while (m_taken == m_waiting.size()) {
        m_waiting = m_parser->takeBody();
        m_taken = 0;
        if (!m_waiting.empty())
            break;
        if (m_parser->done())
            return std::size_t { 0 };
        pollfd more { m_connection.get(), POLLIN, 0 };
        const int ready = ::poll(&more, 1, sliceMilliseconds);
        if (stop.stop_requested())
            return Error(ErrorCode::Cancelled, "stopped");
        if (ready > 0 && !TRY(receive(m_connection.get(), *m_parser)) && !m_parser->done())
            return Error(ErrorCode::Unavailable, "the engine closed the connection in the middle of its answer");
    }
    const std::size_t count = std::min(buffer.size(), m_waiting.size() - m_taken);
    std::memcpy(buffer.data(), m_waiting.data() + m_taken, count);
    m_taken += count;
    return count;
}

Result<UniqueFd> UnixTransport::connect() const
{
    sockaddr_un address {};
    address.sun_family = AF_UNIX;
    const std::string& path = m_socket.native();
    if (path.size() >= sizeof address.sun_path)
        return Error(ErrorCode::Invalid, fmt::format("the socket path {} is too long", path));
    std::memcpy(address.sun_path, path.data(), path.size());
    UniqueFd fd = UniqueFd::adopt(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd)
        return Error::system(errno, "socket");
    if (m_patience.count() > 0) {
        const timeval limit { m_patience.count() / 1000, (m_patience.count() % 1000) * 1000 };
        for (const int direction : { SO_RCVTIMEO, SO_SNDTIMEO }) {
            if (::setsockopt(fd.get(), SOL_SOCKET, direction, &limit, sizeof limit) != 0)
                return Error::system(errno, "socket time limit");
        }
    }
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return Error::system(errno, fmt::format("connect to the engine at {}", path)).as(ErrorCode::Unavailable);
    return fd;
}

Result<http::Response> UnixTransport::exchange(const http::Request& request) const
{
    const UniqueFd fd = TRY(connect());
    TRY(sendAll(fd.get(), http::serialize(request)));
    http::ResponseParser parser(request.method == "HEAD");
    TRY(receiveHead(fd.get(), parser));
    return receiveRest(fd.get(), parser);
}

Result<void> UnixTransport::streamBytes(
    const http::Request& request, const BodySource& body, const std::function<Result<void>(std::string_view)>& onBytes) const
{
    const UniqueFd fd = TRY(connect());
    TRY(sendAll(fd.get(), http::serialize(request)));
    if (body)
        TRY(sendBody(fd.get(), body));
    http::ResponseParser parser;
    TRY(receiveHead(fd.get(), parser));
    if (parser.status() >= 300)
        return refusal(fd.get(), parser);
    TRY(parser.beginBody());
    while (true) {
        if (const std::string bytes = parser.takeBody(); !bytes.empty())
            TRY(onBytes(bytes));
        if (parser.done())
            return {};
        TRY(receive(fd.get(), parser));
    }
}

Result<BodyReader> UnixTransport::openBody(const http::Request& request) const
{
    UniqueFd fd = TRY(connect());
    TRY(sendAll(fd.get(), http::serialize(request)));
    auto parser = std::make_unique<http::ResponseParser>();
    TRY(receiveHead(fd.get(), *parser));
    if (parser->status() >= 300)
        return refusal(fd.get(), *parser);
    TRY(parser->beginBody());
    return BodyReader(std::move(fd), std::move(parser));
}

Result<UniqueFd> UnixTransport::upgrade(const http::Request& request, std::string& early) const
{
    UniqueFd fd = TRY(connect());
    TRY(sendAll(fd.get(), http::serialize(request)));
    http::ResponseParser parser;
    TRY(receiveHead(fd.get(), parser));
    if (parser.status() != 101 && parser.status() != 200)
        return refusal(fd.get(), parser);
    // After 101 the message is over and the rest is the stream; an older client's 200 has a body without an end.
    TRY(parser.beginBody());
    early = parser.takeBody() + parser.takeRest();
    return fd;
}

} // namespace darsena::client
