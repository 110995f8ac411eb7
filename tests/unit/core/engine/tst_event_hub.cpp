// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/event_hub.h"

#include <QtTest>

#include <thread>

#include <poll.h>

using namespace darsena;
using namespace darsena::engine;

namespace {

model::Event makeEvent(std::string type, std::string action, std::string id, std::int64_t seconds)
{
    model::Event result;
    result.type = std::move(type);
    result.action = std::move(action);
    result.actorId = std::move(id);
    result.attributes = {{"name", "web"}, {"image", "busybox:latest"}, {"team", "blue"}};
    result.time = model::Time(std::chrono::seconds(seconds));
    return result;
}

bool readable(int fd)
{
    pollfd one{fd, POLLIN, 0};
    return ::poll(&one, 1, 0) == 1;
}

} // namespace

class TestEventHub : public QObject {
    Q_OBJECT

private slots:
    void deliversInOrder()
    {
        EventHub hub;
        const auto subscription = hub.subscribe({}).value();
        QVERIFY(!readable(subscription->fd()));
        hub.publish(makeEvent("container", "create", "c1", 1));
        hub.publish(makeEvent("container", "start", "c1", 2));
        QVERIFY(readable(subscription->fd()));
        QCOMPARE(subscription->next().value()->action, std::string("create"));
        QCOMPARE(subscription->next().value()->action, std::string("start"));
        QVERIFY(!readable(subscription->fd()));
    }

    void filters_data()
    {
        QTest::addColumn<QString>("filter");
        QTest::addColumn<int>("count"); // of create, exec_create: ls, start of c1, and a tag of an image
        QTest::newRow("none") << "" << 4;
        QTest::newRow("type") << R"({"type":["image"]})" << 1;
        QTest::newRow("event") << R"({"event":["start"]})" << 1;
        QTest::newRow("event with a command") << R"({"event":["exec_create"]})" << 1;
        QTest::newRow("container by name") << R"({"container":["web"]})" << 3;
        QTest::newRow("container by id") << R"({"container":["c1"]})" << 3;
        QTest::newRow("other container") << R"({"container":["other"]})" << 0;
        QTest::newRow("image") << R"({"image":["busybox"]})" << 3;
        QTest::newRow("the beginning of a container's name") << R"({"container":["we"]})" << 3;
        QTest::newRow("image with its tag") << R"({"image":["busybox:latest"]})" << 3;
        QTest::newRow("image with another tag") << R"({"image":["busybox:1"]})" << 0;
        QTest::newRow("volume") << R"({"volume":["web"]})" << 0;
        QTest::newRow("daemon") << R"({"daemon":["x"]})" << 0;
        QTest::newRow("scope") << R"({"scope":["swarm"]})" << 0;
        QTest::newRow("label") << R"({"label":["team=blue"]})" << 4;
        QTest::newRow("other label") << R"({"label":["team=red"]})" << 0;
        QTest::newRow("two keys") << R"({"type":["container"],"event":["create","start"]})" << 2;
    }
    void filters()
    {
        QFETCH(QString, filter);
        QFETCH(int, count);
        EventHub hub;
        hub.publish(makeEvent("container", "create", "c1", 1));
        hub.publish(makeEvent("container", "exec_create: ls", "c1", 2));
        hub.publish(makeEvent("container", "start", "c1", 3));
        hub.publish(makeEvent("image", "tag", "sha256:1", 4));
        const auto subscription = hub.subscribe(Filters::parse(filter.toStdString()).value(), {}, model::Time(std::chrono::seconds(100))).value();
        int seen = 0;
        while (subscription->next().value())
            ++seen;
        QCOMPARE(seen, count);
    }

    void findsImagesAndHealth()
    {
        EventHub hub;
        model::Event tagged = makeEvent("image", "tag", "sha256:abcdef", 1);
        tagged.attributes["name"] = "reg.example:5000/team/box:v1";
        hub.publish(tagged);
        hub.publish(makeEvent("container", "health_status: healthy", "c1", 2));
        const auto count = [&](const char* filter) {
            const auto subscription = hub.subscribe(Filters::parse(filter).value(), {}, model::Time(std::chrono::seconds(100))).value();
            int seen = 0;
            while (subscription->next().value())
                ++seen;
            return seen;
        };
        QCOMPARE(count(R"({"image":["reg.example:5000/team/box"]})"), 1);
        QCOMPARE(count(R"({"image":["reg.example:5000/team/box:v1"]})"), 1);
        QCOMPARE(count(R"({"image":["reg.example"]})"), 0);
        QCOMPARE(count(R"({"image":["sha256:abcdef"]})"), 1);
        QCOMPARE(count(R"({"image":["abcd"]})"), 1);
        QCOMPARE(count(R"({"event":["health_status"]})"), 1);
        QCOMPARE(count(R"({"event":["health_status: healthy"]})"), 1);
        QCOMPARE(count(R"({"event":["health_status: unhealthy"]})"), 0);
        QCOMPARE(hub.subscribe(Filters::parse(R"({"colour":["red"]})").value()).error().code(), ErrorCode::Invalid);
    }

    void replaysSince()
    {
        EventHub hub;
        for (int i = 1; i <= 5; ++i)
            hub.publish(makeEvent("container", std::to_string(i), "c1", i));
        const auto subscription = hub.subscribe({}, model::Time(std::chrono::seconds(2)), model::Time(std::chrono::seconds(4))).value();
        QCOMPARE(subscription->next().value()->action, std::string("2"));
        QCOMPARE(subscription->next().value()->action, std::string("3"));
        QCOMPARE(subscription->next().value()->action, std::string("4"));
        QVERIFY(!subscription->next().value());
    }

    void endsWithTheClientTheEngineAndTheTime()
    {
        EventHub hub;
        const auto stopped = hub.subscribe({}).value();
        std::stop_source source;
        std::thread([&] { source.request_stop(); }).join();
        QVERIFY(!stopped->next(source.get_token()).value());
        const auto timed = hub.subscribe({}, {}, model::Time(std::chrono::system_clock::now().time_since_epoch() + std::chrono::milliseconds(30))).value();
        QVERIFY(!timed->next().value());
        const auto closed = hub.subscribe({}).value();
        std::jthread closer([&] { hub.close(); });
        QVERIFY(!closed->next().value());
    }

    void dropsTheSlow()
    {
        EventHub hub;
        const auto subscription = hub.subscribe({}).value();
        for (int i = 0; i < 5000; ++i)
            hub.publish(makeEvent("container", "start", "c1", 1));
        int seen = 0;
        Result<std::optional<model::Event>> next = subscription->next();
        for (; next.ok() && *next; next = subscription->next())
            ++seen;
        QCOMPARE(seen, 4096);
        QCOMPARE(next.error().code(), ErrorCode::Unavailable);
    }

    void refusesUnknownFilters()
    {
        EventHub hub;
        QCOMPARE(hub.subscribe(Filters::parse(R"({"x":["y"]})").value()).error().code(), ErrorCode::Invalid);
        QCOMPARE(hub.listeners(), std::size_t{0});
    }
};

QTEST_GUILESS_MAIN(TestEventHub)
#include "tst_event_hub.moc"
