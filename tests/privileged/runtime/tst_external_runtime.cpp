// SPDX-License-Identifier: GPL-3.0-or-later
// The same container made through runc, where it is, and through darsena-oci.
#include "tests/privileged/runtime/bundle.h"

#include "core/runtime/external_bundle.h"
#include "core/runtime/external_runtime.h"

#include <sys/prctl.h>
#include <sys/wait.h>

using namespace darsena;
using namespace darsena::test;

class TstExternalRuntime : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (const char* reason = whyNot())
            QSKIP(reason);
        QVERIFY(::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0);
    }
    void lifecycle_data();
    void lifecycle();
    void terminal_data() { lifecycle_data(); }
    void terminal();
    void errors_data() { lifecycle_data(); }
    void errors();
    void programs();
};

void TstExternalRuntime::lifecycle_data()
{
    QTest::addColumn<QString>("program");
    QTest::newRow("ours") << QString(DARSENA_BIN_DIR "/darsena-oci");
    for (const char* path : { "/usr/sbin/runc", "/usr/bin/runc" }) {
        if (::access(path, X_OK) == 0)
            QTest::newRow(path) << path;
    }
}

void TstExternalRuntime::lifecycle()
{
    QFETCH(QString, program);
    Bundle bundle({ "sh", "-c", "echo begun; exec sleep 1000" });
    bundle.spec.linux.cgroupsPath += "-external";
    const auto runtime = runtime::ExternalRuntime::at(program.toStdString(), bundle.box.base() / "external");
    QVERIFY(runtime.ok());
    int ends[2];
    QVERIFY(::pipe2(ends, O_CLOEXEC) == 0);
    UniqueFd output = UniqueFd::adopt(ends[0]), writing = UniqueFd::adopt(ends[1]);
    QVERIFY(runtime::writeBundle(bundle.box.base(), bundle.spec).ok());
    const auto created = runtime->create("one", bundle.box.base(), bundle.spec.process->terminal, { -1, writing.get(), writing.get() });
    QVERIFY2(created.ok(), created.ok() ? "" : created.error().message().c_str());
    writing.reset();
    QVERIFY(created->pid > 0 && !created->terminal);
    QVERIFY(runtime->start("one").ok());
    char text[32] {};
    QCOMPARE(::read(output.get(), text, sizeof text), ssize_t(6));
    QCOMPARE(std::string(text), std::string("begun\n"));

    oci::Process process = *bundle.spec.process;
    process.args = { "sh", "-c", "exit 7" };
    fs::create_directories(bundle.box.base() / "session");
    QVERIFY(runtime::writeProcess(bundle.box.base() / "session", process).ok());
    const auto session = runtime->exec("one", bundle.box.base() / "session", false, {});
    QVERIFY2(session.ok(), session.ok() ? "" : session.error().message().c_str());
    int status = 0;
    QCOMPARE(::waitpid(session->pid, &status, 0), session->pid); // ours to reap, as the nearest subreaper
    QCOMPARE(WEXITSTATUS(status), 7);

    QVERIFY(!runtime->remove("one", false).ok()); // it runs
    QVERIFY(runtime->kill("one", SIGKILL).ok());
    QCOMPARE(::waitpid(created->pid, &status, 0), created->pid);
    QVERIFY(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    QVERIFY(runtime->remove("one", false).ok());
    QVERIFY(runtime->remove("one", true).ok());
}

void TstExternalRuntime::terminal()
{
    QFETCH(QString, program);
    Bundle bundle({ "tty" });
    bundle.spec.linux.cgroupsPath += "-external";
    bundle.spec.process->terminal = true;
    const auto runtime = runtime::ExternalRuntime::at(program.toStdString(), bundle.box.base() / "external");
    QVERIFY(runtime::writeBundle(bundle.box.base(), bundle.spec).ok());
    const auto created = runtime->create("one", bundle.box.base(), bundle.spec.process->terminal, {});
    QVERIFY2(created.ok(), created.ok() ? "" : created.error().message().c_str());
    QVERIFY(static_cast<bool>(created->terminal));
    QVERIFY(runtime->start("one").ok());
    QCOMPARE(QString::fromStdString(readToEnd(created->terminal.get())).trimmed(), QString("/dev/pts/0"));
    QCOMPARE(::waitpid(created->pid, nullptr, 0), created->pid);
    QVERIFY(runtime->remove("one", true).ok());
}

void TstExternalRuntime::errors()
{
    QFETCH(QString, program);
    Bundle bundle({ "nonesuch" });
    bundle.spec.linux.cgroupsPath += "-external";
    const auto runtime = runtime::ExternalRuntime::at(program.toStdString(), bundle.box.base() / "external");
    QVERIFY(runtime::writeBundle(bundle.box.base(), bundle.spec).ok());
    const auto created = runtime->create("one", bundle.box.base(), bundle.spec.process->terminal, {});
    QVERIFY(!created.ok());
    QVERIFY2(created.error().message().find("executable file not found in $PATH") != std::string::npos, created.error().message().c_str());
    QVERIFY(!runtime->start("one").ok());
}

void TstExternalRuntime::programs()
{
    const Box box;
    QCOMPARE(runtime::ExternalRuntime::at("runc", box.base() / "x").error().code(), ErrorCode::Invalid);
    QCOMPARE(runtime::ExternalRuntime::at("/nonesuch/runc", box.base() / "x").error().code(), ErrorCode::NotFound);
}

QTEST_GUILESS_MAIN(TstExternalRuntime)
#include "tst_external_runtime.moc"
