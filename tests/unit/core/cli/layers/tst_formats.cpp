// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/layers/formats.h"

#include "tests/unit/core/layers/layer_lines.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>
#include <QXmlStreamReader>

using namespace darsena;
using namespace darsena::cli;
using layers::Line;

namespace {

ImageReport reportFor(std::vector<std::vector<Line>> lines, std::vector<oci::HistoryEntry> history = {})
{
    layers::ReadImage image;
    image.image.name = "shop:1 <b>";
    image.image.id = Digest::ofText("config");
    image.image.config.platform = {"linux", "amd64", ""};
    image.image.config.created = "2026-01-02T03:04:05Z";
    image.image.config.history = std::move(history);
    for (std::size_t n = 0; n < lines.size(); ++n) {
        const Digest diffId = Digest::ofText(fmt::format("layer {}", n));
        image.image.config.diffIds.push_back(diffId);
        image.indexes.push_back(layers::layer(lines[n]));
        image.facts.push_back({diffId, 40 + n, 10240, false, {}});
    }
    image.choices = {{"shop:1", {"linux", "amd64", ""}, {}, 0}, {"shop:1", {"linux", "arm64", ""}, {}, 1}};
    auto report = reportOn(std::move(image));
    if (!report)
        qFatal("%s", report.error().message().c_str());
    return std::move(*report);
}

/// Three layers: 100 + 20 + 1000 bytes below; then one file stored again and one removed; then a directory removed.
ImageReport shop()
{
    return reportFor(
        {
            {{'d', "app"}, {'f', "app/a", "100 a"}, {'f', "app/b", "20 b", 04755}, {'d', "tmp", "1777"},
                {'f', "tmp/big", "1000 t"}, {'l', "tmp/link", "big"}, {'h', "tmp/hard", "tmp/big"}},
            {{'d', "app"}, {'f', "app/a", "110 a"}, {'w', "app/b"}, {'f', "app/<i>\"&", "1 c"}},
            {{'w', "tmp"}},
        },
        {{"2026-01-01T00:00:00Z", "/bin/sh -c #(nop) ADD file:1 in / ", {}, {}, false}, {{}, "ENV A=1", {}, {}, true},
            {{}, "/bin/sh -c make\n  shop", {}, {}, false}});
}

QJsonObject parsed(const std::string& text)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromStdString(text), &error);
    if (error.error != QJsonParseError::NoError)
        qFatal("%s at %d", qPrintable(error.errorString()), error.offset);
    return document.object();
}

QString compact(const QJsonValue& value)
{
    if (value.isArray())
        return QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact));
    return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
}

/// An element is closed, and closed in order; attributes are quoted: what an XML reader wants. HTML's few void elements
/// are closed first.
bool isWellFormed(QString text, QString* problem)
{
    text.replace(QRegularExpression(QStringLiteral("<(meta[^>]*)>")), QStringLiteral("<\\1/>"));
    text.remove(QStringLiteral("<!DOCTYPE html>"));
    QXmlStreamReader reader(text);
    while (!reader.atEnd())
        reader.readNext();
    *problem = reader.errorString();
    return !reader.hasError();
}

} // namespace

class TestFormats : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void jsonHasDivesShape();
    void jsonFileList();
    void jsonFileModes();
    void jsonExactFigures();
    void jsonOfAnImageWithoutLayers();
    void jsonOfASingleLayer();
    void namesThatAreNoText();
    void commands();
    void titles();
    void csv();
    void html();
    void sarif();
    void junit();
    void summary();
    void tree();
    void exactSubject();
};

