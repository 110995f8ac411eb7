// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/source/layer_content.h"

#include "core/layers/source/archive_source.h"
#include "core/layers/source/image_reader.h"
#include "core/layers/source/layer_scan.h"

#include "image_archives.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace darsena;
using namespace darsena::layers;

namespace {

/// Layers in memory, and how many of their bytes were read.
class MemoryImage final : public ImageSource {
public:
    explicit MemoryImage(std::vector<std::string> layers)
        : m_layers(std::move(layers))
    {
    }
    Result<std::vector<SourceChoice>> choices() override { return std::vector<SourceChoice>(1); }
    Result<SourceImage> open(const SourceChoice&) override { return Error(ErrorCode::Internal, "not asked for"); }
    Result<std::unique_ptr<archive::ByteSource>> layer(std::size_t n) override
    {
        return std::unique_ptr<archive::ByteSource>(std::make_unique<Source>(m_layers.at(n), m_read));
    }
    std::string label() const override { return "test"; }
    std::uint64_t bytesRead() const { return m_read; }

    Stack stack() const
    {
        std::vector<std::shared_ptr<const Index>> indexes;
        for (const std::string& layer : m_layers) {
            archive::MemorySource source(layer);
            auto scanned = scanLayer(source);
            if (!scanned)
                qFatal("%s", scanned.error().message().c_str());
            indexes.push_back(scanned->index);
        }
        auto stack = Stack::build(std::move(indexes));
        if (!stack)
            qFatal("%s", stack.error().message().c_str());
        return std::move(*stack);
    }

private:
    class Source final : public archive::ByteSource {
    public:
        Source(std::string_view bytes, std::uint64_t& read)
            : m_rest(bytes)
            , m_read(read)
        {
        }
        Result<std::size_t> read(std::span<std::byte> buffer) override
        {
            archive::MemorySource source(m_rest);
            const std::size_t count = TRY(source.read(buffer));
            m_rest.remove_prefix(count);
            m_read += count;
            return count;
        }
        Result<std::uint64_t> skip(std::uint64_t count) override
        {
            const std::size_t some = std::min<std::size_t>(static_cast<std::size_t>(count), m_rest.size());
            m_rest.remove_prefix(some);
            return std::uint64_t { some };
        }

    private:
        std::string_view m_rest;
        std::uint64_t& m_read;
    };
    std::vector<std::string> m_layers;
    std::uint64_t m_read = 0;
};

QString text(const Result<std::string>& result)
{
    return QString::fromStdString(result ? *result : "! " + result.error().message());
}

/// What extract() wrote, as a listing of the layer that it also is, and contents behind it.
struct Extracted {
    QString listing;
    std::string tar;
};

Extracted extracted(MemoryImage& image, std::size_t layers, std::string_view path, bool onlyLayer = false)
{
    const Stack stack = image.stack();
    archive::MemorySink sink;
    std::uint64_t told = 0;
    const auto done = extract(image, stack, layers, path, onlyLayer, sink, [&](std::uint64_t bytes) { told = bytes; });
    if (!done)
        return { QString::fromStdString("! " + done.error().message()), {} };
    if (told != sink.bytes().size())
        qFatal("progress said %llu", static_cast<unsigned long long>(told));
    archive::MemorySource source(sink.bytes());
    auto scanned = scanLayer(source);
    if (!scanned)
        qFatal("%s", scanned.error().message().c_str());
    return { listing(*scanned->index), sink.take() };
}

} // namespace

class TestLayerContent : public QObject {
    Q_OBJECT

private slots:
    void readsFiles()
    {
        const std::string plain = tarOf({ folder("etc/"), { "./etc/a", "one" }, hardLink("b", "etc/a"), hardLink("c", "b"), softLink("lib", "usr/lib"),
            { "lib/x", "three" }, { "twice", "old" }, { "twice", "newer" }, { "gone", "file" }, folder("gone/"), hardLink("below", "not/here"), { "empty", "" } });
        for (const std::string& stored : { plain, gzipped(plain), zstandard(plain) }) {
            MemoryImage image({ stored });
            QCOMPARE(text(readFile(image, 0, "etc/a", 100)), "one");
            QCOMPARE(text(readFile(image, 0, "b", 100)), "one");
            QCOMPARE(text(readFile(image, 0, "c", 100)), "one");
            QCOMPARE(text(readFile(image, 0, "usr/lib/x", 100)), "three");
            QCOMPARE(text(readFile(image, 0, "twice", 100)), "newer");
            QCOMPARE(text(readFile(image, 0, "empty", 0)), "");
            QCOMPARE(readFile(image, 0, "etc/a", 3).ok(), true);
            QCOMPARE(readFile(image, 0, "etc/a", 2).error().code(), ErrorCode::TooLarge);
            for (const char* none : { "etc", "lib", "lib/x", "gone", "below", "nothing", "" })
                QCOMPARE(readFile(image, 0, none, 100).error().code(), ErrorCode::NotFound);
        }
    }

    void readsSeveral()
    {
        MemoryImage image({ tarOf({ { "z", "1" }, { "a", "22" }, hardLink("h", "z"), { "large", std::string(200, 'l') }, { "m", "333" } }) });
        std::string seen;
        const auto note = [&](const std::string& path, std::string content) -> Result<void> {
            seen += path + "=" + content + " ";
            return {};
        };
        QVERIFY(readFiles(image, 0, { "a", "h", "m", "z", "large", "missing" }, 100, note).ok());
        QCOMPARE(seen, "z=1 a=22 m=333 h=1 ");
        const auto refuse = [](const std::string&, std::string) -> Result<void> { return Error(ErrorCode::Denied, "enough"); };
        QCOMPARE(readFiles(image, 0, { "a" }, 100, refuse).error().code(), ErrorCode::Denied);
    }

