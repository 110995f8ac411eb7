// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/server/stop_signal.h"
#include "core/base/result.h"
#include "core/base/unique_fd.h"

#include <chrono>
#include <optional>
#include <span>
#include <stop_token>
#include <string_view>
#include <thread>

namespace darsena::server {

/// A client's socket, blocking. Used by its one thread, but for ClientWatch.
class Connection {
public:
    Connection(UniqueFd fd, const StopSignal& stop);

    /// The next bytes; 0 = the client closed its side. Errors: Cancelled when the server stops, Unavailable when nothing came
    /// within the limit or the connection broke.
    Result<std::size_t> receive(std::span<char> buffer, std::chrono::milliseconds limit);
    /// Sends everything, waiting as long as the client needs: a client that reads slowly holds its own stream back, nothing
    /// else. Errors: Unavailable when the client is gone.
    Result<void> send(std::string_view bytes);
    /// Ends our side, and reads away what the client still sends for a short while, so that it sees the answer and not a reset.
    void closeGently();

    /// Blocks until `fd` is readable (true), or the client went away, the server stops or the limit is over (false).
    /// `fd` -1 waits for the latter three.
    bool waitFor(int fd, std::optional<std::chrono::milliseconds> limit = {});
    /// The same for a client that may rightly have ended its sending side (attach without input): only a client that closed
    /// both sides counts as gone.
    bool waitForHalfClosed(int fd);
    /// Whether the client closed its side.
    bool clientGone() const;

    int fd() const { return m_fd.get(); }
    const StopSignal& stop() const { return m_stop; }

private:
    UniqueFd m_fd;
    const StopSignal& m_stop;
};

/// While it lives, a thread watches the client: token() is stopped when the client goes away or the server stops. For
/// calls of the engine that take long and only hear a stop token.
class ClientWatch {
public:
    explicit ClientWatch(const Connection& connection);
    ~ClientWatch();
    ClientWatch(const ClientWatch&) = delete;
    ClientWatch& operator=(const ClientWatch&) = delete;

    std::stop_token token() const { return m_source.get_token(); }

private:
    std::stop_source m_source;
    UniqueFd m_end;
    std::thread m_thread;
};

} // namespace darsena::server
