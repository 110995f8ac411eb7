// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QObject>
#include <QString>

#include <functional>
#include <memory>

namespace darsena::gui {

/// The body of a request that is too large to hold: a worker thread produces it, at the pace at which the engine takes
/// it, and about one megabyte waits at most. Destroying the upload stops the worker without waiting for it.
/// Lives in the GUI thread; only the writer runs in the worker.
class Upload : public QObject {
    Q_OBJECT
public:
    /// Hands bytes over; waits while enough are on their way. False means that nobody wants them any more: return.
    using Push = std::function<bool(QByteArrayView)>;
    /// Produces the whole body, in the worker thread. An error ends the request with that error.
    using Writer = std::function<Result<void>(const Push&)>;

    /// The worker starts when the connection asks for the first bytes. The size is not known beforehand, so the
    /// request is sent in chunks.
    static std::unique_ptr<Upload> fromWriter(Writer writer);
    /// The bytes of a file, read in the worker thread.
    static std::unique_ptr<Upload> fromFile(const QString& path);
    ~Upload() override;

    /// For the connection. Starts the worker at the first call.
    void start();
    /// Takes what is ready; empty when nothing is, or at the end.
    QByteArray take();
    /// Whether take() has given everything. False while the writer runs.
    bool atEnd() const;
    /// How the writer ended; ok while it runs.
    Result<void> status() const;
    /// Bytes given to take() so far.
    qint64 bytesTaken() const { return m_bytesTaken; }
    /// The whole size where it is known beforehand (a file), else -1: for progress bars.
    qint64 size() const { return m_size; }

Q_SIGNALS:
    /// There is something to take, or the end was reached.
    void ready();
    /// After each take(): bytes so far.
    void progressed(qint64 bytes);

private:
    struct Shared;
    explicit Upload(Writer writer);

    Writer m_writer;
    std::shared_ptr<Shared> m_shared;
    qint64 m_bytesTaken = 0;
    qint64 m_size = -1;
};

} // namespace darsena::gui
