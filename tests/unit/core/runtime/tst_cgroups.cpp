// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/cgroups/device_filter.h"
#include "core/runtime/cgroups/host.h"
#include "core/runtime/cgroups/limits.h"
#include "core/runtime/cgroups/tree.h"
#include "core/runtime/defaults.h"

#include <QTest>

#include <array>
#include <cstring>

#include <linux/bpf.h>

using namespace darsena;
using namespace darsena::runtime;

namespace {

/// The eBPF that deviceFilter() makes, run here.
bool permits(const std::vector<std::uint64_t>& program, int type, int access, int major, int minor)
{
    const std::array<std::uint32_t, 3> context { static_cast<std::uint32_t>(access << 16 | type), static_cast<std::uint32_t>(major),
        static_cast<std::uint32_t>(minor) };
    std::array<std::uint64_t, 11> r {};
    for (std::size_t at = 0; at < program.size(); ++at) {
        bpf_insn i {};
        std::memcpy(&i, &program[at], sizeof i);
        const std::uint64_t k = static_cast<std::uint64_t>(std::int64_t { i.imm });
        switch (i.code) {
        case BPF_LDX | BPF_MEM | BPF_W: r[i.dst_reg] = context[static_cast<std::size_t>(i.off) / 4]; break;
        case BPF_ALU64 | BPF_MOV | BPF_X: r[i.dst_reg] = r[i.src_reg]; break;
        case BPF_ALU64 | BPF_MOV | BPF_K: r[i.dst_reg] = k; break;
        case BPF_ALU64 | BPF_AND | BPF_K: r[i.dst_reg] &= k; break;
        case BPF_ALU64 | BPF_RSH | BPF_K: r[i.dst_reg] >>= k; break;
        case BPF_JMP | BPF_JNE | BPF_K: at += r[i.dst_reg] != k ? static_cast<std::size_t>(i.off) : 0; break;
        case BPF_JMP | BPF_JEQ | BPF_K: at += r[i.dst_reg] == k ? static_cast<std::size_t>(i.off) : 0; break;
        case BPF_JMP | BPF_EXIT: return r[0] == 1;
        default: qFatal("instruction %x", i.code);
        }
    }
    qFatal("fell off the end");
}

bool has(const std::vector<CgroupWrite>& writes, const std::string& file, const std::string& value)
{
    return std::ranges::any_of(writes, [&](const CgroupWrite& w) { return w.file == file && w.value == value; });
}

} // namespace

class TstCgroups : public QObject {
    Q_OBJECT
private slots:
    void deviceRules();
    void limitsOnBothVersions();
    void limitsRefused_data();
    void limitsRefused();
    void weights();
    void cpuLists_data();
    void cpuLists();
    void paths_data();
    void paths();
    void hosts();
    void counting();
};

void TstCgroups::deviceRules()
{
    constexpr int c = BPF_DEVCG_DEV_CHAR, b = BPF_DEVCG_DEV_BLOCK;
    constexpr int read = BPF_DEVCG_ACC_READ, write = BPF_DEVCG_ACC_WRITE, make = BPF_DEVCG_ACC_MKNOD;
    const auto byDefault = deviceFilter(defaultSpec().linux.resources.devices);
    QVERIFY(permits(byDefault, c, read | write, 1, 3));
    QVERIFY(permits(byDefault, c, read, 136, 77));
    QVERIFY(permits(byDefault, c, make, 9, 9));
    QVERIFY(permits(byDefault, b, make, 8, 0));
    QVERIFY(!permits(byDefault, b, read, 8, 0));
    QVERIFY(!permits(byDefault, b, read | make, 8, 0));
    QVERIFY(!permits(byDefault, c, write, 10, 229));
    QVERIFY(!permits(byDefault, c, read, 1, 1)); // memory
    const auto ordered = deviceFilter({ { true, 'a', {}, {}, "rwm" }, { false, 'b', 8, {}, "w" }, { true, 'b', 8, 1, "rw" } });
    QVERIFY(permits(ordered, c, read | write | make, 1, 1));
    QVERIFY(!permits(ordered, b, read | write, 8, 0));
    QVERIFY(permits(ordered, b, read, 8, 0));
    QVERIFY(permits(ordered, b, write, 8, 1));
    QVERIFY(!permits(deviceFilter({}), c, read, 1, 3));
    QVERIFY(permits(deviceFilter({ { true, 'a', {}, {}, "rwm" } }), b, write, 8, 0));
}

