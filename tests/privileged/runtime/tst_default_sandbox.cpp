// SPDX-License-Identifier: GPL-3.0-or-later
// The security notes, 1h: what a container of the default profile can reach of the kernel.
#include "tests/privileged/runtime/sentinel.h"

#include "core/base/json.h"

#include <cerrno>
#include <map>

using namespace darsena;
using namespace darsena::test;

namespace {

std::map<std::string, int> answers(const std::string& out)
{
    std::map<std::string, int> found;
    std::istringstream lines(out);
    std::string name;
    for (int number = 0; lines >> name >> number;)
        found[name] = number;
    return found;
}

class ArmedBox : public Box {
public:
    ArmedBox() { fs::copy_file(fs::path(DARSENA_TEST_DIR) / "attacker", lower() / "bin/attacker"); }
};

} // namespace

class TstDefaultSandbox : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (const char* reason = whyNot())
            QSKIP(reason);
    }
    void systemCalls_data();
    void systemCalls();
    void terminals();
    void pathsOfMoby();
    void keysAreNotShared();
    void imagesAreNotShared();
};

void TstDefaultSandbox::systemCalls_data()
{
    QTest::addColumn<uint>("uid");
    QTest::newRow("as root") << 0U;
    QTest::newRow("as a user") << 1000U;
}

void TstDefaultSandbox::systemCalls()
{
    QFETCH(uint, uid);
    const ArmedBox box;
    shim::Launch launch = box.launch({ "attacker", "calls" });
    launch.spec.process->user.uid = uid;
    const Outcome outcome = Box::finish(shim::Shim::launch(std::move(launch)));
    const std::map<std::string, int> got = answers(outcome.out);
    for (const char* high : { "", "-high", "-highest" }) {
        for (const char* family : { "unix", "inet", "inet6", "netlink" }) {
            const int answer = got.at(std::string("socket-") + family + high);
            QVERIFY2(answer == 0 || answer == EAFNOSUPPORT, family); // a kernel without IPv6
        }
        for (const char* family : { "alg", "vsock", "bluetooth", "can", "key", "tipc", "rds", "xdp", "smc", "kcm" })
            QVERIFY2(got.at(std::string("socket-") + family + high) == EPERM, family);
    }
    for (const char* call : { "keyctl", "add_key", "request_key", "open_by_handle_at", "io_uring_setup", "bpf", "userfaultfd", "perf_event_open",
             "kexec_load", "init_module", "finit_module", "delete_module", "mount", "umount2", "fsopen", "open_tree", "move_mount", "pivot_root",
             "setns", "unshare-user", "unshare-mount", "unshare-cgroup", "clone-user", "reboot", "swapon", "acct", "settimeofday", "syslog",
             "quotactl", "lookup_dcookie" })
        QVERIFY2(got.at(call) == EPERM, (std::string(call) + " " + std::to_string(got.at(call))).c_str());
    for (const char* call : { "clone3", "unknown-500", "unknown-1000" })
        QVERIFY2(got.at(call) == ENOSYS, call);
}

/// TIOCSTI (CVE-2016-7545): there is no terminal but one of the container's own.
void TstDefaultSandbox::terminals()
{
    const ArmedBox box;
    const Outcome outcome = Box::finish(shim::Shim::launch(box.launch({ "attacker", "tty" })));
    const std::map<std::string, int> got = answers(outcome.out);
    QCOMPARE(got.at("open-tty"), ENXIO);
    for (const char* request : { "tiocsti", "tiocsti-high", "tioclinux" })
        QVERIFY2(got.at(request) != 0, request);
    // With one, it is of a devpts that nobody else has.
    shim::Launch launch = box.launch({ "stat", "-c", "%d", "/proc/self/fd/0", "-L" });
    launch.spec.process->terminal = true;
    const Outcome own = Box::finish(shim::Shim::launch(std::move(launch)), {}, true);
    struct stat hosts {};
    QVERIFY(::stat("/dev/pts", &hosts) == 0);
    QVERIFY2(own.exit.code == 0, own.out.c_str());
    QVERIFY(std::stoull(own.out) != hosts.st_dev);
}

