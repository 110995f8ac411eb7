// SPDX-License-Identifier: GPL-3.0-or-later
// The attacks of the security notes, 1a, that race with a start or look at one, and what tst_sandbox.cpp leaves. Each runs
// the attack and looks for what it should not have changed. Races run 100 rounds here; DARSENA_RACE_ROUNDS wants more.
#include "tests/privileged/runtime/bundle.h"
#include "tests/privileged/runtime/sentinel.h"

#include "core/oci/runtime_spec.h"

using namespace darsena;
using namespace darsena::test;

namespace {

int rounds()
{
    const char* const text = std::getenv("DARSENA_RACE_ROUNDS");
    return text != nullptr ? std::max(1, std::atoi(text)) : 100;
}

/// Without a /dev of its own: the image's is used as it is.
void useDevOfImage(oci::RuntimeSpec& spec)
{
    std::erase_if(spec.mounts, [](const oci::Mount& mount) { return mount.destination.starts_with("/dev"); });
}

shim::ExecSpec execIn(const Box& box, int number, std::vector<std::string> command)
{
    shim::ExecSpec exec;
    exec.id = "e" + std::to_string(number);
    exec.runDir = box.base() / "run" / exec.id;
    exec.process = *runtime::defaultSpec().process;
    exec.process.env = { "PATH=/bin" };
    exec.process.args = std::move(command);
    exec.cgroupsPath = testGroup + "/box";
    exec.seccomp = runtime::defaultSpec().linux.seccomp;
    exec.shimExecutable = fs::path(DARSENA_BIN_DIR) / "darsena-shim";
    return exec;
}

} // namespace

class TstAttacks : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (const char* reason = whyNot())
            QSKIP(reason);
    }
    void execInOutsideDirectory();
    void execSeesNoDescriptors();
    void execIsNotPtraced();
    void nullDeviceOfImage();
    void consoleOfImage();
    void devOfImageIsALink();
    void streamsAreNotGivenAway();
    void rootFlips_data();
    void rootFlips();
    void mountTargetFlips();
    void terminalFlips();
    void largePlans();
    void environmentOfOurs();
    void cgroupPaths_data();
    void cgroupPaths();
};

/// CVE-2024-21626 for a further process.
void TstAttacks::execInOutsideDirectory()
{
    const Box box;
    const Sentinel sentinel;
    fs::create_symlink("/proc/self/fd", box.lower() / "link");
    auto made = shim::Shim::launch(box.launch({ "sleep", "1000" }));
    QVERIFY2(made.ok(), made.ok() ? "" : made.error().message().c_str());
    QVERIFY(made->start().ok());
    std::vector<std::string> directories { "/proc/self/root/../..", "/proc/self/cwd", "/proc/1/root", "/link/7", "/proc/self/fd/7/../../.." };
    for (int fd = 3; fd < 64; ++fd)
        directories.push_back("/proc/self/fd/" + std::to_string(fd));
    int number = 0;
    for (const std::string& directory : directories) {
        shim::ExecSpec exec = execIn(box, ++number, { "pwd" });
        exec.process.cwd = directory;
        auto session = made->exec(std::move(exec));
        const bool refused = !session.ok() || !session->start().ok();
        QVERIFY2(refused, directory.c_str());
    }
    QVERIFY(made->kill(SIGKILL).ok());
    QVERIFY(made->wait().ok());
    QCOMPARE(sentinel.changes(), std::string());
}

void TstAttacks::execSeesNoDescriptors()
{
    const Box box;
    auto made = shim::Shim::launch(box.launch({ "sleep", "1000" }));
    QVERIFY(made.ok() && made->start().ok());
    for (const bool terminal : { false, true }) {
        shim::ExecSpec exec = execIn(box, terminal ? 1 : 2,
            { "sh", "-c", "echo $(ls /proc/self/fd) $(grep -E 'Cap(Inh|Amb)' /proc/self/status | cut -f2)" });
        exec.process.terminal = terminal;
        exec.process.user.uid = terminal ? 1000 : 0;
        const Outcome outcome = Box::finish(made->exec(std::move(exec)), {}, terminal);
        // 3 is ls's own. With a terminal the shell keeps no more either.
        QCOMPARE(QString::fromStdString(outcome.out).trimmed(), QString("0 1 2 3 0000000000000000 0000000000000000"));
    }
    QVERIFY(made->kill(SIGKILL).ok());
    QVERIFY(made->wait().ok());
}

