// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/http/message.h"
#include "core/api/server/access.h"
#include "core/api/server/connection.h"
#include "core/base/error.h"

#include <optional>

namespace darsena::server {

/// Decides about the requests of one connection. Asked for each, after its head was read and its route found, and before
/// anything of it has an effect: what is decided about cannot change any more.
class Gate {
public:
    virtual ~Gate() = default;

    /// No value: go on. May block for long, asking people; then it watches the client, and one that goes away is refused.
    /// The connection's thread.
    virtual std::optional<Error> refusal(Access access, const http::Headers& headers, Connection& connection) = 0;
};

} // namespace darsena::server
