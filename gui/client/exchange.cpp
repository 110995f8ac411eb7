// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/client/exchange.h"

#include <QPointer>

#include <utility>

#include <sys/socket.h>

namespace darsena::gui {

namespace {
/// What may wait in the socket's write buffer before the upload is asked for more.
constexpr qint64 WriteAhead = 256 * 1024;
constexpr qint64 ReadAhead = 1024 * 1024;
constexpr int ReadPiece = 128 * 1024;
} // namespace

Exchange::Exchange(QString socketPath, http::Request request, std::unique_ptr<Upload> upload, Options options, Callbacks callbacks,
    QObject* parent)
    : QObject(parent)
    , m_socketPath(std::move(socketPath))
    , m_request(std::move(request))
    , m_upload(std::move(upload))
    , m_options(options)
    , m_callbacks(std::make_shared<Callbacks>(std::move(callbacks)))
    , m_parser(m_request.method == "HEAD")
{
    // What the reader does not take stays in the kernel, so a fast engine waits for a slow view.
    m_socket.setReadBufferSize(ReadAhead);
    connect(&m_socket, &QLocalSocket::readyRead, this, &Exchange::receive);
    connect(&m_socket, &QLocalSocket::disconnected, this, &Exchange::disconnected);
    connect(&m_socket, &QLocalSocket::errorOccurred, this, &Exchange::socketFailed);
    connect(&m_socket, &QLocalSocket::bytesWritten, this, [this] {
        if (m_silence.isActive())
            m_silence.start();
        if (m_upload)
            sendBody();
    });
    m_silence.setSingleShot(true);
    connect(&m_silence, &QTimer::timeout, this, [this] {
        fail(Error(ErrorCode::Unavailable,
            tr("the engine has not answered for %n second(s)", nullptr, static_cast<int>(std::chrono::duration_cast<std::chrono::seconds>(m_options.silence).count())).toStdString()));
    });
}

Exchange::~Exchange()
{
    abort();
}

void Exchange::abort()
{
    if (std::exchange(m_ended, true))
        return;
    close();
    if (m_callbacks->dropped)
        m_callbacks->dropped();
}

void Exchange::close()
{
    m_silence.stop();
    m_socket.disconnect(this); // abort() would report back into us
    m_socket.abort();
    // One of its signals may be on the stack.
    if (m_upload) {
        m_upload->disconnect(this);
        m_upload.release()->deleteLater();
    }
}

void Exchange::start()
{
    if (m_options.silence.count() > 0)
        m_silence.start(m_options.silence);
    if (!m_request.headers.has("Connection"))
        m_request.headers.set("Connection", "close");
    if (m_upload)
        m_request.headers.set("Transfer-Encoding", "chunked");
    // Connecting to a local socket succeeds or fails at once; what is written before waits in the buffer.
    m_socket.connectToServer(m_socketPath);
    if (m_ended || m_socket.state() == QLocalSocket::UnconnectedState)
        return;
    const std::string head = http::serialize(m_request);
    m_socket.write(head.data(), static_cast<qint64>(head.size()));
    if (m_upload) {
        connect(m_upload.get(), &Upload::ready, this, &Exchange::sendBody);
        m_upload->start();
    }
}

void Exchange::sendBody()
{
    if (m_ended || m_bodySent || m_socket.bytesToWrite() > WriteAhead)
        return;
    const QPointer<Exchange> alive(this);
    const QByteArray bytes = m_upload->take(); // which reports the progress
    if (!alive || m_ended)
        return;
    if (!bytes.isEmpty()) {
        const std::string chunk = http::encodeChunk(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
        m_socket.write(chunk.data(), static_cast<qint64>(chunk.size()));
    }
    if (!m_upload->atEnd())
        return;
    if (const Result<void> status = m_upload->status(); !status) {
        fail(status.error());
        return;
    }
    m_bodySent = true;
    m_socket.write(http::lastChunk.data(), static_cast<qint64>(http::lastChunk.size()));
}

void Exchange::write(QByteArrayView bytes)
{
    m_socket.write(bytes.data(), bytes.size());
}

void Exchange::closeWrite()
{
    ::shutdown(static_cast<int>(m_socket.socketDescriptor()), SHUT_WR);
}

void Exchange::setPaused(bool paused)
{
    if (std::exchange(m_paused, paused) == paused || paused)
        return;
    // What has come meanwhile is not announced again.
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (m_paused || m_ended)
                return;
            if (std::exchange(m_closedWhilePaused, false))
                disconnected();
            else
                receive();
        },
        Qt::QueuedConnection);
}

