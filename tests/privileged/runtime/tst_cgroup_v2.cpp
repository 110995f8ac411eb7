// SPDX-License-Identifier: GPL-3.0-or-later
// cgroup v2 alone, as most machines have it. On a host that also has v1 mounted, the test hides that in a mount namespace
// of its own; controllers that v1 holds are then missing, but groups, devices, freezing and killing are real.
#include "tests/privileged/runtime/box.h"

#include "core/runtime/cgroups/host.h"

#include <sched.h>
#include <sys/sysmacros.h>

using namespace darsena;
using namespace darsena::test;

class TstCgroupV2 : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void container();
    void devices();
    void freezeKillRemove();
};

void TstCgroupV2::initTestCase()
{
    if (const char* reason = whyNot())
        QSKIP(reason);
    QVERIFY(::unshare(CLONE_NEWNS) == 0);
    QVERIFY(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0);
    while (::umount2("/sys/fs/cgroup", MNT_DETACH) == 0) { }
    if (::mount("cgroup2", "/sys/fs/cgroup", "cgroup2", 0, nullptr) != 0)
        QSKIP("no cgroup v2 in this kernel");
    const auto host = runtime::cgroupHost();
    QVERIFY(host.ok());
    QVERIFY(host->version == runtime::CgroupHost::Version::V2);
}

void TstCgroupV2::container()
{
    const Box box;
    std::vector<std::string> warnings;
    shim::Launch launch = box.launch({ "sh", "-c", "cat /proc/self/cgroup; ls /sys/fs/cgroup | grep -c cgroup.procs; mkdir /sys/fs/cgroup/x; readlink /proc/self/ns/cgroup" });
    const Outcome outcome = Box::finish(shim::Shim::launch(std::move(launch), &warnings));
    QCOMPARE(outcome.failure, std::string());
    // Its own group is the root of what it sees.
    QVERIFY2(outcome.out.find("0::/\n1\n") != std::string::npos, outcome.out.c_str());
    QVERIFY2(outcome.err.find("Read-only file system") != std::string::npos, outcome.err.c_str());
    QVERIFY(outcome.out.find(fs::read_symlink("/proc/self/ns/cgroup").string()) == std::string::npos);
    for (const std::string& directory : (*runtime::Cgroup::at(testGroup + "/box"))->directories())
        QVERIFY(!fs::exists(directory));
}

void TstCgroupV2::devices()
{
    const Box box;
    // Makes a node of kernel memory (allowed) and opens it (denied); opens null (allowed).
    ::mknod((box.lower() / "memory").c_str(), S_IFCHR | 0666, makedev(1, 1));
    ::mknod((box.lower() / "other").c_str(), S_IFCHR | 0666, makedev(1, 3));
    const Outcome outcome = box.shell("head -c 1 /memory; head -c 1 /other && echo null; dd if=/dev/zero of=/dev/null count=1 2>/dev/null && echo zero");
    QCOMPARE(outcome.out, std::string("null\nzero\n"));
    QVERIFY2(outcome.err.find("/memory: Operation not permitted") != std::string::npos, outcome.err.c_str());
}

void TstCgroupV2::freezeKillRemove()
{
    const Box box;
    auto made = shim::Shim::launch(box.launch({ "sh", "-c", "sleep 1000 & sleep 1000 & while :; do :; done" }));
    QVERIFY2(made.ok(), made.ok() ? "" : made.error().message().c_str());
    QVERIFY(made->start().ok());
    const auto cgroup = runtime::Cgroup::at(testGroup + "/box");
    QVERIFY(cgroup.ok());
    QVERIFY((*cgroup)->freeze().ok());
    QVERIFY(*(*cgroup)->frozen());
    QVERIFY((*cgroup)->thaw().ok());
    QVERIFY(!*(*cgroup)->frozen());
    QVERIFY((*cgroup)->killAll().ok());
    QCOMPARE(made->wait()->code, 137);
    QVERIFY((*cgroup)->remove().ok());
    QVERIFY((*cgroup)->remove().ok()); // missing is fine
}

QTEST_GUILESS_MAIN(TstCgroupV2)
#include "tst_cgroup_v2.moc"
