// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/stream.h"

#include <cstdint>
#include <functional>
#include <stop_token>

namespace darsena::store {

/// Hands a source's bytes to a child through a socket. A child that no longer reads (it failed, or has what it wants) ends
/// it without an error: its report says why. Returns whether the source itself failed. Errors: Cancelled; the source's.
Result<void> feedChild(archive::ByteSource& source, int socketFd, const std::function<void(std::uint64_t)>& progress, const std::stop_token& stop);

} // namespace darsena::store
