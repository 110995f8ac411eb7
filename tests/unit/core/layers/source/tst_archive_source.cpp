// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/source/archive_source.h"
#include "core/layers/source/image_reader.h"

#include "image_archives.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace darsena;
using namespace darsena::layers;

namespace {

std::string readAll(archive::ByteSource& source)
{
    archive::MemorySink sink;
    if (auto copied = archive::copy(source, sink); !copied)
        qFatal("%s", copied.error().message().c_str());
    return sink.take();
}

std::vector<std::string> twoLayers() { return { tarOf({ { "etc/a", "one" } }), tarOf({ { "etc/.wh.a" } }) }; }

} // namespace

/// What archives and layouts hold, and what hostile ones claim to hold.
class TestArchiveSource : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path folderPath() const { return m_folder->path().toStdString(); }
    Result<std::unique_ptr<ImageSource>> opened(std::string_view bytes) const { return openArchive(writeFile(folderPath() / "image.tar", bytes), folderPath()); }

    /// The names, platforms and whether there is a manifest, a line each; or the error.
    static QString choicesOf(Result<std::unique_ptr<ImageSource>> source)
    {
        if (!source)
            return QString::fromStdString(source.error().message());
        const auto choices = (*source)->choices();
        if (!choices)
            return QString::fromStdString(choices.error().message());
        std::string text;
        for (const SourceChoice& choice : *choices)
            text += fmt::format("{} {}{}\n", choice.name, choice.platform.text(), choice.manifest.empty() ? "" : " m");
        return QString::fromStdString(text);
    }
    /// The error of opening the first image and all its layers' bytes; "" = none.
    static QString failure(Result<std::unique_ptr<ImageSource>> source)
    {
        const auto image = [&]() -> Result<ReadImage> {
            auto opened = TRY(std::move(source));
            return readImage(*opened);
        }();
        return image ? QString() : QString::fromStdString(image.error().message());
    }

