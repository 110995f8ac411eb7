// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/snippet.h"

#include <QTest>

using namespace darsena::gui;

namespace {

QString show(const Snippet& snippet)
{
    QStringList stops;
    for (const SnippetStop& stop : snippet.stops)
        stops << QStringLiteral("%1:%2-%3").arg(stop.number).arg(stop.begin).arg(stop.end);
    return QString::fromStdString(snippet.text) + QStringLiteral(" | ") + stops.join(QLatin1Char(' '));
}

} // namespace

class SnippetTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void parsed_data()
    {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* source, const char* expected) {
            QTest::newRow(source) << QByteArray(source) << QString::fromUtf8(expected);
        };
        row("plain", "plain | 0:5-5");
        row("", " | 0:0-0");
        row("FROM ${1:image} AS ${2:name}$0", "FROM image AS name | 1:5-10 2:14-18 0:18-18");
        row("$2 $1", "  | 1:1-1 2:0-0 0:1-1");
        row("${1|tcp,udp,sctp|}/x", "tcp/x | 1:0-3 0:5-5");
        row("a\\$b \\} \\\\ \\n", "a$b } \\ \\n | 0:10-10");
        row("${1:a\\}b}", "a}b | 1:0-3 0:3-3");
        row("$HOME ${1", "$HOME ${1 | 0:9-9");
        row("cost $ 5 $", "cost $ 5 $ | 0:10-10");
        row("RUN $0 x", "RUN  x | 0:4-4");
    }
    void parsed()
    {
        QFETCH(QByteArray, source);
        QFETCH(QString, expected);
        QCOMPARE(show(Snippet::parse(std::string_view(source.constData(), std::size_t(source.size())))), expected);
    }

    void everyPrefixIsTaken()
    {
        const std::string source = "FROM ${1|a,b|} AS ${2:n\\}ame} $3 \\$ $0";
        for (std::size_t i = 0; i <= source.size(); ++i)
            QVERIFY(!Snippet::parse(std::string_view(source).substr(0, i)).stops.empty());
    }

    void stopsFollowTheText()
    {
        SnippetSession session;
        QVERIFY(!session.active());
        session.start(Snippet::parse("FROM ${1:image} AS ${2:name}"), 10);
        QCOMPARE(session.current().begin, 15U);
        // The placeholder is typed over: out, then letter by letter.
        session.removed(15, 5);
        for (std::uint32_t i = 0; i < 6; ++i)
            session.inserted(15 + i, 1);
        QCOMPARE(session.current().begin, 15U);
        QCOMPARE(session.current().end, 21U);
        const SnippetStop second = session.next(true);
        QCOMPARE(second.begin, 25U);
        QCOMPARE(second.end, 29U);
        QCOMPARE(session.next(false).begin, 15U);
        session.next(true);
        QVERIFY(session.active());
        QCOMPARE(session.next(true).number, 0);
        QVERIFY(!session.active());
    }

    void leavingIsNoticed()
    {
        SnippetSession session;
        session.start(Snippet::parse("${1:a} $0"), 3);
        QVERIFY(session.contains(4));
        QVERIFY(!session.contains(2));
        QVERIFY(!session.contains(9));
        session.inserted(0, 10);
        QVERIFY(session.contains(14));
    }
};

QTEST_GUILESS_MAIN(SnippetTest)
#include "tst_snippet.moc"
