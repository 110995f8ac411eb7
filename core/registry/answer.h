// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/registry/transport.h"

#include <string>

namespace darsena::registry {

/// The whole body. Errors: TooLarge past the bound, and the exchange's.
Result<std::string> readBody(Exchange& exchange, std::size_t maxBytes);

/// What an answer that is no success says for itself, at most 300 bytes without control characters; "" when nothing.
std::string errorText(Exchange& exchange);

} // namespace darsena::registry
