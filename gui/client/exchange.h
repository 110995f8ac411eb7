// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/http/message.h"
#include "core/api/http/parser.h"
#include "core/base/result.h"
#include "gui/client/upload.h"

#include <QLocalSocket>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace darsena::gui {

/// One request and its answer, on a connection of its own: a Unix socket connects in microseconds, and nothing can
/// stand in a queue behind a slow answer. Never blocks. GUI thread. Destroying it ends the connection at once, in the
/// middle of anything, and then no callback comes but dropped().
///
/// The callbacks may destroy the exchange, and whatever owns them.
class Exchange : public QObject {
    Q_OBJECT
public:
    struct Options {
        /// Longest silence: without a byte in either direction. Zero = for ever (streams).
        std::chrono::milliseconds silence = std::chrono::seconds(30);
        /// Bound of an answer that is gathered whole.
        std::uint64_t bodyBytes = 256ull * 1024 * 1024;
    };
    struct Callbacks {
        /// The head of the answer has come; the body is empty still.
        std::function<void(const http::Response&)> head;
        /// Body bytes as they come. Without it the body is gathered, and finished() gets it.
        std::function<void(std::string_view)> data;
        /// The whole answer, or why there is none. Called once, last. Any HTTP status is an answer.
        std::function<void(Result<http::Response>)> finished;
        /// The exchange was destroyed or aborted before it finished: for who must always be told (a coroutine).
        std::function<void()> dropped;
    };

    /// Does nothing until start(). @p upload is the body; without it request.body is.
    Exchange(QString socketPath, http::Request request, std::unique_ptr<Upload> upload, Options options, Callbacks callbacks,
        QObject* parent = nullptr);
    ~Exchange() override;

    void start();
    /// As destroying it, for use inside its callbacks.
    void abort();
    /// Leaves the answer's bytes where they are, in the end in the engine, until told otherwise.
    void setPaused(bool paused);
    Upload* upload() const { return m_upload.get(); }
    /// Writes to the connection behind the request: the standard input of an attached container (after an upgrade).
    void write(QByteArrayView bytes);
    /// Ends our direction only, as the end of standard input.
    void closeWrite();

private:
    void sendBody();
    void receive();
    void disconnected();
    void socketFailed();
    void close();
    void fail(Error error);
    void finish(Result<http::Response> result);
    Error connectionError() const;

    QString m_socketPath;
    http::Request m_request;
    std::unique_ptr<Upload> m_upload;
    Options m_options;
    std::shared_ptr<Callbacks> m_callbacks; // shared with calls under way, which may destroy the exchange
    QLocalSocket m_socket;
    QTimer m_silence;
    http::ResponseParser m_parser;
    http::Response m_response;
    bool m_bodyBegun = false;
    bool m_upgraded = false;
    bool m_bodySent = false;
    bool m_paused = false;
    bool m_closedWhilePaused = false;
    bool m_ended = false;
};

} // namespace darsena::gui