/// Docker's own list, where it lies at hand: each path read and written from inside, as root.
void TstDefaultSandbox::pathsOfMoby()
{
    const char* const given = std::getenv("DARSENA_MOBY_DEFAULTS");
    const std::string file = given != nullptr ? given : DARSENA_MOBY_DEFAULTS;
    const std::string text = readText(file);
    if (text.empty())
        QSKIP("no list of Docker's defaults (DARSENA_MOBY_DEFAULTS)");
    const auto document = json::parse(text);
    QVERIFY(document.ok());
    const std::vector<std::string> masked = *json::texts(document->get_object(), "maskedPaths");
    const std::vector<std::string> readonly = *json::texts(document->get_object(), "readonlyPaths");
    QVERIFY(!masked.empty() && !readonly.empty());
    const Box box;
    std::string script; // opens for writing, and writes nothing: a fault of ours must not be the host's
    for (const std::string& path : masked)
        script += "p=" + path + "; if [ -d $p ]; then echo $p $(ls -A $p | wc -l); touch $p/x 2>/dev/null && echo $p written; elif [ -e $p ]; then "
            "echo $p $(cat $p | wc -c); fi\n";
    for (const std::string& path : readonly)
        script += "p=" + path + "; if [ -d $p ]; then mkdir $p/x 2>/dev/null && echo $p written; for f in $(busybox find $p -type f -perm -200 | head -n 50); do "
            "(: >> $f) 2>/dev/null && echo $f written; done; elif [ -e $p ]; then (: >> $p) 2>/dev/null && echo $p written; fi\n";
    const Sentinel sentinel;
    const Outcome outcome = box.shell(script + "echo end");
    std::istringstream lines(outcome.out);
    std::string line, last;
    while (std::getline(lines, line)) {
        last = line;
        QVERIFY2(line == "end" || line.ends_with(" 0"), line.c_str());
    }
    QCOMPARE(last, std::string("end"));
    QCOMPARE(sentinel.changes(), std::string());
    const oci::RuntimeSpec spec = runtime::defaultSpec();
    for (const std::string& path : masked)
        QVERIFY2(std::ranges::find(spec.linux.maskedPaths, path) != spec.linux.maskedPaths.end(), path.c_str());
    for (const std::string& path : readonly)
        QVERIFY2(std::ranges::find(spec.linux.readonlyPaths, path) != spec.linux.readonlyPaths.end(), path.c_str());
}

void TstDefaultSandbox::keysAreNotShared()
{
    const Box box;
    const Outcome outcome = box.shell("cat /proc/keys | wc -c; echo $(cat /proc/self/sessionid 2>/dev/null | wc -l)");
    QVERIFY2(outcome.out.starts_with("0\n"), outcome.out.c_str());
}

/// Two containers of one image: what one writes, through any door, the other does not see, and the image does not change.
void TstDefaultSandbox::imagesAreNotShared()
{
    const Box box;
    const std::string before = readText(box.lower() / "etc/passwd");
    const Outcome first = box.shell("echo changed > /etc/passwd; rm /etc/group; mkdir /new; cat /etc/passwd");
    QCOMPARE(first.out, std::string("changed\n"));
    QCOMPARE(readText(box.lower() / "etc/passwd"), before);
    QVERIFY(fs::exists(box.lower() / "etc/group") && !fs::exists(box.lower() / "new"));
    shim::Launch second = box.launch({ "cat", "/etc/passwd" }, "second");
    fs::create_directories(box.base() / "upper2");
    fs::create_directories(box.base() / "work2");
    second.root = os::OverlaySpec { { box.lower() }, box.base() / "upper2", box.base() / "work2" };
    QCOMPARE(Box::finish(shim::Shim::launch(std::move(second))).out, before);
}

QTEST_GUILESS_MAIN(TstDefaultSandbox)
#include "tst_default_sandbox.moc"
