// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/text_encoding.h"

#include <QRandomGenerator>
#include <QTest>

using namespace darsena;
using namespace darsena::gui;

class TextEncodingTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void encodings_data()
    {
        QTest::addColumn<QByteArray>("raw");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char* name, const QByteArray& raw, const char* encoding, const QByteArray& text) {
            QTest::newRow(name) << raw << QString::fromLatin1(encoding) << text;
        };
        row("ascii", "FROM a\n", "UTF-8", "FROM a\n");
        row("empty", "", "UTF-8", "");
        row("utf-8", "# año €\n", "UTF-8", "# año €\n");
        row("utf-8 with a mark", "\xEF\xBB\xBF# año\n", "UTF-8 BOM", "# año\n");
        row("latin-1", "# a\xF1o\n", "Latin-1", "# año\n");
        row("utf-16 le", QByteArray("\xFF\xFE" "#\0\xF1\0\n\0", 8), "UTF-16 LE", "#ñ\n");
        row("utf-16 be", QByteArray("\xFE\xFF\0#\0\xF1\0\n", 8), "UTF-16 BE", "#ñ\n");
        row("utf-16 le, no mark", QByteArray("F\0R\0O\0M\0", 8), "UTF-16 LE", "FROM");
        row("utf-16 mark of odd length", QByteArray("\xFF\xFE" "#", 3), "Latin-1", "ÿþ#");
        row("half a surrogate", QByteArray("\xFF\xFE\x00\xD8\x0A\x00", 6), "not UTF-8", QByteArray("\xFF\xFE\x00\xD8\x0A\x00", 6));
        row("control bytes", QByteArray("a\xFF\x01\0b", 5), "not UTF-8", QByteArray("a\xFF\x01\0b", 5));
        row("utf-8 and latin-1 mixed", "# \x80\xE2\x82\xAC \xF1\n", "not UTF-8", "# \x80\xE2\x82\xAC \xF1\n");
        row("nul", QByteArray("a\0b", 3), "UTF-8", QByteArray("a\0b", 3));
    }
    void encodings()
    {
        QFETCH(QByteArray, raw);
        QFETCH(QString, name);
        QFETCH(QByteArray, text);
        const FileText decoded = decodeText(raw.toStdString());
        QCOMPARE(encodingName(decoded.encoding, decoded.byteOrderMark), name);
        QCOMPARE(QByteArray::fromStdString(decoded.bytes), text);
        const Result<std::string> back = encodeText(decoded);
        QVERIFY(back.ok());
        QCOMPARE(QByteArray::fromStdString(*back), raw);
    }

    void anyBytesComeBack()
    {
        QRandomGenerator random(5);
        for (int i = 0; i < 5000; ++i) {
            std::string raw;
            const int length = random.bounded(24);
            const int kind = random.bounded(4);
            if (kind == 0)
                raw = "\xFF\xFE";
            else if (kind == 1)
                raw = "\xEF\xBB\xBF";
            for (int n = 0; n < length; ++n)
                raw += char(kind == 3 ? 0xA0 + random.bounded(0x60) : random.bounded(256));
            const Result<std::string> back = encodeText(decodeText(raw));
            QVERIFY(back.ok());
            QCOMPARE(*back, raw);
        }
    }

    void whatLatin1CannotHoldIsSaidWithItsLine()
    {
        FileText text = decodeText("a\xF1o\n");
        text.bytes += "€\n";
        const Result<std::string> encoded = encodeText(text);
        QVERIFY(!encoded.ok());
        QVERIFY(encoded.error().message().find("line 2") != std::string::npos);
    }

    void lineEnds()
    {
        QVERIFY(lineEndsOf("a\nb\n") == (LineEnds { false, false }));
        QVERIFY(lineEndsOf("a\r\nb\r\n") == (LineEnds { true, false }));
        QVERIFY(lineEndsOf("a\r\nb\nc\n") == (LineEnds { false, true }));
        QVERIFY(lineEndsOf("") == (LineEnds { false, false }));
    }
};

QTEST_GUILESS_MAIN(TextEncodingTest)
#include "tst_text_encoding.moc"
