// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/digest.h"
#include "core/base/result.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>

namespace darsena::builder {

/// Which cache keys are being made right now, in all builds of a builder: the same step in two stages or two builds runs
/// once, and the second finds the record of the first. Any thread.
class InFlight {
public:
    /// Held while a key is being made.
    using Ticket = std::shared_ptr<const Digest>;
    /// Waits until nobody else holds the key. Errors: Cancelled.
    Result<Ticket> acquire(const Digest& key, std::stop_token stop);

private:
    std::mutex m_mutex;
    std::condition_variable_any m_freed;
    std::set<Digest> m_keys;
};

} // namespace darsena::builder
