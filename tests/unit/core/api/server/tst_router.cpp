// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/server/router.h"

#include "core/api/http/target.h"
#include "core/api/server/routes.h"

#include <QtTest/QtTest>

#include <set>

using namespace darsena;
using namespace darsena::server;

namespace {

Result<void> one(Exchange&)
{
    return {};
}
Result<void> two(Exchange&)
{
    return {};
}

Result<Match> find(const Router& router, std::string_view method, std::string_view target)
{
    return router.match(method, TRY(http::Target::parse(target)).segments);
}

} // namespace

class TestRouter : public QObject {
    Q_OBJECT
private slots:
    void matchesSegmentsAndNames()
    {
        const Router router({ { "GET", "/containers/json", one }, { "GET", "/containers/{id}/json", two }, { "GET", "/images/{name*}/json", one },
            { "DELETE", "/images/{name*}", two }, { "GET", "/d/{name*}/layers/{index}/files", two } });
        QVERIFY(find(router, "GET", "/containers/json")->handler == one);
        QCOMPARE(find(router, "GET", "/containers/abc/json")->parameters.at("id"), std::string("abc"));
        QCOMPARE(find(router, "GET", "/v1.30/images/reg.example:5000/a/b:c/json")->parameters.at("name"), std::string("reg.example:5000/a/b:c"));
        QCOMPARE(find(router, "GET", "/images/a%2Fb/json")->parameters.at("name"), std::string("a/b"));
        QCOMPARE(find(router, "DELETE", "/images/a/b")->parameters.at("name"), std::string("a/b"));
        const auto files = find(router, "GET", "/d/layers/files/x/layers/3/files");
        QCOMPARE(files->parameters.at("name"), std::string("layers/files/x"));
        QCOMPARE(files->parameters.at("index"), std::string("3"));
    }

