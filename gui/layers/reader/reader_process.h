// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/layers/reader/reader_stream.h"

#include <QObject>
#include <QStringList>

#include <functional>
#include <map>

class QProcess;

namespace darsena::gui {

/// Lets go of a process without waiting for it: its input ends, it is killed if `kill`, and it is deleted when it is gone.
void abandon(QProcess* process, bool kill);

/// `darsena read-image --serve` and what is said between it and us. GUI thread; never blocks. Destroying it ends the
/// process; replies that have not come do not come any more.
class ReaderProcess : public QObject {
    Q_OBJECT
public:
    explicit ReaderProcess(QString program, QObject* parent = nullptr);
    ~ReaderProcess() override;

    void start(const QStringList& arguments);

    struct Reply {
        std::function<void(QByteArray)> piece;
        std::function<void(Result<void>)> end; ///< once, after all pieces
    };
    /// Sends a request; `end` comes later, never from inside. With `manual` the process sends no more than 4 MiB before
    /// take() says that some of it was used; else pieces count as used at once.
    qint64 ask(json::Object request, Reply reply, bool manual = false);
    void take(qint64 request, qint64 bytes);
    /// Its end, Cancelled or not, is not told.
    void stop(qint64 request);

Q_SIGNALS:
    /// What is no reply. The receiver may take the bytes.
    void event(darsena::gui::ReaderMessage& message);
    /// Once, when the process is gone or speaks nonsense; whatever was asked has ended before.
    void ended(const darsena::Error& error);

private:
    void receive();
    void dispatch(ReaderMessage& message);
    void end(const Error& error);
    void send(const json::Object& request);

    struct Pending {
        Reply reply;
        bool manual = false;
    };

    QString m_program;
    QProcess* m_process = nullptr;
    ReaderStream m_stream;
    std::map<qint64, Pending> m_pending;
    qint64 m_lastRequest = 0;
    QByteArray m_complaint; ///< the end of what it wrote to standard error
    std::optional<Error> m_end;
};

} // namespace darsena::gui
