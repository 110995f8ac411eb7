// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/server/gate.h"
#include "core/api/server/router.h"
#include "core/api/server/services.h"
#include "core/api/server/stop_signal.h"
#include "core/base/result.h"
#include "core/base/unique_fd.h"

#include <memory>
#include <string>

namespace darsena::server {

class Connection;

/// Serves the API on connections that someone else accepted. Any thread may call serve() for its own connection.
class Server {
public:
    static Result<std::unique_ptr<Server>> create(Services services);

    /// Serves one connection, request after request, until the client or the server ends it. Blocks. With a `gate` only what
    /// it does not refuse is dispatched; a refusal ends the connection.
    /// Bounds: a head of 64 KiB and 100 headers within 10 s, a pause in a body of 120 s, 5 minutes between requests.
    void serve(UniqueFd client, Gate* gate = nullptr);

    /// Streams end, waits are given up, idle connections close; calls that are under way finish.
    void stop() { m_stop->request(); }
    const StopSignal& stopSignal() const { return *m_stop; }

private:
    Server(Services services, std::unique_ptr<StopSignal> stop);
    bool serveOne(Connection& connection, std::string& rest, Gate* gate);

    Services m_services;
    std::unique_ptr<StopSignal> m_stop;
    Router m_router;
};

} // namespace darsena::server
