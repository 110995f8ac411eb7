// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/container_record.h"
#include "core/engine/log_config.h"

#include <QtTest>

using namespace darsena;
using namespace darsena::engine;

class TestContainerRecord : public QObject {
    Q_OBJECT

private slots:
    void stateComesBackAsItWas()
    {
        ContainerState state;
        state.status = Status::Restarting;
        state.exitCode = 3;
        state.restartCount = 7;
        state.backOff = 6400;
        state.stoppedByUser = true;
        state.startedAt = model::Time(std::chrono::hours(1000));
        model::Health& health = state.health.emplace();
        health.status = "unhealthy";
        health.failingStreak = 4;
        model::HealthResult result;
        result.start = model::Time(std::chrono::hours(1001));
        result.end = *result.start + std::chrono::milliseconds(1500);
        result.exitCode = -1;
        result.output = "line\n";
        health.log.push_back(result);
        const auto read = stateFromJson(toJson(state));
        QVERIFY2(read.ok(), read ? "" : read.error().message().c_str());
        QVERIFY(json::serialize(toJson(*read)) == json::serialize(toJson(state)));
        QCOMPARE(read->backOff, std::int64_t{6400});
        QCOMPARE(read->health->log.front().output, std::string("line\n"));
        QVERIFY(read->health->log.front().end == result.end);
    }

    void anOlderStateIsRead()
    {
        json::Object old = toJson(ContainerState());
        old.erase("backOff");
        const auto read = stateFromJson(old);
        QVERIFY(read.ok());
        QCOMPARE(read->backOff, std::int64_t{0});
        QVERIFY(!read->health);
    }

    void mountsComeBackAsTheyWere()
    {
        ContainerRecord record;
        record.imageId = Digest::ofText("image");
        MountRecord mount;
        mount.type = MountRecord::Type::Volume;
        mount.volume = "data";
        mount.destination = "/x";
        mount.subpath = "a/b";
        mount.readOnly = mount.shallowReadOnly = true;
        record.mounts.push_back(mount);
        const auto read = recordFromJson(toJson(record));
        QVERIFY2(read.ok(), read ? "" : read.error().message().c_str());
        QCOMPARE(read->mounts.front().subpath, std::string("a/b"));
        QVERIFY(read->mounts.front().shallowReadOnly);
    }

    void attributesOfTheLog()
    {
        ContainerRecord record;
        record.id = std::string(64, 'a');
        record.name = "boat";
        record.imageName = "busybox";
        record.config.labels = {{"team", "sea"}, {"other", "x"}};
        record.config.env = {"COLOUR=blue", "COLOURS=many", "EMPTY="};
        model::LogConfig config;
        QCOMPARE(logAttributes(record, parseLogConfig(config).value()), std::string());
        config.config = {{"labels", "team,absent"}, {"env", "COLOUR,EMPTY"}, {"tag", "{{.Name}}/{{ .ID }}"}};
        const auto attributes = json::parse(logAttributes(record, parseLogConfig(config).value())).value();
        const json::Object wanted{{"team", "sea"}, {"COLOUR", "blue"}, {"EMPTY", ""}, {"tag", "boat/aaaaaaaaaaaa"}};
        QVERIFY(attributes.get_object() == wanted);
    }

    void logModes()
    {
        const auto code = [](const char* driver, std::map<std::string, std::string> options) {
            const auto settings = parseLogConfig({driver, std::move(options)});
            return settings ? 0 : settings.error().code() == ErrorCode::Invalid ? 400 : 501;
        };
        QCOMPARE(code("", {{"mode", "non-blocking"}, {"max-buffer-size", "4m"}, {"compress", "false"}}), 0);
        QCOMPARE(code("", {{"mode", "sometimes"}}), 400);
        QCOMPARE(code("", {{"compress", "true"}}), 501);
        QCOMPARE(code("", {{"compress", "perhaps"}}), 400);
        QCOMPARE(code("local", {{"labels", "a"}}), 400);
        QCOMPARE(code("none", {}), 0);
        QCOMPARE(code("syslog", {}), 501);
    }
};

QTEST_GUILESS_MAIN(TestContainerRecord)
#include "tst_container_record.moc"
