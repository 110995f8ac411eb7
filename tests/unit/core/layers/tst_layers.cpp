// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/changes.h"
#include "core/layers/index.h"

#include "core/archive/whiteout.h"

#include <QTest>

#include <fmt/format.h>

#include <algorithm>

using namespace darsena;
using namespace darsena::layers;

namespace {

/// One entry from a line: "f path content", "d path [mode]", "w path", "o path" (opaque directory), "i path" (implied),
/// "l path target", "h path target content".
struct Line {
    char kind;
    std::string path;
    std::string rest;
};

Index index(std::vector<Line> lines)
{
    std::ranges::sort(lines, archive::pathBefore, &Line::path);
    archive::MemorySink sink;
    IndexWriter writer(sink);
    for (const Line& line : lines) {
        IndexEntry entry;
        entry.path = line.path;
        entry.mode = 0755;
        switch (line.kind) {
        case 'f':
            entry.size = line.rest.size();
            entry.content = contentBytes(Digest::ofText(line.rest));
            break;
        case 'h':
            entry.hardLink = true;
            entry.link = line.rest;
            break;
        case 'l':
            entry.type = EntryType::Symlink;
            entry.link = line.rest;
            break;
        case 'w':
            entry.type = EntryType::Whiteout;
            entry.mode = 0;
            break;
        default:
            entry.type = EntryType::Directory;
            entry.opaque = line.kind == 'o';
            entry.implied = line.kind == 'i';
            if (!line.rest.empty())
                entry.mode = static_cast<std::uint32_t>(std::stoul(line.rest, nullptr, 8));
        }
        if (const auto added = writer.add(entry); !added)
            qFatal("%s", added.error().message().c_str());
    }
    if (!writer.finish())
        qFatal("finish");
    auto parsed = Index::parse(sink.bytes());
    if (!parsed)
        qFatal("%s", parsed.error().message().c_str());
    return std::move(*parsed);
}

QString changes(const std::vector<Index>& stack, std::size_t n)
{
    std::vector<const Index*> pointers;
    for (const Index& layer : stack)
        pointers.push_back(&layer);
    QStringList lines;
    const auto found = layerFiles(pointers, n);
    if (!found)
        qFatal("%s", found.error().message().c_str());
    for (const FileChange& change : *found)
        lines += QString::fromStdString(fmt::format("{}{}", change.change == Change::Added ? '+' : change.change == Change::Removed ? '-' : '~', change.path));
    return lines.join(' ');
}

template<typename... Layers>
std::vector<Index> stack(Layers&&... layers)
{
    std::vector<Index> result;
    (result.push_back(index(std::forward<Layers>(layers))), ...);
    return result;
}

using Lines = std::vector<Line>;

} // namespace

