// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/http/message.h"
#include "core/base/result.h"

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace darsena::client {

/// One request and how to understand its answer; a value, with no input or output. Any transport carries it: here
/// UnixTransport, in the studio a QLocalSocket.
/// decode() gets whatever the engine answered; a status that is no success becomes an Error with the engine's message
/// and the ErrorCode of that status.
template<typename T>
struct Call {
    http::Request request;
    std::function<Result<T>(const http::Response&)> decode;
};

/// Turns the bytes of a streamed answer into values. Bytes come in any pieces.
template<typename T>
class StreamDecoder {
public:
    virtual ~StreamDecoder() = default;
    /// Appends what became complete. Errors: Invalid, TooLarge: the stream cannot be understood further.
    virtual Result<void> feed(std::string_view bytes, std::vector<T>& out) = 0;
    /// The stream ended. Errors: Unavailable when it ended in the middle of a value.
    virtual Result<void> feedEnd(std::vector<T>& out) = 0;
};

/// A request whose answer is a stream of values. On a status that is no success, the body is an error for statusError().
/// A request with "Transfer-Encoding: chunked" and no body: the transport streams the body (a context, an archive).
/// With an "Upgrade" header the stream is two-way after the answer's head (101 or 200).
template<typename T>
struct StreamCall {
    http::Request request;
    std::function<std::unique_ptr<StreamDecoder<T>>()> decoder;
};

/// The error of an answer that is no success: its {"message": …}, else its status in words.
Error statusError(const http::Response& response);
/// The kind of failure a status means: 404 is NotFound.
ErrorCode errorCodeOf(int status);

} // namespace darsena::client
