// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/client/upload.h"

#include <QFile>
#include <QFileInfo>
#include <QThread>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace darsena::gui {

namespace {
constexpr qsizetype WaitingBytes = 1024 * 1024;
constexpr qint64 FileChunk = 128 * 1024;
} // namespace

/// What the worker and the GUI thread share; whoever lets go last frees it.
struct Upload::Shared {
    std::mutex mutex;
    std::condition_variable room;
    QByteArray waiting;
    std::optional<Result<void>> ended;
    bool abandoned = false;
    bool announced = false; // a ready() is on its way
    Upload* receiver = nullptr; // null once the upload is gone

    void announce()
    {
        if (receiver && !std::exchange(announced, true))
            QMetaObject::invokeMethod(receiver, &Upload::ready, Qt::QueuedConnection);
    }
};

Upload::Upload(Writer writer)
    : m_writer(std::move(writer))
    , m_shared(std::make_shared<Shared>())
{
    m_shared->receiver = this;
}

Upload::~Upload()
{
    const std::lock_guard lock(m_shared->mutex);
    m_shared->receiver = nullptr;
    m_shared->abandoned = true;
    m_shared->room.notify_all();
}

std::unique_ptr<Upload> Upload::fromWriter(Writer writer)
{
    return std::unique_ptr<Upload>(new Upload(std::move(writer)));
}

std::unique_ptr<Upload> Upload::fromFile(const QString& path)
{
    auto upload = fromWriter([path](const Push& push) -> Result<void> {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly))
            return Error(ErrorCode::NotFound, (path + QStringLiteral(": ") + file.errorString()).toStdString());
        QByteArray chunk(FileChunk, Qt::Uninitialized);
        for (;;) {
            const qint64 got = file.read(chunk.data(), FileChunk);
            if (got < 0)
                return Error(ErrorCode::System, (path + QStringLiteral(": ") + file.errorString()).toStdString());
            if (got == 0)
                return {};
            if (!push(QByteArrayView(chunk.constData(), got)))
                return Error(ErrorCode::Cancelled, "upload stopped");
        }
    });
    upload->m_size = QFileInfo(path).size();
    return upload;
}

void Upload::start()
{
    if (!m_writer)
        return;
    QThread* worker = QThread::create([shared = m_shared, writer = std::exchange(m_writer, {})] {
        const Result<void> result = writer([&shared](QByteArrayView bytes) {
            std::unique_lock lock(shared->mutex);
            shared->room.wait(lock, [&] { return shared->abandoned || shared->waiting.size() < WaitingBytes; });
            if (shared->abandoned)
                return false;
            shared->waiting.append(bytes);
            shared->announce();
            return true;
        });
        const std::lock_guard lock(shared->mutex);
        shared->ended = result;
        shared->announce();
    });
    connect(worker, &QThread::finished, worker, &QObject::deleteLater);
    worker->start();
}

QByteArray Upload::take()
{
    QByteArray bytes;
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->announced = false;
        bytes = std::exchange(m_shared->waiting, {});
        m_shared->room.notify_all();
    }
    if (!bytes.isEmpty()) {
        m_bytesTaken += bytes.size();
        Q_EMIT progressed(m_bytesTaken);
    }
    return bytes;
}

bool Upload::atEnd() const
{
    const std::lock_guard lock(m_shared->mutex);
    return m_shared->ended && m_shared->waiting.isEmpty();
}

Result<void> Upload::status() const
{
    const std::lock_guard lock(m_shared->mutex);
    return m_shared->ended ? *m_shared->ended : Result<void>();
}

} // namespace darsena::gui
