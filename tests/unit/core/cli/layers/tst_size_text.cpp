// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/layers/plain_text.h"
#include "core/cli/layers/size_text.h"

#include <QTest>

#include <limits>

using namespace darsena;
using namespace darsena::cli;

class TestSizeText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sizes_data();
    void sizes();
    void signedSizes();
    void parsing_data();
    void parsing();
    void percents();
    void namesThatATerminalMayShow();
};

void TestSizeText::sizes_data()
{
    QTest::addColumn<qulonglong>("bytes");
    QTest::addColumn<QString>("text");
    const auto row
        = [](qulonglong bytes, const char* text) { QTest::newRow(text) << bytes << QString::fromLatin1(text); };
    row(0, "0 B");
    row(9, "9 B");
    row(10, "10 B");
    row(999, "999 B");
    row(1000, "1.0 kB");
    row(1149, "1.1 kB");
    row(1150, "1.2 kB");
    row(12810, "13 kB");
    row(999'999, "1000 kB");
    row(82'854'982, "83 MB");
    row(9'949'999'999, "9.9 GB");
    row(std::numeric_limits<qulonglong>::max(), "18 EB");
}

void TestSizeText::sizes()
{
    QFETCH(qulonglong, bytes);
    QFETCH(QString, text);
    QCOMPARE(QString::fromStdString(sizeText(bytes)), text);
}

void TestSizeText::signedSizes()
{
    QCOMPARE(signedSizeText(0), "0 B");
    QCOMPARE(signedSizeText(1200), "+1.2 kB");
    QCOMPARE(signedSizeText(-5), "-5 B");
    QCOMPARE(signedSizeText(std::numeric_limits<std::int64_t>::min()), "-9.2 EB");
}

void TestSizeText::parsing_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qlonglong>("bytes"); // -1: refused
    const auto row
        = [](const char* text, qlonglong bytes) { QTest::newRow(text) << QString::fromLatin1(text) << bytes; };
    row("20MB", 20'000'000);
    row("19Mb", 19'000'000);
    row("20 mb", 20'000'000);
    row("1.5 GiB", 1'610'612'736);
    row("42", 42);
    row("42B", 42);
    row("20,000", 20'000);
    row("3k", 3000);
    row("3ki", 3072);
    row("0", 0);
    row("2EB", 2'000'000'000'000'000'000);
    row("20 parsecs", -1);
    row("MB", -1);
    row("", -1);
    row("-5MB", -1);
    row("1.2.3MB", -1);
    row("20EB", -1);
    row("5bb", -1);
}

void TestSizeText::parsing()
{
    QFETCH(QString, text);
    QFETCH(qlonglong, bytes);
    const auto parsed = parseSize(text.toStdString());
    QCOMPARE(parsed.ok() ? static_cast<qlonglong>(*parsed) : -1, bytes);
}

void TestSizeText::percents()
{
    QCOMPARE(percentText(0.98442), "98.44 %");
    QCOMPARE(percentText(std::numeric_limits<double>::infinity()), "+Inf %");
    QCOMPARE(percentText(std::numeric_limits<double>::quiet_NaN()), "NaN %");
    QVERIFY(parseNumber("0.5").ok());
    for (const char* bad : {"", "0.5x", "nan", "inf", " 1", "1e999"})
        QVERIFY2(!parseNumber(bad).ok(), bad);
}

void TestSizeText::namesThatATerminalMayShow()
{
    QCOMPARE(plainText("ñandú/日本"), "ñandú/日本");
    QCOMPARE(plainText("a\x1b[31m\n\x7f"), "a\\x1b[31m\\x0a\\x7f");
    QCOMPARE(plainText("\xc2\x9b"
                       "31m"),
        "\\x9b31m");
    QCOMPARE(plainText("\xff"), "\xef\xbf\xbd");
    QCOMPARE(characterCount("ñandú"), std::size_t {5});
}

QTEST_APPLESS_MAIN(TestSizeText)
#include "tst_size_text.moc"
