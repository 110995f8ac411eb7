// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/capability.h"
#include "core/runtime/defaults.h"
#include "core/runtime/mount_options.h"
#include "core/runtime/mount_plan.h"
#include "core/runtime/planner.h"
#include "core/runtime/process_plan.h"
#include "core/runtime/signal_name.h"
#include "core/runtime/user_namespace.h"

#include <QTest>

#include <algorithm>
#include <csignal>

#include <sys/mount.h>
#include <sys/resource.h>

using namespace darsena;
using namespace darsena::runtime;

class TstPlan : public QObject {
    Q_OBJECT
private slots:
    void codecKeepsEverything();
    void codecRefusesDamage();
    void capabilityNames();
    void capabilityAdjustment_data();
    void capabilityAdjustment();
    void mountOptions();
    void mountOptionsRefused();
    void cleanPaths_data();
    void cleanPaths();
    void procDestinations();
    void sysctls_data();
    void sysctls();
    void processes();
    void processesRefused_data();
    void processesRefused();
    void signalNames();
    void idMappings();
    void scheduling();
};

namespace {

Plan examplePlan()
{
    Plan plan;
    plan.head.newNamespaces = 0x20000;
    plan.head.joins = { { 0x40000000, 1 } };
    plan.head.cgroups = { 2 };
    plan.root = 0;
    plan.staging = "/run/x";
    plan.mounts.push_back({ "/proc", noSlot, "proc", "proc", { { "hidepid", "2" } }, 7 });
    plan.devices.push_back({ "/dev/fuse", 0x2180, 10, 229, 0, 5 });
    plan.masked = { "/proc/kcore" };
    plan.sysctls = { { "kernel/msgmax", "1" } };
    plan.hasProcess = true;
    plan.process.args = { "sh", "-c", "" };
    plan.process.rlimits = { { RLIMIT_NOFILE, 1, 2 } };
    plan.process.oomScoreAdj = -5;
    plan.head.uidMap = "0 100000 65536\n";
    plan.head.timeOffsets = "boottime 1 0\n";
    plan.createContainerHooks = { { "/bin/x", { "x" }, { "A=1" }, 5 } };
    plan.hookState = "{";
    plan.process.scheduler = { true, 3, 1, 5, 0, 0, 0, 0 };
    plan.process.preserved = { 1 };
    plan.process.seccomp = { 1, 2, 3 };
    return plan;
}

} // namespace

void TstPlan::codecKeepsEverything()
{
    const std::string bytes = encodePlan(examplePlan());
    const auto read = decodePlan(bytes, 3);
    QVERIFY(read.ok());
    QCOMPARE(encodePlan(*read), bytes);
    QCOMPARE(read->mounts.front().parameters.front().second, std::string("2"));
    QCOMPARE(read->process.oomScoreAdj, -5);
    QCOMPARE(read->process.args, (std::vector<std::string> { "sh", "-c", "" }));
    const auto head = decodePlanHead(bytes, 3);
    QVERIFY(head.ok());
    QCOMPARE(head->joins.front().slot, Slot(1));
}

/// CVE-2021-43784 and its kind: no length may lead outside, whatever was changed.
void TstPlan::codecRefusesDamage()
{
    const std::string bytes = encodePlan(examplePlan());
    for (std::size_t length = 0; length < bytes.size(); ++length)
        QVERIFY(!decodePlan(std::string_view(bytes).substr(0, length), 3).ok());
    QVERIFY(!decodePlan(bytes + "x", 3).ok());
    QVERIFY(!decodePlan(bytes, 2).ok()); // slot 2 does not exist
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (const char value : { '\0', '\x7F', '\xFF' }) {
            std::string damaged = bytes;
            damaged[at] = value;
            (void)decodePlan(damaged, 3); // any answer; asan looks for anything else
        }
    }
}

