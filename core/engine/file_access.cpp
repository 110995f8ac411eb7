// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/file_access.h"

#include <algorithm>

namespace darsena::engine {

namespace {

/// After a stop the workers are dead; their threads may still wait for slow clients.
constexpr std::chrono::milliseconds stoppedPatience(500);

} // namespace

FileAccess::Use::~Use()
{
    m_client.reset();
    const std::lock_guard lock(m_access.m_mutex);
    std::erase_if(m_access.m_uses, [&](const Entry& entry) { return entry.use == this; });
    m_access.m_changed.notify_all();
}

bool FileAccess::free(bool alone) const
{
    return std::ranges::all_of(m_uses, [&](const Entry& entry) { return !alone && !entry.alone; });
}

Result<std::unique_ptr<FileAccess::Use>> FileAccess::enter(bool alone, const std::stop_token& client, std::optional<std::chrono::milliseconds> limit)
{
    std::unique_ptr<Use> use(new Use(*this, alone));
    {
        std::unique_lock lock(m_mutex);
        const auto ready = [&] { return m_takers == 0 && free(alone); };
        if (!(limit ? m_changed.wait_for(lock, client, *limit, ready) : m_changed.wait(lock, client, ready))) {
            if (client.stop_requested())
                return Error(ErrorCode::Cancelled, "cancelled");
            return Error(ErrorCode::Conflict, "the container's files are being copied; try again when that is done");
        }
        m_uses.push_back({ use.get(), alone, use->m_stop });
    }
    use->m_client = std::make_unique<std::stop_callback<std::function<void()>>>(client, [stop = use->m_stop]() mutable { stop.request_stop(); });
    return use;
}

std::unique_ptr<FileAccess::Use> FileAccess::takeOver(std::chrono::milliseconds patience)
{
    std::unique_ptr<Use> use(new Use(*this, true));
    std::unique_lock lock(m_mutex);
    ++m_takers;
    if (!m_changed.wait_for(lock, patience, [&] { return free(true); })) {
        std::list<Entry> others = m_uses;
        lock.unlock();
        for (Entry& other : others)
            other.stop.request_stop();
        lock.lock();
        if (!m_changed.wait_for(lock, stoppedPatience, [&] { return free(true); })) {
            // Their threads wait for clients and hold nothing any more.
            for (const Entry& other : others)
                std::erase_if(m_uses, [&](const Entry& entry) { return entry.use == other.use; });
        }
    }
    --m_takers;
    m_uses.push_back({ use.get(), true, use->m_stop });
    return use;
}

} // namespace darsena::engine
