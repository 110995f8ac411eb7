// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/reader/tar_unpacker.h"

#include "tests/unit/core/layers/source/image_archives.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

#include <sys/stat.h>
#include <unistd.h>

using namespace darsena;
using namespace darsena::cli;
using layers::file;
using layers::folder;
using layers::hardLink;
using layers::Member;
using layers::softLink;
using layers::tarOf;

class TestTarUnpacker : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_outer;
    QString m_folder;

    std::string path(const char* name) const { return (m_folder + u'/' + QString::fromLatin1(name)).toStdString(); }
    QByteArray content(const char* name) const
    {
        QFile opened(QString::fromStdString(path(name)));
        return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray("(cannot be opened)");
    }
    QStringList names(const QString& where) const
    {
        return QDir(where).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot, QDir::Name);
    }
    QStringList names() const { return names(m_folder); }
    Result<UnpackedTar> unpack(const std::string& tar, const std::string& name = {})
    {
        auto unpacker = TRY(TarUnpacker::create(m_folder.toStdString()));
        archive::MemorySource source(tar);
        TRY(unpacker.unpack(source));
        TRY(unpacker.finish(name));
        return unpacker.sums();
    }

private slots:
    void init()
    {
        m_outer = std::make_unique<QTemporaryDir>();
        m_folder = m_outer->filePath(QStringLiteral("target"));
        QVERIFY(QDir().mkpath(m_folder));
        QFile secret(m_outer->filePath(QStringLiteral("secret")));
        QVERIFY(secret.open(QIODevice::WriteOnly) && secret.write("secret") == 6);
    }

    void modesTimesAndLinks()
    {
        const auto unpacked = unpack(tarOf({ folder("app", 0555), file("app/tool", "#!", 04755), file("app/data", "d", 0640), softLink("app/link", "../../secret"),
            hardLink("app/again", "app/data"), folder("app/shared", 01777), file("app/shared/x", "") }));
        QVERIFY2(unpacked, unpacked ? "" : unpacked.error().message().c_str());
        QCOMPARE(unpacked->entries, 7u);
        QCOMPARE(unpacked->bytes, 3u);
        struct stat status {};
        QCOMPARE(::stat(path("app/tool").c_str(), &status), 0);
        // Setuid would lend the user's rights to the image's program.
        QCOMPARE(status.st_mode & 07777, 0755u);
        QCOMPARE(status.st_mtime, 1'700'000'000);
        QCOMPARE(::stat(path("app").c_str(), &status), 0);
        QCOMPARE(status.st_mode & 07777, 0555u);
        QCOMPARE(status.st_mtime, 1'700'000'000);
        QCOMPARE(::stat(path("app/shared").c_str(), &status), 0);
        QCOMPARE(status.st_mode & 07777, 01777u);
        QCOMPARE(::stat(path("app/again").c_str(), &status), 0);
        QCOMPARE(status.st_nlink, 2u);
        char target[100] {};
        QCOMPARE(::readlink(path("app/link").c_str(), target, sizeof target), ssize_t(12));
        QCOMPARE(names(), QStringList { QStringLiteral("app") });
        ::chmod(path("app").c_str(), 0755); // for the test's own cleaning up
    }

    void nothingLeavesTheFolder_data()
    {
        QTest::addColumn<QByteArray>("tar");
        const auto row = [](const char* name, const std::vector<Member>& members) { QTest::newRow(name) << QByteArray::fromStdString(tarOf(members)); };
        row("dots", { file("../secret", "evil") });
        row("deep dots", { file("a/../../secret", "evil") });
        row("absolute", { file("/secret", "evil") });
        row("through a link", { softLink("out", ".."), file("out/secret", "evil") });
        row("through an absolute link", { softLink("out", "/"), file("out/secret", "evil") });
        row("link to a link", { softLink("a", ".."), softLink("b", "a"), file("b/secret", "evil") });
        row("link replaced by its file", { softLink("secret", "../secret"), file("secret", "evil") });
        row("hard link out", { hardLink("x", "../secret"), file("x", "evil") });
        row("hard link by a link", { softLink("out", ".."), hardLink("x", "out/secret"), file("x", "evil") });
        row("directory onto a link", { softLink("out", ".."), folder("out"), file("out/secret", "evil") });
    }
    void nothingLeavesTheFolder()
    {
        QFETCH(QByteArray, tar);
        const auto unpacked = unpack(tar.toStdString());
        static_cast<void>(unpacked); // done inside, or refused
        QFile secret(m_outer->filePath(QStringLiteral("secret")));
        QVERIFY(secret.open(QIODevice::ReadOnly));
        QCOMPARE(secret.readAll(), QByteArray("secret"));
        QCOMPARE(names(m_outer->path()), (QStringList { QStringLiteral("secret"), QStringLiteral("target") }));
        struct stat status {};
        QCOMPARE(::stat((m_outer->path() + QStringLiteral("/secret")).toStdString().c_str(), &status), 0);
        QCOMPARE(status.st_nlink, 1u);
    }

    void devicesAreLeftOut()
    {
        const auto unpacked = unpack(tarOf({ { "null", {}, archive::EntryType::CharDevice }, { "pipe", {}, archive::EntryType::Fifo }, file("x", "y"), hardLink("z", "missing") }));
        QVERIFY(unpacked);
        QCOMPARE(unpacked->skipped, 3u);
        QCOMPARE(names(), QStringList { QStringLiteral("x") });
    }

    void lastOneWins()
    {
        QVERIFY(unpack(tarOf({ file("x", "one"), file("x", "two"), folder("d"), file("d/in", "in"), file("d", "a file now") })));
        QCOMPARE(content("x"), QByteArray("two"));
        QCOMPARE(content("d"), QByteArray("a file now"));
    }

    void allOrNothing()
    {
        const std::string whole = tarOf({ folder("closed", 0), file("closed/x", std::string(100'000, 'x')), file("after", "y") });
        const auto broken = unpack(whole.substr(0, 50'000));
        QVERIFY(!broken);
        QCOMPARE(names(), QStringList());
    }

    void whatIsThereStays()
    {
        QVERIFY(unpack(tarOf({ file("x", "mine") })));
        const auto again = unpack(tarOf({ file("a", "new"), file("x", "theirs") }));
        QCOMPARE(again.error().code(), ErrorCode::Conflict);
        QVERIFY(again.error().message().find("x is there already") != std::string::npos);
        QCOMPARE(content("x"), QByteArray("mine"));
        QCOMPARE(names(), QStringList { QStringLiteral("x") });
    }

    void underAnotherName()
    {
        QVERIFY(unpack(tarOf({ file("passwd", "one", 0600) }), "saved"));
        QCOMPARE(names(), QStringList { QStringLiteral("saved") });
        // Saving over a file is what was asked for.
        QVERIFY(unpack(tarOf({ file("passwd", "two", 0755) }), "saved"));
        QCOMPARE(content("saved"), QByteArray("two"));
        struct stat status {};
        QCOMPARE(::stat(path("saved").c_str(), &status), 0);
        QCOMPARE(status.st_mode & 07777, 0755u);
        QCOMPARE(unpack(tarOf({ file("a"), file("b") }), "saved").error().code(), ErrorCode::Invalid);
        QVERIFY(QDir(m_folder).mkpath(QStringLiteral("kept")));
        QCOMPARE(unpack(tarOf({ file("a") }), "kept").error().code(), ErrorCode::Conflict);
        QCOMPARE(names(), (QStringList { QStringLiteral("kept"), QStringLiteral("saved") }));
    }

    void keepsATar()
    {
        const std::string tar = tarOf({ file("x", "y") });
        auto unpacker = TarUnpacker::create(m_folder.toStdString());
        QVERIFY(unpacker);
        archive::MemorySource source(tar);
        QVERIFY(unpacker->keep(source));
        QVERIFY(unpacker->finish("layer.tar"));
        QCOMPARE(content("layer.tar").toStdString(), tar);
        QCOMPARE(names(), QStringList { QStringLiteral("layer.tar") });
    }
};

QTEST_GUILESS_MAIN(TestTarUnpacker)
#include "tst_tar_unpacker.moc"
