// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/privileged/runtime/box.h"

#include "core/os/process.h"

#include <sys/wait.h>

using namespace darsena;
using namespace darsena::test;

namespace {

std::string groupOf(const std::string& id)
{
    return testGroup + "/" + id;
}

/// Asks again and again, up to ten seconds: the machine may be busy, and no test here is about speed.
template<typename Condition>
bool becomes(Condition condition)
{
    for (int i = 0; i < 1000; ++i) {
        if (condition())
            return true;
        QTest::qWait(10);
    }
    return false;
}

bool runs(pid_t pid)
{
    const std::string status = readText("/proc/" + std::to_string(pid) + "/status");
    return !status.empty() && status.find("State:\tZ") == std::string::npos;
}

} // namespace

class TstLifecycle : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (const char* reason = whyNot())
            QSKIP(reason);
    }
    void terminal();
    void execSessions();
    void execTerminal();
    void execErrors();
    void survivesItsEngine();
    void monitorKilled();
    void logTurnsOver();
    void severalClients();
    void deadClientBlocksNothing();
    void stdinStaysOpenAfterDetach();
    void createdAndDropped();
    void pidsLimit();
    void memoryLimit();
    void freezeAndStats();
    void failedLaunchLeavesNothing();
    void nothingIsLeft();
    void largeOutput();
    void restart();
};

void TstLifecycle::terminal()
{
    const Box box;
    shim::Launch launch = box.launch({ "sh", "-c", "tty; stty size; ls -l /dev/console | cut -c1; [ -t 0 ] && [ -t 1 ] && echo all; read x; echo got $x; stty size" });
    launch.spec.process->terminal = true;
    launch.spec.process->consoleSize = oci::ConsoleSize { 30, 100 };
    launch.openStdin = true;
    auto made = shim::Shim::launch(std::move(launch));
    QVERIFY2(made.ok(), made.ok() ? "" : made.error().message().c_str());
    auto attached = made->attach({ true, true, true });
    QVERIFY(attached.ok());
    QVERIFY(attached->terminal);
    QVERIFY(made->start().ok());
    std::string text;
    QVERIFY(becomes([&] {
        char buffer[4096];
        const ssize_t length = ::recv(attached->stream.get(), buffer, sizeof buffer, MSG_DONTWAIT);
        if (length > 0)
            text.append(buffer, static_cast<std::size_t>(length));
        return text.find("all") != std::string::npos;
    }));
    QVERIFY(made->resize(40, 120).ok());
    QCOMPARE(::write(attached->stream.get(), "word\n", 5), ssize_t(5));
    text += readToEnd(attached->stream.get());
    QCOMPARE(made->wait()->code, 0);
    QCOMPARE(text, std::string("/dev/pts/0\r\n30 100\r\nc\r\nall\r\nword\r\ngot word\r\n40 120\r\n"));
    QVERIFY(readText(box.base() / "box-json.log").find(R"({"log":"got word\r\n","stream":"stdout")") != std::string::npos);
}

namespace {

shim::ExecSpec sessionIn(const Box& box, std::vector<std::string> command, const std::string& id)
{
    shim::ExecSpec exec;
    exec.id = id;
    exec.runDir = box.base() / "run" / id;
    exec.process = *runtime::defaultSpec().process;
    exec.process.args = std::move(command);
    exec.process.env = { "PATH=/bin", "SESSION=yes" };
    exec.cgroupsPath = groupOf("box");
    exec.seccomp = runtime::defaultSpec().linux.seccomp;
    exec.shimExecutable = fs::path(DARSENA_BIN_DIR) / "darsena-shim";
    return exec;
}

} // namespace

