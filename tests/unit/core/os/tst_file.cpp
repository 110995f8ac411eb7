// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/os/file.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

using namespace darsena;
using namespace darsena::os;
namespace fs = std::filesystem;

class TestFile : public QObject {
    Q_OBJECT

private slots:
    void init() { m_directory = std::make_unique<QTemporaryDir>(); }

    void writesAndReads()
    {
        const fs::path file = path("f");
        for (Durability durability : { Durability::None, Durability::Synced }) {
            QVERIFY(writeFileAtomic(file, "text", durability, 0640).ok());
            struct stat status {};
            QCOMPARE(::stat(file.c_str(), &status), 0);
            QCOMPARE(status.st_mode & 07777U, 0640U);
        }
        QCOMPARE(*readFile(file, 4), std::string("text"));
        QVERIFY(readFile(file, 3).error().code() == ErrorCode::TooLarge);
        QCOMPARE(std::distance(fs::directory_iterator(file.parent_path()), fs::directory_iterator()), 1);
    }
    void failedWriteLeavesTheOld()
    {
        fs::create_directory(path("d"));
        QVERIFY(!writeFileAtomic(path("d"), "x", Durability::None).ok());
        QCOMPARE(std::distance(fs::directory_iterator(path("")), fs::directory_iterator()), 1);
    }
    void removesWhatDeadWritersLeft()
    {
        for (const char* name : { "f", "f.tmp-12-3", "f.tmp-", "f.tmp-x", "f.tmp-1.json" })
            std::ofstream(path(name)) << "x";
        fs::create_directory(path("d.tmp-1-2"));
        removeTemporaries(path(""));
        for (const char* name : { "f", "f.tmp-x", "f.tmp-1.json", "d.tmp-1-2" })
            QVERIFY2(fs::exists(path(name)), name);
        QVERIFY(!fs::exists(path("f.tmp-12-3")));
        removeTemporaries(path("missing"));
    }
    void readsNoLinksAndNoFifos()
    {
        std::ofstream(path("f")) << "x";
        fs::create_symlink("f", path("link"));
        QCOMPARE(::mkfifo(path("fifo").c_str(), 0600), 0);
        QVERIFY(!readFile(path("link"), 10).ok());
        QVERIFY(!readFile(path("fifo"), 10).ok());
        QVERIFY(!readFile(path("missing"), 10).ok());
    }
    void makesDirectories()
    {
        QVERIFY(makeDirectories(path("a/b/c/"), 0700).ok());
        QVERIFY(makeDirectories(path("a/b"), 0755).ok());
        struct stat status {};
        QCOMPARE(::stat(path("a/b").c_str(), &status), 0);
        QCOMPARE(status.st_mode & 07777U, 0700U);
        std::ofstream(path("f")) << "x";
        QVERIFY(!makeDirectories(path("f/x"), 0700).ok());
    }
    void removesTrees()
    {
        fs::create_directories(path("t/a/b"));
        fs::create_directories(path("kept"));
        std::ofstream(path("kept/f")) << "x";
        fs::create_directory_symlink(path("kept"), path("t/a/link"));
        QVERIFY(removeTree(path("t/")).ok());
        QVERIFY(!fs::exists(path("t")));
        QVERIFY(fs::exists(path("kept/f")));
        QVERIFY(removeTree(path("t")).ok());
        QVERIFY(removeTree(path("no/such")).ok());
    }
    void renamesWithoutReplacing()
    {
        fs::create_directory(path("a"));
        fs::create_directory(path("b"));
        QVERIFY(renameNoReplace(path("a"), path("b")).error().code() == ErrorCode::Conflict);
        QVERIFY(renameNoReplace(path("a"), path("c")).ok());
    }
    void countsHardLinksOnce()
    {
        std::ofstream(path("f")) << std::string(100'000, 'x');
        const auto before = diskUse(path(""));
        fs::create_hard_link(path("f"), path("g"));
        const auto after = diskUse(path(""));
        QVERIFY(before.ok() && after.ok());
        QCOMPARE(after->bytes, before->bytes);
        QCOMPARE(after->files, before->files + 1);
    }

private:
    fs::path path(const std::string& name) const { return m_directory->path().toStdString() + "/" + name; }
    std::unique_ptr<QTemporaryDir> m_directory;
};

QTEST_GUILESS_MAIN(TestFile)
#include "tst_file.moc"