void TstCgroups::limitsOnBothVersions()
{
    oci::Resources r;
    r.memory.limit = 64 << 20;
    r.memory.swap = 96 << 20;
    r.memory.reservation = 32 << 20;
    r.cpu.shares = 512;
    r.cpu.quota = 50'000;
    r.cpu.period = 100'000;
    r.cpu.cpus = "0";
    r.pids = 100;
    r.blockIo.weight = 500;
    r.devices = { { false, 'a', {}, {}, "rwm" }, { true, 'c', 1, 3, "rw" }, { true, 'c', 136, {}, "rwm" } };
    const auto v1 = limitsV1(r);
    QVERIFY(v1.ok());
    QVERIFY(has(*v1, "memory.limit_in_bytes", "67108864"));
    QVERIFY(has(*v1, "memory.memsw.limit_in_bytes", "100663296"));
    QVERIFY(has(*v1, "memory.soft_limit_in_bytes", "33554432"));
    QVERIFY(has(*v1, "cpu.shares", "512"));
    QVERIFY(has(*v1, "cpu.cfs_quota_us", "50000"));
    QVERIFY(has(*v1, "cpuset.cpus", "0"));
    QVERIFY(has(*v1, "pids.max", "100"));
    QVERIFY(has(*v1, "devices.deny", "a"));
    QVERIFY(has(*v1, "devices.allow", "c 1:3 rw"));
    QVERIFY(has(*v1, "devices.allow", "c 136:* rwm"));
    const auto v2 = limitsV2(r);
    QVERIFY(v2.ok());
    QVERIFY(has(*v2, "memory.max", "67108864"));
    QVERIFY(has(*v2, "memory.swap.max", "33554432")); // v2 counts swap alone
    QVERIFY(has(*v2, "memory.low", "33554432"));
    QVERIFY(has(*v2, "cpu.weight", "20"));
    QVERIFY(has(*v2, "cpu.max", "50000 100000"));
    QVERIFY(has(*v2, "pids.max", "100"));
    r = {};
    QVERIFY(limitsV1(r)->empty() && limitsV2(r)->empty());
    r.pids = -1;
    r.memory.limit = -1;
    QVERIFY(has(*limitsV2(r), "memory.max", "max"));
    QVERIFY(has(*limitsV2(r), "pids.max", "max"));
    r = {};
    r.unified = { { "memory.high", "1000" } };
    QVERIFY(has(*limitsV2(r), "memory.high", "1000"));
    QCOMPARE(limitsV1(r).error().code(), ErrorCode::Unsupported);
}

void TstCgroups::limitsRefused_data()
{
    QTest::addColumn<int>("what");
    for (int i = 0; i < 9; ++i)
        QTest::addRow("%d", i) << i;
}

void TstCgroups::limitsRefused()
{
    QFETCH(int, what);
    oci::Resources r;
    switch (what) {
    case 0: r.memory.limit = -2; break;
    case 1: r.memory.limit = 100, r.memory.swap = 50; break;
    case 2: r.memory.swappiness = 101; break;
    case 3: r.cpu.period = 10; break;
    case 4: r.cpu.quota = 10; break;
    case 5: r.blockIo.weight = 5; break;
    case 6: r.devices = { { true, 'c', 1, 3, "rwx" } }; break;
    case 7: r.cpu.cpus = "0-2147483647"; break;
    case 8: r.unified = { { "../cgroup.procs", "1" } }; break;
    }
    QVERIFY(!limitsV2(r).ok());
    QCOMPARE(limitsV2(r).error().code(), ErrorCode::Invalid);
}

