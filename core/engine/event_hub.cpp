// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/event_hub.h"

namespace darsena::engine {

namespace {

constexpr std::size_t kRecentEvents = 1024;
constexpr std::size_t kQueueEvents = 4096;

std::string attribute(const model::Event& event, const std::string& key)
{
    const auto found = event.attributes.find(key);
    return found == event.attributes.end() ? std::string() : found->second;
}

/// "busybox:1" without its tag; the port of a registry is none.
std::string withoutTag(const std::string& name)
{
    const auto colon = name.rfind(':');
    const bool tagged = colon != std::string::npos && name.find('/', colon) == std::string::npos;
    return tagged ? name.substr(0, colon) : name;
}

/// An image by id or name, the name with or without its tag; also what happens to containers of it.
bool matchesImage(const Filters& filters, const model::Event& event)
{
    if (!filters.has("image"))
        return true;
    const std::string name = attribute(event, event.type == "image" ? "name" : "image");
    for (const std::string& text : {event.actorId, name}) {
        if (!text.empty() && (filters.matchesExactly("image", text) || filters.matchesExactly("image", withoutTag(text))))
            return true;
    }
    // Not Docker's way, which wants the whole id with "sha256:".
    const auto& wanted = filters.values("image");
    const std::string digits = event.type == "image" ? event.actorId.substr(event.actorId.find(':') + 1) : std::string();
    return std::ranges::any_of(wanted, [&](const std::string& value) { return value.size() >= 4 && digits.starts_with(value); });
}

/// "container", "network", … name an object by the beginning of its id or of its name.
bool matchesObject(const Filters& filters, const model::Event& event, const char* type)
{
    if (!filters.has(type))
        return true;
    return event.type == type && (filters.matchesPrefix(type, event.actorId) || filters.matchesPrefix(type, attribute(event, "name")));
}

bool matches(const Filters& filters, const model::Event& event)
{
    if (!filters.matchesExactly("type", event.type) || !filters.matchesExactly("scope", event.scope)
        || !filters.matchesLabels(event.attributes))
        return false;
    // "exec_create: ls" answers to the filter "exec_create", "health_status: healthy" to "health_status".
    const auto& actions = filters.values("event");
    const auto actionFits = [&](const std::string& wanted) {
        return event.action == wanted || event.action.starts_with(wanted + ":");
    };
    if (!actions.empty() && std::ranges::none_of(actions, actionFits))
        return false;
    for (const char* type : {"container", "volume", "network", "daemon", "plugin", "service", "node", "secret", "config", "builder"}) {
        if (!matchesObject(filters, event, type))
            return false;
    }
    return matchesImage(filters, event);
}

} // namespace

struct EventSubscription::Queue {
    explicit Queue(WakeFd fd)
        : wake(std::move(fd))
    {
    }
    std::mutex mutex;
    std::deque<model::Event> events;
    WakeFd wake;
    Filters filters;
    bool overflowed = false;
    bool closed = false; ///< nothing comes any more
};

EventSubscription::EventSubscription(EventHub& hub, std::shared_ptr<Queue> queue, std::optional<model::Time> until)
    : m_hub(hub)
    , m_queue(std::move(queue))
    , m_until(until)
{
}

EventSubscription::~EventSubscription()
{
    m_hub.unsubscribe(m_queue);
}

int EventSubscription::fd() const
{
    return m_queue->wake.fd();
}

Result<std::optional<model::Event>> EventSubscription::next(std::stop_token stop)
{
    for (;;) {
        {
            const std::lock_guard lock(m_queue->mutex);
            if (!m_queue->events.empty()) {
                model::Event event = std::move(m_queue->events.front());
                m_queue->events.pop_front();
                if (m_queue->events.empty() && !m_queue->closed && !m_queue->overflowed)
                    m_queue->wake.clear();
                return std::optional(std::move(event));
            }
            if (m_queue->overflowed)
                return Error(ErrorCode::Unavailable, "events were lost: this client reads too slowly");
            if (m_queue->closed)
                return std::optional<model::Event>();
            m_queue->wake.clear();
        }
        std::optional<std::chrono::milliseconds> limit;
        if (m_until) {
            const auto left = *m_until - model::Time(std::chrono::system_clock::now().time_since_epoch());
            if (left <= std::chrono::nanoseconds(0))
                return std::optional<model::Event>();
            limit = std::chrono::ceil<std::chrono::milliseconds>(left);
        }
        const bool readable = TRY(waitReadable(m_queue->wake.fd(), stop, limit));
        if (!readable && stop.stop_requested())
            return std::optional<model::Event>();
    }
}

EventHub::EventHub() = default;

EventHub::~EventHub()
{
    close();
}

Result<std::unique_ptr<EventSubscription>> EventHub::subscribe(
    const Filters& filters, std::optional<model::Time> since, std::optional<model::Time> until)
{
    TRY(filters.allowOnly({"builder", "config", "container", "daemon", "event", "image", "label", "label!", "network", "node", "plugin", "scope",
        "secret", "service", "type", "volume"}));
    auto queue = std::make_shared<EventSubscription::Queue>(TRY(WakeFd::create()));
    queue->filters = filters;
    const std::lock_guard lock(m_mutex);
    const model::Time now(std::chrono::system_clock::now().time_since_epoch());
    // With an end in the past and no beginning, what is kept is meant.
    if (since || (until && *until <= now)) {
        for (const model::Event& event : m_recent) {
            if ((!since || event.time >= *since) && (!until || event.time <= *until) && matches(filters, event))
                queue->events.push_back(event);
        }
    }
    queue->closed = m_closed || (until && *until <= now);
    if (!queue->events.empty() || queue->closed)
        queue->wake.notify();
    m_queues.push_back(queue);
    return std::unique_ptr<EventSubscription>(new EventSubscription(*this, std::move(queue), until));
}

void EventHub::publish(model::Event event)
{
    const std::lock_guard lock(m_mutex);
    if (event.time == model::Time())
        event.time = model::Time(std::chrono::system_clock::now().time_since_epoch());
    for (const auto& queue : m_queues) {
        const std::lock_guard queueLock(queue->mutex);
        if (queue->closed || queue->overflowed || !matches(queue->filters, event))
            continue;
        if (queue->events.size() >= kQueueEvents)
            queue->overflowed = true;
        else
            queue->events.push_back(event);
        queue->wake.notify();
    }
    m_recent.push_back(std::move(event));
    if (m_recent.size() > kRecentEvents)
        m_recent.pop_front();
}

void EventHub::publish(
    std::string type, std::string action, std::string actorId, std::map<std::string, std::string> attributes)
{
    model::Event event;
    event.type = std::move(type);
    event.action = std::move(action);
    event.actorId = std::move(actorId);
    event.attributes = std::move(attributes);
    publish(std::move(event));
}

std::size_t EventHub::listeners() const
{
    const std::lock_guard lock(m_mutex);
    return m_queues.size();
}

void EventHub::close()
{
    const std::lock_guard lock(m_mutex);
    m_closed = true;
    for (const auto& queue : m_queues) {
        const std::lock_guard queueLock(queue->mutex);
        queue->closed = true;
        queue->wake.notify();
    }
}

void EventHub::unsubscribe(const std::shared_ptr<EventSubscription::Queue>& queue)
{
    const std::lock_guard lock(m_mutex);
    std::erase(m_queues, queue);
}

} // namespace darsena::engine