    void refusesWhatIsNotThere_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("target");
        QTest::newRow("other path") << QByteArray("GET") << QByteArray("/nothing");
        QTest::newRow("other method") << QByteArray("PUT") << QByteArray("/_ping");
        QTest::newRow("empty id") << QByteArray("GET") << QByteArray("/containers//json");
        QTest::newRow("id of two segments") << QByteArray("GET") << QByteArray("/containers/a/b/json");
        QTest::newRow("trailing slash") << QByteArray("GET") << QByteArray("/version/");
        QTest::newRow("root") << QByteArray("GET") << QByteArray("/");
        QTest::newRow("version alone") << QByteArray("GET") << QByteArray("/v1.41");
        QTest::newRow("lower-case method") << QByteArray("get") << QByteArray("/_ping");
        QTest::newRow("empty image name") << QByteArray("GET") << QByteArray("/images//json");
    }
    void refusesWhatIsNotThere()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, target);
        const Router router(allRoutes());
        const auto match = find(router, method.toStdString(), target.toStdString());
        QVERIFY(!match.ok());
        QCOMPARE(match.error().code(), ErrorCode::NotFound);
        QCOMPARE(match.error().message(), std::string("page not found"));
    }

    void versionsAreChecked()
    {
        const Router router(allRoutes());
        QVERIFY(find(router, "GET", "/_ping").ok());
        QCOMPARE(find(router, "GET", "/version")->version, newestApiVersion);
        QCOMPARE(find(router, "GET", "/v1.24/version")->version, (ApiVersion { 1, 24 }));
        QCOMPARE(find(router, "GET", "/v1.50/version")->version, (ApiVersion { 1, 50 }));
        const auto tooNew = find(router, "GET", "/v1.51/version");
        QCOMPARE(tooNew.error().code(), ErrorCode::Invalid);
        QCOMPARE(tooNew.error().message(), std::string("client version 1.51 is too new. Maximum supported API version is 1.50"));
        const auto tooOld = find(router, "GET", "/v1.23/version");
        QCOMPARE(tooOld.error().message(),
            std::string("client version 1.23 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version"));
        for (const char* odd : { "/v1/version", "/1.41/version", "/v1.x/version", "/v.41/version", "/v1.41.2/version", "/v1.41/v1.41/version" })
            QVERIFY2(!find(router, "GET", odd).ok(), odd);
    }

    /// A new route that reads must be decided about: does it only look, or does it hand out what files hold?
    void everyRouteIsViewOrManage()
    {
        const std::set<std::string_view> readsButNotViews { "/containers/{id}/archive", "/containers/{id}/attach/ws", "/containers/{id}/export",
            "/darsena/v1/images/{name*}/diffs/{n}/file", "/darsena/v1/images/{name*}/diffs/{n}/archive",
            "/distribution/{name*}/json", "/images/get", "/images/search", "/images/{name*}/get",
            // Of swarms and plugins: there is nothing to see.
            "/configs/{id}", "/nodes/{id}", "/plugins/privileges", "/plugins/{name*}/json", "/secrets/{id}", "/services/{id}", "/services/{id}/logs",
            "/swarm/unlockkey", "/tasks/{id}", "/tasks/{id}/logs" };
        for (const Route& route : allRoutes()) {
            const bool reads = route.method == "GET" || route.method == "HEAD";
            const bool views = reads && !readsButNotViews.contains(route.pattern);
            QVERIFY2(accessOf(route.method, route.pattern) == (views ? Access::View : Access::Manage),
                (std::string(route.method) + " " + std::string(route.pattern)).c_str());
        }
    }

    void accessGoesByTheRoute()
    {
        const Router router(allRoutes());
        QVERIFY(find(router, "GET", "/v1.41/containers/x/json")->access == Access::View);
        QVERIFY(find(router, "GET", "/containers/%78/json?size=1")->access == Access::View);
        QVERIFY(find(router, "POST", "/containers/create")->access == Access::Manage);
        QVERIFY(find(router, "GET", "/containers/x/%61rchive")->access == Access::Manage);
        QVERIFY(find(router, "HEAD", "/v1.30/containers/x/archive")->access == Access::Manage);
        QVERIFY(find(router, "GET", "/images/a/json/get")->access == Access::Manage);
        // What is not known asks for more.
        QVERIFY(accessOf("GET", "/new/thing") == Access::Manage);
        QVERIFY(accessOf("get", "/info") == Access::Manage);
        QVERIFY(accessOf("PROPFIND", "/info") == Access::Manage);
    }

    void swarmAndPluginsAreAnswered()
    {
        const Router router(allRoutes());
        for (const char* path : { "/swarm", "/nodes", "/nodes/x", "/services", "/tasks", "/secrets", "/configs/x", "/swarm/unlockkey", "/plugins",
                 "/plugins/vieux/sshfs:latest/json" })
            QVERIFY2(find(router, "GET", path).ok(), path);
        for (const char* path : { "/swarm/init", "/swarm/leave", "/secrets/create", "/services/x/update", "/session", "/auth", "/plugins/pull" })
            QVERIFY2(find(router, "POST", path).ok(), path);
        QVERIFY(find(router, "PUT", "/volumes/x").ok());
    }

    void ourOwnRoutesAreThere()
    {
        const Router router(allRoutes());
        QVERIFY(find(router, "POST", "/darsena/v1/build?t=x").ok());
        QVERIFY(find(router, "GET", "/darsena/v1/images/a/b:1/layers").ok());
        QVERIFY(find(router, "GET", "/darsena/v1/images/a/b:1/layers/0/files").ok());
        QVERIFY(find(router, "GET", "/darsena/v1/images/a/b:1/description")->access == Access::View);
        QVERIFY(find(router, "GET", "/darsena/v1/images/a/b:1/diffs/0/index")->access == Access::View);
        // What hands out the bytes of files.
        QVERIFY(find(router, "GET", "/darsena/v1/images/a/b:1/diffs/0/file")->access == Access::Manage);
        QVERIFY(find(router, "GET", "/darsena/v1/images/a/b:1/diffs/0/archive")->access == Access::Manage);
    }
};

QTEST_GUILESS_MAIN(TestRouter)
#include "tst_router.moc"
