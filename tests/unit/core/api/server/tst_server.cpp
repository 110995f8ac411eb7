// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/server/server.h"

#include "core/api/http/parser.h"
#include "core/api/http/stdio_frames.h"
#include "tests/fakes/fake_services.h"

#include <QtTest/QtTest>

#include <sys/eventfd.h>
#include <map>
#include <sys/socket.h>
#include <sys/stat.h>
#include <thread>

using namespace darsena;
using namespace darsena::tests;

namespace {

/// Lets through what it is told to.
struct FakeGate : server::Gate {
    explicit FakeGate(std::vector<server::Access> lets)
        : allowed(std::move(lets))
    {
    }
    std::optional<Error> refusal(server::Access access, const http::Headers&, server::Connection&) override
    {
        asked.push_back(access);
        return std::ranges::find(allowed, access) == allowed.end() ? std::optional(Error(ErrorCode::Denied, "ask an administrator")) : std::nullopt;
    }
    std::vector<server::Access> allowed;
    std::vector<server::Access> asked;
};

/// A server with fake services at the other end of a socket pair, in a thread of its own.
class Client {
public:
    explicit Client(FakeServices& services, server::Gate* gate = nullptr)
        : m_server(std::move(*server::Server::create(services.all())))
    {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
            qFatal("socketpair");
        m_fd = UniqueFd::adopt(ends[0]);
        m_thread = std::thread([this, fd = ends[1], gate] {
            m_server->serve(UniqueFd::adopt(fd), gate);
            m_ended = true;
        });
    }
    ~Client()
    {
        m_fd.reset();
        m_server->stop();
        m_thread.join();
    }

