// SPDX-License-Identifier: GPL-3.0-or-later
// The attacks of the security notes, 1a and 1h: each runs the attack and looks for what it should not have changed.
#include "tests/privileged/runtime/box.h"

#include "core/runtime/user.h"

#include <QCryptographicHash>
#include <QFile>

using namespace darsena;
using namespace darsena::test;

namespace {

QByteArray hashOf(const fs::path& path)
{
    QFile file(QString::fromStdString(path.string()));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QCryptographicHash::hash(file.readAll(), QCryptographicHash::Sha256);
}

} // namespace

class TstSandbox : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (const char* reason = whyNot())
            QSKIP(reason);
    }
    void descriptorsInside();
    void capabilities();
    void namespacesAreOwn();
    void maskedAndReadonlyPaths();
    void cgroupIsReadOnly();
    void seccompInside();
    void shimCannotBeOverwritten();
    void workingDirectoryOutside_data();
    void workingDirectoryOutside();
    void linksInTheRoot_data();
    void linksInTheRoot();
    void procAndSysAsLinks_data();
    void procAndSysAsLinks();
    void mountsOverProc();
    void userAndGroups();
    void readonlyRoot();
    void bindMounts();
    void noNewPrivileges();
    void sysctls();
    void resolveUser_data();
    void resolveUser();
};

void TstSandbox::descriptorsInside()
{
    const Box box;
    const Outcome outcome = box.shell("ls /proc/self/fd; readlink /proc/1/cwd");
    // 3 is ls's own, of the directory it lists.
    QCOMPARE(outcome.out, std::string("0\n1\n2\n3\n/\n"));
}

void TstSandbox::capabilities()
{
    const Box box;
    const Outcome outcome = box.shell("grep Cap /proc/self/status");
    QCOMPARE(outcome.out,
        std::string("CapInh:\t0000000000000000\nCapPrm:\t00000000a80425fb\nCapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\n"
                    "CapAmb:\t0000000000000000\n"));
    shim::Launch launch = box.launch({ "grep", "Cap", "/proc/self/status" });
    launch.spec.process->user.uid = 1000;
    const Outcome user = Box::finish(shim::Shim::launch(std::move(launch)));
    QCOMPARE(user.out,
        std::string("CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t00000000a80425fb\n"
                    "CapAmb:\t0000000000000000\n"));
}

void TstSandbox::namespacesAreOwn()
{
    const Box box;
    const Outcome outcome = box.shell("for n in mnt pid ipc uts net; do readlink /proc/self/ns/$n; done; ls /proc | grep -c '^[0-9]'; ip -o link");
    std::istringstream lines(outcome.out);
    for (const char* name : { "mnt", "pid", "ipc", "uts", "net" }) {
        std::string inside;
        std::getline(lines, inside);
        QVERIFY2(inside != fs::read_symlink(std::string("/proc/self/ns/") + name).string(), name);
    }
    QVERIFY2(outcome.out.find("lo: <LOOPBACK,UP") != std::string::npos, outcome.out.c_str());
}

void TstSandbox::maskedAndReadonlyPaths()
{
    const Box box;
    const oci::RuntimeSpec spec = runtime::defaultSpec();
    for (const std::string& path : spec.linux.maskedPaths) {
        const Outcome outcome = box.shell("if [ -d " + path + " ]; then ls -A " + path + " | wc -l; touch " + path
            + "/x 2>/dev/null && echo written; elif [ -e " + path + " ]; then cat " + path + " | wc -c; else echo 0; fi");
        QVERIFY2(outcome.out == "0\n", (path + ": " + outcome.out + outcome.err).c_str());
    }
    const Outcome outcome = box.shell("echo x > /proc/sysrq-trigger; echo x > /proc/sys/kernel/core_pattern; echo 1 > /proc/irq/default_smp_affinity;"
                                      "mount -o remount,rw /proc/sys; umount /proc/kcore; echo done");
    QCOMPARE(outcome.out, std::string("done\n"));
    QVERIFY(outcome.err.find("core_pattern: Read-only file system") != std::string::npos);
    if (fs::exists("/proc/sysrq-trigger"))
        QVERIFY(outcome.err.find("sysrq-trigger: Read-only file system") != std::string::npos);
}

