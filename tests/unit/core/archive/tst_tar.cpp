// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/archive/tar_reader.h"
#include "core/archive/tar_writer.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>

#include <fstream>

using namespace darsena;
using namespace darsena::archive;

namespace {

Entry entry(std::string path, EntryType type = EntryType::File)
{
    Entry result;
    result.path = std::move(path);
    result.type = type;
    result.mode = 0644;
    result.mtime = 1'700'000'000;
    return result;
}

struct Read {
    std::vector<Entry> entries;
    std::vector<std::string> contents;
};

Result<Read> readAll(std::string_view bytes, const TarLimits& limits = {})
{
    MemorySource source(bytes);
    auto reader = TRY(TarReader::open(source, limits));
    Read result;
    for (;;) {
        auto next = TRY(reader->next());
        if (!next)
            break;
        result.contents.push_back(next->type == EntryType::File ? TRY(reader->content(1 << 20)) : std::string());
        result.entries.push_back(std::move(*next));
    }
    TRY(reader->drain());
    return result;
}

} // namespace

class TestTar : public QObject {
    Q_OBJECT

private slots:
    void roundTrip()
    {
        std::vector<Entry> entries {
            entry("plain"), entry("directory/", EntryType::Directory), entry("directory/" + std::string(99, 'n')),
            entry(std::string(120, 'd') + "/" + std::string(90, 'n')), entry(std::string(200, 'x')), entry(std::string(3000, 'y')),
            entry("ñandú/ö"), entry("link", EntryType::Symlink), entry("long link", EntryType::Symlink), entry("hard", EntryType::Hardlink),
            entry("char", EntryType::CharDevice), entry("fifo", EntryType::Fifo), entry("big ids"), entry("times"), entry("attributes"), entry("setuid"),
        };
        entries[7].link = "plain";
        entries[8].link = std::string(300, 'l') + "/ü";
        entries[9].link = "plain";
        entries[10].deviceMajor = 4;
        entries[10].deviceMinor = 300;
        entries[12].uid = 3'000'000;
        entries[12].gid = 4'294'967'295U;
        entries[13].mtime = -5;
        entries[14].xattrs = { { "security.capability", std::string("\x01\0\0\x02\0", 5) }, { "user.empty", "" }, { "user.text", "a=b\nc" } };
        entries[15].mode = 06755;
        const std::string content(700, 'c');
        MemorySink sink;
        TarWriter writer(sink);
        for (Entry& written : entries) {
            written.size = written.type == EntryType::File ? 700 : 0;
            QVERIFY(writer.add(written).ok());
            if (written.size > 0) {
                QVERIFY(!writer.add(entry("too early")).ok());
                QVERIFY(writer.write(std::as_bytes(std::span(std::string_view(content).substr(300)))).ok());
                QVERIFY(writer.write(std::as_bytes(std::span(std::string_view(content).substr(0, 300)))).ok());
            }
        }
        QVERIFY(writer.finish().ok());
        const auto read = readAll(sink.bytes());
        QVERIFY2(read.ok(), read ? "" : read.error().message().c_str());
        QCOMPARE(read->entries.size(), entries.size());
        for (std::size_t i = 0; i < entries.size(); ++i) {
            const Entry& want = entries[i];
            const Entry& got = read->entries[i];
            QCOMPARE(got.path, want.path);
            QVERIFY(got.type == want.type);
            QCOMPARE(got.link, want.link);
            QCOMPARE(got.mode, want.mode);
            QCOMPARE(got.uid, want.uid);
            QCOMPARE(got.gid, want.gid);
            QCOMPARE(got.mtime, want.mtime);
            QCOMPARE(got.deviceMinor, want.deviceMinor);
            QVERIFY(got.xattrs == want.xattrs);
            QCOMPARE(read->contents[i], want.type == EntryType::File ? std::string(700, 'c') : std::string());
        }
    }
    void theBytesNeverChange()
    {
        // Diff ids of built layers depend on these bytes: a change here would change them for everybody.
        MemorySink sink;
        TarWriter writer(sink);
        QVERIFY(writer.add(entry("d", EntryType::Directory)).ok());
        Entry file = entry("d/é");
        file.xattrs = { { "user.a", "b" } };
        QVERIFY(writer.addFile(file, "content").ok());
        QVERIFY(writer.finish().ok());
        QCOMPARE(sink.bytes().size(), 512U + 512U + 512U + 512U + 512U + 1024U);
        QCOMPARE(QString::fromStdString(Digest::ofText(sink.bytes()).hex()), QString("d290452969288f2c4f0b4e2398fbdc2c4431d5c682a7b1c67abaa9cbf324917f"));
    }
    void gnuTarReadsIt()
    {
        const QTemporaryDir directory;
        const std::string path = directory.path().toStdString() + "/t.tar";
        MemorySink sink;
        TarWriter writer(sink);
        QVERIFY(writer.addFile(entry(std::string(150, 'd') + "/" + std::string(160, 'n')), "x").ok());
        QVERIFY(writer.finish().ok());
        std::ofstream(path) << sink.bytes();
        QProcess tar;
        tar.start("tar", { "-tf", QString::fromStdString(path) });
        QVERIFY(tar.waitForFinished());
        QCOMPARE(tar.exitCode(), 0);
        QCOMPARE(tar.readAllStandardOutput(), QByteArray(150, 'd') + "/" + QByteArray(160, 'n') + "\n");
    }
    void readsWhatGnuTarWrites_data()
    {
        QTest::addColumn<QStringList>("options");
        for (const char* format : { "v7", "ustar", "gnu", "pax" })
            QTest::newRow(format) << QStringList { QString("--format=") + format };
        QTest::newRow("gnu sparse") << QStringList { "--format=gnu", "--sparse" };
        QTest::newRow("pax sparse") << QStringList { "--format=pax", "--sparse" };
        QTest::newRow("pax global") << QStringList { "--format=pax", "--pax-option=globexthdr.name=g,comment=x" };
    }
    void readsWhatGnuTarWrites()
    {
        QFETCH(QStringList, options);
        const QTemporaryDir directory;
        const std::string root = directory.path().toStdString();
        std::ofstream(root + "/a") << "text";
        std::ofstream hole(root + "/hole");
        hole.seekp(300'000);
        hole << "end";
        hole.close();
        QProcess tar;
        tar.start("tar", QStringList { "-C", directory.path() } + options + QStringList { "-cf", "-", "a", "hole" });
        QVERIFY(tar.waitForFinished());
        const QByteArray bytes = tar.readAllStandardOutput();
        const auto read = readAll(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
        QVERIFY2(read.ok(), read ? "" : read.error().message().c_str());
        QCOMPARE(read->contents.size(), 2U);
        QCOMPARE(read->contents[0], std::string("text"));
        QCOMPARE(read->entries[1].size, 300'003U);
        QVERIFY(read->contents[1] == std::string(300'000, '\0') + "end");
    }
    void namesThatAreNoUtf8()
    {
        MemorySink sink;
        TarWriter writer(sink);
        QVERIFY(writer.addFile(entry("caf\xe9"), "x").ok());
        QVERIFY(writer.finish().ok());
        const auto read = readAll(sink.bytes());
        QVERIFY2(read.ok(), read ? "" : read.error().message().c_str());
        QCOMPARE(read->entries.size(), 1U);
        QCOMPARE(QByteArray::fromStdString(read->entries[0].path), QByteArray("caf\xe9"));
    }
    void bounds()
    {
        const auto archive = [](const Entry& one, std::string_view content = "") {
            MemorySink sink;
            TarWriter writer(sink);
            static_cast<void>(one.type == EntryType::File ? writer.addFile(one, content) : writer.add(one));
            static_cast<void>(writer.addFile(entry("second"), "x"));
            static_cast<void>(writer.finish());
            return sink.take();
        };
        TarLimits limits;
        limits.entries = 1;
        QVERIFY(readAll(archive(entry("a")), limits).error().code() == ErrorCode::TooLarge);
        limits = {};
        limits.bytes = 100;
        QVERIFY(readAll(archive(entry("a"), std::string(101, 'x')), limits).error().code() == ErrorCode::TooLarge);
        QVERIFY(readAll(archive(entry(std::string(70'000, 'n')))).error().code() == ErrorCode::TooLarge);
        Entry link = entry("l", EntryType::Symlink);
        link.link = std::string(5000, 'n');
        QVERIFY(readAll(archive(link)).error().code() == ErrorCode::TooLarge);
        Entry fat = entry("x");
        for (int i = 0; i < 300; ++i)
            fat.xattrs.push_back(Xattr { fmt::format("user.{}", i), "v" });
        QVERIFY(readAll(archive(fat)).error().code() == ErrorCode::TooLarge);
        fat.xattrs = { { "user.huge", std::string(3 << 20, 'x') } };
        QVERIFY(!readAll(archive(fat)).ok());
    }
    void endsAndGarbage()
    {
        QVERIFY(readAll("").ok());
        QVERIFY(readAll(std::string(1024, '\0')).ok());
        QVERIFY(!readAll(std::string(2000, 'x')).ok());
        MemorySink sink;
        TarWriter writer(sink);
        QVERIFY(writer.addFile(entry("a"), std::string(2000, 'x')).ok());
        QVERIFY(writer.finish().ok());
        QVERIFY(!readAll(std::string_view(sink.bytes()).substr(0, 1500)).ok());
        // The docker client's way to end: after the last byte that counts. One less is one too few.
        const std::string_view whole = std::string_view(sink.bytes()).substr(0, 512 + 2000);
        const auto unpadded = readAll(whole);
        QVERIFY2(unpadded.ok(), unpadded ? "" : unpadded.error().message().c_str());
        QCOMPARE(unpadded->contents, std::vector<std::string> { std::string(2000, 'x') });
        QVERIFY(!readAll(whole.substr(0, whole.size() - 1)).ok());
        // Padding after the end belongs to the stream and to nothing else.
        QCOMPARE(readAll(sink.bytes() + std::string(9000, '\0'))->entries.size(), 1U);
    }
    void writerRefuses()
    {
        MemorySink sink;
        TarWriter writer(sink);
        QVERIFY(!writer.add(entry("")).ok());
        QVERIFY(!writer.add(entry(std::string("a\0b", 3))).ok());
        QVERIFY(!writer.add(entry("s", EntryType::Socket)).ok());
        Entry sized = entry("f");
        sized.size = 2;
        QVERIFY(writer.add(sized).ok());
        QVERIFY(!writer.write(std::as_bytes(std::span(std::string_view("abc")))).ok());
        QVERIFY(!writer.finish().ok());
    }

    void tellsWhereMembersLie()
    {
        MemorySink sink;
        TarWriter writer(sink);
        Entry odd = entry(std::string(5000, 'n'));
        odd.size = 3;
        Entry last = entry("last");
        last.size = 4;
        Entry first = entry("first");
        first.size = 100'000;
        QVERIFY(writer.addFile(first, std::string(100'000, 'f')).ok());
        QVERIFY(writer.addFile(odd, "odd").ok());
        QVERIFY(writer.addFile(last, "last").ok());
        QVERIFY(writer.finish().ok());

        // A source that can leave bytes out, and counts those that it had to give.
        class Seekable final : public ByteSource {
        public:
            explicit Seekable(std::string_view bytes)
                : m_rest(bytes)
            {
            }
            Result<std::size_t> read(std::span<std::byte> buffer) override
            {
                MemorySource source(m_rest);
                const std::size_t count = TRY(source.read(buffer.first(std::min<std::size_t>(buffer.size(), 1024))));
                m_rest.remove_prefix(count);
                given += count;
                return count;
            }
            Result<std::uint64_t> skip(std::uint64_t count) override
            {
                const auto some = std::min<std::uint64_t>(count, m_rest.size());
                m_rest.remove_prefix(static_cast<std::size_t>(some));
                return some;
            }
            std::size_t given = 0;

        private:
            std::string_view m_rest;
        };
        Seekable source(sink.bytes());
        auto reader = TarReader::open(source);
        QVERIFY(reader.ok());
        QCOMPARE((*reader)->next()->value().path, "first");
        QCOMPARE((*reader)->headerOffset(), 0U);
        QCOMPARE((*reader)->contentOffset(), 512U);
        QVERIFY(!(*reader)->isSparse());
        // The name that is too long for us does not end the archive.
        const auto refused = (*reader)->next();
        QCOMPARE(refused.error().code(), ErrorCode::TooLarge);
        QVERIFY((*reader)->canGoOn());
        QCOMPARE((*reader)->headerOffset(), 512U + 100'352U);
        QCOMPARE((*reader)->next()->value().path, "last");
        QCOMPARE(std::string_view(sink.bytes()).substr((*reader)->contentOffset(), 4), "last");
        QVERIFY(!(*reader)->next()->has_value());
        QVERIFY(!(*reader)->canGoOn());
        QVERIFY2(source.given < 20'000, qPrintable(QString::number(source.given)));
    }
};

QTEST_GUILESS_MAIN(TestTar)
#include "tst_tar.moc"
