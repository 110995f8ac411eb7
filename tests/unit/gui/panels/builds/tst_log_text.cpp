// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/builds/log_text.h"

#include <QTest>

using namespace darsena::gui;

class LogTextTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void lines_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QStringList>("lines");
        QTest::newRow("two") << QByteArray("a\nb\n") << QStringList({ "a", "b" });
        QTest::newRow("no end") << QByteArray("a\nb") << QStringList({ "a", "b" });
        QTest::newRow("empty line") << QByteArray("\n\n") << QStringList({ "", "" });
        QTest::newRow("crlf") << QByteArray("a\r\nb\r\n") << QStringList({ "a", "b" });
        QTest::newRow("progress bar") << QByteArray("1%\r50%\r100%\ndone\n") << QStringList({ "100%", "done" });
        QTest::newRow("colours") << QByteArray("\x1b[1;31mred\x1b[0m word\n") << QStringList({ "red word" });
        QTest::newRow("title") << QByteArray("\x1b]0;title\ax\n") << QStringList({ "x" });
        QTest::newRow("backspace") << QByteArray("ab\bc\n") << QStringList({ "ac" });
        QTest::newRow("tab stays") << QByteArray("a\tb\n") << QStringList({ "a\tb" });
        QTest::newRow("bell and nul") << QByteArray("a\a\0b\n", 5) << QStringList({ "ab" });
    }
    void lines()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QStringList, lines);
        LogText whole;
        QStringList all = whole.feed(bytes.toStdString());
        all += whole.finish();
        QCOMPARE(all, lines);
        // And in any pieces.
        LogText pieces;
        QStringList got;
        for (const char byte : bytes)
            got += pieces.feed(std::string_view(&byte, 1));
        got += pieces.finish();
        QCOMPARE(got, lines);
    }

    void aLineHasABound()
    {
        LogText text;
        const QStringList lines = text.feed(std::string(3 * LogText::maxLineBytes, 'x') + "\n");
        QCOMPARE(lines.size(), 1);
        QCOMPARE(std::size_t(lines[0].size()), LogText::maxLineBytes);
    }
};

QTEST_GUILESS_MAIN(LogTextTest)
#include "tst_log_text.moc"
