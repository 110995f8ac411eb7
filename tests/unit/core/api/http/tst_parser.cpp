// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/http/parser.h"

#include <QtTest/QtTest>

using namespace darsena;
using namespace darsena::http;

namespace {

/// Feeds pieces of `step` bytes; ends at the first error.
Result<void> feedPieces(Parser& parser, std::string_view bytes, std::size_t step)
{
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        TRY(parser.feed(bytes.substr(at, step)));
        if (parser.headDone())
            TRY(parser.beginBody());
    }
    return {};
}

/// Reads a request head; the code of the refusal, or none.
std::optional<ErrorCode> refusalOf(std::string_view bytes, const Limits& limits = {})
{
    RequestParser parser(limits);
    if (auto result = parser.feed(bytes); !result)
        return result.error().code();
    if (!parser.headDone())
        return ErrorCode::Internal; // waits for more
    if (auto result = parser.beginBody(limits.bodyBytes); !result)
        return result.error().code();
    return {};
}

} // namespace

class TestParser : public QObject {
    Q_OBJECT
private slots:
    void readsAHeadAndStopsThere()
    {
        RequestParser parser;
        QVERIFY(parser.feed("POST /a?b=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc").ok());
        QVERIFY(parser.headDone());
        QVERIFY(!parser.done());
        QCOMPARE(parser.method(), std::string("POST"));
        QCOMPARE(parser.target(), std::string("/a?b=1"));
        QCOMPARE(parser.contentLength().value(), 3U);
        QVERIFY(parser.takeBody().empty());
        QVERIFY(parser.beginBody().ok());
        QCOMPARE(parser.takeBody(), std::string("abc"));
        QVERIFY(parser.done());
        QVERIFY(parser.keepAlive());
    }

    void keepsWhatComesAfterTheMessage()
    {
        RequestParser parser;
        QVERIFY(parser.feed("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /next HTTP/1.1\r\n\r\n").ok());
        QVERIFY(parser.done());
        QCOMPARE(parser.takeRest(), std::string("GET /next HTTP/1.1\r\n\r\n"));

        RequestParser chunked;
        QVERIFY(chunked.feed("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\nraw").ok());
        QVERIFY(chunked.beginBody().ok());
        QVERIFY(chunked.done());
        QCOMPARE(chunked.takeBody(), std::string("hi"));
        QCOMPARE(chunked.takeRest(), std::string("raw"));
    }

