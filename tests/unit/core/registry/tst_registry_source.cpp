// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registry/registry_source.h"

#include "fake_transport.h"

#include <fmt/format.h>

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <atomic>
#include <thread>

using namespace darsena;
using namespace darsena::registry;

namespace {

const std::string root = "https://r.example/v2/app/";

/// A repository in which documents and blobs can be put.
class Repository {
public:
    std::unique_ptr<FakeTransport> transport = std::make_unique<FakeTransport>();

    std::string putBlob(const std::string& bytes)
    {
        const std::string digest = Digest::ofText(bytes).text();
        transport->answer(root + "blobs/" + digest, { 200, {}, bytes });
        return digest;
    }
    std::string putManifest(const std::string& text, std::string_view type)
    {
        const std::string digest = Digest::ofText(text).text();
        transport->answer(root + "manifests/" + digest, { 200, { { "Content-Type", std::string(type) } }, text });
        return digest;
    }
    std::string putImage(const std::string& architecture, const std::vector<std::string>& layers)
    {
        std::string diffIds, descriptors;
        for (const std::string& layer : layers) {
            diffIds += fmt::format("{}\"{}\"", diffIds.empty() ? "" : ",", Digest::ofText(layer).text());
            descriptors += fmt::format("{}{{\"mediaType\":\"{}\",\"digest\":\"{}\",\"size\":{}}}", descriptors.empty() ? "" : ",",
                oci::media::ociLayerTar, putBlob(layer), layer.size());
        }
        const std::string config = fmt::format(
            "{{\"os\":\"linux\",\"architecture\":\"{}\",\"config\":{{}},\"rootfs\":{{\"type\":\"layers\",\"diff_ids\":[{}]}}}}", architecture, diffIds);
        return putManifest(manifestText(config, descriptors), oci::media::ociManifest);
    }
    std::string manifestText(const std::string& config, const std::string& layers, std::string_view configType = oci::media::ociConfig)
    {
        return fmt::format("{{\"schemaVersion\":2,\"mediaType\":\"{}\",\"config\":{{\"mediaType\":\"{}\",\"digest\":\"{}\",\"size\":{}}},\"layers\":[{}]}}",
            oci::media::ociManifest, configType, putBlob(config), config.size(), layers);
    }
    void tag(const std::string& name, const std::string& digest)
    {
        transport->handlers[root + "manifests/" + name] = transport->handlers[root + "manifests/" + digest];
    }
    Result<std::unique_ptr<RegistrySource>> source(const std::string& name = "r.example/app:1")
    {
        return RegistrySource::create(std::move(transport), *oci::Reference::parse(name), {});
    }
};

std::string readAll(archive::ByteSource& source, Result<void>& outcome)
{
    archive::MemorySink sink;
    const auto copied = archive::copy(source, sink);
    outcome = copied ? Result<void>() : Result<void>(copied.error());
    return sink.take();
}

std::string pattern(std::size_t bytes)
{
    std::string text(bytes, '\0');
    for (std::size_t i = 0; i < bytes; ++i)
        text[i] = static_cast<char>(i * 7 + i / 256);
    return text;
}

} // namespace

class TestRegistrySource : public QObject {
    Q_OBJECT
private slots:
    void oneImage()
    {
        Repository repository;
        repository.tag("1", repository.putImage("amd64", { "first layer", "second" }));
        const auto source = repository.source();
        QVERIFY2(source, source ? "" : source.error().message().c_str());
        const auto choices = (*source)->choices();
        QVERIFY(choices);
        QCOMPARE(choices->size(), 1u);
        QCOMPARE(choices->front().platform.text(), std::string("linux/amd64"));
        const auto image = (*source)->open(choices->front());
        QVERIFY2(image, image ? "" : image.error().message().c_str());
        QCOMPARE(image->name, std::string("r.example/app:1"));
        QCOMPARE(image->layers.size(), 2u);
        QCOMPARE(image->layers[1].diffId, Digest::ofText("second"));
        QCOMPARE(image->layers[1].storedBytes, 6u);
        QCOMPARE(Digest::ofText(image->configText), image->id);
        auto layer = (*source)->layer(0);
        QVERIFY(layer);
        Result<void> outcome;
        QCOMPARE(readAll(**layer, outcome), std::string("first layer"));
        QVERIFY(outcome);
        QCOMPARE((*source)->layer(2).error().code(), ErrorCode::NotFound);
    }