void TestFormats::jsonHasDivesShape()
{
    const QJsonObject root = parsed(layersAsJson(shop()));
    const QJsonObject image = root[u"image"].toObject();
    // 1120 + 111 bytes. dive: app/a 210 and app/b 20; tmp adds 1000 to both sides.
    QCOMPARE(image[u"sizeBytes"].toInteger(), 1231);
    QCOMPARE(image[u"inefficientBytes"].toInteger(), 230);
    QCOMPARE(image[u"efficiencyScore"].toDouble(), 2101.0 / 2231);
    QCOMPARE(compact(image[u"fileReference"]),
        QStringLiteral(R"([{"count":2,"file":"/app/a","sizeBytes":210},{"count":2,"file":"/app/b","sizeBytes":20}])"));
    QCOMPARE(image[u"userWastedPercent"].toDouble(), 230.0 / 111);
    QCOMPARE(root[u"userWastedPercent"].toDouble(), 230.0 / 111);
    QCOMPARE(image[u"name"].toString(), QStringLiteral("shop:1 <b>"));
    QCOMPARE(image[u"id"].toString().size(), 71);
    QCOMPARE(compact(root[u"platforms"]), QStringLiteral(R"(["linux/amd64","linux/arm64"])"));

    const QJsonArray list = root[u"layer"].toArray();
    QCOMPARE(list.size(), 3);
    const QJsonObject first = list[0].toObject();
    for (const char* key : {"index", "id", "digestId", "sizeBytes", "command", "fileList"})
        QVERIFY2(first.contains(QLatin1String(key)), key);
    QCOMPARE(list[1].toObject()[u"index"].toInt(), 1);
    QCOMPARE(first[u"sizeBytes"].toInteger(), 1120);
    QCOMPARE(first[u"command"].toString(), QStringLiteral("#(nop) ADD file:1 in / "));
    QCOMPARE(first[u"digestId"].toString(), QStringLiteral("sha256:") + first[u"id"].toString());
    QCOMPARE(list[2].toObject()[u"command"].toString(), QStringLiteral("(missing)"));
}

void TestFormats::jsonFileList()
{
    const QJsonArray list = parsed(layersAsJson(shop()))[u"layer"].toArray();
    QStringList paths;
    for (const QJsonValue& file : list[1].toObject()[u"fileList"].toArray())
        paths += file.toObject()[u"path"].toString();
    QCOMPARE(paths,
        QStringList({QStringLiteral("app/.wh.b"), QStringLiteral("app/<i>\"&"), QStringLiteral("app/a"),
            QStringLiteral("app")}));
    const QJsonArray first = list[0].toObject()[u"fileList"].toArray();
    QCOMPARE(compact(first[0]),
        QStringLiteral(
            R"({"fileMode":493,"gid":0,"isDir":false,"linkName":"","path":"app/a","size":100,"typeFlag":48,"uid":0})"));
    QCOMPARE(compact(first[2]),
        QStringLiteral(
            R"({"fileMode":2147484141,"gid":0,"isDir":true,"linkName":"","path":"app","size":0,"typeFlag":53,"uid":0})"));
    QCOMPARE(compact(first[4]),
        QStringLiteral(
            R"({"fileMode":493,"gid":0,"isDir":false,"linkName":"tmp/big","path":"tmp/hard","size":0,"typeFlag":49,"uid":0})"));
    QCOMPARE(compact(first[5]),
        QStringLiteral(
            R"({"fileMode":134218221,"gid":0,"isDir":false,"linkName":"big","path":"tmp/link","size":0,"typeFlag":50,"uid":0})"));
}

/// Go's numbers: setuid 1<<23, setgid 1<<22, sticky 1<<20, directory 1<<31.
void TestFormats::jsonFileModes()
{
    const QJsonArray files = parsed(
        layersAsJson(reportFor({{{'f', "a", "1 a", 04755}, {'f', "b", "1 b", 02755}, {'d', "c", "1777"}}})))[u"layer"]
                                 .toArray()[0]
                                 .toObject()[u"fileList"]
                                 .toArray();
    QCOMPARE(files[0].toObject()[u"fileMode"].toInteger(), (1LL << 23) + 0755);
    QCOMPARE(files[1].toObject()[u"fileMode"].toInteger(), (1LL << 22) + 0755);
    QCOMPARE(files[2].toObject()[u"fileMode"].toInteger(), (1LL << 31) + (1LL << 20) + 0777);
}

