// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/ansi_text.h"
#include "gui/models/log_search.h"

#include <QSignalSpy>
#include <QTest>

using namespace darsena::gui;

class TestAnsiText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void lines_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("spans"); // "start+length:foreground"
        QTest::newRow("plain") << QByteArray("hello") << "hello" << "";
        QTest::newRow("green") << QByteArray("a \x1b[32mok\x1b[0m z") << "a ok z" << "2+2:2";
        QTest::newRow("to the end") << QByteArray("\x1b[1;91mbad") << "bad" << "0+3:9";
        QTest::newRow("256 colours") << QByteArray("\x1b[38;5;208mx\x1b[39my") << "xy" << "0+1:208";
        QTest::newRow("rgb") << QByteArray("\x1b[38;2;1;2;3mx") << "x" << QStringLiteral("0+1:%1").arg(AnsiText::Rgb | 0x010203);
        QTest::newRow("cursor moves go") << QByteArray("a\x1b[2K\x1b[1;1Hb") << "ab" << "";
        QTest::newRow("titles go") << QByteArray("\x1b]0;title\x07x\x1b]0;t\x1b\\y") << "xy" << "";
        QTest::newRow("cut sequences") << QByteArray("x\x1b[3") << "x" << "";
        QTest::newRow("lone escape") << QByteArray("x\x1b") << "x" << "";
        QTest::newRow("tab") << QByteArray("ab\tc") << "ab      c" << "";
        QTest::newRow("direction and control") << QByteArray("a\xe2\x80\xae" "b\x01") << QStringLiteral("a\ufffdb\ufffd") << "";
        QTest::newRow("no UTF-8") << QByteArray("\xff") << QStringLiteral("\ufffd") << "";
        QTest::newRow("too few numbers") << QByteArray("\x1b[38;5mx\x1b[48;2;1mx") << "xx" << "";
        QTest::newRow("huge numbers") << QByteArray("\x1b[38;5;99999mx") << "x" << "0+1:255";
    }
    void lines()
    {
        QFETCH(QByteArray, line);
        QFETCH(QString, text);
        QFETCH(QString, spans);
        const AnsiText got = AnsiText::parse(line);
        QCOMPARE(got.text, text);
        QStringList list;
        for (const auto& span : got.spans)
            list << QStringLiteral("%1+%2:%3").arg(span.start).arg(span.length).arg(span.style.foreground);
        QCOMPARE(list.join(u' '), spans);
    }

    void search()
    {
        LogStore store;
        LogSearch search(&store);
        for (int i = 0; i < 5000; ++i)
            store.append(LogStream::Out, "line " + QByteArray::number(i) + (i % 1000 == 7 ? " \x1b[31mNee\x1b[0mdle\n" : "\n"));
        QVERIFY(search.setPattern("needle", false));
        QTRY_VERIFY(!search.scanning());
        QCOMPARE(search.lines(), (std::vector<qint64> { 7, 1007, 2007, 3007, 4007 }));
        QCOMPARE(search.next(7), 1007);
        QCOMPARE(search.next(4500), 7);
        QCOMPARE(search.previous(7), 4007);
        // It goes on by itself; what is not a whole line yet is not looked at.
        store.append(LogStream::Out, "another nee");
        store.append(LogStream::Out, "dle\n");
        QTRY_COMPARE(search.lines().size(), std::size_t(6));
        QVERIFY(!search.setPattern("(", true));
        QVERIFY(!search.errorText().isEmpty());
        QCOMPARE(search.lines().size(), std::size_t(6));
        QVERIFY(search.setPattern("^line 1\\d$", true));
        QTRY_VERIFY(!search.scanning());
        QCOMPARE(search.lines().size(), std::size_t(10));
        store.clear();
        QVERIFY(search.lines().empty());
        QVERIFY(search.setPattern("", false));
        QVERIFY(!search.active());
    }
};

QTEST_GUILESS_MAIN(TestAnsiText)
#include "tst_ansi_text.moc"