void TstLifecycle::execSessions()
{
    const Box box;
    auto made = shim::Shim::launch(box.launch({ "sleep", "1000" }));
    QVERIFY2(made.ok(), made.ok() ? "" : made.error().message().c_str());
    QVERIFY(made->start().ok());
    // In the container's namespaces, cgroup, root, with its filter, no capability handed on and no descriptor leaked.
    const Outcome outcome = Box::finish(made->exec(sessionIn(box,
        { "sh", "-c", "hostname; echo $SESSION; ps | grep -c 'sleep 1000$'; grep -E 'CapInh|Seccomp:' /proc/self/status; ls /proc/self/fd; grep -cE 'box|^0::/$' /proc/self/cgroup; exit 7" }, "first")));
    QCOMPARE(outcome.failure, std::string());
    QCOMPARE(outcome.exit.code, 7);
    const std::string expected = "box\nyes\n1\nCapInh:\t0000000000000000\nSeccomp:\t2\n0\n1\n2\n3\n";
    QVERIFY2(outcome.out.starts_with(expected), outcome.out.c_str());
    QVERIFY(std::stoi(outcome.out.substr(expected.size())) >= 1);
    for (const char* name : { "mnt", "pid", "ipc", "uts", "net" }) {
        const Outcome inside = Box::finish(made->exec(sessionIn(box, { "readlink", std::string("/proc/self/ns/") + name }, "ns")));
        QCOMPARE(inside.out, fs::read_symlink("/proc/" + std::to_string(made->pid()) + "/ns/" + name).string() + "\n");
    }
    shim::ExecSpec fed = sessionIn(box, { "cat" }, "second");
    fed.openStdin = true;
    QCOMPARE(Box::finish(made->exec(std::move(fed)), "into the session\n").out, std::string("into the session\n"));
    // The container's end is the sessions' end.
    auto session = made->exec(sessionIn(box, { "sleep", "1000" }, "third"));
    QVERIFY(session.ok() && session->start().ok());
    QVERIFY(made->kill(SIGKILL).ok());
    QCOMPARE(made->wait()->code, 137);
    QCOMPARE(session->wait()->code, 137);
    QCOMPARE(made->exec(sessionIn(box, { "true" }, "late")).error().code(), ErrorCode::NotFound);
}

void TstLifecycle::execTerminal()
{
    const Box box;
    auto made = shim::Shim::launch(box.launch({ "sleep", "1000" }));
    QVERIFY(made.ok() && made->start().ok());
    shim::ExecSpec exec = sessionIn(box, { "sh", "-c", "tty; stty size" }, "terminal");
    exec.process.terminal = true;
    exec.process.consoleSize = oci::ConsoleSize { 11, 22 };
    const Outcome outcome = Box::finish(made->exec(std::move(exec)), {}, true);
    QCOMPARE(outcome.failure, std::string());
    QCOMPARE(outcome.out, std::string("/dev/pts/0\r\n11 22\r\n"));
    // A container that put something else in devpts' place gets no terminal of the host's.
    const Outcome swapped = Box::finish(made->exec(sessionIn(box, { "sh", "-c", "mkdir /dev/x && ln -s /dev/null /dev/x/ptmx" }, "swap")));
    QCOMPARE(swapped.exit.code, 0);
    QVERIFY(made->kill(SIGKILL).ok());
    QVERIFY(made->wait().ok());
}

void TstLifecycle::execErrors()
{
    const Box box;
    auto made = shim::Shim::launch(box.launch({ "sleep", "1000" }));
    QVERIFY(made.ok() && made->start().ok());
    const Outcome missing = Box::finish(made->exec(sessionIn(box, { "nonesuch" }, "missing")));
    QCOMPARE(missing.failure, std::string("exec: \"nonesuch\": executable file not found in $PATH"));
    QCOMPARE(missing.exit.code, 127);
    for (int i = 3; i < 30; ++i) {
        shim::ExecSpec outside = sessionIn(box, { "pwd" }, "cwd");
        outside.process.cwd = "/proc/self/fd/" + std::to_string(i);
        const Outcome outcome = Box::finish(made->exec(std::move(outside)));
        QVERIFY2(!outcome.failure.empty(), outcome.out.c_str());
    }
    QVERIFY(made->kill(SIGKILL).ok());
    QVERIFY(made->wait().ok());
}

