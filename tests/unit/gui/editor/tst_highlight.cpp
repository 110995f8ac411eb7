// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/parser.h"
#include "gui/editor/highlight.h"

#include <QTest>

using namespace darsena;
using namespace darsena::gui;

namespace {

/// One letter a byte: . text, c comment, d directive, K keyword, f flag, v variable, s string, h heredoc end, ? unknown, C command.
QByteArray styles(const std::string& text)
{
    QByteArray out;
    for (const StyleRun& run : highlight(dockerfile::parse(text))) {
        while (out.size() < int(run.end))
            out.append(".cdKfvsh?C"[int(run.style)]);
    }
    return out;
}

} // namespace

class HighlightTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void colours_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("from") << QByteArray("FROM debian AS base") << QByteArray("KKKK........KK.....");
        QTest::newRow("lower case") << QByteArray("from debian as base") << QByteArray("KKKK........KK.....");
        QTest::newRow("comment") << QByteArray("FROM a\n# word") << QByteArray("KKKK...cccccc");
        QTest::newRow("flag") << QByteArray("COPY --from=b x y") << QByteArray("KKKK.ffffffff....");
        QTest::newRow("variable") << QByteArray("RUN a $B ${C:-d} e") << QByteArray("KKK.C.vv.vvvvvvv..");
        QTest::newRow("arg") << QByteArray("ARG A=bc") << QByteArray("KKK...ss");
        QTest::newRow("run assignment") << QByteArray("RUN make CC=gcc x") << QByteArray("KKK.CCCC.vvvsss..");
        QTest::newRow("quotes") << QByteArray("RUN echo \"a $B\" 'c'") << QByteArray("KKK.CCCC.sssvvs.sss");
        QTest::newRow("options and key words") << QByteArray("RUN if a -b; then c; fi")
                                                << QByteArray("KKK.KK.C.ff..KKKK.C..KK");
        QTest::newRow("a heredoc's comment") << QByteArray("RUN <<E\nls # x\nE") << QByteArray("KKK.....CC.ccc.h");
        QTest::newRow("another language") << QByteArray("RUN <<E\n#!/usr/bin/python\nls\nE")
                                           << QByteArray("KKK..........................h");
        QTest::newRow("ONBUILD") << QByteArray("ONBUILD RUN ls -a") << QByteArray("KKKKKKK.KKK.CC.ff");
        QTest::newRow("JSON form") << QByteArray("CMD [\"ls\"]") << QByteArray("KKK..ssss.");
        QTest::newRow("no word") << QByteArray("FROM a\nFRM b") << QByteArray("KKKK...???..");
    }
    void colours()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        QCOMPARE(styles(text.toStdString()), expected);
    }

    void directiveComesFirst() { QVERIFY(styles("# syntax=docker/dockerfile:1\nFROM a").startsWith("dddd")); }

    void heredocEndIsMarked()
    {
        const QByteArray out = styles("FROM a\nRUN <<EOF\necho $X\nEOF\n");
        QCOMPARE(out.mid(17, 7), QByteArray("CCCC.vv"));
        QCOMPARE(out.mid(25, 3), QByteArray("hhh"));
    }

    void runsTileAnyText_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("quote open") << QByteArray("RUN echo \"abc\nFROM x");
        QTest::newRow("brace open") << QByteArray("RUN ${A\nFROM x");
        QTest::newRow("bytes") << QByteArray("RUN \xff\xfe\x00 x\n", 10);
        QTest::newRow("dollar last") << QByteArray("RUN a$");
        QTest::newRow("heredoc open") << QByteArray("RUN <<EOF\nabc");
        QTest::newRow("crlf") << QByteArray("FROM a\r\nRUN b \\\r\n c\r\n");
    }
    void runsTileAnyText()
    {
        QFETCH(QByteArray, text);
        const auto runs = highlight(dockerfile::parse(text.toStdString()));
        std::uint32_t at = 0;
        for (const StyleRun& run : runs) {
            QVERIFY(run.end > at);
            at = run.end;
        }
        QCOMPARE(at, std::uint32_t(text.size()));
    }
};

QTEST_GUILESS_MAIN(HighlightTest)
#include "tst_highlight.moc"
