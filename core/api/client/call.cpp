// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/client/call.h"

#include "core/api/model/system.h"

#include <fmt/format.h>

namespace darsena::client {

ErrorCode errorCodeOf(int status)
{
    switch (status) {
    case 304:
        return ErrorCode::NotModified;
    case 400:
        return ErrorCode::Invalid;
    case 401:
    case 403:
        return ErrorCode::Denied;
    case 404:
        return ErrorCode::NotFound;
    case 409:
        return ErrorCode::Conflict;
    case 413:
        return ErrorCode::TooLarge;
    case 501:
        return ErrorCode::Unsupported;
    case 503:
        return ErrorCode::Unavailable;
    default:
        return ErrorCode::Internal;
    }
}

Error statusError(const http::Response& response)
{
    const ErrorCode code = errorCodeOf(response.status);
    if (const auto body = model::parse<model::ErrorBody>(response.body); body && !body->message.empty())
        return Error(code, body->message);
    return Error(code, fmt::format("the engine answered {} {}", response.status, http::reasonPhrase(response.status)));
}

} // namespace darsena::client
