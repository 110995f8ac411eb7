// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oci/runtime_spec.h"

#include <QFile>
#include <QTest>

using namespace darsena;

class TstRuntimeSpec : public QObject {
    Q_OBJECT
private slots:
    void readsTheExample();
    void writesWhatItReads();
    void minimal();
    void refuses_data();
    void refuses();
};

namespace {

constexpr const char* example = R"({
 "ociVersion": "1.2.0",
 "process": {
  "terminal": true, "consoleSize": {"height": 25, "width": 80},
  "user": {"uid": 1, "gid": 2, "umask": 63, "additionalGids": [5, 6]},
  "args": ["sh", "-c", "true"], "env": ["PATH=/bin", "A=b"], "cwd": "/root",
  "capabilities": {"bounding": ["CAP_KILL"], "permitted": ["CAP_KILL"], "effective": ["CAP_KILL"]},
  "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 18446744073709551615, "soft": 1024}],
  "noNewPrivileges": true, "oomScoreAdj": -500,
  "scheduler": {"policy": "SCHED_DEADLINE", "flags": ["SCHED_FLAG_RECLAIM"], "runtime": 10000000, "deadline": 30000001, "period": 30000002},
  "ioPriority": {"class": "IOPRIO_CLASS_BE", "priority": 3}
 },
 "root": {"path": "rootfs", "readonly": true},
 "hostname": "box", "domainname": "example",
 "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"},
            {"destination": "/data", "type": "bind", "source": "/volumes/x", "options": ["rbind", "ro"]},
            {"destination": "/mapped", "source": "/x", "options": ["bind", "idmap"],
             "uidMappings": [{"containerID": 0, "hostID": 4242, "size": 10}], "gidMappings": [{"containerID": 0, "hostID": 4343, "size": 10}]}],
 "hooks": {"poststop": [{"path": "/bin/x", "args": ["x"], "env": ["A=1"], "timeout": 5}]},
 "annotations": {"a": "b"},
 "linux": {
  "namespaces": [{"type": "pid"}, {"type": "network", "path": "/run/netns/x"}, {"type": "mount"}],
  "devices": [{"path": "/dev/fuse", "type": "c", "major": 10, "minor": 229, "fileMode": 438, "uid": 1, "gid": 2}],
  "cgroupsPath": "/x/y",
  "resources": {
   "devices": [{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 10, "minor": -1, "access": "rw"}],
   "memory": {"limit": 536870912, "swap": -1, "swappiness": 0, "disableOOMKiller": false, "checkBeforeUpdate": true},
   "cpu": {"shares": 1024, "quota": 100000, "period": 500000, "cpus": "2-3", "mems": "0", "burst": 7007, "idle": 1, "realtimeRuntime": 9009},
   "pids": {"limit": 32771},
   "hugepageLimits": [{"pageSize": "2MB", "limit": 4194304}],
   "network": {"classID": 1048577, "priorities": [{"name": "eth0", "priority": 500}]},
   "rdma": {"mlx5_1": {"hcaHandles": 33}},
   "blockIO": {"weight": 10, "weightDevice": [{"major": 8, "minor": 16, "weight": 333}], "throttleReadBpsDevice": [{"major": 8, "minor": 0, "rate": 600}]},
   "unified": {"memory.high": "1"}
  },
  "seccomp": {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1, "architectures": ["SCMP_ARCH_X86_64"],
   "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 1, "value": 18446744073709551615, "op": "SCMP_CMP_EQ"}]}]},
  "maskedPaths": ["/proc/kcore"], "readonlyPaths": ["/proc/sys"],
  "sysctl": {"net.ipv4.ip_forward": "1"}, "rootfsPropagation": "rslave",
  "personality": {"domain": "LINUX32"}, "timeOffsets": {"boottime": {"secs": 86400, "nanosecs": 5}}
 }
})";

} // namespace

void TstRuntimeSpec::readsTheExample()
{
    const auto spec = oci::parseRuntimeSpec(example);
    QVERIFY2(spec.ok(), spec.ok() ? "" : spec.error().message().c_str());
    QCOMPARE(spec->process->user.additionalGids, (std::vector<std::uint32_t> { 5, 6 }));
    QCOMPARE(spec->process->rlimits.front().hard, std::uint64_t(-1));
    QCOMPARE(*spec->process->oomScoreAdj, -500);
    QCOMPARE(spec->process->consoleSize->width, std::uint16_t(80));
    QVERIFY(spec->root.readonly);
    QCOMPARE(spec->mounts[1].options, (std::vector<std::string> { "rbind", "ro" }));
    QCOMPARE(spec->linux.namespaces[1].path, std::string("/run/netns/x"));
    QVERIFY(!spec->linux.resources.devices[1].minor);
    QCOMPARE(*spec->linux.resources.devices[1].major, std::int64_t(10));
    QCOMPARE(*spec->linux.resources.memory.swap, std::int64_t(-1));
    QCOMPARE(*spec->linux.resources.pids, std::int64_t(32771));
    QCOMPARE(spec->linux.seccomp->syscalls.front().args.front().value, std::uint64_t(-1));
    QCOMPARE(spec->hooks.poststop.front().timeout, std::optional<int>(5));
}

