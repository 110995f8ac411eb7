// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/client/download.h"

#include <QThread>

#include <condition_variable>
#include <cstring>
#include <mutex>
#include <optional>
#include <utility>

namespace darsena::gui {

namespace {
/// The connection rests above the first and goes on below the second.
constexpr std::size_t ManyBytes = 4 * 1024 * 1024;
constexpr std::size_t FewBytes = 1024 * 1024;
} // namespace

/// What the worker and the GUI thread share; whoever lets go last frees it.
struct Download::Shared {
    std::mutex mutex;
    std::condition_variable more;
    std::string waiting;
    std::size_t taken = 0; ///< of waiting
    std::optional<Result<void>> ended; ///< the answer
    std::optional<Result<void>> result; ///< the reader's
    bool paused = false;
    bool abandoned = false;
    Download* receiver = nullptr; ///< null once the download is gone
};

/// The worker's side.
class Download::Source final : public archive::ByteSource {
public:
    explicit Source(Shared& shared)
        : m_shared(shared)
    {
    }
    Result<std::size_t> read(std::span<std::byte> buffer) override
    {
        std::unique_lock lock(m_shared.mutex);
        m_shared.more.wait(lock, [&] { return m_shared.abandoned || m_shared.ended || m_shared.taken < m_shared.waiting.size(); });
        if (m_shared.abandoned)
            return Error(ErrorCode::Cancelled, "cancelled");
        const std::size_t count = std::min(buffer.size(), m_shared.waiting.size() - m_shared.taken);
        if (count == 0)
            return m_shared.ended && !*m_shared.ended ? Result<std::size_t>(m_shared.ended->error()) : Result<std::size_t>(0);
        std::memcpy(buffer.data(), m_shared.waiting.data() + m_shared.taken, count);
        m_shared.taken += count;
        if (m_shared.taken == m_shared.waiting.size() || m_shared.taken > FewBytes)
            m_shared.waiting.erase(0, std::exchange(m_shared.taken, 0));
        if (m_shared.paused && m_shared.receiver && m_shared.waiting.size() - m_shared.taken < FewBytes) {
            m_shared.paused = false;
            QMetaObject::invokeMethod(m_shared.receiver, &Download::resume, Qt::QueuedConnection);
        }
        return count;
    }

private:
    Shared& m_shared;
};

Download::Download(EngineClient& client, client::StreamCall<std::string> call, Reader reader, std::function<void(Result<void>)> done)
    : m_shared(std::make_shared<Shared>())
    , m_done(std::move(done))
{
    m_shared->receiver = this;
    m_stream = client.stream(
        std::move(call), [this](std::string& bytes) { take(bytes); },
        [this](const Result<void>& ended) {
            const std::lock_guard lock(m_shared->mutex);
            m_shared->ended = ended;
            m_shared->more.notify_all();
        });
    QThread* worker = QThread::create([shared = m_shared, reader = std::move(reader), stop = m_stop.get_token()] {
        Source source(*shared);
        Result<void> result = reader(source, stop);
        const std::lock_guard lock(shared->mutex);
        shared->result = std::move(result);
        if (shared->receiver)
            QMetaObject::invokeMethod(shared->receiver, &Download::finish, Qt::QueuedConnection);
    });
    connect(worker, &QThread::finished, worker, &QObject::deleteLater);
    worker->start();
}

Download::~Download()
{
    m_stop.request_stop();
    const std::lock_guard lock(m_shared->mutex);
    m_shared->receiver = nullptr;
    m_shared->abandoned = true;
    m_shared->more.notify_all();
}

void Download::take(std::string& bytes)
{
    m_bytes += static_cast<qint64>(bytes.size());
    {
        const std::lock_guard lock(m_shared->mutex);
        if (m_shared->result)
            return; // nobody reads any more
        m_shared->waiting += bytes;
        m_shared->paused = m_shared->waiting.size() - m_shared->taken > ManyBytes;
        m_stream->setPaused(m_shared->paused);
        m_shared->more.notify_all();
    }
    Q_EMIT progressed(m_bytes);
}

void Download::resume()
{
    m_stream->setPaused(false);
}

void Download::finish()
{
    m_stream.reset();
    const auto done = std::exchange(m_done, {});
    if (done)
        done(*m_shared->result);
}

} // namespace darsena::gui