    void send(std::string_view bytes) const
    {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(m_fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0)
                return;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    /// The next bytes; "" = the server closed.
    std::string receive() const
    {
        std::array<char, 65536> buffer;
        const ssize_t count = ::recv(m_fd.get(), buffer.data(), buffer.size(), 0);
        return count > 0 ? std::string(buffer.data(), static_cast<std::size_t>(count)) : std::string();
    }
    std::string receiveAll() const
    {
        std::string all;
        while (true) {
            const std::string more = receive();
            if (more.empty())
                return all;
            all += more;
        }
    }
    http::Response readResponse(bool toHead = false) const
    {
        http::ResponseParser parser(toHead);
        if (!m_rest.empty())
            (void)parser.feed(std::exchange(m_rest, {}));
        while (!parser.headDone() && feed(parser)) { }
        if (parser.headDone())
            (void)parser.beginBody();
        while (!parser.done() && feed(parser)) { }
        http::Response response { parser.done() ? parser.status() : -parser.status(), parser.headers(), parser.takeBody() };
        m_rest = parser.takeRest();
        return response;
    }
    http::Response ask(const std::string& method, const std::string& target, const std::string& body = {}, const std::string& type = "application/json") const
    {
        http::Request request { method, target, {}, body };
        if (!body.empty())
            request.headers.add("Content-Type", type);
        send(http::serialize(request));
        return readResponse(method == "HEAD");
    }
    void closeSending() const { ::shutdown(m_fd.get(), SHUT_WR); }
    void close() { m_fd.reset(); }
    bool ended() const { return m_ended; }
    server::Server& server() { return *m_server; }

private:
    bool feed(http::ResponseParser& parser) const
    {
        const std::string bytes = receive();
        if (bytes.empty())
            return parser.feedEnd().ok() && false;
        return parser.feed(bytes).ok();
    }

    std::unique_ptr<server::Server> m_server;
    UniqueFd m_fd;
    mutable std::string m_rest;
    std::atomic<bool> m_ended = false;
    std::thread m_thread;
};

/// Ends when told to.
class FakeWaiter : public engine::ExitWaiter {
public:
    explicit FakeWaiter(int fd)
        : m_fd(fd)
    {
    }
    Result<model::WaitResult> wait(std::stop_token) override { return model::WaitResult { 7, {} }; }
    int fd() const override { return m_fd; }

private:
    int m_fd;
};

class FakeAttachment : public engine::Attachment {
public:
    FakeAttachment(UniqueFd stream, int ready, bool tty)
        : m_stream(std::move(stream))
        , m_ready(ready)
        , m_tty(tty)
    {
    }
    bool tty() const override { return m_tty; }
    engine::LogReader* replay() override { return nullptr; }
    Result<UniqueFd> stream(std::stop_token) override { return std::move(m_stream); }
    int fd() const override { return m_ready; }

private:
    UniqueFd m_stream;
    int m_ready;
    bool m_tty;
};

/// Gives lines for ever when followed.
class FakeLog : public engine::LogReader {
public:
    FakeLog(std::vector<engine::LogChunk> chunks, int fd)
        : m_chunks(std::move(chunks))
        , m_fd(fd)
    {
    }
    Result<std::optional<engine::LogChunk>> next(std::stop_token) override
    {
        if (m_at == m_chunks.size())
            return std::optional<engine::LogChunk>();
        return std::optional(m_chunks[m_at++]);
    }
    int fd() const override { return m_fd; }
    bool ready() override { return m_at < m_chunks.size(); }

private:
    std::vector<engine::LogChunk> m_chunks;
    std::size_t m_at = 0;
    int m_fd;
};

void notify(const UniqueFd& fd)
{
    const std::uint64_t one = 1;
    QCOMPARE(::write(fd.get(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
}

std::pair<UniqueFd, UniqueFd> socketPair()
{
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        qFatal("socketpair");
    return { UniqueFd::adopt(ends[0]), UniqueFd::adopt(ends[1]) };
}

std::string readSome(const UniqueFd& fd)
{
    std::array<char, 4096> buffer;
    const ssize_t count = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
    return count > 0 ? std::string(buffer.data(), static_cast<std::size_t>(count)) : std::string();
}

} // namespace

class TestServer : public QObject {
    Q_OBJECT
private slots:
    void pingHasWhatClientsLookAt()
    {
        FakeServices services;
        const Client client(services);
        const auto get = client.ask("GET", "/_ping");
        QCOMPARE(get.status, 200);
        QCOMPARE(get.body, std::string("OK"));
        QCOMPARE(get.headers.value("Api-Version"), std::string_view("1.50"));
        QCOMPARE(get.headers.value("Builder-Version"), std::string_view("1"));
        QCOMPARE(get.headers.value("Ostype"), std::string_view("linux"));
        const auto head = client.ask("HEAD", "/_ping");
        QCOMPARE(head.status, 200);
        QVERIFY(head.body.empty());
        // The connection is still good: HEAD sent no body that would be taken for the next answer.
        QCOMPARE(client.ask("GET", "/v1.30/_ping").body, std::string("OK"));
        const auto version = client.ask("GET", "/version");
        QVERIFY(version.body.find(R"("ApiVersion":"1.50")") != std::string::npos);
        QVERIFY(version.body.find(R"("MinAPIVersion":"1.24")") != std::string::npos);
    }

    void errorsAreJsonWithTheirStatus_data()
    {
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("status");
        const auto row = [](const char* name, ErrorCode code, int status) { QTest::newRow(name) << static_cast<int>(code) << status; };
        row("invalid", ErrorCode::Invalid, 400);
        row("denied", ErrorCode::Denied, 403);
        row("not found", ErrorCode::NotFound, 404);
        row("conflict", ErrorCode::Conflict, 409);
        row("unsupported", ErrorCode::Unsupported, 501);
        row("unavailable", ErrorCode::Unavailable, 503);
        row("system", ErrorCode::System, 500);
        row("internal", ErrorCode::Internal, 500);
        row("corrupt", ErrorCode::Corrupt, 500);
    }
    void errorsAreJsonWithTheirStatus()
    {
        QFETCH(int, code);
        QFETCH(int, status);
        FakeServices services;
        services.containers.onStart = [&](std::string_view name) -> Result<void> {
            return Error(static_cast<ErrorCode>(code), "No such \"" + std::string(name) + "\"\n");
        };
        const Client client(services);
        const auto answer = client.ask("POST", "/v1.41/containers/x/start");
        QCOMPARE(answer.status, status);
        QCOMPARE(answer.headers.value("Content-Type"), std::string_view("application/json"));
        QCOMPARE(answer.body, std::string("{\"message\":\"No such \\\"x\\\"\\n\"}\n"));
    }

    void notModifiedHasNoBody()
    {
        FakeServices services;
        services.containers.onStart = [](std::string_view) -> Result<void> { return Error(ErrorCode::NotModified, "runs"); };
        const Client client(services);
        const auto answer = client.ask("POST", "/containers/x/start");
        QCOMPARE(answer.status, 304);
        QVERIFY(answer.body.empty());
        QCOMPARE(client.ask("GET", "/_ping").status, 200);
    }

    void passesWhatTheRequestSays()
    {
        FakeServices services;
        std::string seen;
        services.containers.onCreate = [&](const model::ContainerCreate& request, std::string_view name) -> Result<model::ContainerCreated> {
            seen = request.config.image + " " + std::string(name) + " " + request.hostConfig.networkMode;
            return model::ContainerCreated { "abc", {} };
        };
        std::optional<std::int64_t> seconds;
        services.containers.onStop = [&](std::string_view, std::optional<std::int64_t> t) -> Result<void> {
            seconds = t;
            return {};
        };
        const Client client(services);
        const auto created = client.ask("POST", "/v1.50/containers/create?name=web", R"({"Image":"busybox","HostConfig":{"NetworkMode":"none"}})");
        QCOMPARE(created.status, 201);
        QCOMPARE(created.body, std::string("{\"Id\":\"abc\",\"Warnings\":[]}\n"));
        QCOMPARE(seen, std::string("busybox web none"));
        QCOMPARE(client.ask("POST", "/containers/x/stop?t=-1").status, 204);
        QCOMPARE(seconds.value(), -1);
        QCOMPARE(client.ask("POST", "/containers/x/stop?t=soon").status, 400);
        client.ask("GET", "/images/reg:5000/a/b@sha256:1/json");
        QCOMPARE(services.images.inspected, std::string("reg:5000/a/b@sha256:1"));
    }

    void refusesBeforeDispatch_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status");
        const QByteArray start = "POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
        const QByteArray body = R"({"Image":"x"})";
        QTest::newRow("two lengths") << start + "Content-Length: 13\r\nContent-Length: 0\r\n\r\n" + body << 400;
        QTest::newRow("length and chunked") << start + "Content-Length: 13\r\nTransfer-Encoding: chunked\r\n\r\n" + body << 400;
        QTest::newRow("no body") << start + "\r\n" << 400;
        QTest::newRow("empty body") << start + "Content-Length: 0\r\n\r\n" << 400;
        QTest::newRow("empty chunks") << start + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" << 400;
        QTest::newRow("over the limit") << start + "Content-Length: 5000000\r\n\r\n" << 413;
        QTest::newRow("not JSON") << start + "Content-Length: 3\r\n\r\n{]}" << 400;
        QTest::newRow("too deep") << start + "Content-Length: 206\r\n\r\n{\"a\":" + QByteArray(100, '[') + QByteArray(100, ']') + "}" << 400;
        QTest::newRow("other type") << QByteArray("POST /containers/create HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\n" + body) << 400;
        QTest::newRow("no type") << QByteArray("POST /containers/create HTTP/1.1\r\nContent-Length: 13\r\n\r\n" + body) << 400;
        QTest::newRow("version too new") << QByteArray("GET /v1.99/containers/json HTTP/1.1\r\n\r\n") << 400;
        QTest::newRow("not a page") << QByteArray("GET /containers HTTP/1.1\r\n\r\n") << 404;
        QTest::newRow("dots") << QByteArray("GET /x/../containers/json HTTP/1.1\r\n\r\n") << 400;
        QTest::newRow("garbage") << QByteArray("\x16\x03\x01 hello\r\n\r\n") << 400;
    }
    void refusesBeforeDispatch()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, status);
        FakeServices services;
        const Client client(services);
        client.send({ bytes.constData(), static_cast<std::size_t>(bytes.size()) });
        client.closeSending();
        const auto answer = client.readResponse();
        QCOMPARE(answer.status, status);
        QVERIFY(answer.body.find("\"message\":\"") != std::string::npos);
        QCOMPARE(services.containers.calls.load(), 0);
    }