void TstPlan::capabilityNames()
{
    QCOMPARE(capabilityNumber("CAP_CHOWN"), std::optional<unsigned>(0));
    QCOMPARE(capabilityNumber("sys_admin"), std::optional<unsigned>(21));
    QCOMPARE(capabilityNumber("Cap_Checkpoint_Restore"), std::optional<unsigned>(40));
    QVERIFY(!capabilityNumber("CAP_"));
    QVERIFY(!capabilityNumber("CAP_NONE"));
    for (unsigned i = 0; i <= 40; ++i)
        QCOMPARE(capabilityNumber(capabilityName(i)), std::optional<unsigned>(i));
    const oci::Capabilities sets = capabilitiesOf(defaultCapabilities());
    QCOMPARE(sets.bounding.size(), std::size_t(14));
    QVERIFY(sets.inheritable.empty() && sets.ambient.empty());
}

void TstPlan::capabilityAdjustment_data()
{
    QTest::addColumn<QStringList>("add");
    QTest::addColumn<QStringList>("drop");
    QTest::addColumn<int>("count"); ///< -1 = refused
    QTest::newRow("nothing") << QStringList() << QStringList() << 14;
    QTest::newRow("add") << QStringList { "NET_ADMIN" } << QStringList() << 15;
    QTest::newRow("add one that is there") << QStringList { "CAP_CHOWN" } << QStringList() << 14;
    QTest::newRow("drop") << QStringList() << QStringList { "chown", "CAP_KILL" } << 12;
    QTest::newRow("drop all") << QStringList() << QStringList { "ALL" } << 0;
    QTest::newRow("drop all, add one") << QStringList { "CHOWN" } << QStringList { "ALL" } << 1;
    QTest::newRow("unknown") << QStringList { "CAP_MAGIC" } << QStringList() << -1;
    QTest::newRow("unknown drop") << QStringList() << QStringList { "" } << -1;
}

void TstPlan::capabilityAdjustment()
{
    QFETCH(QStringList, add);
    QFETCH(QStringList, drop);
    QFETCH(int, count);
    const auto texts = [](const QStringList& list) {
        std::vector<std::string> out;
        for (const QString& text : list)
            out.push_back(text.toStdString());
        return out;
    };
    const auto names = adjustedCapabilities(texts(add), texts(drop));
    QCOMPARE(names.ok() ? static_cast<int>(names->size()) : -1, count);
}

void TstPlan::mountOptions()
{
    const auto options = parseMountOptions({ "rbind", "ro", "nosuid", "noatime", "rslave", "rro", "size=64k", "newinstance", "sync", "defaults", "tmpcopyup" });
    QVERIFY(options.ok());
    QVERIFY(options->bind && options->recursiveBind && options->copyUp);
    QCOMPARE(options->set, std::uint64_t(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOATIME));
    QCOMPARE(options->clear, std::uint64_t(MOUNT_ATTR__ATIME));
    QCOMPARE(options->setBelow, std::uint64_t(MOUNT_ATTR_RDONLY));
    QCOMPARE(options->propagation, std::uint64_t(MS_SLAVE));
    QVERIFY(options->propagationRecursive);
    QCOMPARE(options->parameters, (std::vector<std::pair<std::string, std::string>> { { "size", "64k" }, { "newinstance", "" }, { "sync", "" } }));
    QVERIFY(parseMountOptions({ "idmap" })->idmap && !parseMountOptions({ "idmap" })->recursiveIdmap);
    QVERIFY(parseMountOptions({ "ridmap" })->recursiveIdmap);
    // Whatever is said to be known is taken, and is not handed to the file system.
    for (const std::string& option : knownMountOptions()) {
        const auto parsed = parseMountOptions({ option });
        QVERIFY2(parsed.ok() && (parsed->parameters.empty() || option == parsed->parameters.front().first), option.c_str());
    }
    // The last of two that contradict wins.
    QCOMPARE(parseMountOptions({ "ro", "rw" })->set, std::uint64_t(0));
    QCOMPARE(parseMountOptions({ "rw", "ro" })->set, std::uint64_t(MOUNT_ATTR_RDONLY));
    QCOMPARE(parseMountOptions({ "relatime" })->clear, std::uint64_t(MOUNT_ATTR__ATIME));
}