    void platformsWithoutAttestations()
    {
        Repository repository;
        const std::string amd = repository.putImage("amd64", { "x" });
        const std::string arm = repository.putImage("arm64", { "y" });
        const auto entry = [](const std::string& digest, const std::string& more) {
            return fmt::format("{{\"mediaType\":\"{}\",\"digest\":\"{}\",\"size\":1,{}}}", oci::media::ociManifest, digest, more);
        };
        const std::string index = fmt::format("{{\"schemaVersion\":2,\"mediaType\":\"{}\",\"manifests\":[{},{},{},{}]}}", oci::media::ociIndex,
            entry(amd, "\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}"), entry(Digest::ofText("a").text(), "\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"}"),
            entry(arm, "\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\"}"), entry(Digest::ofText("b").text(), "\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}"));
        repository.tag("1", repository.putManifest(index, oci::media::ociIndex));
        const auto source = repository.source();
        const auto choices = (*source)->choices();
        QVERIFY2(choices, choices ? "" : choices.error().message().c_str());
        QCOMPARE(choices->size(), 2u);
        QCOMPARE((*choices)[1].platform.text(), std::string("linux/arm64"));
        const auto image = (*source)->open((*choices)[1]);
        QVERIFY(image);
        QCOMPARE(image->layers[0].diffId, Digest::ofText("y"));
    }

    void nothingToSee()
    {
        Repository artifact;
        artifact.tag("1", artifact.putManifest(artifact.manifestText("{}", "", "application/vnd.cncf.helm.config.v1+json"), oci::media::ociManifest));
        const auto source = artifact.source();
        const auto choices = (*source)->choices();
        QCOMPARE(choices.error().code(), ErrorCode::Unsupported);
        QVERIFY(choices.error().message().find("helm") != std::string::npos);

        Repository empty;
        empty.tag("1", empty.putManifest("{\"schemaVersion\":2,\"manifests\":[]}", oci::media::ociIndex));
        QCOMPARE((*empty.source())->choices().error().code(), ErrorCode::NotFound);

        Repository missing;
        QVERIFY(!missing.source());
    }

    void countsMustAgree()
    {
        Repository repository;
        const std::string config = "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + Digest::ofText("x").text() + "\"]}}";
        repository.tag("1", repository.putManifest(repository.manifestText(config, ""), oci::media::ociManifest));
        const auto source = repository.source();
        QCOMPARE((*source)->open((*source)->choices()->front()).error().code(), ErrorCode::Corrupt);
    }

    void endlessIndexes()
    {
        // Each index names twenty others: asking for all would never end.
        Repository repository;
        std::string entries;
        for (int i = 0; i < 20; ++i) {
            const std::string nested = repository.putManifest(fmt::format("{{\"schemaVersion\":2,\"annotations\":{{\"n\":\"{}\"}},\"manifests\":[]}}", i), oci::media::ociIndex);
            entries += fmt::format("{}{{\"mediaType\":\"{}\",\"digest\":\"{}\",\"size\":1}}", entries.empty() ? "" : ",", oci::media::ociIndex, nested);
        }
        repository.tag("1", repository.putManifest("{\"schemaVersion\":2,\"manifests\":[" + entries + "]}", oci::media::ociIndex));
        QCOMPARE((*repository.source())->choices().error().code(), ErrorCode::TooLarge);
    }

