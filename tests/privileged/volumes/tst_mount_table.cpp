// SPDX-License-Identifier: GPL-3.0-or-later
// Real mounts, in a mount namespace of the test's own.
#include "core/volumes/mount_table.h"

#include "core/base/unique_fd.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

using namespace darsena;
using namespace darsena::volumes;
namespace fs = std::filesystem;

namespace {

const std::map<std::string, std::string> tmpfs{{"type", "tmpfs"}, {"device", "tmpfs"}, {"o", "size=64k"}};

void write(const fs::path& file, const char* text)
{
    std::ofstream(file) << text;
}

std::string read(const fs::path& file)
{
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

UniqueFd ownNamespace()
{
    return UniqueFd::adopt(::open("/proc/thread-self/ns/mnt", O_RDONLY | O_CLOEXEC));
}

} // namespace

class TestMountTable : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (::geteuid() != 0)
            QSKIP("needs root");
        QVERIFY(::unshare(CLONE_NEWNS) == 0);
        QVERIFY(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0);
    }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_store = VolumeStore::open(fs::path(m_folder->path().toStdString()) / "volumes").value();
    }

    void mountsForTheFirstAndUnmountsAfterTheLast()
    {
        MountTable table;
        const Volume volume = m_store->create("fleeting", {}, false, tmpfs).value();
        QVERIFY(!isMountPoint(volume.data));
        QVERIFY(table.acquire(volume, "one").ok());
        QVERIFY(isMountPoint(volume.data));
        struct statvfs status{};
        QVERIFY(::statvfs(volume.data.c_str(), &status) == 0);
        QVERIFY((status.f_flag & ST_NOSUID) != 0 && (status.f_flag & ST_NODEV) != 0);
        write(volume.data / "file", "held");
        QVERIFY(table.acquire(volume, "two").ok());
        QVERIFY(table.acquire(volume, "two").ok()); // two mounts of one container
        QCOMPARE(read(volume.data / "file"), std::string("held"));
        table.release(volume, "one");
        table.release(volume, "one");
        table.release(volume, "nobody");
        QVERIFY(isMountPoint(volume.data));
        table.release(volume, "two");
        QVERIFY(!isMountPoint(volume.data));
        QVERIFY(!fs::exists(volume.data / "file"));
    }

    void plainVolumesAreNotMounted()
    {
        MountTable table;
        const Volume volume = m_store->create("plain", {}).value();
        QVERIFY(table.acquire(volume, "one").ok());
        QVERIFY(!isMountPoint(volume.data));
        table.release(volume, "one");
    }

    void bindsShowTheFolder()
    {
        MountTable table;
        const fs::path theirs = fs::path(m_folder->path().toStdString()) / "theirs";
        fs::create_directory(theirs);
        write(theirs / "file", "theirs");
        const Volume volume = m_store->create("bound", {}, false, {{"type", "none"}, {"device", theirs}, {"o", "bind"}}).value();
        QVERIFY(table.acquire(volume, "one").ok());
        QCOMPARE(read(volume.data / "file"), std::string("theirs"));
        table.release(volume, "one");
        QVERIFY(m_store->remove("bound").ok());
        QCOMPARE(read(theirs / "file"), std::string("theirs"));
    }

    void saysWhatCannotBeMounted()
    {
        MountTable table;
        const Volume gone = m_store->create("gone", {}, false, {{"type", "none"}, {"device", "/no/such/folder"}, {"o", "bind"}}).value();
        const auto mounted = table.acquire(gone, "one");
        QVERIFY(!mounted.ok());
        QCOMPARE(mounted.error().message(),
            "error while mounting volume '" + gone.data.string() + "': failed to mount local volume: mount /no/such/folder:" + gone.data.string()
                + ", flags: 0x1000: no such file or directory");
        QVERIFY(!isMountPoint(gone.data));
        const Volume odd = m_store->create("odd", {}, false, {{"type", "nosuchfs"}, {"device", "x"}}).value();
        QVERIFY(!table.acquire(odd, "one").ok());
        // A file is no folder to mount.
        const fs::path file = fs::path(m_folder->path().toStdString()) / "file";
        write(file, "x");
        const Volume onFile = m_store->create("onfile", {}, false, {{"type", "none"}, {"device", file}, {"o", "bind"}}).value();
        QVERIFY(!table.acquire(onFile, "one").ok());
    }

    void takesOverWhatAFormerEngineMounted()
    {
        const Volume volume = m_store->create("kept", {}, false, tmpfs).value();
        UniqueFd former;
        {
            MountTable table;
            QVERIFY(table.acquire(volume, "one").ok());
            write(volume.data / "file", "kept");
            former = ownNamespace();
        }
        // The next engine's namespace is a copy of the one that it was started from, without the mount.
        QVERIFY(::unshare(CLONE_NEWNS) == 0);
        QVERIFY(::umount2(volume.data.c_str(), MNT_DETACH) == 0);
        MountTable table;
        QVERIFY(table.adopt(volume, "one", former.get()).ok());
        table.sweep(volume);
        QCOMPARE(read(volume.data / "file"), std::string("kept"));
        QVERIFY(table.acquire(volume, "two").ok());
        table.release(volume, "one");
        QVERIFY(isMountPoint(volume.data));
        table.release(volume, "two");
        QVERIFY(!isMountPoint(volume.data));
    }

    void sweepsWhatNobodyUses()
    {
        const Volume volume = m_store->create("left", {}, false, tmpfs).value();
        {
            MountTable table;
            QVERIFY(table.acquire(volume, "one").ok());
        }
        MountTable table;
        table.sweep(volume);
        QVERIFY(!isMountPoint(volume.data));
    }

    void otherOptionsAreAConflict()
    {
        QVERIFY(m_store->create("same", {}, false, tmpfs).ok());
        QVERIFY(m_store->create("same", {}, false, tmpfs).ok());
        QVERIFY(m_store->create("same", {}).ok());
        auto other = tmpfs;
        other["o"] = "size=1m";
        QCOMPARE(m_store->create("same", {}, false, other).error().code(), ErrorCode::Conflict);
        QVERIFY(m_store->find("same")->options == tmpfs);
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<VolumeStore> m_store;
};

QTEST_GUILESS_MAIN(TestMountTable)
#include "tst_mount_table.moc"
