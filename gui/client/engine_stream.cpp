// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/client/engine_stream.h"

#include <chrono>

namespace darsena::gui {

EngineStream::~EngineStream() = default;

void EngineStream::begin(const QString& socketPath, http::Request request, Parts parts, std::unique_ptr<Upload> upload)
{
    m_parts = std::make_shared<Parts>(std::move(parts));
    if (upload)
        connect(upload.get(), &Upload::progressed, this, &EngineStream::uploadProgressed);

    Exchange::Callbacks callbacks;
    callbacks.head = [this](const http::Response& head) {
        if (!head.ok() && head.status != 101)
            return;
        m_open = true;
        Q_EMIT opened();
    };
    callbacks.data = [this](std::string_view bytes) {
        const QPointer<EngineStream> alive(this);
        const auto held = m_parts;
        const Result<void> fed = held->feed(bytes);
        if (alive && !fed)
            end(fed.error());
    };
    callbacks.finished = [this](Result<http::Response> response) {
        if (!response)
            return end(response.error());
        if (!response->ok() && response->status != 101)
            return end(client::statusError(*response));
        const QPointer<EngineStream> alive(this);
        const auto held = m_parts;
        const Result<void> rest = held->feedEnd();
        if (alive)
            end(rest);
    };
    m_exchange = std::make_unique<Exchange>(
        socketPath, std::move(request), std::move(upload), Exchange::Options { .silence = std::chrono::milliseconds(0) }, std::move(callbacks));
    // From the event loop, so that nothing is called before the caller holds the stream.
    QMetaObject::invokeMethod(m_exchange.get(), &Exchange::start, Qt::QueuedConnection);
}

void EngineStream::end(Result<void> result)
{
    if (std::exchange(m_ended, true))
        return;
    m_open = false;
    // We may be inside one of the exchange's callbacks.
    if (m_exchange) {
        m_exchange->abort();
        m_exchange.release()->deleteLater();
    }
    const auto held = m_parts;
    if (held->end)
        held->end(std::move(result));
}

void EngineStream::setPaused(bool paused)
{
    if (m_exchange)
        m_exchange->setPaused(paused);
}

void EngineStream::write(QByteArrayView bytes)
{
    if (m_exchange)
        m_exchange->write(bytes);
}

void EngineStream::closeWrite()
{
    if (m_exchange)
        m_exchange->closeWrite();
}

} // namespace darsena::gui