/// CVE-2016-9962: nothing of a process that enters may be seen before it is what the container wanted to run. (With
/// CAP_SYS_PTRACE it can: the kernel then asks for no more. Whoever adds that trusts the container with the machine.)
void TstAttacks::execIsNotPtraced()
{
    const Box box;
    fs::copy_file(fs::path(DARSENA_TEST_DIR) / "attacker", box.lower() / "bin/attacker");
    auto made = shim::Shim::launch(box.launch({ "attacker", "watch" }));
    QVERIFY2(made.ok(), made.ok() ? "" : made.error().message().c_str());
    QVERIFY(made->start().ok());
    int ran = 0;
    for (int i = 0; i < rounds(); ++i) {
        auto session = made->exec(execIn(box, i, { "true" }));
        QVERIFY2(session.ok(), session.ok() ? "" : session.error().message().c_str());
        if (session->start().ok())
            ++ran;
        QVERIFY(session->wait().ok());
    }
    QVERIFY(ran > 0);
    QVERIFY(made->kill(SIGKILL).ok());
    QVERIFY(made->wait().ok());
    const std::string log = readText(box.base() / "box-json.log");
    QVERIFY(log.find("watching") != std::string::npos);
    QVERIFY2(log.find("SEEN") == std::string::npos && log.find("ATTACHED") == std::string::npos, log.c_str());
}

/// CVE-2025-31133: the mask is the host's null device, whatever the image calls so.
void TstAttacks::nullDeviceOfImage()
{
    const Sentinel sentinel;
    for (const char* target : { "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/etc/passwd" }) {
        Bundle bundle({ "sh", "-c", "stat -c '%t %T' /proc/keys; cat /proc/keys | wc -c; echo x > /proc/keys; cat /etc/passwd" });
        useDevOfImage(bundle.spec);
        fs::create_directories(bundle.rootfs() / "dev");
        fs::create_symlink(target, bundle.rootfs() / "dev/null");
        bundle.spec.linux.maskedPaths = { "/proc/keys" };
        bundle.write();
        const std::string before = readText(bundle.rootfs() / "etc/passwd");
        const Ran ran = bundle.runIt();
        QVERIFY2(ran.out.starts_with("1 3\n0\n"), (ran.out + ran.err).c_str());
        QCOMPARE(readText(bundle.rootfs() / "etc/passwd"), before);
        QCOMPARE(sentinel.changes(), std::string());
    }
}

/// CVE-2026-88264: a link at /dev/console made a file on the host.
void TstAttacks::consoleOfImage()
{
    const Sentinel sentinel;
    for (const std::string& target : { (sentinel.path() / "new").string(), "../../../../../../../.." + (sentinel.path() / "new").string() }) {
        Bundle bundle({ "true" });
        std::erase_if(bundle.spec.mounts, [](const oci::Mount& mount) { return mount.destination == "/dev"; });
        fs::create_directories(bundle.rootfs() / "dev/pts");
        fs::create_symlink(target, bundle.rootfs() / "dev/console");
        bundle.spec.process->terminal = true;
        bundle.write();
        const Ran ran = bundle.runIt();
        QCOMPARE(ran.code, 0);
        QCOMPARE(sentinel.changes(), std::string());
    }
}

/// CVE-2026-41579, CVE-2026-47766: devices were made where a link of the image led.
void TstAttacks::devOfImageIsALink()
{
    const Sentinel sentinel;
    for (const std::string& target : { sentinel.path().string(), "../../../../../../.." + sentinel.path().string(), std::string("/proc/self/fd/5") }) {
        Bundle bundle({ "true" });
        useDevOfImage(bundle.spec);
        fs::create_symlink(target, bundle.rootfs() / "dev");
        bundle.spec.linux.devices = { { "/dev/mine", 'c', 1, 7, 0666, 0, 0 }, { "/dev/deep/mine", 'b', 7, 0, 0666, 0, 0 } };
        bundle.spec.mounts.push_back({ "/dev/shm", "tmpfs", "shm", { "size=1m" } });
        bundle.write();
        (void)bundle.runIt(); // it may start: inside, the link leads to a folder of the container
        QCOMPARE(sentinel.changes(), std::string());
        QVERIFY(bundle.isClean());
    }
}

