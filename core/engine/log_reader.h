// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/wire.h"
#include "core/base/result.h"
#include "core/base/unique_fd.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace darsena::engine {

struct LogOptions {
    bool out = true; ///< standard output
    bool err = true; ///< standard error
    bool follow = false; ///< go on until the container ends
    bool timestamps = false;
    bool details = false; ///< put what the log options labels, env and tag say in front of each record
    std::optional<model::Time> since; ///< records from then on
    std::optional<model::Time> until; ///< records up to then
    std::optional<std::int64_t> tail; ///< the last so many records; none = all
};

/// A piece of a container's output as it is to be sent.
struct LogChunk {
    enum class Stream { Out = 1, Err = 2 }; ///< the numbers of Docker's stdio frames
    Stream stream = Stream::Out;
    std::string data; ///< with its line break, and the timestamp in front when asked for
};

/// Reads one container's log, a file of JSON lines that its shim writes. Used by one thread at a time. Damage does not
/// stop it: runs of NUL, torn and garbled lines (a power cut leaves them) are skipped.
class LogReader {
public:
    virtual ~LogReader() = default;
    /// The next record; no value at the end: of the log, or with `follow` of the container's run, or stop was asked.
    virtual Result<std::optional<LogChunk>> next(std::stop_token stop = {}) = 0;
    /// With `follow`: readable when next() may have something to say, for poll() beside a client's socket. -1 without.
    virtual int fd() const = 0;
    /// True when next() would not block: there is more in the buffer. Ask before poll().
    virtual bool ready() = 0;
};

} // namespace darsena::engine
