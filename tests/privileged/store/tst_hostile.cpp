// SPDX-License-Identifier: GPL-3.0-or-later
// The archive part of the attack list (security.md 1c): whatever an archive tries, nothing outside its own directory
// changes, and nothing of a refused one is left in the store.
#include "core/os/beneath.h"
#include "core/os/file.h"
#include "core/os/mount.h"
#include "core/store/store.h"

#include <QTemporaryDir>
#include <QTest>

#include "image_maker.h"

#include <zstd.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

using namespace darsena;
using namespace darsena::store;
using test::directory;
using test::entry;
using test::EntryType;
using test::file;
using test::must;
using test::TarText;
namespace fs = std::filesystem;

namespace {

constexpr EntryType kinds[] = { EntryType::File, EntryType::Directory, EntryType::Symlink, EntryType::Hardlink, EntryType::Fifo, EntryType::CharDevice };
constexpr const char* kindNames[] = { "file", "directory", "symlink", "hardlink", "fifo", "device" };

/// Everything below a directory as text: names, types, modes, owners, times, inodes, contents.
std::string picture(const fs::path& root)
{
    std::string text;
    std::vector<fs::path> paths { root };
    for (const auto& item : fs::recursive_directory_iterator(root))
        paths.push_back(item.path());
    std::ranges::sort(paths);
    for (const fs::path& path : paths) {
        struct stat status {};
        ::lstat(path.c_str(), &status);
        text += fmt::format("{} {:o} {}:{} {}.{} {} {}\n", path.native(), status.st_mode, status.st_uid, status.st_gid, status.st_mtim.tv_sec,
            status.st_mtim.tv_nsec, status.st_ino, status.st_size);
        if (S_ISREG(status.st_mode))
            text += must(os::readFile(path, 1 << 20)) + "\n";
    }
    return text;
}

std::string zstd(const std::string& text)
{
    std::string packed(ZSTD_compressBound(text.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 1));
    return packed;
}

} // namespace

class TestHostile : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (::geteuid() != 0)
            QSKIP("needs root");
    }
    void init()
    {
        // In memory: two hundred small loads that each sync a disk take minutes.
        m_directory = std::make_unique<QTemporaryDir>(QStringLiteral("/dev/shm/darsena-hostile-XXXXXX"));
        if (!m_directory->isValid())
            m_directory = std::make_unique<QTemporaryDir>();
        m_outside = m_directory->path().toStdString() + "/outside";
        fs::create_directories(m_outside / "dir");
        must(os::writeFileAtomic(m_outside / "sentinel", "secret", os::Durability::None, 0600));
        must(os::writeFileAtomic(m_outside / "dir/inner", "secret", os::Durability::None, 0600));
        m_before = picture(m_outside);
        open({});
    }
    void cleanup()
    {
        m_store.reset();
        m_directory.reset();
    }

    void escapes_data();
    void escapes();
    void plainArchivesEscape_data();
    void plainArchivesEscape();
    void metadataOfLinkTargets();
    void hardLinkToLinkThenWrite();
    void whiteoutsOfParents_data();
    void whiteoutsOfParents();
    void overlayAttributesAreDropped();
    void zeroDeviceIsNoWhiteout();
    void manyOpaqueMarks();
    void deepDirectories();
    void longNames_data();
    void longNames();
    void bounds();
    void zstdWindow();
    void truncated();
    void garbage();
    void lyingConfigName();
    void contextDevicesAreRefused();

private:
    void open(StoreOptions options)
    {
        options.libexec = DARSENA_BIN_DIR;
        m_store.reset();
        m_root = m_directory->path().toStdString() + "/store";
        m_store = must(Store::open(m_root, options));
    }

    Result<LoadReport> load(const std::vector<std::string>& layers)
    {
        const std::string archive = test::dockerArchive(layers, "hostile");
        archive::MemorySource source(archive);
        return m_store->load(source);
    }

    /// Nothing outside was touched; nothing is left in tmp; a refused archive left nothing at all.
    void verifyUnharmed(bool loaded)
    {
        QCOMPARE(QString::fromStdString(picture(m_outside)), QString::fromStdString(m_before));
        QVERIFY(fs::is_empty(m_root / "tmp"));
        QVERIFY(fs::is_empty(m_root / "empty"));
        if (!loaded) {
            QVERIFY(fs::is_empty(m_root / "snapshots"));
            QVERIFY(fs::is_empty(m_root / "blobs/sha256"));
        }
        // Only what the store itself makes is beside its folders.
        for (const auto& item : fs::directory_iterator(m_root.parent_path()))
            QVERIFY(item.path() == m_root || item.path() == m_outside);
    }

    std::unique_ptr<QTemporaryDir> m_directory;
    fs::path m_outside;
    fs::path m_root;
    std::string m_before;
    std::unique_ptr<Store> m_store;
};

