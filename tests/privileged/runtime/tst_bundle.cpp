// SPDX-License-Identifier: GPL-3.0-or-later
// What a bundle's config.json can ask for, each looked at from inside.
#include "tests/privileged/runtime/bundle.h"

#include <sys/resource.h>

using namespace darsena;
using namespace darsena::test;
using oci::NamespaceType;

namespace {

/// A hook that notes which one it was, its state, and its environment.
oci::Hook noteHook(const fs::path& notes, const std::string& name)
{
    return { "/bin/sh", { "sh", "-c", "{ printf '" + name + " '; cat; echo; env; } >> " + notes.string() }, { "HOOK=" + name }, {} };
}

oci::Hook shellHook(const std::string& script, std::optional<int> timeout = {})
{
    return { "/bin/sh", { "sh", "-c", script }, { "PATH=/usr/bin:/bin" }, timeout };
}

/// To root of a user namespace. The way to a root file system must be open to its owner, and a test's folder is not.
void give(const Bundle& bundle, uid_t owner)
{
    fs::permissions(bundle.box.base(), fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
    for (const auto& entry : fs::recursive_directory_iterator(bundle.rootfs()))
        QVERIFY(::lchown(entry.path().c_str(), owner, owner) == 0);
    QVERIFY(::chown(bundle.rootfs().c_str(), owner, owner) == 0);
}

} // namespace

class TstBundle : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (const char* reason = whyNot())
            QSKIP(reason);
    }
    void hooks();
    void hooksThatFail_data();
    void hooksThatFail();
    void hookTimeout();
    void userNamespace();
    void userNamespaceJoined();
    void timeNamespace();
    void idMappedMount();
    void recursiveReadOnly();
    void copyUp();
    void propagation();
    void scheduling();
    void personality();
    void ambientCapabilities();
    void preservedDescriptors();
    void socketActivation();
    void foreignArchitectures();
    void refusals_data();
    void refusals();
};

void TstBundle::hooks()
{
    Bundle bundle({ "sh", "-c", "echo container; cat /made-by-hook" });
    const fs::path notes = bundle.box.base() / "notes";
    bundle.spec.hooks.prestart = { noteHook(notes, "prestart") };
    bundle.spec.hooks.createRuntime = { noteHook(notes, "createRuntime") };
    // In the container's mount namespace, with the host's programs: what it mounts is seen inside alone.
    bundle.spec.hooks.createContainer = { noteHook(notes, "createContainer"),
        shellHook("echo hooked > " + (bundle.rootfs() / "made-by-hook").string() + " && mount -t tmpfs x /mnt && touch " + notes.string() + ".mounted") };
    bundle.spec.hooks.startContainer = { { "/bin/sh", { "sh", "-c", "cat > /start-state; id -u > /start-user; ls /bin/busybox" }, { "PATH=/bin" }, {} } };
    bundle.spec.hooks.poststart = { noteHook(notes, "poststart") };
    bundle.spec.hooks.poststop = { noteHook(notes, "poststop") };
    bundle.spec.annotations = { { "key", "value" } };
    bundle.spec.process->user.uid = 1000;
    fs::permissions(bundle.rootfs(), fs::perms::all);
    bundle.write();
    const Ran ran = bundle.runIt();
    QVERIFY2(ran.code == 0, ran.err.c_str());
    QCOMPARE(ran.out, std::string("container\nhooked\n"));
    QVERIFY(fs::exists(notes.string() + ".mounted"));
    QVERIFY(readText("/proc/self/mounts").find("x /mnt tmpfs") == std::string::npos);

    std::istringstream lines(readText(notes));
    std::vector<std::string> names;
    std::map<std::string, std::string> states, environments;
    for (std::string line; std::getline(lines, line);) {
        if (const std::size_t brace = line.find(" {"); brace != std::string::npos) {
            names.push_back(line.substr(0, brace));
            states[names.back()] = line.substr(brace + 1);
        } else if (!names.empty()) {
            environments[names.back()] += line + ";";
        }
    }
    QCOMPARE(names, (std::vector<std::string> { "prestart", "createRuntime", "createContainer", "poststart", "poststop" }));
    for (const auto& [name, status] : std::map<std::string, std::string> { { "prestart", "creating" }, { "createRuntime", "creating" },
             { "createContainer", "creating" }, { "poststart", "running" }, { "poststop", "stopped" } }) {
        const auto state = json::parse(states[name]);
        QVERIFY2(state.ok(), states[name].c_str());
        const json::Object& object = state->get_object();
        QCOMPARE(*json::text(object, "id"), std::string("one"));
        QCOMPARE(*json::text(object, "status"), status);
        QCOMPARE(*json::text(object, "bundle"), bundle.path().toStdString());
        QCOMPARE(*json::text(**json::object(object, "annotations"), "key"), std::string("value"));
        QVERIFY2(environments[name].find("HOOK=" + name) != std::string::npos, environments[name].c_str());
        QVERIFY2(environments[name].find("HOME=") == std::string::npos, environments[name].c_str()); // nothing inherited
    }
    QVERIFY(states["createContainer"].find("\"pid\":1}") != std::string::npos); // as the container sees it
    QVERIFY(readText(bundle.rootfs() / "start-state").find(R"("status":"created")") != std::string::npos);
    QCOMPARE(readText(bundle.rootfs() / "start-user"), std::string("1000\n"));
    QVERIFY(bundle.isClean());
}

