// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/client/call.h"
#include "core/base/result.h"
#include "core/base/unique_fd.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>

namespace darsena::http {
class ResponseParser;
}

namespace darsena::client {

/// The body of an answer, pulled piece by piece: for what is too large to hold and not to be taken apart here (an image's
/// archive). One thread at a time.
class BodyReader {
public:
    BodyReader(UniqueFd connection, std::unique_ptr<http::ResponseParser> parser);
    ~BodyReader();
    BodyReader(BodyReader&&) noexcept;

    /// Up to buffer.size() bytes; 0 = the end. Errors: Unavailable when the engine goes away before it; Cancelled.
    Result<std::size_t> read(std::span<std::byte> buffer, const std::stop_token& stop = {});

private:
    UniqueFd m_connection;
    std::unique_ptr<http::ResponseParser> m_parser;
    std::string m_waiting;
    std::size_t m_taken = 0;
};

/// Carries calls over a Unix socket, blocking; one connection a call. For the command line and tests; the studio never
/// blocks and uses its own. Any thread.
/// Errors besides those of the calls: Unavailable when nobody listens or the engine goes away.
class UnixTransport {
public:
    explicit UnixTransport(std::filesystem::path socket)
        : m_socket(std::move(socket))
    {
    }
    /// Waits no longer than this for the engine to take or send bytes; what takes longer fails: Unavailable.
    UnixTransport(std::filesystem::path socket, std::chrono::milliseconds patience)
        : m_socket(std::move(socket))
        , m_patience(patience)
    {
    }

    template<typename T>
    Result<T> send(const Call<T>& call) const
    {
        return call.decode(TRY(exchange(call.request)));
    }
    /// The whole answer to one request. Answers above 256 MiB are refused.
    Result<http::Response> exchange(const http::Request& request) const;

    /// Fills the buffer with more of a request's body; 0 = the end.
    using BodySource = std::function<Result<std::size_t>(std::span<char>)>;

    /// Calls onValue for each value until the stream ends; an error from onValue ends it early and is returned.
    template<typename T>
    Result<void> stream(const StreamCall<T>& call, const std::function<Result<void>(T&)>& onValue, const BodySource& body = {}) const
    {
        auto decoder = call.decoder();
        std::vector<T> values;
        const auto pass = [&]() -> Result<void> {
            for (T& value : values)
                TRY(onValue(value));
            values.clear();
            return {};
        };
        const auto feed = [&](std::string_view bytes) -> Result<void> {
            auto fed = decoder->feed(bytes, values);
            TRY(pass());
            return fed;
        };
        TRY(streamBytes(call.request, body, feed));
        TRY(decoder->feedEnd(values));
        return pass();
    }

    /// The same without a decoder. Answers that are no success become the error they mean.
    Result<void> streamBytes(const http::Request& request, const BodySource& body, const std::function<Result<void>(std::string_view)>& onBytes) const;

    /// Sends the request and reads the answer's head; the caller then reads the body. A head without success becomes the
    /// error that it means.
    Result<BodyReader> openBody(const http::Request& request) const;

    /// Sends the request and reads the answer's head; the stream is then the caller's, two-way (attach, exec). `early`
    /// gets the bytes of the stream that came with the head.
    Result<UniqueFd> upgrade(const http::Request& request, std::string& early) const;

private:
    Result<UniqueFd> connect() const;

    std::filesystem::path m_socket;
    std::chrono::milliseconds m_patience {}; ///< 0 = for ever
};

} // namespace darsena::client
