// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>

namespace darsena::runtime {

/// "TERM", "SIGTERM" or "15". Errors: Invalid.
Result<int> signalNumber(const std::string& text);

} // namespace darsena::runtime