void TstPlan::mountOptionsRefused()
{
    QCOMPARE(parseMountOptions({ "remount" }).error().code(), ErrorCode::Unsupported);
    QCOMPARE(parseMountOptions({ "size=1\nx" }).error().code(), ErrorCode::Invalid);
}

void TstPlan::cleanPaths_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("clean");
    QTest::newRow("root") << "/" << "/";
    QTest::newRow("empty") << "" << "/";
    QTest::newRow("relative") << "a/b" << "/a/b";
    QTest::newRow("dots") << "/a/./b/../c/" << "/a/c";
    QTest::newRow("above the root") << "/../../proc" << "/proc";
    QTest::newRow("doubled") << "//proc///self//" << "/proc/self";
}

void TstPlan::cleanPaths()
{
    QFETCH(QString, path);
    QFETCH(QString, clean);
    QCOMPARE(QString::fromStdString(cleanPath(path.toStdString())), clean);
}

void TstPlan::procDestinations()
{
    QVERIFY(mayMountInProc("/proc/meminfo"));
    for (const char* path : { "/proc", "/proc/self", "/proc/sys", "/proc/sysrq-trigger", "/proc/meminfo/x", "/proc/kcore" })
        QVERIFY(!mayMountInProc(path));
}

void TstPlan::sysctls_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    QTest::addColumn<bool>("taken");
    QTest::newRow("ipc") << "kernel.shmmax" << "1" << true;
    QTest::newRow("queues") << "fs.mqueue.msg_max" << "1" << true;
    QTest::newRow("network") << "net.ipv4.ip_forward" << "1" << true;
    QTest::newRow("slashes") << "net/ipv4/conf/eth0.100/forwarding" << "1" << true;
    QTest::newRow("several numbers") << "kernel.sem" << "250 32000\t32 128" << true;
    QTest::newRow("host") << "kernel.core_pattern" << "x" << false;
    QTest::newRow("vm") << "vm.swappiness" << "1" << false;
    QTest::newRow("up and over") << "net/../kernel/core_pattern" << "x" << false;
    QTest::newRow("line break") << "net.ipv4.ip_forward" << "1\nkernel.core_pattern=x" << false;
    QTest::newRow("plus") << "net.ipv4.ip_forward" << "1+kernel.core_pattern=x" << false;
    QTest::newRow("absolute") << "/kernel/shmmax" << "1" << false;
}

void TstPlan::sysctls()
{
    QFETCH(QString, name);
    QFETCH(QString, value);
    QFETCH(bool, taken);
    std::vector<std::pair<std::string, std::string>> out;
    const auto planned = planSysctls({ { name.toStdString(), value.toStdString() } }, true, true, true, out);
    QCOMPARE(planned.ok(), taken);
    QCOMPARE(out.size(), std::size_t(taken ? 1 : 0));
    // Without namespaces of its own nothing may be set at all.
    QVERIFY(!planSysctls({ { name.toStdString(), value.toStdString() } }, false, false, false, out).ok());
}

void TstPlan::processes()
{
    oci::Process process;
    process.args = { "true" };
    process.user = { 1, 2, 022, { 3 } };
    process.rlimits = { { "RLIMIT_NOFILE", 10, 20 } };
    process.capabilities = capabilitiesOf({ "CAP_CHOWN", "CAP_NOT_YET" });
    std::vector<std::string> warnings;
    const auto plan = planProcess(process, nullptr, warnings);
    QVERIFY(plan.ok());
    QCOMPARE(plan->uid, 1U);
    QCOMPARE(plan->umask, 022U);
    QCOMPARE(plan->capabilities.bounding & ~std::uint64_t(1), std::uint64_t(0));
    QCOMPARE(plan->rlimits.front().resource, std::uint32_t(RLIMIT_NOFILE));
    QVERIFY(std::ranges::any_of(warnings, [](const std::string& w) { return w.find("CAP_NOT_YET") != std::string::npos; }));
}