void TestFormats::jsonExactFigures()
{
    const QJsonObject root = parsed(layersAsJson(shop()));
    const QJsonObject exact = root[u"exact"].toObject();
    QCOMPARE(exact[u"wastedBytes"].toInteger(), 1120); // everything of layer 0
    QCOMPARE(exact[u"storedBytes"].toInteger(), 1231);
    QCOMPARE(exact[u"visibleBytes"].toInteger(), 111);
    QCOMPARE(exact[u"efficiency"].toDouble(), 111.0 / 1231);
    QCOMPARE(compact(exact[u"waste"]),
        QStringLiteral(
            R"([{"bytes":1000,"hiddenBy":2,"how":"removed","path":"/tmp/big","storedIn":0},{"bytes":100,"hiddenBy":1,"how":"overwritten","path":"/app/a","storedIn":0},)"
            R"({"bytes":20,"hiddenBy":1,"how":"removed","path":"/app/b","storedIn":0}])"));
    const QJsonObject layer = root[u"layer"].toArray()[1].toObject();
    QCOMPARE(compact(layer[u"added"]), QStringLiteral(R"({"bytes":1,"files":1})"));
    QCOMPARE(compact(layer[u"changed"]), QStringLiteral(R"({"bytes":110,"files":1})"));
    QCOMPARE(compact(layer[u"removed"]), QStringLiteral(R"({"bytes":20,"files":1})"));
    QCOMPARE(layer[u"storedBytes"].toInteger(), 111);
    QCOMPARE(layer[u"visibleBytes"].toInteger(), 111);
    QCOMPARE(layer[u"blobBytes"].toInteger(), 41);
    // The same, where they are looked for beside the waste.
    const QJsonObject again = exact[u"layers"].toArray()[1].toObject();
    for (const QString& key : again.keys())
        QCOMPARE(again[key], layer[key]);
    QCOMPARE(again.size(), 5);
}

void TestFormats::jsonOfAnImageWithoutLayers()
{
    const QJsonObject root = parsed(layersAsJson(reportFor({})));
    QCOMPARE(root[u"layer"].toArray().size(), 0);
    QCOMPARE(root[u"image"].toObject()[u"efficiencyScore"].toDouble(), 1.0);
    QCOMPARE(root[u"exact"].toObject()[u"efficiency"].toDouble(), 1.0);
    QCOMPARE(layersAsTree(reportFor({}), {}), "");
    QVERIFY(!layersAsSummary(reportFor({}), 20).empty());
}

/// Shares that are no numbers: 0 when nothing is wasted; null when it is infinite.
void TestFormats::jsonOfASingleLayer()
{
    QCOMPARE(parsed(layersAsJson(reportFor({{{'f', "a", "5 a"}}})))[u"userWastedPercent"], QJsonValue(0.0));
    QVERIFY(parsed(layersAsJson(reportFor({{{'f', "a", "5 a"}}, {{'w', "a"}}})))[u"userWastedPercent"].isNull());
}

void TestFormats::namesThatAreNoText()
{
    const ImageReport report = reportFor({{{'f', "bad\xff\n\"", "5 a"}}, {{'w', "bad\xff\n\""}}});
    const QJsonObject root = parsed(layersAsJson(report));
    QCOMPARE(root[u"exact"].toObject()[u"waste"].toArray()[0].toObject()[u"path"].toString(),
        QStringLiteral("/bad\uFFFD\n\""));
    QCOMPARE(root[u"layer"].toArray()[0].toObject()[u"fileList"].toArray()[0].toObject()[u"path"].toString(),
        QStringLiteral("bad\uFFFD\n\""));
    parsed(layersAsSarif(report, 9, {}));
    QVERIFY(layersAsCsv(report).find("\"/bad\xef\xbf\xbd\n\"\"\"") != std::string::npos);
    QString problem;
    QVERIFY2(isWellFormed(QString::fromStdString(layersAsHtml(report, 9)), &problem), qPrintable(problem));
}

void TestFormats::commands()
{
    oci::ImageConfig config;
    config.diffIds = {Digest::ofText("a"), Digest::ofText("b"), Digest::ofText("c")};
    QCOMPARE(layerCommands(config), (std::vector<std::string>(3, "(missing)")));
    config.history = {{{}, "one", {}, {}, false}, {{}, "nothing", {}, {}, true}, {{}, "two", {}, {}, false}};
    QCOMPARE(layerCommands(config), (std::vector<std::string> {"one", "two", "(missing)"}));
    config.history.resize(9, {{}, "more", {}, {}, false});
    QCOMPARE(layerCommands(config).size(), std::size_t {3});
}

