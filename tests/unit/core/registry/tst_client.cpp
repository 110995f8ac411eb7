// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registry/client.h"

#include "core/base/base64.h"

#include "fake_transport.h"

#include <QTest>

using namespace darsena;
using namespace darsena::registry;

namespace {

const std::string hub = "https://registry-1.docker.io/v2/library/busybox/";
const std::string small = "{\"schemaVersion\":2}";

std::string bearer(const std::string& realm)
{
    return "Bearer realm=\"" + realm + "\",service=\"the service\",scope=\"repository:library/busybox:pull\"";
}

/// Lets in who shows the right authorization, else challenges.
FakeTransport::Handler guarded(const std::string& wanted, const std::string& challenge, FakeTransport::Answer inside)
{
    return [=](const Request& request) {
        if (FakeTransport::header(request, "Authorization") == wanted)
            return inside;
        return FakeTransport::Answer { 401, { { "www-authenticate", challenge } }, "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\"}]}" };
    };
}

} // namespace

class TestClient : public QObject {
    Q_OBJECT
private slots:
    void anonymous()
    {
        FakeTransport transport;
        transport.answer(hub + "manifests/latest", { 200, { { "Content-Type", "application/vnd.oci.image.manifest.v1+json; charset=utf-8" } }, small });
        Client client(transport, *oci::Reference::parse("busybox"), {});
        const auto manifest = client.manifest("latest");
        QVERIFY2(manifest, manifest ? "" : manifest.error().message().c_str());
        QCOMPARE(manifest->bytes, small);
        QCOMPARE(manifest->mediaType, std::string("application/vnd.oci.image.manifest.v1+json"));
        QCOMPARE(manifest->digest, Digest::ofText(small));
        QCOMPARE(transport.asked.size(), 1u);
        QVERIFY(transport.asked[0].verify);
        QVERIFY(FakeTransport::header(transport.asked[0], "Accept").find("manifest.list.v2+json") != std::string::npos);
    }

    void bearerWithoutLogin()
    {
        FakeTransport transport;
        transport.handlers[hub + "manifests/latest"] = guarded("Bearer t0k", bearer("https://auth.example/token"), { 200, {}, small });
        transport.answer("https://auth.example/token?service=the%20service&scope=repository%3Alibrary%2Fbusybox%3Apull", { 200, {}, "{\"token\":\"t0k\"}" });
        Client client(transport, *oci::Reference::parse("busybox"), {});
        QVERIFY(client.manifest("latest"));
        QCOMPARE(FakeTransport::header(transport.asked[1], "Authorization"), std::string());
        // The token is kept.
        QVERIFY(client.manifest("latest"));
        QCOMPARE(transport.asked.size(), 4u);
    }

    void bearerWithLogin()
    {
        FakeTransport transport;
        transport.handlers[hub + "manifests/latest"] = guarded("Bearer t0k", bearer("https://auth.example/token"), { 200, {}, small });
        transport.answer("https://auth.example/token?service=the%20service&scope=repository%3Alibrary%2Fbusybox%3Apull", { 200, {}, "{\"access_token\":\"t0k\"}" });
        Client client(transport, *oci::Reference::parse("busybox"), Login { "ann", "secret", {} });
        QVERIFY(client.manifest("latest"));
        QCOMPARE(FakeTransport::header(transport.asked[1], "Authorization"), "Basic " + encodeBase64("ann:secret"));
        // The registry itself never sees the password.
        QCOMPARE(FakeTransport::header(transport.asked[0], "Authorization"), std::string());
        QCOMPARE(FakeTransport::header(transport.asked[2], "Authorization"), std::string("Bearer t0k"));
    }

    void refreshToken()
    {
        FakeTransport transport;
        transport.handlers[hub + "manifests/latest"] = guarded("Bearer t0k", bearer("https://auth.example/token"), { 200, {}, small });
        transport.answer("https://auth.example/token", { 200, {}, "{\"access_token\":\"t0k\"}" });
        Client client(transport, *oci::Reference::parse("busybox"), Login { {}, {}, "re&fresh" });
        QVERIFY(client.manifest("latest"));
        QVERIFY(transport.asked[1].form.find("grant_type=refresh_token") != std::string::npos);
        QVERIFY(transport.asked[1].form.find("refresh_token=re%26fresh") != std::string::npos);
    }

