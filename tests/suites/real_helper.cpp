// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/suites/real_helper.h"

#include "core/api/client/calls.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QThread>

#include <unistd.h>

namespace darsena::tests {

namespace {

constexpr int startLimitMs = 20'000;

QString runToEnd(const QString& program, const QStringList& arguments, int limitMs, QByteArray* output = nullptr)
{
    QProcess process;
    process.start(program, arguments);
    if (!process.waitForFinished(limitMs) || process.exitCode() != 0)
        return program + QStringLiteral(": ") + process.errorString() + QString::fromUtf8(process.readAllStandardError());
    if (output)
        *output = process.readAllStandardOutput();
    return {};
}

} // namespace

std::unique_ptr<RealHelper> RealHelper::start(QString& why)
{
    if (::geteuid() != 0) {
        why = QStringLiteral("needs root: the engine makes namespaces and mounts");
        return nullptr;
    }
    std::unique_ptr<RealHelper> helper(new RealHelper);
    why = helper->launch();
    return why.isEmpty() ? std::move(helper) : nullptr;
}

RealHelper::~RealHelper()
{
    if (m_process.state() == QProcess::NotRunning && !launch().isEmpty())
        return;
    const client::UnixTransport engine = transport();
    if (const auto containers = engine.send(client::listContainers(true))) {
        for (const auto& container : *containers)
            (void)engine.send(client::removeContainer(container.id, true, true));
    }
    m_process.terminate();
    if (!m_process.waitForFinished(10'000))
        kill();
}

QString RealHelper::loadBaseImage(const QString& name) const
{
    QByteArray folder;
    if (const QString error = runToEnd(
            QStringLiteral(DARSENA_SOURCE_DIR "/tests/e2e/base_images.sh"), { name }, 600'000, &folder);
        !error.isEmpty())
        return error;
    QFile archive(QString::fromUtf8(folder.trimmed()) + u'/' + name + QStringLiteral(".tar"));
    if (!archive.open(QIODevice::ReadOnly))
        return archive.errorString();

    QString problem;
    const auto loaded = transport().stream<model::BuildMessage>(
        client::loadImages(),
        [&](const model::BuildMessage& message) -> Result<void> {
            if (message.error)
                problem = QString::fromStdString(*message.error);
            return {};
        },
        [&](std::span<char> buffer) -> Result<std::size_t> {
            const qint64 count = archive.read(buffer.data(), qint64(buffer.size()));
            if (count < 0)
                return Error(ErrorCode::System, archive.errorString().toStdString());
            return std::size_t(count);
        });
    return loaded ? problem : QString::fromStdString(loaded.error().message());
}

void RealHelper::kill()
{
    m_process.kill();
    m_process.waitForFinished(10'000);
}

QString RealHelper::restart()
{
    return launch();
}

QString RealHelper::log() const
{
    QFile file(m_folder.filePath(QStringLiteral("helper.log")));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QString RealHelper::launch()
{
    if (!m_folder.isValid())
        return m_folder.errorString();
    const QString log = m_folder.filePath(QStringLiteral("helper.log"));
    QFile::remove(log);
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.setStandardOutputFile(log);
    m_process.start(QStringLiteral("unshare"),
        { "--net", "--mount", "--propagation", "private", "sh", "-c", R"(ip link set lo up; exec "$@")", "sh",
            DARSENA_BIN_DIR "/darsena-helper", "--root", m_folder.filePath("root"), "--run", m_folder.filePath("run"),
            "--socket", socket(), "--libexec", DARSENA_BIN_DIR });

    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < startLimitMs) {
        if (this->log().contains(QLatin1String("ready ")))
            return {};
        if (m_process.waitForFinished(20))
            break;
    }
    return QStringLiteral("darsena-helper did not start:\n") + this->log();
}

} // namespace darsena::tests