    void anySplitGivesTheSame_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("plain") << QByteArray("GET /v1.41/info?x=%20 HTTP/1.1\r\nHost: docker\r\nUser-Agent: t\r\n\r\n");
        QTest::newRow("length") << QByteArray("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\nhello world");
        QTest::newRow("chunked") << QByteArray("POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;name=value\r\n world\r\n"
                                               "0\r\nTrailer: t\r\n\r\n");
        QTest::newRow("followed") << QByteArray("POST /b HTTP/1.1\r\nContent-Length: 11\r\n\r\nhello worldGET / HTTP/1.1\r\n\r\n");
    }
    void anySplitGivesTheSame()
    {
        QFETCH(QByteArray, bytes);
        const std::string_view text(bytes.constData(), static_cast<std::size_t>(bytes.size()));
        RequestParser whole;
        QVERIFY(feedPieces(whole, text, text.size()).ok());
        QVERIFY(whole.done());
        const std::string body = whole.takeBody();
        const std::string rest = whole.takeRest();
        for (std::size_t step = 1; step < text.size(); ++step) {
            RequestParser parser;
            QVERIFY2(feedPieces(parser, text, step).ok(), qPrintable(QString::number(step)));
            QVERIFY(parser.done());
            QCOMPARE(parser.target(), whole.target());
            QCOMPARE(parser.headers().size(), whole.headers().size());
            QCOMPARE(parser.takeBody(), body);
            QCOMPARE(parser.takeRest(), rest);
        }
        // Every single cut in two.
        for (std::size_t cut = 1; cut < text.size(); ++cut) {
            RequestParser parser;
            QVERIFY(parser.feed(text.substr(0, cut)).ok());
            if (parser.headDone())
                QVERIFY(parser.beginBody().ok());
            QVERIFY(parser.feed(text.substr(cut)).ok());
            QVERIFY(parser.beginBody().ok());
            QCOMPARE(parser.takeBody(), body);
        }
    }

    void refusesMalformed_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const auto row = [](const char* name, QByteArray bytes) { QTest::newRow(name) << bytes; };
        row("no version", "GET /\r\n\r\n");
        row("version 2", "GET / HTTP/2.0\r\n\r\n");
        row("version words", "GET / HTTX/1.1\r\n\r\n");
        row("blank first", " GET / HTTP/1.1\r\n\r\n");
        row("two blanks", "GET  / HTTP/1.1\r\n\r\n");
        row("blank in target", "GET /a b HTTP/1.1\r\n\r\n");
        row("method with colon", "GE:T / HTTP/1.1\r\n\r\n");
        row("bare line feed", "GET / HTTP/1.1\nHost: x\n\n");
        row("bare line feed in headers", "GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n");
        row("bare carriage return", "GET / HTTP/1.1\r\nA: b\rC: d\r\n\r\n");
        row("NUL in value", QByteArray("GET / HTTP/1.1\r\nA: b\0c\r\n\r\n", 26));
        row("escape in value", "GET / HTTP/1.1\r\nA: \x1b[2J\r\n\r\n");
        row("DEL in target", "GET /\x7f HTTP/1.1\r\n\r\n");
        row("TLS hello", QByteArray("\x16\x03\x01\x02\x00\x01", 6));
        row("folded", "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n");
        row("folded with tab", "GET / HTTP/1.1\r\nContent-Length: 1\r\n\t0\r\n\r\n");
        row("blank before colon", "GET / HTTP/1.1\r\nContent-Length : 3\r\n\r\nabc");
        row("no colon", "GET / HTTP/1.1\r\nHost\r\n\r\n");
        row("empty name", "GET / HTTP/1.1\r\n: x\r\n\r\n");
        // Two readers, two lengths.
        row("two lengths", "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd");
        row("two equal lengths", "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc");
        row("list of lengths", "POST / HTTP/1.1\r\nContent-Length: 3, 3\r\n\r\nabc");
        row("length and chunked", "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        row("chunked and length", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n");
        row("two codings", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        row("coding list", "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n");
        row("other coding", "POST / HTTP/1.1\r\nTransfer-Encoding: identity\r\n\r\n");
        row("coding with a twist", "POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n");
        row("coding in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        row("negative length", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n");
        row("signed length", "POST / HTTP/1.1\r\nContent-Length: +3\r\n\r\nabc");
        row("hex length", "POST / HTTP/1.1\r\nContent-Length: 0x3\r\n\r\nabc");
        row("empty length", "POST / HTTP/1.1\r\nContent-Length:\r\n\r\nabc");
        row("giant length", "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\nabc");
        row("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
        // Bodies.
        row("chunk size no number", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhi\r\n0\r\n\r\n");
        row("chunk size signed", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\nhi\r\n0\r\n\r\n");
        row("chunk size too large", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\nhi");
        row("chunk longer than said", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n");
    }
    void refusesMalformed()
    {
        QFETCH(QByteArray, bytes);
        const std::string_view text(bytes.constData(), static_cast<std::size_t>(bytes.size()));
        RequestParser whole;
        auto result = whole.feed(text);
        if (result && whole.headDone())
            result = whole.beginBody();
        QVERIFY(!result.ok());
        QCOMPARE(result.error().code(), ErrorCode::Invalid);
        QVERIFY(!whole.feed("GET / HTTP/1.1\r\n\r\n").ok());
        RequestParser bytewise;
        QVERIFY(!feedPieces(bytewise, text, 1).ok());
    }

    void refusesWhatIsTooLarge()
    {
        Limits small;
        small.headBytes = 200;
        small.headerCount = 3;
        QCOMPARE(refusalOf("GET /" + std::string(300, 'a') + " HTTP/1.1\r\n\r\n", small), std::optional(ErrorCode::TooLarge));
        // Before the end of the head comes, too.
        QCOMPARE(refusalOf("GET /" + std::string(300, 'a'), small), std::optional(ErrorCode::TooLarge));
        QCOMPARE(refusalOf("GET / HTTP/1.1\r\nA: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\n\r\n", small), std::optional(ErrorCode::TooLarge));
        QCOMPARE(refusalOf("GET / HTTP/1.1\r\nA: 1\r\nB: 1\r\nC: 1\r\n\r\n", small), std::optional<ErrorCode>());
        small.bodyBytes = 4;
        QCOMPARE(refusalOf("POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nabcd", small), std::optional<ErrorCode>());
        QCOMPARE(refusalOf("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n", small), std::optional(ErrorCode::TooLarge));
        QCOMPARE(refusalOf("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n1\r\ne\r\n0\r\n\r\n", small),
            std::optional(ErrorCode::TooLarge));
        // A chunk's extension is held in memory until its line ends.
        const std::string extension = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;x=" + std::string(100'000, 'a');
        QCOMPARE(refusalOf(extension), std::optional(ErrorCode::TooLarge));
    }

    void knowsTheDefaultLimits()
    {
        std::string head = "GET / HTTP/1.1\r\n";
        for (int i = 0; i < 100; ++i)
            head += "H" + std::to_string(i) + ": x\r\n";
        QCOMPARE(refusalOf(head + "\r\n"), std::optional<ErrorCode>());
        QCOMPARE(refusalOf(head + "One: more\r\n\r\n"), std::optional(ErrorCode::TooLarge));
        QCOMPARE(refusalOf("GET / HTTP/1.1\r\nA: " + std::string(64 * 1024, 'a') + "\r\n\r\n"), std::optional(ErrorCode::TooLarge));
    }

    void endInTheMiddleIsAnError()
    {
        RequestParser head;
        QVERIFY(head.feed("GET / HT").ok());
        QVERIFY(!head.feedEnd().ok());
        RequestParser body;
        QVERIFY(body.feed("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab").ok());
        QVERIFY(body.beginBody().ok());
        QVERIFY(!body.feedEnd().ok());
        RequestParser chunk;
        QVERIFY(chunk.feed("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n").ok());
        QVERIFY(chunk.beginBody().ok());
        QVERIFY(!chunk.feedEnd().ok());
        RequestParser whole;
        QVERIFY(whole.feed("GET / HTTP/1.1\r\n\r\n").ok());
        QVERIFY(whole.feedEnd().ok());
    }

    void readsResponses()
    {
        ResponseParser untilEnd;
        QVERIFY(untilEnd.feed("HTTP/1.1 200 OK\r\nContent-Type: x\r\n\r\nab").ok());
        QVERIFY(untilEnd.beginBody().ok());
        QVERIFY(untilEnd.feed("cd").ok());
        QVERIFY(!untilEnd.done());
        QVERIFY(untilEnd.feedEnd().ok());
        QVERIFY(untilEnd.done());
        QCOMPARE(untilEnd.takeBody(), std::string("abcd"));

        ResponseParser upgraded;
        QVERIFY(upgraded.feed("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nraw").ok());
        QVERIFY(upgraded.beginBody().ok());
        QCOMPARE(upgraded.status(), 101);
        QVERIFY(upgraded.done());
        QCOMPARE(upgraded.takeRest(), std::string("raw"));

        ResponseParser toHead(true);
        QVERIFY(toHead.feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n").ok());
        QVERIFY(toHead.done());

        ResponseParser empty;
        QVERIFY(empty.feed("HTTP/1.1 204 No Content\r\n\r\n").ok());
        QVERIFY(empty.done());
    }

    void keepAliveFollowsVersionAndHeader()
    {
        const auto keeps = [](std::string_view head) {
            RequestParser parser;
            return parser.feed(head).ok() && parser.keepAlive();
        };
        QVERIFY(keeps("GET / HTTP/1.1\r\n\r\n"));
        QVERIFY(!keeps("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"));
        QVERIFY(!keeps("GET / HTTP/1.1\r\nConnection: foo, Close\r\n\r\n"));
        QVERIFY(!keeps("GET / HTTP/1.0\r\n\r\n"));
    }

    void readsWhatSerializeWrites()
    {
        Request request { "POST", "/x?y=z", { { "A", "b" } }, "body" };
        RequestParser parser;
        QVERIFY(parser.feed(serialize(request)).ok());
        QVERIFY(parser.beginBody().ok());
        QVERIFY(parser.done());
        QCOMPARE(parser.takeBody(), request.body);
        QCOMPARE(parser.headers().value("a"), std::string_view("b"));

        Response response { 404, { { "Content-Type", "application/json" } }, "{}" };
        ResponseParser answer;
        QVERIFY(answer.feed(serialize(response)).ok());
        QVERIFY(answer.beginBody().ok());
        QCOMPARE(answer.status(), 404);
        QCOMPARE(answer.takeBody(), std::string("{}"));
    }

    void aHeaderValueForgesNoLine()
    {
        const std::string text = serialize(Response { 200, { { "A", "b\r\nEvil: 1" } }, {} });
        QVERIFY(text.find("\r\nEvil") == std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestParser)
#include "tst_parser.moc"
