// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/client/unix_transport.h"

#include <QProcess>
#include <QString>
#include <QTemporaryDir>

#include <memory>

namespace darsena::tests {

/// A real darsena-helper for one test: store, run directory and socket in a temporary folder, in a network and a mount
/// namespace of its own, so that nothing of it meets the machine's. What it started is gone when it is destroyed.
/// For tests that own a Qt application object; main thread.
class RealHelper {
public:
    /// nullptr with `why` set when it cannot be had: not root (then the test skips), or it did not start.
    static std::unique_ptr<RealHelper> start(QString& why);
    ~RealHelper();

    QString socket() const { return m_folder.filePath(QStringLiteral("darsena.sock")); }
    client::UnixTransport transport() const { return client::UnixTransport(socket().toStdString()); }

    /// Loads one of tests/e2e/base_images.sh's images ("busybox", "debian"), making it when it was never made.
    /// Returns what went wrong, or nothing.
    QString loadBaseImage(const QString& name) const;

    /// kill -9, as a crash does. Containers live on.
    void kill();
    /// Starts again on the same folders. Returns what went wrong, or nothing.
    QString restart();
    /// What the helper wrote so far.
    QString log() const;

private:
    RealHelper() = default;
    QString launch();

    QTemporaryDir m_folder;
    QProcess m_process;
};

} // namespace darsena::tests
