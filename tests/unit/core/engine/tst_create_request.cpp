// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/create_request.h"

#include "core/engine/host_config_check.h"
#include "core/engine/image_manager.h"
#include "core/engine/mount_request.h"
#include "core/engine/port_request.h"
#include "core/engine/spec_builder.h"
#include "core/engine/texts.h"

#include <QtTest>

using namespace darsena;
using namespace darsena::engine;
using Texts = std::vector<std::string>;

namespace {

store::Image image()
{
    store::Image result;
    result.id = Digest::ofText("image");
    result.chains = {Digest::ofText("layer")};
    result.config.platform = oci::Platform::host();
    result.config.config.env = {"PATH=/bin", "COLOUR=red", "BROKEN"};
    result.config.config.cmd = Texts{"sh"};
    result.config.config.labels = {{"from", "image"}, {"both", "image"}};
    return result;
}

model::ContainerCreate request()
{
    model::ContainerCreate result;
    result.config.image = "busybox";
    return result;
}

bool contains(const Texts& list, const std::string& text)
{
    return std::ranges::find(list, text) != list.end();
}

} // namespace

class TestCreateRequest : public QObject {
    Q_OBJECT

private slots:
    void mergesCommands_data()
    {
        QTest::addColumn<QString>("imageEntrypoint"); // words; "-" = not set
        QTest::addColumn<QString>("imageCmd");
        QTest::addColumn<QString>("entrypoint");
        QTest::addColumn<QString>("cmd");
        QTest::addColumn<QString>("result"); // "" = refused
        QTest::newRow("image's command") << "-" << "sh" << "-" << "-" << "sh";
        QTest::newRow("own command") << "-" << "sh" << "-" << "ls -l" << "ls -l";
        QTest::newRow("image's both") << "tini --" << "sh" << "-" << "-" << "tini -- sh";
        QTest::newRow("own command under entry point") << "tini --" << "sh" << "-" << "ls" << "tini -- ls";
        QTest::newRow("own entry point drops the command") << "tini --" << "sh" << "cat" << "-" << "cat";
        QTest::newRow("own both") << "tini --" << "sh" << "cat" << "x" << "cat x";
        QTest::newRow("entry point taken away") << "tini --" << "sh" << "\"\"" << "ls" << "ls";
        QTest::newRow("nothing") << "-" << "-" << "-" << "-" << "";
        QTest::newRow("nothing left") << "tini" << "sh" << "\"\"" << "-" << "";
    }
    void mergesCommands()
    {
        const auto words = [](const QString& text) -> std::optional<Texts> {
            if (text == "-")
                return std::nullopt;
            if (text == "\"\"")
                return Texts{""};
            Texts list;
            for (const QString& word : text.split(' '))
                list.push_back(word.toStdString());
            return list;
        };
        QFETCH(QString, imageEntrypoint);
        QFETCH(QString, imageCmd);
        QFETCH(QString, entrypoint);
        QFETCH(QString, cmd);
        QFETCH(QString, result);
        store::Image from = image();
        from.config.config.entrypoint = words(imageEntrypoint);
        from.config.config.cmd = words(imageCmd);
        model::ContainerCreate wanted = request();
        wanted.config.entrypoint = words(entrypoint);
        wanted.config.cmd = words(cmd);
        const auto plan = planCreate(wanted, from);
        if (result.isEmpty()) {
            QCOMPARE(plan.error().message(), std::string("no command specified"));
            return;
        }
        QVERIFY2(plan.ok(), plan ? "" : plan.error().message().c_str());
        QCOMPARE(QString::fromStdString(commandLine(plan->record.path, plan->record.args)), result);
    }

    void mergesEnvironmentAndLabels()
    {
        model::ContainerCreate wanted = request();
        wanted.config.env = {"COLOUR=blue", "SIZE=1"};
        wanted.config.labels = {{"both", "request"}};
        const auto plan = planCreate(wanted, image()).value();
        QCOMPARE(plan.record.config.env, (Texts{"COLOUR=blue", "SIZE=1", "PATH=/bin"}));
        QCOMPARE(plan.record.config.labels.at("both"), std::string("request"));
        QCOMPARE(plan.record.config.labels.at("from"), std::string("image"));
        wanted.config.env = {"COLOUR"};
        QCOMPARE(planCreate(wanted, image())->record.config.env, (Texts{"PATH=/bin"}));
    }