void TstLifecycle::survivesItsEngine()
{
    const Box box;
    // Another process launches and starts, and is killed like an engine that crashes.
    const pid_t engine = ::fork();
    if (engine == 0) {
        auto made = shim::Shim::launch(box.launch({ "sh", "-c", "read line; echo heard $line; exit 5" }));
        auto fed = box.launch({ "sh", "-c", "read line; echo heard $line; exit 5" }, "fed");
        fed.openStdin = true;
        auto second = shim::Shim::launch(std::move(fed));
        if (made && second && second->start())
            ::pause();
        ::_exit(1);
    }
    QVERIFY(becomes([&] { return shim::Shim::connect(box.base() / "run/fed").ok()
        && *shim::Shim::connect(box.base() / "run/fed")->state() == shim::State::Running; }));
    ::kill(engine, SIGKILL);
    ::waitpid(engine, nullptr, 0);

    auto fed = shim::Shim::connect(box.base() / "run/fed");
    QVERIFY(fed.ok());
    QVERIFY(*fed->state() == shim::State::Running);
    QVERIFY(runs(fed->pid()));
    auto attached = fed->attach({ true, true, true });
    QVERIFY(attached.ok());
    QCOMPARE(::write(attached->stream.get(), "you\n", 4), ssize_t(4));
    std::string out, err;
    unframe(readToEnd(attached->stream.get()), out, err);
    QCOMPARE(out, std::string("heard you\n"));
    QCOMPARE(fed->wait()->code, 5);
    // Found again even after its end.
    auto ended = shim::Shim::connect(box.base() / "run/fed");
    QVERIFY(ended.ok());
    QVERIFY(*ended->state() == shim::State::Exited);
    QCOMPARE(ended->wait()->code, 5);
    // The other one was created and never started: still there, and startable.
    auto created = shim::Shim::connect(box.base() / "run/box");
    QVERIFY(created.ok());
    QVERIFY(*created->state() == shim::State::Created);
    QVERIFY(created->start().ok());
    QCOMPARE(created->wait()->code, 5);
}

void TstLifecycle::monitorKilled()
{
    const Box box;
    auto made = shim::Shim::launch(box.launch({ "sleep", "1000" }));
    QVERIFY(made.ok() && made->start().ok());
    const pid_t container = made->pid();
    pid_t first = 0, monitor = 0;
    std::istringstream(readText(made->runDir() / "pid")) >> first >> monitor;
    QCOMPARE(first, container);
    ::kill(monitor, SIGKILL);
    QVERIFY(becomes([&] { return !runs(container); }));
    QCOMPARE(shim::Shim::connect(made->runDir()).error().code(), ErrorCode::NotFound);
    QCOMPARE(made->wait().error().code(), ErrorCode::NotFound);
    QVERIFY((*runtime::Cgroup::at(groupOf("box")))->remove().ok());
}

