// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/reader/reader_stream.h"

#include <QTest>

using namespace darsena;
using namespace darsena::gui;

class TestReaderStream : public QObject {
    Q_OBJECT
private slots:
    void pieces_data()
    {
        QTest::addColumn<int>("size");
        QTest::newRow("1") << 1;
        QTest::newRow("5") << 5;
        QTest::newRow("all") << 1000;
    }
    void pieces()
    {
        QFETCH(int, size);
        const QByteArray all("{\"event\":\"a\"}\n{\"event\":\"b\",\"bytes\":7}\n12\n{}67{\"event\":\"c\",\"bytes\":0}\n");
        ReaderStream stream;
        std::vector<ReaderMessage> messages;
        for (qsizetype at = 0; at < all.size(); at += size)
            QVERIFY(stream.feed(all.mid(at, size), messages));
        QCOMPARE(messages.size(), 3u);
        QCOMPARE(*json::text(messages[1].head, "event"), std::string("b"));
        QCOMPARE(messages[1].bytes, QByteArray("12\n{}67"));
        QCOMPARE(*json::text(messages[2].head, "event"), std::string("c"));
        QVERIFY(messages[2].bytes.isEmpty());
    }
    void nonsense_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("no JSON") << QByteArray("hello\n");
        QTest::newRow("a list") << QByteArray("[]\n");
        QTest::newRow("negative") << QByteArray("{\"bytes\":-1}\n");
        QTest::newRow("huge") << QByteArray("{\"bytes\":9000000000000000000}\n");
        QTest::newRow("text") << QByteArray("{\"bytes\":\"1\"}\n");
        QTest::newRow("endless line") << QByteArray(5'000'000, 'x');
    }
    void nonsense()
    {
        QFETCH(QByteArray, bytes);
        ReaderStream stream;
        std::vector<ReaderMessage> messages;
        QVERIFY(!stream.feed(bytes, messages));
        QVERIFY(messages.empty());
    }
};

QTEST_GUILESS_MAIN(TestReaderStream)
#include "tst_reader_stream.moc"