    void labelsOfAnImageAreNoPolicy()
    {
        // Whatever an image calls itself, what runs is the same (security R3).
        store::Image plain = image();
        plain.config.config.labels.clear();
        store::Image sly = plain;
        for (const char* key : {"io.darsena.privileged", "com.docker.privileged", "io.podman.annotations.privileged", "run.oci.seccomp_bpf_data",
                 "io.kubernetes.cri-o.userns-mode", "org.criu.config", "org.systemd.property.ExecStart"})
            sly.config.config.labels[key] = "true";
        const auto spec = [](const store::Image& from) {
            const ContainerRecord record = planCreate(request(), from)->record;
            return oci::serializeRuntimeSpec(buildSpec(record, {}).value());
        };
        QCOMPARE(spec(sly), spec(plain));
    }

    void labelsOfComposeAreNotAnImagesToGive()
    {
        store::Image sly = image();
        sly.config.config.labels = {{"com.docker.compose.project", "victim"}, {"org.darsena.lesson", "1"}, {"com.docker.composed", "kept"}};
        QCOMPARE(planCreate(request(), sly)->record.config.labels, (std::map<std::string, std::string>{{"com.docker.composed", "kept"}}));
        model::ContainerCreate wanted = request();
        wanted.config.labels = {{"com.docker.compose.project", "mine"}};
        QCOMPARE(planCreate(wanted, sly)->record.config.labels.at("com.docker.compose.project"), std::string("mine"));
    }

