// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/os/beneath.h"

#include "core/os/file.h"

#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>

#include <atomic>
#include <cerrno>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace darsena;
using namespace darsena::os;
namespace fs = std::filesystem;

class TestBeneath : public QObject {
    Q_OBJECT

private slots:
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        m_outside = m_directory->path().toStdString() + "/outside";
        m_inside = m_directory->path().toStdString() + "/root";
        fs::create_directories(m_outside);
        fs::create_directories(m_inside / "a/b");
        QVERIFY(writeFileAtomic(m_outside / "secret", "secret", Durability::None, 0600).ok());
        QVERIFY(writeFileAtomic(m_inside / "a/b/file", "inside", Durability::None).ok());
        fs::create_symlink(m_outside, m_inside / "out");
        fs::create_symlink("../../../../../../../..", m_inside / "up");
        fs::create_symlink("/a/b", m_inside / "absolute");
        fs::create_symlink("b/file", m_inside / "a/link");
    }

    void followsLinksInsideTheRoot()
    {
        const Beneath root = open();
        QCOMPARE(text(root.readFile("a/link", 100)), QString("inside"));
        QCOMPARE(text(root.readFile("/absolute/file", 100)), QString("inside"));
        QCOMPARE(text(root.readFile("up/up/a/../a/b/file/", 100)), QString("inside"));
        QCOMPARE(text(root.readFile("../../a//./b/file", 100)), QString("inside"));
        QCOMPARE(text(root.readLink("a/link")), QString("b/file"));
    }
    void neverLeaves_data()
    {
        QTest::addColumn<QString>("path");
        for (const char* path : { "out/secret", "../outside/secret", "up/outside/secret", "/../outside/secret", "a/../../outside/secret", "out/", "out/../outside/secret" })
            QTest::newRow(path) << QString(path);
    }
    void neverLeaves()
    {
        QFETCH(QString, path);
        const Beneath root = open();
        const std::string name = path.toStdString();
        QVERIFY(!root.readFile(name, 100).ok());
        QVERIFY(!root.open(name, O_RDONLY).ok());
        QVERIFY(!root.setMode(name + "/secret", 0777).ok());
        QVERIFY(!root.remove(name == "out/" ? "out/secret" : name).ok());
        QVERIFY(!root.createFile(name + "/new", 0600).ok());
        QVERIFY(!root.hardLink(name, "a/stolen").ok() || name == "out/"); // a link itself may be linked
        QVERIFY(!fs::exists(m_outside / "new"));
        struct stat status {};
        QCOMPARE(::stat((m_outside / "secret").c_str(), &status), 0);
        QCOMPARE(status.st_mode & 0777U, 0600U);
    }
    void trailingSlashDoesNotFollow()
    {
        // "link/" with O_NOFOLLOW follows the link, to the kernel; not here.
        const Beneath root = open();
        auto fd = root.open("absolute/", O_PATH | O_NOFOLLOW);
        QVERIFY(fd.ok());
        struct stat status {};
        QCOMPARE(::fstat(fd->get(), &status), 0);
        QVERIFY(S_ISLNK(status.st_mode));
        QVERIFY(S_ISLNK(root.stat("absolute/")->st_mode));
        QVERIFY(root.removeTree("absolute/").ok());
        QVERIFY(fs::exists(m_inside / "a/b/file"));
        QVERIFY(!fs::exists(fs::symlink_status(m_inside / "absolute")));
    }
    void refusesLinksWhenTold()
    {
        const Beneath root = open();
        QCOMPARE(root.open("absolute/file", O_RDONLY, 0, Links::Refuse).error().systemError(), ELOOP);
        QVERIFY(root.open("a/b/file", O_RDONLY, 0, Links::Refuse).ok());
    }
    void procLinksAreNoWayOut()
    {
        const auto root = Beneath::open("/");
        QVERIFY(root.ok());
        QCOMPARE(root->open("/proc/self/root/etc", O_RDONLY).error().systemError(), ELOOP);
        QCOMPARE(root->open("/proc/self/fd/0", O_RDONLY).error().systemError(), ELOOP);
    }
    void specialFilesAreNotOpened()
    {
        QCOMPARE(::mkfifo((m_inside / "fifo").c_str(), 0600), 0);
        const Beneath root = open();
        QVERIFY(root.readFile("fifo", 100).error().code() == ErrorCode::Invalid);
        QVERIFY(root.readFile("a", 100).error().code() == ErrorCode::Invalid);
    }
    void makesAndRemoves()
    {
        const Beneath root = open();
        QVERIFY(root.makeDirectories("x/y/z", 02750, ::geteuid(), ::getegid()).ok());
        QCOMPARE(root.stat("x/y")->st_mode & 07777U, 02750U);
        QVERIFY(root.makeDirectories("absolute/new", 0700, ::geteuid(), ::getegid()).ok());
        QVERIFY(fs::exists(m_inside / "a/b/new"));
        QVERIFY(!root.makeDirectories("a/b/file/c", 0700).ok());
        QVERIFY(root.createFile("x/f", 0644).ok());
        QCOMPARE(root.createFile("x/f", 0644).error().systemError(), EEXIST);
        QCOMPARE(root.createFile("out", 0644).error().systemError(), EEXIST);
        QVERIFY(root.symlink("anywhere", "x/s").ok());
        QVERIFY(root.setMode("x/s", 0777).error().code() == ErrorCode::Invalid);
        QVERIFY(root.rename("x/f", "x/g").ok());
        const auto names = root.list("x");
        QVERIFY(names.ok());
        QCOMPARE(names->size(), 3U);
        QCOMPARE(QString::fromStdString((*names)[0].name), QString("g"));
        QVERIFY(root.list("x", 2).error().code() == ErrorCode::TooLarge);
        QVERIFY(root.removeTree("x").ok());
        QVERIFY(!root.exists("x"));
        QVERIFY(root.removeTree("x").ok());
        QCOMPARE(root.remove("x").error().systemError(), ENOENT);
        QVERIFY(root.place("a/..").error().code() == ErrorCode::Invalid);
    }
    void removesTreesThatAreDeeperThanDescriptors()
    {
        const Beneath root = open();
        std::string name(200, 'd');
        std::string prefix = "deep";
        // Deeper than PATH_MAX and than the descriptors of a process; made step by step.
        Beneath at = std::move(*root.duplicate());
        QVERIFY(at.makeDirectories("deep", 0700, ::geteuid(), ::getegid()).ok());
        at = std::move(*at.openDirectory("deep"));
        for (int i = 0; i < 1500; ++i) {
            QVERIFY(at.makeDirectories(name, 0700, ::geteuid(), ::getegid()).ok());
            at = std::move(*at.openDirectory(name));
        }
        QVERIFY(at.createFile("leaf", 0600).ok());
        const auto removed = removeTree(m_inside / "deep");
        QVERIFY2(removed.ok(), removed ? "" : removed.error().message().c_str());
        QVERIFY(!fs::exists(m_inside / "deep"));
    }
    void swappedParents()
    {
        // Another process turns a directory into a link outwards and back while we work below it.
        const fs::path turning = m_inside / "turning";
        const fs::path kept = m_inside / "kept";
        fs::create_directory(turning);
        std::atomic<bool> stop { false };
        std::thread swapper([&] {
            while (!stop) {
                ::rename(turning.c_str(), kept.c_str());
                static_cast<void>(::symlink(m_outside.c_str(), turning.c_str()));
                ::unlink(turning.c_str());
                ::rename(kept.c_str(), turning.c_str());
            }
        });
        const Beneath root = open();
        for (int i = 0; i < 3000; ++i) {
            static_cast<void>(root.createFile(fmt::format("turning/new{}", i), 0600));
            static_cast<void>(root.setMode("turning/secret", 0777));
            static_cast<void>(root.removeTree("turning/secret"));
        }
        stop = true;
        swapper.join();
        QCOMPARE(std::distance(fs::directory_iterator(m_outside), fs::directory_iterator()), 1);
        struct stat status {};
        QCOMPARE(::stat((m_outside / "secret").c_str(), &status), 0);
        QCOMPARE(status.st_mode & 0777U, 0600U);
    }
    void badNames()
    {
        const Beneath root = open();
        QVERIFY(root.open(std::string_view("a\0b", 3), O_RDONLY).error().code() == ErrorCode::Invalid);
        QVERIFY(root.open(std::string(256, 'x'), O_RDONLY).error().code() == ErrorCode::Invalid);
        QVERIFY(root.open(std::string(70'000, 'x'), O_RDONLY).error().code() == ErrorCode::Invalid);
        QVERIFY(root.open("", O_PATH).ok());
    }

private:
    Beneath open() const
    {
        auto root = Beneath::open(m_inside);
        if (!root)
            qFatal("%s", root.error().message().c_str());
        return std::move(*root);
    }
    static QString text(const Result<std::string>& result)
    {
        return QString::fromStdString(result ? *result : "error: " + result.error().message());
    }

    std::unique_ptr<QTemporaryDir> m_directory;
    fs::path m_outside;
    fs::path m_inside;
};

QTEST_GUILESS_MAIN(TestBeneath)
#include "tst_beneath.moc"