    void tokenGrewOld()
    {
        FakeTransport transport;
        std::string current = "one";
        transport.handlers[hub + "manifests/latest"] = [&](const Request& request) {
            return guarded("Bearer " + current, bearer("https://auth.example/token"), { 200, {}, small })(request);
        };
        transport.handlers["https://auth.example/token?service=the%20service&scope=repository%3Alibrary%2Fbusybox%3Apull"]
            = [&](const Request&) { return FakeTransport::Answer { 200, {}, "{\"token\":\"" + current + "\"}" }; };
        Client client(transport, *oci::Reference::parse("busybox"), {});
        QVERIFY(client.manifest("latest"));
        current = "two";
        QVERIFY(client.manifest("latest"));
    }

    void basic()
    {
        FakeTransport transport;
        const std::string url = "https://r.example:5000/v2/a/manifests/1";
        transport.handlers[url] = guarded("Basic " + encodeBase64("ann:secret"), "Basic realm=\"x\"", { 200, {}, small });
        Client right(transport, *oci::Reference::parse("r.example:5000/a:1"), Login { "ann", "secret", {} });
        QVERIFY(right.manifest("1"));
        Client wrong(transport, *oci::Reference::parse("r.example:5000/a:1"), Login { "ann", "other", {} });
        const auto refused = wrong.manifest("1");
        QCOMPARE(refused.error().code(), ErrorCode::Denied);
        QVERIFY(refused.error().message().find("refuses the login") != std::string::npos);
        Client nobody(transport, *oci::Reference::parse("r.example:5000/a:1"), {});
        const auto missing = nobody.manifest("1");
        QCOMPARE(missing.error().code(), ErrorCode::Denied);
        QVERIFY(missing.error().message().find("docker login r.example:5000") != std::string::npos);
        QVERIFY(missing.error().message().find("authentication required") != std::string::npos);
    }

    void tokenServiceMustBeProtected_data()
    {
        QTest::addColumn<QString>("realm");
        for (const char* realm : { "http://auth.example/token", "http://127.0.0.1:99/token", "ftp://auth.example/", "https://u:p@auth.example/", "" })
            QTest::newRow(realm) << QString::fromUtf8(realm);
    }
    void tokenServiceMustBeProtected()
    {
        QFETCH(QString, realm);
        FakeTransport transport;
        transport.answer(hub + "manifests/latest", { 401, { { "WWW-Authenticate", bearer(realm.toStdString()) } }, {} });
        Client client(transport, *oci::Reference::parse("busybox"), Login { "ann", "secret", {} });
        QVERIFY(!client.manifest("latest"));
        QCOMPARE(transport.asked.size(), 1u); // the service was never asked
    }

    void badTokens_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("none") << QByteArray("{}");
        QTest::newRow("list") << QByteArray("[]");
        QTest::newRow("broken") << QByteArray("{");
        QTest::newRow("line break") << QByteArray("{\"token\":\"a\\r\\nX-Evil: 1\"}");
        QTest::newRow("huge") << "{\"token\":\"" + QByteArray(300'000, 'a') + "\"}";
    }
    void badTokens()
    {
        QFETCH(QByteArray, body);
        FakeTransport transport;
        transport.answer(hub + "manifests/latest", { 401, { { "WWW-Authenticate", bearer("https://auth.example/token") } }, {} });
        transport.answer("https://auth.example/token?service=the%20service&scope=repository%3Alibrary%2Fbusybox%3Apull", { 200, {}, body.toStdString() });
        Client client(transport, *oci::Reference::parse("busybox"), {});
        QVERIFY(!client.manifest("latest"));
        QCOMPARE(transport.asked.size(), 2u);
    }

    void redirectsDropTheLogin()
    {
        FakeTransport transport;
        const std::string digest = Digest::ofText("blob").text();
        const std::string url = "https://r.example/v2/a/blobs/" + digest;
        transport.handlers[url] = guarded("Basic " + encodeBase64("ann:secret"), "Basic realm=\"x\"", { 307, { { "Location", "https://store.example/b" } }, {} });
        transport.answer("https://store.example/b", { 302, { { "Location", "/c" } }, {} });
        transport.answer("https://store.example/c", { 200, {}, "blob" });
        Client client(transport, *oci::Reference::parse("r.example/a"), Login { "ann", "secret", {} });
        const auto bytes = client.smallBlob({ "x", *Digest::parse(digest), 4, {}, {} }, 100);
        QVERIFY2(bytes, bytes ? "" : bytes.error().message().c_str());
        for (const Request& request : transport.asked) {
            if (request.url.host() == "store.example")
                QCOMPARE(FakeTransport::header(request, "Authorization"), std::string());
        }
    }

