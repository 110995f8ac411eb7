// SPDX-License-Identifier: GPL-3.0-or-later
// kill -9 in the middle of loading, committing, tagging and removing; then the store must open, and everything that it
// says it has must be there, whole.
#include "core/os/file.h"
#include "core/os/process.h"
#include "core/store/store.h"

#include <QTemporaryDir>
#include <QTest>

#include "image_maker.h"

#include <random>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

using namespace darsena;
using namespace darsena::store;
using test::must;
namespace fs = std::filesystem;

namespace {

std::unique_ptr<Store> open(const fs::path& root)
{
    StoreOptions options;
    options.libexec = DARSENA_BIN_DIR;
    return must(Store::open(root, options));
}

std::string layerText(int number)
{
    test::TarText tar;
    for (int i = 0; i < 50; ++i)
        tar.add(fmt::format("dir{}/file{}", i % 7, i), std::string(static_cast<std::size_t>(1000 * (i % 5) + number), 'x'));
    return tar.text();
}

/// The victim: changes the store until it is killed.
int work(const fs::path& root)
{
    auto store = open(root);
    for (int round = 0;; ++round) {
        const std::string name = fmt::format("image:{}", round % 5);
        const std::string archive = test::dockerArchive({ layerText(round % 3), layerText(10 + round % 7) }, name);
        archive::MemorySource source(archive);
        must(store->load(source));
        const Image image = must(store->find(name));
        auto draft = must(store->newLayer(image.chain()));
        must(os::writeFileAtomic(draft->overlay().upper / "f", std::to_string(round % 11), os::Durability::None));
        const Layer layer = must(draft->commit());
        oci::ImageConfig config = image.config;
        config.diffIds.push_back(layer.diffId);
        config.history.clear();
        const Image built = must(store->addImage(config));
        must(store->tag(built.id, must(oci::Reference::parse("built:" + std::to_string(round % 3)))));
        must(store->openSnapshot(fmt::format("c{}", round % 4), built.chain()));
        must(store->removeSnapshot(fmt::format("c{}", round % 4)));
        if (round % 4 == 3)
            must(store->remove(name, true));
    }
}

/// Everything that the store names exists and is what it says.
void check(Store& store)
{
    for (const std::string& sentence : store.healReport().damaged)
        QFAIL(sentence.c_str());
    QVERIFY(fs::is_empty(store.root() / "tmp"));
    for (const Image& image : must(store.images())) {
        QCOMPARE(Digest::ofText(image.configJson), image.id);
        QCOMPARE(must(store.indexes(image)).size(), image.chains.size());
        for (const Digest& chain : image.chains) {
            archive::HashingSink sink(nullptr);
            must(store.writeLayerTar(chain, sink));
            QCOMPARE(sink.finish(), must(store.layer(chain)).diffId);
        }
    }
}

} // namespace

class TestCrash : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (::geteuid() != 0)
            QSKIP("needs root");
    }

    void killedAtAnyMoment()
    {
        const QTemporaryDir directory;
        const fs::path root = directory.path().toStdString() + "/store";
        const unsigned seed = std::random_device()();
        qInfo("seed %u", seed);
        std::mt19937 random(seed);
        std::size_t most = 0;
        for (int round = 0; round < 25; ++round) {
            os::SpawnRequest request;
            request.arguments = { fs::read_symlink("/proc/self/exe").native() };
            request.environment = { "DARSENA_CRASH_VICTIM=" + root.native() };
            os::Child child = must(os::spawn(request));
            std::this_thread::sleep_for(std::chrono::milliseconds(random() % 1500));
            must(child.signal(SIGKILL));
            must(child.wait());
            auto store = open(root);
            check(*store);
            if (QTest::currentTestFailed())
                return;
            most = std::max(most, must(store->images()).size());
        }
        // The victims did get somewhere, or nothing was tested.
        QVERIFY(most > 0);
        // What nobody needs is gone after a clean-up: disk use is that of a store in which nothing was ever killed.
        auto store = open(root);
        must(store->prune(true, {}));
        must(store->collectGarbage());
        for (const char* name : { "tmp", "snapshots", "index", "blobs/sha256" })
            QVERIFY2(fs::is_empty(root / name), name);
    }
};

int main(int argc, char** argv)
{
    if (const char* root = ::getenv("DARSENA_CRASH_VICTIM"))
        return work(root);
    TestCrash test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_crash.moc"
