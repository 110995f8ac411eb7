// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/server/server.h"
#include "core/base/unique_fd.h"

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <optional>
#include <thread>

namespace darsena::helper {

/// The threads of the connections, one each, at most 256 at a time. Used by the main thread.
class Connections {
public:
    explicit Connections(server::Server& server)
        : m_server(server)
    {
    }
    /// finish() must have been called.
    ~Connections() = default;

    /// Serves the client in a thread of its own. Too many: it hears 503 and is closed.
    void add(UniqueFd client, std::optional<Error> refusal);
    /// After Server::stop(): waits for all to end; those that hang in a write to a client that does not read are cut after
    /// a grace. False when some call of the engine did not come back in time.
    bool finish(std::chrono::milliseconds grace);

private:
    struct Entry {
        UniqueFd client; ///< a duplicate, for cutting
        std::thread thread;
        bool done = false;
    };
    void joinDone();

    server::Server& m_server;
    std::mutex m_mutex;
    std::condition_variable m_ended;
    std::list<Entry> m_entries;
};

} // namespace darsena::helper
