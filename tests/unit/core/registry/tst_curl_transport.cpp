// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registry/curl_transport.h"

#include "core/base/unique_fd.h"

#include <fmt/format.h>

#include <QTest>

#include <functional>
#include <thread>

#include <netinet/in.h>
#include <sys/socket.h>

using namespace darsena;
using namespace darsena::registry;

namespace {

/// Takes connections one after the other on 127.0.0.1, reads a head and lets the test answer.
class Server {
public:
    using Handler = std::function<void(int fd, const std::string& head)>;

    explicit Server(Handler handler)
        : m_handler(std::move(handler))
        , m_listener(UniqueFd::adopt(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)))
    {
        sockaddr_in address {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        if (::bind(m_listener.get(), reinterpret_cast<sockaddr*>(&address), length) != 0 || ::listen(m_listener.get(), 8) != 0
            || ::getsockname(m_listener.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0)
            qFatal("cannot listen");
        m_port = ntohs(address.sin_port);
        m_thread = std::thread([this] { serve(); });
    }
    ~Server()
    {
        ::shutdown(m_listener.get(), SHUT_RDWR);
        m_thread.join();
    }
    Url url() const { return *Url::parse(fmt::format("http://127.0.0.1:{}/x", m_port)); }

    static void say(int fd, std::string_view text)
    {
        while (!text.empty()) {
            const ssize_t sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0)
                return;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

private:
    void serve()
    {
        while (true) {
            const auto connection = UniqueFd::adopt(::accept4(m_listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (!connection)
                return;
            std::string head;
            char c = 0;
            while (!head.ends_with("\r\n\r\n") && ::recv(connection.get(), &c, 1, 0) == 1)
                head += c;
            m_handler(connection.get(), head);
        }
    }

    Handler m_handler;
    UniqueFd m_listener;
    int m_port = 0;
    std::thread m_thread;
};

Result<std::string> readAll(Exchange& exchange)
{
    archive::MemorySink sink;
    TRY(archive::copy(exchange, sink));
    return sink.take();
}

} // namespace

class TestCurlTransport : public QObject {
    Q_OBJECT
private slots:
    void headAndBody()
    {
        std::string seen;
        Server server([&](int fd, const std::string& head) {
            seen = head;
            Server::say(fd, "HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nWWW-Authenticate: Basic realm=\"x\"\r\nX-Two:  b \r\n\r\nhello");
        });
        CurlTransport transport;
        const auto exchange = transport.send({ server.url(), { { "Accept", "a/b" } }, {}, true }, {});
        QVERIFY2(exchange, exchange ? "" : exchange.error().message().c_str());
        QCOMPARE((*exchange)->head().status, 404);
        QCOMPARE((*exchange)->head().find("www-authenticate"), std::string_view("Basic realm=\"x\""));
        QCOMPARE((*exchange)->head().find("x-two"), std::string_view("b"));
        QCOMPARE((*exchange)->head().find("X-Early"), std::string_view());
        QCOMPARE(*readAll(**exchange), std::string("hello"));
        QVERIFY(seen.starts_with("GET /x HTTP/1.1\r\n"));
        QVERIFY(seen.find("Accept: a/b\r\n") != std::string::npos);
    }

    void redirectsAreNotFollowed()
    {
        Server server([](int fd, const std::string&) { Server::say(fd, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"); });
        CurlTransport transport;
        const auto exchange = transport.send({ server.url(), {}, {}, true }, {});
        QVERIFY(exchange);
        QCOMPARE((*exchange)->head().status, 302);
    }

    void forms()
    {
        std::string seen;
        Server server([&](int fd, const std::string& head) {
            seen = head;
            Server::say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
        CurlTransport transport;
        QVERIFY(transport.send({ server.url(), {}, "a=b", true }, {}));
        QVERIFY(seen.starts_with("POST /x HTTP/1.1\r\n"));
        QVERIFY(seen.find("application/x-www-form-urlencoded") != std::string::npos);
    }

    void largeBodyInBoundedPieces()
    {
        const std::string piece(64 * 1024, 'z');
        Server server([&](int fd, const std::string&) {
            Server::say(fd, fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", piece.size() * 160));
            for (int i = 0; i < 160; ++i)
                Server::say(fd, piece);
        });
        CurlTransport transport;
        const auto exchange = transport.send({ server.url(), {}, {}, true }, {});
        QVERIFY(exchange);
        QTest::qWait(20); // what waits meanwhile is paused and taken up again
        const auto body = readAll(**exchange);
        QVERIFY2(body, body ? "" : body.error().message().c_str());
        QCOMPARE(body->size(), piece.size() * 160);
    }

    void broken_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("no http") << QByteArray("SSH-2.0-x\r\n");
        QTest::newRow("half a head") << QByteArray("HTTP/1.1 200 OK\r\nA: b\r\n");
        QTest::newRow("half a body") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        QTest::newRow("half a chunk") << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf");
        QTest::newRow("huge head") << "HTTP/1.1 200 OK\r\n" + QByteArray("A: 0123456789012345678901234567890\r\n").repeated(3000) + "\r\n";
        QTest::newRow("endless head") << QByteArray("HTTP/1.1 100 Continue\r\nA: 01234567890123456789012345\r\n\r\n").repeated(3000);
    }
    void broken()
    {
        QFETCH(QByteArray, answer);
        Server server([&](int fd, const std::string&) { Server::say(fd, answer.toStdString()); });
        CurlTransport transport;
        const auto exchange = transport.send({ server.url(), {}, {}, true }, {});
        const auto body = exchange ? readAll(**exchange) : Result<std::string>(exchange.error());
        QVERIFY(!body);
        const bool large = QByteArray(QTest::currentDataTag()).endsWith(" head") && answer.size() > 1000;
        QCOMPARE(body.error().code(), large ? ErrorCode::TooLarge : ErrorCode::Unavailable);
    }

    void silence()
    {
        std::stop_source done;
        Server server([&](int fd, const std::string&) {
            char c = 0;
            static_cast<void>(::recv(fd, &c, 1, 0)); // until the client goes
        });
        CurlTransport transport({ std::chrono::milliseconds(5000), std::chrono::milliseconds(50) });
        const auto exchange = transport.send({ server.url(), {}, {}, true }, {});
        QVERIFY(!exchange);
        QCOMPARE(exchange.error().code(), ErrorCode::Unavailable);
        QVERIFY(exchange.error().message().find("silent") != std::string::npos);
    }

    void stops()
    {
        std::stop_source stop;
        Server server([&](int fd, const std::string&) {
            Server::say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            stop.request_stop();
            char c = 0;
            static_cast<void>(::recv(fd, &c, 1, 0));
        });
        CurlTransport transport;
        const auto exchange = transport.send({ server.url(), {}, {}, true }, stop.get_token());
        const auto body = exchange ? readAll(**exchange) : Result<std::string>(exchange.error());
        QVERIFY(!body);
        QCOMPARE(body.error().code(), ErrorCode::Cancelled);
    }

    void nobodyThere()
    {
        CurlTransport transport;
        const auto exchange = transport.send({ *Url::parse("http://127.0.0.1:1/"), {}, {}, true }, {});
        QVERIFY(!exchange);
        QCOMPARE(exchange.error().code(), ErrorCode::Unavailable);
    }
};

QTEST_GUILESS_MAIN(TestCurlTransport)
#include "tst_curl_transport.moc"