void TestHostile::escapes_data()
{
    QTest::addColumn<QString>("setup"); // what the link, if any, points at
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("kind");
    QTest::addColumn<bool>("earlierLayer");
    // "$" = the sentinel directory's absolute path.
    const std::pair<const char*, const char*> tricks[] = {
        { "", "../x" }, { "", "/../../x" }, { "", "a/../../../../../../outside/x" }, { "", "$/x" }, { "", "a/../../.." },
        { "$", "link/x" }, { "$", "link/sentinel" }, { "$", "link/dir" }, { "$", "link/" }, { "$", "link" }, { "$/sentinel", "link" },
        { "../../../../../outside", "link/x" }, { "../../../../../outside", "link/sentinel" }, { "/proc/self/root$", "link/sentinel" },
        { "chain", "link/sentinel" },
    };
    for (const auto& [setup, path] : tricks) {
        for (int kind = 0; kind < 6; ++kind) {
            for (bool earlier : { false, true }) {
                if (earlier && !*setup)
                    continue;
                QTest::addRow("%s via %s: %s%s", path, setup, kindNames[kind], earlier ? ", link in an earlier layer" : "")
                    << QString(setup) << QString(path) << kind << earlier;
            }
        }
    }
}

void TestHostile::escapes()
{
    QFETCH(QString, setup);
    QFETCH(QString, path);
    QFETCH(int, kind);
    QFETCH(bool, earlierLayer);
    const auto fill = [&](QString text) { return text.replace("$", QString::fromStdString(m_outside.native())).toStdString(); };

    std::vector<test::Entry> links;
    if (setup == "chain") {
        links = { entry("one", EntryType::Symlink, 0777, m_outside), entry("two", EntryType::Symlink, 0777, "one"), entry("link", EntryType::Symlink, 0777, "two") };
    } else if (!setup.isEmpty()) {
        links = { entry("link", EntryType::Symlink, 0777, fill(setup)) };
    }
    test::Entry trick = entry(fill(path), kinds[kind], 0777);
    trick.uid = trick.gid = 1234;
    if (trick.type == EntryType::Symlink)
        trick.link = "anything";
    if (trick.type == EntryType::Hardlink)
        trick.link = links.empty() ? fill("../../../../../outside/sentinel") : std::string("link/sentinel");
    if (trick.type == EntryType::CharDevice) {
        trick.deviceMajor = 1;
        trick.deviceMinor = 3;
    }
    TarText first;
    TarText second;
    first.add(directory("a"));
    for (const test::Entry& link : links)
        (earlierLayer ? first : second).add(link);
    second.add(trick, trick.type == EntryType::File ? "overwritten" : "");
    const auto result = load({ first.text(), second.text() });
    verifyUnharmed(result.ok());
}

void TestHostile::plainArchivesEscape_data()
{
    QTest::addColumn<QString>("path");
    for (const char* path : { "../x", "/../x", "link/sentinel", "link/x", "present/sentinel", "present/x", "present" })
        QTest::addRow("%s", path) << QString(path);
}

void TestHostile::plainArchivesEscape()
{
    // A build context or ADD: the directory has files already, links among them.
    QFETCH(QString, path);
    const fs::path target = m_root / "tmp/context";
    fs::create_directory(target);
    fs::create_directory_symlink(m_outside, target / "present");
    const std::string tar = TarText().add(entry("link", EntryType::Symlink, 0777, m_outside)).add(file(path.toStdString(), 0777), "overwritten").text();
    archive::MemorySource source(tar);
    const UniqueFd fd = must(os::openFile(target, O_RDONLY | O_DIRECTORY));
    const auto result = m_store->unpackInto(source, fd.get());
    Q_UNUSED(result);
    fs::remove_all(target);
    verifyUnharmed(true);
}

void TestHostile::metadataOfLinkTargets()
{
    // CVE-2021-32760: a link, then entries of the same name that would change what it points at.
    test::Entry again = directory("x", 0777);
    again.uid = again.gid = 4321;
    const auto result = load({ TarText().add(entry("x", EntryType::Symlink, 0777, m_outside / "sentinel")).add(again).text() });
    QVERIFY(result.ok());
    verifyUnharmed(true);
}

void TestHostile::hardLinkToLinkThenWrite()
{
    const auto result = load({ TarText()
                                   .add(entry("s", EntryType::Symlink, 0777, m_outside / "sentinel"))
                                   .add(entry("h", EntryType::Hardlink, 0777, "s"))
                                   .add(file("h", 0777), "overwritten")
                                   .add(entry("h2", EntryType::Hardlink, 0777, "s"))
                                   .text() });
    QVERIFY2(result.ok(), result ? "" : result.error().message().c_str());
    verifyUnharmed(true);
}

