// SPDX-License-Identifier: GPL-3.0-or-later
// What an image has at a mount point goes into an empty volume; what a hostile image points at does not.
#include "core/volumes/populate.h"

#include "core/base/unique_fd.h"

#include <QTemporaryDir>
#include <QtTest>

#include <atomic>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

using namespace darsena;
namespace fs = std::filesystem;

namespace {

constexpr const char* secret = "nobody's business";

void write(const fs::path& file, const std::string& text)
{
    std::ofstream(file) << text;
}

std::string read(const fs::path& file)
{
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::size_t entries(const fs::path& folder)
{
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

struct stat statusOf(const fs::path& file)
{
    struct stat status{};
    ::lstat(file.c_str(), &status);
    return status;
}

} // namespace

class TestPopulate : public QObject {
    Q_OBJECT

private slots:
    void init()
    {
        if (::geteuid() != 0)
            QSKIP("needs root");
        m_folder = std::make_unique<QTemporaryDir>();
        m_base = m_folder->path().toStdString();
        for (const char* name : {"image", "image/data", "volume", "outside"})
            fs::create_directory(m_base / name);
        write(m_base / "outside/secret", secret);
    }

    void copiesContentWithItsOwnersModesAndTimes()
    {
        const fs::path data = m_base / "image/data";
        fs::create_directories(data / "sub/deep");
        write(data / "file", "content");
        write(data / "sub/deep/program", "program");
        fs::create_symlink("/etc/passwd", data / "link");
        QVERIFY(::chown((data / "file").c_str(), 7, 8) == 0);
        QVERIFY(::chmod((data / "sub/deep/program").c_str(), 04755) == 0);
        // cap_net_raw+ep, version 2.
        const std::array<unsigned char, 20> capability{1, 0, 0, 2, 0, 0x20, 0, 0};
        const bool capable = ::setxattr((data / "sub/deep/program").c_str(), "security.capability", capability.data(), capability.size(), 0) == 0;
        QVERIFY(::chown(data.c_str(), 9, 10) == 0);
        QVERIFY(::chmod(data.c_str(), 01770) == 0);
        const timespec past[2]{{1000, 0}, {1000, 0}};
        QVERIFY(::utimensat(AT_FDCWD, (data / "file").c_str(), past, 0) == 0);
        QVERIFY(fill("/data").ok());
        const fs::path volume = m_base / "volume";
        QCOMPARE(read(volume / "file"), std::string("content"));
        QCOMPARE(statusOf(volume / "file").st_uid, uid_t{7});
        QCOMPARE(statusOf(volume / "file").st_gid, gid_t{8});
        QCOMPARE(statusOf(volume / "file").st_mtim.tv_sec, time_t{1000});
        QCOMPARE(statusOf(volume / "sub/deep/program").st_mode & 07777, mode_t{04755});
        QCOMPARE(fs::read_symlink(volume / "link").string(), std::string("/etc/passwd"));
        QCOMPARE(statusOf(volume).st_uid, uid_t{9});
        QCOMPARE(statusOf(volume).st_mode & 07777, mode_t{01770});
        std::array<unsigned char, 20> kept{};
        if (capable)
            QCOMPARE(::getxattr((volume / "sub/deep/program").c_str(), "security.capability", kept.data(), kept.size()), ssize_t{20});
    }

    void leavesAVolumeWithContentAlone()
    {
        write(m_base / "image/data/file", "image");
        write(m_base / "volume/mine", "mine");
        QVERIFY(fill("/data").ok());
        QCOMPARE(entries(m_base / "volume"), std::size_t{1});
    }

    void leavesOutDevicesAndTheLike()
    {
        const fs::path data = m_base / "image/data";
        QVERIFY(::mkfifo((data / "fifo").c_str(), 0600) == 0);
        (void)::mknod((data / "device").c_str(), S_IFCHR | 0600, makedev(1, 3)); // some machines refuse even that
        write(data / "file", "content");
        QVERIFY(fill("/data").ok());
        QCOMPARE(entries(m_base / "volume"), std::size_t{1});
    }

    void mountPointsOfAHostileImage_data()
    {
        QTest::addColumn<QByteArray>("mountPoint");
        QTest::newRow("above the root") << QByteArray("/../../outside");
        QTest::newRow("a link out") << QByteArray("/link");
        QTest::newRow("a relative link out") << QByteArray("/climb");
        QTest::newRow("below a link out") << QByteArray("/data/inner/outside");
        QTest::newRow("a file") << QByteArray("/file");
        QTest::newRow("a FIFO") << QByteArray("/fifo");
        QTest::newRow("a loop") << QByteArray("/loop");
        QTest::newRow("nothing") << QByteArray("/nothing/at/all");
    }
    void mountPointsOfAHostileImage()
    {
        QFETCH(QByteArray, mountPoint);
        const fs::path image = m_base / "image";
        fs::create_symlink(m_base / "outside", image / "link");
        fs::create_symlink("../../../../../.." + (m_base / "outside").string(), image / "climb");
        fs::create_symlink("/..", image / "data/inner");
        fs::create_symlink("loop", image / "loop");
        write(image / "file", "x");
        QVERIFY(::mkfifo((image / "fifo").c_str(), 0600) == 0);
        QVERIFY(fill(mountPoint.toStdString()).ok());
        QCOMPARE(entries(m_base / "volume"), std::size_t{0});
    }

    /// CVE-2023-0778: a second container of the same root swaps folder and link while the volume is filled.
    void aSwapMeanwhileLeadsNowhere()
    {
        const fs::path data = m_base / "image/data";
        fs::create_directory(data / "a");
        write(data / "a/secret", "harmless");
        fs::create_symlink(m_base / "outside", data / "b");
        std::atomic<bool> done = false;
        std::thread swapper([&] {
            while (!done)
                (void)::renameat2(AT_FDCWD, (data / "a").c_str(), AT_FDCWD, (data / "b").c_str(), RENAME_EXCHANGE);
        });
        bool leaked = false;
        for (int round = 0; round < 500 && !leaked; ++round) {
            (void)fill("/data"); // a swap at the wrong moment is an error, and that is fine
            for (const char* name : {"a", "b"}) {
                const fs::path copy = m_base / "volume" / name;
                if (S_ISDIR(statusOf(copy).st_mode) && read(copy / "secret") == secret)
                    leaked = true;
            }
            fs::remove_all(m_base / "volume");
            fs::create_directory(m_base / "volume");
        }
        done = true;
        swapper.join();
        QVERIFY(!leaked);
    }

    void boundsDepth()
    {
        fs::path deep = m_base / "image/data";
        for (int level = 0; level < 80; ++level)
            deep /= "d";
        fs::create_directories(deep);
        QCOMPARE(fill("/data").error().code(), ErrorCode::TooLarge);
    }

private:
    Result<void> fill(const std::string& mountPoint)
    {
        const os::Beneath image = TRY(os::Beneath::open(m_base / "image"));
        return volumes::populate(image, mountPoint, m_base / "volume");
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_base;
};

QTEST_GUILESS_MAIN(TestPopulate)
#include "tst_populate.moc"
