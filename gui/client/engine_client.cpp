// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/client/engine_client.h"

#include "core/api/http/caller_headers.h"
#include "gui/client/bus_name.h"

#include <QFileInfo>

#include <algorithm>
#include <chrono>

namespace darsena::gui {

namespace {
using std::chrono::milliseconds;
constexpr milliseconds FirstPause { 200 };
constexpr milliseconds LongestPause { 5000 };
/// How long an answer may wait for a person who looks for a password; the engine gives up after two minutes.
constexpr milliseconds PasswordPatience { 150'000 };
} // namespace

QString EngineClient::defaultSocketPath()
{
    return QStringLiteral("/run/darsena/darsena.sock");
}

EngineClient::EngineClient(QString socketPath, QObject* parent)
    : QObject(parent)
    , m_socketPath(std::move(socketPath))
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &EngineClient::connectEvents);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, [this] {
        watchSocket();
        if (m_started && !m_events && QFileInfo::exists(m_socketPath))
            connectEvents();
    });
}

EngineClient::~EngineClient() = default;

QString EngineClient::stateTitle() const
{
    switch (m_state) {
    case State::Absent:
        return tr("The engine does not answer");
    case State::Refused:
        return tr("The engine refuses");
    default:
        return {};
    }
}

void EngineClient::setSocketPath(const QString& path)
{
    if (path == m_socketPath)
        return;
    m_socketPath = path;
    m_version.reset();
    m_events.reset();
    m_attempts = 0;
    m_busName.clear();
    m_busNameSought = false;
    setState(State::Connecting, {});
    if (m_started)
        start();
}

void EngineClient::start()
{
    m_started = true;
    watchSocket();
    connectEvents();
}

void EngineClient::setVisible(bool visible)
{
    m_visible = visible;
    if (!visible) {
        m_retry.stop();
    } else if (m_started && !m_events) {
        m_attempts = 0;
        connectEvents();
    }
}

bool EngineClient::isDarsena() const
{
    return m_version && QString::fromStdString(m_version->platformName).contains(QLatin1String("Darsena"), Qt::CaseInsensitive);
}

void EngineClient::connectEvents()
{
    m_retry.stop();
    if (m_events)
        return;
    auto call = client::events();
    if (m_attempts > 0)
        call.request.headers.set(std::string(http::interactionHeader), "none");
    m_events = stream(
        std::move(call), [this](const model::Event& happened) { Q_EMIT event(happened); },
        [this](const Result<void>& ended) {
            lost(ended ? Error(ErrorCode::Unavailable, tr("the engine has gone away").toStdString()) : ended.error());
        });
    connect(m_events.get(), &EngineStream::opened, this, [this] {
        // Who it is comes first, so that everybody who hears of the connection can ask.
        send(client::version(), m_events.get(), [this](Result<model::VersionInfo> version) {
            if (version)
                m_version = std::move(*version);
            m_attempts = 0;
            setState(State::Connected, {});
        });
    });
}

void EngineClient::introduce(http::Request& request) const
{
    if (!m_busName.isEmpty())
        request.headers.set(std::string(http::busNameHeader), m_busName.toStdString());
}

void EngineClient::lost(const Error& error)
{
    m_events.reset();
    if (error.code() == ErrorCode::Denied && !std::exchange(m_busNameSought, true)) {
        findBusName(this, [this, error](const QString& name) {
            // Another engine may have been chosen meanwhile, or this one found again.
            if (!m_busNameSought || m_events)
                return;
            m_busName = name;
            if (name.isEmpty())
                lost(error);
            else
                connectEvents();
        });
        return;
    }
    const QString what = QString::fromStdString(error.message());
    QString sentence = what.left(1).toUpper() + what.mid(1);
    if (!sentence.endsWith(u'.'))
        sentence += u'.';
    const bool refused = error.code() == ErrorCode::Denied || error.code() == ErrorCode::Invalid || error.code() == ErrorCode::NotFound;
    setState(refused ? State::Refused : State::Absent, sentence);
    if (m_visible) {
        const auto pause = std::min(LongestPause, FirstPause * (1 << std::min(m_attempts, 5)));
        ++m_attempts;
        m_retry.start(pause);
    }
}

void EngineClient::watchSocket()
{
    // The socket's folder, or the nearest above it that exists: when the engine makes its folder, we move down.
    QString folder = QFileInfo(m_socketPath).path();
    while (!QFileInfo(folder).isDir() && folder.contains(u'/') && folder != u"/")
        folder = QFileInfo(folder).path();
    if (m_watcher.directories() == QStringList { folder })
        return;
    if (!m_watcher.directories().isEmpty())
        m_watcher.removePaths(m_watcher.directories());
    if (QFileInfo(folder).isDir())
        m_watcher.addPath(folder);
}

void EngineClient::setState(State state, const QString& sentence)
{
    if (m_state == state && m_sentence == sentence)
        return;
    m_state = state;
    m_sentence = sentence;
    Q_EMIT stateChanged(state);
}

void EngineClient::exchange(http::Request request, QObject* context, Exchange::Options options, Done done, std::function<void()> dropped)
{
    introduce(request);
    if (!m_busName.isEmpty() && options.silence.count() > 0)
        options.silence = std::max(options.silence, PasswordPatience);
    Exchange::Callbacks callbacks;
    const auto self = std::make_shared<QPointer<Exchange>>();
    callbacks.finished = [self, done = std::move(done)](Result<http::Response> response) {
        if (*self)
            (*self)->deleteLater();
        done(std::move(response));
    };
    callbacks.dropped = std::move(dropped);
    auto* sent = new Exchange(m_socketPath, std::move(request), {}, options, std::move(callbacks), this);
    *self = sent;
    if (context) {
        connect(context, &QObject::destroyed, sent, [sent] {
            sent->abort();
            sent->deleteLater();
        });
    }
    // From the event loop, so that nothing is called back from within this call.
    QMetaObject::invokeMethod(sent, &Exchange::start, Qt::QueuedConnection);
}

void EngineClient::Answer::await_suspend(std::coroutine_handle<> waiting)
{
    m_client.exchange(
        std::move(m_request), m_context, m_options,
        [this, waiting](Result<http::Response> response) {
            m_result = std::move(response);
            waiting.resume();
        },
        [this, waiting] {
            m_result = Result<http::Response>(Error(ErrorCode::Cancelled, "no longer wanted"));
            waiting.resume();
        });
}

} // namespace darsena::gui
