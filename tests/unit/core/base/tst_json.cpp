// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"

#include <QTest>

using namespace darsena;

class TestJson : public QObject {
    Q_OBJECT
private slots:
    void typedReads()
    {
        const auto value = json::parse(R"({"s":"x","n":3,"d":2.5,"b":true,"l":["a","b"],"z":null})");
        QVERIFY(value.ok());
        const json::Object& object = value->as_object();
        QCOMPARE(*json::text(object, "s"), std::string("x"));
        QCOMPARE(*json::text(object, "z", "fallback"), std::string("fallback"));
        QCOMPARE(*json::integer(object, "n"), std::int64_t(3));
        QCOMPARE(*json::number(object, "d"), 2.5);
        QVERIFY(*json::boolean(object, "b"));
        QCOMPARE(*json::texts(object, "l"), (std::vector<std::string> { "a", "b" }));
        QCOMPARE(json::integer(object, "s").error().message(), std::string("s: expected a whole number"));
        QVERIFY(!json::integer(object, "d"));
    }
    void depthIsBounded()
    {
        QVERIFY(json::parse(std::string(60, '[') + std::string(60, ']')).ok());
        QVERIFY(!json::parse(std::string(65, '[') + std::string(65, ']')));
    }
    void repeatedKeys()
    {
        QVERIFY(json::parse(R"({"a":1,"a":2})").ok());
        QVERIFY(!json::parseStrict(R"({"a":1,"b":{"c":1,"c":2}})"));
        QVERIFY(json::parseStrict(R"({"a":{"c":1},"b":{"c":2}})").ok());
        QVERIFY(!json::parseStrict(R"({"a":)"));
    }
};

QTEST_GUILESS_MAIN(TestJson)
#include "tst_json.moc"