    void refusesWhatItDoesNot_data()
    {
        QTest::addColumn<QString>("hostConfig");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("part");
        const int invalid = int(ErrorCode::Invalid);
        const int unsupported = int(ErrorCode::Unsupported);
        QTest::newRow("gpus") << R"({"DeviceRequests":[{"Count":-1}]})" << unsupported << "HostConfig.DeviceRequests";
        QTest::newRow("storage") << R"({"StorageOpt":{"size":"1G"}})" << unsupported << "HostConfig.StorageOpt";
        QTest::newRow("real time") << R"({"CpuRealtimeRuntime":1000})" << invalid << "real-time";
        for (const char* rule : {"x 1:2 r", "c 1 r", "c 1:2", "c 1:2 x", "c 1:2 rwmr", "c -1:2 r", "c 1:2:3 r", "c:1 2 r", "c 99999999999:1 r"})
            QTest::addRow("rule %s", rule) << QString(R"({"DeviceCgroupRules":["%1"]})").arg(rule) << invalid << "invalid device cgroup rule format";
        QTest::newRow("device mode") << R"({"Devices":[{"PathOnHost":"/dev/null","CgroupPermissions":"rwx"}]})" << invalid << "invalid device mode: rwx";
        QTest::newRow("throttle rate") << R"({"BlkioDeviceReadBps":[{"Path":"/dev/x","Rate":-1}]})" << invalid << "BlkioDeviceReadBps";
        QTest::newRow("throttle path") << R"({"BlkioDeviceWriteIOps":[{"Path":"x","Rate":1}]})" << invalid << "bad device path";
        QTest::newRow("throttle type") << R"({"BlkioDeviceWriteIOps":[{"Path":"/dev/x","Rate":"1"}]})" << invalid << "Rate";
        QTest::newRow("read-only options without read-only") << R"({"Mounts":[{"Type":"bind","Source":"/a","Target":"/x","BindOptions":{"ReadOnlyForceRecursive":true}}]})" << invalid << "read-only";
        QTest::newRow("read-only options that exclude each other") << R"({"Mounts":[{"Type":"bind","ReadOnly":true,"Source":"/a","Target":"/x","BindOptions":{"ReadOnlyForceRecursive":true,"ReadOnlyNonRecursive":true}}]})" << invalid << "exclude";
        QTest::newRow("user namespace") << R"({"UsernsMode":"remap"})" << unsupported << "HostConfig.UsernsMode";
        QTest::newRow("log driver") << R"({"LogConfig":{"Type":"syslog"}})" << unsupported << "syslog";
        QTest::newRow("log option") << R"({"LogConfig":{"Type":"json-file","Config":{"env-regex":"x"}}})" << unsupported << "env-regex";
        QTest::newRow("unknown log option") << R"({"LogConfig":{"Config":{"colour":"x"}}})" << invalid << "unknown log opt 'colour' for json-file log driver";
        QTest::newRow("log tag") << R"({"LogConfig":{"Config":{"tag":"{{.Env}}"}}})" << invalid << "tag";
        QTest::newRow("log tag without end") << QString(R"({"LogConfig":{"Config":{"tag":"%1.Name"}}})").arg("{{") << invalid << "tag";
        QTest::newRow("apparmor") << R"({"SecurityOpt":["apparmor=mine"]})" << unsupported << "apparmor";
        QTest::newRow("mount type") << R"({"Mounts":[{"Type":"npipe","Target":"/x"}]})" << unsupported << "npipe";
        QTest::newRow("volume driver") << R"({"Mounts":[{"Type":"volume","Source":"ab","Target":"/x","VolumeOptions":{"DriverConfig":{"Name":"nfs"}}}]})" << invalid << "plugin \"nfs\" not found";
        QTest::newRow("volume option") << R"({"Mounts":[{"Type":"volume","Source":"ab","Target":"/x","VolumeOptions":{"DriverConfig":{"Options":{"size":"1g"}}}}]})" << invalid << "no quota support";
        QTest::newRow("volume subpath") << R"({"Mounts":[{"Type":"volume","Source":"ab","Target":"/x","VolumeOptions":{"Subpath":"../.."}}]})" << invalid << "subpath must be a relative path";
        QTest::newRow("absolute subpath") << R"({"Mounts":[{"Type":"volume","Source":"ab","Target":"/x","VolumeOptions":{"Subpath":"/etc"}}]})" << invalid << "subpath must be a relative path";
        QTest::newRow("subpath of nothing") << R"({"Mounts":[{"Type":"volume","Target":"/x","VolumeOptions":{"Subpath":"a"}}]})" << invalid << "must not set Subpath when using anonymous volumes";
        QTest::newRow("small memory") << R"({"Memory":1048576})" << invalid << "Minimum memory limit allowed is 6MB";
        QTest::newRow("swap below memory") << R"({"Memory":104857600,"MemorySwap":1048576})" << invalid << "memoryswap";
        QTest::newRow("too many processors") << R"({"NanoCpus":1000000000000000})" << invalid << "range of CPUs";
        QTest::newRow("cpuset bomb") << R"({"CpusetCpus":"0-4294967295"})" << invalid << "Requested CPUs";
        QTest::newRow("cpuset garbage") << R"({"CpusetCpus":"0-"})" << invalid << "Invalid value 0- for cpuset cpus: invalid format: 0-";
        QTest::newRow("cpuset mems") << R"({"CpusetMems":"0,1000"})" << invalid << "Requested memory nodes are not available - requested 0,1000";
        QTest::newRow("cpuset mems bomb") << R"({"CpusetMems":"0-4294967295"})" << invalid << "Requested memory nodes";
        QTest::newRow("DNS and another's network") << R"({"NetworkMode":"container:a","Dns":["1.1.1.1"]})" << invalid << "conflicting options: dns and the network mode";
        QTest::newRow("ports and another's network") << R"({"NetworkMode":"container:a","PortBindings":{"80/tcp":[{"HostPort":"1"}]}})" << invalid << "conflicting options: port publishing and the container type network mode";
        QTest::newRow("nobody's network") << R"({"NetworkMode":"container:"})" << invalid << "invalid container format container:<name|id>";
        QTest::newRow("mount type unknown") << R"({"Mounts":[{"Type":"nonsense","Target":"/x"}]})" << invalid << "mount type unknown";
        QTest::newRow("mount without source") << R"({"Mounts":[{"Type":"bind","Target":"/x"}]})" << invalid << "field Source must not be empty";
        QTest::newRow("unknown capability") << R"({"CapAdd":["FLY"]})" << invalid << "FLY";
        QTest::newRow("cgroup parent") << R"({"CgroupParent":"../../x"})" << invalid << "CgroupParent";
        QTest::newRow("cgroup parent inside") << R"({"CgroupParent":"/x/../.."})" << invalid << "CgroupParent";
        QTest::newRow("cgroup parent control") << R"({"CgroupParent":"a\nb"})" << invalid << "CgroupParent";
        QTest::newRow("sysctl of the host") << R"({"Sysctls":{"kernel.core_pattern":"|/x"}})" << invalid << "kernel.core_pattern";
        QTest::newRow("sysctl path") << R"({"Sysctls":{"net/../kernel/core_pattern":"x"}})" << invalid << "not allowed";
        QTest::newRow("sysctl value") << R"({"Sysctls":{"net.core.somaxconn":"1\n2"}})" << invalid << "value";
        QTest::newRow("sysctl plus") << R"({"Sysctls":{"net.core.somaxconn":"1+kernel.x=2"}})" << invalid << "value";
        QTest::newRow("network sysctl on the host's network") << R"({"NetworkMode":"host","Sysctls":{"net.core.somaxconn":"1"}})" << invalid << "host's";
        QTest::newRow("restart policy") << R"({"RestartPolicy":{"Name":"maybe"}})" << invalid << "maybe";
        QTest::newRow("restart and remove") << R"({"AutoRemove":true,"RestartPolicy":{"Name":"always"}})" << invalid << "AutoRemove";
        QTest::newRow("ulimit") << R"({"Ulimits":[{"Name":"x","Soft":1,"Hard":1}]})" << invalid << "ulimit";
        QTest::newRow("bind of a relative path") << R"({"Binds":["a/b:/x"]})" << invalid << "a/b";
        QTest::newRow("bind to a relative path") << R"({"Binds":["/a:x"]})" << invalid << "absolute";
        QTest::newRow("bind over the root") << R"({"Binds":["/a:/x/.."]})" << invalid << "'/'";
        QTest::newRow("bind option") << R"({"Binds":["/a:/b:exec"]})" << invalid << "invalid mode: exec";
        QTest::newRow("twice") << R"({"Binds":["/a:/x"],"Mounts":[{"Type":"tmpfs","Target":"/x/"}]})" << invalid << "Duplicate mount point: /x";
        QTest::newRow("tmpfs option") << R"({"Tmpfs":{"/x":"size=1m,context=y"}})" << invalid << "context";
        QTest::newRow("extra host") << R"({"ExtraHosts":["a\n1.1.1.1 b:2.2.2.2"]})" << invalid << "add-host";
        QTest::newRow("DNS") << R"({"Dns":["a"]})" << invalid << "Dns";
        QTest::newRow("port") << R"({"PortBindings":{"70000/tcp":[{"HostPort":"1"}]}})" << invalid << "70000";
        QTest::newRow("port protocol") << R"({"PortBindings":{"80/dccp":[{"HostPort":"1"}]}})" << invalid << "80/dccp";
        QTest::newRow("port address") << R"({"PortBindings":{"80/tcp":[{"HostIp":"1.2.3"}]}})" << invalid << "1.2.3";
        QTest::newRow("port range backwards") << R"({"PortBindings":{"80/tcp":[{"HostPort":"9-8"}]}})" << invalid << "9-8";
        QTest::newRow("log size") << R"({"LogConfig":{"Config":{"max-size":"1"}}})" << invalid << "max-size";
    }
    void refusesWhatItDoesNot()
    {
        QFETCH(QString, hostConfig);
        QFETCH(int, code);
        QFETCH(QString, part);
        model::ContainerCreate wanted = request();
        wanted.hostConfig = model::parse<model::HostConfig>(hostConfig.toStdString()).value();
        const auto plan = planCreate(wanted, image());
        QVERIFY(!plan.ok());
        QVERIFY2(plan.error().message().find(part.toStdString()) != std::string::npos, plan.error().message().c_str());
        QCOMPARE(int(plan.error().code()), code);
    }