void TestFormats::titles()
{
    const ImageReport report = shop();
    QCOMPARE(report.title(0, 80), "ADD file:1 in /");
    QCOMPARE(report.title(1, 80), "RUN make shop");
    QCOMPARE(report.title(1, 8), "RUN make…");
}

void TestFormats::csv()
{
    const QStringList lines = QString::fromStdString(layersAsCsv(shop())).split(QStringLiteral("\r\n"));
    QCOMPARE(lines[0], QStringLiteral("layer,path,type,change,bytes,mode,uid,gid,wastedBytes,hiddenBy,how"));
    QCOMPARE(lines.size(), 1 + 7 + 4 + 1 + 1);
    QVERIFY(lines.contains(QStringLiteral("0,\"/app/a\",file,added,100,0755,0,0,100,1,overwritten")));
    QVERIFY(lines.contains(QStringLiteral("1,\"/app/a\",file,changed,110,0755,0,0,0,,")));
    QVERIFY(lines.contains(QStringLiteral("1,\"/app/<i>\"\"&\",file,added,1,0755,0,0,0,,")));
    QVERIFY(lines.contains(QStringLiteral("1,\"/app/b\",whiteout,removed,0,0755,0,0,0,,")));
    QVERIFY(lines.contains(QStringLiteral("1,\"/app\",directory,same,0,0755,0,0,0,,")));
}

void TestFormats::html()
{
    const QString page = QString::fromStdString(layersAsHtml(shop(), 2));
    QString problem;
    QVERIFY2(isWellFormed(page, &problem), qPrintable(problem));
    QVERIFY(!page.contains(QStringLiteral("<script")));
    QVERIFY(!page.contains(QRegularExpression(QStringLiteral("\\b(src|href)=|url\\("))));
    QVERIFY(page.contains(QStringLiteral("prefers-color-scheme: dark")));
    QVERIFY(page.contains(QStringLiteral("shop:1 &lt;b&gt;")));
    QVERIFY(page.contains(QStringLiteral("/tmp/big")));
    QVERIFY(page.contains(QStringLiteral("The 2 largest of 3")));
    const QString hostile = QString::fromStdString(
        layersAsHtml(reportFor({{{'f', "<script>alert(1)</script>", "5 a"}}, {{'w', "<script>alert(1)<"}}}), 9));
    QVERIFY(!hostile.contains(QStringLiteral("<script")));
}

void TestFormats::sarif()
{
    const auto evaluation = evaluate({}, {0.5, 10, 0, 0});
    const QJsonObject run = parsed(layersAsSarif(shop(), 100, *evaluation))[u"runs"].toArray()[0].toObject();
    QCOMPARE(parsed(layersAsSarif(shop(), 100, {}))[u"version"].toString(), QStringLiteral("2.1.0"));
    QStringList rules;
    for (const QJsonValue& rule : run[u"tool"].toObject()[u"driver"].toObject()[u"rules"].toArray())
        rules += rule.toObject()[u"id"].toString();
    QCOMPARE(rules.mid(0, 3),
        QStringList(
            {QStringLiteral("waste/overwritten"), QStringLiteral("waste/removed"), QStringLiteral("waste/opaque")}));
    const QJsonArray results = run[u"results"].toArray();
    QCOMPARE(results.size(), 4);
    QCOMPARE(results[0].toObject()[u"ruleId"].toString(), QStringLiteral("limit/lowestEfficiency"));
    for (const QJsonValue& result : results)
        QVERIFY(rules.contains(result.toObject()[u"ruleId"].toString()));
    const QJsonObject first = results[1].toObject();
    QCOMPARE(first[u"ruleId"].toString(), QStringLiteral("waste/removed"));
    QCOMPARE(first[u"message"].toObject()[u"text"].toString(),
        QStringLiteral("1.0 kB of /tmp/big, stored in layer 0 (ADD file:1 in /), are hidden by layer 2 ((missing))."));
    QCOMPARE(first[u"locations"]
                 .toArray()[0]
                 .toObject()[u"physicalLocation"]
                 .toObject()[u"artifactLocation"]
                 .toObject()[u"uri"]
                 .toString(),
        QStringLiteral("tmp/big"));
    QCOMPARE(parsed(layersAsSarif(shop(), 1, {}))[u"runs"].toArray()[0].toObject()[u"results"].toArray().size(), 1);
    // A name that would be another address.
    const std::string odd = layersAsSarif(reportFor({{{'f', "a b%#?", "5 a"}}, {{'w', "a b%#?"}}}), 9, {});
    QVERIFY(odd.find("a%20b%25%23%3F") != std::string::npos);
}

