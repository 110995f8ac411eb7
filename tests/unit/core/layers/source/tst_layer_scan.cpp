// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/source/layer_scan.h"

#include "image_archives.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace darsena;
using namespace darsena::layers;

namespace {

Result<ScannedLayer> scan(std::string_view bytes, const ScanOptions& options = {}, std::stop_token stop = {})
{
    archive::MemorySource source(bytes);
    return scanLayer(source, options, std::move(stop));
}

ScannedLayer mustScan(std::string_view bytes, const ScanOptions& options = {})
{
    auto scanned = scan(bytes, options);
    if (!scanned)
        qFatal("%s", scanned.error().message().c_str());
    return std::move(*scanned);
}

QString remarks(const ScannedLayer& scanned)
{
    std::string text;
    for (const Remark& remark : scanned.facts.remarks)
        text += fmt::format("{} @{}: {}\n", remark.path.substr(0, 40), remark.offset, remark.sentence.substr(0, 60));
    return QString::fromStdString(text);
}

/// Puts `text` into a header field and mends the checksum.
void patch(std::string& tar, std::size_t header, std::size_t at, std::string_view text)
{
    tar.replace(header + at, text.size(), text);
    unsigned sum = 8 * ' ';
    for (std::size_t i = 0; i < 512; ++i)
        sum += i >= 148 && i < 156 ? 0U : static_cast<unsigned char>(tar[header + i]);
    tar.replace(header + 148, 8, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
}

} // namespace

/// What layers say, and what they should not.
class TestLayerScan : public QObject {
    Q_OBJECT

private slots:
    void everyKind()
    {
        std::vector<Member> members { folder("./"), folder("bin/", 0755), { "bin/sh", "shell", archive::EntryType::File, {}, 04755 },
            hardLink("bin/ash", "bin/sh"), softLink("lib", "usr/lib"), { "dev/null", {}, archive::EntryType::CharDevice },
            { "run/pipe", {}, archive::EntryType::Fifo }, { "etc/.wh.gone" }, { "var/.wh..wh..opq" } };
        const std::string plain = tarOf(members);
        const ScannedLayer scanned = mustScan(plain);
        // A device 0:0 stands for a whiteout, and tells on itself.
        QCOMPARE(remarks(scanned), "dev/null @3072: a device 0:0, which is a whiteout to overlayfs: it was left \n");
        QCOMPARE(listing(*scanned.index),
            "d 755 \nd 755 bin\nh bin/ash -> bin/sh\nf 4755 5 bin/sh\ndi 755 etc\nw etc/gone\nl lib -> usr/lib\ndi 755 run\nfifo run/pipe\ndoi 755 var\n");
        QCOMPARE(scanned.facts.diffId, Digest::ofText(plain));
        QCOMPARE(scanned.facts.tarBytes, plain.size());
        QCOMPARE(scanned.facts.storedBytes, plain.size());
        const IndexEntry* shell = scanned.index->find("bin/sh");
        const IndexEntry* link = scanned.index->find("bin/ash");
        QVERIFY(shell->content == contentBytes(Digest::ofText("shell")));
        QVERIFY(link->content == shell->content && link->size == 0 && link->mode == 04755);
    }

