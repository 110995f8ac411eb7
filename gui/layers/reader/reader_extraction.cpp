// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/reader/reader_extraction.h"

#include <QProcess>

namespace darsena::gui {

namespace {

/// As core/cli/reader/sealed_source.h has it: without this line the unpacker throws away what it got.
const QByteArray& seal()
{
    static const QByteArray text("darsena: sent to the end\n");
    return text;
}

constexpr qsizetype maxReport = 64 * 1024;

} // namespace

ReaderExtraction::ReaderExtraction(ReaderProcess& reader, QString program, json::Object request, Place place,
    std::function<void(qint64)> progress, std::function<void(Result<void>)> done)
    : m_reader(&reader)
    , m_program(std::move(program))
    , m_request(std::move(request))
    , m_place(std::move(place))
    , m_progress(std::move(progress))
    , m_done(std::move(done))
{
    QMetaObject::invokeMethod(this, &ReaderExtraction::start, Qt::QueuedConnection);
}

ReaderExtraction::~ReaderExtraction()
{
    if (m_reader && m_asked > 0)
        m_reader->stop(m_asked);
    // Not killed: it cleans up when its input ends without the seal.
    abandon(m_unpacker, false);
}

void ReaderExtraction::start()
{
    if (!m_reader)
        return finish(Error(ErrorCode::Unavailable, tr("the image is closed").toStdString()));
    m_unpacker = new QProcess(this);
    connect(m_unpacker, &QProcess::bytesWritten, this, [this](qint64 bytes) {
        m_written += bytes;
        if (m_reader)
            m_reader->take(m_asked, bytes);
        if (m_progress)
            m_progress(m_written);
    });
    connect(m_unpacker, &QProcess::readyReadStandardOutput, this, [this] { m_report = (m_report + m_unpacker->readAllStandardOutput()).left(maxReport); });
    connect(m_unpacker, &QProcess::finished, this, &ReaderExtraction::unpacked);
    connect(m_unpacker, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            finish(Error(ErrorCode::Unavailable, tr("%1 cannot be started: %2").arg(m_program, m_unpacker->errorString()).toStdString()));
    });
    QStringList arguments { QStringLiteral("unpack-tar") };
    if (!m_place.name.isEmpty())
        arguments << QStringLiteral("--name=") + m_place.name;
    if (m_place.asTar)
        arguments << QStringLiteral("--as-tar");
    arguments << QStringLiteral("--") << m_place.folder;
    m_unpacker->start(m_program, arguments);
    m_asked = m_reader->ask(
        m_request,
        { [this](const QByteArray& bytes) {
             if (m_unpacker)
                 m_unpacker->write(bytes);
         },
            [self = QPointer<ReaderExtraction>(this)](const Result<void>& outcome) {
                if (self)
                    self->sent(outcome);
            } },
        true);
}

void ReaderExtraction::sent(const Result<void>& outcome)
{
    m_asked = 0;
    m_outcome = outcome;
    if (!m_unpacker)
        return;
    if (outcome)
        m_unpacker->write(seal());
    m_unpacker->closeWriteChannel();
}

void ReaderExtraction::unpacked()
{
    m_report += m_unpacker->readAllStandardOutput();
    if (!m_outcome)
        return finish(m_outcome); // why it had nothing more to write
    const auto report = json::parse({ m_report.constData(), static_cast<std::size_t>(m_report.size()) });
    if (!report || !report->is_object())
        return finish(Error(ErrorCode::Internal, tr("the process that writes files has ended without a word").toStdString()));
    if (!report->as_object().contains("failed"))
        return finish({});
    const std::int64_t code = json::integer(report->as_object(), "failed").valueOr(-1);
    const bool known = code >= 0 && code <= static_cast<int>(ErrorCode::Internal);
    finish(Error(known ? static_cast<ErrorCode>(code) : ErrorCode::Internal, json::text(report->as_object(), "message").valueOr({})));
}

void ReaderExtraction::finish(const Result<void>& outcome)
{
    if (m_reader && m_asked > 0)
        m_reader->stop(std::exchange(m_asked, 0));
    abandon(std::exchange(m_unpacker, nullptr), false);
    // Last: whoever hears it may delete us.
    if (const auto done = std::exchange(m_done, {}))
        done(outcome);
}

} // namespace darsena::gui
