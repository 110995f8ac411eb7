// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/base64.h"

#include <QByteArray>
#include <QTest>

using namespace darsena;

class TestBase64 : public QObject {
    Q_OBJECT

private slots:
    void knownValues()
    {
        // RFC 4648, section 10.
        for (const auto& [plain, coded] : { std::pair<std::string, std::string>("", ""), { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" },
                 { "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" } }) {
            QCOMPARE(encodeBase64(plain), coded);
            QCOMPARE(*decodeBase64(coded), plain);
            // Without its padding.
            QCOMPARE(*decodeBase64(coded.substr(0, coded.find('='))), plain);
        }
    }

    /// Every byte, and more than one of the pieces that it is worked in.
    void agreesWithQt()
    {
        for (const qsizetype size : { 256, 3 << 20, (3 << 20) + 1, (7 << 20) + 2 }) {
            QByteArray bytes(size, '\0');
            for (qsizetype i = 0; i < size; ++i)
                bytes[i] = static_cast<char>(255 - i % 251 + i / 1000);
            const std::string plain = bytes.toStdString();
            const std::string coded = encodeBase64(plain);
            QVERIFY(coded == bytes.toBase64().toStdString());
            const auto decoded = decodeBase64(coded);
            QVERIFY(decoded && *decoded == plain);
        }
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("another character") << QByteArray("Zm9*");
        QTest::newRow("for addresses") << QByteArray("-_-_");
        QTest::newRow("one character alone") << QByteArray("Z");
        QTest::newRow("five characters") << QByteArray("Zm9vY");
        QTest::newRow("half its padding") << QByteArray("Zg=");
        QTest::newRow("too much padding") << QByteArray("Zg===");
        QTest::newRow("padding for nothing") << QByteArray("Zm9v====");
        QTest::newRow("padding alone") << QByteArray("====");
        QTest::newRow("padding within") << QByteArray("Zg==Zg==");
        QTest::newRow("bits for nothing") << QByteArray("Zh==");
        QTest::newRow("a line end") << QByteArray("Zm9v\n");
        QTest::newRow("blanks in front") << QByteArray("    Zm9v");
        QTest::newRow("a blank within") << QByteArray("Zm 9v");
        QTest::newRow("a zero byte") << QByteArray("Zm9v\0\0\0\0", 8);
        QTest::newRow("no ASCII") << QByteArray("\xff\xfe\xfd\xfc");
    }
    void refuses()
    {
        QFETCH(QByteArray, text);
        const auto decoded = decodeBase64(text.toStdString());
        QVERIFY(!decoded);
        QCOMPARE(decoded.error().code(), ErrorCode::Invalid);
    }
};

QTEST_GUILESS_MAIN(TestBase64)
#include "tst_base64.moc"