    void compressed()
    {
        const std::string plain = tarOf({ { "a", std::string(100'000, 'x') } });
        for (const std::string& packed : { gzipped(plain), zstandard(plain), gzipped(plain.substr(0, 512)) + gzipped(plain.substr(512)) }) {
            const ScannedLayer scanned = mustScan(packed);
            QCOMPARE(scanned.facts.diffId, Digest::ofText(plain));
            QCOMPARE(scanned.facts.tarBytes, plain.size());
            QCOMPARE(scanned.facts.storedBytes, packed.size());
            QCOMPARE(listing(*scanned.index), "f 644 100000 a\n");
        }
    }

    void onASecondThread()
    {
        const std::string plain = tarOf({ { "a", std::string(5 << 20, 'x') }, { "b", "y" } });
        ScanOptions options;
        options.ahead = true;
        const ScannedLayer scanned = mustScan(gzipped(plain), options);
        QCOMPARE(scanned.facts.diffId, Digest::ofText(plain));
        QCOMPARE(scanned.facts.tarBytes, plain.size());
        QCOMPARE(listing(*scanned.index), "f 644 5242880 a\nf 644 1 b\n");
        QVERIFY(!scan(gzipped(plain).substr(0, 3000), options).ok());
        options.maxBytes = 1000;
        QCOMPARE(scan(gzipped(plain), options).error().code(), ErrorCode::TooLarge);
    }

    void emptyLayers()
    {
        for (const std::string& bytes : { std::string(), std::string(1024, '\0'), gzipped(std::string(1024, '\0')), tarOf({}) }) {
            const ScannedLayer scanned = mustScan(bytes);
            QVERIFY(scanned.index->entries().empty());
            QVERIFY(scanned.facts.remarks.empty());
        }
    }

    void indexBytesAreTheIndex()
    {
        ScanOptions options;
        options.keepIndexBytes = true;
        const ScannedLayer scanned = mustScan(tarOf({ { "a/b", "1" }, hardLink("c", "a/b"), { "d/.wh.e" } }), options);
        const auto parsed = Index::parse(scanned.indexBytes);
        QVERIFY(parsed.ok());
        QCOMPARE(listing(*parsed), listing(*scanned.index));
        QCOMPARE(parsed->sums().entries, 5U);
    }

    void merging_data()
    {
        QTest::addColumn<QList<int>>("unused");
        QTest::addColumn<int>("which");
        int which = 0;
        for (const char* name : { "the last member of a name counts", "whiteout and added again", "whiteout after the thing", "whiteout and a file in it",
                 "opaque and whiteouts in it", "file instead of directory", "file, then directory", "below a file", "through the layer's own link",
                 "link replaced by directory", "hard link keeps what it named", "hard link to a link", "hard link below", "hard link to a symlink",
                 "hard link to a directory", "names are cleaned", "aufs and estargz bookkeeping", "re-added below a replaced directory" })
            QTest::newRow(name) << QList<int>() << which++;
    }
    void merging()
    {
        struct Case {
            std::vector<Member> members;
            std::string expected;
            std::string remarks;
        };
        const std::vector<Case> cases {
            { { { "a", "1" }, { "a", "22" } }, "f 644 2 a\n", "a @1024: the layer has it more than once; the last one counts\n" },
            { { { ".wh.a" }, folder("a/"), { "a/b", "1" } }, "do 755 a\nf 644 1 a/b\n", "" },
            { { { "a", "1" }, { ".wh.a" } }, "f 644 1 a\n", "" },
            { { { ".wh.a" }, { "a/b", "1" } }, "doi 755 a\nf 644 1 a/b\n", "" },
            { { folder("a/", 0700), { "a/.wh..wh..opq" }, { "a/.wh.b" } }, "do 700 a\nw a/b\n", "" },
            { { folder("a/"), { "a/b", "1" }, { "a", "22" } }, "f 644 2 a\n", "a @1536: the layer has it more than once; the last one counts\n" },
            { { { "a", "1" }, folder("a/"), { "a/b", "22" } }, "d 755 a\nf 644 2 a/b\n", "a @1024: the layer has it more than once; the last one counts\n" },
            { { { "a", "1" }, { "a/b", "22" } }, "f 644 1 a\n", "a/b @1024: it lies in something that is no directory, and was left out\n" },
            { { softLink("lib", "usr/lib"), { "lib/x", "1" }, softLink("usr/lib64", "/lib"), { "usr/lib64/y", "2" } },
                "l lib -> usr/lib\ndi 755 usr\ndi 755 usr/lib\nf 644 1 usr/lib/x\nf 644 1 usr/lib/y\nl usr/lib64 -> /lib\n", "" },
            { { softLink("lib", "usr/lib"), folder("lib/"), { "lib/x", "1" } }, "d 755 lib\nf 644 1 lib/x\n",
                "lib @512: the layer has it more than once; the last one counts\n" },
            { { { "a", "1" }, hardLink("b", "a"), { "a", "22" } }, "f 644 2 a\nf 644 1 b\n", "a @1536: the layer has it more than once; the last one counts\n" },
            { { { "a", "1" }, hardLink("b", "a"), hardLink("c", "b") }, "f 644 1 a\nh b -> a\nh c -> a\n", "" },
            { { hardLink("b", "./below") }, "h b -> below\n", "" },
            { { softLink("a", "x"), hardLink("b", "a") }, "l a -> x\nl b -> x\n", "" },
            { { folder("a/"), hardLink("b", "a") }, "d 755 a\n", "b @512: a hard link to a directory, which was left out\n" },
            { { { "./x//y/../z", "1" } }, "di 755 x\nf 644 1 x/z\n", "" },
            { { { ".wh..wh.plnk/1.2", "1" }, { ".wh..wh.aufs", "" }, { "stargz.index.json", "{}" }, { ".prefetch.landmark", "\x0f" }, { "a/.no.prefetch.landmark", "1" } },
                "di 755 a\nf 644 1 a/.no.prefetch.landmark\n", "" },
            { { { "a/b/old", "1" }, { "a", "x" }, folder("a/"), { "a/b/new", "22" } }, "d 755 a\ndi 755 a/b\nf 644 2 a/b/new\n",
                "a @2048: the layer has it more than once; the last one counts\n" },
        };
        QFETCH(int, which);
        const Case& one = cases.at(static_cast<std::size_t>(which));
        const ScannedLayer scanned = mustScan(tarOf(one.members));
        QCOMPARE(listing(*scanned.index), QString::fromStdString(one.expected));
        QCOMPARE(remarks(scanned), QString::fromStdString(one.remarks));
    }

    void whatCannotBeTakenIsLeftOut()
    {
        const std::vector<Member> members { { "first", "1" }, { "../../etc/passwd", "2" }, { "a/" + std::string(256, 'n'), "3" }, { std::string(70'000, 'n'), "4" },
            { ".wh..", "5" }, { "a/.wh.b/c", "6" }, softLink("long", std::string(5000, 'l')), hardLink("self", "self"), hardLink("out", "../../x"),
            { "", "7" }, { "last", "8" } };
        std::vector<Member> writable;
        std::ranges::copy_if(members, std::back_inserter(writable), [](const Member& member) { return !member.path.empty(); });
        const ScannedLayer scanned = mustScan(tarOf(writable));
        QCOMPARE(listing(*scanned.index), "f 644 1 first\nf 644 1 last\n");
        QCOMPARE(scanned.facts.remarks.size(), 8U);
        QCOMPARE(scanned.facts.remarks[0].path, "../../etc/passwd");
        QCOMPARE(scanned.facts.remarks[0].offset, 1024U);
        QVERIFY(scanned.facts.remarks[2].path.size() == 300); // cut
    }

    void unusualHeaders()
    {
        // Ids beyond 32 bits cannot be; what follows is read all the same.
        std::string tar = tarOf({ { "bad", "1" }, { "good", "2" } });
        patch(tar, 0, 108, std::string("\x80\x00\x00\x7f\xff\xff\xff\xff", 8));
        const ScannedLayer scanned = mustScan(tar);
        QCOMPARE(listing(*scanned.index), "f 644 1 good\n");
        QCOMPARE(scanned.facts.remarks.size(), 1U);
        // A type that nobody knows is a file, as it is for tar.
        tar = tarOf({ { "odd", "1" }, { "good", "2" } });
        patch(tar, 0, 156, "Z");
        QCOMPARE(listing(*mustScan(tar).index), "f 644 1 good\nf 644 1 odd\n");
    }

    void manyRemarksAreCut()
    {
        std::vector<Member> members;
        for (int i = 0; i < 1500; ++i)
            members.push_back({ fmt::format("../{}", i), {} });
        const ScannedLayer scanned = mustScan(tarOf(members));
        QCOMPARE(scanned.facts.remarks.size(), 1001U);
        QVERIFY(scanned.facts.remarks.back().sentence.find("1000") != std::string::npos);
    }

    void damage()
    {
        const std::string plain = tarOf({ { "a", std::string(3000, 'x') }, { "b", std::string(3000, 'y') } });
        const auto fails = [](std::string_view bytes, ErrorCode code, std::string_view words) {
            const auto scanned = scan(bytes);
            if (scanned)
                return QString("it was read");
            if (scanned.error().code() != code || scanned.error().message().find(words) == std::string::npos)
                return QString::fromStdString(scanned.error().message());
            return QString();
        };
        QCOMPARE(fails(plain.substr(0, 4500), ErrorCode::Corrupt, "byte 3584 of the uncompressed layer"), "");
        QCOMPARE(fails(plain.substr(0, 100), ErrorCode::Corrupt, "byte 0 of"), "");
        QCOMPARE(fails("this is no archive, and never was one", ErrorCode::Corrupt, "byte 0 of"), "");
        const std::string packed = gzipped(plain);
        QCOMPARE(fails(packed.substr(0, packed.size() / 2), ErrorCode::Corrupt, "gzip"), "");
        std::string damaged = packed;
        damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 1); // the checksum
        QCOMPARE(fails(damaged, ErrorCode::Corrupt, "gzip"), "");
        std::string second = plain;
        second[3584 + 10] = 'z'; // a header whose checksum is wrong
        QCOMPARE(fails(second, ErrorCode::Corrupt, "byte 3584 of"), "");
        std::string negative = plain;
        patch(negative, 3584, 124, std::string("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe", 12));
        QCOMPARE(fails(negative, ErrorCode::Corrupt, "byte 3584 of"), "");
        std::string huge = plain;
        patch(huge, 3584, 124, std::string("\x80\x00\x00\x00\x0f\xff\xff\xff\xff\xff\xff\xff", 12));
        QVERIFY(!scan(huge).ok());
    }

    void bounds()
    {
        ScanOptions options;
        options.maxEntries = 3;
        const std::string three = tarOf({ { "a/b/c", "1" } }); // with two that are implied
        QVERIFY(scan(three, options).ok());
        const std::string four = tarOf({ { "a/b/c", "1" }, { "a/b/d", "1" } });
        QCOMPARE(scan(four, options).error().code(), ErrorCode::TooLarge);
        options = {};
        options.maxBytes = 5000;
        const std::string bomb = gzipped(tarOf({ { "zeros", std::string(1 << 20, '\0') } }));
        QVERIFY(bomb.size() < 5000);
        QCOMPARE(scan(bomb, options).error().code(), ErrorCode::TooLarge);
    }

    void cancel()
    {
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(scan(tarOf({ { "a", "1" } }), {}, stop.get_token()).error().code(), ErrorCode::Cancelled);
    }

    void attributesCount()
    {
        const ScannedLayer scanned = mustScan(tarOf({ { "plain", "1" }, { "user", "1", archive::EntryType::File, {}, 0644, { { "user.x", "y" } } },
            { "ignored", "1", archive::EntryType::File, {}, 0644, { { "security.selinux", "label" }, { "trusted.overlay.opaque", "y" } } } }));
        QVERIFY(scanned.index->find("user")->xattrs != 0);
        QCOMPARE(scanned.index->find("plain")->xattrs, 0U);
        QCOMPARE(scanned.index->find("ignored")->xattrs, 0U);
    }

    /// What GNU tar writes in each of its formats, long names, sparse files and global headers included.
    void gnuTar_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::newRow("v7") << QStringList { "--format=v7" };
        QTest::newRow("ustar") << QStringList { "--format=ustar" };
        QTest::newRow("gnu") << QStringList { "--format=gnu", "--sparse" };
        QTest::newRow("pax") << QStringList { "--format=posix" };
        QTest::newRow("pax sparse 0.0") << QStringList { "--format=posix", "--sparse", "--sparse-version=0.0" };
        QTest::newRow("pax sparse 0.1") << QStringList { "--format=posix", "--sparse", "--sparse-version=0.1" };
        QTest::newRow("pax sparse 1.0") << QStringList { "--format=posix", "--sparse", "--sparse-version=1.0" };
        QTest::newRow("pax global") << QStringList { "--format=posix", "--pax-option=globexthdr.name=global,comment=hello" };
    }
    void gnuTar()
    {
        QFETCH(QStringList, options);
        const QTemporaryDir folder;
        const std::filesystem::path top = std::filesystem::path(folder.path().toStdString()) / "top";
        const std::string deep = options.first().endsWith("v7") ? "short" : std::string(80, 'd') + "/" + std::string(80, 'e');
        writeFile(top / deep / "file", "deep");
        const std::string sparse = std::string(1'000'000, '\0') + "end";
        writeFile(top / "sparse", "");
        std::filesystem::resize_file(top / "sparse", 1'000'000);
        std::ofstream(top / "sparse", std::ios::app) << "end";
        std::filesystem::create_hard_link(top / "sparse", top / "tsparse");
        std::filesystem::create_symlink("sparse", top / "link");
        const QString tar = folder.path() + "/layer.tar";
        QProcess process;
        process.start("tar", options + QStringList { "--sort=name", "-C", QString::fromStdString(top), "-cf", tar, "." });
        QVERIFY(process.waitForFinished() && process.exitCode() == 0);
        std::ifstream file(tar.toStdString(), std::ios::binary);
        const std::string bytes { std::istreambuf_iterator<char>(file), {} };
        const ScannedLayer scanned = mustScan(bytes);
        QCOMPARE(remarks(scanned), "");
        QCOMPARE(scanned.facts.diffId, Digest::ofText(bytes));
        const IndexEntry* found = scanned.index->find("sparse");
        QVERIFY(found && found->size == sparse.size());
        QVERIFY(found->content == contentBytes(Digest::ofText(sparse)));
        QVERIFY(scanned.index->find("tsparse")->hardLink);
        QCOMPARE(scanned.index->find("link")->link, "sparse");
        QVERIFY(scanned.index->find(deep + "/file"));
    }
};

QTEST_GUILESS_MAIN(TestLayerScan)
#include "tst_layer_scan.moc"
