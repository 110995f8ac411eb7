// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/client/engine_client.h"

#include "tests/fakes/fake_polkit.h"

#include <QFile>
#include <QLocalServer>
#include <QLocalSocket>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace darsena;
using namespace darsena::gui;

namespace {

/// An engine of text: answers each request by its first line, and keeps what it was sent.
class FakeEngine : public QObject {
    Q_OBJECT
public:
    using Answer = std::function<void(QLocalSocket&)>;

    explicit FakeEngine(const QString& path)
    {
        connect(&m_server, &QLocalServer::newConnection, this, [this] {
            while (QLocalSocket* socket = m_server.nextPendingConnection()) {
                connect(socket, &QLocalSocket::readyRead, this, [this, socket] {
                    QByteArray& got = received[socket];
                    const bool known = got.contains("\r\n\r\n");
                    got += socket->readAll();
                    if (!known && got.contains("\r\n\r\n"))
                        answerTo(got.left(got.indexOf(" HTTP/")), *socket);
                });
            }
        });
        QVERIFY(m_server.listen(path));
    }

    static QByteArray json(const QByteArray& body, const QByteArray& status = "200 OK")
    {
        return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    }

    QMap<QByteArray, Answer> answers; ///< by the end of "GET /v1.41/x"
    QMap<QLocalSocket*, QByteArray> received;
    QByteArrayList requests;

private:
    void answerTo(const QByteArray& request, QLocalSocket& socket)
    {
        requests << request;
        for (auto it = answers.cbegin(); it != answers.cend(); ++it) {
            if (request.contains(it.key()))
                return it.value()(socket);
        }
        socket.write(json("{\"message\":\"page not found\"}", "404 Not Found"));
    }

    QLocalServer m_server;
};

} // namespace

class TestEngineClient : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    QString path() const { return m_dir.filePath(QStringLiteral("engine.sock")); }

    static void serveEvents(FakeEngine& engine, QLocalSocket** events)
    {
        engine.answers["/events"] = [events](QLocalSocket& socket) {
            *events = &socket;
            socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        };
        engine.answers["/version"] = [](QLocalSocket& socket) {
            socket.write(FakeEngine::json("{\"Version\":\"0.1\",\"Platform\":{\"Name\":\"Darsena\"}}"));
        };
    }
    static QByteArray chunk(const QByteArray& text) { return QByteArray::number(text.size(), 16) + "\r\n" + text + "\r\n"; }

    tests::PrivateBus m_bus;
    bool m_busRuns = false;

