// SPDX-License-Identifier: GPL-3.0-or-later
// darsena-oci as a caller of an OCI runtime uses it: its commands and options.
#include "tests/privileged/runtime/bundle.h"

using namespace darsena;
using namespace darsena::test;

class TstOci : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (const char* reason = whyNot())
            QSKIP(reason);
    }
    void run();
    void lifecycle();
    void refusals();
    void missingCommand();
    void features();
};

void TstOci::run()
{
    Bundle bundle({ "sh", "-c", "echo hello > /dev/null; echo hello; echo problem >&2; exit 9" });
    // As callers of runc write it: the devices that every container has go without saying.
    bundle.spec.linux.resources.devices = { { false, 'a', {}, {}, "rwm" } };
    bundle.write();
    const Ran ran = bundle.run({ "run", "--bundle", bundle.path(), "one" });
    QCOMPARE(ran.out, std::string("hello\n"));
    QCOMPARE(ran.err, std::string("problem\n"));
    QCOMPARE(ran.code, 9);
    QCOMPARE(bundle.run({ "list", "--quiet" }).out, std::string());
}

void TstOci::lifecycle()
{
    const Bundle bundle({ "sh", "-c", "echo started > /started; exec sleep 1000" });
    const QString pidFile = bundle.path() + "/pid";
    const Ran created = bundle.run({ "create", "--bundle", bundle.path(), "--pid-file", pidFile, "one" });
    QVERIFY2(created.code == 0, created.err.c_str());
    QVERIFY(bundle.run({ "state", "one" }).out.find(R"("status":"created")") != std::string::npos);
    QVERIFY(!fs::exists(bundle.box.base() / "rootfs/started"));
    const std::string pid = readText(pidFile.toStdString());
    QVERIFY(fs::exists("/proc/" + pid));
    QCOMPARE(bundle.run({ "create", "--bundle", bundle.path(), "one" }).code, 1);

    QCOMPARE(bundle.run({ "start", "one" }).code, 0);
    QCOMPARE(bundle.run({ "start", "one" }).code, 1);
    QVERIFY(bundle.run({ "state", "one" }).out.find(R"("status":"running")") != std::string::npos);
    QCOMPARE(bundle.run({ "delete", "one" }).code, 1);
    const Ran inside = bundle.run({ "exec", "one", "sh", "-c", "cat /proc/1/cmdline; exit 3" });
    QVERIFY2(inside.out.find("sleep") != std::string::npos || inside.out.find("sh") != std::string::npos, inside.err.c_str());
    QCOMPARE(inside.code, 3);
    QVERIFY(bundle.run({ "ps", "--format", "json", "one" }).out.find(pid) != std::string::npos);
    QCOMPARE(bundle.run({ "pause", "one" }).code, 0);
    QVERIFY(bundle.run({ "state", "one" }).out.find(R"("status":"paused")") != std::string::npos);
    QCOMPARE(bundle.run({ "exec", "one", "true" }).code, 255);
    QCOMPARE(bundle.run({ "resume", "one" }).code, 0);
    QCOMPARE(bundle.run({ "resume", "one" }).code, 1);

    QCOMPARE(bundle.run({ "kill", "one", "KILL" }).code, 0);
    for (int i = 0; i < 1000 && bundle.run({ "state", "one" }).out.find("stopped") == std::string::npos; ++i)
        QTest::qWait(10);
    QCOMPARE(bundle.run({ "kill", "one", "TERM" }).code, 1);
    QCOMPARE(bundle.run({ "delete", "one" }).code, 0);
    QCOMPARE(bundle.run({ "state", "one" }).code, 1);
    QVERIFY(fs::is_empty(bundle.box.base() / "state"));
    QVERIFY(fs::exists(bundle.box.base() / "rootfs/started"));
}

void TstOci::refusals()
{
    Bundle bundle({ "true" });
    for (const char* id : { "..", "a/b", "", "a b" })
        QVERIFY2(bundle.run({ "create", "--bundle", bundle.path(), id }).code != 0, id);
    QCOMPARE(bundle.run({ "state", "nonesuch" }).code, 1);
    QCOMPARE(bundle.run({ "delete", "--force", "nonesuch" }).code, 0);
    bundle.spec.process->terminal = true;
    bundle.write();
    const Ran ran = bundle.run({ "--log", bundle.path() + "/log", "--log-format", "json", "create", "--bundle", bundle.path(), "one" });
    QCOMPARE(ran.code, 1);
    QVERIFY(ran.err.find("--console-socket") != std::string::npos);
    QVERIFY(readText(bundle.box.base() / "log").find(R"("level":"error")") != std::string::npos);
    // Whatever failed left nothing.
    QVERIFY(fs::is_empty(bundle.box.base() / "state"));
}

void TstOci::missingCommand()
{
    const Bundle bundle({ "nonesuch" });
    const Ran ran = bundle.run({ "create", "--bundle", bundle.path(), "one" });
    QCOMPARE(ran.code, 1); // as runc; who called reads the sentence
    QVERIFY(ran.err.find("exec: \"nonesuch\": executable file not found in $PATH") != std::string::npos);
    QVERIFY(fs::is_empty(bundle.box.base() / "state"));
}

void TstOci::features()
{
    const Bundle bundle({ "true" });
    const Ran ran = bundle.run({ "features" });
    QCOMPARE(ran.code, 0);
    QVERIFY(ran.out.find(R"("ociVersionMax":"1.2.0")") != std::string::npos);
}

QTEST_GUILESS_MAIN(TstOci)
#include "tst_oci.moc"