void TestHostile::whiteoutsOfParents_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("refused");
    QTest::newRow("of ..") << ".wh..." << true;
    QTest::newRow("of .") << ".wh.." << true;
    QTest::newRow("of nothing") << ".wh." << true;
    QTest::newRow("of nothing in a directory") << "a/.wh." << true;
    QTest::newRow("as a directory") << ".wh.a/b" << true;
    QTest::newRow("out of the layer") << "../.wh.outside" << true;
    QTest::newRow("through a link") << "link/.wh.sentinel" << false;
    QTest::newRow("opaque through a link") << "link/.wh..wh..opq" << false;
    QTest::newRow("opaque root") << ".wh..wh..opq" << false;
    QTest::newRow("aufs bookkeeping") << ".wh..wh.plnk/1.2" << false;
    QTest::newRow("aufs file") << ".wh..wh.aufs" << false;
}

void TestHostile::whiteoutsOfParents()
{
    QFETCH(QString, path);
    QFETCH(bool, refused);
    const std::string base = TarText().add("a/1", "1").text();
    const std::string top = TarText().add(entry("link", EntryType::Symlink, 0777, m_outside)).add(path.toStdString(), "").text();
    const auto result = load({ base, top });
    QCOMPARE(result.ok(), !refused);
    if (refused)
        QVERIFY2(result.error().code() == ErrorCode::Invalid, result.error().message().c_str());
    verifyUnharmed(result.ok());
}

void TestHostile::overlayAttributesAreDropped()
{
    test::Entry smuggler = directory("d");
    smuggler.xattrs = { { "trusted.overlay.opaque", "y" }, { "trusted.overlay.redirect", "/secret" }, { "user.overlay.opaque", "y" } };
    must(load({ TarText().add("d/below", "1").text(), TarText().add(smuggler).text() }));
    const Image image = must(m_store->find("hostile"));
    const auto layer = must(m_store->layer(image.chain()));
    char value[16];
    QCOMPARE(::getxattr((layer.directory / "d").c_str(), "trusted.overlay.opaque", value, sizeof value), -1);
    QCOMPARE(::getxattr((layer.directory / "d").c_str(), "trusted.overlay.redirect", value, sizeof value), -1);
    QCOMPARE(::getxattr((layer.directory / "d").c_str(), "user.overlay.opaque", value, sizeof value), -1);
    const UniqueFd mounted = must(os::mountOverlay(must(m_store->readOnlyOverlay(image.chain()))));
    QVERIFY(fs::exists(fmt::format("/proc/self/fd/{}/d/below", mounted.get())));
}

void TestHostile::zeroDeviceIsNoWhiteout()
{
    must(load({ TarText().add("f", "1").text(), TarText().add(entry("f", EntryType::CharDevice, 0)).text() }));
    const Image image = must(m_store->find("hostile"));
    const UniqueFd mounted = must(os::mountOverlay(must(m_store->readOnlyOverlay(image.chain()))));
    QVERIFY(fs::exists(fmt::format("/proc/self/fd/{}/f", mounted.get())));
}

