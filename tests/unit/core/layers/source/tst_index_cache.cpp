// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/source/index_cache.h"

#include "image_archives.h"

#include <QTemporaryDir>
#include <QTest>

#include <thread>

#include <sys/stat.h>

using namespace darsena;
using namespace darsena::layers;

namespace {

std::string indexBytes(const std::string& path)
{
    archive::MemorySink sink;
    IndexWriter writer(sink);
    IndexEntry entry;
    entry.path = path;
    entry.size = 7;
    must(writer.add(entry));
    must(writer.finish());
    return sink.take();
}

} // namespace

class TestIndexCache : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path folderPath() const { return std::filesystem::path(m_folder->path().toStdString()) / "deep/cache"; }
    const Digest m_id = Digest::ofText("a layer");

private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void remembers()
    {
        const IndexCache cache(folderPath());
        QVERIFY(!cache.find(m_id));
        QVERIFY(!std::filesystem::exists(folderPath())); // looking makes nothing
        LayerFacts facts;
        facts.tarBytes = 12'345;
        facts.remarks = { { "a\xff\"path", 512, "is odd" } };
        cache.store(m_id, indexBytes("x"), facts);
        const auto found = IndexCache(folderPath()).find(m_id);
        QVERIFY(found);
        QCOMPARE(listing(*found->index), "f 0 7 x\n");
        QVERIFY(found->facts.fromCache);
        QCOMPARE(found->facts.diffId, m_id);
        QCOMPARE(found->facts.tarBytes, 12'345U);
        QCOMPARE(found->facts.remarks.size(), 1U);
        QCOMPARE(found->facts.remarks[0].path, "a\xff\"path");
        QCOMPARE(found->facts.remarks[0].offset, 512U);
        QCOMPARE(found->facts.remarks[0].sentence, "is odd");
        QVERIFY(!cache.find(Digest::ofText("another")));
        QVERIFY(!cache.find({}));
    }

    void damagedFilesCountAsNotThere()
    {
        const IndexCache cache(folderPath());
        cache.store(m_id, indexBytes("x"), {});
        const auto file = folderPath() / m_id.hex();
        std::ifstream stream(file, std::ios::binary);
        const std::string whole { std::istreambuf_iterator<char>(stream), {} };
        for (std::size_t length = 0; length < whole.size(); ++length) {
            writeFile(file, whole.substr(0, length));
            QVERIFY(!cache.find(m_id));
        }
        for (std::size_t at = 0; at < whole.size(); ++at) {
            std::string flipped = whole;
            flipped[at] = static_cast<char>(flipped[at] ^ 0x20);
            writeFile(file, flipped);
            const auto found = cache.find(m_id);
            QVERIFY(!found || listing(*found->index) == "f 0 7 x\n"); // the case of a digit in the length is no damage
        }
        // What belongs to another layer, and what is no file.
        cache.store(Digest::ofText("another"), indexBytes("y"), {});
        std::filesystem::copy_file(folderPath() / Digest::ofText("another").hex(), file, std::filesystem::copy_options::overwrite_existing);
        QVERIFY(!cache.find(m_id));
        std::filesystem::remove(file);
        QVERIFY(::mkfifo(file.c_str(), 0600) == 0);
        QVERIFY(!cache.find(m_id));
        cache.store(m_id, indexBytes("z"), {});
        QVERIFY(cache.find(m_id));
    }

    void aFolderThatCannotBeWrittenIsNoError()
    {
        const IndexCache cache("/proc/no such place");
        cache.store(m_id, indexBytes("x"), {});
        QVERIFY(!cache.find(m_id));
        cache.trim(0);
    }

    void manyAtOnce()
    {
        const IndexCache cache(folderPath());
        const std::string one = indexBytes("one"), two = indexBytes("two");
        std::atomic<bool> odd = false;
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < 4; ++i) {
                threads.emplace_back([&, i] {
                    for (int round = 0; round < 50; ++round) {
                        cache.store(m_id, i % 2 ? one : two, {});
                        const auto found = cache.find(m_id); // whole, whoever wrote it
                        if (!found || (listing(*found->index) != "f 0 7 one\n" && listing(*found->index) != "f 0 7 two\n"))
                            odd = true;
                    }
                });
            }
        }
        QVERIFY(!odd);
        QCOMPARE(std::distance(std::filesystem::directory_iterator(folderPath()), {}), 1); // nothing written aside is left
    }

    void trims()
    {
        const IndexCache cache(folderPath());
        std::vector<Digest> ids;
        for (int i = 0; i < 5; ++i) {
            ids.push_back(Digest::ofText(std::to_string(i)));
            cache.store(ids.back(), indexBytes("x"), {});
        }
        const auto bytes = std::filesystem::file_size(folderPath() / ids[0].hex());
        const auto now = std::filesystem::file_time_type::clock::now();
        for (int i = 0; i < 5; ++i)
            std::filesystem::last_write_time(folderPath() / ids[static_cast<std::size_t>(i)].hex(), now - std::chrono::hours(10 - i));
        QVERIFY(cache.find(ids[0])); // and so the last used
        writeFile(folderPath() / "foreign", "not ours");
        cache.trim(2 * bytes);
        QVERIFY(cache.find(ids[0]) && cache.find(ids[4]));
        QVERIFY(!cache.find(ids[1]) && !cache.find(ids[2]) && !cache.find(ids[3]));
        QVERIFY(std::filesystem::exists(folderPath() / "foreign"));
        cache.trim(0);
        QVERIFY(!cache.find(ids[0]) && !cache.find(ids[4]));
    }

    void defaultFolder()
    {
        qputenv("XDG_CACHE_HOME", "/somewhere");
        QCOMPARE(QString::fromStdString(IndexCache::defaultFolder()), "/somewhere/darsena/layers");
        qputenv("XDG_CACHE_HOME", "relative");
        qputenv("HOME", "/home/ana");
        QCOMPARE(QString::fromStdString(IndexCache::defaultFolder()), "/home/ana/.cache/darsena/layers");
    }
};

QTEST_GUILESS_MAIN(TestIndexCache)
#include "tst_index_cache.moc"