    /// A connection that breaks is taken up where it broke, with ranges and without.
    void breaks_data()
    {
        QTest::addColumn<bool>("ranges");
        QTest::addColumn<int>("breaks");
        QTest::addColumn<bool>("succeeds");
        QTest::newRow("once, ranges") << true << 1 << true;
        QTest::newRow("once, no ranges") << false << 1 << true;
        QTest::newRow("three times") << true << 3 << true;
        QTest::newRow("for ever") << true << 1000 << false;
    }
    void breaks()
    {
        QFETCH(bool, ranges);
        QFETCH(int, breaks);
        QFETCH(bool, succeeds);
        const std::string blob = pattern(20'000);
        Repository repository;
        repository.tag("1", repository.putImage("amd64", { blob }));
        int left = breaks;
        FakeTransport* const transport = repository.transport.get();
        transport->handlers[root + "blobs/" + Digest::ofText(blob).text()] = [&](const Request& request) {
            std::size_t from = 0;
            const std::string range = FakeTransport::header(request, "Range");
            FakeTransport::Answer answer { 200, {}, blob };
            if (ranges && !range.empty()) {
                from = std::stoul(range.substr(6));
                answer = { 206, { { "Content-Range", fmt::format("bytes {}-{}/{}", from, blob.size() - 1, blob.size()) } }, blob.substr(from) };
            }
            if (left-- > 0)
                answer.breaksAfter = ranges ? 1'000 : 9'000;
            return answer;
        };
        const auto source = repository.source();
        QVERIFY((*source)->open((*source)->choices()->front()));
        auto layer = *(*source)->layer(0);
        Result<void> outcome;
        const std::string got = readAll(*layer, outcome);
        QCOMPARE(outcome.ok(), succeeds);
        if (succeeds)
            QVERIFY(got == blob);
        else
            QCOMPARE(outcome.error().code(), ErrorCode::Unavailable);
    }

    void wrongBlobs_data()
    {
        QTest::addColumn<QByteArray>("sent");
        QTest::addColumn<int>("code");
        QTest::newRow("other bytes") << QByteArray("wrong bytes") << int(ErrorCode::Corrupt);
        QTest::newRow("longer") << QByteArray("right bytes and more") << int(ErrorCode::Corrupt);
        QTest::newRow("shorter") << QByteArray("right") << int(ErrorCode::Unavailable);
    }
    void wrongBlobs()
    {
        QFETCH(QByteArray, sent);
        QFETCH(int, code);
        Repository repository;
        repository.tag("1", repository.putImage("amd64", { "right bytes" }));
        repository.transport->answer(root + "blobs/" + Digest::ofText("right bytes").text(), { 200, {}, sent.toStdString() });
        const auto source = repository.source();
        QVERIFY((*source)->open((*source)->choices()->front()));
        auto layer = *(*source)->layer(0);
        Result<void> outcome;
        readAll(*layer, outcome);
        QVERIFY(!outcome);
        QCOMPARE(int(outcome.error().code()), code);
    }

    /// What was fetched is not asked for again, whoever reads and however far.
    void keeps()
    {
        QTemporaryDir folder;
        const std::string blob = pattern(1'000'000);
        Repository repository;
        repository.tag("1", repository.putImage("amd64", { blob }));
        FakeTransport* const transport = repository.transport.get();
        const std::string url = root + "blobs/" + Digest::ofText(blob).text();
        const auto asked = [&] { return std::ranges::count_if(transport->asked, [&](const Request& request) { return request.url.text() == url; }); };
        const auto source = repository.source();
        (*source)->keepIn(folder.path().toStdString());
        QVERIFY((*source)->open((*source)->choices()->front()));
        {
            auto layer = *(*source)->layer(0);
            std::array<std::byte, 1000> some;
            QVERIFY(*layer->read(some) > 0);
        }
        for (int times = 0; times < 2; ++times) {
            auto layer = *(*source)->layer(0);
            Result<void> outcome;
            QVERIFY(readAll(*layer, outcome) == blob);
            QVERIFY(outcome);
        }
        std::vector<std::jthread> threads;
        std::atomic<int> right = 0;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                auto layer = *(*source)->layer(0);
                Result<void> outcome;
                right += readAll(*layer, outcome) == blob && outcome ? 1 : 0;
            });
        threads.clear();
        QCOMPARE(right.load(), 4);
        QCOMPARE(asked(), 1);
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).size(), 0);
    }

    void keepsNothingWrong()
    {
        QTemporaryDir folder;
        Repository repository;
        repository.tag("1", repository.putImage("amd64", { "right bytes" }));
        FakeTransport* const transport = repository.transport.get();
        const std::string url = root + "blobs/" + Digest::ofText("right bytes").text();
        transport->answer(url, { 200, {}, "wrong bytes" });
        const auto source = repository.source();
        (*source)->keepIn(folder.path().toStdString());
        QVERIFY((*source)->open((*source)->choices()->front()));
        Result<void> outcome;
        readAll(**(*source)->layer(0), outcome);
        QCOMPARE(outcome.error().code(), ErrorCode::Corrupt);
        transport->answer(url, { 200, {}, "right bytes" });
        QCOMPARE(readAll(**(*source)->layer(0), outcome), std::string("right bytes"));
        QVERIFY(outcome);
    }

    void byDigest()
    {
        Repository repository;
        const std::string digest = repository.putImage("amd64", { "x" });
        QVERIFY(repository.source("r.example/app:tag-that-moved@" + digest));
    }
};

QTEST_GUILESS_MAIN(TestRegistrySource)
#include "tst_registry_source.moc"
