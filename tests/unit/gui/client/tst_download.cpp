// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/client/download.h"

#include <QLocalServer>
#include <QLocalSocket>
#include <QSemaphore>
#include <QTemporaryDir>
#include <QTest>

using namespace darsena;
using namespace darsena::gui;

namespace {

constexpr qsizetype Much = 20'000'000;

/// One connection that is answered when the test likes.
class OneAnswer {
public:
    explicit OneAnswer(const QString& path)
    {
        QObject::connect(&m_server, &QLocalServer::newConnection, &m_server, [this] { socket = m_server.nextPendingConnection(); });
        if (!m_server.listen(path))
            qFatal("listen");
    }
    QLocalSocket* socket = nullptr;

private:
    QLocalServer m_server;
};

Result<std::uint64_t> readToEnd(archive::ByteSource& source)
{
    archive::HashingSink nowhere(nullptr);
    return archive::copy(source, nowhere);
}

} // namespace

class TestDownload : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    QString path() const { return m_dir.filePath(QStringLiteral("engine.sock")); }

private Q_SLOTS:
    void whatIsNotReadWaitsInTheEngine()
    {
        OneAnswer engine(path());
        EngineClient client(path());
        QSemaphore mayRead;
        std::uint64_t got = 0;
        std::optional<Result<void>> result;
        const Download download(
            client, client::layerArchive("x", 0, "", false),
            [&](archive::ByteSource& answer, const std::stop_token&) -> Result<void> {
                mayRead.acquire();
                got = TRY(readToEnd(answer));
                return {};
            },
            [&](Result<void> done) { result = std::move(done); });
        QTRY_VERIFY(engine.socket);
        engine.socket->write("HTTP/1.1 200 OK\r\nContent-Length: " + QByteArray::number(Much) + "\r\n\r\n" + QByteArray(Much, 'x'));
        engine.socket->disconnectFromServer(); // when everything is written
        // Wait until nothing moves any more: some megabytes were taken, the rest was not.
        qint64 before = 0;
        QTRY_VERIFY([&] {
            const bool still = engine.socket->bytesToWrite() == before;
            before = engine.socket->bytesToWrite();
            QTest::qWait(50);
            return still;
        }());
        QVERIFY(engine.socket->bytesToWrite() > Much / 2);
        QVERIFY(!result);
        mayRead.release();
        QTRY_VERIFY_WITH_TIMEOUT(result, 30'000);
        QVERIFY(result->ok());
        QCOMPARE(got, static_cast<std::uint64_t>(Much));
    }

    /// The engine is gone while much of what it sent lies unread.
    void anEndWhileRestingIsNoLoss()
    {
        OneAnswer engine(path());
        EngineClient client(path());
        QSemaphore mayRead;
        std::uint64_t got = 0;
        std::optional<Result<void>> result;
        const Download download(
            client, client::layerArchive("x", 0, "", false),
            [&](archive::ByteSource& answer, const std::stop_token&) -> Result<void> {
                mayRead.acquire();
                got = TRY(readToEnd(answer));
                return {};
            },
            [&](Result<void> done) { result = std::move(done); });
        QTRY_VERIFY(engine.socket);
        const QByteArray answer(4'600'000, 'x'); // rests, and yet all of it leaves the engine
        engine.socket->write("HTTP/1.1 200 OK\r\nContent-Length: " + QByteArray::number(answer.size()) + "\r\n\r\n" + answer);
        engine.socket->disconnectFromServer();
        QTRY_COMPARE(engine.socket->state(), QLocalSocket::UnconnectedState);
        QTest::qWait(50);
        mayRead.release();
        QTRY_VERIFY_WITH_TIMEOUT(result, 30'000);
        QVERIFY2(result->ok(), result->ok() ? "" : result->error().message().c_str());
        QCOMPARE(got, static_cast<std::uint64_t>(answer.size()));
    }

    void errorsReachTheReader()
    {
        OneAnswer engine(path());
        EngineClient client(path());
        std::optional<Result<void>> result;
        const auto reader = [](archive::ByteSource& answer, const std::stop_token&) -> Result<void> {
            TRY(readToEnd(answer));
            return {};
        };
        std::unique_ptr<Download> download;
        download = std::make_unique<Download>(client, client::layerArchive("x", 0, "", false), reader, [&](Result<void> done) {
            result = std::move(done);
            download.reset(); // from inside
        });
        QTRY_VERIFY(engine.socket);
        engine.socket->write("HTTP/1.1 404 Not Found\r\nContent-Length: 18\r\n\r\n{\"message\":\"none\"}");
        QTRY_VERIFY(result);
        QCOMPARE(result->error().message(), std::string("none"));
        QVERIFY(!download);
    }

    void aReaderThatGivesUpEndsTheConnection()
    {
        OneAnswer engine(path());
        EngineClient client(path());
        std::optional<Result<void>> result;
        const Download download(
            client, client::layerArchive("x", 0, "", false),
            [](archive::ByteSource&, const std::stop_token&) -> Result<void> { return Error(ErrorCode::Corrupt, "not what was asked for"); },
            [&](Result<void> done) { result = std::move(done); });
        QTRY_VERIFY(result);
        QCOMPARE(result->error().code(), ErrorCode::Corrupt);
        QTRY_VERIFY(!engine.socket || engine.socket->state() == QLocalSocket::UnconnectedState);
    }

    void destroyingStopsTheReader()
    {
        OneAnswer engine(path());
        EngineClient client(path());
        std::atomic<int> error = -1;
        std::atomic<bool> stopped = false;
        auto download = std::make_unique<Download>(
            client, client::layerArchive("x", 0, "", false),
            [&](archive::ByteSource& answer, const std::stop_token& stop) -> Result<void> {
                const auto read = readToEnd(answer);
                stopped = stop.stop_requested();
                error = read ? 0 : static_cast<int>(read.error().code());
                return {};
            },
            [](const Result<void>&) { QFAIL("nobody is there to hear it"); });
        QTRY_VERIFY(engine.socket);
        engine.socket->write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        download.reset();
        QTRY_COMPARE(error.load(), static_cast<int>(ErrorCode::Cancelled));
        QVERIFY(stopped);
        QTest::qWait(20);
    }
};

QTEST_GUILESS_MAIN(TestDownload)
#include "tst_download.moc"
