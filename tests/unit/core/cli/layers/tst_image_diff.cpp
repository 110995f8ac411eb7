// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/layers/image_diff.h"

#include "tests/unit/core/layers/layer_lines.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace darsena;
using namespace darsena::cli;
using layers::Line;

namespace {

struct Made {
    layers::ReadImage image;
    layers::Stack stack;
};

Made make(const std::string& name, std::vector<std::vector<Line>> lines)
{
    layers::ReadImage image;
    image.image.name = name;
    image.image.id = Digest::ofText(name);
    image.image.config.platform = {"linux", "amd64", ""};
    for (const auto& layer : lines) {
        std::string text;
        for (const Line& line : layer)
            text += fmt::format("{} {} {} {}\n", line.kind, line.path, line.rest, line.mode);
        image.image.config.diffIds.push_back(Digest::ofText(text));
        image.image.config.history.push_back(
            {"2026-01-01T00:00:00Z", fmt::format("step {}", text.size()), {}, {}, false});
        image.indexes.push_back(layers::layer(layer));
    }
    layers::Stack stack = layers::stackOf(image.indexes);
    return {std::move(image), std::move(stack)};
}

ImageDiff differ(const Made& before, const Made& after, const DiffOptions& options = {})
{
    auto diff = diffImages(before.image, before.stack, after.image, after.stack, options);
    if (!diff)
        qFatal("%s", diff.error().message().c_str());
    return std::move(*diff);
}

QString text(const ImageDiff& diff, bool all = false)
{
    return QString::fromStdString(diffAsText(diff, all));
}

const std::vector<Line> base {{'d', "etc"}, {'f', "etc/same", "10 s"}, {'f', "etc/conf", "20 c"},
    {'f', "etc/mode", "5 m"}, {'d', "old"}, {'f', "old/x", "100 x"}, {'f', "old/y", "50 y"}};

Made first()
{
    return make("shop:1", {base});
}
Made second()
{
    return make("shop:2",
        {base,
            {{'d', "etc"}, {'f', "etc/conf", "26 d"}, {'f', "etc/mode", "5 m", 0700}, {'w', "old"}, {'d', "new"},
                {'f', "new/z", "7 z"}}});
}

} // namespace

class TestImageDiff : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void files();
    void asText();
    void asJson();
    void theSame();
    void otherLayersAndTheSameFiles();
    void semantic();
    void configuration();
    void history();
    void layersTheyShare();
    void packageFiles();
    void hostileNames();
};

void TestImageDiff::files()
{
    const ImageDiff diff = differ(first(), second());
    std::string all;
    for (const FileDifference& file : diff.files)
        all += fmt::format("{}{} {}>{} {}{}\n",
            file.mark == layers::Mark::Added         ? '+'
                : file.mark == layers::Mark::Removed ? '-'
                                                     : '~',
            file.path, file.bytesBefore, file.bytesAfter, file.what, file.beneathOther ? " (beneath)" : "");
    QCOMPARE(QString::fromStdString(all),
        QStringLiteral("~/etc/conf 20>26 content\n~/etc/mode 5>5 mode 755 → 700\n+/new 0>0 \n+/new/z 0>7  "
                       "(beneath)\n-/old 0>0 \n-/old/x 100>0  (beneath)\n-/old/y 50>0  (beneath)\n"));
    QCOMPARE(diff.added.files, 1U);
    QCOMPARE(diff.added.bytesAfter, 7U);
    QCOMPARE(diff.removed.files, 2U);
    QCOMPARE(diff.removed.bytesBefore, 150U);
    QCOMPARE(diff.changed.files, 2U);
    QCOMPARE(diff.changed.bytesBefore, 25U);
    QCOMPARE(diff.changed.bytesAfter, 31U);
    // The other way round everything is the other way round.
    const ImageDiff back = differ(second(), first());
    QCOMPARE(back.added.bytesAfter, 150U);
    QCOMPARE(back.removed.bytesBefore, 7U);
}

void TestImageDiff::asText()
{
    const QString brief = text(differ(first(), second()));
    QVERIFY(brief.contains(QStringLiteral("1 layer shared (185 B), 0 only in the first, 1 only in the second\n")));
    QVERIFY(brief.contains(QStringLiteral("Files: 1 added (7 B), 2 removed (150 B), 2 changed (+6 B)\n")));
    QVERIFY(brief.contains(QStringLiteral("~      +6 B  /etc/conf  (content)\n")));
    QVERIFY(brief.contains(QStringLiteral("-     150 B  /old/  (2 files)\n")));
    QVERIFY(brief.contains(QStringLiteral("+       7 B  /new/  (1 file)\n")));
    QVERIFY(!brief.contains(QStringLiteral("/old/x")));
    const QString all = text(differ(first(), second()), true);
    QVERIFY(all.contains(QStringLiteral("-     100 B  /old/x\n")));
}

void TestImageDiff::asJson()
{
    const QJsonObject root
        = QJsonDocument::fromJson(QByteArray::fromStdString(diffAsJson(differ(first(), second())))).object();
    QCOMPARE(root[u"same"].toBool(true), false);
    QCOMPARE(root[u"added"].toArray().size(), 2);
    QCOMPARE(root[u"removed"].toArray().size(), 3);
    const QJsonObject mode = root[u"changed"].toArray()[1].toObject();
    QCOMPARE(mode[u"path"].toString(), QStringLiteral("/etc/mode"));
    QCOMPARE(mode[u"reasons"].toArray(), QJsonArray({QStringLiteral("mode")}));
    QCOMPARE(root[u"removed"].toArray()[1].toObject()[u"bytes"].toInt(), 100);
    QCOMPARE(root[u"totals"].toObject()[u"removed"].toObject()[u"bytes"].toInt(), 150);
    QCOMPARE(root[u"layers"].toObject()[u"shared"].toArray().size(), 1);
    QCOMPARE(root[u"history"].toArray()[0].toObject()[u"in"].toString(), QStringLiteral("after"));
}

