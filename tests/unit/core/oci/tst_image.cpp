// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oci/image.h"

#include <QTest>

#include <algorithm>

using namespace darsena;
using namespace darsena::oci;

namespace {

const std::string digestA = "sha256:" + std::string(64, 'a');
/// JSON with single quotes for double ones: moc loses its way among raw strings.
std::string quoted(std::string text)
{
    std::ranges::replace(text, '\'', '"');
    return text;
}

const std::string digestB = "sha256:" + std::string(64, 'b');

} // namespace

class TestImage : public QObject {
    Q_OBJECT

private slots:
    void configRoundTrip()
    {
        ImageConfig config;
        config.platform = { "linux", "arm", "v7" };
        config.created = "2024-01-02T03:04:05.678Z";
        config.author = "me";
        config.config.user = "1000:1000";
        config.config.env = { "A=b", "C=" };
        config.config.cmd = { { "sh", "-c", "x" } };
        config.config.entrypoint = std::vector<std::string>();
        config.config.exposedPorts = { "53/udp", "80/tcp" };
        config.config.volumes = { "/data" };
        config.config.labels = { { "a.b", "c" } };
        config.config.healthcheck = HealthCheck { { "CMD-SHELL", "true" }, 1'000'000'000, 2, 3, 4, 5 };
        config.config.onBuild = { "RUN x" };
        config.config.shell = { "/bin/bash", "-c" };
        config.config.stopSignal = "SIGQUIT";
        config.diffIds = { *Digest::parse(digestA), *Digest::parse(digestB) };
        config.history = { { "t", "ADD", {}, {}, false }, { "t", "ENV", "a", "c", true }, { "t", "RUN", {}, {}, false } };
        const std::string text = config.serialize();
        const auto read = ImageConfig::parse(text);
        QVERIFY2(read.ok(), read ? "" : read.error().message().c_str());
        QVERIFY(*read == config);
        QCOMPARE(read->serialize(), text);
    }
    void nullsAreAbsent()
    {
        const auto read = ImageConfig::parse(quoted("{'architecture':'amd64','os':'linux','config':{'Cmd':null,'Entrypoint':null,'Env':null,'Volumes':null,'Labels':null},'rootfs':{'type':'layers','diff_ids':[]},'history':null,'container_config':{'anything':[1,2]}}"));
        QVERIFY2(read.ok(), read ? "" : read.error().message().c_str());
        QVERIFY(!read->config.cmd.has_value());
        QVERIFY(read->diffIds.empty());
    }
    void badConfigs_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray("");
        QTest::newRow("list") << QByteArray("[]");
        QTest::newRow("no rootfs") << QByteArray::fromStdString(quoted("{'os':'linux'}"));
        QTest::newRow("other rootfs") << QByteArray::fromStdString(quoted("{'rootfs':{'type':'disk','diff_ids':[]}}"));
        QTest::newRow("bad digest") << QByteArray::fromStdString(quoted("{'rootfs':{'type':'layers','diff_ids':['sha256:../../x']}}"));
        QTest::newRow("upper case digest") << QByteArray::fromStdString(quoted("{'rootfs':{'type':'layers','diff_ids':['sha256:" + std::string(64, 'A') + "']}}"));
        QTest::newRow("number for text") << QByteArray::fromStdString(quoted("{'os':1,'rootfs':{'type':'layers','diff_ids':[]}}"));
        QTest::newRow("env not texts") << QByteArray::fromStdString(quoted("{'config':{'Env':[1]},'rootfs':{'type':'layers','diff_ids':[]}}"));
        QTest::newRow("history without match") << QByteArray::fromStdString(quoted("{'rootfs':{'type':'layers','diff_ids':[]},'history':[{'created_by':'x'}]}"));
        QTest::newRow("repeated key") << QByteArray::fromStdString(quoted("{'os':'linux','os':'other','rootfs':{'type':'layers','diff_ids':[]}}"));
        QByteArray many;
        for (int i = 0; i < 128; ++i)
            many += (i ? ",\"" : "\"") + QByteArray::fromStdString(digestA) + "\"";
        QTest::newRow("too many layers") << QByteArray::fromStdString(quoted("{'rootfs':{'type':'layers','diff_ids':[")) + many + "]}}";
        QTest::newRow("deep") << QByteArray(1000, '[');
    }
    void badConfigs()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!ImageConfig::parse(std::string_view(text.constData(), static_cast<std::size_t>(text.size()))).ok());
    }
    void manifests()
    {
        const std::string descriptor = quoted("{'mediaType':'application/vnd.oci.image.config.v1+json','digest':'") + digestA + quoted("','size':7}");
        const std::string layer = quoted("{'mediaType':'application/vnd.oci.image.layer.v1.tar+gzip','digest':'") + digestB + quoted("','size':8}");
        const auto manifest = Manifest::parse(quoted("{'schemaVersion':2,'config':") + descriptor + quoted(",'layers':[") + layer + "]}");
        QVERIFY2(manifest.ok(), manifest ? "" : manifest.error().message().c_str());
        QCOMPARE(manifest->layers.size(), 1U);
        QCOMPARE(manifest->layers[0].size, 8U);
        QVERIFY(Manifest::parse(manifest->serialize()).ok());
        // The same bytes may not be both (CVE-2021-41190), and sizes are sizes.
        QVERIFY(!Manifest::parse(quoted("{'schemaVersion':2,'config':") + descriptor + quoted(",'layers':[],'manifests':[]}")).ok());
        QVERIFY(!Index::parse(quoted("{'schemaVersion':2,'manifests':[],'layers':[]}")).ok());
        QVERIFY(!Manifest::parse(quoted("{'schemaVersion':2,'mediaType':'application/vnd.oci.image.index.v1+json','config':") + descriptor + quoted(",'layers':[]}")).ok());
        QVERIFY(!Manifest::parse(quoted("{'schemaVersion':1,'config':") + descriptor + quoted(",'layers':[]}")).ok());
        for (const char* size : { "-1", "9223372036854775808", "1.5", "\"7\"" })
            QVERIFY(!Manifest::parse(quoted("{'schemaVersion':2,'config':{'digest':'") + digestA + quoted("','size':") + size + quoted("},'layers':[]}")).ok());
    }
    void picksThePlatform()
    {
        Index index;
        index.mediaType = media::ociIndex;
        for (const char* platform : { "unknown/unknown", "linux/arm/v6", "linux/arm/v7", "linux/amd64", "windows/amd64" }) {
            Descriptor entry;
            entry.mediaType = media::ociManifest;
            entry.digest = Digest::ofText(platform);
            entry.platform = *Platform::parse(platform);
            index.manifests.push_back(entry);
        }
        const auto again = Index::parse(index.serialize());
        QVERIFY(again.ok());
        const auto picked = [&](const char* wanted) { return again->pick(*Platform::parse(wanted)); };
        QVERIFY(picked("linux/x86_64")->digest == Digest::ofText("linux/amd64"));
        QVERIFY(picked("linux/arm/v7")->digest == Digest::ofText("linux/arm/v7"));
        QVERIFY(picked("linux/arm/v6")->digest == Digest::ofText("linux/arm/v6"));
        QVERIFY(picked("linux/s390x").error().code() == ErrorCode::NotFound);
        QVERIFY(picked("linux/s390x").error().message().find("linux/arm/v7") != std::string::npos);
    }
    void platforms()
    {
        QVERIFY(*Platform::parse("linux/aarch64/v8") == (Platform { "linux", "arm64", "" }));
        QVERIFY(*Platform::parse("armhf") == (Platform { Platform::host().os, "arm", "v7" }));
        QVERIFY(!Platform::parse("a/b/c/d").ok());
        QVERIFY(!Platform::parse("linux/../x").ok());
        QVERIFY(!Platform::parse("").ok());
    }
    void chains()
    {
        const Digest a = *Digest::parse(digestA);
        const Digest b = *Digest::parse(digestB);
        const auto ids = chainIds({ a, b });
        QVERIFY(ids[0] == a);
        QVERIFY(ids[1] == Digest::ofText(digestA + " " + digestB));
    }
};

QTEST_GUILESS_MAIN(TestImage)
#include "tst_image.moc"