void TstPlan::processesRefused_data()
{
    QTest::addColumn<int>("what");
    for (int i = 0; i < 7; ++i)
        QTest::addRow("%d", i) << i;
}

void TstPlan::processesRefused()
{
    QFETCH(int, what);
    oci::Process process;
    process.args = { "true" };
    switch (what) {
    case 0: process.args.clear(); break;
    case 1: process.cwd = "relative"; break;
    case 2: process.env = { std::string("A=\0B", 4) }; break;
    case 3: process.rlimits = { { "RLIMIT_X", 1, 1 } }; break;
    case 4: process.rlimits = { { "RLIMIT_CORE", 2, 1 } }; break;
    case 5: process.rlimits = { { "RLIMIT_CORE", 1, 1 }, { "RLIMIT_CORE", 1, 1 } }; break;
    case 6: process.oomScoreAdj = 1001; break;
    }
    std::vector<std::string> warnings;
    const auto plan = planProcess(process, nullptr, warnings);
    QVERIFY(!plan.ok());
    QCOMPARE(plan.error().code(), ErrorCode::Invalid);
}

void TstPlan::signalNames()
{
    QCOMPARE(*signalNumber("TERM"), SIGTERM);
    QCOMPARE(*signalNumber("sigkill"), SIGKILL);
    QCOMPARE(*signalNumber("15"), 15);
    QCOMPARE(*signalNumber("RTMIN+3"), SIGRTMIN + 3);
    for (const char* text : { "", "0", "-9", "99", "NONE", "9x", "SIG" })
        QVERIFY2(!signalNumber(text).ok(), text);
}

void TstPlan::idMappings()
{
    const std::vector<oci::IdMapping> two { { 0, 100000, 1000 }, { 2000, 5, 1 } };
    QCOMPARE(*idMapText(two, "x"), std::string("0 100000 1000\n2000 5 1\n"));
    // The kernel pads with blanks.
    const auto again = parseIdMap("         0     100000       1000\n      2000          5          1\n");
    QCOMPARE(again.size(), std::size_t(2));
    QCOMPARE(again[1].hostId, 5U);
    QCOMPARE(*hostIdOf(two, 999), 100999U);
    QVERIFY(!hostIdOf(two, 1000));
    QCOMPARE(*hostIdOf(two, 2000), 5U);
    QVERIFY(!idMapText({}, "x").ok());
    QVERIFY(!idMapText({ { 0, 1, 0 } }, "x").ok());
    QVERIFY(!idMapText({ { 0, 4294967295U, 2 } }, "x").ok());
    QVERIFY(!idMapText(std::vector<oci::IdMapping>(341, { 0, 0, 1 }), "x").ok());
}

void TstPlan::scheduling()
{
    std::vector<std::string> warnings;
    oci::Process process;
    process.args = { "true" };
    process.scheduler = oci::Scheduler { "SCHED_BATCH", 5, 0, { "SCHED_FLAG_RESET_ON_FORK" }, 0, 0, 0 };
    process.ioPriority = oci::IoPriority { "IOPRIO_CLASS_IDLE", 7 };
    const auto plan = planProcess(process, nullptr, warnings);
    QVERIFY(plan.ok());
    QVERIFY(plan->scheduler.set);
    QCOMPARE(plan->scheduler.policy, 3U);
    QCOMPARE(plan->scheduler.flags, std::uint64_t(1));
    QCOMPARE(plan->ioPriority, 3 << 13 | 7);
    process.scheduler->policy = "SCHED_ISO";
    QVERIFY(!planProcess(process, nullptr, warnings).ok());
    process.scheduler.reset();
    process.ioPriority = oci::IoPriority { "IOPRIO_CLASS_BE", 8 };
    QVERIFY(!planProcess(process, nullptr, warnings).ok());
}

QTEST_GUILESS_MAIN(TstPlan)
#include "tst_plan.moc"