void TstSandbox::cgroupIsReadOnly()
{
    const Box box;
    const Outcome outcome = box.shell("ls /sys/fs/cgroup | wc -l; mkdir /sys/fs/cgroup/x; for d in /sys/fs/cgroup/*; do mkdir $d/x 2>&1; done;"
                                      "find /sys/fs/cgroup -name release_agent | head -1; unshare -C true; mount -t cgroup none /tmp; echo end");
    QVERIFY2(outcome.out.find("end\n") != std::string::npos, outcome.err.c_str());
    QVERIFY(outcome.out.find("0\n") != 0);
    for (const std::string& directory : (*runtime::Cgroup::at(testGroup))->directories())
        QVERIFY(!fs::exists(fs::path(directory) / "box/x"));
}

void TstSandbox::seccompInside()
{
    const Box box;
    const Outcome outcome = box.shell("grep Seccomp: /proc/self/status; unshare -U true; unshare -m true; mount -t tmpfs x /tmp; echo end");
    QVERIFY(outcome.out.find("Seccomp:\t2\n") != std::string::npos);
    QVERIFY(outcome.out.find("end") != std::string::npos);
    QVERIFY2(outcome.err.find("unshare: unshare(0x10000000): Operation not permitted") != std::string::npos, outcome.err.c_str());
    QVERIFY2(outcome.err.find("unshare: unshare(0x20000): Operation not permitted") != std::string::npos, outcome.err.c_str());
}

void TstSandbox::shimCannotBeOverwritten()
{
    const Box box;
    const fs::path shim = fs::path(DARSENA_BIN_DIR) / "darsena-shim";
    const QByteArray before = hashOf(shim);
    QVERIFY(!before.isEmpty());
    // The command is whatever /proc/self/exe means while the shim is still there: the shim itself.
    const Outcome itself = box.run({ "/proc/self/exe" });
    QCOMPARE(itself.exit.code, 2);
    // And a program that waits for it and tries to write to it.
    auto made = shim::Shim::launch(box.launch({ "sh", "-c",
        "while :; do for p in /proc/[0-9]*; do case $(readlink $p/exe) in *darsena*) echo x > $p/exe; exec 9>>$p/exe; echo y >&9;; esac; done; done" }));
    QVERIFY2(made.ok(), made.ok() ? "" : made.error().message().c_str());
    QVERIFY(made->start().ok());
    for (int i = 0; i < 20; ++i) {
        shim::ExecSpec exec;
        exec.id = "e" + std::to_string(i);
        exec.runDir = box.base() / "run" / exec.id;
        exec.process = *runtime::defaultSpec().process;
        exec.process.args = { "/proc/self/exe" };
        exec.cgroupsPath = testGroup + "/box";
        exec.seccomp = runtime::defaultSpec().linux.seccomp;
        exec.shimExecutable = shim;
        auto session = made->exec(std::move(exec));
        QVERIFY2(session.ok(), session.ok() ? "" : session.error().message().c_str());
        (void)session->start();
        QVERIFY(session->wait().ok());
    }
    QVERIFY(made->kill(SIGKILL).ok());
    QVERIFY(made->wait().ok());
    QCOMPARE(hashOf(shim), before);
}

void TstSandbox::workingDirectoryOutside_data()
{
    QTest::addColumn<QString>("cwd");
    for (int i = 3; i < 40; ++i)
        QTest::addRow("fd %d", i) << QString("/proc/self/fd/%1").arg(i);
    QTest::newRow("root of self") << "/proc/self/root/../..";
    QTest::newRow("cwd of self") << "/proc/self/cwd";
    QTest::newRow("link to fd") << "/link/7";
}

void TstSandbox::workingDirectoryOutside()
{
    QFETCH(QString, cwd);
    const Box box;
    fs::create_symlink("/proc/self/fd", box.lower() / "link");
    shim::Launch launch = box.launch({ "pwd" });
    launch.spec.process->cwd = cwd.toStdString();
    const Outcome outcome = Box::finish(shim::Shim::launch(std::move(launch)));
    QVERIFY2(!outcome.failure.empty(), outcome.out.c_str());
}

