// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/filters.h"

#include <QtTest>

using namespace darsena;
using namespace darsena::engine;
using Moment = std::chrono::sys_time<std::chrono::nanoseconds>;

class TestFilters : public QObject {
    Q_OBJECT

private slots:
    void takesBothForms()
    {
        const auto lists = Filters::parse(R"({"status":["running","exited"],"label":["a=b"]})");
        QVERIFY(lists.ok());
        QVERIFY(lists->matchesExactly("status", "exited"));
        QVERIFY(!lists->matchesExactly("status", "paused"));
        QVERIFY(lists->matchesExactly("name", "anything"));
        const auto maps = Filters::parse(R"({"status":{"running":true,"exited":false}})");
        QVERIFY(maps->matchesExactly("status", "running"));
        QVERIFY(!maps->matchesExactly("status", "exited"));
        QVERIFY(Filters::parse("")->empty());
        QVERIFY(Filters::parse("null")->empty());
    }

    void refusesOtherShapes()
    {
        for (const char* text : {"[]", "3", R"({"a":3})", R"({"a":[1]})", R"({"a":{"b":"c"}})", "{"}) {
            const auto filters = Filters::parse(text);
            QVERIFY2(!filters.ok() && filters.error().code() == ErrorCode::Invalid, text);
        }
        std::string many = R"({"id":[)";
        for (int i = 0; i < 2000; ++i)
            many += (i ? ",\"" : "\"") + std::to_string(i) + "\"";
        QCOMPARE(Filters::parse(many + "]}").error().code(), ErrorCode::TooLarge);
    }

    void namesUnknownKeys()
    {
        const auto filters = Filters::parse(R"({"colour":["red"]})");
        const auto allowed = filters->allowOnly({"name"});
        QCOMPARE(allowed.error().message(), std::string("invalid filter 'colour'"));
        QVERIFY(filters->allowOnly({"colour"}).ok());
    }

    void matchesLabels()
    {
        const std::map<std::string, std::string> labels{{"a", "1"}, {"b", ""}};
        const auto matches = [&](const char* text) { return Filters::parse(text)->matchesLabels(labels); };
        QVERIFY(matches(R"({"label":["a"]})"));
        QVERIFY(matches(R"({"label":["a=1","b"]})"));
        QVERIFY(!matches(R"({"label":["a=2"]})"));
        QVERIFY(!matches(R"({"label":["a","c"]})"));
        QVERIFY(!matches(R"({"label!":["a=1"]})"));
        QVERIFY(matches(R"({"label!":["a=2"]})"));
    }

    void matchesPatterns_data()
    {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<bool>("found"); // in "web-data.1"
        QTest::newRow("whole") << "web-data.1" << true;
        QTest::newRow("part") << "data" << true;
        QTest::newRow("start") << "^web" << true;
        QTest::newRow("not the start") << "^data" << false;
        QTest::newRow("both ends") << "^web-data.1$" << true;
        QTest::newRow("classes") << "^[a-z]+-(data|logs)" << true;
        QTest::newRow("no expression") << "(" << false;
        QTest::newRow("counts are not taken") << "a{1,3}" << false;
        QTest::newRow("nor back references") << "(a)t\\1" << false;
        QTest::newRow("nor long ones") << QString(".?").repeated(100) << false;
    }
    void matchesPatterns()
    {
        QFETCH(QString, pattern);
        QFETCH(bool, found);
        Filters filters;
        filters.add("name", pattern.toStdString());
        QCOMPARE(filters.matchesPattern("name", "web-data.1"), found);
        QVERIFY(filters.matchesPattern("other", "anything"));
        QVERIFY(filters.matchesPattern("name", pattern.toStdString()));
    }

    void matchesPrefixes()
    {
        const auto filters = Filters::parse(R"({"id":["ab","cd"]})");
        QVERIFY(filters->matchesPrefix("id", "abc"));
        QVERIFY(filters->matchesPrefix("id", "cd"));
        QVERIFY(!filters->matchesPrefix("id", "a"));
        QVERIFY(filters->matchesPrefix("name", "x"));
    }

    void readsBooleans()
    {
        QCOMPARE(*Filters::parse(R"({"dangling":["1"]})")->boolean("dangling", false), true);
        QCOMPARE(*Filters::parse(R"({"dangling":["false"]})")->boolean("dangling", true), false);
        QCOMPARE(*Filters().boolean("dangling", true), true);
        QCOMPARE(Filters::parse(R"({"dangling":["x"]})")->boolean("dangling", true).error().message(), std::string("invalid filter 'dangling=[x]'"));
    }

    void readsMoments_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("nanoseconds"); // -1 = none, -2 = refused
        QTest::newRow("none") << "" << qint64(-1);
        QTest::newRow("zero") << "0" << qint64(-1);
        QTest::newRow("seconds") << "1700000000" << qint64(1700000000000000000);
        QTest::newRow("fraction") << "1700000000.5" << qint64(1700000000500000000);
        QTest::newRow("nine digits") << "1.000000001" << qint64(1000000001);
        QTest::newRow("ten digits") << "1.0000000001" << qint64(-2);
        QTest::newRow("date") << "1970-01-01T00:00:02Z" << qint64(2000000000);
        QTest::newRow("duration") << "10m" << qint64(3600000000000 - 600000000000);
        QTest::newRow("two units") << "1m30s" << qint64(3600000000000 - 90000000000);
        QTest::newRow("negative") << "-5" << qint64(-2);
        QTest::newRow("words") << "yesterday" << qint64(-2);
    }
    void readsMoments()
    {
        QFETCH(QString, text);
        QFETCH(qint64, nanoseconds);
        const Moment now(std::chrono::hours(1));
        const auto moment = parseMoment(text.toStdString(), now);
        QCOMPARE(moment.ok(), nanoseconds != -2);
        if (moment)
            QCOMPARE(*moment ? qint64((*moment)->time_since_epoch().count()) : qint64(-1), nanoseconds);
    }
};

QTEST_GUILESS_MAIN(TestFilters)
#include "tst_filters.moc"