class TestLayers : public QObject {
    Q_OBJECT

private slots:
    void roundTrip()
    {
        archive::MemorySink sink;
        IndexWriter writer(sink);
        IndexEntry entry;
        entry.path = "a/b";
        entry.mode = 04755;
        entry.uid = 4'294'967'295U;
        entry.gid = 7;
        entry.size = 1ULL << 40;
        entry.mtime = -3;
        entry.content = contentBytes(Digest::ofText("x"));
        entry.xattrs = 0xfedcba9876543210ULL;
        QVERIFY(writer.add(entry).ok());
        IndexEntry device;
        device.path = "a/dev";
        device.type = EntryType::BlockDevice;
        device.deviceMajor = 259;
        device.deviceMinor = 1'000'000;
        QVERIFY(writer.add(device).ok());
        QVERIFY(!writer.add(entry).ok()); // out of order
        QVERIFY(writer.finish().ok());
        const auto read = Index::parse(sink.bytes());
        QVERIFY2(read.ok(), read ? "" : read.error().message().c_str());
        QCOMPARE(read->entries().size(), 2U);
        const IndexEntry* found = read->find("a/b");
        QVERIFY(found);
        QCOMPARE(found->mode, 04755U);
        QCOMPARE(found->uid, 4'294'967'295U);
        QCOMPARE(found->size, 1ULL << 40);
        QCOMPARE(found->mtime, -3);
        QVERIFY(found->content == entry.content);
        QCOMPARE(found->xattrs, entry.xattrs);
        QCOMPARE(read->find("a/dev")->deviceMinor, 1'000'000U);
        QVERIFY(!read->find("a"));
        QCOMPARE(read->sums().bytes, 1ULL << 40);
    }
    void damageIsNoticed()
    {
        archive::MemorySink sink;
        IndexWriter writer(sink);
        for (const char* path : { "a", "a/b", "c" }) {
            IndexEntry entry;
            entry.path = path;
            entry.type = std::string_view(path) == "a" ? EntryType::Directory : EntryType::File;
            QVERIFY(writer.add(entry).ok());
        }
        QVERIFY(writer.finish().ok());
        const std::string bytes = sink.bytes();
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            std::string damaged = bytes;
            damaged[i] = static_cast<char>(damaged[i] ^ 0x21);
            QVERIFY2(!Index::parse(damaged).ok(), std::to_string(i).c_str());
            QVERIFY(!Index::parse(bytes.substr(0, i)).ok());
        }
        QVERIFY(!Index::parse(bytes + "x").ok());
    }
    void hostileIndexes()
    {
        // Right checksums, wrong contents: what a subverted unpacker could write.
        const auto sealed = [](std::string body) { return body + Digest::ofText(body).hex(); };
        using namespace std::string_literals;
        QVERIFY(Index::parse(sealed("DARSIDX1\0\0\0\0"s)).ok());
        QVERIFY(!Index::parse(sealed("DARSIDX2\0\0\0\0"s)).ok());
        QVERIFY(!Index::parse(sealed("DARSIDX1\0\1\0\0"s)).ok()); // sums
        const auto one = [&](const std::string& path, std::size_t shared = 0) {
            std::string body = "DARSIDX1\1"s;
            body += static_cast<char>(shared);
            body += static_cast<char>(path.size());
            return sealed(body + path + "\0\0\0\0\0\0\0"s + "\0\1\1\0"s);
        };
        QVERIFY(Index::parse(one("ok")).ok());
        for (const std::string& path : { "../x"s, "/x"s, "x/"s, "x//y"s, "."s, "a/./b"s, "a\0b"s })
            QVERIFY2(!Index::parse(one(path)).ok(), path.c_str());
        QVERIFY(!Index::parse(one("x", 5)).ok()); // shares what there is not
        QVERIFY(!Index::parse(sealed("DARSIDX1\1\0"s + "\xff\xff\xff\xff\xff\xff\xff\xff\x7f"s)).ok());
        QVERIFY(!Index::parse(sealed("DARSIDX1"s + std::string(20, '\xff'))).ok());
    }
    void addedChangedRemoved()
    {
        const auto layers = stack(Lines { { 'd', "d", "" }, { 'f', "d/a", "1" }, { 'f', "d/b", "2" }, { 'f', "c", "3" } },
            Lines { { 'f', "d/a", "1x" }, { 'w', "c", "" }, { 'f', "new", "n" }, { 'd', "d", "" } });
        QCOMPARE(changes(layers, 0), QString("+/c +/d +/d/a +/d/b"));
        QCOMPARE(changes(layers, 1), QString("-/c ~/d/a +/new"));
    }
    void directoryMentionedOrChanged()
    {
        const auto layers = stack(Lines { { 'd', "d", "" } }, Lines { { 'd', "d", "" } }, Lines { { 'd', "d", "700" } }, Lines { { 'i', "d", "" }, { 'f', "d/x", "" } });
        QCOMPARE(changes(layers, 1), QString(""));
        QCOMPARE(changes(layers, 2), QString("~/d"));
        QCOMPARE(changes(layers, 3), QString("+/d/x"));
    }
    void wholeDirectoriesGo()
    {
        const Lines base { { 'd', "d", "" }, { 'd', "d/e", "" }, { 'f', "d/e/f", "1" }, { 'f', "d.x", "2" }, { 'f', "d/z", "3" } };
        QCOMPARE(changes(stack(base, Lines { { 'w', "d", "" } }), 1), QString("-/d -/d/e -/d/e/f -/d/z"));
        QCOMPARE(changes(stack(base, Lines { { 'o', "d", "" }, { 'f', "d/n", "" } }), 1), QString("-/d/e -/d/e/f +/d/n -/d/z"));
        QCOMPARE(changes(stack(base, Lines { { 'o', "d", "" }, { 'f', "d/z", "3" } }), 1), QString("-/d/e -/d/e/f ~/d/z"));
        QCOMPARE(changes(stack(base, Lines { { 'f', "d", "file" } }), 1), QString("~/d -/d/e -/d/e/f -/d/z"));
        QCOMPARE(changes(stack(base, Lines { { 'o', "", "" }, { 'f', "n", "" } }), 1), QString("~/ -/d -/d/e -/d/e/f -/d/z -/d.x +/n").replace("~/ ", "+/ "));
    }
    void goneStaysGone()
    {
        const auto layers = stack(Lines { { 'f', "a", "1" } }, Lines { { 'w', "a", "" } }, Lines { { 'w', "a", "" } }, Lines { { 'f', "a", "2" } });
        QCOMPARE(changes(layers, 2), QString(""));
        QCOMPARE(changes(layers, 3), QString("+/a"));
        QCOMPARE(changes(layers, 9), QString(""));
    }
    void links()
    {
        const auto layers = stack(Lines { { 'l', "s", "x" }, { 'f', "f", "1" }, { 'h', "h", "f" } }, Lines { { 'l', "s", "y" }, { 'f', "h", "22" } });
        QCOMPARE(changes(layers, 1), QString("~/h ~/s"));
        std::vector<const Index*> pointers { &layers[0], &layers[1] };
        const auto changed = layerFiles(pointers, 1);
        QVERIFY(changed.ok());
        QVERIFY((*changed)[1].content);
    }
    void movedIndexesKeepTheirTexts()
    {
        std::vector<Index> many;
        for (int i = 0; i < 50; ++i)
            many.push_back(index({ { 'f', "path" + std::to_string(i), "x" } }));
        for (std::size_t i = 0; i < many.size(); ++i)
            QCOMPARE(std::string(many[i].entries()[0].path), "path" + std::to_string(i));
    }
};

QTEST_GUILESS_MAIN(TestLayers)
#include "tst_layers.moc"
