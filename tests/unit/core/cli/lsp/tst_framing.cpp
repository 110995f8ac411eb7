// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/unique_fd.h"
#include "core/cli/lsp/framing.h"
#include "core/cli/lsp/rpc.h"

#include <QTest>

#include <string>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

using namespace darsena;
using namespace darsena::cli::lsp;

namespace {

/// What a reader makes of a stream: bodies, "!" for what it refuses and goes on after, "?" for a broken end.
std::string readAll(const std::string& stream, std::size_t piece = 1 << 16)
{
    int ends[2] {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return "no pipe";
    UniqueFd in = UniqueFd::adopt(ends[0]);
    UniqueFd out = UniqueFd::adopt(ends[1]);
    std::jthread writer([&] {
        for (std::size_t at = 0; at < stream.size(); at += piece) {
            const std::string part = stream.substr(at, piece);
            if (::write(out.get(), part.data(), part.size()) < 0)
                break;
        }
        out.reset();
    });
    MessageReader reader(in.get());
    std::string result;
    while (true) {
        auto message = reader.next();
        if (message && !*message)
            return result;
        if (message) {
            result += "[" + **message + "]";
        } else if (message.error().code() == ErrorCode::Invalid || message.error().code() == ErrorCode::TooLarge) {
            result += "!";
        } else {
            return result + "?";
        }
    }
}

} // namespace

class TestFraming : public QObject {
    Q_OBJECT

private slots:
    void streams_data();
    void streams();
    void writes();
    void messages_data();
    void messages();
    void queue();
};

void TestFraming::streams_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char* name, const QByteArray& stream, const QByteArray& expected) {
        QTest::newRow(name) << stream << expected;
    };
    row("nothing", "", "");
    row("one", "Content-Length: 2\r\n\r\n{}", "[{}]");
    row("two", "Content-Length: 2\r\n\r\n{}Content-Length: 1\r\n\r\nx", "[{}][x]");
    row("another header", "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length:2\r\n\r\n{}", "[{}]");
    row("bare line breaks", "Content-Length: 2\n\n{}", "[{}]");
    row("empty", "Content-Length: 0\r\n\r\nContent-Length: 1\r\n\r\nx", "[][x]");
    row("no length", "Content-Type: x\r\n\r\nContent-Length: 1\r\n\r\nx", "![x]");
    row("not a number", "Content-Length: two\r\nContent-Length: 1\r\n\r\nx", "![x]");
    row("negative", "Content-Length: -2\r\n\r\nContent-Length: 1\r\n\r\nx", "![x]");
    row("more than there are", "Content-Length: 99999999999999999999999\r\n\r\nContent-Length: 1\r\n\r\nx", "![x]");
    row("noise before", "hello\r\n\r\nContent-Length: 1\r\n\r\nx", "![x]");
    row("cut in the header", "Content-Le", "?");
    row("cut behind the header", "Content-Length: 5\r\n\r\n", "?");
    row("cut in the body", "Content-Length: 5\r\n\r\nabc", "?");
    row("a long line", "X: " + QByteArray(100000, 'x') + "\r\nContent-Length: 1\r\n\r\nx", "[x]");
    row("too large", "Content-Length: " + QByteArray::number(qulonglong(maxMessageBytes + 1)) + "\r\n\r\nx", "?");
}

void TestFraming::streams()
{
    QFETCH(QByteArray, stream);
    QFETCH(QByteArray, expected);
    QCOMPARE(QByteArray::fromStdString(readAll(stream.toStdString())), expected);
    if (stream.size() < 1000)
        QCOMPARE(QByteArray::fromStdString(readAll(stream.toStdString(), 1)), expected);
}

void TestFraming::writes()
{
    int ends[2] {-1, -1};
    QVERIFY(::pipe2(ends, O_CLOEXEC) == 0);
    const UniqueFd in = UniqueFd::adopt(ends[0]);
    const UniqueFd out = UniqueFd::adopt(ends[1]);
    MessageWriter writer(out.get());
    QVERIFY(writer.write("{\"a\":\"\xFF\"}").ok());
    char buffer[200];
    const ssize_t count = ::read(in.get(), buffer, sizeof buffer);
    QCOMPARE(QByteArray(buffer, int(count)), QByteArray("Content-Length: 11\r\n\r\n{\"a\":\"\xEF\xBF\xBD\"}"));
}

void TestFraming::messages_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("request") << QByteArray(R"({"jsonrpc":"2.0","id":1,"method":"a","params":{}})") << QByteArray("request a");
    QTest::newRow("text id") << QByteArray(R"({"jsonrpc":"2.0","id":"x","method":"a"})") << QByteArray("request a");
    QTest::newRow("notice") << QByteArray(R"({"jsonrpc":"2.0","method":"a","params":null})") << QByteArray("notice a");
    QTest::newRow("answer") << QByteArray(R"({"jsonrpc":"2.0","id":1,"result":null})") << QByteArray("answer");
    QTest::newRow("error") << QByteArray(R"({"jsonrpc":"2.0","id":1,"error":{}})") << QByteArray("answer");
    for (const char* bad : {"[]", "1", "{}", R"({"id":{}})", R"({"id":1})", R"({"method":7})", R"({"method":""})",
             R"({"method":"a","params":7})", R"({"method":"a","params":[1]})", R"({"id":[1],"method":"a"})"})
        QTest::newRow(bad) << QByteArray(bad) << QByteArray("invalid");
    for (const QByteArray& bad : {QByteArray(""), QByteArray("{"), QByteArray("nonsense"), QByteArray("\xFF\xFE"),
             QByteArray(R"({"a":"\ud800"})"), QByteArray(100000, '[')})
        QTest::addRow("no JSON: %s", bad.left(10).toPercentEncoding().constData()) << bad << QByteArray("corrupt");
}

void TestFraming::messages()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, expected);
    const auto message = readMessage(text.toStdString());
    QByteArray result;
    if (!message)
        result = message.error().code() == ErrorCode::Corrupt ? "corrupt" : "invalid";
    else if (message->method.empty())
        result = "answer";
    else
        result = QByteArray(message->isRequest() ? "request " : "notice ") + message->method.c_str();
    QCOMPARE(result, expected);
}

void TestFraming::queue()
{
    MessageQueue queue;
    const auto push = [&](const char* text) { queue.push(*readMessage(text)); };
    push(R"({"id":1,"method":"a"})");
    push(R"({"id":"b","method":"b"})");
    push(R"({"method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///D"}}})");
    queue.cancel(json::Value("b"));
    queue.cancel(json::Value(77)); // nothing waits that has this id
    QVERIFY(queue.hasChangeOf("file:///D"));
    QVERIFY(!queue.hasChangeOf("file:///E"));
    QVERIFY(!queue.takeCancelled(queue.pop()->id));
    QVERIFY(queue.takeCancelled(queue.pop()->id));
    QVERIFY(!queue.takeCancelled(json::Value(77)));
    queue.pop();
    QVERIFY(!queue.hasChangeOf("file:///D"));
    queue.close();
    QVERIFY(!queue.pop());
}

QTEST_APPLESS_MAIN(TestFraming)
#include "tst_framing.moc"