void Exchange::receive()
{
    const QPointer<Exchange> alive(this);
    const auto callbacks = m_callbacks;
    while (alive && !m_ended && !m_paused && m_socket.bytesAvailable() > 0) {
        const QByteArray piece = m_socket.read(ReadPiece);
        const std::string_view bytes(piece.constData(), static_cast<std::size_t>(piece.size()));
        if (m_silence.isActive())
            m_silence.start();
        if (m_upgraded) {
            if (callbacks->data)
                callbacks->data(bytes);
            continue;
        }
        if (const auto fed = m_parser.feed(bytes); !fed)
            return fail(fed.error().withContext("the engine's answer"));
        if (!m_parser.headDone())
            continue;
        if (!m_bodyBegun) {
            m_bodyBegun = true;
            m_response.status = m_parser.status();
            m_response.headers = m_parser.headers();
            if (const auto begun = m_parser.beginBody(callbacks->data && m_response.ok() ? UINT64_MAX : m_options.bodyBytes); !begun)
                return fail(begun.error().withContext("the engine's answer"));
            if (callbacks->head) {
                callbacks->head(m_response);
                if (!alive || m_ended)
                    return;
            }
        }
        // The body of a refusal is gathered even for a stream: it says why.
        if (callbacks->data && (m_response.ok() || m_response.status == 101)) {
            if (const std::string body = m_parser.takeBody(); !body.empty()) {
                callbacks->data(body);
                if (!alive || m_ended)
                    return;
            }
        }
        if (!m_parser.done())
            continue;
        if (m_response.status == 101) {
            m_upgraded = true;
            if (const std::string rest = m_parser.takeRest(); !rest.empty() && callbacks->data)
                callbacks->data(rest);
            continue;
        }
        m_response.body = m_parser.takeBody();
        finish(std::move(m_response));
        return;
    }
}

void Exchange::disconnected()
{
    if (m_ended)
        return;
    const QPointer<Exchange> alive(this);
    const auto callbacks = m_callbacks;
    receive();
    if (!alive || m_ended)
        return;
    if (m_paused) {
        m_closedWhilePaused = true;
        return;
    }
    if (m_upgraded)
        return finish(std::move(m_response));
    if (m_parser.begun() && m_parser.feedEnd().ok() && m_parser.done()) {
        std::string body = m_parser.takeBody();
        if (!callbacks->data || !m_response.ok())
            m_response.body = std::move(body);
        else if (!body.empty())
            callbacks->data(body);
        if (alive && !m_ended)
            finish(std::move(m_response));
        return;
    }
    fail(Error(ErrorCode::Unavailable, tr("the engine closed the connection before it had answered").toStdString()));
}

void Exchange::socketFailed()
{
    // The end of the stream is reported as an error too; disconnected() knows whether it came too early.
    if (m_ended || m_socket.error() == QLocalSocket::PeerClosedError)
        return;
    // An engine that refuses a body it has not read to its end answers and closes: its answer is what counts.
    const Error error = connectionError();
    const QPointer<Exchange> alive(this);
    receive();
    if (alive && !m_ended)
        fail(error);
}

Error Exchange::connectionError() const
{
    switch (m_socket.error()) {
    case QLocalSocket::ServerNotFoundError:
    case QLocalSocket::ConnectionRefusedError:
        return Error(ErrorCode::Unavailable, tr("the engine is not running: nothing answers at %1").arg(m_socketPath).toStdString());
    case QLocalSocket::SocketAccessError:
        return Error(ErrorCode::Denied, tr("you may not open the engine's socket %1").arg(m_socketPath).toStdString());
    default:
        return Error(ErrorCode::Unavailable, (m_socketPath + QStringLiteral(": ") + m_socket.errorString()).toStdString());
    }
}

void Exchange::fail(Error error)
{
    finish(std::move(error));
}

void Exchange::finish(Result<http::Response> result)
{
    if (std::exchange(m_ended, true))
        return;
    close();
    const auto callbacks = m_callbacks;
    if (callbacks->finished)
        callbacks->finished(std::move(result));
}

} // namespace darsena::gui
