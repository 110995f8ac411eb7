// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <functional>
#include <memory>
#include <thread>

namespace darsena::network {

/// Told by the kernel of every change of the host's nftables rules, so that a flush is noticed without looking time and
/// again: the thread sleeps until there is one.
class FirewallWatch {
public:
    /// `changed` is called on the watch's own thread, once after each burst of changes.
    static Result<std::unique_ptr<FirewallWatch>> start(std::function<void()> changed);
    /// Waits for the thread.
    ~FirewallWatch();

private:
    explicit FirewallWatch(std::jthread thread)
        : m_thread(std::move(thread))
    {
    }
    std::jthread m_thread;
};

} // namespace darsena::network