    void pipelinedRequestsAreAnsweredInOrder()
    {
        FakeServices services;
        services.containers.onStart = [](std::string_view name) -> Result<void> { return Error(ErrorCode::NotFound, std::string(name)); };
        const Client client(services);
        client.send("POST /containers/a/start HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}POST /containers/b/start HTTP/1.1\r\n\r\nGET /_ping HTTP/1.1\r\n"
                    "Connection: close\r\n\r\n");
        QVERIFY(client.readResponse().body.find("\"a\"") != std::string::npos);
        QVERIFY(client.readResponse().body.find("\"b\"") != std::string::npos);
        const auto last = client.readResponse();
        QCOMPARE(last.body, std::string("OK"));
        QCOMPARE(last.headers.value("Connection"), std::string_view("close"));
        QVERIFY(client.receive().empty());
    }

    void whoMayNotIsTold()
    {
        FakeServices services;
        FakeGate gate { {} };
        const Client client(services, &gate);
        const auto answer = client.ask("GET", "/containers/json");
        QCOMPARE(answer.status, 403);
        QCOMPARE(answer.body, std::string("{\"message\":\"ask an administrator\"}\n"));
        QCOMPARE(services.containers.calls.load(), 0);
        QVERIFY(client.receive().empty());
    }

    void eachRequestIsAskedAbout()
    {
        FakeServices services;
        services.containers.onList = [](const engine::ListOptions&) { return std::vector<model::ContainerSummary>(); };
        services.containers.onStart = [](std::string_view) -> Result<void> { return {}; };
        FakeGate gate { { server::Access::View } };
        const Client client(services, &gate);
        QCOMPARE(client.ask("GET", "/v1.41/containers/json").status, 200);
        QCOMPARE(client.ask("GET", "/containers/json?all=1").status, 200);
        QCOMPARE(services.containers.calls.load(), 2);
        // On the same connection, and before the body is read.
        client.send("POST /containers/x/start HTTP/1.1\r\nContent-Length: 1000\r\n\r\n");
        QCOMPARE(client.readResponse().status, 403);
        QCOMPARE(services.containers.calls.load(), 2);
        QCOMPARE(gate.asked, (std::vector { server::Access::View, server::Access::View, server::Access::Manage }));
    }

    void onlyWhatIsUnderstoodIsAskedAbout()
    {
        FakeServices services;
        for (const auto& [target, status] : std::map<std::string, int> { { "/nothing", 404 }, { "/v1.99/info", 400 }, { "/x/../info", 400 } }) {
            FakeGate gate { {} };
            const Client client(services, &gate);
            QCOMPARE(client.ask("GET", target).status, status);
            QVERIFY(gate.asked.empty());
        }
    }