/// CVE-2026-88265: a standard stream that is a file of the host is not the container user's.
void TstAttacks::streamsAreNotGivenAway()
{
    const Sentinel sentinel;
    Bundle bundle({ "true" });
    bundle.spec.process->user.uid = 1000;
    bundle.write();
    const std::string file = (sentinel.path() / "file").string();
    QProcess process;
    process.start("sh", { "-c", QString::fromStdString(std::string(DARSENA_BIN_DIR) + "/darsena-oci --root " + bundle.box.base().string()
                                    + "/state run --bundle " + bundle.box.base().string() + " one < " + file + " >> " + file + " 2>> " + file) });
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.exitCode(), 0);
    QCOMPARE(sentinel.changes(), std::string());
}

void TstAttacks::rootFlips_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : { "proc", "sys", "dev", "etc" })
        QTest::newRow(name) << name;
}

/// CVE-2025-52881, CVE-2019-19921: a place of the root is a folder at one moment and a link outside at the next.
void TstAttacks::rootFlips()
{
    QFETCH(QString, name);
    const Sentinel sentinel;
    // The flips go on inside; what was entered stays what it is.
    Bundle bundle({ "sh", "-c", "cd /proc && stat -f -c %t . && cat sys/kernel/msgmax" });
    bundle.spec.linux.sysctl["kernel.msgmax"] = "4097";
    bundle.spec.mounts.push_back({ "/etc/one", "tmpfs", "tmpfs", { "size=1m" } });
    bundle.write();
    const fs::path place = bundle.rootfs() / name.toStdString();
    fs::create_directories(place);
    fs::create_symlink(sentinel.path(), bundle.rootfs() / "other");
    const Flipper flipper(place, bundle.rootfs() / "other");
    for (int i = 0; i < rounds() / 4; ++i) {
        const Ran ran = bundle.runIt();
        // Starting or refusing are both fine. What started has the kernel's own proc.
        if (ran.code == 0)
            QVERIFY2(ran.out == "9fa0\n4097\n", (ran.out + "; " + ran.err).c_str());
        QVERIFY2(sentinel.changes().empty(), sentinel.changes().c_str());
    }
}

/// CVE-2021-30465 and CVE-2024-45310: the way to a mount's target changes while the container starts, and the target is
/// missing, so that it is made.
void TstAttacks::mountTargetFlips()
{
    const Box box;
    const Sentinel sentinel;
    const fs::path volume = box.base() / "volume";
    fs::create_directories(volume / "dir/sub");
    const std::string way = "../../../../../../../.." + sentinel.path().string();
    fs::create_symlink(way, volume / "link");
    const Flipper flipper(volume / "dir", volume / "link");
    int started = 0;
    for (int i = 0; i < rounds(); ++i) {
        shim::Launch launch = box.launch({ "true" });
        launch.spec.mounts.push_back({ "/volume", "bind", volume.string(), { "rbind" } });
        launch.spec.mounts.push_back({ "/volume/dir/sub", "bind", box.lower().string(), { "rbind", "ro" } });
        launch.spec.mounts.push_back({ "/volume/dir/new" + std::to_string(i), "tmpfs", "tmpfs", { "size=1m" } });
        launch.spec.mounts.push_back({ "/volume/dir/file" + std::to_string(i), "bind", (box.lower() / "etc/passwd").string(), { "bind" } });
        launch.spec.linux.maskedPaths.push_back("/volume/dir/sub");
        launch.spec.linux.readonlyPaths.push_back("/volume/dir");
        launch.spec.process->cwd = "/volume/dir/work" + std::to_string(i);
        const Outcome outcome = Box::finish(shim::Shim::launch(std::move(launch)));
        started += outcome.failure.empty() ? 1 : 0;
        QVERIFY2(sentinel.changes().empty(), sentinel.changes().c_str());
    }
    QVERIFY(started > 0);
}

/// CVE-2025-52565: the terminal's other end is the descriptor that we opened, whatever /dev holds by then.
void TstAttacks::terminalFlips()
{
    const Box box;
    const Sentinel sentinel;
    const fs::path volume = box.base() / "volume";
    fs::create_directories(volume / "pts");
    fs::create_directories(volume / "console");
    fs::create_symlink(sentinel.path(), volume / "link");
    const Flipper flipper(volume / "pts", volume / "link");
    for (int i = 0; i < rounds() / 2; ++i) {
        shim::Launch launch = box.launch({ "sh", "-c", "tty; stat -c %t:%T /dev/console" });
        launch.spec.process->terminal = true;
        for (oci::Mount& mount : launch.spec.mounts) {
            if (mount.destination == "/dev")
                mount = { "/dev", "bind", volume.string(), { "rbind" } };
        }
        const Outcome outcome = Box::finish(shim::Shim::launch(std::move(launch)), {}, true);
        QVERIFY2(sentinel.changes().empty(), (sentinel.changes() + outcome.failure).c_str());
    }
}

