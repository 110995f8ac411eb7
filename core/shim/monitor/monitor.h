// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "core/runtime/init/launch.h"
#include "core/shim/monitor/external.h"
#include "core/shim/monitor/streams.h"
#include "core/shim/protocol.h"

#include <optional>
#include <string>
#include <vector>

#include <poll.h>
#include <time.h>

namespace darsena::shim {

/// The monitor of one container or exec session: one thread, one poll loop, no timer while nothing happens.
class Monitor {
public:
    /// Everything until the first process waits for its start: streams, log, control socket, child.
    static Result<Monitor> create(
        MonitorPlan plan, std::string containerPlan, std::vector<UniqueFd> descriptors, int launchSocket, std::vector<std::string>& warnings);

    /// Until the container has ended, its record is written and its clients have their output.
    void run();
    /// 0 for a process that is made by somebody else's runtime and not yet there.
    pid_t pid() const { return m_init.pid > 0 ? m_init.pid : 0; }
    /// Kills the child of a launch that nobody waits for any more.
    void abandon();

private:
    enum class State { Created, Starting, Running, Exited };
    struct Waiter {
        UniqueFd fd;
        std::string received; ///< of a Request, until it is whole
        bool waiting = false; ///< asked for the exit
    };

    Monitor(MonitorPlan plan, Streams streams)
        : m_plan(std::move(plan))
        , m_streams(std::move(streams))
    {
    }
    Result<void> openControl();
    Result<void> startChild(const std::string& containerPlan, std::vector<UniqueFd> descriptors, int launchSocket, std::vector<std::string>& warnings);
    Result<void> startExternal(std::vector<UniqueFd> descriptors);
    Result<void> holdExternal(Result<runtime::ExternalRuntime::Created> created);
    Result<void> awaitReady(std::vector<std::string>& warnings);

    void accept();
    bool serve(Waiter& waiter); ///< false = done with this connection
    bool answer(Waiter& waiter, const Request& request);
    void begin(Waiter& waiter);
    void beginExternal();
    void sendSignal(int fd, int signal);
    void handleChannel();
    void reap();
    void finish();

    MonitorPlan m_plan;
    Streams m_streams;
    UniqueFd m_control, m_signals;
    runtime::StartedInit m_init; ///< of an external session only from its start on
    std::optional<External> m_external;
    UniqueFd m_childInput, m_childOutput, m_childError; ///< the ends of an external session's, until it has them
    std::vector<Waiter> m_waiters;
    State m_state = State::Created;
    UniqueFd m_starter; ///< who asked for the start, until it is known how that went
    std::optional<int> m_status; ///< of wait(2), once the first process has ended
    std::string m_startError;
    int m_startCode = 0; ///< 126 or 127 when the command did not start
    timespec m_startedAt {}, m_finishedAt {};
};

} // namespace darsena::shim
