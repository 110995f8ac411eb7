// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/client/call.h"
#include "core/api/client/calls.h"
#include "core/api/model/event.h"
#include "core/api/model/system.h"
#include "core/base/result.h"
#include "gui/client/engine_stream.h"
#include "gui/client/exchange.h"
#include "gui/client/upload.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QPointer>
#include <QString>
#include <QTimer>

#include <QCoroTask>

#include <coroutine>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace darsena::gui {

/// The studio's line to one engine: core/api/client's calls over a QLocalSocket. Never blocks. GUI thread only.
///
/// The engine's event stream is the heartbeat: while it is open the state is Connected, and its events come out of
/// event(), so that nobody polls. When it breaks, or nobody answers, the client watches the socket's folder and tries
/// again with growing pauses; while the window is hidden it only watches.
///
/// An engine that refuses us is told our name on the system bus, so that it can ask about us through polkit; who is let in
/// anyway never connects to the bus. A person is asked for a password by what they do, not by what is tried again.
class EngineClient : public QObject {
    Q_OBJECT
public:
    enum class State {
        Connecting, ///< no answer yet
        Connected,
        Absent, ///< nobody answers
        Refused, ///< somebody answers, and will not have us
    };
    Q_ENUM(State)

    /// Where the engine listens unless the settings say otherwise.
    static QString defaultSocketPath();

    /// Silent until start().
    explicit EngineClient(QString socketPath, QObject* parent = nullptr);
    ~EngineClient() override;

    QString socketPath() const { return m_socketPath; }
    /// Talks to another engine from now on; requests under way are not carried over but end as they would.
    void setSocketPath(const QString& path);

    /// Opens the event stream and keeps it open.
    void start();
    /// Whether somebody looks: a hidden studio does not try to reconnect.
    void setVisible(bool visible);

    State state() const { return m_state; }
    /// What the state means and what to do about it, in one sentence; empty when connected.
    QString stateSentence() const { return m_sentence; }
    /// In a few words, for a heading, what is wrong when the engine is absent or refuses; else empty.
    QString stateTitle() const;
    /// Who answers; empty before the first connection.
    const std::optional<model::VersionInfo>& version() const { return m_version; }
    /// Whether it is Darsena's own engine, with the routes under /darsena/v1.
    bool isDarsena() const;

    /// One call as a coroutine. With a context the connection ends when the context dies, and the result is Cancelled
    /// then: a coroutine that is a member of the context must co_return on Cancelled before it touches anything.
    template<typename T>
    QCoro::Task<Result<T>> send(client::Call<T> call, QObject* context = nullptr, Exchange::Options options = {})
    {
        const Result<http::Response> response = co_await Answer(*this, std::move(call.request), context, options);
        if (!response)
            co_return response.error();
        co_return call.decode(*response);
    }

    /// One call with a callback, which comes never after the context's death.
    template<typename T, typename Done>
    void send(client::Call<T> call, QObject* context, Done done, Exchange::Options options = {})
        requires std::is_invocable_v<Done, Result<T>>
    {
        exchange(std::move(call.request), context, options,
            [decode = std::move(call.decode), done = std::move(done)](Result<http::Response> response) mutable {
                if (!response)
                    done(Result<T>(response.error()));
                else
                    done(decode(*response));
            });
    }

    /// A call whose answer is a stream: see EngineStream. The stream belongs to the caller; destroying it ends it.
    /// @p upload is the request's body: a build's context, an archive to load.
    template<typename T, typename Item>
    [[nodiscard]] std::unique_ptr<EngineStream> stream(client::StreamCall<T> call, Item onItem, std::function<void(Result<void>)> onEnd = {},
        std::unique_ptr<Upload> upload = {})
    {
        introduce(call.request);
        return EngineStream::open(m_socketPath, std::move(call), std::move(onItem), std::move(onEnd), std::move(upload));
    }

Q_SIGNALS:
    /// state() or stateSentence() changed. On Connected, whoever shows the engine's things asks for them afresh.
    void stateChanged(darsena::gui::EngineClient::State state);
    /// Something happened in the engine.
    void event(const darsena::model::Event& event);

private:
    using Done = std::function<void(Result<http::Response>)>;

    /// co_await's side of an exchange.
    class Answer {
    public:
        Answer(EngineClient& client, http::Request request, QObject* context, Exchange::Options options)
            : m_client(client)
            , m_request(std::move(request))
            , m_context(context)
            , m_options(options)
        {
        }
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> waiting);
        Result<http::Response> await_resume() { return std::move(*m_result); }

    private:
        EngineClient& m_client;
        http::Request m_request;
        QObject* m_context;
        Exchange::Options m_options;
        std::optional<Result<http::Response>> m_result;
    };

    /// Sends a request; done comes once, from the event loop, never from within this call.
    /// dropped comes instead when the context died first.
    void exchange(http::Request request, QObject* context, Exchange::Options options, Done done, std::function<void()> dropped = {});
    /// Says who we are, if the engine wants to know.
    void introduce(http::Request& request) const;
    void connectEvents();
    void lost(const Error& error);
    void watchSocket();
    void setState(State state, const QString& sentence);

    QString m_socketPath;
    State m_state = State::Connecting;
    QString m_sentence;
    std::optional<model::VersionInfo> m_version;
    std::unique_ptr<EngineStream> m_events;
    QFileSystemWatcher m_watcher;
    QTimer m_retry;
    int m_attempts = 0;
    QString m_busName; ///< empty: the engine did not ask, or there is no bus
    bool m_busNameSought = false;
    bool m_started = false;
    bool m_visible = true;
};

} // namespace darsena::gui
