// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/reader/reader_process.h"

#include <QPointer>
#include <QProcess>

namespace darsena::gui {

namespace {

constexpr qsizetype maxComplaint = 2000;

} // namespace

void abandon(QProcess* process, bool kill)
{
    if (!process)
        return;
    // QProcess's own destructor would wait for the process.
    process->disconnect();
    process->setParent(nullptr);
    QObject::connect(process, &QProcess::finished, process, &QObject::deleteLater);
    QObject::connect(process, &QProcess::errorOccurred, process, [process](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            process->deleteLater();
    });
    process->closeWriteChannel();
    if (kill)
        process->kill();
    if (process->state() == QProcess::NotRunning)
        process->deleteLater();
}

ReaderProcess::ReaderProcess(QString program, QObject* parent)
    : QObject(parent)
    , m_program(std::move(program))
{
}

ReaderProcess::~ReaderProcess()
{
    abandon(m_process, true);
}

void ReaderProcess::start(const QStringList& arguments)
{
    m_process = new QProcess(this);
    connect(m_process, &QProcess::readyReadStandardOutput, this, &ReaderProcess::receive);
    connect(m_process, &QProcess::readyReadStandardError, this, [this] {
        m_complaint = (m_complaint + m_process->readAllStandardError()).right(maxComplaint);
    });
    connect(m_process, &QProcess::finished, this, [this](int, QProcess::ExitStatus) {
        receive();
        const QString said = QString::fromUtf8(m_complaint.trimmed());
        const QString text = said.isEmpty() ? tr("the process that reads images has ended") : tr("the process that reads images has ended: %1").arg(said);
        end(Error(ErrorCode::Unavailable, text.toStdString()));
    });
    // Queued: a start that fails at once must not be told from inside of start().
    connect(
        m_process, &QProcess::errorOccurred, this,
        [this](QProcess::ProcessError error) {
            if (error == QProcess::FailedToStart)
                end(Error(ErrorCode::Unavailable, tr("%1 cannot be started: %2").arg(m_program, m_process->errorString()).toStdString()));
        },
        Qt::QueuedConnection);
    m_process->start(m_program, QStringList { QStringLiteral("read-image"), QStringLiteral("--serve") } + arguments);
}

void ReaderProcess::receive()
{
    std::vector<ReaderMessage> messages;
    const auto fed = m_stream.feed(m_process->readAllStandardOutput(), messages);
    const QPointer<ReaderProcess> self(this);
    for (ReaderMessage& message : messages) {
        dispatch(message);
        if (!self)
            return;
    }
    if (!fed)
        end(fed.error());
}

void ReaderProcess::dispatch(ReaderMessage& message)
{
    if (!message.head.contains("reply")) {
        Q_EMIT event(message);
        return;
    }
    const qint64 id = json::integer(message.head, "reply").valueOr(0);
    const auto found = m_pending.find(id);
    if (found == m_pending.end())
        return; // stopped meanwhile
    if (message.head.contains("done") || message.head.contains("failed")) {
        const auto ended = std::move(found->second.reply.end);
        m_pending.erase(found);
        if (message.head.contains("done"))
            return ended({});
        const std::int64_t code = json::integer(message.head, "failed").valueOr(-1);
        const bool known = code >= 0 && code <= static_cast<int>(ErrorCode::Internal);
        return ended(Error(known ? static_cast<ErrorCode>(code) : ErrorCode::Internal, json::text(message.head, "message").valueOr({})));
    }
    const qint64 count = message.bytes.size();
    const bool manual = found->second.manual;
    const auto piece = found->second.reply.piece; // a copy: the receiver may stop the request
    const QPointer<ReaderProcess> self(this);
    piece(std::move(message.bytes));
    if (self && !manual)
        take(id, count);
}

void ReaderProcess::end(const Error& error)
{
    if (m_end)
        return;
    m_end = error;
    const QPointer<ReaderProcess> self(this);
    const auto pending = std::exchange(m_pending, {});
    for (const auto& [id, request] : pending)
        request.reply.end(error);
    if (!self)
        return;
    abandon(std::exchange(m_process, nullptr), true);
    Q_EMIT ended(error);
}

qint64 ReaderProcess::ask(json::Object request, Reply reply, bool manual)
{
    const qint64 id = ++m_lastRequest;
    if (m_end || !m_process) {
        const Error error = m_end.value_or(Error(ErrorCode::Conflict, tr("the image is not read yet").toStdString()));
        QMetaObject::invokeMethod(
            this, [ended = std::move(reply.end), error] { ended(error); }, Qt::QueuedConnection);
        return id;
    }
    m_pending.emplace(id, Pending { std::move(reply), manual });
    request["id"] = id;
    send(request);
    return id;
}

void ReaderProcess::take(qint64 request, qint64 bytes)
{
    if (m_pending.contains(request))
        send({ { "id", request }, { "do", "take" }, { "bytes", bytes } });
}

void ReaderProcess::stop(qint64 request)
{
    if (m_pending.erase(request) > 0)
        send({ { "id", request }, { "do", "stop" } });
}

void ReaderProcess::send(const json::Object& request)
{
    if (m_process)
        m_process->write(QByteArray::fromStdString(json::serialize(request) + '\n'));
}

} // namespace darsena::gui