    void refusesBadConfigs()
    {
        const auto refused = [](auto change) {
            model::ContainerCreate wanted = request();
            change(wanted.config);
            const auto plan = planCreate(wanted, image());
            return !plan.ok() && plan.error().code() == ErrorCode::Invalid;
        };
        QVERIFY(refused([](auto& config) { config.hostname = "a b"; }));
        QVERIFY(refused([](auto& config) { config.hostname = "a\nb"; }));
        QVERIFY(refused([](auto& config) { config.workingDir = "relative"; }));
        QVERIFY(refused([](auto& config) { config.user = "a\nroot"; }));
        QVERIFY(refused([](auto& config) { config.stopSignal = "SIGNOPE"; }));
        QVERIFY(refused([](auto& config) { config.env = {"=x"}; }));
        QVERIFY(refused([](auto& config) { config.env = {""}; }));
        QVERIFY(refused([](auto& config) { config.env = {std::string("A=\0b", 4)}; }));
        QVERIFY(refused([](auto& config) { config.exposedPorts = {"x/tcp"}; }));
    }

    void plansMounts()
    {
        model::ContainerCreate wanted = request();
        wanted.hostConfig.binds = {"/srv:/data/deep/er:ro", "cache:/data"};
        wanted.config.volumes = {"/data", "/own"};
        const auto mounts = planCreate(wanted, image())->record.mounts;
        QCOMPARE(mounts.size(), std::size_t{3});
        QCOMPARE(mounts[0].destination, std::string("/data"));
        QCOMPARE(mounts[0].volume, std::string("cache"));
        QVERIFY(!mounts[0].anonymous);
        QCOMPARE(mounts[1].destination, std::string("/own"));
        QVERIFY(mounts[1].anonymous);
        QCOMPARE(mounts[2].destination, std::string("/data/deep/er"));
        QVERIFY(mounts[2].readOnly);
        QVERIFY(mounts[2].createSource);
    }

