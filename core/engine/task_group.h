// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>

namespace darsena::engine {

/// Threads that live as long as what they do, and end with the engine.
class TaskGroup {
public:
    TaskGroup() = default;
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;
    /// Asks all to stop and waits for them.
    ~TaskGroup() { finish(); }

    /// Errors: Unavailable when there are no more threads to be had, or the group is finishing.
    Result<void> spawn(std::function<void(std::stop_token)> task);
    void requestStop() { m_stop.request_stop(); }
    void finish();
    std::stop_token stopToken() const { return m_stop.get_token(); }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::stop_source m_stop;
    std::size_t m_running = 0;
};

} // namespace darsena::engine