private Q_SLOTS:
    void initTestCase()
    {
        // For all tests: the D-Bus library reads the address once.
        m_busRuns = m_bus.start();
        qputenv("DBUS_SYSTEM_BUS_ADDRESS", m_bus.address().toUtf8());
    }

    void absentThenBack()
    {
        EngineClient client(path());
        client.start();
        QTRY_COMPARE(client.state(), EngineClient::State::Absent);
        QVERIFY(client.stateSentence().contains(path()));

        QLocalSocket* events = nullptr;
        auto engine = std::make_unique<FakeEngine>(path());
        serveEvents(*engine, &events);
        QTRY_COMPARE(client.state(), EngineClient::State::Connected);
        QVERIFY(client.isDarsena());
        QVERIFY(client.stateSentence().isEmpty());

        std::vector<model::Event> seen;
        connect(&client, &EngineClient::event, this, [&](const model::Event& event) { seen.push_back(event); });
        // In two pieces, of which the first ends in the middle.
        events->write(chunk("{\"Type\":\"container\",\"Action\":\"st"));
        events->flush();
        events->write(chunk("art\",\"Actor\":{\"ID\":\"abc\",\"Attributes\":{\"name\":\"web\"}}}\n"));
        QTRY_COMPARE(seen.size(), std::size_t(1));
        QCOMPARE(seen[0].action, std::string("start"));
        QCOMPARE(seen[0].attributes["name"], std::string("web"));

        QSignalSpy spy(&client, &EngineClient::stateChanged);
        engine.reset();
        QTRY_COMPARE(client.state(), EngineClient::State::Absent);
        engine = std::make_unique<FakeEngine>(path());
        serveEvents(*engine, &events);
        QTRY_COMPARE(client.state(), EngineClient::State::Connected);
        QCOMPARE(spy.count(), 2);
    }

    void hiddenDoesNotPollButSeesTheSocketAppear()
    {
        EngineClient client(path());
        client.setVisible(false);
        client.start();
        QTRY_COMPARE(client.state(), EngineClient::State::Absent);
        FakeEngine engine(path());
        QLocalSocket* events = nullptr;
        serveEvents(engine, &events);
        QTRY_COMPARE(client.state(), EngineClient::State::Connected);
    }

    void refused()
    {
        FakeEngine engine(path());
        engine.answers["/events"] = [](QLocalSocket& socket) {
            socket.write(FakeEngine::json("{\"message\":\"you are not in the group darsena\"}", "403 Forbidden"));
        };
        EngineClient client(path());
        client.start();
        QTRY_COMPARE(client.state(), EngineClient::State::Refused);
        QVERIFY(client.stateSentence().contains(QStringLiteral("You are not in the group darsena")));
    }

    /// Who is refused says its name on the bus, and lets a person be asked once; what is tried again by itself asks nobody.
    void introducesItselfWhenRefused()
    {
        if (!m_busRuns)
            QSKIP("needs dbus-daemon (Debian package dbus-daemon)");
        FakeEngine engine(path());
        QByteArrayList heads;
        bool lets = false;
        QLocalSocket* events = nullptr;
        serveEvents(engine, &events);
        const auto letIn = engine.answers["/events"];
        engine.answers["/events"] = [&](QLocalSocket& socket) {
            heads << engine.received[&socket];
            if (lets)
                letIn(socket);
            else
                socket.write(FakeEngine::json("{\"message\":\"may not\"}", "403 Forbidden"));
        };
        EngineClient client(path());
        client.start();
        QTRY_VERIFY(heads.size() >= 3);
        QCOMPARE(client.state(), EngineClient::State::Refused);
        QVERIFY(!heads[0].contains("X-Darsena"));
        QVERIFY2(heads[1].contains("X-Darsena-Bus-Name: :1."), heads[1].constData());
        QVERIFY(!heads[1].contains("X-Darsena-Interaction"));
        QVERIFY(heads[2].contains("X-Darsena-Bus-Name: :1."));
        QVERIFY(heads[2].contains("X-Darsena-Interaction: none"));

        lets = true;
        QTRY_COMPARE(client.state(), EngineClient::State::Connected);
        engine.answers["/_ping"] = [&](QLocalSocket& socket) {
            heads << engine.received[&socket];
            socket.write(FakeEngine::json("OK"));
        };
        bool answered = false;
        client.send(client::ping(), this, [&](auto) { answered = true; });
        QTRY_VERIFY(answered);
        QVERIFY(heads.last().contains("GET /_ping") || heads.last().contains("HEAD /_ping"));
        QVERIFY(heads.last().contains("X-Darsena-Bus-Name: :1."));
        QVERIFY(!heads.last().contains("X-Darsena-Interaction"));
    }

    void callWithCallback()
    {
        FakeEngine engine(path());
        engine.answers["/containers/json"] = [](QLocalSocket& socket) { socket.write(FakeEngine::json("[{\"Id\":\"abc\",\"Names\":[\"/web\"]}]")); };
        engine.answers["/containers/gone/json"] = [](QLocalSocket& socket) {
            socket.write(FakeEngine::json("{\"message\":\"no such container: gone\"}", "404 Not Found"));
        };
        EngineClient client(path());
        std::optional<Result<std::vector<model::ContainerSummary>>> list;
        client.send(client::listContainers(true), this, [&](auto result) { list.emplace(std::move(result)); });
        QVERIFY(!list); // never from within the call
        QTRY_VERIFY(list);
        QVERIFY(*list);
        QCOMPARE((*list)->at(0).id, std::string("abc"));

        std::optional<Result<model::ContainerInspect>> inspect;
        client.send(client::inspectContainer("gone"), this, [&](auto result) { inspect.emplace(std::move(result)); });
        QTRY_VERIFY(inspect);
        QVERIFY(!*inspect);
        QCOMPARE(inspect->error().code(), ErrorCode::NotFound);
        QVERIFY(QString::fromStdString(inspect->error().message()).contains(QStringLiteral("no such container")));
    }

    void coroutine()
    {
        FakeEngine engine(path());
        engine.answers["/version"] = [](QLocalSocket& socket) { socket.write(FakeEngine::json("{\"Version\":\"1.2\"}")); };
        EngineClient client(path());
        std::string version;
        [](EngineClient& engineClient, std::string& out) -> QCoro::Task<> {
            const auto result = co_await engineClient.send(client::version());
            out = result ? result->version : result.error().message();
        }(client, version);
        QTRY_COMPARE(version, std::string("1.2"));
    }

    void contextDies()
    {
        FakeEngine engine(path());
        bool asked = false;
        engine.answers["/version"] = [&](QLocalSocket&) { asked = true; };
        EngineClient client(path());
        auto context = std::make_unique<QObject>();
        bool called = false;
        std::optional<ErrorCode> code;
        client.send(client::version(), context.get(), [&](auto) { called = true; });
        [](EngineClient& engineClient, QObject* owner, std::optional<ErrorCode>& out) -> QCoro::Task<> {
            const auto result = co_await engineClient.send(client::version(), owner);
            out = result.error().code();
        }(client, context.get(), code);
        QTRY_VERIFY(asked);
        context.reset();
        QTRY_COMPARE(code, std::optional(ErrorCode::Cancelled));
        QVERIFY(!called);
    }

    void clientDiesWithCallsUnderWay()
    {
        auto client = std::make_unique<EngineClient>(path());
        std::optional<ErrorCode> code;
        [](EngineClient& engineClient, std::optional<ErrorCode>& out) -> QCoro::Task<> {
            const auto result = co_await engineClient.send(client::version());
            out = result.error().code();
        }(*client, code);
        client.reset();
        QCOMPARE(code, std::optional(ErrorCode::Cancelled));
    }

    void silenceEnds()
    {
        FakeEngine engine(path());
        engine.answers["/version"] = [](QLocalSocket&) {};
        EngineClient client(path());
        std::optional<ErrorCode> code;
        client.send(
            client::version(), this, [&](Result<model::VersionInfo> result) { code = result.error().code(); }, { .silence = std::chrono::milliseconds(50) });
        QTRY_COMPARE(code, std::optional(ErrorCode::Unavailable));
    }

    void brokenAnswers_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("closes at once") << QByteArray();
        QTest::newRow("no HTTP") << QByteArray("hello\r\n\r\n");
        QTest::newRow("cut short") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"a\"");
        QTest::newRow("no JSON") << FakeEngine::json("<html>");
        QTest::newRow("wrong type") << FakeEngine::json("{\"Version\": 7}");
        QTest::newRow("two lengths") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}");
    }
    void brokenAnswers()
    {
        QFETCH(QByteArray, answer);
        FakeEngine engine(path());
        engine.answers["/version"] = [answer](QLocalSocket& socket) {
            socket.write(answer);
            socket.disconnectFromServer();
        };
        EngineClient client(path());
        std::optional<Result<model::VersionInfo>> result;
        client.send(client::version(), this, [&](auto got) { result.emplace(std::move(got)); });
        QTRY_VERIFY(result);
        QVERIFY(!*result);
        QVERIFY(!result->error().message().empty());
    }

    void streamDestroyedInItsOwnCallback()
    {
        FakeEngine engine(path());
        engine.answers["/logs"] = [](QLocalSocket& socket) {
            socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk("one") + chunk("two") + "0\r\n\r\n");
        };
        EngineClient client(path());
        std::unique_ptr<EngineStream> stream;
        int items = 0;
        bool ended = false;
        stream = client.stream(
            client::containerLogs("x", {}, true),
            [&](const http::StdioFrame&) {
                ++items;
                stream.reset();
            },
            [&](auto) { ended = true; });
        QTRY_COMPARE(items, 1);
        QTest::qWait(20);
        QCOMPARE(items, 1);
        QVERIFY(!ended);
    }

    void streamEnds()
    {
        FakeEngine engine(path());
        engine.answers["/logs"] = [](QLocalSocket& socket) {
            socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk("one") + chunk("two") + "0\r\n\r\n");
        };
        EngineClient client(path());
        std::string text;
        std::optional<Result<void>> ended;
        auto stream = client.stream(
            client::containerLogs("x", {}, true), [&](const http::StdioFrame& frame) { text += frame.data; }, [&](auto result) { ended.emplace(result); });
        QTRY_VERIFY(ended);
        QVERIFY(ended->ok());
        QCOMPARE(text, std::string("onetwo"));
        auto missing = client.stream(
            client::layerFiles("none", 0), [](const model::FileChange&) {}, [&](auto result) { ended.emplace(result); });
        QTRY_VERIFY(!ended->ok());
        QCOMPARE(ended->error().code(), ErrorCode::NotFound);
    }

    void upload_data()
    {
        QTest::addColumn<qint64>("bytes");
        QTest::addColumn<bool>("fromFile");
        QTest::newRow("nothing") << qint64(0) << true;
        QTest::newRow("small file") << qint64(1000) << true;
        QTest::newRow("20 MB file") << qint64(20'000'000) << true;
        QTest::newRow("writer, in pieces") << qint64(5'000'000) << false;
    }
    void upload()
    {
        QFETCH(qint64, bytes);
        QFETCH(bool, fromFile);
        QByteArray body;
        for (qint64 i = 0; i < bytes; ++i)
            body.append(static_cast<char>(i * 7 % 251));
        const QString file = m_dir.filePath(QStringLiteral("body"));
        {
            QFile out(file);
            QVERIFY(out.open(QIODevice::WriteOnly));
            out.write(body);
        }
        QLocalSocket* peer = nullptr;
        FakeEngine engine(path());
        engine.answers["/images/load"] = [&](QLocalSocket& socket) { peer = &socket; };
        EngineClient client(path());
        auto source = fromFile ? Upload::fromFile(file) : Upload::fromWriter([&body](const Upload::Push& push) -> Result<void> {
            for (qsizetype at = 0; at < body.size(); at += 3333) {
                if (!push(QByteArrayView(body).sliced(at, std::min<qsizetype>(3333, body.size() - at))))
                    return Error(ErrorCode::Cancelled, "stopped");
            }
            return {};
        });
        qint64 progress = 0;
        std::optional<Result<void>> ended;
        auto stream = client.stream(client::loadImages(), [](const model::BuildMessage&) {}, [&](auto result) { ended.emplace(result); }, std::move(source));
        connect(stream.get(), &EngineStream::uploadProgressed, this, [&](qint64 sent) { progress = sent; });
        QTRY_VERIFY(peer && engine.received[peer].endsWith("0\r\n\r\n"));
        QByteArray& raw = engine.received[peer];
        QByteArray got;
        qsizetype at = raw.indexOf("\r\n\r\n") + 4;
        while (true) {
            const qsizetype end = raw.indexOf("\r\n", at);
            const qsizetype length = raw.mid(at, end - at).toLongLong(nullptr, 16);
            if (length == 0)
                break;
            got += raw.mid(end + 2, length);
            at = end + 2 + length + 2;
        }
        QVERIFY(got == body);
        QCOMPARE(progress, bytes);
        peer->write(FakeEngine::json("{\"stream\":\"Loaded\"}\n"));
        QTRY_VERIFY(ended);
        QVERIFY(ended->ok());
    }

    void uploadThatFails()
    {
        FakeEngine engine(path());
        engine.answers["/images/load"] = [](QLocalSocket&) {};
        EngineClient client(path());
        std::optional<Result<void>> ended;
        auto stream = client.stream(
            client::loadImages(), [](const model::BuildMessage&) {}, [&](auto result) { ended.emplace(result); },
            Upload::fromFile(m_dir.filePath(QStringLiteral("missing"))));
        QTRY_VERIFY(ended);
        QVERIFY(!ended->ok());
        QVERIFY(QString::fromStdString(ended->error().message()).contains(QStringLiteral("missing")));
    }

    void uploadIsStoppedByItsStreamsDeath()
    {
        FakeEngine engine(path());
        engine.answers["/images/load"] = [](QLocalSocket&) {};
        EngineClient client(path());
        auto stopped = std::make_shared<std::atomic<bool>>(false);
        auto stream = client.stream(
            client::loadImages(), [](const model::BuildMessage&) {}, {}, Upload::fromWriter([stopped](const Upload::Push& push) -> Result<void> {
                const QByteArray piece(100'000, 'x');
                while (push(piece)) { }
                *stopped = true;
                return Error(ErrorCode::Cancelled, "stopped");
            }));
        QTRY_VERIFY(stream->upload() && stream->upload()->bytesTaken() > 0);
        stream.reset();
        QTRY_VERIFY(stopped->load());
    }
};

QTEST_GUILESS_MAIN(TestEngineClient)
#include "tst_engine_client.moc"