/// CVE-2021-43784: lengths of what is handed over are checked.
void TstAttacks::largePlans()
{
    const Box box;
    shim::Launch many = box.launch({ "sh", "-c", "id -G | wc -w; wc -l < /proc/self/mounts" });
    for (std::uint32_t gid = 0; gid < 20'000; ++gid)
        many.spec.process->user.additionalGids.push_back(gid + 1);
    for (int i = 0; i < 300; ++i)
        many.spec.mounts.push_back({ "/mnt/" + std::string(200, 'x') + std::to_string(i), "tmpfs", "tmpfs", { "size=64k", "mode=755" } });
    const Outcome outcome = Box::finish(shim::Shim::launch(std::move(many)));
    QVERIFY2(outcome.failure.empty(), outcome.failure.c_str());
    QVERIFY2(outcome.out.starts_with("2000"), outcome.out.c_str());

    shim::Launch huge = box.launch({ "true" });
    for (int i = 0; i < 100; ++i)
        huge.spec.process->env.push_back("V" + std::to_string(i) + "=" + std::string(100'000, 'v'));
    const auto made = shim::Shim::launch(std::move(huge));
    QVERIFY(!made.ok());
    QCOMPARE(made.error().code(), ErrorCode::TooLarge);
    const auto groups = runtime::Cgroup::at(testGroup + "/box");
    for (const std::string& directory : (*groups)->directories())
        QVERIFY2(!fs::exists(directory), directory.c_str());
}

/// CVE-2025-23266: what an image puts into the environment is for the container alone.
void TstAttacks::environmentOfOurs()
{
    const std::vector<std::string> hostile { "LD_PRELOAD=/evil.so", "LD_AUDIT=/evil.so", "LD_LIBRARY_PATH=/evil", "GCONV_PATH=/evil", "BASH_ENV=/evil",
        "PATH=/evil", "HOME=/evil" };
    Bundle bundle({ "/bin/sleep", "0" });
    bundle.spec.process->env = hostile;
    const fs::path seen = bundle.box.base() / "seen";
    const oci::Hook hook { "/bin/sh", { "sh", "-c", "/usr/bin/env >> " + seen.string() }, { "MINE=1" }, {} };
    bundle.spec.hooks.createRuntime = bundle.spec.hooks.createContainer = bundle.spec.hooks.poststop = { hook };
    bundle.write();
    const Ran ran = bundle.runIt();
    QVERIFY2(ran.code == 0, ran.err.c_str());
    const std::string text = readText(seen);
    QVERIFY(text.find("MINE=1") != std::string::npos);
    QVERIFY2(text.find("evil") == std::string::npos, text.c_str());

    const Box box;
    shim::Launch launch = box.launch({ "/bin/sleep", "1000" });
    launch.spec.process->env = hostile;
    auto made = shim::Shim::launch(std::move(launch));
    QVERIFY2(made.ok(), made.ok() ? "" : made.error().message().c_str());
    const std::string pids = readText(box.base() / "run/box/pid");
    const std::string monitor = pids.substr(pids.find(' ') + 1, pids.find('\n') - pids.find(' ') - 1);
    QVERIFY(!monitor.empty());
    QCOMPARE(readText("/proc/" + monitor + "/environ"), std::string());
    // And the first process before its start.
    QVERIFY(readText("/proc/" + std::to_string(made->pid()) + "/environ").find("evil") == std::string::npos);
    QVERIFY(made->kill(SIGKILL).ok());
    (void)made->wait();
}

void TstAttacks::cgroupPaths_data()
{
    QTest::addColumn<QString>("path");
    for (const char* path : { "../../x", "/x/../..", "/x/../../y", "..", "/", "", "/x\ny", "/x\x01", "a:..:b", "..:a:b" })
        QTest::addRow("\"%s\"", path) << path;
}

void TstAttacks::cgroupPaths()
{
    QFETCH(QString, path);
    const auto group = runtime::Cgroup::at(path.toStdString());
    if (group) { // slice, prefix and name make one name then, with dots in it, and no way up
        for (const std::string& directory : (*group)->directories())
            QVERIFY2((directory + "/").find("/../") == std::string::npos, directory.c_str());
        return;
    }
    QCOMPARE(group.error().code(), ErrorCode::Invalid);
}

QTEST_GUILESS_MAIN(TstAttacks)
#include "tst_attacks.moc"