void TestFormats::junit()
{
    const auto evaluation = evaluate({}, {0.5, 10, 0, 0});
    const QString xml = QString::fromStdString(layersAsJunit(shop(), *evaluation));
    QString problem;
    QVERIFY2(isWellFormed(xml, &problem), qPrintable(problem));
    QVERIFY(xml.contains(QStringLiteral("tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\"")));
    QVERIFY(xml.contains(
        QStringLiteral("<failure message=\"image efficiency is too low (efficiency=0.50 &lt; threshold=0.9)\"/>")));
}

void TestFormats::summary()
{
    const QString text = QString::fromStdString(layersAsSummary(shop(), 2));
    QVERIFY(text.contains(QRegularExpression(
        QStringLiteral("^    1     111 B     111 B      41 B        1        1        1  RUN make shop$"),
        QRegularExpression::MultilineOption)));
    QVERIFY(text.contains(
        QRegularExpression(QStringLiteral("^efficiency +9.02 % +94.17 %$"), QRegularExpression::MultilineOption)));
    QVERIFY(text.contains(QStringLiteral("The 2 largest of 3 wasted copies")));
    QVERIFY(text.contains(QStringLiteral("  1.0 kB       0       2  removed      /tmp/big\n")));
    QVERIFY(!text.contains(QStringLiteral("/app/b")));
    const QString whole
        = QString::fromStdString(layersAsSummary(reportFor({{{'f', "a\x1b[1m", "5 a"}}, {{'w', "a\x1b[1m"}}}), 20));
    QVERIFY(!whole.contains(QChar(0x1b)));
}

void TestFormats::tree()
{
    QCOMPARE(QString::fromStdString(layersAsTree(shop(), {})),
        QStringLiteral("   111 B  app/\n     1 B    <i>\"&\n   110 B    a\n"));
    QCOMPARE(QString::fromStdString(layersAsTree(shop(), 1)),
        QStringLiteral("     111 B  app/\n+      1 B    <i>\"&\n~    110 B    a  (content)\n-     20 B    b\n"));
    QVERIFY(QString::fromStdString(layersAsTree(shop(), 0)).contains(QStringLiteral("link -> big\n")));
    QVERIFY(QString::fromStdString(layersAsTree(shop(), 0)).contains(QStringLiteral("hard = tmp/big\n")));
}

/// What rules judge when they are to judge the exact figures.
void TestFormats::exactSubject()
{
    const ImageReport report = shop();
    const CiSubject all = ciSubject(report, Score::Exact, {});
    QCOMPARE(all.figures.wastedBytes, 1120U);
    QCOMPARE(all.figures.efficiency, 111.0 / 1231);
    QCOMPARE(all.figures.userWastedPercent, 0.0); // what is wasted lies in the base
    QCOMPARE(all.inefficient.size(), std::size_t {3});
    const CiSubject part
        = ciSubject(report, Score::Exact, [](std::string_view path) { return path.starts_with("tmp"); });
    QCOMPARE(part.figures.wastedBytes, 120U);
    QCOMPARE(part.figures.sizeBytes, 231U);
    QCOMPARE(part.figures.efficiency, 111.0 / 231);
    QCOMPARE(
        ciSubject(report, Score::Dive, [](std::string_view path) { return path == "app/a"; }).figures.wastedBytes, 20U);
}

QTEST_APPLESS_MAIN(TestFormats)
#include "tst_formats.moc"