    void waitSendsItsHeadFirst()
    {
        FakeServices services;
        const UniqueFd exit = UniqueFd::adopt(::eventfd(0, EFD_CLOEXEC));
        services.containers.onWait = [&](engine::WaitCondition) -> Result<std::unique_ptr<engine::ExitWaiter>> {
            return std::unique_ptr<engine::ExitWaiter>(new FakeWaiter(exit.get()));
        };
        const Client client(services);
        client.send("POST /v1.41/containers/x/wait?condition=next-exit HTTP/1.1\r\n\r\n");
        std::string head;
        while (head.find("\r\n\r\n") == std::string::npos)
            head += client.receive();
        QVERIFY(head.starts_with("HTTP/1.1 200 OK\r\n"));
        QVERIFY(head.find("StatusCode") == std::string::npos);
        notify(exit);
        std::string body;
        while (body.find("0\r\n\r\n") == std::string::npos)
            body += client.receive();
        QVERIFY(body.find(R"({"StatusCode":7})") != std::string::npos);
        QCOMPARE(client.ask("POST", "/containers/x/wait?condition=sometime").status, 400);
    }

    void aWaitThatIsStoppedIsCutNotEnded()
    {
        FakeServices services;
        const UniqueFd exit = UniqueFd::adopt(::eventfd(0, EFD_CLOEXEC));
        services.containers.onWait = [&](engine::WaitCondition) -> Result<std::unique_ptr<engine::ExitWaiter>> {
            return std::unique_ptr<engine::ExitWaiter>(new FakeWaiter(exit.get()));
        };
        Client client(services);
        client.send("POST /containers/x/wait HTTP/1.1\r\n\r\n");
        std::string all = client.receive();
        client.server().stop();
        all += client.receiveAll();
        QVERIFY(all.find("0\r\n\r\n") == std::string::npos);
    }

    void logsAreFramedAndEnd()
    {
        FakeServices services;
        using Stream = engine::LogChunk::Stream;
        services.containers.onLogs = [&](const engine::LogOptions& options) -> Result<std::unique_ptr<engine::LogReader>> {
            if (options.tail != 5 || !options.out)
                return Error(ErrorCode::Invalid, "other options");
            return std::unique_ptr<engine::LogReader>(new FakeLog({ { Stream::Out, "one\n" }, { Stream::Err, "two\n" } }, -1));
        };
        const Client client(services);
        const auto framed = client.ask("GET", "/v1.43/containers/x/logs?stdout=1&stderr=1&tail=5");
        QCOMPARE(framed.status, 200);
        QCOMPARE(framed.headers.value("Content-Type"), std::string_view("application/vnd.docker.multiplexed-stream"));
        QCOMPARE(framed.body, http::encodeStdio(http::StdioStream::Out, "one\n") + http::encodeStdio(http::StdioStream::Err, "two\n"));
        services.containers.tty = true;
        const auto raw = client.ask("GET", "/v1.43/containers/x/logs?stdout=1&tail=5");
        QCOMPARE(raw.body, std::string("one\ntwo\n"));
        QCOMPARE(raw.headers.value("Content-Type"), std::string_view("application/vnd.docker.raw-stream"));
        QCOMPARE(client.ask("GET", "/containers/x/logs").status, 400);
    }

    void aFollowerThatLeavesEndsItsHandler()
    {
        FakeServices services;
        const UniqueFd more = UniqueFd::adopt(::eventfd(0, EFD_CLOEXEC));
        services.containers.onLogs = [&](const engine::LogOptions&) -> Result<std::unique_ptr<engine::LogReader>> {
            return std::unique_ptr<engine::LogReader>(new FakeLog({ { engine::LogChunk::Stream::Out, "one\n" } }, more.get()));
        };
        Client client(services);
        client.send("GET /containers/x/logs?stdout=1&follow=1 HTTP/1.1\r\n\r\n");
        std::string got;
        while (got.find("one") == std::string::npos)
            got += client.receive();
        client.close();
        QTRY_VERIFY(client.ended());
    }

    void eventsStreamUntilStopped()
    {
        FakeServices services;
        Client client(services);
        client.send("GET /v1.41/events?filters=%7B%22type%22%3A%5B%22container%22%5D%7D HTTP/1.1\r\n\r\n");
        std::string got;
        while (got.find("\r\n\r\n") == std::string::npos)
            got += client.receive();
        services.events.publish("image", "tag", "i", {});
        services.events.publish("container", "start", "c", { { "name", "web" } });
        while (got.find("\"web\"") == std::string::npos)
            got += client.receive();
        QVERIFY(got.find("\"tag\"") == std::string::npos);
        client.server().stop();
        client.receiveAll();
        QTRY_VERIFY(client.ended());
    }

    void eventsUntilAMomentEnd()
    {
        FakeServices services;
        services.events.publish("container", "start", "c", {});
        const Client client(services);
        const auto past = client.ask("GET", "/events?since=1&until=" + std::to_string(::time(nullptr) + 1));
        QCOMPARE(past.status, 200);
        QVERIFY(past.body.find("\"start\"") != std::string::npos);
    }

