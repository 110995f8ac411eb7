// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/store.h"

#include "core/os/file.h"
#include "core/os/mount.h"
#include "core/store/sqlite.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "image_maker.h"

#include <fstream>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

using namespace darsena;
using namespace darsena::store;
namespace fs = std::filesystem;

namespace {

StoreOptions options()
{
    StoreOptions result;
    result.libexec = DARSENA_BIN_DIR;
    return result;
}

void write(const fs::path& path, std::string_view text)
{
    std::ofstream(path) << text;
}

std::string read(const fs::path& path)
{
    return test::must(os::readFile(path, 1 << 20));
}

/// One line a change, so that a failing test shows all of them.
QString told(const std::vector<layers::FileChange>& changes)
{
    QStringList lines;
    for (const auto& change : changes)
        lines += QString::fromStdString(fmt::format("{} {}", layers::name(change.change), change.path));
    return lines.join(u'\n');
}

using Lines = std::vector<std::string>;

/// An overlay, mounted for a while.
class Mounted {
public:
    explicit Mounted(const os::OverlaySpec& spec)
        : m_fd(test::must(os::mountOverlay(spec)))
    {
    }
    fs::path path() const { return fmt::format("/proc/self/fd/{}", m_fd.get()); }

private:
    UniqueFd m_fd;
};

std::size_t count(const fs::path& directory)
{
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

} // namespace

class TestStore : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (::geteuid() != 0)
            QSKIP("needs root: devices, overlay mounts");
    }
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        m_root = m_directory->path().toStdString() + "/store";
        m_store = test::must(Store::open(m_root, options()));
    }
    void cleanup()
    {
        m_store.reset();
        m_directory.reset();
    }

    void loadsAndReads();
    void savedArchiveLoadsWithTheSameDigests();
    void draftBecomesLayer();
    void equalDraftsAreOneLayer();
    void whiteoutsAndOpaqueDirectories();
    void impliedDirectoriesTakeAfterTheLayersBelow();
    void hardLinkToLowerLayerIsCopied();
    void removeKeepsWhatIsNeeded();
    void heldLayersSurviveCollection();
    void retagIsReported();
    void wrongDiffIdLeavesNothing();
    void ociLayout();
    void ociLayoutWithLinksIsRefused();
    void containersSnapshot();
    void snapshotDiffComparesTrees();
    void importsARoot();
    void layersCanBeReadInPieces();
    void treesOfLayersAreWhatTarSees();
    void buildCacheKeepsItsLayer();
    void healsAtStart();
    void olderCataloguesAreTakenOver();
    void secondProcessIsRefused();
    void findsByPrefix();

private:
    LoadReport load(const std::string& archive, Retag retag = Retag::Move)
    {
        archive::MemorySource source(archive);
        return test::must(m_store->load(source, {}, {}, retag));
    }
    void reopen()
    {
        m_store.reset();
        m_store = test::must(Store::open(m_root, options()));
    }

    std::unique_ptr<QTemporaryDir> m_directory;
    fs::path m_root;
    std::unique_ptr<Store> m_store;
};