void TstBundle::hooksThatFail_data()
{
    QTest::addColumn<QString>("kind");
    for (const char* kind : { "prestart", "createRuntime", "createContainer", "startContainer", "poststart" })
        QTest::newRow(kind) << kind;
}

void TstBundle::hooksThatFail()
{
    QFETCH(QString, kind);
    Bundle bundle({ "sleep", "1000" });
    const std::vector<oci::Hook> failing { shellHook("echo the reason >&2; exit 3") };
    oci::Hooks& hooks = bundle.spec.hooks;
    (kind == "prestart" ? hooks.prestart : kind == "createRuntime" ? hooks.createRuntime : kind == "createContainer" ? hooks.createContainer
            : kind == "startContainer" ? hooks.startContainer
                                       : hooks.poststart)
        = failing;
    const fs::path stopped = bundle.box.base() / "stopped";
    hooks.poststop = { shellHook("touch " + stopped.string()) };
    bundle.write();
    const Ran ran = bundle.runIt();
    QCOMPARE(ran.code, 1);
    QVERIFY2(ran.err.find("hook " + kind.toStdString() + " /bin/sh: exit status 3: the reason") != std::string::npos, ran.err.c_str());
    QVERIFY(fs::exists(stopped));
    QVERIFY(bundle.isClean());
}

void TstBundle::hookTimeout()
{
    Bundle bundle({ "true" });
    bundle.spec.hooks.createRuntime = { shellHook("exec sleep 1000", 1) };
    bundle.write();
    const Ran ran = bundle.runIt();
    QCOMPARE(ran.code, 1);
    QVERIFY2(ran.err.find("took longer than 1 s") != std::string::npos, ran.err.c_str());
    QVERIFY(bundle.isClean());
}

void TstBundle::userNamespace()
{
    Bundle bundle({ "sh", "-c", "cat /proc/self/uid_map; id -u; id -g; touch /made; stat -c %u /made /dev /dev/null; echo x > /dev/null && echo null; "
                                "grep CapEff /proc/self/status; hostname; cat /proc/sys/kernel/msgmax; mount | grep -c ' /dev/pts '" });
    bundle.spec.linux.namespaces.push_back({ NamespaceType::User, "" });
    bundle.spec.linux.uidMappings = bundle.spec.linux.gidMappings = { { 0, 200000, 65536 } };
    bundle.spec.linux.sysctl = { { "kernel.msgmax", "4096" } };
    bundle.spec.hostname = "inside";
    bundle.spec.linux.devices = { { "/dev/full2", 'c', 1, 7, 0666, 0, 0 } };
    give(bundle, 200000);
    bundle.write();
    const Ran ran = bundle.runIt();
    QVERIFY2(ran.code == 0, ran.err.c_str());
    QCOMPARE(QString::fromStdString(ran.out).simplified(),
        QString("0 200000 65536 0 0 0 0 0 null CapEff: 00000000a80425fb inside 4096 1"));
    struct stat status {};
    QVERIFY(::stat((bundle.rootfs() / "made").c_str(), &status) == 0);
    QCOMPARE(status.st_uid, 200000U);

    // And a further process, as another user of it, with a terminal of its own.
    bundle.spec.process->args = { "sleep", "1000" };
    bundle.write();
    QCOMPARE(bundle.run({ "create", "--bundle", bundle.path(), "two" }).code, 0);
    QCOMPARE(bundle.run({ "start", "two" }).code, 0);
    const Ran inside = bundle.run({ "exec", "--tty", "--user", "5:6", "two", "sh", "-c", "id -u; id -g; tty; cat /proc/self/gid_map" });
    QVERIFY2(inside.code == 0, inside.err.c_str());
    QCOMPARE(QString::fromStdString(inside.out).simplified(), QString("5 6 /dev/pts/0 0 200000 65536"));
    QCOMPARE(bundle.run({ "delete", "--force", "two" }).code, 0);
    QVERIFY(bundle.isClean());
}

