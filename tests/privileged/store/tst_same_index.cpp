// SPDX-License-Identifier: GPL-3.0-or-later
// What the store's unpacker says of a layer, and what the viewer's reader says without unpacking it, is the same, byte for
// byte: one follows links and clears away with system calls, the other on paper.
#include "core/layers/source/layer_scan.h"
#include "core/store/store.h"

#include <QTemporaryDir>
#include <QTest>

#include "image_maker.h"

#include <fstream>

#include <unistd.h>

using namespace darsena;
using namespace darsena::store;

class TestSameIndex : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (::geteuid() != 0)
            QSKIP("needs root");
    }

    void sameBytes_data()
    {
        using test::directory, test::entry, test::file, archive::EntryType;
        QTest::addColumn<QByteArray>("layer");
        const auto row = [](const char* name, test::TarText& tar) { QTest::newRow(name) << QByteArray::fromStdString(tar.text()); };
        const auto link = [](std::string path, std::string target) { return entry(std::move(path), EntryType::Symlink, 0777, std::move(target)); };
        const auto hard = [](std::string path, std::string target) { return entry(std::move(path), EntryType::Hardlink, 0644, std::move(target)); };
        archive::Entry owned = file("usr/bin/tool", 06755);
        owned.uid = 1000;
        owned.gid = 2000;
        owned.xattrs = { { "security.capability", std::string("\x01\0\0\x02\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20) }, { "user.kind", "tool" } };
        archive::Entry device = entry("dev/tty", EntryType::CharDevice, 0666);
        device.deviceMajor = 5;
        {
            test::TarText tar;
            row("every kind", tar.add(directory("./")).add(directory("usr/", 0700)).add(owned, "elf").add(device).add(entry("run/pipe", EntryType::Fifo))
                .add(link("bin", "usr/bin")).add(hard("usr/bin/alias", "usr/bin/tool")).add("z", "1").add("a", "2").add("a.b", "3").add("a-", "4"));
        }
        {
            test::TarText tar;
            row("whiteouts", tar.add("etc/.wh.gone", "").add("etc/.wh.back", "").add(directory("etc/back")).add("etc/back/x", "1").add("var/.wh..wh..opq", "")
                .add("var/.wh.cache", "").add("opt/.wh.deep", "").add("opt/deep/er/y", "2").add(".wh..wh.plnk/1.2", "z").add(".wh..wh..opq", ""));
        }
        {
            test::TarText tar;
            row("through links", tar.add(directory("usr/lib")).add(link("lib", "usr/lib")).add("lib/x", "1").add(link("usr/lib64", "/lib")).add("usr/lib64/y", "2")
                .add(hard("here", "lib/x")).add("lib/.wh.z", "").add("lib/sub/.wh..wh..opq", "").add(link("up", "../../..")).add("up/top", "3"));
        }
        {
            test::TarText tar;
            row("replaced", tar.add("a", "1").add(directory("a")).add("a/b", "2").add("c/d", "3").add("c", "4").add("e", "old").add("e", "newer")
                .add(link("l", "c")).add(directory("l")).add("l/m", "5").add("n/o/p", "6").add("n/o", "7").add(directory("n/o")).add("n/o/q", "8"));
        }
        {
            test::TarText tar;
            row("hard links", tar.add("a", "1").add(hard("b", "a")).add(hard("c", "./b")).add(link("s", "a")).add(hard("t", "s"))
                .add(directory("d")).add("d/x", "2").add(hard("d/y", "d/x")).add(hard("0", "d/y")));
        }
    }
    void sameBytes()
    {
        QFETCH(QByteArray, layer);
        const std::string bytes = layer.toStdString();
        const QTemporaryDir folder;
        const std::filesystem::path root = std::filesystem::path(folder.path().toStdString()) / "store";
        StoreOptions options;
        options.libexec = DARSENA_BIN_DIR;
        const auto opened = test::must(Store::open(root, options));
        const std::string archive = test::dockerArchive({ bytes }, "same/index:1");
        archive::MemorySource source(archive);
        test::must(opened->load(source));
        std::ifstream file(root / "index" / Digest::ofText(bytes).hex(), std::ios::binary);
        const std::string stored { std::istreambuf_iterator<char>(file), {} };

        layers::ScanOptions scanOptions;
        scanOptions.keepIndexBytes = true;
        archive::MemorySource again(bytes);
        const auto scanned = test::must(layers::scanLayer(again, scanOptions));
        QCOMPARE(QString::fromStdString(lines(stored)), QString::fromStdString(lines(scanned.indexBytes)));
        QVERIFY(stored == scanned.indexBytes);
    }

private:
    static std::string lines(std::string_view bytes)
    {
        const auto index = test::must(layers::Index::parse(bytes));
        std::string text;
        for (const layers::IndexEntry& entry : index.entries())
            text += fmt::format("{} \"{}\" {:o} {}:{} {} {} \"{}\"{}{}{}\n", name(entry.type), entry.path, entry.mode, entry.uid, entry.gid, entry.size,
                entry.mtime, entry.link, entry.hardLink ? " hard" : "", entry.opaque ? " opaque" : "", entry.implied ? " implied" : "");
        return text;
    }
};

QTEST_GUILESS_MAIN(TestSameIndex)
#include "tst_same_index.moc"
