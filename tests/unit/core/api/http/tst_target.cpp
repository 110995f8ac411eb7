// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/http/target.h"

#include <QtTest/QtTest>

using namespace darsena;
using namespace darsena::http;

class TestTarget : public QObject {
    Q_OBJECT
private slots:
    void splitsPathAndQuery()
    {
        const auto target = Target::parse("/v1.41/images/a%2Fb/json?filters=%7B%22a%22%7D&all=1&t=x&t=y+z&bare");
        QVERIFY(target.ok());
        QCOMPARE(target->segments, (std::vector<std::string> { "v1.41", "images", "a/b", "json" }));
        QCOMPARE(target->query.value("filters"), std::string_view("{\"a\"}"));
        QCOMPARE(target->query.values("t"), (std::vector<std::string> { "x", "y z" }));
        QVERIFY(target->query.flag("all"));
        QVERIFY(target->query.has("bare"));
        QVERIFY(!target->query.flag("bare"));
        QVERIFY(!target->query.flag("absent"));
        QVERIFY(target->query.flag("absent", true));
    }

    void flagsAreDockers()
    {
        for (const char* value : { "0", "no", "false", "False", "none", "" })
            QVERIFY2(!Query::parse(std::string("x=") + value)->flag("x", true), value);
        for (const char* value : { "1", "true", "yes", "anything" })
            QVERIFY2(Query::parse(std::string("x=") + value)->flag("x"), value);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text : { "", "x", "http://host/x", "/a%", "/a%2", "/a%zz", "/a%00b", "/a/../b", "/%2e%2e/b", "/a/.", "/a#b", "/a\tb", "/?x=%g" })
            QTest::newRow(text) << QByteArray(text);
        QTest::newRow("many parts") << QByteArray("/?").append(QByteArray("a&").repeated(1001));
    }
    void refuses()
    {
        QFETCH(QByteArray, text);
        const auto target = Target::parse({ text.constData(), static_cast<std::size_t>(text.size()) });
        QVERIFY(!target.ok());
        QCOMPARE(target.error().code(), ErrorCode::Invalid);
    }

    void encodedComesBack()
    {
        std::string all;
        for (int c = 1; c < 256; ++c)
            all += static_cast<char>(c);
        QCOMPARE(percentDecode(percentEncode(all)).value(), all);
        Query query;
        query.add("na me", all);
        QCOMPARE(Query::parse(query.text())->value("na me"), std::string_view(all));
        // One segment stays one segment, whatever its name.
        QCOMPARE(Target::parse("/a/" + percentEncode("../x?y#z") + "/b")->segments, (std::vector<std::string> { "a", "../x?y#z", "b" }));
    }
};

QTEST_GUILESS_MAIN(TestTarget)
#include "tst_target.moc"
