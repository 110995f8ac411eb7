// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/event.h"
#include "core/base/result.h"
#include "core/engine/filters.h"
#include "core/engine/wake_fd.h"

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace darsena::engine {

class EventHub;

/// One client's view of the events. Used by one thread at a time. May outlive neither the hub nor the engine.
class EventSubscription {
public:
    ~EventSubscription();

    /// The next event; no value when the subscription ended: `until` is reached, stop was asked, the engine ends.
    /// Errors: Unavailable when this client read so slowly that events were lost (the queue holds 4096).
    Result<std::optional<model::Event>> next(std::stop_token stop = {});
    /// Readable when next() has something to say; for poll() beside a client's socket. Not woken by `until`: the poll's
    /// own time limit is for that (see deadline()).
    int fd() const;
    std::optional<model::Time> deadline() const { return m_until; }

private:
    friend class EventHub;
    struct Queue;
    EventSubscription(EventHub& hub, std::shared_ptr<Queue> queue, std::optional<model::Time> until);

    EventHub& m_hub;
    std::shared_ptr<Queue> m_queue;
    std::optional<model::Time> m_until;
};

/// What happened, for GET /events. Keeps the last 1024 for "since". Any thread.
class EventHub {
public:
    EventHub();
    ~EventHub();

    /// Filters: type, event, label, scope; container, image, volume, network, daemon and the other types name an object. With `since` the events kept from
    /// then on come first; an `until` in the past gives those kept and ends.
    /// Errors: Invalid filter.
    Result<std::unique_ptr<EventSubscription>> subscribe(const Filters& filters, std::optional<model::Time> since = {},
        std::optional<model::Time> until = {});

    /// Sets the time when the event has none.
    void publish(model::Event event);
    void publish(std::string type, std::string action, std::string actorId, std::map<std::string, std::string> attributes);
    std::size_t listeners() const;
    /// Ends every subscription.
    void close();

private:
    friend class EventSubscription;
    void unsubscribe(const std::shared_ptr<EventSubscription::Queue>& queue);

    mutable std::mutex m_mutex;
    std::deque<model::Event> m_recent;
    std::vector<std::shared_ptr<EventSubscription::Queue>> m_queues;
    bool m_closed = false;
};

} // namespace darsena::engine