void TstBundle::userNamespaceJoined()
{
    Bundle first({ "sleep", "1000" });
    first.spec.linux.namespaces.push_back({ NamespaceType::User, "" });
    first.spec.linux.uidMappings = first.spec.linux.gidMappings = { { 0, 300000, 65536 } };
    first.spec.linux.sysctl.clear(); // of its groups only some are mapped
    give(first, 300000);
    first.write();
    const Ran created = first.run({ "create", "--bundle", first.path(), "--pid-file", first.path() + "/pid", "one" });
    QVERIFY2(created.code == 0, created.err.c_str());
    const std::string ns = "/proc/" + readText(first.box.base() / "pid") + "/ns/";

    Bundle second({ "sh", "-c", "readlink /proc/self/ns/user; readlink /proc/self/ns/net; cat /proc/self/uid_map; stat -c %u /dev/zero; id -u" });
    second.spec.linux.cgroupsPath += "-second";
    second.spec.linux.namespaces = { { NamespaceType::Mount, "" }, { NamespaceType::Pid, "" }, { NamespaceType::Ipc, "" },
        { NamespaceType::Uts, "" }, { NamespaceType::Network, ns + "net" }, { NamespaceType::User, ns + "user" } };
    second.spec.linux.sysctl.clear();
    give(second, 300000);
    second.write();
    const Ran ran = second.runIt();
    QVERIFY2(ran.code == 0, ran.err.c_str());
    QCOMPARE(QString::fromStdString(ran.out).simplified(),
        QString::fromStdString(fs::read_symlink(ns + "user").string() + " " + fs::read_symlink(ns + "net").string() + " 0 300000 65536 0 0"));
    QCOMPARE(first.run({ "delete", "one" }).code, 0);
}

