// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/run/in_flight.h"

namespace darsena::builder {

Result<InFlight::Ticket> InFlight::acquire(const Digest& key, std::stop_token stop)
{
    std::unique_lock lock(m_mutex);
    if (!m_freed.wait(lock, stop, [&] { return !m_keys.contains(key); }))
        return Error(ErrorCode::Cancelled, "cancelled");
    m_keys.insert(key);
    return Ticket(new Digest(key), [this](const Digest* held) {
        {
            const std::lock_guard relock(m_mutex);
            m_keys.erase(*held);
        }
        m_freed.notify_all();
        delete held;
    });
}

} // namespace darsena::builder
