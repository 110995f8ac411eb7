// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/log_store.h"

#include <QSignalSpy>
#include <QTest>

using namespace darsena::gui;

class TestLogStore : public QObject {
    Q_OBJECT

    static QByteArrayList texts(const LogStore& store)
    {
        QByteArrayList list;
        for (qint64 line = store.firstLine(); line < store.endLine(); ++line)
            list << store.line(line).text;
        return list;
    }

private Q_SLOTS:
    void pieces_data()
    {
        QTest::addColumn<QByteArrayList>("input");
        QTest::addColumn<QByteArrayList>("lines");
        QTest::newRow("none") << QByteArrayList {} << QByteArrayList {};
        QTest::newRow("one whole") << QByteArrayList { "a\n" } << QByteArrayList { "a" };
        QTest::newRow("unfinished shows") << QByteArrayList { "a\nb" } << QByteArrayList { "a", "b" };
        QTest::newRow("split anywhere") << QByteArrayList { "h", "el", "lo\nwor", "ld", "\n" } << QByteArrayList { "hello", "world" };
        QTest::newRow("empty lines count") << QByteArrayList { "\n\na\n\n" } << QByteArrayList { "", "", "a", "" };
        QTest::newRow("crlf") << QByteArrayList { "a\r\nb\r", "\nc\n" } << QByteArrayList { "a", "b", "c" };
        QTest::newRow("progress overwrites") << QByteArrayList { "10 %\r20 %\r", "30 %\ndone\n" } << QByteArrayList { "30 %", "done" };
        QTest::newRow("zero bytes stay") << QByteArrayList { QByteArray("a\0b\n", 4) } << QByteArrayList { QByteArray("a\0b", 3) };
        QTest::newRow("long lines go on below") << QByteArrayList { "1234567890123\n" } << QByteArrayList { "12345678", "90123" };
    }
    void pieces()
    {
        QFETCH(QByteArrayList, input);
        QFETCH(QByteArrayList, lines);
        LogStore store({ .bytes = 1 << 20, .lineBytes = 8 }, nullptr);
        for (const QByteArray& piece : input)
            store.append(LogStream::Out, piece);
        QCOMPARE(texts(store), lines);
    }

    void streamsDoNotMix()
    {
        LogStore store;
        store.append(LogStream::Out, "out ");
        store.append(LogStream::Err, "err ");
        QCOMPARE(store.endLine(), 2);
        QCOMPARE(store.line(0).stream, LogStream::Out);
        QCOMPARE(store.line(1).stream, LogStream::Err);
        store.append(LogStream::Err, "ends\n");
        store.append(LogStream::Out, "ends\n");
        QCOMPARE(store.line(0).text, "err ends");
        QCOMPARE(store.line(0).stream, LogStream::Err);
        QCOMPARE(store.line(1).text, "out ends");
        QCOMPARE(store.endLine(), 2);
    }

    void oneSignalPerAppend()
    {
        LogStore store;
        QSignalSpy spy(&store, &LogStore::appended);
        store.append(LogStream::Out, "a\nb\nc\n");
        store.append(LogStream::Out, "");
        QCOMPARE(spy.count(), 1);
    }

    void manyBlocksReadBack()
    {
        LogStore store;
        constexpr int count = 200'000;
        QByteArray chunk;
        for (int i = 0; i < count; ++i) {
            chunk.append("line ").append(QByteArray::number(i)).append(' ').append(i % 50, 'x').append('\n');
            if (chunk.size() > 30'000) {
                store.append(LogStream::Out, chunk);
                chunk.clear();
            }
        }
        store.append(LogStream::Out, chunk);
        QVERIFY(store.degraded().isEmpty());
        QCOMPARE(store.firstLine(), 0);
        QCOMPARE(store.endLine(), count);
        for (int i = 0; i < count; i += 997) {
            // From both ends, so that the cache is no help.
            for (const int line : { i, count - 1 - i }) {
                const QByteArray expected = "line " + QByteArray::number(line) + ' ' + QByteArray(line % 50, 'x');
                QCOMPARE(store.line(line).text, expected);
            }
        }
        QCOMPARE(store.line(count).text, QByteArray());
        QCOMPARE(store.line(-1).text, QByteArray());
    }

    void ringForgetsTheOldest()
    {
        LogStore store({ .bytes = 4 * 64 * 1024, .lineBytes = 1024 }, nullptr);
        for (int i = 0; i < 20'000; ++i)
            store.append(LogStream::Out, QByteArray::number(i).rightJustified(99, '.') + '\n');
        QVERIFY(store.firstLine() > 0);
        QCOMPARE(store.endLine(), 20'000);
        for (qint64 line = store.firstLine(); line < store.endLine(); ++line)
            QCOMPARE(store.line(line).text, QByteArray::number(line).rightJustified(99, '.'));
        QVERIFY(store.endLine() - store.firstLine() >= 3 * 64 * 1024 / 120);
        QCOMPARE(store.line(store.firstLine() - 1).text, QByteArray());
    }

    void clearStartsAnew()
    {
        LogStore store;
        store.append(LogStream::Out, QByteArray(300'000, '\n') + "rest");
        store.clear();
        QCOMPARE(store.endLine(), 0);
        store.append(LogStream::Err, "new\n");
        QCOMPARE(texts(store), QByteArrayList { "new" });
        QCOMPARE(store.bytesReceived(), 4);
    }
};

QTEST_GUILESS_MAIN(TestLogStore)
#include "tst_log_store.moc"