void TestHostile::manyOpaqueMarks()
{
    // CVE-2026-95838: quadratic work on repeated marks; the test's own time limit notices.
    TarText tar;
    for (int i = 0; i < 100'000; ++i)
        tar.add("d/.wh..wh..opq", "");
    must(load({ TarText().add("d/old", "1").text(), tar.text() }));
    const Image image = must(m_store->find("hostile"));
    QCOMPARE(must(m_store->layerFiles(image, 1)).size(), 1U);
}

void TestHostile::deepDirectories()
{
    std::string path = "d";
    for (int i = 0; i < 511; ++i)
        path += "/d";
    QVERIFY(load({ TarText().add(directory(path)).text() }).ok());
    must(m_store->remove("hostile", true));
    QVERIFY(fs::is_empty(m_root / "snapshots"));
    const auto result = load({ TarText().add(directory(path + "/d")).text() });
    QVERIFY(result.error().code() == ErrorCode::Invalid);
    verifyUnharmed(false);
}

void TestHostile::longNames_data()
{
    QTest::addColumn<int>("length");
    QTest::addColumn<bool>("fine");
    QTest::newRow("255") << 255 << true;
    QTest::newRow("256") << 256 << false;
    QTest::newRow("4096") << 4096 << false;
    QTest::newRow("70000") << 70'000 << false;
}

void TestHostile::longNames()
{
    QFETCH(int, length);
    QFETCH(bool, fine);
    const std::string name(static_cast<std::size_t>(length), 'n');
    QCOMPARE(load({ TarText().add(name, "x").text() }).ok(), fine);
    QCOMPARE(load({ TarText().add("t", "x").add(entry("link", EntryType::Symlink, 0777, name)).text() }).ok(), length <= 4095);
    QVERIFY(!load({ TarText().add(entry("h", EntryType::Hardlink, 0777, name)).text() }).ok());
    QVERIFY(fs::is_empty(m_root / "tmp"));
}

void TestHostile::bounds()
{
    StoreOptions options;
    options.maxLayerEntries = 100;
    options.maxLayerBytes = 1 << 20;
    open(options);
    TarText many;
    for (int i = 0; i < 101; ++i)
        many.add(fmt::format("f{}", i), "");
    QVERIFY(load({ many.text() }).error().code() == ErrorCode::TooLarge);
    verifyUnharmed(false);
    // Small on the wire, big unpacked: the layer's own limit counts, not the archive's.
    const std::string big = TarText().add("f", std::string(2 << 20, '\0')).text();
    const std::string packed = zstd(big);
    const std::string configText = test::config({ big }).serialize();
    const std::string name = Digest::ofText(configText).hex() + ".json";
    const std::string archive = TarText().add("l", packed).add(name, configText).add("manifest.json", R"([{"Config":")" + name + R"(","Layers":["l"]}])").text();
    archive::MemorySource source(archive);
    QVERIFY(m_store->load(source).error().code() == ErrorCode::TooLarge);
    verifyUnharmed(false);
}

void TestHostile::zstdWindow()
{
    ZSTD_CCtx* context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 31);
    const std::string text = TarText().add("f", "x").text();
    std::string packed(1 << 20, '\0');
    ZSTD_inBuffer in { text.data(), text.size(), 0 };
    ZSTD_outBuffer out { packed.data(), packed.size(), 0 };
    // First without an end, so that the size stays unknown and the window is written into the header.
    ZSTD_compressStream2(context, &out, &in, ZSTD_e_flush);
    ZSTD_compressStream2(context, &out, &in, ZSTD_e_end);
    ZSTD_freeCCtx(context);
    packed.resize(out.pos);
    archive::MemorySource source(packed);
    const auto result = m_store->load(source);
    QVERIFY(!result);
    QVERIFY2(result.error().message().find("zstd") != std::string::npos, result.error().message().c_str());
    verifyUnharmed(false);
}

void TestHostile::truncated()
{
    const std::string archive = test::dockerArchive({ TarText().add("f", std::string(100'000, 'x')).text() }, "t");
    for (std::size_t length : { std::size_t { 0 }, std::size_t { 100 }, std::size_t { 512 }, std::size_t { 5000 }, archive.size() / 2, archive.size() - 3000 }) {
        archive::MemorySource source(std::string_view(archive).substr(0, length));
        QVERIFY(!m_store->load(source).ok());
        verifyUnharmed(false);
    }
}

void TestHostile::garbage()
{
    std::string noise(300'000, '\0');
    unsigned state = 12345;
    for (char& c : noise)
        c = static_cast<char>((state = state * 1103515245U + 12345U) >> 16);
    archive::MemorySource source(noise);
    QVERIFY(!m_store->load(source).ok());
    QVERIFY(!load({ noise }).ok());
    verifyUnharmed(false);
}

void TestHostile::lyingConfigName()
{
    const std::string layer = TarText().add("f", "x").text();
    const std::string configText = test::config({ layer }).serialize();
    const std::string name = Digest::ofText("something else").hex() + ".json";
    const std::string archive = TarText().add("l", layer).add(name, configText).add("manifest.json", R"([{"Config":")" + name + R"(","Layers":["l"]}])").text();
    archive::MemorySource source(archive);
    QVERIFY(m_store->load(source).error().code() == ErrorCode::Corrupt);
    verifyUnharmed(false);
}

void TestHostile::contextDevicesAreRefused()
{
    const fs::path target = m_root / "tmp/context";
    fs::create_directory(target);
    test::Entry device = entry("disk", EntryType::BlockDevice, 0666);
    device.deviceMajor = 8;
    const std::string tar = TarText().add(device).text();
    archive::MemorySource source(tar);
    const UniqueFd fd = must(os::openFile(target, O_RDONLY | O_DIRECTORY));
    QVERIFY(m_store->unpackInto(source, fd.get()).error().code() == ErrorCode::Denied);
    QVERIFY(fs::is_empty(target));
    // Ordinary names stay ordinary there.
    const std::string plain = TarText().add(".wh.file", "x").add("d/f", "y").text();
    archive::MemorySource again(plain);
    QCOMPARE(must(m_store->unpackInto(again, fd.get())), 2U);
    QVERIFY(fs::exists(target / ".wh.file"));
    fs::remove_all(target);
}

QTEST_GUILESS_MAIN(TestHostile)
#include "tst_hostile.moc"
