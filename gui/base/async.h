// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPointer>
#include <QThreadPool>

#include <memory>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace darsena::gui {

namespace detail {

/// Lives in the context's thread and is deleted there: a result that arrives after the context has died meets no one.
template<typename T, typename Done>
class Delivery {
public:
    Delivery(QObject* context, Done done)
        : m_context(context)
        , m_done(std::move(done))
    {
    }
    void deliver(T&& value)
    {
        if (m_context)
            m_done(std::move(value));
    }

private:
    QPointer<QObject> m_context; // read and written in the context's thread only
    Done m_done;
};

/// The one place a worker posts to: an object of the GUI thread that outlives every worker.
QObject* mainThreadReceiver();

} // namespace detail

/// Runs @p work in a worker thread and then @p done with what it returned in the GUI thread, unless @p context has
/// been destroyed meanwhile. Call from the GUI thread. work must touch nothing of the GUI; it may take a
/// std::stop_token, which the returned source stops. done runs also after a stop: what work returned says how it went.
template<typename Work, typename Done>
std::stop_source async(QObject* context, Work work, Done done)
{
    std::stop_source stop;
    auto call = [work = std::move(work), token = stop.get_token()]() mutable {
        if constexpr (std::is_invocable_v<Work, std::stop_token>)
            return work(token);
        else
            return work();
    };
    using T = decltype(call());
    auto delivery = std::make_shared<detail::Delivery<T, Done>>(context, std::move(done));
    QThreadPool::globalInstance()->start([call = std::move(call), delivery]() mutable {
        auto value = std::make_shared<T>(call());
        QMetaObject::invokeMethod(
            detail::mainThreadReceiver(),
            [value, delivery = std::move(delivery)] { delivery->deliver(std::move(*value)); }, Qt::QueuedConnection);
    });
    return stop;
}

/// A stream of jobs of which only the newest counts: starting one stops the one before, whose result is dropped.
/// For work on every key: lint, layout, filters. A member of the context object.
class LatestOnly {
public:
    explicit LatestOnly(QObject* context)
        : m_context(context)
    {
    }
    ~LatestOnly() { cancel(); }
    LatestOnly(const LatestOnly&) = delete;
    LatestOnly& operator=(const LatestOnly&) = delete;

    template<typename Work, typename Done>
    void start(Work work, Done done)
    {
        cancel();
        m_running = true;
        m_stop = async(m_context, std::move(work),
            [this, generation = m_generation, done = std::move(done)](auto&& value) mutable {
                if (generation != m_generation)
                    return;
                m_running = false;
                done(std::forward<decltype(value)>(value));
            });
    }
    void cancel()
    {
        ++m_generation;
        m_running = false;
        m_stop.request_stop();
    }
    bool running() const { return m_running; }

private:
    QObject* m_context;
    std::stop_source m_stop;
    int m_generation = 0;
    bool m_running = false;
};

} // namespace darsena::gui