    void redirectsThatAreNotFollowed_data()
    {
        QTest::addColumn<QString>("location");
        for (const char* location : { "http://r.example/b", "http://store.example/b", "http://127.0.0.1/b", "file:///etc/passwd", "https://u:p@s.example/", "" })
            QTest::newRow(location) << QString::fromUtf8(location);
    }
    void redirectsThatAreNotFollowed()
    {
        QFETCH(QString, location);
        FakeTransport transport;
        transport.answer("https://r.example/v2/a/manifests/1", { 302, { { "Location", location.toStdString() } }, {} });
        Client client(transport, *oci::Reference::parse("r.example/a:1"), {});
        QVERIFY(!client.manifest("1"));
        for (const Request& request : transport.asked)
            QCOMPARE(request.url.text(), std::string("https://r.example/v2/a/manifests/1"));
        QVERIFY(transport.asked.size() <= 6);
    }

    void plainHttpOnlyHere()
    {
        FakeTransport transport;
        transport.answer("http://localhost:5000/v2/", { 200, {}, "{}" });
        transport.answer("http://localhost:5000/v2/a/manifests/1", { 200, {}, small });
        Client here(transport, *oci::Reference::parse("localhost:5000/a:1"), {});
        QVERIFY(here.manifest("1"));
        // https was tried first, without asking who signed its certificate.
        QCOMPARE(transport.asked[0].url.text(), std::string("https://localhost:5000/v2/"));
        QVERIFY(!transport.asked[0].verify);

        FakeTransport elsewhere;
        elsewhere.answer("http://r.example/v2/", { 200, {}, "{}" });
        elsewhere.answer("http://r.example/v2/a/manifests/1", { 200, {}, small });
        Client protectedOnly(elsewhere, *oci::Reference::parse("r.example/a:1"), {});
        QCOMPARE(protectedOnly.manifest("1").error().code(), ErrorCode::Unavailable);
        Client asked(elsewhere, *oci::Reference::parse("r.example/a:1"), {}, { true });
        QVERIFY(asked.manifest("1"));
    }

    void wrongDigests()
    {
        FakeTransport transport;
        const std::string other = Digest::ofText("other").text();
        transport.answer(hub + "manifests/" + other, { 200, {}, small });
        transport.answer(hub + "manifests/latest", { 200, { { "Docker-Content-Digest", other } }, small });
        transport.answer(hub + "blobs/" + other, { 200, {}, small });
        Client client(transport, *oci::Reference::parse("busybox"), {});
        QCOMPARE(client.manifest(other).error().code(), ErrorCode::Corrupt);
        QCOMPARE(client.manifest("latest").error().code(), ErrorCode::Corrupt);
        QCOMPARE(client.smallBlob({ "x", *Digest::parse(other), small.size(), {}, {} }, 1000).error().code(), ErrorCode::Corrupt);
    }

    void tooLarge()
    {
        FakeTransport transport;
        transport.answer(hub + "manifests/latest", { 200, {}, std::string(oci::maxManifestBytes + 1, ' ') });
        Client client(transport, *oci::Reference::parse("busybox"), {});
        QCOMPARE(client.manifest("latest").error().code(), ErrorCode::TooLarge);
        QCOMPARE(client.smallBlob({ "x", Digest::ofText("x"), 1001, {}, {} }, 1000).error().code(), ErrorCode::TooLarge);
    }

    void statuses_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("code");
        QTest::newRow("404") << 404 << int(ErrorCode::NotFound);
        QTest::newRow("403") << 403 << int(ErrorCode::Denied);
        QTest::newRow("429") << 429 << int(ErrorCode::Unavailable);
        QTest::newRow("503") << 503 << int(ErrorCode::Unavailable);
        QTest::newRow("418") << 418 << int(ErrorCode::Invalid);
    }
    void statuses()
    {
        QFETCH(int, status);
        QFETCH(int, code);
        FakeTransport transport;
        transport.answer(hub + "manifests/latest", { status, {}, "{\"errors\":[{\"code\":\"X\",\"message\":\"said\\u001b[31m so\"}]}" });
        Client client(transport, *oci::Reference::parse("busybox"), {});
        const auto manifest = client.manifest("latest");
        QCOMPARE(int(manifest.error().code()), code);
        QVERIFY(manifest.error().message().find("said[31m so") != std::string::npos);
        QVERIFY(manifest.error().message().find('\x1b') == std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestClient)
#include "tst_client.moc"