void TestImageDiff::theSame()
{
    const ImageDiff diff = differ(first(), first());
    QVERIFY(diff.same());
    QVERIFY(text(diff).endsWith(QStringLiteral("The images are the same.\n")));
    QVERIFY(differ(make("none", {}), make("none", {})).same());
    QCOMPARE(differ(make("none", {}), first()).added.files, 5U);
}

/// One image squashed: no file differs, the history does.
void TestImageDiff::otherLayersAndTheSameFiles()
{
    const Made one = make("a", {{{'f', "x", "1 x"}}, {{'f', "y", "1 y"}}});
    const Made squashed = make("b", {{{'f', "x", "1 x"}, {'f', "y", "1 y"}}});
    QVERIFY(differ(one, squashed).files.empty());
    QVERIFY(!differ(one, squashed).same());
    DiffOptions filesOnly;
    filesOnly.filesOnly = true;
    QVERIFY(differ(one, squashed, filesOnly).same());
}

void TestImageDiff::semantic()
{
    const Made before = make("a", {{{'f', "x", "1 x", 0644, 1000}}});
    Made after = make("a", {{{'f', "x", "1 x", 0644, 2000}}});
    after.image.image.config.created = "2026-02-02T00:00:00Z";
    after.image.image.config.history[0].created = "2026-02-02T00:00:00Z";
    const ImageDiff strict = differ(before, after);
    QCOMPARE(strict.files.size(), std::size_t {1});
    QCOMPARE(strict.files[0].what, "time");
    QCOMPARE(strict.config.size(), std::size_t {1});
    QCOMPARE(strict.history.size(), std::size_t {2});
    DiffOptions semantic;
    semantic.strictness = layers::Strictness::Semantic;
    QVERIFY(differ(before, after, semantic).same());
}

void TestImageDiff::configuration()
{
    oci::ImageConfig before, after;
    before.config.env = {"PATH=/bin", "OLD=1", "SAME=1"};
    after.config.env = {"SAME=1", "PATH=/usr/bin", "NEW="};
    before.config.cmd = {"sh"};
    after.config.cmd = {"sh", "-c"};
    before.config.labels = {{"version", "1"}};
    after.config.labels = {{"version", "2"}};
    after.config.user = "app";
    after.author = "somebody";
    std::string all;
    for (const ConfigDifference& difference : configDifferences(before, after, true))
        all += fmt::format("{}: {}>{}\n", difference.field, difference.before, difference.after);
    QCOMPARE(QString::fromStdString(all),
        QStringLiteral("Author: >somebody\nCmd: [\"sh\"]>[\"sh\",\"-c\"]\nEnv NEW: >\nEnv OLD: 1>\nEnv PATH: "
                       "/bin>/usr/bin\nLabel version: 1>2\nUser: >app\n"));
    QVERIFY(configDifferences(before, before, true).empty());
}

void TestImageDiff::history()
{
    const auto entries = [](std::vector<std::string> commands) {
        std::vector<oci::HistoryEntry> list;
        for (std::string& command : commands)
            list.push_back({{}, std::move(command), {}, {}, false});
        return list;
    };
    std::string all;
    for (const HistoryDifference& difference :
        historyDifferences(entries({"a", "b", "c"}), entries({"a", "x", "y", "c"}), true))
        all += fmt::format("{}{}{} ", difference.added ? '+' : '-', difference.index, difference.entry.createdBy);
    QCOMPARE(QString::fromStdString(all), QStringLiteral("-1b +1x +2y "));
    QVERIFY(historyDifferences(entries({"a", "a"}), entries({"a"}), true).size() == 1);
    QVERIFY(historyDifferences({}, {}, true).empty());
}

void TestImageDiff::layersTheyShare()
{
    const ImageDiff diff = differ(first(), second());
    QCOMPARE(diff.sharedLayers.size(), std::size_t {1});
    QCOMPARE(diff.sharedBytes, 185U);
    QCOMPARE(diff.onlyAfter.size(), std::size_t {1});
    QVERIFY(diff.onlyBefore.empty());
}

void TestImageDiff::packageFiles()
{
    QVERIFY(!differ(first(), second()).packageFilesDiffer);
    const std::vector<Line> folders {{'d', "lib"}, {'d', "lib/apk"}, {'d', "lib/apk/db"}};
    const auto with = [&](const char* content) {
        std::vector<Line> lines = folders;
        lines.push_back({'f', "lib/apk/db/installed", content});
        return make("a", {lines});
    };
    QVERIFY(differ(with("5 a"), with("5 b")).packageFilesDiffer);
    QVERIFY(!differ(with("5 a"), with("5 a")).packageFilesDiffer);
    QVERIFY(differ(make("a", {folders}), with("5 a")).packageFilesDiffer);
}

void TestImageDiff::hostileNames()
{
    const ImageDiff diff
        = differ(make("a\x1b]0;x\x07", {}), make("b", {{{'f', "e\x1b[2J\n+ fake", "1 e"}, {'l', "l", "\x1b"}}}));
    QVERIFY(!text(diff, true).contains(QChar(0x1b)));
    QVERIFY(!text(diff, true).contains(QStringLiteral("\n+ fake")));
}

QTEST_APPLESS_MAIN(TestImageDiff)
#include "tst_image_diff.moc"
