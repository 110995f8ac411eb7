// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registry/challenge.h"

#include <QTest>

using namespace darsena::registry;

class TestChallenge : public QObject {
    Q_OBJECT
private slots:
    void bearer()
    {
        const auto found = parseChallenges("Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\",scope=\"repository:a/b:pull,push\"");
        QCOMPARE(found.size(), 1u);
        QCOMPARE(found[0].scheme, std::string("bearer"));
        QCOMPARE(found[0].parameters.at("realm"), std::string("https://auth.docker.io/token"));
        QCOMPARE(found[0].parameters.at("service"), std::string("registry.docker.io"));
        QCOMPARE(found[0].parameters.at("scope"), std::string("repository:a/b:pull,push"));
    }
    void several()
    {
        const auto found = parseChallenges("Negotiate, BASIC Realm=\"a \\\"b\\\" c\", Bearer realm=plain , service = \"x\"");
        QCOMPARE(found.size(), 3u);
        QCOMPARE(found[0].scheme, std::string("negotiate"));
        QCOMPARE(found[1].scheme, std::string("basic"));
        QCOMPARE(found[1].parameters.at("realm"), std::string("a \"b\" c"));
        QCOMPARE(found[2].parameters.at("realm"), std::string("plain"));
        QCOMPARE(found[2].parameters.at("service"), std::string("x"));
    }
    void hostile()
    {
        QVERIFY(parseChallenges("").empty());
        QVERIFY(parseChallenges("=").empty());
        QVERIFY(parseChallenges("realm=\"x\"").empty());
        QCOMPARE(parseChallenges("Basic realm=\"open").size(), 1u);
        QCOMPARE(parseChallenges("Basic realm=\"open\\").size(), 1u);
        std::string many;
        for (int i = 0; i < 1000; ++i)
            many += "a ,";
        QCOMPARE(parseChallenges(many).size(), 16u);
        std::string wide = "Bearer ";
        for (int i = 0; i < 1000; ++i)
            wide += "p" + std::to_string(i) + "=1,";
        QCOMPARE(parseChallenges(wide)[0].parameters.size(), 16u);
    }
};

QTEST_GUILESS_MAIN(TestChallenge)
#include "tst_challenge.moc"
