// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/server/server.h"
#include "core/base/unique_fd.h"
#include "core/helper/admission.h"

#include <chrono>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace darsena::helper {

/// The threads of the connections, one each, with bounds so that nobody's connections keep others out: 256 in all, half of
/// them for one user, a sixteenth for one stranger and a quarter for all strangers. Root may have 32 more: whoever must
/// put things right gets through. Used by the main thread.
class Connections {
public:
    struct Owner {
        uid_t uid = static_cast<uid_t>(-1);
        Standing standing = Standing::Stranger;
    };

    explicit Connections(server::Server& server)
        : m_server(server)
    {
    }
    /// finish() must have been called.
    ~Connections() = default;

    /// Serves the client in a thread of its own. Too many: it hears 503 and is closed.
    void add(UniqueFd client, Owner owner, std::unique_ptr<server::Gate> gate);
    /// After Server::stop(): waits for all to end; those that hang in a write to a client that does not read are cut after
    /// a grace. False when some call of the engine did not come back in time.
    bool finish(std::chrono::milliseconds grace);

private:
    struct Entry {
        UniqueFd client; ///< a duplicate, for cutting
        Owner owner;
        std::unique_ptr<server::Gate> gate; ///< null: everything is let through
        std::thread thread;
        bool done = false;
    };
    /// Somebody who was told that there is no room, and may be writing a request still.
    struct Refused {
        UniqueFd client;
        std::chrono::steady_clock::time_point since;
    };
    void joinDone();
    void refuse(UniqueFd client, const std::string& reason);
    /// Why there is no room for one more; no value: there is.
    std::optional<std::string> noRoom(const Owner& owner) const;

    server::Server& m_server;
    std::mutex m_mutex;
    std::condition_variable m_ended;
    std::list<Entry> m_entries;
    std::vector<Refused> m_refused;
};

} // namespace darsena::helper