private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void oldDocker()
    {
        const auto layers = twoLayers();
        auto source = opened(tarOf(oldDockerArchive({ layers[0], layers[1], layers[0] }, { "docker.io/library/hello:latest", "example.org/x:2" })));
        QVERIFY(source.ok());
        const auto choices = (*source)->choices();
        QVERIFY(choices.ok());
        QCOMPARE(choices->size(), 2U);
        QCOMPARE((*choices)[0].name, "hello:latest");
        QCOMPARE((*choices)[1].name, "example.org/x:2");
        QCOMPARE((*choices)[1].platform.text(), "linux/amd64");
        const auto image = (*source)->open((*choices)[1]);
        QVERIFY(image.ok());
        QCOMPARE(image->name, "example.org/x:2");
        QCOMPARE(image->id, Digest::ofText(image->configText));
        // The third is a link to the first.
        QCOMPARE(image->layers.size(), 3U);
        QCOMPARE(image->layers[2].storedBytes, layers[0].size());
        auto last = (*source)->layer(2), first = (*source)->layer(0);
        QVERIFY(last.ok() && first.ok());
        QVERIFY(readAll(**last) == layers[0]);
        QVERIFY(readAll(**first) == layers[0]);
        QVERIFY(!(*source)->layer(3).ok());
    }

    void newDockerIsOneImage()
    {
        // As Docker 25 and later save: both kinds of documents about the same blobs.
        const auto layers = twoLayers();
        Layout layout;
        auto entry = layout.image(layers, layers);
        entry.annotations[std::string(oci::media::annotationImageName)] = "docker.io/library/hello:latest";
        auto members = layout.members({ entry });
        const json::Array manifest { json::Object { { "Config", "blobs/sha256/" + Digest::ofText(configOf(layers)).hex() },
            { "RepoTags", json::Array { "hello:latest" } },
            { "Layers", json::Array { "blobs/sha256/" + Digest::ofText(layers[0]).hex(), "blobs/sha256/" + Digest::ofText(layers[1]).hex() } } } };
        members.push_back({ "manifest.json", json::serialize(manifest) });
        QCOMPARE(choicesOf(opened(tarOf(members))), "hello:latest linux/amd64 m\n");
        QCOMPARE(failure(opened(tarOf(members))), "");
    }

    void platformsAndWhatIsNoImage()
    {
        const auto layers = twoLayers();
        Layout layout;
        const auto amd = layout.image(layers, layers, "amd64");
        const auto arm = layout.image({ layers[0] }, { gzipped(layers[0]) }, "arm64");
        auto attestation = layout.image({ layers[0] }, { layers[0] }, "unknown");
        attestation.platform = oci::Platform { "unknown", "unknown", {} };
        attestation.annotations["vnd.docker.reference.type"] = "attestation-manifest";
        oci::Manifest chart;
        chart.mediaType = oci::media::ociManifest;
        chart.config = layout.blob("application/vnd.cncf.helm.config.v1+json", "{}");
        const auto artifact = layout.blob(oci::media::ociManifest, chart.serialize());
        auto absent = amd;
        absent.digest = Digest::ofText("not there");
        absent.platform = oci::Platform { "linux", "s390x", {} };
        const auto index = layout.index({ arm, attestation, amd, absent });
        const auto nested = Layout::named(layout.index({ index }), "example.org/x:1");
        const std::string bytes = tarOf(layout.members({ artifact, nested }));
        QCOMPARE(choicesOf(opened(bytes)), "example.org/x:1 linux/arm64 m\nexample.org/x:1 linux/amd64 m\n");
        auto source = opened(bytes);
        ReadOptions options;
        options.platform = oci::Platform { "linux", "arm64", {} };
        auto image = readImage(**source, options);
        QVERIFY(image.ok());
        QCOMPARE(image->indexes.size(), 1U);
        options.platform = oci::Platform { "linux", "riscv64", {} };
        const auto none = readImage(**source, options);
        QCOMPARE(none.error().code(), ErrorCode::NotFound);
        QCOMPARE(QString::fromStdString(none.error().message()), "no image for linux/riscv64; there is: linux/arm64, linux/amd64");
        // Only what is no image.
        const QString nothing = choicesOf(opened(tarOf(layout.members({ artifact, attestation }))));
        QVERIFY2(nothing.startsWith("image.tar: holds no image; what is there: "), qPrintable(nothing));
    }

    void folderAndCompressedWhole()
    {
        const auto layers = twoLayers();
        Layout layout;
        const auto members = layout.members({ Layout::named(layout.image(layers, layers), "x") });
        for (const Member& member : members)
            writeFile(folderPath() / "layout" / member.path, member.content);
        QCOMPARE(failure(openArchive(folderPath() / "layout", folderPath())), "");
        QCOMPARE(failure(openArchive(folderPath() / "layout/", folderPath())), "");
        const std::string bytes = tarOf(members);
        QCOMPARE(failure(opened(gzipped(bytes))), "");
        QCOMPARE(failure(opened(zstandard(bytes))), "");
        archive::MemorySource stream(bytes);
        std::uint64_t told = 0;
        QCOMPARE(failure(openStream(stream, "stream", folderPath(), [&](std::uint64_t count) { told = count; })), "");
        QCOMPARE(told, bytes.size());
        // Nothing is left in the scratch folder but what the test wrote.
        QCOMPARE(std::distance(std::filesystem::directory_iterator(folderPath()), {}), 2);
    }

    void imagesWithLittleInThem()
    {
        // No layers, no history.
        Layout empty;
        QCOMPARE(failure(opened(tarOf(empty.members({ empty.image({}, {}) })))), "");
        const auto layers = twoLayers();
        auto members = oldDockerArchive(layers);
        const std::string config = configOf(layers, "amd64", false);
        members[0] = { "config.json", config };
        members[members.size() - 2].content = fmt::format(R"([{{"Config":"config.json","RepoTags":null,"Layers":["{0}/layer.tar","{1}/layer.tar"]}}])",
            Digest::ofText("id 0").hex(), Digest::ofText("id 1").hex());
        QCOMPARE(failure(opened(tarOf(members))), "");
        QCOMPARE(choicesOf(opened(tarOf(members))), " linux/amd64\n");
    }

    void notAnImage()
    {
        QCOMPARE(failure(openArchive(folderPath() / "missing", folderPath())), QString::fromStdString(folderPath() / "missing") + ": there is no such file");
        QCOMPARE(failure(opened("")), "image.tar: not an image: it has neither manifest.json nor index.json");
        QCOMPARE(failure(opened(tarOf({ { "etc/passwd", "x" } }))), "image.tar: not an image: it has neither manifest.json nor index.json");
        const QString noise = failure(opened("no archive at all, just a text that is somewhat longer than a header's magic"));
        QVERIFY2(noise.startsWith("image.tar: "), qPrintable(noise));
        QVERIFY(!openArchive(folderPath(), folderPath()).ok() || failure(openArchive(folderPath(), folderPath())).contains("not an image"));
        QVERIFY(::mkfifo((folderPath() / "pipe").c_str(), 0600) == 0);
        QVERIFY(failure(openArchive(folderPath() / "pipe", folderPath())).contains("neither a file nor a folder"));
    }

    void truncatedAnywhereIsAnError()
    {
        const std::string bytes = tarOf(oldDockerArchive(twoLayers()));
        const std::string packed = gzipped(bytes);
        // manifest.json comes near the end; before it has come there is no image.
        for (std::size_t length = 0; length + 4096 < bytes.size(); length += 700)
            QVERIFY(!failure(opened(bytes.substr(0, length))).isEmpty());
        for (std::size_t length = 30; length < packed.size(); length += packed.size() / 20)
            QVERIFY(!failure(opened(packed.substr(0, length))).isEmpty());
        // Truncated in a layer, the directory before it.
        auto members = oldDockerArchive(twoLayers());
        std::rotate(members.begin(), members.end() - 2, members.end());
        const std::string whole = tarOf(members);
        const std::size_t layer = whole.find("etc/a") - 512;
        const QString error = failure(opened(whole.substr(0, layer + 700)));
        QCOMPARE(error.left(30), QString("image.tar: byte %1: tar: Truncated").arg(layer).left(30));
    }

    void lyingDocuments_data()
    {
        QTest::addColumn<QString>("change");
        QTest::addColumn<QString>("words");
        QTest::newRow("manifest is no list") << "manifest-object" << "image.tar: manifest.json: not a list";
        QTest::newRow("manifest is no JSON") << "manifest-noise" << "image.tar: manifest.json: ";
        QTest::newRow("manifest too large") << "manifest-large" << "at most 4194304 are taken";
        QTest::newRow("configuration of another digest") << "config-changed" << "the content has another digest";
        QTest::newRow("configuration missing") << "config-missing" << "lacks ";
        QTest::newRow("layer missing") << "layer-missing" << "layer 0: the archive lacks ";
        QTest::newRow("layer is a folder") << "layer-folder" << "layer 0: the archive lacks ";
        QTest::newRow("layer links out") << "layer-out" << "is a link that leads out of the archive";
        QTest::newRow("layer links to itself") << "layer-loop" << "links of links";
        QTest::newRow("layer is absolute link") << "layer-absolute" << "is a link that leads out of the archive";
        QTest::newRow("layer named outside") << "layer-name" << "leads out of the archive";
        QTest::newRow("layer of another diff id") << "layer-changed" << "the configuration says sha256:";
        QTest::newRow("layer damaged") << "layer-noise" << "byte 0 of the uncompressed layer";
    }
    void lyingDocuments()
    {
        QFETCH(QString, change);
        QFETCH(QString, words);
        auto members = oldDockerArchive(twoLayers());
        const auto find = [&](std::string_view end) { return std::ranges::find_if(members, [&](const Member& member) { return member.path.ends_with(end); }); };
        Member& manifest = *find("manifest.json");
        Member& config = members.front();
        Member& layer = *find("layer.tar");
        const std::string layerPath = layer.path;
        if (change == "manifest-object")
            manifest.content = "{}";
        else if (change == "manifest-noise")
            manifest.content = "[{";
        else if (change == "manifest-large")
            manifest.content += std::string(5 << 20, ' ');
        else if (change == "config-changed")
            config.content += " ";
        else if (change == "config-missing")
            config.path = "elsewhere.json";
        else if (change == "layer-missing")
            layer.path = "elsewhere";
        else if (change == "layer-folder")
            layer = folder(layerPath);
        else if (change == "layer-out")
            layer = softLink(layerPath, "../../../etc/shadow");
        else if (change == "layer-loop")
            layer = softLink(layerPath, "layer.tar");
        else if (change == "layer-absolute")
            layer = softLink(layerPath, "/etc/shadow");
        else if (change == "layer-name")
            manifest.content.replace(manifest.content.find(layerPath), 3, "../");
        else if (change == "layer-changed")
            layer.content = tarOf({ { "other", "bytes" } });
        else if (change == "layer-noise")
            layer.content = "not a tar";
        const QString error = failure(opened(tarOf(members)));
        QVERIFY2(error.contains(words), qPrintable(error));
        QVERIFY2(error.startsWith("image.tar: "), qPrintable(error));
    }

    void lyingLayouts()
    {
        const auto layers = twoLayers();
        Layout layout;
        const auto image = layout.image(layers, layers);
        const auto members = layout.members({ image });
        const std::string manifestPath = "blobs/sha256/" + image.digest.hex();
        const auto with = [&](std::string_view path, const std::function<void(Member&)>& change) {
            auto changed = members;
            for (Member& member : changed) {
                if (member.path == path)
                    change(member);
            }
            return failure(opened(tarOf(changed)));
        };
        QVERIFY(with(manifestPath, [](Member& member) { member.content.back() = ' '; }).contains("the content has another digest"));
        QVERIFY(with(manifestPath, [](Member& member) { member.content += " "; }).contains("are announced"));
        QVERIFY(with("oci-layout", [](Member& member) { member.content = R"({"imageLayoutVersion":"2.0.0"})"; }).contains("version \"2.0.0\""));
        QVERIFY(with("index.json", [](Member& member) { member.content = R"({"schemaVersion":2,"layers":[],"manifests":[]})"; }).contains("not an image index"));
        // Indexes in indexes, deeper than anyone needs.
        auto deep = image;
        for (int i = 0; i < 8; ++i)
            deep = layout.index({ deep });
        QVERIFY(failure(opened(tarOf(layout.members({ deep })))).contains("indexes in indexes"));
        // In a folder a link that leads out is not followed.
        for (const Member& member : members)
            writeFile(folderPath() / "layout" / member.path, member.content);
        std::filesystem::remove(folderPath() / "layout" / manifestPath);
        writeFile(folderPath() / "outside", "x");
        std::filesystem::create_symlink(folderPath() / "outside", folderPath() / "layout" / manifestPath);
        QVERIFY(failure(openArchive(folderPath() / "layout", folderPath())).contains("holds no image"));
    }

    /// skopeo, which nobody here wrote, turns one archive into others; all are the same image.
    void skopeo()
    {
        if (QStandardPaths::findExecutable("skopeo").isEmpty())
            QSKIP("skopeo is not installed");
        const auto layers = twoLayers();
        writeFile(folderPath() / "image.tar", tarOf(oldDockerArchive(layers)));
        const QString from = "docker-archive:" + m_folder->path() + "/image.tar";
        const std::vector<std::pair<QString, QString>> copies { { "oci:", "layout" }, { "oci-archive:", "layout.tar" }, { "docker-archive:", "docker.tar" } };
        for (const auto& [transport, name] : copies) {
            QProcess process;
            process.start("skopeo", { "--insecure-policy", "--tmpdir", m_folder->path(), "copy", from, transport + m_folder->path() + "/" + name + ":hello:latest" });
            QVERIFY(process.waitForFinished(60'000));
            QVERIFY2(process.exitCode() == 0, process.readAllStandardError());
            auto source = openArchive(folderPath() / name.toStdString(), folderPath());
            QVERIFY(source.ok());
            const auto image = readImage(**source);
            QVERIFY2(image.ok(), image ? "" : image.error().message().c_str());
            QCOMPARE(image->indexes.size(), 2U);
            QCOMPARE(listing(*image->indexes[0]), "di 755 etc\nf 644 3 etc/a\n");
            QCOMPARE(listing(*image->indexes[1]), "di 755 etc\nw etc/a\n");
        }
    }
};

QTEST_GUILESS_MAIN(TestArchiveSource)
#include "tst_archive_source.moc"
