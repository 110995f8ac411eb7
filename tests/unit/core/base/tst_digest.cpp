// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/digest.h"

#include <QTest>

using namespace darsena;

class TestDigest : public QObject {
    Q_OBJECT
private slots:
    void knownValue()
    {
        // FIPS 180-2, appendix B.1.
        QCOMPARE(Digest::ofText("abc").text(),
            std::string("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }
    void hasherStartsAnew()
    {
        Hasher hasher;
        hasher.update("a");
        hasher.update("bc");
        QCOMPARE(hasher.finish(), Digest::ofText("abc"));
        QCOMPARE(hasher.finish(), Digest::ofText(""));
    }
    void refuses_data()
    {
        QTest::addColumn<QString>("text");
        const QString hex(64, u'a');
        QTest::newRow("path") << QStringLiteral("sha256:../../x");
        QTest::newRow("short") << QString("sha256:" + hex.left(63));
        QTest::newRow("long") << QString("sha256:" + hex + "a");
        QTest::newRow("upper") << QString("sha256:" + hex.toUpper());
        QTest::newRow("algorithm") << QString("sha512:" + hex + hex);
        QTest::newRow("bare") << hex;
        QTest::newRow("empty") << QString();
    }
    void refuses()
    {
        QFETCH(QString, text);
        const auto parsed = Digest::parse(text.toStdString());
        QVERIFY(!parsed);
        QCOMPARE(parsed.error().code(), ErrorCode::Invalid);
    }
};

QTEST_GUILESS_MAIN(TestDigest)
#include "tst_digest.moc"