    void attachCarriesBothWays()
    {
        FakeServices services;
        auto [engineEnd, process] = socketPair();
        const UniqueFd started = UniqueFd::adopt(::eventfd(0, EFD_CLOEXEC));
        services.containers.onAttach = [&](const engine::AttachOptions& options) -> Result<std::unique_ptr<engine::Attachment>> {
            if (!options.in || !options.out)
                return Error(ErrorCode::Invalid, "other options");
            return std::unique_ptr<engine::Attachment>(new FakeAttachment(std::move(engineEnd), started.get(), false));
        };
        Client client(services);
        client.send("POST /v1.41/containers/x/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nearly ");
        std::string head;
        while (head.find("\r\n\r\n") == std::string::npos)
            head += client.receive();
        QVERIFY(head.starts_with("HTTP/1.1 101 UPGRADED\r\n"));
        notify(started);
        client.send("late");
        std::string input;
        while (input.size() < 10)
            input += readSome(process);
        QCOMPARE(input, std::string("early late"));
        client.closeSending();
        QVERIFY(readSome(process).empty());
        // Input is over; output goes on.
        const std::string frame = http::encodeStdio(http::StdioStream::Out, "out");
        QCOMPARE(::send(process.get(), frame.data(), frame.size(), MSG_NOSIGNAL), static_cast<ssize_t>(frame.size()));
        process.reset();
        QCOMPARE(client.receiveAll(), frame);
        QTRY_VERIFY(client.ended());
    }

    void attachWithoutUpgradeIsDockersOldWay()
    {
        FakeServices services;
        auto [engineEnd, process] = socketPair();
        const UniqueFd started = UniqueFd::adopt(::eventfd(1, EFD_CLOEXEC));
        services.containers.onAttach = [&](const engine::AttachOptions&) -> Result<std::unique_ptr<engine::Attachment>> {
            return std::unique_ptr<engine::Attachment>(new FakeAttachment(std::move(engineEnd), started.get(), true));
        };
        Client client(services);
        client.send("POST /containers/x/attach?stream=1&stdout=1 HTTP/1.1\r\n\r\n");
        client.closeSending(); // a client without input ends its side at once
        QCOMPARE(::send(process.get(), "raw", 3, MSG_NOSIGNAL), 3);
        process.reset();
        const std::string all = client.receiveAll();
        QVERIFY(all.starts_with("HTTP/1.1 200 OK\r\n"));
        QVERIFY(all.ends_with("\r\n\r\nraw"));
        QVERIFY(all.find("application/vnd.docker.raw-stream") != std::string::npos);
    }