void TstBundle::timeNamespace()
{
    Bundle bundle({ "sh", "-c", "read up rest < /proc/uptime; echo ${up%.*}; readlink /proc/self/ns/time" });
    bundle.spec.linux.namespaces.push_back({ NamespaceType::Time, "" });
    bundle.spec.linux.timeOffsets["boottime"] = { 1'000'000'000, 0 };
    bundle.write();
    const Ran ran = bundle.runIt();
    QVERIFY2(ran.code == 0, ran.err.c_str());
    const QStringList words = QString::fromStdString(ran.out).split('\n');
    QVERIFY2(words[0].toLongLong() >= 1'000'000'000, ran.out.c_str());
    QVERIFY(words[1].toStdString() != fs::read_symlink("/proc/self/ns/time").string());

    bundle.spec.process->args = { "sleep", "1000" };
    bundle.write();
    QCOMPARE(bundle.run({ "run", "--detach", "--bundle", bundle.path(), "two" }).code, 0);
    const Ran inside = bundle.run({ "exec", "two", "sh", "-c", "read up rest < /proc/uptime; test ${up%.*} -ge 1000000000 && echo later" });
    QCOMPARE(inside.out, std::string("later\n"));
    QCOMPARE(bundle.run({ "delete", "--force", "two" }).code, 0);
}

void TstBundle::idMappedMount()
{
    Bundle bundle({ "sh", "-c", "stat -c '%u %g' /data/file; touch /data/new" });
    const fs::path data = bundle.box.base() / "data";
    fs::create_directories(data);
    std::ofstream(data / "file") << "x";
    QVERIFY(::chown((data / "file").c_str(), 4000, 5000) == 0 && ::chown(data.c_str(), 4000, 5000) == 0);
    oci::Mount mount { "/data", "bind", data.string(), { "rbind", "idmap" }, { { 4000, 0, 1 } }, { { 5000, 0, 1 } } };
    bundle.spec.mounts.push_back(mount);
    bundle.write();
    const Ran ran = bundle.runIt();
    QVERIFY2(ran.code == 0, ran.err.c_str());
    QCOMPARE(ran.out, std::string("0 0\n"));
    struct stat status {};
    QVERIFY(::stat((data / "new").c_str(), &status) == 0);
    QCOMPARE(status.st_uid, 4000U);
    // Without mappings, and without a user namespace to take them from.
    bundle.spec.mounts.back().uidMappings.clear();
    bundle.spec.mounts.back().gidMappings.clear();
    bundle.write();
    const Ran none = bundle.runIt();
    QCOMPARE(none.code, 1);
    QVERIFY2(none.err.find("needs uidMappings and gidMappings, or a user namespace") != std::string::npos, none.err.c_str());
}

void TstBundle::recursiveReadOnly()
{
    Bundle bundle({ "sh", "-c", "touch /ro/x; touch /ro/below/x && echo below; touch /rro/x; touch /rro/below/x && echo below" });
    // A mount with another below it, seen by nobody else: made in a namespace of the test's own.
    const fs::path data = bundle.box.base() / "data";
    fs::create_directories(data / "below");
    std::string script = "mount -t tmpfs t " + (data / "below").string() + " && exec \"$@\"";
    bundle.spec.mounts.push_back({ "/ro", "bind", data.string(), { "rbind", "ro" } });
    bundle.spec.mounts.push_back({ "/rro", "bind", data.string(), { "rbind", "rro" } });
    bundle.write();
    QProcess process;
    process.start("unshare", { "--mount", "--propagation", "private", "sh", "-c", QString::fromStdString(script), "sh",
                                 QString(DARSENA_BIN_DIR) + "/darsena-oci", "--root", bundle.path() + "/state", "run", "--bundle", bundle.path(), "one" });
    QVERIFY(process.waitForFinished());
    const QByteArray err = process.readAllStandardError();
    QCOMPARE(process.readAllStandardOutput(), QByteArray("below\n"));
    QVERIFY2(err.contains("/rro/below/x: Read-only file system"), err);
    QVERIFY2(!err.contains("/ro/below/x: Read-only file system") || err.count("below/x: Read-only") == 1, err);
}

void TstBundle::copyUp()
{
    Bundle bundle({ "sh", "-c", "cat /data/file /data/deep/er; readlink /data/link; stat -c '%a %u' /data/file /data/deep /data; touch /data/new; "
                                "stat -c %a /plain; ls /plain | wc -l" });
    const fs::path data = bundle.rootfs() / "data";
    fs::create_directories(data / "deep");
    std::ofstream(data / "file") << "one\n";
    std::ofstream(data / "deep/er") << "two\n";
    fs::create_symlink("/nowhere", data / "link");
    QVERIFY(::chown((data / "file").c_str(), 7, 8) == 0);
    fs::permissions(data / "file", fs::perms(04711));
    fs::permissions(data / "deep", fs::perms(0750));
    fs::permissions(data, fs::perms(01770));
    fs::create_directories(bundle.rootfs() / "plain");
    std::ofstream(bundle.rootfs() / "plain/hidden") << "x";
    fs::permissions(bundle.rootfs() / "plain", fs::perms(0751));
    bundle.spec.mounts.push_back({ "/data", "tmpfs", "tmpfs", { "nosuid", "tmpcopyup" } });
    bundle.spec.mounts.push_back({ "/plain", "tmpfs", "tmpfs", { "ro" } });
    bundle.write();
    const Ran ran = bundle.runIt();
    QVERIFY2(ran.code == 0, ran.err.c_str());
    QCOMPARE(QString::fromStdString(ran.out).simplified(), QString("one two /nowhere 4711 7 750 0 1770 0 751 0"));
    QVERIFY(!fs::exists(data / "new"));
}

void TstBundle::propagation()
{
    Bundle bundle({ "sh", "-c", "grep -E ' /(s|p|t) ' /proc/self/mountinfo | cut -d' ' -f5,7" });
    for (const char* name : { "s", "p" })
        fs::create_directories(bundle.box.base() / name);
    bundle.spec.mounts.push_back({ "/s", "bind", (bundle.box.base() / "s").string(), { "rbind", "rprivate" } });
    bundle.spec.mounts.push_back({ "/t", "tmpfs", "tmpfs", { "shared" } });
    bundle.write();
    const Ran ran = bundle.runIt();
    QVERIFY2(ran.code == 0, ran.err.c_str());
    QVERIFY2(ran.out.find("/s -") != std::string::npos, ran.out.c_str());
    QVERIFY2(ran.out.find("/t shared:") != std::string::npos, ran.out.c_str());
}

void TstBundle::scheduling()
{
    Bundle bundle({ "sh", "-c", "cut -d' ' -f19,41 /proc/self/stat; busybox ionice -p 1" });
    fs::create_symlink("busybox", bundle.rootfs() / "bin/ionice");
    bundle.spec.process->scheduler = oci::Scheduler { "SCHED_BATCH", 7, 0, {}, 0, 0, 0 };
    bundle.spec.process->ioPriority = oci::IoPriority { "IOPRIO_CLASS_BE", 6 };
    bundle.write();
    const Ran ran = bundle.runIt();
    QVERIFY2(ran.code == 0, ran.err.c_str());
    QCOMPARE(ran.out, std::string("7 3\nbest-effort: prio 6\n"));
}

void TstBundle::personality()
{
#if defined(__x86_64__)
    Bundle bundle({ "busybox", "uname", "-m" });
    bundle.spec.linux.personality = "LINUX32";
    bundle.write();
    QCOMPARE(bundle.runIt().out, std::string("i686\n"));
#else
    QSKIP("what LINUX32 shows differs by machine");
#endif
}

void TstBundle::ambientCapabilities()
{
    Bundle bundle({ "grep", "Cap", "/proc/self/status" });
    bundle.spec.process->user.uid = 1000;
    oci::Capabilities& sets = *bundle.spec.process->capabilities;
    sets.bounding = sets.permitted = sets.effective = sets.inheritable = sets.ambient = { "CAP_NET_BIND_SERVICE", "CAP_CHOWN" };
    bundle.write();
    const Ran ran = bundle.runIt();
    QCOMPARE(QString::fromStdString(ran.out).simplified(),
        QString("CapInh: 0000000000000401 CapPrm: 0000000000000401 CapEff: 0000000000000401 CapBnd: 0000000000000401 CapAmb: 0000000000000401"));
}

void TstBundle::preservedDescriptors()
{
    Bundle bundle({ "sh", "-c", "cat <&3; cat <&4; ls /proc/self/fd | wc -l" });
    const std::string base = bundle.box.base().string();
    std::ofstream(base + "/three") << "three\n";
    std::ofstream(base + "/four") << "four\n";
    const std::string oci = std::string(DARSENA_BIN_DIR) + "/darsena-oci --root " + base + "/state ";
    const auto shell = [](const std::string& script) {
        QProcess process;
        process.start("sh", { "-c", QString::fromStdString(script) });
        process.waitForFinished();
        return process.readAllStandardOutput().toStdString() + process.readAllStandardError().toStdString();
    };
    const std::string opened = " 3< " + base + "/three 4< " + base + "/four 5< " + base + "/three";
    // ls: three streams, two that were handed on, its own directory.
    QCOMPARE(shell(oci + "run --preserve-fds 2 --bundle " + base + " one" + opened), std::string("three\nfour\n6\n"));
    QVERIFY(shell(oci + "run --preserve-fds 9 --bundle " + base + " one" + opened).find("--preserve-fds: descriptor") != std::string::npos);
    QCOMPARE(shell(oci + "run --bundle " + base + " one 2>/dev/null" + opened).back(), '\n');
    bundle.spec.process->args = { "sleep", "1000" };
    bundle.write();
    QCOMPARE(bundle.run({ "run", "--detach", "--bundle", bundle.path(), "one" }).code, 0);
    QCOMPARE(shell(oci + "exec --preserve-fds 2 one sh -c 'cat <&4; ls /proc/self/fd | wc -l'" + opened), std::string("four\n6\n"));
    QCOMPARE(shell(oci + "exec one sh -c 'ls /proc/self/fd | wc -l'" + opened), std::string("4\n"));
    QCOMPARE(bundle.run({ "delete", "--force", "one" }).code, 0);
    QVERIFY(bundle.isClean());
}

void TstBundle::socketActivation()
{
    Bundle bundle({ "sh", "-c", "echo $LISTEN_FDS $LISTEN_PID; cat <&3" });
    const std::string base = bundle.box.base().string();
    std::ofstream(base + "/three") << "three\n";
    QProcess process;
    process.start("sh", { "-c", QString::fromStdString("LISTEN_FDS=1 " DARSENA_BIN_DIR "/darsena-oci --root " + base + "/state run --bundle " + base + " one 3< " + base + "/three") });
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.readAllStandardOutput(), QByteArray("1 1\nthree\n"));
}

void TstBundle::foreignArchitectures()
{
    // Naming other architectures of the machine must leave the native rules as they are.
    Bundle bundle({ "sh", "-c", "mkdir /a; echo $?; grep Seccomp: /proc/self/status" });
    oci::Seccomp filter;
    filter.defaultAction = "SCMP_ACT_ALLOW";
    filter.architectures = { "SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM" };
    filter.syscalls = { { { "mkdir", "mkdirat" }, "SCMP_ACT_ERRNO", 28, {} } };
    bundle.spec.linux.seccomp = filter;
    bundle.write();
    const Ran ran = bundle.runIt();
    QCOMPARE(ran.out, std::string("1\nSeccomp:\t2\n"));
    QVERIFY2(ran.err.find("No space left on device") != std::string::npos, ran.err.c_str());
}

void TstBundle::refusals_data()
{
    QTest::addColumn<QString>("member");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("message");
    QTest::newRow("notify") << "seccomp" << R"({"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir"],"action":"SCMP_ACT_NOTIFY"}]})"
                            << "SCMP_ACT_NOTIFY is not supported";
    QTest::newRow("listener") << "seccomp" << R"({"defaultAction":"SCMP_ACT_ALLOW","listenerPath":"/x"})" << "listenerPath is not supported";
    QTest::newRow("Intel RDT") << "intelRdt" << R"({"closID":"x"})" << "intelRdt is not supported";
    QTest::newRow("mappings without a namespace") << "uidMappings" << R"([{"containerID":0,"hostID":1,"size":1}])" << "no new user namespace";
    QTest::newRow("offsets without a namespace") << "timeOffsets" << R"({"boottime":{"secs":1}})" << "no new time namespace";
    QTest::newRow("cgroup above") << "cgroupsPath" << R"("/x/../../y")" << "is not allowed";
    QTest::newRow("label") << "mountLabel" << R"("x")" << "mountLabel is not supported";
}

void TstBundle::refusals()
{
    QFETCH(QString, member);
    QFETCH(QString, value);
    QFETCH(QString, message);
    const Bundle bundle({ "true" });
    json::Value document = *json::parse(oci::serializeRuntimeSpec(bundle.spec));
    document.as_object()["linux"].as_object()[member.toStdString()] = *json::parse(value.toStdString());
    std::ofstream(bundle.box.base() / "config.json") << json::serialize(document);
    const Ran ran = bundle.runIt();
    QCOMPARE(ran.code, 1);
    QVERIFY2(ran.err.find(message.toStdString()) != std::string::npos, ran.err.c_str());
    QVERIFY(bundle.isClean());
}

QTEST_GUILESS_MAIN(TstBundle)
#include "tst_bundle.moc"
