// SPDX-License-Identifier: GPL-3.0-or-later
// A full disk: at whatever write it happens, the error says so, nothing is half stored, and what was there works on.
#include "core/base/scope_guard.h"
#include "core/os/file.h"
#include "core/store/store.h"

#include <QTemporaryDir>
#include <QTest>

#include "image_maker.h"

#include <cerrno>

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

using namespace darsena;
using namespace darsena::store;
using test::must;
namespace fs = std::filesystem;

class TestFull : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (::geteuid() != 0)
            QSKIP("needs root");
        // Mounts of this test end with it.
        if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
            QSKIP("needs a mount namespace of its own");
    }

    void atEveryWrite()
    {
        const QTemporaryDir directory;
        const fs::path root = directory.path().toStdString();
        test::TarText tar;
        for (int i = 0; i < 30; ++i)
            tar.add(fmt::format("file{}", i), std::string(20'000, 'x'));
        const std::string big = test::dockerArchive({ tar.text() }, "big");
        const std::string small = test::dockerArchive({ test::TarText().add("f", "x").text() }, "small");
        StoreOptions options;
        options.libexec = DARSENA_BIN_DIR;
        bool wasFull = false;
        bool fitted = false;
        for (int kilobytes = 250; kilobytes < 4000 && !fitted; kilobytes += 90) {
            QCOMPARE(::mount("tmpfs", root.c_str(), "tmpfs", 0, fmt::format("size={}k,mode=0700", kilobytes).c_str()), 0);
            const ScopeGuard unmount([&] { ::umount2(root.c_str(), MNT_DETACH); });
            auto store = Store::open(root, options);
            if (!store) {
                QVERIFY2(store.error().systemError() == ENOSPC, store.error().message().c_str());
                continue;
            }
            archive::MemorySource first(small);
            const bool smallFits = (*store)->load(first).ok();
            archive::MemorySource source(big);
            const auto loaded = (*store)->load(source);
            if (loaded) {
                fitted = true;
                break;
            }
            wasFull = wasFull || smallFits;
            QVERIFY2(loaded.error().systemError() == ENOSPC, loaded.error().message().c_str());
            QVERIFY(fs::is_empty(root / "tmp"));
            QVERIFY(!(*store)->find("big").ok());
            if (smallFits) {
                // What was there works on, and can be removed to make room.
                const Image image = must((*store)->find("small"));
                QCOMPARE(must((*store)->layerFiles(image, 0)).size(), 1U);
                must((*store)->remove("small", false));
            }
            store->reset();
            store = Store::open(root, options);
            QVERIFY2(store.ok(), store ? "" : store.error().message().c_str());
            QVERIFY((*store)->healReport().damaged.empty());
        }
        QVERIFY(wasFull);
        QVERIFY(fitted);
    }
};

QTEST_GUILESS_MAIN(TestFull)
#include "tst_full.moc"
