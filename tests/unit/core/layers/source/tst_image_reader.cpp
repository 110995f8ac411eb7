// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/source/archive_source.h"
#include "core/layers/source/image_reader.h"
#include "core/layers/source/index_cache.h"

#include "image_archives.h"

#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <mutex>

using namespace darsena;
using namespace darsena::layers;

namespace {

/// Three layers, the third the same as the first.
std::vector<std::string> someLayers()
{
    const std::string base = tarOf({ folder("etc/"), { "etc/a", "one" }, { "etc/b", "two" } });
    const std::string middle = tarOf({ { "etc/.wh.a" }, { "opt/x", "three" } });
    return { base, middle, base };
}

} // namespace

class TestImageReader : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path folderPath() const { return m_folder->path().toStdString(); }
    std::filesystem::path write(std::string_view name, std::string_view bytes) const { return writeFile(folderPath() / name, bytes); }
    Result<ReadImage> read(const std::filesystem::path& path, const ReadOptions& options = {}, const ReadEvents& events = {}) const
    {
        auto source = TRY(openArchive(path, folderPath()));
        return readImage(*source, options, events);
    }

private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void dockerArchive()
    {
        const auto layers = someLayers();
        const auto image = read(write("hello.tar", tarOf(oldDockerArchive(layers))));
        QVERIFY2(image.ok(), image ? "" : image.error().message().c_str());
        QCOMPARE(image->image.name, "hello:latest");
        QCOMPARE(image->choices.size(), 1U);
        QCOMPARE(image->image.config.history.size(), 3U);
        QCOMPARE(image->indexes.size(), 3U);
        QCOMPARE(listing(*image->indexes[0]), "d 755 etc\nf 644 3 etc/a\nf 644 3 etc/b\n");
        QCOMPARE(listing(*image->indexes[1]), "di 755 etc\nw etc/a\ndi 755 opt\nf 644 5 opt/x\n");
        QCOMPARE(image->indexes[0], image->indexes[2]); // read once
        QCOMPARE(image->facts[0].diffId, Digest::ofText(layers[0]));
        QCOMPARE(image->facts[0].tarBytes, layers[0].size());
        QCOMPARE(image->facts[0].storedBytes, layers[0].size());
    }

    void layoutArchive()
    {
        const auto layers = someLayers();
        Layout layout;
        const auto entry = Layout::named(layout.image(layers, { gzipped(layers[0]), zstandard(layers[1]), layers[2] }), "v1");
        const auto image = read(write("hello.oci", tarOf(layout.members({ entry }))));
        QVERIFY2(image.ok(), image ? "" : image.error().message().c_str());
        QCOMPARE(image->image.name, "v1");
        QCOMPARE(image->indexes.size(), 3U);
        QCOMPARE(listing(*image->indexes[1]), "di 755 etc\nw etc/a\ndi 755 opt\nf 644 5 opt/x\n");
        QCOMPARE(image->facts[0].storedBytes, gzipped(layers[0]).size());
        QCOMPARE(image->facts[1].storedBytes, zstandard(layers[1]).size());
    }

    void cachedLayersAreNotRead()
    {
        const auto layers = someLayers();
        const auto path = write("hello.tar", tarOf(oldDockerArchive(layers)));
        const IndexCache cache(folderPath() / "cache");
        ReadOptions options;
        options.cache = &cache;
        const auto first = read(path, options);
        QVERIFY(first.ok());
        QVERIFY(!first->facts[0].fromCache);
        const auto second = read(path, options);
        QVERIFY(second.ok());
        for (std::size_t i = 0; i < 3; ++i) {
            QVERIFY(second->facts[i].fromCache);
            QCOMPARE(second->facts[i].tarBytes, layers[i].size());
            QCOMPARE(second->facts[i].storedBytes, layers[i].size());
            QCOMPARE(listing(*second->indexes[i]), listing(*first->indexes[i]));
        }
        // Another image with one of the layers, kept otherwise.
        Layout layout;
        const auto other = read(write("other.tar", tarOf(layout.members({ layout.image({ layers[0] }, { gzipped(layers[0]) }) }))), options);
        QVERIFY(other.ok());
        QVERIFY(other->facts[0].fromCache);
        QCOMPARE(other->facts[0].storedBytes, gzipped(layers[0]).size());
    }

    void events()
    {
        std::vector<std::string> layers;
        for (int i = 0; i < 40; ++i)
            layers.push_back(tarOf({ { fmt::format("file{}", i % 30), std::string(static_cast<std::size_t>(i % 30), 'x') } }));
        std::atomic<int> inside = 0;
        bool overlapped = false, imageFirst = true;
        int images = 0;
        std::vector<int> delivered(layers.size());
        std::vector<std::pair<std::uint64_t, std::uint64_t>> progress;
        const auto once = [&](auto what) {
            overlapped = overlapped || ++inside > 1;
            what();
            --inside;
        };
        ReadEvents events;
        events.image = [&](const SourceImage& image) { once([&] { images += image.layers.size() == 40; }); };
        events.layer = [&](std::size_t layer, std::shared_ptr<const Index> index, const LayerFacts& facts) {
            once([&] {
                imageFirst = imageFirst && images == 1;
                delivered[layer] += index && facts.tarBytes > 0;
            });
        };
        events.progress = [&](std::uint64_t done, std::uint64_t total) { once([&] { progress.emplace_back(done, total); }); };
        ReadOptions options;
        options.threads = 8;
        const auto image = read(write("many.tar", tarOf(oldDockerArchive(layers))), options, events);
        QVERIFY(image.ok());
        QVERIFY(!overlapped && imageFirst);
        QCOMPARE(images, 1);
        QVERIFY(std::ranges::all_of(delivered, [](int count) { return count == 1; }));
        QVERIFY(!progress.empty());
        QVERIFY(std::ranges::is_sorted(progress));
        QCOMPARE(progress.back().first, progress.back().second);
    }

    void layersOneByOneOrAtOnceAreTheSame()
    {
        const auto path = write("hello.tar", tarOf(oldDockerArchive(someLayers())));
        ReadOptions one;
        one.threads = 1;
        ReadOptions many;
        many.threads = 7;
        const auto left = read(path, one), right = read(path, many);
        QVERIFY(left.ok() && right.ok());
        for (std::size_t i = 0; i < 3; ++i)
            QCOMPARE(listing(*left->indexes[i]), listing(*right->indexes[i]));
    }

    void cancel()
    {
        const auto path = write("hello.tar", tarOf(oldDockerArchive(someLayers())));
        auto source = openArchive(path, folderPath());
        QVERIFY(source.ok());
        std::stop_source stop;
        ReadEvents events;
        events.image = [&](const SourceImage&) { stop.request_stop(); };
        const auto image = readImage(**source, {}, events, stop.get_token());
        QVERIFY(!image.ok());
        QCOMPARE(image.error().code(), ErrorCode::Cancelled);
    }

    void otherBytesThanAnnounced()
    {
        const auto layers = someLayers();
        auto members = oldDockerArchive(layers);
        const std::string lie = tarOf({ { "evil", "x" } });
        std::ranges::find_if(members, [](const Member& member) { return member.path.ends_with("layer.tar"); })->content = lie;
        const IndexCache cache(folderPath() / "cache");
        ReadOptions options;
        options.cache = &cache;
        const auto image = read(write("hello.tar", tarOf(members)), options);
        QVERIFY(!image.ok());
        QCOMPARE(image.error().code(), ErrorCode::Corrupt);
        QCOMPARE(QString::fromStdString(image.error().message()), QString("hello.tar: layer 0 (%1/layer.tar): the configuration says %2, the bytes are %3")
            .arg(QString::fromStdString(Digest::ofText("id 0").hex()), QString::fromStdString(Digest::ofText(layers[0]).text()), QString::fromStdString(Digest::ofText(lie).text())));
        // A lie is not remembered.
        QVERIFY(!cache.find(Digest::ofText(layers[0])));
        QVERIFY(!cache.find(Digest::ofText(lie)));
    }

    void aBoundOfEntries()
    {
        ReadOptions options;
        options.maxEntries = 2;
        const auto image = read(write("hello.tar", tarOf(oldDockerArchive(someLayers()))), options);
        QCOMPARE(image.error().code(), ErrorCode::TooLarge);
    }

    void choosing()
    {
        const SourceChoice amd { "a", { "linux", "amd64", {} }, {}, 0 }, arm { "a", { "linux", "arm64", {} }, {}, 1 }, silent { "b", {}, {}, 2 };
        ReadOptions wanted;
        wanted.platform = oci::Platform { "linux", "arm64", {} };
        QCOMPARE(choose({ amd, arm }, wanted)->number, 1U);
        QCOMPARE(choose({ silent }, wanted)->number, 2U);
        QCOMPARE(choose({ amd, silent }, wanted).error().code(), ErrorCode::NotFound);
        QCOMPARE(choose({}, {}).error().code(), ErrorCode::NotFound);
        const SourceChoice foreign { "c", { "plan9", "mips", {} }, {}, 3 };
        QCOMPARE(choose({ foreign, silent }, {})->number, 3U); // the host's is not there: the first
    }
};

QTEST_GUILESS_MAIN(TestImageReader)
#include "tst_image_reader.moc"