    void detachKeysLetGo()
    {
        FakeServices services;
        auto [engineEnd, process] = socketPair();
        const UniqueFd started = UniqueFd::adopt(::eventfd(1, EFD_CLOEXEC));
        services.containers.onAttach = [&](const engine::AttachOptions&) -> Result<std::unique_ptr<engine::Attachment>> {
            return std::unique_ptr<engine::Attachment>(new FakeAttachment(std::move(engineEnd), started.get(), true));
        };
        Client client(services);
        client.send("POST /containers/x/attach?stream=1&stdin=1&stdout=1&detachKeys=ctrl-a HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
        client.send("ls\x01");
        client.receiveAll();
        QTRY_VERIFY(client.ended());
        QCOMPARE(readSome(process), std::string("ls"));
        QCOMPARE(Client(services).ask("POST", "/containers/x/attach?stream=1&detachKeys=ctrl-").status, 400);
    }

    void neitherSideOfAnAttachHoldsBackTheOther()
    {
        FakeServices services;
        auto [engineEnd, process] = socketPair();
        const UniqueFd started = UniqueFd::adopt(::eventfd(1, EFD_CLOEXEC));
        services.containers.onAttach = [&](const engine::AttachOptions&) -> Result<std::unique_ptr<engine::Attachment>> {
            return std::unique_ptr<engine::Attachment>(new FakeAttachment(std::move(engineEnd), started.get(), true));
        };
        Client client(services);
        client.send("POST /containers/x/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
        // Far more than the sockets hold, which the client does not read yet.
        const std::string flood(8 * 1024 * 1024, 'x');
        std::thread writer([&] {
            std::string_view rest = flood;
            while (!rest.empty()) {
                const ssize_t sent = ::send(process.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
                if (sent <= 0)
                    return;
                rest.remove_prefix(static_cast<std::size_t>(sent));
            }
        });
        client.send("input");
        const std::string input = readSome(process);
        std::string output = client.receive();
        output.erase(0, output.find("\r\n\r\n") + 4);
        while (output.size() < flood.size()) {
            const std::string more = client.receive();
            if (more.empty())
                break;
            output += more;
        }
        writer.join();
        QCOMPARE(input, std::string("input"));
        QCOMPARE(output.size(), flood.size());
    }

    void buildStreamsDockersMessages()
    {
        FakeServices services;
        services.builds.onBuild = [](archive::ByteSource& context, const engine::BuildParameters& parameters, builder::BuildObserver& observer,
                                      std::stop_token) -> Result<std::string> {
            std::array<std::byte, 16> buffer;
            std::size_t total = 0;
            while (const std::size_t count = TRY(context.read(buffer)))
                total += count;
            if (parameters.tags != std::vector<std::string> { "a:1" } || parameters.buildArgs.at("X") != "y")
                return Error(ErrorCode::Invalid, "other parameters");
            builder::PlanEvent plan;
            plan.steps.push_back({ 0, 0, "", 1, 1, "FROM", "FROM scratch", "FROM scratch", {} });
            observer.onEvent(plan);
            observer.onEvent(builder::StartedEvent { 0, "" });
            observer.onEvent(builder::LogEvent { 0, builder::LogStream::Stdout, "read " + std::to_string(total) + "\n" });
            const Digest id = Digest::ofText("x");
            observer.onEvent(builder::DoneEvent { id, { "a:1" }, {}, 0, 1 });
            return id.text();
        };
        const Client client(services);
        client.send("POST /v1.41/build?t=a%3A1&buildargs=%7B%22X%22%3A%22y%22%2C%22Z%22%3Anull%7D&cpuquota=0&ulimits=null HTTP/1.1\r\n"
                    "Content-Type: application/x-tar\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        client.send("3\r\nabc\r\n0\r\n\r\n");
        const auto answer = client.readResponse();
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.headers.value("Content-Type"), std::string_view("application/json"));
        const std::string id = Digest::ofText("x").text();
        QCOMPARE(answer.body,
            std::string("{\"stream\":\"Step 1/1 : FROM scratch\\n\"}\n{\"stream\":\"read 8\\n\"}\n{\"aux\":{\"ID\":\"" + id + "\"}}\n"
                        "{\"stream\":\"Successfully built " + id.substr(7, 12) + "\\n\"}\n{\"stream\":\"Successfully tagged a:1\\n\"}\n"));
    }

    void buildRefusesWhatItDoesNotDo_data()
    {
        QTest::addColumn<QByteArray>("query");
        QTest::addColumn<int>("status");
        QTest::newRow("buildkit") << QByteArray("version=2") << 501;
        QTest::newRow("memory") << QByteArray("memory=1000") << 501;
        QTest::newRow("squash") << QByteArray("squash=1") << 501;
        QTest::newRow("remote") << QByteArray("remote=https://x/y.git") << 501;
        QTest::newRow("args no JSON") << QByteArray("buildargs=x") << 400;
        QTest::newRow("args no object") << QByteArray("buildargs=[1]") << 400;
        QTest::newRow("labels") << QByteArray("labels=%7B%22a%22:1%7D") << 400;
        QTest::newRow("hosts") << QByteArray("extrahosts=nocolon") << 400;
        QTest::newRow("shm") << QByteArray("shmsize=-4") << 400;
    }
    void buildRefusesWhatItDoesNotDo()
    {
        QFETCH(QByteArray, query);
        QFETCH(int, status);
        FakeServices services;
        bool called = false;
        services.builds.onBuild = [&](archive::ByteSource&, const engine::BuildParameters&, builder::BuildObserver&, std::stop_token) -> Result<std::string> {
            called = true;
            return notFaked();
        };
        const Client client(services);
        QCOMPARE(client.ask("POST", "/build?" + query.toStdString(), "tar", "application/x-tar").status, status);
        QVERIFY(!called);
    }

    void anErrorBeforeTheFirstEventHasItsStatus()
    {
        FakeServices services;
        services.builds.onBuild = [](archive::ByteSource&, const engine::BuildParameters&, builder::BuildObserver&, std::stop_token) -> Result<std::string> {
            return Error(ErrorCode::Invalid, "the context is no tar");
        };
        services.images.onLoad = [](archive::ByteSource&, const engine::ImageService::Progress& progress, std::stop_token) -> Result<void> {
            progress("Loaded image: a:1");
            return Error(ErrorCode::Corrupt, "the second image is torn");
        };
        const Client client(services);
        QCOMPARE(client.ask("POST", "/build", "junk", "application/x-tar").status, 400);
        const auto load = client.ask("POST", "/images/load", "junk", "application/x-tar");
        QCOMPARE(load.status, 200);
        QVERIFY(load.body.find("Loaded image: a:1\\n") != std::string::npos);
        QVERIFY(load.body.find("\"error\":\"the second image is torn\"") != std::string::npos);
    }

    void aBuilderThatLeavesStopsItsBuild()
    {
        FakeServices services;
        std::atomic<bool> stopped = false;
        std::atomic<bool> running = false;
        services.builds.onBuild = [&](archive::ByteSource&, const engine::BuildParameters&, builder::BuildObserver&, std::stop_token stop) -> Result<std::string> {
            running = true;
            while (!stop.stop_requested())
                std::this_thread::yield();
            stopped = true;
            return Error(ErrorCode::Cancelled, "stopped");
        };
        Client client(services);
        client.send("POST /build HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
        QTRY_VERIFY(running);
        client.close();
        QTRY_VERIFY(stopped);
        QTRY_VERIFY(client.ended());
    }

    void aBodyThatNobodyReadsDoesNotHideTheAnswer()
    {
        FakeServices services;
        services.builds.onBuild = [](archive::ByteSource&, const engine::BuildParameters&, builder::BuildObserver&, std::stop_token) -> Result<std::string> {
            return Error(ErrorCode::Invalid, "no");
        };
        const Client client(services);
        std::thread sender([&] { client.send("POST /build HTTP/1.1\r\nContent-Length: 4000000\r\n\r\n" + std::string(4'000'000, 'x')); });
        const auto answer = client.readResponse();
        sender.join();
        QCOMPARE(answer.status, 400);
    }

    void filesOfALayerAreOneList()
    {
        FakeServices services;
        for (int i = 0; i < 1000; ++i)
            services.images.files.push_back({ "file" + std::to_string(i), "file", i, 0644, 0, 0, 0, "", "added" });
        const Client client(services);
        const auto answer = client.ask("GET", "/darsena/v1/images/a/b:1/layers/0/files");
        QCOMPARE(answer.status, 200);
        QCOMPARE(model::fromJsonList<model::FileChange>(*json::parse(answer.body))->size(), 1000U);
        services.images.files.clear();
        QCOMPARE(client.ask("GET", "/darsena/v1/images/a/layers/0/files").body, std::string("[]\n"));
        QCOMPARE(client.ask("GET", "/darsena/v1/images/a/layers/x/files").status, 400);
    }

    void descriptionsOfImagesKeepTheConfigurationsBytes()
    {
        FakeServices services;
        model::ImageDescription said;
        said.name = "a/b:1";
        said.id = "sha256:12";
        said.config = "{\"os\": \"linux\",\n\t\"author\":\"\xc3\xb1\"}";
        said.layers.push_back({ "sha256:34", 5, 6, 7 });
        said.origins = { std::nullopt, model::StepOrigin { "Dockerfile", 3, 4, "build" } };
        services.images.onDescribe = [&](std::string_view image) -> Result<model::ImageDescription> {
            return image == "a/b:1" ? Result<model::ImageDescription>(said) : Error(ErrorCode::NotFound, "none");
        };
        const Client client(services);
        const auto answer = client.ask("GET", "/darsena/v1/images/a/b:1/description");
        QCOMPARE(answer.status, 200);
        const auto got = model::parse<model::ImageDescription>(answer.body);
        QVERIFY(got.ok());
        QCOMPARE(got->config, said.config);
        QCOMPARE(got->layers.at(0).indexBytes, 7);
        QCOMPARE(got->origins.size(), 2U);
        QVERIFY(!got->origins[0]);
        QCOMPARE(got->origins[1]->endLine, 4);
        QCOMPARE(got->origins[1]->stage, std::string("build"));
        QCOMPARE(client.ask("GET", "/darsena/v1/images/other/description").status, 404);
    }

    void bytesOfLayersComeWithTheirLength()
    {
        FakeServices services;
        const std::string bytes("a\0b\xff", 4);
        std::uint64_t promised = bytes.size();
        services.images.onLayerIndex = [&](std::string_view, std::int64_t n, const engine::ImageService::SizedBegin& begin) -> Result<void> {
            if (n > 0)
                return Error(ErrorCode::NotFound, "a has no layer 1");
            archive::ByteSink* sink = TRY(begin(promised));
            TRY(sink->write(bytes.substr(0, 1)));
            return sink->write(bytes.substr(1));
        };
        std::string path;
        services.images.onLayerFile = [&](std::string_view, std::int64_t, std::string_view given, const engine::ImageService::SizedBegin& begin) -> Result<void> {
            path = given;
            return TRY(begin(0)) ? Result<void>() : Error(ErrorCode::Internal, "no sink");
        };
        const Client client(services);
        const auto index = client.ask("GET", "/darsena/v1/images/a/diffs/0/index");
        QCOMPARE(index.status, 200);
        QCOMPARE(index.headers.value("Content-Length"), std::string_view("4"));
        QCOMPARE(index.headers.value("Content-Type"), std::string_view("application/octet-stream"));
        QCOMPARE(index.body, bytes);
        QCOMPARE(client.ask("GET", "/darsena/v1/images/a/diffs/1/index").status, 404);
        for (const char* wrong : { "-1", "x", "0x1", "99999999999999999999" })
            QCOMPARE(client.ask("GET", std::string("/darsena/v1/images/a/diffs/") + wrong + "/index").status, 400);

        QCOMPARE(client.ask("GET", "/darsena/v1/images/a/diffs/0/file?path=d/%ff%20").body, std::string());
        QCOMPARE(path, std::string("d/\xff "));
        QCOMPARE(client.ask("GET", "/darsena/v1/images/a/diffs/0/file").status, 400);
    }

    /// Whoever reads such an answer must notice: the connection ends before the promised length.
    void anAnswerThatIsTooShortIsCutOff()
    {
        FakeServices services;
        services.images.onLayerIndex = [](std::string_view, std::int64_t, const engine::ImageService::SizedBegin& begin) -> Result<void> {
            return TRY(begin(10))->write("short");
        };
        services.images.onLayerFile = [](std::string_view, std::int64_t, std::string_view, const engine::ImageService::SizedBegin& begin) -> Result<void> {
            return TRY(begin(3))->write("too long");
        };
        Client client(services);
        client.send("GET /darsena/v1/images/a/diffs/0/index HTTP/1.1\r\n\r\n");
        QTRY_VERIFY(client.ended());
        Client other(services);
        other.send("GET /darsena/v1/images/a/diffs/0/file?path=x HTTP/1.1\r\n\r\n");
        QTRY_VERIFY(other.ended());
    }

    void archivesOfLayersSayWhatTheyAreOf()
    {
        FakeServices services;
        services.images.onLayerArchive = [](std::string_view image, std::int64_t n, std::string_view path, bool only, const engine::ImageService::TarBegin& begin) -> Result<void> {
            if (path == "none")
                return Error(ErrorCode::NotFound, "layer 2 of a shows no none");
            return TRY(begin())->write(fmt::format("{}|{}|{}|{}", image, n, path, only));
        };
        const Client client(services);
        const auto answer = client.ask("GET", "/darsena/v1/images/a/diffs/b/diffs/2/archive?path=usr/lib&only=1");
        QCOMPARE(answer.headers.value("Content-Type"), std::string_view("application/x-tar"));
        QCOMPARE(answer.body, std::string("a/diffs/b|2|usr/lib|true"));
        QCOMPARE(client.ask("GET", "/darsena/v1/images/a/diffs/0/archive").body, std::string("a|0||false"));
        QCOMPARE(client.ask("GET", "/darsena/v1/images/a/diffs/2/archive?path=none&only=0").status, 404);
    }

    void archivesCarryTheirStat()
    {
        FakeServices services;
        const auto stat = [] { return model::ContainerPathStat { "f", 3, model::goFileMode(S_IFLNK | 0777), model::Time(std::chrono::seconds(1)), "/t" }; };
        services.containers.onStatPath = [&](std::string_view path) -> Result<model::ContainerPathStat> {
            return path == "/a b" ? Result<model::ContainerPathStat>(stat()) : Error(ErrorCode::NotFound, "none");
        };
        services.containers.onReadArchive = [&](std::string_view, const engine::ContainerService::ArchiveBegin& begin) -> Result<void> {
            archive::ByteSink* sink = TRY(begin(stat()));
            return sink->write("tar");
        };
        std::string got;
        services.containers.onWriteArchive = [&](std::string_view path, archive::ByteSource& tar, const engine::ArchiveWriteOptions& options) -> Result<void> {
            std::array<std::byte, 16> buffer;
            const std::size_t count = TRY(tar.read(buffer));
            got = std::string(path) + std::to_string(count) + (options.noOverwriteDirNonDir ? "n" : "") + (options.copyUidGid ? "c" : "");
            return {};
        };
        const Client client(services);
        // {"name":"f","size":3,"mode":134218239,"mtime":"1970-01-01T00:00:01Z","linkTarget":"/t"}
        const std::string header = "eyJuYW1lIjoiZiIsInNpemUiOjMsIm1vZGUiOjEzNDIxODIzOSwibXRpbWUiOiIxOTcwLTAxLTAxVDAwOjAwOjAxWiIsImxpbmtUYXJnZXQiOiIvdCJ9";
        QCOMPARE(client.ask("HEAD", "/containers/x/archive?path=%2Fa%20b").headers.value("X-Docker-Container-Path-Stat"), std::string_view(header));
        const auto read = client.ask("GET", "/containers/x/archive?path=/f");
        QCOMPARE(read.status, 200);
        QCOMPARE(read.headers.value("X-Docker-Container-Path-Stat"), std::string_view(header));
        client.send("PUT /v1.41/containers/x/archive?path=/d&noOverwriteDirNonDir=1&copyUIDGID=true HTTP/1.1\r\nContent-Length: 5\r\n\r\nbytes");
        QCOMPARE(client.readResponse().status, 200);
        QCOMPARE(got, std::string("/d5nc"));
        QCOMPARE(client.ask("GET", "/containers/x/archive").status, 400);
        QCOMPARE(client.ask("PUT", "/containers/x/archive?path=").status, 400);
    }

    void commitReadsAllItIsTold()
    {
        FakeServices services;
        std::string told;
        services.containers.onCommit = [&](std::string_view container, const engine::CommitOptions& options) -> Result<std::string> {
            told = fmt::format("{} {}:{} {} {} {} {} {}", container, options.repository, options.tag, options.comment, options.author, options.pause,
                options.changes.size(), options.config ? options.config->user : "-");
            return std::string("sha256:1");
        };
        const Client client(services);
        const auto made = client.ask("POST", "/commit?container=c&repo=r&tag=t&comment=m&author=a&changes=CMD+x&changes=ENV+a%3Db&pause=0");
        QCOMPARE(made.status, 201);
        QCOMPARE(made.body, std::string("{\"Id\":\"sha256:1\"}\n"));
        QCOMPARE(told, std::string("c r:t m a false 2 -"));
        client.send("POST /v1.41/commit?container=c HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{\"User\": \"me\"}");
        QCOMPARE(client.readResponse().status, 201);
        QCOMPARE(told, std::string("c :   true 0 me"));
        QCOMPARE(client.ask("POST", "/commit").status, 400);
    }

    void saysWhatItDoesNotDo()
    {
        FakeServices services;
        const Client client(services);
        const auto pull = client.ask("POST", "/images/create?fromImage=alpine");
        QCOMPARE(pull.status, 501);
        QVERIFY(pull.body.find("docker load") != std::string::npos);
        const auto fetched = client.ask("POST", "/images/create?fromSrc=http%3A%2F%2Fexample.com%2Fx.tar");
        QCOMPARE(fetched.status, 501);
        QVERIFY(fetched.body.find("docker import") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestServer)
#include "tst_server.moc"