void TstLifecycle::logTurnsOver()
{
    const Box box;
    shim::Launch launch = box.launch({ "sh", "-c", "seq 1 2000" });
    launch.logLimits = { 20'000, 3 };
    const fs::path log = launch.logFile;
    const Outcome outcome = Box::finish(shim::Shim::launch(std::move(launch)));
    QCOMPARE(outcome.exit.code, 0);
    QVERIFY(fs::exists(log));
    QVERIFY(fs::exists(log.string() + ".1"));
    QVERIFY(fs::exists(log.string() + ".2"));
    QVERIFY(!fs::exists(log.string() + ".3"));
    // Whole lines only, in order across the files, the youngest there.
    std::string all = readText(log.string() + ".2") + readText(log.string() + ".1") + readText(log);
    std::istringstream lines(all);
    int last = 0;
    for (std::string line; std::getline(lines, line);) {
        QVERIFY2(line.starts_with("{\"log\":\"") && line.ends_with("Z\"}"), line.c_str());
        const int number = std::stoi(line.substr(8));
        QVERIFY(last == 0 || number == last + 1);
        last = number;
    }
    QCOMPARE(last, 2000);
}

void TstLifecycle::severalClients()
{
    const Box box;
    auto made = shim::Shim::launch(box.launch({ "sh", "-c", "echo a; echo b >&2" }));
    QVERIFY(made.ok());
    auto both = made->attach({ false, true, true });
    auto onlyOut = made->attach({ false, true, false });
    auto onlyErr = made->attach({ false, false, true });
    QVERIFY(both.ok() && onlyOut.ok() && onlyErr.ok() && made->start().ok());
    std::string out, err;
    unframe(readToEnd(both->stream.get()), out, err);
    QCOMPARE(out + err, std::string("a\nb\n"));
    out.clear(), err.clear();
    unframe(readToEnd(onlyOut->stream.get()), out, err);
    QCOMPARE(out + err, std::string("a\n"));
    out.clear(), err.clear();
    unframe(readToEnd(onlyErr->stream.get()), out, err);
    QCOMPARE(out + err, std::string("b\n"));
    QVERIFY(made->wait().ok());
}

void TstLifecycle::deadClientBlocksNothing()
{
    const Box box;
    auto made = shim::Shim::launch(box.launch({ "sh", "-c", "yes | head -c 3000000" }));
    QVERIFY(made.ok());
    auto attached = made->attach({ false, true, true });
    QVERIFY(attached.ok() && made->start().ok());
    char some[1000];
    QVERIFY(::read(attached->stream.get(), some, sizeof some) > 0);
    attached->stream.reset();
    QCOMPARE(made->wait()->code, 0);
}

void TstLifecycle::stdinStaysOpenAfterDetach()
{
    const Box box;
    shim::Launch launch = box.launch({ "sh", "-c", "read a; read b; echo $a $b" });
    launch.openStdin = true;
    launch.stdinOnce = false;
    auto made = shim::Shim::launch(std::move(launch));
    QVERIFY(made.ok() && made->start().ok());
    for (const char* word : { "one\n", "two\n" }) {
        auto attached = made->attach({ true, true, true });
        QVERIFY(attached.ok());
        QCOMPARE(::write(attached->stream.get(), word, 4), ssize_t(4));
    }
    QCOMPARE(made->wait()->code, 0);
    QVERIFY(readText(box.base() / "box-json.log").find(R"({"log":"one two\n")") != std::string::npos);
}

void TstLifecycle::createdAndDropped()
{
    const Box box;
    auto made = shim::Shim::launch(box.launch({ "true" }));
    QVERIFY(made.ok());
    QVERIFY(*made->state() == shim::State::Created);
    QVERIFY(!fs::exists(box.upper() / "started"));
    QVERIFY(made->kill(SIGKILL).ok());
    QCOMPARE(made->wait()->code, 137);
    QVERIFY(!made->start().ok());
}

void TstLifecycle::pidsLimit()
{
    const Box box;
    shim::Launch launch = box.launch({ "sh", "-c", "i=0; while [ $i -lt 30 ]; do sleep 100 & i=$((i+1)); done; echo all" });
    launch.spec.linux.resources.pids = 10;
    const Outcome outcome = Box::finish(shim::Shim::launch(std::move(launch)));
    QVERIFY2(outcome.err.find("can't fork") != std::string::npos, outcome.err.c_str());
    QVERIFY(outcome.out.empty());
}

void TstLifecycle::memoryLimit()
{
    const Box box;
    shim::Launch launch = box.launch({ "dd", "if=/dev/zero", "of=/dev/null", "bs=200M", "count=1" });
    launch.spec.linux.resources.memory.limit = 32 << 20;
    launch.spec.linux.resources.memory.swap = 32 << 20;
    std::vector<std::string> warnings;
    const Outcome outcome = Box::finish(shim::Shim::launch(std::move(launch), &warnings));
    QCOMPARE(outcome.failure, std::string());
    QCOMPARE(outcome.exit.code, 137);
    QVERIFY(outcome.exit.oomKilled);
}

void TstLifecycle::freezeAndStats()
{
    const Box box;
    auto made = shim::Shim::launch(box.launch({ "sh", "-c", "while :; do :; done" }));
    QVERIFY(made.ok() && made->start().ok());
    const auto cgroup = runtime::Cgroup::at(groupOf("box"));
    QVERIFY(cgroup.ok());
    QVERIFY(becomes([&] { return (*cgroup)->stats()->cpuNanoseconds > 1'000'000; }));
    const auto stats = (*cgroup)->stats();
    QCOMPARE(stats->pids, std::uint64_t(1));
    QVERIFY(stats->memoryBytes > 0);
    QCOMPARE((*cgroup)->processes()->size(), std::size_t(1));
    QVERIFY((*cgroup)->freeze().ok());
    QVERIFY(*(*cgroup)->frozen());
    const std::uint64_t before = (*cgroup)->stats()->cpuNanoseconds;
    QTest::qWait(50);
    QCOMPARE((*cgroup)->stats()->cpuNanoseconds, before);
    QVERIFY((*cgroup)->thaw().ok());
    QVERIFY(becomes([&] { return (*cgroup)->stats()->cpuNanoseconds > before; }));
    QVERIFY((*cgroup)->killAll().ok());
    QCOMPARE(made->wait()->code, 137);
    QCOMPARE((*cgroup)->stats().error().code(), ErrorCode::NotFound);
}

void TstLifecycle::failedLaunchLeavesNothing()
{
    const Box box;
    shim::Launch launch = box.launch({ "true" });
    launch.spec.mounts.push_back({ "/data", "bind", "/nonesuch/really", { "rbind" } });
    auto made = shim::Shim::launch(std::move(launch));
    QVERIFY(!made.ok());
    QVERIFY2(made.error().message().find("/nonesuch/really") != std::string::npos, made.error().message().c_str());
    shim::Launch second = box.launch({ "true" });
    second.spec.mounts.push_back({ "/data", "nonesuchfs", "x", {} });
    made = shim::Shim::launch(std::move(second));
    QVERIFY(!made.ok());
    QVERIFY2(made.error().message().find("nonesuchfs") != std::string::npos, made.error().message().c_str());
    QVERIFY(!fs::exists(box.base() / "run/box"));
    for (const std::string& directory : (*runtime::Cgroup::at(groupOf("box")))->directories())
        QVERIFY(!fs::exists(directory));
    // The id is free again.
    QCOMPARE(box.run({ "true" }).exit.code, 0);
}

void TstLifecycle::nothingIsLeft()
{
    const std::string mounts = readText("/proc/self/mountinfo");
    {
        const Box box;
        for (int i = 0; i < 5; ++i)
            QCOMPARE(box.run({ "true" }).exit.code, 0);
        for (const std::string& directory : (*runtime::Cgroup::at(groupOf("box")))->directories())
            QVERIFY2(!fs::exists(directory), directory.c_str());
        std::set<std::string> left;
        for (const auto& entry : fs::directory_iterator(box.base() / "run/box"))
            left.insert(entry.path().filename());
        QCOMPARE(left, (std::set<std::string> { "exit.json", "pid" }));
    }
    QCOMPARE(readText("/proc/self/mountinfo"), mounts);
}

void TstLifecycle::largeOutput()
{
    const Box box;
    const Outcome outcome = box.shell("head -c 5000000 /dev/zero; echo; seq 1 100000 >&2");
    QCOMPARE(outcome.exit.code, 0);
    QCOMPARE(outcome.out.size(), std::size_t(5'000'001));
    QCOMPARE(outcome.err.size(), std::size_t(588'895));
    std::istringstream lines(readText(box.base() / "box-json.log"));
    std::size_t bytes = 0;
    for (std::string line; std::getline(lines, line);) {
        for (std::size_t at = line.find("\\u0000"); at != std::string::npos; at = line.find("\\u0000", at + 6))
            ++bytes;
    }
    QCOMPARE(bytes, std::size_t(5'000'000));
}

/// The same container, started again: same run directory, log goes on, a torn line is cut off.
void TstLifecycle::restart()
{
    const Box box;
    QCOMPARE(box.run({ "echo", "first" }).exit.code, 0);
    std::ofstream(box.base() / "box-json.log", std::ios::app) << "{\"log\":\"torn";
    QCOMPARE(box.run({ "echo", "second" }).exit.code, 0);
    const std::string log = readText(box.base() / "box-json.log");
    QVERIFY(log.find("torn") == std::string::npos);
    QVERIFY(log.find("first") < log.find("second"));
    QCOMPARE(std::ranges::count(log, '\n'), 2);
}

QTEST_GUILESS_MAIN(TstLifecycle)
#include "tst_lifecycle.moc"
