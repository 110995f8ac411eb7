// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/wire.h"
#include "core/base/result.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

/// Small things that Docker's clients read or write as text.
namespace darsena::engine {

model::Time now();

/// The error of a request that asks for something wrong; the text reaches the user.
inline Error invalid(std::string message)
{
    return Error(ErrorCode::Invalid, std::move(message));
}

/// "5 seconds", "About a minute", "3 hours", "2 weeks": as `docker ps` shows ages.
std::string humanDuration(std::chrono::nanoseconds duration);

/// A signal's number from "SIGTERM", "TERM", "term" or "15". Errors: Invalid "invalid signal: x".
Result<int> parseSignal(std::string_view text);

/// A size as Docker writes it: "10m", "64KiB", "1.5g", "1024". Errors: Invalid.
Result<std::int64_t> parseBytes(std::string_view text);

/// The command line as `docker ps` shows it: joined by blanks, arguments that hold some in quotes.
std::string commandLine(const std::string& path, const std::vector<std::string>& arguments);

} // namespace darsena::engine
