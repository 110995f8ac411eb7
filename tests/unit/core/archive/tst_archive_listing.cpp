// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/archive/archive_listing.h"

#include "core/archive/stream.h"
#include "core/archive/tar_writer.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace darsena;
using namespace darsena::archive;

namespace {

std::string run(const QString& folder, const QString& command)
{
    QProcess process;
    process.setWorkingDirectory(folder);
    process.start(QStringLiteral("sh"), { QStringLiteral("-c"), command });
    process.waitForFinished(30'000);
    return process.readAllStandardOutput().toStdString();
}

QStringList namesOf(const ArchiveListing& listing)
{
    QStringList names;
    for (const ListedMember& member : listing.members)
        names.append(QStringLiteral("%1 %2").arg(QString::fromStdString(member.path)).arg(member.size));
    return names;
}

std::string tarOf(int files)
{
    MemorySink sink;
    TarWriter tar(sink);
    for (int i = 0; i < files; ++i) {
        Entry entry;
        entry.path = "file" + std::to_string(i);
        entry.size = 10;
        entry.mode = 0644;
        if (!tar.addFile(entry, "0123456789"))
            qFatal("tar");
    }
    if (!tar.finish())
        qFatal("tar");
    return sink.take();
}

} // namespace

class TestArchiveListing : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_dir.isValid());
        run(m_dir.path(), QStringLiteral("mkdir -p d && printf hello > d/a && printf 'two words' > d/ñandú && ln -s a d/link"));
    }

    /// What other programs packed.
    void foreignArchives_data()
    {
        QTest::addColumn<QString>("program");
        QTest::addColumn<QString>("command");
        QTest::addColumn<QString>("format");
        QTest::addColumn<QStringList>("names");
        const QStringList tree { "d/ 0", "d/a 5", "d/link 0", "d/ñandú 9" };
        QTest::newRow("tar") << "tar" << "tar -c --sort=name d" << "tar" << tree;
        QTest::newRow("gzip") << "gzip" << "tar -c --sort=name d | gzip" << "tar, gzip" << tree;
        QTest::newRow("xz") << "xz" << "tar -c --sort=name d | xz" << "tar, xz" << tree;
        QTest::newRow("bzip2") << "bzip2" << "tar -c --sort=name d | bzip2" << "tar, bzip2" << tree;
        QTest::newRow("zstd") << "zstd" << "tar -c --sort=name d | zstd -c" << "tar, zstd" << tree;
        QTest::newRow("zip") << "python3"
                             << "python3 -c \"import sys,zipfile,io; b=io.BytesIO(); z=zipfile.ZipFile(b,'w',zipfile.ZIP_DEFLATED); z.writestr('d/a','hello'); "
                                "z.writestr('d/ñandú','two words'); z.close(); sys.stdout.buffer.write(b.getvalue())\""
                             << "zip" << QStringList { "d/a 5", "d/ñandú 9" };
        QTest::newRow("ar") << "ar" << "printf 2.0 > debian-binary && ar rc x.a debian-binary d/a && cat x.a" << "ar" << QStringList { "debian-binary 3", "a 5" };
    }
    void foreignArchives()
    {
        QFETCH(QString, program);
        QFETCH(QString, command);
        QFETCH(QString, format);
        QFETCH(QStringList, names);
        if (QStandardPaths::findExecutable(program).isEmpty())
            QSKIP("the program that packs it is not installed");
        const std::string bytes = run(m_dir.path(), command);
        QVERIFY(looksLikeArchive(bytes));
        const auto listing = listArchive(bytes);
        QVERIFY2(listing.ok(), listing.ok() ? "" : listing.error().message().c_str());
        QCOMPARE(QString::fromStdString(listing->format), format);
        QCOMPARE(namesOf(*listing), names);
        QVERIFY(!listing->cut);

        // Cut anywhere, it is a shorter list or an error, and never more.
        for (std::size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 97) {
            const auto part = listArchive(std::string_view(bytes).substr(0, size));
            if (part)
                QVERIFY(part->members.size() <= listing->members.size());
        }
    }
    void linksAndModes()
    {
        const auto listing = listArchive(run(m_dir.path(), QStringLiteral("tar -c --sort=name d")));
        QVERIFY(listing.ok());
        QCOMPARE(listing->members[0].type, EntryType::Directory);
        QCOMPARE(listing->members[2].type, EntryType::Symlink);
        QCOMPARE(listing->members[2].link, std::string("a"));
        QCOMPARE(listing->members[1].mode & 0600, 0600U);
    }
    void bounds()
    {
        const std::string tar = tarOf(50);
        const auto few = listArchive(tar, { .entries = 10 });
        QVERIFY(few.ok());
        QCOMPARE(few->members.size(), 10U);
        QVERIFY(few->cut);
        const auto short_ = listArchive(tar, { .bytes = 1024 * 5 });
        QVERIFY(short_.ok());
        QVERIFY(short_->members.size() < 8);
        QVERIFY(short_->cut);
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = listArchive(tar, {}, stop.get_token());
        QVERIFY(!stopped.ok());
        QCOMPARE(stopped.error().code(), ErrorCode::Cancelled);
    }
    void noArchives()
    {
        for (const std::string& bytes : { std::string(), std::string("hello"), std::string(600, '\0'), std::string("PK\x03"), std::string("#!/bin/sh\n") }) {
            QVERIFY(!looksLikeArchive(bytes));
            const auto listing = listArchive(bytes);
            QVERIFY(!listing.ok());
            QCOMPARE(listing.error().code(), ErrorCode::Unsupported);
        }
        for (const std::string& bytes : { std::string("PK\x03\x04 nothing"), std::string("!<arch>\nxyz"), std::string("\x1f\x8b\x08 damaged") }) {
            const auto listing = listArchive(bytes);
            QVERIFY(!listing.ok());
            QCOMPARE(listing.error().code(), ErrorCode::Corrupt);
        }
    }
    void compressedText()
    {
        if (QStandardPaths::findExecutable(QStringLiteral("gzip")).isEmpty())
            QSKIP("gzip is not installed");
        const std::string bytes = run(m_dir.path(), QStringLiteral("seq 1 100000 | gzip"));
        QVERIFY(looksLikeArchive(bytes));
        const auto listing = listArchive(bytes);
        QVERIFY(!listing.ok());
        QCOMPARE(listing.error().code(), ErrorCode::Unsupported);
        QCOMPARE(unpackedStart(bytes, 10).value(), std::string("1\n2\n3\n4\n5\n"));
        QCOMPARE(unpackedStart(bytes, 1 << 20).value().size(), 588895U);
        const auto broken = unpackedStart(std::string_view(bytes).substr(0, bytes.size() / 2), 1 << 20);
        QVERIFY(broken.ok() && broken->starts_with("1\n2\n") && broken->size() < 588895U);
        QCOMPARE(unpackedStart("plain", 10).error().code(), ErrorCode::Unsupported);
    }
};

QTEST_GUILESS_MAIN(TestArchiveListing)
#include "tst_archive_listing.moc"
