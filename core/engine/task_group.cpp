// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/task_group.h"

#include <system_error>
#include <thread>

namespace darsena::engine {

Result<void> TaskGroup::spawn(std::function<void(std::stop_token)> task)
{
    const std::lock_guard lock(m_mutex);
    if (m_stop.stop_requested())
        return Error(ErrorCode::Unavailable, "the engine is stopping");
    try {
        std::thread([this, task = std::move(task)]() mutable {
            // What the task holds is let go before the group may end.
            std::exchange(task, nullptr)(m_stop.get_token());
            const std::lock_guard ended(m_mutex);
            --m_running;
            m_changed.notify_all();
        }).detach();
    } catch (const std::system_error& error) {
        return Error(ErrorCode::Unavailable, fmt::format("no thread to be had: {}", error.what()));
    }
    ++m_running;
    return {};
}

void TaskGroup::finish()
{
    std::unique_lock lock(m_mutex);
    m_stop.request_stop();
    m_changed.wait(lock, [&] { return m_running == 0; });
}

} // namespace darsena::engine
