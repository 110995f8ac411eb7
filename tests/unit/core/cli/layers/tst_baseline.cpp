// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/layers/baseline.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace darsena;
using namespace darsena::cli;

namespace {

constexpr std::string_view dives
    = R"({"layer":[],"image":{"sizeBytes":150,"inefficientBytes":20,"efficiencyScore":0.9,"fileReference":[]}})";
constexpr std::string_view ours
    = R"({"image":{"sizeBytes":150,"inefficientBytes":20,"efficiencyScore":0.9},"exact":{"storedBytes":140,"wastedBytes":30,"efficiency":0.8}})";

} // namespace

/// What another report says, as something to compare with.
class TestBaseline : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void figures();
    void reportsThatAreNone_data();
    void reportsThatAreNone();
    void reportsAndImages();
};

void TestBaseline::figures()
{
    for (const std::string_view report : {dives, ours}) {
        const auto dive = figuresInReport(report, Score::Dive);
        QVERIFY(dive.ok());
        QCOMPARE(dive->sizeBytes, 150U);
        QCOMPARE(dive->wastedBytes, 20U);
        QCOMPARE(dive->efficiency, 0.9);
    }
    const auto exact = figuresInReport(ours, Score::Exact);
    QVERIFY(exact.ok());
    QCOMPARE(exact->sizeBytes, 140U);
    QCOMPARE(exact->wastedBytes, 30U);
    QCOMPARE(exact->efficiency, 0.8);
    const auto none = figuresInReport(dives, Score::Exact);
    QVERIFY(!none.ok());
    QVERIFY(none.error().message().ends_with("dive writes none"));
}

void TestBaseline::reportsThatAreNone_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char* text : {"", "{", "[]", "{}", R"({"image":1})", R"({"image":{}})",
             R"({"image":{"sizeBytes":"many","inefficientBytes":1}})",
             R"({"image":{"sizeBytes":-1,"inefficientBytes":1}})"})
        QTest::addRow("%s", text) << QByteArray(text);
}

void TestBaseline::reportsThatAreNone()
{
    QFETCH(QByteArray, text);
    QVERIFY(!figuresInReport(text.toStdString(), Score::Dive).ok());
}

void TestBaseline::reportsAndImages()
{
    QTemporaryDir folder;
    const auto file = [&](const char* name, std::string_view text) {
        const std::string path = folder.filePath(QLatin1String(name)).toStdString();
        std::ofstream(path) << text;
        return path;
    };
    QVERIFY(isReport(file("a.json", dives)));
    QVERIFY(isReport(file("b.json", "\n  {")));
    QVERIFY(!isReport(file("c.tar", "config.json")));
    QVERIFY(!isReport(file("d", "")));
    QVERIFY(!isReport(folder.path().toStdString())); // a layout's folder
    QVERIFY(!isReport("shop:1"));
    QCOMPARE(figuresOfReport(file("a.json", dives), Score::Dive)->sizeBytes, 150U);
}

QTEST_APPLESS_MAIN(TestBaseline)
#include "tst_baseline.moc"
