// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "core/engine/task_group.h"
#include "core/engine/wake_fd.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

namespace darsena::engine {

/// One thread that waits for many things: ends of containers and exec sessions, and moments. What is to be done then
/// runs on a thread of its own that lives for that long only; a thousand containers that run cost no thread. Nothing
/// happens, and nobody wakes, while there is nothing to do. Any thread may call.
class Reactor {
public:
    using Task = std::function<void(std::stop_token)>;
    using TimerId = std::uint64_t; ///< never 0

    static Result<std::unique_ptr<Reactor>> create();
    ~Reactor();
    Reactor(const Reactor&) = delete;
    Reactor& operator=(const Reactor&) = delete;

    /// Runs `task` once, as soon as `fd` is readable or its other side is gone. Owns `fd`, and closes it before.
    Result<void> whenReadable(UniqueFd fd, Task task);
    /// Runs `task` once, after that time.
    TimerId after(std::chrono::milliseconds delay, Task task);
    /// False when it has begun already, or was called off before.
    bool cancel(TimerId timer);

    /// Drops what is still waited for, asks the tasks that run to stop, and waits for them. After that nothing runs.
    void finish();
    std::stop_token stopToken() const { return m_tasks.stopToken(); }

private:
    using Clock = std::chrono::steady_clock;
    struct Watched {
        UniqueFd fd;
        Task task;
    };
    struct Timer {
        Clock::time_point when;
        Task task;
    };

    Reactor(UniqueFd epoll, WakeFd wake);
    void loop();
    void begin(Task task);
    /// Milliseconds until the next timer, -1 = none.
    int nextTimeout();
    void runDueTimers();

    UniqueFd m_epoll;
    WakeFd m_wake;
    std::mutex m_mutex; ///< guards what follows
    bool m_finished = false;
    std::uint64_t m_lastId = 0; ///< of watched descriptors and timers; 0 is m_wake's
    std::map<std::uint64_t, Watched> m_watched;
    std::map<TimerId, Timer> m_timers;
    std::multimap<Clock::time_point, TimerId> m_order; ///< of m_timers
    TaskGroup m_tasks;
    std::thread m_thread; ///< last: it uses the rest
};

} // namespace darsena::engine
