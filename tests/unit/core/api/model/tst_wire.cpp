// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/model/build.h"
#include "core/api/model/container.h"
#include "core/api/model/event.h"
#include "core/api/model/exec.h"
#include "core/api/model/image.h"
#include "core/api/model/layer.h"
#include "core/api/model/system.h"
#include "core/api/model/volume.h"

#include <QtTest/QtTest>

using namespace darsena;
using namespace darsena::model;

namespace {

/// A value of a type is what its JSON says, so JSON -> value -> JSON must be the same text for a document with every member.
template<typename T>
bool comesBack(const T& value)
{
    const json::Value first = toJson(value);
    const auto again = fromJson<T>(first);
    return again.ok() && toJson(*again) == first;
}

Time at(std::int64_t nanoseconds)
{
    return Time(std::chrono::nanoseconds(nanoseconds));
}

} // namespace

class TestWire : public QObject {
    Q_OBJECT
private slots:
    void timesAreGos()
    {
        QCOMPARE(formatTime({}), std::string("0001-01-01T00:00:00Z"));
        QCOMPARE(formatTime(at(0)), std::string("1970-01-01T00:00:00Z"));
        QCOMPARE(formatTime(at(1'795'494'000'120'000'000)), std::string("2026-11-24T04:20:00.12Z"));
        QCOMPARE(formatTime(at(-1)), std::string("1969-12-31T23:59:59.999999999Z"));
        QVERIFY(!parseTime("0001-01-01T00:00:00Z")->has_value());
        QVERIFY(!parseTime("")->has_value());
        QCOMPARE(parseTime("2026-11-24T04:20:00.12Z")->value(), at(1'795'494'000'120'000'000));
        QCOMPARE(parseTime("2026-11-24T05:20:00.12+01:00")->value(), at(1'795'494'000'120'000'000));
        QCOMPARE(parseTime("2026-11-24T04:20:00.1200000009Z")->value(), at(1'795'494'000'120'000'000));
        for (const char* bad : { "yesterday", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00",
                 "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx", "2026-01-01 ", "3000-01-01T00:00:00Z", "2026-01-01T00:00:00+25:00" })
            QVERIFY2(!parseTime(bad).ok(), bad);
    }

    void listsAreNeverNull()
    {
        const std::string text = toText(ContainerSummary());
        for (const char* member : { "\"Names\":[]", "\"Ports\":[]", "\"Mounts\":[]", "\"Labels\":{}", "\"Networks\":{}" })
            QVERIFY2(text.find(member) != std::string::npos, member);
        QVERIFY(text.find("null") == std::string::npos);
        QVERIFY(toText(ImageSummary()).find("\"RepoTags\":[]") != std::string::npos);
        QCOMPARE(json::serialize(toJsonList(std::vector<ImageSummary>())), std::string("[]"));
    }