void TestStore::loadsAndReads()
{
    const std::string base = test::TarText().add(test::directory("etc")).add("etc/motd", "hello\n").add(test::file("bin/tool", 04755), "x").text();
    const std::string top = test::TarText().add("etc/motd", "bye\n").text();
    const LoadReport report = load(test::dockerArchive({ base, top }, "sample:1"));
    QCOMPARE(report.images.size(), 1U);
    QCOMPARE(report.images[0].references, Lines { "docker.io/library/sample:1" });
    QVERIFY(report.moved.empty());

    const Image image = test::must(m_store->find("sample:1"));
    QCOMPARE(image.id, report.images[0].id);
    QCOMPARE(image.chains.size(), 2U);
    QCOMPARE(image.bytes, 11U);
    QCOMPARE(image.config.config.env, Lines { "PATH=/bin" });
    const Mounted mounted(test::must(m_store->readOnlyOverlay(image.chain())));
    QCOMPARE(read(mounted.path() / "etc/motd"), "bye\n");
    struct stat status {};
    QCOMPARE(::stat((mounted.path() / "bin/tool").c_str(), &status), 0);
    QCOMPARE(status.st_mode & 07777U, 04755U);
    QCOMPARE(status.st_mtim.tv_sec, 1'700'000'000);

    QCOMPARE(told(test::must(m_store->layerFiles(image, 0))), QString("added /bin\nadded /bin/tool\nadded /etc\nadded /etc/motd"));
    QCOMPARE(told(test::must(m_store->layerFiles(image, 1))), QString("changed /etc/motd"));
    QVERIFY(m_store->layerFiles(image, 2).error().code() == ErrorCode::NotFound);
    QCOMPARE(count(m_root / "tmp"), 0U);
    struct stat rootStatus {};
    QCOMPARE(::stat(m_root.c_str(), &rootStatus), 0);
    QCOMPARE(rootStatus.st_mode & 07777U, 0700U);
}

void TestStore::savedArchiveLoadsWithTheSameDigests()
{
    const std::string base = test::TarText().add("a", "1").add(test::entry("b", test::EntryType::Hardlink, 0644, "a")).text();
    load(test::dockerArchive({ base }, "base:1"));
    const Image original = test::must(m_store->find("base:1"));
    // A layer of our own on top, whose tar is made anew when saving.
    auto draft = test::must(m_store->newLayer(original.chain()));
    fs::create_directories(draft->overlay().upper / "new/deep");
    write(draft->overlay().upper / "new/deep/file", std::string(100'000, 'x'));
    const Layer layer = test::must(draft->commit());
    oci::ImageConfig config = original.config;
    config.diffIds.push_back(layer.diffId);
    config.history.push_back({ config.created, "COPY x", {}, {}, false });
    const Image built = test::must(m_store->addImage(config));
    QVERIFY(!test::must(m_store->tag(built.id, test::must(oci::Reference::parse("built:2")))));

    archive::MemorySink sink;
    test::must(m_store->save({ "built:2", "base:1" }, sink));
    const std::string archive = sink.take();

    const fs::path other = m_directory->path().toStdString() + "/other";
    auto second = test::must(Store::open(other, options()));
    archive::MemorySource source(archive);
    const LoadReport report = test::must(second->load(source));
    QCOMPARE(report.images.size(), 2U);
    QCOMPARE(test::must(second->find("built:2")).id, built.id);
    QCOMPARE(test::must(second->find("base:1")).id, original.id);
    const Mounted mounted(test::must(second->readOnlyOverlay(built.chain())));
    QCOMPARE(read(mounted.path() / "b"), "1");
    QCOMPARE(read(mounted.path() / "new/deep/file").size(), 100'000U);
}

void TestStore::draftBecomesLayer()
{
    auto draft = test::must(m_store->newLayer({}));
    QVERIFY(test::must(draft->empty()));
    {
        const Mounted mounted(draft->overlay());
        write(mounted.path() / "one", "1");
        fs::create_directory(mounted.path() / "d");
        fs::create_symlink("one", mounted.path() / "link");
    }
    QVERIFY(!test::must(draft->empty()));
    const Layer base = test::must(draft->commit());
    QCOMPARE(base.chainId, base.diffId);
    QCOMPARE(base.bytes, 1U);
    QCOMPARE(base.files, 2U);

    auto second = test::must(m_store->newLayer(base.chainId));
    {
        const Mounted mounted(second->overlay());
        QCOMPARE(read(mounted.path() / "one"), "1");
        fs::remove(mounted.path() / "one");
        write(mounted.path() / "two", "22");
    }
    const Layer top = test::must(second->commit());
    QCOMPARE(top.parent, base.chainId);
    QCOMPARE(top.chainId, oci::chainId(base.chainId, top.diffId));
    archive::MemorySink tar;
    test::must(m_store->writeLayerTar(top.chainId, tar));
    QCOMPARE(Digest::ofText(tar.bytes()), top.diffId);
    QCOMPARE(tar.bytes().size(), top.tarBytes);
    QVERIFY(tar.bytes().find(".wh.one") != std::string::npos);
    QCOMPARE(count(m_root / "tmp"), 0U);
}

void TestStore::equalDraftsAreOneLayer()
{
    std::vector<Layer> layers;
    for (int i = 0; i < 2; ++i) {
        auto draft = test::must(m_store->newLayer({}));
        write(draft->overlay().upper / "f", "same");
        const struct timespec times[2] = { { 1, 0 }, { 1000, static_cast<long>(i) } }; // what is below a second is not in a tar
        ::utimensat(AT_FDCWD, (draft->overlay().upper / "f").c_str(), times, 0);
        layers.push_back(test::must(draft->commit()));
    }
    QCOMPARE(layers[0].chainId, layers[1].chainId);
    QCOMPARE(layers[0].directory, layers[1].directory);
    QCOMPARE(count(m_root / "snapshots"), 1U);
}

void TestStore::whiteoutsAndOpaqueDirectories()
{
    const std::string base = test::TarText().add("a/1", "1").add("a/2", "2").add("gone", "g").add("dir/x", "x").add("re/old", "o").text();
    const std::string top = test::TarText()
                                .add("a/.wh.1", "")
                                .add(".wh.gone", "")
                                .add("dir/new", "n")
                                .add("dir/.wh..wh..opq", "")
                                .add(".wh.re", "")
                                .add(test::directory("re"))
                                .add("re/new", "n")
                                .text();
    load(test::dockerArchive({ base, top }, "w"));
    const Image image = test::must(m_store->find("w"));
    {
        const Mounted mounted(test::must(m_store->readOnlyOverlay(image.chain())));
        QVERIFY(!fs::exists(mounted.path() / "a/1"));
        QVERIFY(fs::exists(mounted.path() / "a/2"));
        QVERIFY(!fs::exists(mounted.path() / "gone"));
        QCOMPARE(count(mounted.path() / "dir"), 1U);
        QCOMPARE(count(mounted.path() / "re"), 1U);
    }
    QCOMPARE(told(test::must(m_store->layerFiles(image, 1))),
        QString("removed /a/1\nadded /dir/new\nremoved /dir/x\nremoved /gone\nadded /re/new\nremoved /re/old"));
}

void TestStore::impliedDirectoriesTakeAfterTheLayersBelow()
{
    const std::string base = test::TarText().add(test::directory("secret", 0700)).add("secret/a", "1").text();
    const std::string top = test::TarText().add("secret/b", "2").text();
    load(test::dockerArchive({ base, top }, "i"));
    const Image image = test::must(m_store->find("i"));
    const Mounted mounted(test::must(m_store->readOnlyOverlay(image.chain())));
    struct stat status {};
    QCOMPARE(::stat((mounted.path() / "secret").c_str(), &status), 0);
    QCOMPARE(status.st_mode & 07777U, 0700U);
    QCOMPARE(told(test::must(m_store->layerFiles(image, 1))), QString("added /secret/b"));
}

void TestStore::hardLinkToLowerLayerIsCopied()
{
    const std::string base = test::TarText().add("a", "shared").text();
    const std::string top = test::TarText().add(test::entry("b", test::EntryType::Hardlink, 0644, "a")).text();
    load(test::dockerArchive({ base, top }, "h"));
    const Image image = test::must(m_store->find("h"));
    const Mounted mounted(test::must(m_store->readOnlyOverlay(image.chain())));
    QCOMPARE(read(mounted.path() / "b"), "shared");
    const std::string broken = test::TarText().add(test::entry("b", test::EntryType::Hardlink, 0644, "nowhere")).text();
    const std::string archive = test::dockerArchive({ base, broken }, "h2");
    archive::MemorySource source(archive);
    QVERIFY(m_store->load(source).error().code() == ErrorCode::Corrupt);
}

void TestStore::removeKeepsWhatIsNeeded()
{
    const std::string base = test::TarText().add("a", "1").text();
    const std::string top = test::TarText().add("b", "22").text();
    load(test::dockerArchive({ base }, "one"));
    load(test::dockerArchive({ base, top }, "two"));
    QCOMPARE(count(m_root / "snapshots"), 2U);
    test::must(m_store->tag(test::must(m_store->find("two")).id, test::must(oci::Reference::parse("other:x"))));
    QVERIFY(m_store->remove(test::must(m_store->find("two")).id.text(), false).error().code() == ErrorCode::Conflict);
    RemoveReport report = test::must(m_store->remove("two", false));
    QCOMPARE(report.untagged, Lines { "docker.io/library/two:latest" });
    QVERIFY(report.deleted.empty());
    report = test::must(m_store->remove("other:x", false));
    QCOMPARE(report.deleted.size(), 1U);
    QCOMPARE(count(m_root / "snapshots"), 1U);
    QVERIFY(m_store->find("two").error().code() == ErrorCode::NotFound);
    const Image one = test::must(m_store->find("one"));
    QCOMPARE(read(test::must(m_store->layer(one.chain())).directory / "a"), "1");
    test::must(m_store->remove(one.id.shortHex(), false));
    QCOMPARE(count(m_root / "snapshots"), 0U);
    QCOMPARE(count(m_root / "index"), 0U);
    QCOMPARE(count(m_root / "blobs/sha256"), 0U);
    QCOMPARE(test::must(m_store->use()).layers, 0U);
}

void TestStore::heldLayersSurviveCollection()
{
    auto draft = test::must(m_store->newLayer({}));
    write(draft->overlay().upper / "f", "x");
    std::optional<Layer> layer = test::must(draft->commit());
    const fs::path directory = layer->directory;
    test::must(m_store->collectGarbage());
    QVERIFY(fs::exists(directory));
    // A draft holds its parents, too.
    auto child = test::must(m_store->newLayer(layer->chainId));
    layer.reset();
    test::must(m_store->collectGarbage());
    QVERIFY(fs::exists(directory));
    child.reset();
    test::must(m_store->collectGarbage());
    QVERIFY(!fs::exists(directory));
}

void TestStore::retagIsReported()
{
    const std::string first = test::TarText().add("a", "1").text();
    const std::string second = test::TarText().add("a", "2").text();
    load(test::dockerArchive({ first }, "name:1"));
    const Digest before = test::must(m_store->find("name:1")).id;
    LoadReport report = load(test::dockerArchive({ second }, "name:1"), Retag::Keep);
    QVERIFY(report.moved.empty());
    QCOMPARE(report.warnings.size(), 1U);
    QCOMPARE(test::must(m_store->find("name:1")).id, before);
    report = load(test::dockerArchive({ second }, "name:1"));
    QCOMPARE(report.moved.size(), 1U);
    QCOMPARE(report.moved[0].from, before);
    QVERIFY(report.images[0].existed);
    QCOMPARE(test::must(m_store->find("name:1")).id, report.images[0].id);
    // The one that lost its name is still there.
    QVERIFY(test::must(m_store->image(before)).references.empty());
}

void TestStore::wrongDiffIdLeavesNothing()
{
    const std::string layer = test::TarText().add("a", "1").text();
    const std::string other = test::TarText().add("a", "2").text();
    const std::string configText = test::config({ other }).serialize();
    const std::string archive = test::TarText()
                                    .add("l.tar", layer)
                                    .add(Digest::ofText(configText).hex() + ".json", configText)
                                    .add("manifest.json", R"([{"Config":")" + Digest::ofText(configText).hex() + R"(.json","RepoTags":["x"],"Layers":["l.tar"]}])")
                                    .text();
    archive::MemorySource source(archive);
    const auto result = m_store->load(source);
    QVERIFY(!result);
    QVERIFY(result.error().code() == ErrorCode::Corrupt);
    for (const char* name : { "tmp", "snapshots", "index", "blobs/sha256" })
        QCOMPARE(count(m_root / name), 0U);
    QVERIFY(test::must(m_store->images()).empty());
}

void TestStore::ociLayout()
{
    const std::string layer = test::TarText().add("a", "1").text();
    const auto blob = [](const std::string& text, std::string_view type) {
        oci::Descriptor descriptor;
        descriptor.mediaType = type;
        descriptor.digest = Digest::ofText(text);
        descriptor.size = text.size();
        return descriptor;
    };
    const auto path = [](const std::string& text) { return "blobs/sha256/" + Digest::ofText(text).hex(); };
    oci::ImageConfig foreign = test::config({ layer });
    foreign.platform = { "linux", "s390x", "" };
    const std::string configText = test::config({ layer }).serialize();
    const std::string foreignText = foreign.serialize();
    const auto manifestOf = [&](const std::string& config) {
        oci::Manifest manifest;
        manifest.mediaType = oci::media::ociManifest;
        manifest.config = blob(config, oci::media::ociConfig);
        manifest.layers = { blob(layer, oci::media::ociLayerTar) };
        return manifest.serialize();
    };
    const std::string manifestText = manifestOf(configText);
    const std::string foreignManifest = manifestOf(foreignText);
    oci::Index index;
    index.mediaType = oci::media::ociIndex;
    index.manifests = { blob(foreignManifest, oci::media::ociManifest), blob(manifestText, oci::media::ociManifest) };
    index.manifests[0].platform = foreign.platform;
    index.manifests[1].platform = oci::Platform::host();
    const std::string nested = index.serialize();
    oci::Index top;
    top.mediaType = oci::media::ociIndex;
    top.manifests = { blob(nested, oci::media::ociIndex) };
    top.manifests[0].annotations[std::string(oci::media::annotationRefName)] = "example.com/multi:3";
    test::TarText tar;
    for (const std::string& text : { layer, configText, foreignText, manifestText, foreignManifest, nested })
        tar.add(path(text), text);
    tar.add("index.json", top.serialize()).add("oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
    const LoadReport report = load(tar.text());
    QCOMPARE(report.images.size(), 1U);
    QCOMPARE(report.images[0].id, Digest::ofText(configText));
    QCOMPARE(report.images[0].references, Lines { "example.com/multi:3" });
}

void TestStore::ociLayoutWithLinksIsRefused()
{
    const std::string archive = test::TarText()
                                    .add(test::entry("index.json", test::EntryType::Symlink, 0777, "/etc/passwd"))
                                    .add("oci-layout", R"({"imageLayoutVersion":"1.0.0"})")
                                    .text();
    archive::MemorySource source(archive);
    const auto result = m_store->load(source);
    QVERIFY(!result);
    QVERIFY2(result.error().code() == ErrorCode::Denied, result.error().message().c_str());
}

void TestStore::containersSnapshot()
{
    load(test::dockerArchive({ test::TarText().add("etc/motd", "hello").text() }, "c"));
    const Image image = test::must(m_store->find("c"));
    QVERIFY(m_store->openSnapshot("../x", image.chain()).error().code() == ErrorCode::Invalid);
    const auto spec = test::must(m_store->openSnapshot("abc", image.chain()));
    {
        const Mounted mounted(spec);
        write(mounted.path() / "etc/new", "n");
        fs::remove(mounted.path() / "etc/motd");
    }
    QCOMPARE(told(test::must(m_store->snapshotChanges("abc"))), QString("removed /etc/motd\nadded /etc/new"));
    // The image may go; its layers stay while the container has them.
    test::must(m_store->remove("c", false));
    reopen();
    QVERIFY(m_store->healReport().damaged.empty());
    const auto again = test::must(m_store->openSnapshot("abc", image.chain()));
    QCOMPARE(again.upper, spec.upper);
    const Layer committed = test::must(test::must(m_store->draftOfSnapshot("abc"))->commit());
    {
        os::OverlaySpec read = test::must(m_store->readOnlyOverlay(committed.chainId));
        const Mounted mounted(read);
        QVERIFY(!fs::exists(mounted.path() / "etc/motd"));
        QVERIFY(fs::exists(mounted.path() / "etc/new"));
    }
    test::must(m_store->removeSnapshot("abc"));
    test::must(m_store->removeSnapshot("abc"));
    QVERIFY(test::must(m_store->snapshots()).empty());
}

/// What `docker diff` says: the two trees are compared, not the layer's own marks.
void TestStore::snapshotDiffComparesTrees()
{
    load(test::dockerArchive({ test::TarText()
                                   .add(test::entry("dir", test::EntryType::Directory, 0755))
                                   .add("dir/gone", "1")
                                   .add("dir/kept", "2")
                                   .add("file", "3")
                                   .add("same", "4")
                                   .add("touched", "5")
                                   .add("was/dir/in", "6")
                                   .text() },
        "c"));
    const Image image = test::must(m_store->find("c"));
    const auto spec = test::must(m_store->openSnapshot("abc", image.chain()));
    const auto diff = [&] {
        QString text;
        for (const PathChange& change : test::must(m_store->diffSnapshot("abc")))
            text += QString("%1 %2\n").arg("ACD"[static_cast<int>(change.change)]).arg(QString::fromStdString(change.path));
        return text;
    };
    QCOMPARE(diff(), QString());
    {
        const Mounted mounted(spec);
        const fs::path root = mounted.path();
        fs::remove_all(root / "dir");
        fs::create_directory(root / "dir"); // opaque now
        write(root / "dir/new", "n");
        write(root / "file", "longer");
        // Copied up, and put back as it was.
        struct stat before {};
        QVERIFY(::stat((root / "same").c_str(), &before) == 0);
        QVERIFY(::chmod((root / "same").c_str(), 0600) == 0 && ::chmod((root / "same").c_str(), before.st_mode & 07777) == 0);
        const struct timespec times[2] = { { 1, 0 }, { 1, 0 } };
        QVERIFY(::utimensat(AT_FDCWD, (root / "touched").c_str(), times, 0) == 0);
        fs::remove_all(root / "was/dir");
        write(root / "was/dir", "a file now");
        QVERIFY(::chmod((root / "etc").c_str(), 0700) == 0);
        fs::remove(root / ".dockerenv"); // of the base below every image
        write(root / "passing", "x");
        fs::remove(root / "passing");
    }
    QCOMPARE(diff(), QString("D /.dockerenv\nC /dir\nD /dir/gone\nD /dir/kept\nA /dir/new\nC /etc\nC /file\nC /touched\nC /was\nC /was/dir\n"));
    test::must(m_store->removeSnapshot("abc"));
}

void TestStore::importsARoot()
{
    const std::string tar = test::TarText().add(test::entry("./", test::EntryType::Directory, 0755)).add("./etc/motd", "hello").text();
    archive::MemorySource source(tar);
    const Layer layer = test::must(m_store->importLayer(source));
    QCOMPARE(layer.files, std::uint64_t { 1 });
    // The same files, packed in another way, are the same layer.
    const std::string other = test::TarText().add("etc/motd", "hello").text();
    archive::MemorySource again(other);
    QCOMPARE(test::must(m_store->importLayer(again)).diffId, layer.diffId);
    archive::MemorySource noise("this is no tar, and long enough to be sure of it");
    QVERIFY(!m_store->importLayer(noise));
    const std::string escape = test::TarText().add("../out", "x").text();
    archive::MemorySource outside(escape);
    QCOMPARE(m_store->importLayer(outside).error().code(), ErrorCode::Invalid);
    QVERIFY(fs::is_empty(m_store->root() / "tmp"));
}

void TestStore::layersCanBeReadInPieces()
{
    const std::string base = test::TarText()
                                 .add(test::directory("d"))
                                 .add("d/file", std::string(300'000, 'f'))
                                 .add(test::entry("d/hard", test::EntryType::Hardlink, 0644, "d/file"))
                                 .add(test::entry("d/out", test::EntryType::Symlink, 0777, "/etc/hostname"))
                                 .add(test::entry("way", test::EntryType::Symlink, 0777, "d"))
                                 .add(test::entry("pipe", test::EntryType::Fifo))
                                 .text();
    const std::string top = test::TarText().add("d/.wh.file", "").add(test::entry("d/hard2", test::EntryType::Hardlink, 0644, "d/hard")).text();
    load(test::dockerArchive({ base, top }, "sample:1"));
    const Image image = test::must(m_store->find("sample:1"));

    const LayerSizes sizes = test::must(m_store->layerSizes(image.chains[0]));
    QCOMPARE(sizes.tarBytes, base.size());
    QCOMPARE(sizes.storedBytes, base.size());
    {
        const auto index = test::must(m_store->openIndex(image.chains[0]));
        QCOMPARE(index.size, sizes.indexBytes);
        const auto parsed = test::must(layers::Index::parse(test::must(os::readAll(index.fd.get(), 1 << 20))));
        QVERIFY(parsed.find("d/hard") && parsed.find("d/hard")->hardLink);
    }
    const auto content = [&](std::size_t layer, std::string_view path) -> Result<std::string> {
        const auto file = TRY(m_store->openFile(image.chains[layer], path));
        std::string text = TRY(os::readAll(file.fd.get(), 1 << 20));
        return text.size() == file.size ? Result<std::string>(std::move(text)) : Error(ErrorCode::Corrupt, "another size than promised");
    };
    QCOMPARE(test::must(content(0, "d/file")), std::string(300'000, 'f'));
    QCOMPARE(test::must(content(0, "/d/./hard")), std::string(300'000, 'f'));
    QCOMPARE(test::must(content(1, "d/hard2")), std::string(300'000, 'f'));
    // Only what the layer itself stores, and only files; links lead nowhere.
    QCOMPARE(content(1, "d/hard").error().code(), ErrorCode::NotFound);
    QCOMPARE(content(0, "none/at/all").error().code(), ErrorCode::NotFound);
    QCOMPARE(content(0, "d/file/below").error().code(), ErrorCode::NotFound);
    for (const char* path : { "", "d", "d/out", "way/file", "pipe", "../../index", "d/../../x" })
        QVERIFY2(content(0, path).error().code() == ErrorCode::Invalid, path);
    QCOMPARE(content(1, "d/file").error().code(), ErrorCode::Invalid); // a whiteout

    // What is damaged is told.
    const fs::path index = m_root / "index" / image.config.diffIds[0].hex();
    fs::remove(index);
    QCOMPARE(m_store->openIndex(image.chains[0]).error().code(), ErrorCode::Corrupt);
    QCOMPARE(test::must(m_store->layerSizes(image.chains[0])).indexBytes, 0U);
    fs::create_symlink("/etc/passwd", index);
    QCOMPARE(m_store->openIndex(image.chains[0]).error().code(), ErrorCode::Corrupt);
    QCOMPARE(m_store->openIndex(Digest::ofText("none")).error().code(), ErrorCode::NotFound);
}

void TestStore::treesOfLayersAreWhatTarSees()
{
    const fs::path work = m_directory->path().toStdString() + "/work";
    // Layers by GNU tar, with everything a layer can hold.
    const auto shell = [&](const char* script) {
        QProcess process;
        process.setWorkingDirectory(QString::fromStdString(work.native()));
        process.start("bash", { "-ec", "set -o pipefail; " + QString::fromUtf8(script) });
        if (!process.waitForFinished(60'000) || process.exitCode() != 0)
            qFatal("%s", process.readAllStandardError().constData());
        return process.readAllStandardOutput();
    };
    fs::create_directory(work);
    shell(R"(
        mkdir -p 0/etc/gone 0/usr/bin 0/var/old 1/etc 1/var/old see
        printf one > 0/etc/one; printf motd > 0/etc/motd; printf x > 0/etc/gone/x; ln 0/etc/one 0/etc/second; ln -s ../etc 0/usr/etc
        printf run > 0/usr/bin/run; chmod 4755 0/usr/bin/run; chown 12:34 0/usr/bin/run; mkfifo 0/pipe; mknod 0/null c 1 3
        printf o > 0/var/old/o; chmod 1777 0/var; truncate -s 100K 0/holes
        printf new > 1/etc/motd; touch 1/etc/.wh.gone; touch 1/var/old/.wh..wh..opq; printf n > 1/var/old/n; printf y > "1/etc/ñ y"
        touch -d @1234567890 0/etc/motd 1/etc/motd)");
    const bool xattrs = ::setxattr((work / "0/etc/one").c_str(), "user.note", "hi", 2, 0) == 0; // not every file system has them
    shell(R"(
        for l in 0 1; do tar -C $l --xattrs --sort=name --numeric-owner -c -f $l.tar $(ls -A $l); done
        tar -C see --xattrs -x -p --same-owner -f 0.tar; rm -r see/etc/gone see/var/old; tar -C see --xattrs -x -p --same-owner --exclude='.wh.*' -f 1.tar)");
    load(test::dockerArchive({ test::must(os::readFile(work / "0.tar", 1 << 24)), test::must(os::readFile(work / "1.tar", 1 << 24)) }, "sample:1"));
    const Image image = test::must(m_store->find("sample:1"));
    const auto tree = [&](std::size_t layer, std::string_view path, bool only) {
        archive::MemorySink sink;
        int begun = 0;
        test::must(m_store->writeTree(image.chains[layer], path, only, [&]() -> Result<archive::ByteSink*> {
            ++begun;
            return &sink;
        }));
        if (begun != 1)
            qFatal("begun %d times", begun);
        write(work / "ours.tar", sink.bytes());
    };
    // Names, kinds, modes, owners, sizes, times, links: GNU tar's listing of both, without whiteouts and in one order. Which
    // of several names counts as the first is not said anywhere.
    // Fractions of seconds are not kept.
    const char* const list = R"(list() {
        tar --numeric-owner --full-time --quoting-style=literal -tvf - | grep -v '/\.wh\.' \
            | sed -E 's/ +/ /g; s/(:[0-9]{2})\.[0-9]+ /\1 /; s/^h/-/; s/ link to .*//; s/ 0 (.*(one|second)$)/ 3 \1/' | sort -k6
    }; )";
    const auto listed = [&](const char* script) { return QString::fromUtf8(shell((std::string(list) + script).c_str())); };

    for (const std::size_t layer : { 0, 1 }) {
        tree(layer, "", true);
        QCOMPARE(listed("list < ours.tar"), listed(layer == 0 ? "list < 0.tar" : "list < 1.tar"));
    }
    tree(1, "", false);
    QCOMPARE(listed("list < ours.tar"), listed("tar -C see --numeric-owner -c $(ls -A see) | list"));
    // A part, with names from its last component on.
    tree(1, "usr/bin", false);
    QCOMPARE(listed("list < ours.tar"), listed("tar -C see/usr --numeric-owner -c bin | list"));
    tree(0, "var", true);
    QCOMPARE(listed("list < ours.tar"), listed("tar -C 0 --numeric-owner -c var | list"));
    tree(0, "var", false);
    QCOMPARE(listed("list < ours.tar"), listed("tar -C 0 --numeric-owner -c var | list"));
    tree(1, "etc/ñ y", true);
    QCOMPARE(listed("tar -xOf ours.tar 'ñ y'"), QString("y"));
    // Xattrs, and what unpacking it all gives.
    tree(1, "etc", false);
    shell("mkdir got; tar -C got --xattrs -x -p -f ours.tar; diff -r --no-dereference got/etc see/etc");
    std::array<char, 8> value {};
    QCOMPARE(::getxattr((work / "got/etc/one").c_str(), "user.note", value.data(), value.size()), xattrs ? 2 : -1);

    const auto refused = [&](std::size_t layer, std::string_view path, bool only) {
        return m_store->writeTree(image.chains[layer], path, only, []() -> Result<archive::ByteSink*> { return Error(ErrorCode::Internal, "begun"); }).error().code();
    };
    QCOMPARE(refused(1, "etc/gone", false), ErrorCode::NotFound);
    QCOMPARE(refused(1, "etc/gone", true), ErrorCode::NotFound); // a whiteout is nothing
    QCOMPARE(refused(1, "usr", true), ErrorCode::NotFound);
    QCOMPARE(refused(0, "../../../etc/passwd", false), ErrorCode::Invalid);
    QCOMPARE(refused(0, "etc/motd/x", false), ErrorCode::Invalid);
    std::stop_source stop;
    stop.request_stop();
    QCOMPARE(m_store->writeTree(image.chains[0], "", false, []() -> Result<archive::ByteSink*> { return Error(ErrorCode::Internal, "begun"); }, stop.get_token())
                 .error().code(), ErrorCode::Cancelled);
}

void TestStore::buildCacheKeepsItsLayer()
{
    CacheRecord record;
    record.key = Digest::ofText("key");
    record.kind = "run";
    record.description = "RUN true";
    record.chain = Digest::ofText("no such layer");
    QVERIFY(m_store->buildCache().add(record).error().code() == ErrorCode::NotFound);
    {
        auto draft = test::must(m_store->newLayer({}));
        write(draft->overlay().upper / "f", "x");
        record.chain = test::must(draft->commit()).chainId;
    }
    record.configJson = R"({"Env":["A=b"]})";
    test::must(m_store->buildCache().add(record));
    test::must(m_store->collectGarbage());
    reopen();
    const auto found = test::must(m_store->buildCache().find(record.key));
    QVERIFY(found.has_value());
    QCOMPARE(found->configJson, record.configJson);
    QCOMPARE(found->uses, 1U);
    QCOMPARE(test::must(m_store->buildCache().findByDescription("RUN true")).size(), 1U);
    QVERIFY(!test::must(m_store->buildCache().find(Digest::ofText("other"))).has_value());
    QCOMPARE(test::must(m_store->use()).cacheBytes, 1U);
    const auto pruned = test::must(m_store->buildCache().prune());
    QCOMPARE(pruned.keys.size(), 1U);
    QCOMPARE(pruned.freed, 1U);
    QCOMPARE(count(m_root / "snapshots"), 0U);
}

void TestStore::olderCataloguesAreTakenOver()
{
    load(test::dockerArchive({ test::TarText().add("a", "1").text() }, "kept:1"));
    const Image image = test::must(m_store->find("kept:1"));
    m_store.reset();
    {
        // As the first version made it.
        const auto catalogue = test::must(Database::open(m_root / "catalog.db"));
        test::must(catalogue->execute("DROP TABLE origins; PRAGMA user_version=1"));
    }
    m_store = test::must(Store::open(m_root, options()));
    QCOMPARE(test::must(m_store->find("kept:1")).id, image.id);
    QVERIFY(test::must(m_store->origins(image.id)).empty());
    StepOrigins origins { std::nullopt, StepOrigin { "Dockerfile", 2, 3, "a" } };
    test::must(m_store->addImage(image.config, origins));
    reopen();
    QCOMPARE(test::must(m_store->origins(image.id)), origins);
    test::must(m_store->addImage(image.config)); // says nothing, and forgets nothing
    QCOMPARE(test::must(m_store->origins(image.id)), origins);
}

void TestStore::healsAtStart()
{
    load(test::dockerArchive({ test::TarText().add("a", "1").text() }, "good"));
    load(test::dockerArchive({ test::TarText().add("a", "2").text() }, "bad"));
    const Image good = test::must(m_store->find("good"));
    const Image bad = test::must(m_store->find("bad"));
    const fs::path badFiles = test::must(m_store->layer(bad.chain())).directory;
    m_store.reset();
    fs::create_directories(m_root / "tmp/load-x/deep");
    fs::create_directories(m_root / "snapshots/stray/fs");
    write(m_root / "blobs/sha256/junk", "junk");
    fs::remove_all(badFiles);
    fs::remove(m_root / "index" / good.config.diffIds[0].hex());
    m_store = test::must(Store::open(m_root, options()));
    QVERIFY(!m_store->healReport().healed.empty());
    QVERIFY(!m_store->healReport().damaged.empty());
    QCOMPARE(count(m_root / "tmp"), 0U);
    QVERIFY(!fs::exists(m_root / "snapshots/stray"));
    QVERIFY(!fs::exists(m_root / "blobs/sha256/junk"));
    QCOMPARE(told(test::must(m_store->layerFiles(good, 0))), QString("added /a"));
    QVERIFY(m_store->layer(bad.chain()).error().code() == ErrorCode::Corrupt);
    QCOMPARE(test::must(m_store->images()).size(), 2U);
    test::must(m_store->remove("bad", false));
    reopen();
    QVERIFY(m_store->healReport().damaged.empty());
}

void TestStore::secondProcessIsRefused()
{
    QVERIFY(Store::open(m_root, options()).error().code() == ErrorCode::Unavailable);
}

void TestStore::findsByPrefix()
{
    load(test::dockerArchive({ test::TarText().add("a", "1").text() }, ""));
    const Image image = test::must(m_store->images()).at(0);
    QVERIFY(image.references.empty());
    QCOMPARE(test::must(m_store->find(image.id.text())).id, image.id);
    QCOMPARE(test::must(m_store->find(image.id.hex())).id, image.id);
    QCOMPARE(test::must(m_store->find(image.id.hex().substr(0, 5))).id, image.id);
    QCOMPARE(test::must(m_store->find("sha256:" + image.id.hex().substr(0, 5))).id, image.id);
    QVERIFY(m_store->find("nothing").error().code() == ErrorCode::NotFound);
    QVERIFY(m_store->find("UPPER").error().code() == ErrorCode::Invalid);
}

QTEST_GUILESS_MAIN(TestStore)
#include "tst_store.moc"