void TstRuntimeSpec::writesWhatItReads()
{
    const auto spec = oci::parseRuntimeSpec(example);
    QVERIFY(spec.ok());
    const std::string once = oci::serializeRuntimeSpec(*spec);
    const auto again = oci::parseRuntimeSpec(once);
    QVERIFY2(again.ok(), again.ok() ? "" : again.error().message().c_str());
    QCOMPARE(oci::serializeRuntimeSpec(*again), once);
    // Nothing of the example is lost on the way.
    for (const char* part : { "\"umask\":63", "RLIMIT_NOFILE", "18446744073709551615", "\"/volumes/x\"", "rbind", "\"poststop\"",
             "\"annotations\"", "/run/netns/x", "\"minor\":229", "536870912", "\"2-3\"", "32771", "throttleReadBpsDevice", "memory.high",
             "SCMP_CMP_EQ", "/proc/kcore", "rslave", "\"domainname\"", "\"limit\":32771", "SCHED_FLAG_RECLAIM",
             "30000001", "IOPRIO_CLASS_BE", "4242", "4343", "checkBeforeUpdate", "7007", "\"idle\":1", "9009", "4194304", "1048577",
             "eth0", "hcaHandles", "333", "LINUX32", "86400" })
        QVERIFY2(once.find(part) != std::string::npos, part);
}

void TstRuntimeSpec::minimal()
{
    const auto spec = oci::parseRuntimeSpec(R"({"ociVersion":"1.0.0","root":{"path":"rootfs"}})");
    QVERIFY(spec.ok());
    QVERIFY(!spec->process);
    QVERIFY(spec->mounts.empty() && spec->hooks.empty());
}

void TstRuntimeSpec::refuses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("message");
    QTest::newRow("not JSON") << "{" << "";
    QTest::newRow("list") << "[]" << "expected an object";
    QTest::newRow("no version") << "{}" << "ociVersion";
    QTest::newRow("version 2") << R"({"ociVersion":"2.0.0"})" << "ociVersion";
    const auto with = [](const char* name, const char* rest, const char* message) {
        QTest::newRow(name) << R"({"ociVersion":"1.0.0",)" + QString(rest) + "}" << message;
    };
    with("process is a list", R"("process":[])", "process");
    with("args hold a number", R"("process":{"args":["a",1]})", "args");
    with("uid is negative", R"("process":{"user":{"uid":-1}})", "uid: out of range");
    with("gid too large", R"("process":{"user":{"gid":4294967296}})", "gid");
    with("mount is a string", R"("mounts":["x"])", "mounts[0]");
    with("unknown namespace", R"("linux":{"namespaces":[{"type":"x"}]})", "unknown namespace x");
    with("device without a type", R"("linux":{"devices":[{"path":"/dev/x"}]})", "devices[0]");
    with("limit is text", R"("linux":{"resources":{"memory":{"limit":"1"}}})", "limit");
    with("SELinux", R"("process":{"selinuxLabel":"x"})", "selinuxLabel is not supported");
    with("Intel RDT", R"("linux":{"intelRdt":{"closID":"x"}})", "intelRdt is not supported");
    with("seccomp listener", R"("linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","listenerPath":"/x"}})", "listenerPath is not supported");
    with("personality", R"("linux":{"personality":{"domain":"BSD"}})", "domain: BSD");
    with("clock", R"("linux":{"timeOffsets":{"realtime":{"secs":1}}})", "realtime");
    with("virtual machine", R"("vm":{"kernel":{"path":"/x"}})", "vm is not supported");
    with("hook without a path", R"("hooks":{"prestart":[{}]})", "path: not absolute");
}

void TstRuntimeSpec::refuses()
{
    QFETCH(QString, text);
    QFETCH(QString, message);
    const auto spec = oci::parseRuntimeSpec(text.toStdString());
    QVERIFY(!spec.ok());
    QVERIFY2(spec.error().message().find(message.toStdString()) != std::string::npos, spec.error().message().c_str());
}

QTEST_GUILESS_MAIN(TstRuntimeSpec)
#include "tst_runtime_spec.moc"
