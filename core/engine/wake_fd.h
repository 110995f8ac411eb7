// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"

#include <chrono>
#include <optional>
#include <stop_token>

namespace darsena::engine {

/// Wakes a thread that waits, by a descriptor, so that a connection thread can wait for us and for its client's hang-up
/// in one poll(). Any thread may notify.
class WakeFd {
public:
    static Result<WakeFd> create();

    /// Readable from notify() until clear().
    int fd() const { return m_fd.get(); }
    void notify();
    void clear();

private:
    explicit WakeFd(UniqueFd fd)
        : m_fd(std::move(fd))
    {
    }
    UniqueFd m_fd;
};

/// Blocks until `fd` is readable (true), or `stop` was asked or the time is over (false).
Result<bool> waitReadable(int fd, std::stop_token stop, std::optional<std::chrono::milliseconds> limit = {});

} // namespace darsena::engine
