// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/reactor.h"

#include "core/base/log.h"

#include <array>
#include <cerrno>
#include <system_error>

#include <sys/epoll.h>

namespace darsena::engine {

namespace {

Result<void> addTo(int epoll, int fd, std::uint64_t id, std::uint32_t events)
{
    epoll_event event{};
    event.events = events;
    event.data.u64 = id;
    if (::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
        return Error::system(errno, "watch a descriptor");
    return {};
}

} // namespace

Reactor::Reactor(UniqueFd epoll, WakeFd wake)
    : m_epoll(std::move(epoll))
    , m_wake(std::move(wake))
{
}

Result<std::unique_ptr<Reactor>> Reactor::create()
{
    UniqueFd epoll = UniqueFd::adopt(::epoll_create1(EPOLL_CLOEXEC));
    if (!epoll)
        return Error::system(errno, "make an epoll descriptor");
    std::unique_ptr<Reactor> reactor(new Reactor(std::move(epoll), TRY(WakeFd::create())));
    TRY(addTo(reactor->m_epoll.get(), reactor->m_wake.fd(), 0, EPOLLIN));
    try {
        reactor->m_thread = std::thread([raw = reactor.get()] { raw->loop(); });
    } catch (const std::system_error& error) {
        return Error(ErrorCode::Unavailable, fmt::format("no thread to be had: {}", error.what()));
    }
    return reactor;
}

Reactor::~Reactor()
{
    finish();
}

void Reactor::finish()
{
    {
        const std::lock_guard lock(m_mutex);
        m_finished = true;
    }
    m_tasks.requestStop();
    m_wake.notify();
    if (m_thread.joinable())
        m_thread.join();
    m_tasks.finish();
    // Outside the lock: what the tasks hold may call us.
    std::map<std::uint64_t, Watched> watched;
    std::map<TimerId, Timer> timers;
    const std::lock_guard lock(m_mutex);
    m_order.clear();
    watched.swap(m_watched);
    timers.swap(m_timers);
}

Result<void> Reactor::whenReadable(UniqueFd fd, Task task)
{
    const std::lock_guard lock(m_mutex);
    if (m_finished)
        return Error(ErrorCode::Unavailable, "the engine is stopping");
    const std::uint64_t id = ++m_lastId;
    TRY(addTo(m_epoll.get(), fd.get(), id, EPOLLIN | EPOLLONESHOT));
    m_watched.emplace(id, Watched{std::move(fd), std::move(task)});
    return {};
}

Reactor::TimerId Reactor::after(std::chrono::milliseconds delay, Task task)
{
    const std::lock_guard lock(m_mutex);
    const TimerId id = ++m_lastId;
    const Clock::time_point when = Clock::now() + delay;
    const auto place = m_order.emplace(when, id);
    m_timers.emplace(id, Timer{when, std::move(task)});
    if (place == m_order.begin())
        m_wake.notify();
    return id;
}

bool Reactor::cancel(TimerId timer)
{
    Task dropped; // let go after the lock
    const std::lock_guard lock(m_mutex);
    const auto found = m_timers.find(timer);
    if (found == m_timers.end())
        return false;
    const auto [first, last] = m_order.equal_range(found->second.when);
    for (auto it = first; it != last; ++it) {
        if (it->second == timer) {
            m_order.erase(it);
            break;
        }
    }
    dropped = std::move(found->second.task);
    m_timers.erase(found);
    return true;
}

void Reactor::begin(Task task)
{
    auto shared = std::make_shared<Task>(std::move(task));
    if (m_tasks.spawn([shared](std::stop_token stop) { std::exchange(*shared, nullptr)(std::move(stop)); }))
        return;
    if (m_tasks.stopToken().stop_requested())
        return;
    // No thread to be had: late is better than never.
    log::warning("the engine is short of threads");
    (*shared)(m_tasks.stopToken());
}

int Reactor::nextTimeout()
{
    const std::lock_guard lock(m_mutex);
    if (m_order.empty())
        return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(m_order.begin()->first - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

void Reactor::runDueTimers()
{
    for (;;) {
        Task task;
        {
            const std::lock_guard lock(m_mutex);
            if (m_finished || m_order.empty() || m_order.begin()->first > Clock::now())
                return;
            const auto timer = m_timers.find(m_order.begin()->second);
            m_order.erase(m_order.begin());
            task = std::move(timer->second.task);
            m_timers.erase(timer);
        }
        begin(std::move(task));
    }
}

void Reactor::loop()
{
    std::array<epoll_event, 64> ready;
    for (;;) {
        const int count = ::epoll_wait(m_epoll.get(), ready.data(), static_cast<int>(ready.size()), nextTimeout());
        for (int i = 0; i < count; ++i) {
            const std::uint64_t id = ready[static_cast<std::size_t>(i)].data.u64;
            if (id == 0) {
                m_wake.clear();
                continue;
            }
            Watched watched;
            {
                const std::lock_guard lock(m_mutex);
                const auto found = m_watched.find(id);
                if (found == m_watched.end())
                    continue;
                watched = std::move(found->second);
                m_watched.erase(found);
            }
            watched.fd.reset();
            begin(std::move(watched.task));
        }
        {
            const std::lock_guard lock(m_mutex);
            if (m_finished)
                return;
        }
        runDueTimers();
    }
}

} // namespace darsena::engine