    void readsWhatDockersClientSends()
    {
        const auto request = parse<ContainerCreate>(R"({"Hostname":"","User":"1000","AttachStdin":false,"AttachStdout":true,"AttachStderr":true,
            "ExposedPorts":{"80/tcp":{}},"Tty":false,"Env":["A=b"],"Cmd":["sh","-c","echo"],"Image":"busybox","Volumes":{},
            "Entrypoint":null,"Labels":{"x":"y"},"StopTimeout":3,"SomethingNew":{"a":[1]},
            "HostConfig":{"Binds":null,"NetworkMode":"none","PortBindings":{"80/tcp":[{"HostIp":"","HostPort":"8080"}]},
            "RestartPolicy":{"Name":"no","MaximumRetryCount":0},"AutoRemove":true,"ConsoleSize":[24,80],"CapAdd":null,"Memory":1e6,
            "MemorySwappiness":-1,"OomKillDisable":false,"PidsLimit":0,"Mounts":[{"Type":"bind","Source":"/a","Target":"/b"}],
            "MaskedPaths":null},"NetworkingConfig":{"EndpointsConfig":{"net":{"Aliases":["x"]}}}})");
        QVERIFY2(request.ok(), request.ok() ? "" : request.error().message().c_str());
        QCOMPARE(request->config.user, std::string("1000"));
        QCOMPARE(request->config.cmd.value(), (std::vector<std::string> { "sh", "-c", "echo" }));
        QVERIFY(!request->config.entrypoint);
        QVERIFY(request->config.exposedPorts.contains("80/tcp"));
        QCOMPARE(request->config.stopTimeout.value(), 3);
        QCOMPARE(request->hostConfig.networkMode, std::string("none"));
        QCOMPARE(request->hostConfig.portBindings.at("80/tcp").front().hostPort, std::string("8080"));
        QCOMPARE(request->hostConfig.memory, 1'000'000);
        QCOMPARE(request->hostConfig.memorySwappiness.value(), -1);
        QVERIFY(!request->hostConfig.maskedPaths);
        QCOMPARE(request->hostConfig.mounts.front().target, std::string("/b"));
        QCOMPARE(request->endpoints.at("net").aliases.front(), std::string("x"));
        QVERIFY(comesBack(*request));
    }

    void aCommandMayBeOneText()
    {
        QCOMPARE(parse<ContainerConfig>(R"({"Cmd":"ls"})")->cmd.value(), std::vector<std::string> { "ls" });
        QCOMPARE(parse<ContainerConfig>(R"({"Entrypoint":[]})")->entrypoint.value(), std::vector<std::string>());
    }

    void errorsNameTheMember_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("start");
        QTest::newRow("nested") << QByteArray(R"({"HostConfig":{"Memory":"1g"}})") << QByteArray("HostConfig: Memory: expected an integer");
        QTest::newRow("list") << QByteArray(R"({"Env":"A=b"})") << QByteArray("Env: expected a list");
        QTest::newRow("element") << QByteArray(R"({"Env":[1]})") << QByteArray("Env: expected a text");
        QTest::newRow("map") << QByteArray(R"({"Labels":{"x":1}})") << QByteArray("Labels: x: expected a text");
        QTest::newRow("flag") << QByteArray(R"({"Tty":"yes"})") << QByteArray("Tty: expected true or false");
        QTest::newRow("fraction") << QByteArray(R"({"StopTimeout":1.5})") << QByteArray("StopTimeout: expected an integer");
        QTest::newRow("too large") << QByteArray(R"({"HostConfig":{"Memory":18446744073709551615}})")
                                   << QByteArray("HostConfig: Memory: expected an integer");
        QTest::newRow("no object") << QByteArray("[]") << QByteArray("expected an object");
    }
    void errorsNameTheMember()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, start);
        const auto request = parse<ContainerCreate>({ text.constData(), static_cast<std::size_t>(text.size()) });
        QVERIFY(!request.ok());
        QCOMPARE(request.error().code(), ErrorCode::Invalid);
        QCOMPARE(QByteArray::fromStdString(request.error().message()), start);
    }

    void publishedPortsAreNullWhereOnlyExposed()
    {
        NetworkSettings settings;
        settings.ports["80/tcp"] = {};
        settings.ports["81/tcp"] = { { "0.0.0.0", "8081" } };
        const std::string text = toText(settings);
        QVERIFY(text.find(R"("80/tcp":null)") != std::string::npos);
        QVERIFY(comesBack(settings));
    }

    void eventsCarryTheOldMembersToo()
    {
        Event event { "container", "start", "abc", { { "image", "busybox" }, { "name", "x" } }, "local", at(1'795'494'000'120'000'001) };
        const std::string text = toText(event);
        QVERIFY(text.find(R"("status":"start","id":"abc","from":"busybox")") != std::string::npos);
        QVERIFY(text.find(R"("time":1795494000,"timeNano":1795494000120000001)") != std::string::npos);
        const auto again = parse<Event>(text);
        QCOMPARE(again->time, event.time);
        QCOMPARE(again->attributes, event.attributes);
    }

    void buildMessagesLeaveOutWhatIsNotSet()
    {
        BuildMessage stream;
        stream.stream = "Step 1/2\n";
        QCOMPARE(toText(stream), std::string(R"({"stream":"Step 1/2\n"})"));
        BuildMessage failed;
        failed.error = "no";
        failed.errorCode = 3;
        QCOMPARE(toText(failed), std::string(R"({"errorDetail":{"message":"no","code":3},"error":"no"})"));
        const auto again = parse<BuildMessage>(toText(failed));
        QCOMPARE(again->error.value(), std::string("no"));
        QCOMPARE(again->errorCode, 3);
        BuildMessage built;
        built.imageId = "sha256:1";
        QCOMPARE(toText(built), std::string(R"({"aux":{"ID":"sha256:1"}})"));
    }

    void everyTypeComesBack()
    {
        ContainerInspect inspect;
        inspect.id = "abc";
        inspect.created = at(1'700'000'000'000'000'001);
        inspect.args = { "a", "b" };
        inspect.state.status = "running";
        inspect.state.running = true;
        inspect.state.startedAt = at(1'700'000'000'000'000'002);
        inspect.state.health = Health { "healthy", 1, { { at(1), at(2), 3, "out" } } };
        inspect.mounts = { { "bind", "", "/a", "/b", "", "ro", false, "rprivate" } };
        inspect.config.healthcheck = HealthConfig { { "CMD", "true" }, 1, 2, 3, 4, 5 };
        inspect.config.cmd = std::vector<std::string> { "x" };
        inspect.hostConfig.ulimits = { { "nofile", 1, 2 } };
        inspect.hostConfig.devices = { { "/dev/a", "/dev/b", "rwm" } };
        inspect.hostConfig.logConfig.config["max-size"] = "1m";
        inspect.networkSettings.networks["bridge"].ipAddress = "172.18.0.2";
        inspect.sizeRw = 7;
        QVERIFY(comesBack(inspect));
        const auto again = fromJson<ContainerInspect>(toJson(inspect));
        QCOMPARE(again->state.startedAt, inspect.state.startedAt);
        QVERIFY(!again->state.finishedAt);
        QCOMPARE(again->state.health->log.front().output, std::string("out"));
        QCOMPARE(again->sizeRw.value(), 7);

        ImageInspect image;
        image.layers = { "sha256:1", "sha256:2" };
        image.created = at(5);
        QVERIFY(comesBack(image));
        QCOMPARE(fromJson<ImageInspect>(toJson(image))->layers, image.layers);

        SystemInfo info;
        info.driverStatus = { { "a", "b" } };
        info.networkPlugins = { "bridge" };
        info.runtimes["darsena"] = { { "path", "x" } };
        QVERIFY(comesBack(info));
        VersionInfo version;
        version.platformName = "Darsena";
        version.components = { { "Engine", "1", { { "a", "b" } } } };
        QVERIFY(comesBack(version));

        ExecInspect exec;
        exec.exitCode = 3;
        exec.process.arguments = { "-l" };
        QVERIFY(comesBack(exec));
        QVERIFY(toText(ExecInspect()).find(R"("ExitCode":null)") != std::string::npos);

        BuildEvent event;
        event.type = "plan";
        event.stages = { { 0, "base", "busybox", 1, 3, true } };
        event.steps = { { 1, 0, "base", "RUN", "RUN make", "RUN make", 2, 3, { 0 } } };
        QVERIFY(comesBack(event));
        ImageDescription description;
        description.config = "{ }";
        description.layers.push_back({ "sha256:1", 2, 3, 4 });
        description.origins = { StepOrigin { "", 1, 2, "0" }, std::nullopt };
        QVERIFY(comesBack(description));
        QVERIFY(comesBack(LayerSummary { 1, "sha256:1", "RUN x", "y", at(3), 4, 5, false }));
        QVERIFY(comesBack(FileChange { "etc/passwd", "file", 1, 0644, 0, 0, 7, "", "changed" }));
        QVERIFY(comesBack(WaitResult { 3, "it broke" }));
        QVERIFY(toText(WaitResult { 3, {} }) == R"({"StatusCode":3})");
        QVERIFY(comesBack(VolumeList { { { "v", "local", "/m", at(1), {}, "local", {}, VolumeUsage { 1, 2 } } }, { "w" } }));
        Network network;
        network.name = "bridge";
        network.ipam.config = { { "172.18.0.0/16", "", "172.18.0.1", { { "router", "172.18.0.9" } } } };
        network.containers["abc"] = { "n", "e", "m", "172.18.0.2/16", "" };
        QVERIFY(comesBack(network));
        DiskUsage usage;
        usage.buildCache = { { "id", {}, "regular", "RUN x", false, true, 3, at(1), {}, 2 } };
        QVERIFY(comesBack(usage));
    }
};

QTEST_GUILESS_MAIN(TestWire)
#include "tst_wire.moc"
