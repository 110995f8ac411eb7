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
};

QTEST_GUILESS_MAIN(TestImageReader)
#include "tst_image_reader.moc"