    void readsVolumeOptions()
    {
        model::ContainerCreate wanted = request();
        model::MountSpec spec;
        spec.type = "volume";
        spec.source = "cache";
        spec.target = "/c";
        spec.volumeOptions = json::parse(R"({"NoCopy":true,"Labels":{"a":"b"},"Subpath":"x/y","DriverConfig":{"Name":"local",
            "Options":{"type":"tmpfs","device":"tmpfs","o":"size=1m"}}})")->get_object();
        wanted.hostConfig.mounts = {spec};
        const ContainerRecord record = planCreate(wanted, image())->record;
        const MountRecord kept = recordFromJson(toJson(record))->mounts.at(0);
        for (const MountRecord& mount : {record.mounts.at(0), kept}) {
            QVERIFY(!mount.copyUp);
            QCOMPARE(mount.subpath, std::string("x/y"));
            QCOMPARE(mount.volumeLabels.at("a"), std::string("b"));
            QCOMPARE(mount.volumeOptions.at("o"), std::string("size=1m"));
        }
    }

    void cleansPaths()
    {
        QCOMPARE(*cleanContainerPath("/a//b/./c/../d/"), std::string("/a/b/d"));
        QCOMPARE(*cleanContainerPath("/../../etc"), std::string("/etc"));
        QCOMPARE(*cleanContainerPath("/"), std::string("/"));
        QVERIFY(!cleanContainerPath("a").ok());
        QVERIFY(!cleanContainerPath("/" + std::string(256, 'x')).ok());
        QVERIFY(!cleanContainerPath(std::string("/a\0b", 4)).ok());
    }

    void buildsSpecs()
    {
        model::ContainerCreate wanted = request();
        wanted.hostConfig = model::parse<model::HostConfig>(
            R"({"Memory":67108864,"NanoCpus":500000000,"PidsLimit":50,"CapAdd":["NET_ADMIN"],"CapDrop":["CHOWN"],"ReadonlyRootfs":true,
                "SecurityOpt":["no-new-privileges"],"Tmpfs":{"/run":"size=64k"},"NetworkMode":"host","ShmSize":1048576,
                "Ulimits":[{"Name":"nofile","Soft":10,"Hard":20}]})")
                                .value();
        wanted.config.tty = true;
        ContainerRecord record = planCreate(wanted, image())->record;
        record.id = std::string(64, 'a');
        SpecInputs inputs;
        inputs.hostname = "host1";
        inputs.cgroupsPath = cgroupsPathOf(record);
        const oci::RuntimeSpec spec = buildSpec(record, inputs).value();
        QCOMPARE(*spec.linux.resources.memory.limit, std::int64_t{67108864});
        QCOMPARE(*spec.linux.resources.memory.swap, std::int64_t{2 * 67108864});
        QCOMPARE(*spec.linux.resources.cpu.quota, std::int64_t{50000});
        QCOMPARE(*spec.linux.resources.pids, std::int64_t{50});
        QVERIFY(spec.root.readonly);
        QVERIFY(spec.process->noNewPrivileges);
        QVERIFY(spec.process->terminal);
        QVERIFY(contains(spec.process->capabilities->bounding, "CAP_NET_ADMIN"));
        QVERIFY(!contains(spec.process->capabilities->bounding, "CAP_CHOWN"));
        QVERIFY(spec.process->capabilities->inheritable.empty());
        QVERIFY(spec.process->capabilities->ambient.empty());
        QVERIFY(contains(spec.process->env, "TERM=xterm"));
        QVERIFY(contains(spec.process->env, "HOSTNAME=host1"));
        QVERIFY(contains(spec.process->env, "HOME=/"));
        QVERIFY(spec.linux.seccomp.has_value());
        QCOMPARE(spec.linux.cgroupsPath, "/darsena/" + record.id);
        QVERIFY(std::ranges::none_of(spec.linux.namespaces, [](const auto& space) { return space.type == oci::NamespaceType::Network; }));
        const auto mount = [&](std::string_view path) { return std::ranges::find(spec.mounts, path, &oci::Mount::destination); };
        QVERIFY(mount("/run") != spec.mounts.end());
        QVERIFY(contains(mount("/run")->options, "size=64k"));
        QVERIFY(contains(mount("/dev/shm")->options, "size=1048576"));
        QCOMPARE(spec.process->rlimits.front().type, std::string("RLIMIT_NOFILE"));
        QVERIFY(spec.linux.sysctl.empty()); // the host's network is not ours to tune
    }

    void boundsProcessesByDefault()
    {
        const ContainerRecord record = planCreate(request(), image())->record;
        QVERIFY(buildSpec(record, {})->linux.resources.pids.value_or(0) > 0);
    }

    void survivesItsOwnJson()
    {
        model::ContainerCreate wanted = request();
        wanted.hostConfig.binds = {"/srv:/data:ro"};
        ContainerRecord record = planCreate(wanted, image())->record;
        record.id = std::string(64, 'b');
        record.name = "web";
        record.created = model::Time(std::chrono::seconds(1700000000));
        record.networks["mine"].aliases = {"www"};
        const auto back = recordFromJson(toJson(record));
        QVERIFY2(back.ok(), back ? "" : back.error().message().c_str());
        QCOMPARE(json::serialize(toJson(*back)), json::serialize(toJson(record)));
        ContainerState state;
        state.status = Status::Running;
        state.pid = 7;
        state.startedAt = record.created;
        network::Endpoint endpoint;
        endpoint.id = "e";
        endpoint.address = network::Subnet::parse("172.17.0.2/16").value();
        endpoint.mac = {2, 66, 172, 17, 0, 2};
        endpoint.network = std::string(64, 'c');
        endpoint.containerLink = "eth1";
        endpoint.address6 = network::Subnet::parse("fd00::2/64").value();
        endpoint.ports = {{network::Protocol::Udp, {}, 53, endpoint.address.address, 5353}};
        state.endpoints.emplace("mine", endpoint);
        const auto stateBack = stateFromJson(toJson(state));
        QVERIFY2(stateBack.ok(), stateBack ? "" : stateBack.error().message().c_str());
        QCOMPARE(json::serialize(toJson(*stateBack)), json::serialize(toJson(state)));
        QVERIFY(stateBack->endpoints.at("mine").ports == endpoint.ports);
        QVERIFY(stateBack->endpoints.at("mine").address6 == endpoint.address6);
    }

    void checksNames()
    {
        for (const char* good : {"ab", "web-1", "a.b_c"})
            QVERIFY2(checkContainerName(good).ok(), good);
        for (const char* bad : {"", "a", "-ab", "a b", "a/b", "..", "a\nb", "é!"})
            QVERIFY2(!checkContainerName(bad).ok(), bad);
        QVERIFY(!checkContainerName(std::string(256, 'a')).ok());
    }

    void readsSignals()
    {
        QCOMPARE(*parseSignal("SIGTERM"), 15);
        QCOMPARE(*parseSignal("kill"), 9);
        QCOMPARE(*parseSignal("9"), 9);
        QCOMPARE(*parseSignal("RTMIN+3"), 37);
        for (const char* bad : {"", "0", "65", "-1", "SIGNOPE", "RTMIN+99", "9x"})
            QVERIFY2(!parseSignal(bad).ok(), bad);
    }

    void readsSizes()
    {
        QCOMPARE(*parseBytes("10m"), std::int64_t{10 << 20});
        QCOMPARE(*parseBytes("1.5k"), std::int64_t{1536});
        QCOMPARE(*parseBytes("2GiB"), std::int64_t{2} << 30);
        for (const char* bad : {"", "m", "-1", "1x", "1mm", "1e99"})
            QVERIFY2(!parseBytes(bad).ok(), bad);
    }

    void tellsAges()
    {
        using namespace std::chrono_literals;
        QCOMPARE(humanDuration(500ms), std::string("Less than a second"));
        QCOMPARE(humanDuration(1s), std::string("1 second"));
        QCOMPARE(humanDuration(59s), std::string("59 seconds"));
        QCOMPARE(humanDuration(61s), std::string("About a minute"));
        QCOMPARE(humanDuration(59min), std::string("59 minutes"));
        QCOMPARE(humanDuration(60min), std::string("About an hour"));
        QCOMPARE(humanDuration(47h), std::string("47 hours"));
        QCOMPARE(humanDuration(72h), std::string("3 days"));
        QCOMPARE(humanDuration(24h * 21), std::string("3 weeks"));
    }
};

QTEST_GUILESS_MAIN(TestCreateRequest)
#include "tst_create_request.moc"
