// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/client/call.h"
#include "core/base/result.h"
#include "gui/client/exchange.h"
#include "gui/client/upload.h"

#include <QObject>
#include <QPointer>
#include <QString>

#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace darsena::gui {

/// A call whose answer is a stream of values: events, logs, the steps of a build. Made by EngineClient::stream().
/// The values go to onItem, one by one or, if onItem takes a vector, as many at once as came together; then onEnd is
/// called once. Destroying the stream ends the connection, and nothing is called any more: that is how one cancels.
/// The callbacks may destroy the stream. What the reader does not take waits in the engine.
class EngineStream : public QObject {
    Q_OBJECT
public:
    template<typename T, typename Item>
    static std::unique_ptr<EngineStream> open(const QString& socketPath, client::StreamCall<T> call, Item onItem,
        std::function<void(Result<void>)> onEnd, std::unique_ptr<Upload> upload)
    {
        std::shared_ptr<client::StreamDecoder<T>> decoder = call.decoder();
        std::unique_ptr<EngineStream> stream(new EngineStream);
        QPointer<EngineStream> alive = stream.get();
        auto deliver = [alive, onItem = std::move(onItem)](std::vector<T>& values) mutable {
            if constexpr (std::is_invocable_v<Item, std::vector<T>&>) {
                if (!values.empty() && alive)
                    onItem(values);
            } else {
                for (T& value : values) {
                    if (!alive)
                        return;
                    onItem(value);
                }
            }
        };
        Parts parts;
        parts.feed = [decoder, deliver](std::string_view bytes) mutable -> Result<void> {
            std::vector<T> values;
            Result<void> fed = decoder->feed(bytes, values);
            deliver(values);
            return fed;
        };
        parts.feedEnd = [decoder, deliver]() mutable -> Result<void> {
            std::vector<T> values;
            Result<void> fed = decoder->feedEnd(values);
            deliver(values);
            return fed;
        };
        parts.end = std::move(onEnd);
        stream->begin(socketPath, std::move(call.request), std::move(parts), std::move(upload));
        return stream;
    }
    ~EngineStream() override;

    /// The engine has accepted the request: values follow.
    bool isOpen() const { return m_open; }
    /// Rests: nothing more is read until told otherwise, and the engine waits. The end is not heard of meanwhile, either.
    void setPaused(bool paused);
    /// The request's body, for its progress; null when there is none or all is sent.
    Upload* upload() const { return m_exchange ? m_exchange->upload() : nullptr; }
    /// For two-way streams (attach, exec): standard input, and its end.
    void write(QByteArrayView bytes);
    void closeWrite();

Q_SIGNALS:
    /// The engine has accepted the request.
    void opened();
    /// Bytes of the body that were sent so far.
    void uploadProgressed(qint64 bytes);

private:
    struct Parts {
        std::function<Result<void>(std::string_view)> feed;
        std::function<Result<void>()> feedEnd;
        std::function<void(Result<void>)> end;
    };
    EngineStream() = default;
    void begin(const QString& socketPath, http::Request request, Parts parts, std::unique_ptr<Upload> upload);
    void end(Result<void> result);

    std::shared_ptr<Parts> m_parts; // shared with calls under way, which may destroy the stream
    std::unique_ptr<Exchange> m_exchange;
    bool m_open = false;
    bool m_ended = false;
};

} // namespace darsena::gui