void TstCgroups::weights()
{
    QCOMPARE(weightOfShares(2), std::uint64_t(1));
    QCOMPARE(weightOfShares(1024), std::uint64_t(39));
    QCOMPARE(weightOfShares(262144), std::uint64_t(10000));
    QCOMPARE(weightOfShares(1'000'000), std::uint64_t(10000));
}

void TstCgroups::cpuLists_data()
{
    QTest::addColumn<QString>("list");
    QTest::addColumn<bool>("taken");
    QTest::newRow("one") << "0" << true;
    QTest::newRow("range") << "0-3" << true;
    QTest::newRow("both") << "0-1,3" << true;
    QTest::newRow("too high") << "4" << false;
    QTest::newRow("too high range") << "0-4294967295" << false;
    QTest::newRow("beyond 64 bits") << "99999999999999999999999" << false;
    QTest::newRow("backwards") << "3-0" << false;
    QTest::newRow("words") << "all" << false;
    QTest::newRow("empty part") << "0,,1" << false;
    QTest::newRow("open") << "0-" << false;
    QTest::newRow("comma at the end") << "0," << false;
}

void TstCgroups::cpuLists()
{
    QFETCH(QString, list);
    QFETCH(bool, taken);
    QCOMPARE(checkCpuList(list.toStdString(), 4, "cpus").ok(), taken);
}

void TstCgroups::paths_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("result"); ///< empty = refused
    QTest::newRow("plain") << "/darsena/x" << "/darsena/x";
    QTest::newRow("relative") << "a//b/." << "/a/b";
    QTest::newRow("systemd") << "user.slice:libpod:1" << "/user.slice/libpod-1.scope";
    QTest::newRow("systemd without a slice") << ":p:n" << "/system.slice/p-n.scope";
    QTest::newRow("up") << "../../x" << "";
    QTest::newRow("up inside") << "/x/../.." << "";
    QTest::newRow("up in systemd's form") << "..:a:b" << "";
    QTest::newRow("line break") << "/a\nb" << "";
    QTest::newRow("empty") << "" << "";
    QTest::newRow("root") << "/" << "";
    QTest::newRow("one colon") << "a:b" << "";
    QTest::newRow("long") << QString(2000, 'x') << "";
}

void TstCgroups::paths()
{
    QFETCH(QString, path);
    QFETCH(QString, result);
    const auto found = cgroupPath(path.toStdString());
    QCOMPARE(found.ok() ? QString::fromStdString(*found) : QString(), result);
}

void TstCgroups::hosts()
{
    const CgroupHost v1 = parseCgroupMounts(
        "30 29 0:26 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
        "31 29 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
        "32 29 0:28 / /sys/fs/cgroup/systemd rw - cgroup systemd rw,xattr,name=systemd\n"
        "33 29 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
    QVERIFY(v1.version == CgroupHost::Version::V1);
    QCOMPARE(v1.hierarchies.size(), std::size_t(4));
    QCOMPARE(v1.hierarchies[1], (std::pair<std::string, std::string> { "cpuacct", "/sys/fs/cgroup/cpu,cpuacct" }));
    const CgroupHost v2 = parseCgroupMounts("29 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n"
                                            "32 29 0:28 / /x rw - cgroup systemd rw,name=systemd\n");
    QVERIFY(v2.version == CgroupHost::Version::V2);
    QCOMPARE(v2.unified, std::string("/sys/fs/cgroup"));
    QVERIFY(parseCgroupMounts("garbage\n\n - \n1 - cgroup\n").unified.empty());
}

void TstCgroups::counting()
{
    QCOMPARE(countIn("oom 1\noom_kill 7\n", "oom_kill"), 7ULL);
    QCOMPARE(countIn("oom_kill_disable 0\nunder_oom 0\noom_kill 3", "oom_kill"), 3ULL);
    QCOMPARE(countIn("", "x"), 0ULL);
}

QTEST_GUILESS_MAIN(TstCgroups)
#include "tst_cgroups.moc"