void TstSandbox::linksInTheRoot_data()
{
    QTest::addColumn<QString>("link");
    QTest::addColumn<QString>("target");
    for (const char* link : { "dev", "dev/pts", "dev/shm", "dev/mqueue", "dev/fd", "dev/console", "dev/null", "sys/fs/cgroup", "work", "data" }) {
        for (const char* target : { "OUTSIDE", "../../../../../../../../OUTSIDE", "OUTSIDE/new", ".." })
            QTest::addRow("%s to %s", link, target) << link << target;
    }
}

void TstSandbox::linksInTheRoot()
{
    QFETCH(QString, link);
    QFETCH(QString, target);
    const Box box;
    const QTemporaryDir outsideDirectory;
    const fs::path outside = outsideDirectory.path().toStdString();
    const fs::path place = box.lower() / link.toStdString();
    fs::create_directories(place.parent_path());
    target.replace("OUTSIDE", target.startsWith("..") ? outsideDirectory.path().mid(1) : outsideDirectory.path());
    fs::create_symlink(target.toStdString(), place);
    const QTemporaryDir volume;
    for (const bool terminal : { false, true }) {
        shim::Launch launch = box.launch({ "sh", "-c", "echo hello > /dev/null; echo x > /work/file 2>/dev/null; echo ok" });
        launch.spec.process->cwd = "/work/deep";
        launch.spec.process->terminal = terminal;
        launch.spec.mounts.push_back({ "/data/volume", "bind", volume.path().toStdString(), { "rbind" } });
        const Outcome outcome = Box::finish(shim::Shim::launch(std::move(launch)), {}, terminal);
        // Starting or refusing are both fine; reaching outside is not.
        QVERIFY2(!outcome.failure.empty() || outcome.out.find("ok") != std::string::npos, outcome.out.c_str());
        QVERIFY2(fs::is_empty(outside), link.toUtf8());
    }
}

void TstSandbox::procAndSysAsLinks_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("proc") << "proc";
    QTest::newRow("sys") << "sys";
}

void TstSandbox::procAndSysAsLinks()
{
    QFETCH(QString, name);
    const Box box;
    fs::create_directories(box.lower() / "fake");
    fs::create_symlink("/fake", box.lower() / name.toStdString());
    const Outcome outcome = box.run({ "true" });
    QVERIFY2(outcome.failure.find("mount /" + name.toStdString()) != std::string::npos, outcome.failure.c_str());
}

void TstSandbox::mountsOverProc()
{
    const Box box;
    const QTemporaryDir volume;
    fs::create_symlink("/proc/sys", box.lower() / "link");
    for (const char* destination : { "/proc", "/proc/self", "/proc/sys/kernel", "/proc/../proc/1", "/link", "/link/kernel" }) {
        shim::Launch launch = box.launch({ "true" });
        launch.spec.mounts.push_back({ destination, "bind", volume.path().toStdString(), { "rbind" } });
        const Outcome outcome = Box::finish(shim::Shim::launch(std::move(launch)));
        QVERIFY2(outcome.failure.find("proc") != std::string::npos, destination);
    }
}

void TstSandbox::userAndGroups()
{
    const Box box;
    shim::Launch launch = box.launch({ "sh", "-c", "id -u; id -g; id -G; umask; echo to-stdout > /dev/stdout" });
    launch.spec.process->user = { 1000, 1001, 077, { 29, 44 } };
    const Outcome outcome = Box::finish(shim::Shim::launch(std::move(launch)));
    QCOMPARE(outcome.out, std::string("1000\n1001\n1001 29 44\n0077\nto-stdout\n"));
}

void TstSandbox::readonlyRoot()
{
    const Box box;
    shim::Launch launch = box.launch({ "sh", "-c", "touch /x; touch /dev/shm/y && echo shm" });
    launch.spec.root.readonly = true;
    const Outcome outcome = Box::finish(shim::Shim::launch(std::move(launch)));
    QCOMPARE(outcome.out, std::string("shm\n"));
    QVERIFY(outcome.err.find("Read-only file system") != std::string::npos);
    QVERIFY(!fs::exists(box.upper() / "x"));
}