    void skipsWhatIsNotWanted()
    {
        const std::string plain = tarOf({ { "big", std::string(20 << 20, 'b') }, { "small", "s" } });
        MemoryImage image({ plain });
        QCOMPARE(text(readFile(image, 0, "small", 100)), "s");
        QVERIFY2(image.bytesRead() < (2 << 20), qPrintable(QString::number(image.bytesRead())));
    }

    void damageNamesThePlace()
    {
        MemoryImage image({ tarOf({ { "a", std::string(5000, 'x') } }).substr(0, 2000) });
        const auto failed = readFile(image, 0, "a", 10'000);
        QCOMPARE(failed.error().code(), ErrorCode::Corrupt);
        QVERIFY2(text(failed).startsWith("! test: layer 0: byte 0 of the uncompressed layer: "), qPrintable(text(failed)));
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(readFile(image, 0, "a", 10'000, stop.get_token()).error().code(), ErrorCode::Cancelled);
    }

    void extractsWhatIsSeen()
    {
        Member withAttributes = folder("etc/conf/", 0750);
        withAttributes.xattrs = { { "user.note", "kept" } };
        Member tool { "etc/conf/tool", "tool", archive::EntryType::File, {}, 04755, { { "user.kind", "binary" } } };
        MemoryImage image({
            tarOf({ folder("etc/"), { "etc/a", "one" }, { "etc/b", "two" }, withAttributes, tool, { "opt/x", "x" }, softLink("etc/link", "a"),
                { "etc/pipe", {}, archive::EntryType::Fifo } }),
            gzipped(tarOf({ { "etc/.wh.a" }, { "etc/conf/new", "new", archive::EntryType::File, {}, 0600 }, hardLink("etc/same", "etc/conf/new") })),
            tarOf({ { "etc/b", "changed" }, { "opt/.wh..wh..opq" } }),
        });
        QCOMPARE(extracted(image, 3, "etc").listing,
            "d 755 etc\nf 644 7 etc/b\nd 750 etc/conf\nf 600 3 etc/conf/new\nf 4755 4 etc/conf/tool\nl etc/link -> a\nfifo etc/pipe\nh etc/same -> etc/conf/new\n");
        QCOMPARE(extracted(image, 1, "etc/conf").listing, "d 750 conf\nf 4755 4 conf/tool\n");
        QCOMPARE(extracted(image, 2, "etc/same").listing, "f 600 3 same\n"); // its other name is elsewhere
        QCOMPARE(extracted(image, 3, "etc/a").listing, "! there is nothing at /etc/a");
        QCOMPARE(extracted(image, 3, "opt/x").listing, "! there is nothing at /opt/x");
        QCOMPARE(extracted(image, 3, "no/such").listing, "! there is nothing at /no/such");
        QVERIFY(extracted(image, 0, "etc").listing.startsWith("! the image has 3 layers"));
        // Only what a layer stores: without whiteouts.
        QCOMPARE(extracted(image, 2, "etc", true).listing, "d 755 etc\nd 750 etc/conf\nf 600 3 etc/conf/new\nh etc/same -> etc/conf/new\n");
        // Everything: names as they are.
        QVERIFY(extracted(image, 3, "").listing.contains("\nf 644 7 etc/b\n"));

        // Attributes are those of the layer.
        const Extracted all = extracted(image, 3, "etc");
        archive::MemorySource source(all.tar);
        const auto again = scanLayer(source);
        QVERIFY(again.ok());
        QVERIFY(again->index->find("etc/conf")->xattrs == image.stack().layer(0)->find("etc/conf")->xattrs);
        QVERIFY(again->index->find("etc/conf/tool")->xattrs == image.stack().layer(0)->find("etc/conf/tool")->xattrs);
        QCOMPARE(again->index->find("etc/b")->mtime, 1'700'000'000);
        QVERIFY(again->index->find("etc/b")->content == contentBytes(Digest::ofText("changed")));
    }

    /// tar, which nobody here wrote, unpacks what was extracted.
    void tarUnpacksIt()
    {
        MemoryImage image({ tarOf({ folder("srv/", 0700), { "srv/a", "alpha", archive::EntryType::File, {}, 0640 }, hardLink("srv/b", "srv/a"), softLink("srv/c", "a") }) });
        const QTemporaryDir folder;
        writeFile(folder.path().toStdString() + "/out.tar", extracted(image, 1, "srv").tar);
        QProcess process;
        process.start("tar", { "-C", folder.path(), "--no-same-owner", "-xpf", folder.path() + "/out.tar" });
        QVERIFY(process.waitForFinished());
        QVERIFY2(process.exitCode() == 0, process.readAllStandardError());
        const std::filesystem::path top = folder.path().toStdString() + "/srv";
        std::ifstream stream(top / "b");
        QCOMPARE((std::string { std::istreambuf_iterator<char>(stream), {} }), "alpha");
        QVERIFY(std::filesystem::hard_link_count(top / "a") == 2);
        QVERIFY(std::filesystem::status(top).permissions() == std::filesystem::perms(0700));
        QVERIFY(std::filesystem::status(top / "a").permissions() == std::filesystem::perms(0640));
        QVERIFY(std::filesystem::read_symlink(top / "c") == "a");
    }
};

QTEST_GUILESS_MAIN(TestLayerContent)
#include "tst_layer_content.moc"
