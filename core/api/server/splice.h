// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/server/connection.h"
#include "core/base/unique_fd.h"
#include "core/engine/detach_keys.h"

#include <optional>

#include <string>

namespace darsena::server {

/// Carries bytes both ways between a client and a process's stream until the process's side ends, the client is gone for
/// good, or the server stops. A client that only ends its sending side ends standard input and goes on reading.
/// Each way has its own small buffer: a side that does not read holds back only that way.
/// `early` are bytes of the client that came with its request. Without `in` nothing of the client is passed on. With
/// `detach` the client's bytes are searched for the keys, which end it all.
void splice(Connection& client, const UniqueFd& stream, std::string early, bool in, std::optional<engine::DetachKeys> detach = {});

} // namespace darsena::server