void TstSandbox::bindMounts()
{
    const Box box;
    const QTemporaryDir volume;
    const fs::path directory = volume.path().toStdString();
    std::ofstream(directory / "file") << "content\n";
    shim::Launch launch = box.launch({ "sh", "-c", "cat /data/file /one; echo new > /data/new; touch /ro/x; echo changed > /one" });
    launch.spec.mounts.push_back({ "/data", "bind", directory.string(), { "rbind", "rprivate" } });
    launch.spec.mounts.push_back({ "/ro", "bind", directory.string(), { "rbind", "ro" } });
    launch.spec.mounts.push_back({ "/one", "bind", (directory / "file").string(), { "rbind" } });
    const Outcome outcome = Box::finish(shim::Shim::launch(std::move(launch)));
    QCOMPARE(outcome.out, std::string("content\ncontent\n"));
    QVERIFY(outcome.err.find("/ro/x: Read-only file system") != std::string::npos);
    QCOMPARE(readText(directory / "new"), std::string("new\n"));
    QCOMPARE(readText(directory / "file"), std::string("changed\n"));
}

void TstSandbox::noNewPrivileges()
{
    const Box box;
    shim::Launch launch = box.launch({ "grep", "NoNewPrivs", "/proc/self/status" });
    launch.spec.process->noNewPrivileges = true;
    launch.spec.process->user.uid = 1000;
    const Outcome outcome = Box::finish(shim::Shim::launch(std::move(launch)));
    QCOMPARE(outcome.out, std::string("NoNewPrivs:\t1\n"));
}

void TstSandbox::sysctls()
{
    const Box box;
    shim::Launch launch = box.launch({ "cat", "/proc/sys/kernel/msgmax", "/proc/sys/net/ipv4/ip_unprivileged_port_start" });
    launch.spec.linux.sysctl["kernel.msgmax"] = "65536";
    const Outcome outcome = Box::finish(shim::Shim::launch(std::move(launch)));
    QCOMPARE(outcome.out, std::string("65536\n0\n"));
    for (const auto& [name, value] : std::map<std::string, std::string> { { "kernel.core_pattern", "x" }, { "vm.swappiness", "1" },
             { "kernel.msgmax", "1\nx" }, { "net.ipv4.ip_forward", "1+kernel.core_pattern=x" }, { "net/../kernel/core_pattern", "x" } }) {
        shim::Launch bad = box.launch({ "true" });
        bad.spec.linux.sysctl = { { name, value } };
        const auto made = shim::Shim::launch(std::move(bad));
        QVERIFY2(!made.ok() && made.error().code() == ErrorCode::Invalid, name.c_str());
    }
}

void TstSandbox::resolveUser_data()
{
    QTest::addColumn<QString>("what");
    QTest::newRow("fifo") << "fifo";
    QTest::newRow("device") << "device";
    QTest::newRow("directory") << "directory";
    QTest::newRow("sparse") << "sparse";
    QTest::newRow("link to a fifo") << "link";
}

/// CVE-2024-9676: the engine hung, or read for ever.
void TstSandbox::resolveUser()
{
    QFETCH(QString, what);
    const QTemporaryDir root;
    const fs::path etc = fs::path(root.path().toStdString()) / "etc";
    fs::create_directories(etc);
    const fs::path passwd = etc / "passwd";
    if (what == "fifo")
        QVERIFY(::mkfifo(passwd.c_str(), 0600) == 0);
    else if (what == "device")
        QVERIFY(::mknod(passwd.c_str(), S_IFCHR | 0600, 0x0105) == 0); // zero: endless
    else if (what == "directory")
        fs::create_directories(passwd);
    else if (what == "sparse") {
        std::ofstream(passwd) << "";
        fs::resize_file(passwd, 5ULL << 30);
    } else {
        QVERIFY(::mkfifo((etc / "fifo").c_str(), 0600) == 0);
        fs::create_symlink("/etc/fifo", passwd);
    }
    const UniqueFd fd = UniqueFd::adopt(::open(root.path().toUtf8().constData(), O_PATH | O_DIRECTORY));
    const auto user = runtime::resolveUser(fd.get(), "somebody");
    QVERIFY(!user.ok());
    QCOMPARE(user.error().code(), ErrorCode::Invalid);
}

QTEST_GUILESS_MAIN(TstSandbox)
#include "tst_sandbox.moc"
