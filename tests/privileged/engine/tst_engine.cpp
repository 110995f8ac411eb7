// SPDX-License-Identifier: GPL-3.0-or-later
// The engine with real containers of busybox: in a network namespace of the test's own, with a store of its own.
#include "core/engine/build_service.h"
#include "core/engine/container_service.h"
#include "core/engine/engine.h"
#include "core/engine/event_hub.h"
#include "core/engine/exec_service.h"
#include "core/engine/image_service.h"
#include "core/engine/network_service.h"
#include "core/engine/system_service.h"
#include "core/engine/volume_service.h"
#include "core/engine/wake_fd.h"
#include "core/archive/tar_writer.h"
#include "core/network/netlink.h"
#include "core/os/file.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <thread>

#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>

using namespace darsena;
using namespace darsena::engine;
using Texts = std::vector<std::string>;
namespace fs = std::filesystem;

namespace {

/// Splits Docker's frames; both streams in one text, standard error marked.
std::string unframe(const std::string& bytes)
{
    std::string text;
    for (std::size_t at = 0; at + 8 <= bytes.size();) {
        const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at + i])); };
        const std::size_t length = byte(4) << 24 | byte(5) << 16 | byte(6) << 8 | byte(7);
        text += (byte(0) == 2 ? "e:" : "") + bytes.substr(at + 8, length);
        at += 8 + length;
    }
    return text;
}

std::string readToEnd(int fd)
{
    return os::readAll(fd, 64 << 20).valueOr("unreadable");
}

std::string logText(LogReader& reader)
{
    std::string text;
    for (;;) {
        const auto chunk = reader.next();
        if (!chunk || !*chunk)
            return text;
        text += (*chunk)->data;
    }
}

class Collector : public builder::BuildObserver {
public:
    void onEvent(const builder::BuildEvent& event) override
    {
        if (const auto* log = std::get_if<builder::LogEvent>(&event))
            text += log->data;
        if (const auto* failed = std::get_if<builder::FailedEvent>(&event))
            text += "FAILED " + failed->message;
    }
    std::string text;
};

} // namespace

class TestEngine : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder{"/tmp/darsena-engine-XXXXXX"};
    std::unique_ptr<Engine> m_engine;
    fs::path m_archive;

    fs::path root() const { return m_folder.filePath("root").toStdString(); }
    fs::path run() const { return m_folder.filePath("run").toStdString(); }
    EngineOptions options() const
    {
        EngineOptions result;
        result.root = root();
        result.run = run();
        result.libexec = DARSENA_BIN_DIR;
        return result;
    }
    void open()
    {
        auto engine = Engine::open(options());
        QVERIFY2(engine.ok(), engine ? "" : engine.error().message().c_str());
        m_engine = std::move(*engine);
    }
    ContainerService& containers() { return m_engine->containers(); }

    static model::ContainerCreate request(Texts command, const std::string& network = "none")
    {
        model::ContainerCreate result;
        result.config.image = "busybox";
        result.config.cmd = std::move(command);
        result.hostConfig.networkMode = network;
        return result;
    }
    std::string create(const model::ContainerCreate& wanted, const std::string& name = "")
    {
        const auto created = containers().create(wanted, name);
        if (!created)
            qWarning("create: %s", created.error().message().c_str());
        return created ? created->id : std::string();
    }
    std::int64_t waitFor(const std::string& id)
    {
        const auto waiter = containers().wait(id, WaitCondition::NotRunning);
        return waiter ? (*waiter)->wait()->statusCode : -1;
    }
    /// Runs to its end; output of both streams, "e:" before standard error's. The container is removed.
    std::string output(const model::ContainerCreate& wanted, std::int64_t* code = nullptr)
    {
        const std::string id = create(wanted);
        AttachOptions attach;
        attach.out = attach.err = true;
        const auto attachment = containers().attach(id, attach).value();
        if (const auto started = containers().start(id); !started) {
            (void)containers().remove(id, true, true);
            return "START " + started.error().message();
        }
        const UniqueFd stream = attachment->stream().value();
        const std::string bytes = readToEnd(stream.get());
        const std::int64_t exit = waitFor(id);
        if (code)
            *code = exit;
        (void)containers().remove(id, true, true);
        return wanted.config.tty ? bytes : unframe(bytes);
    }
    std::string output(Texts command) { return output(request(std::move(command))); }

    static std::size_t entries(const fs::path& folder)
    {
        std::error_code error;
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder, error), fs::directory_iterator()));
    }

private slots:
    void initTestCase()
    {
        if (::geteuid() != 0)
            QSKIP("needs root: runs containers");
        if (::unshare(CLONE_NEWNET) < 0)
            QSKIP("needs CAP_SYS_ADMIN: cannot make a network namespace");
        QVERIFY(network::Netlink::open()->setUp(1).ok());
        QProcess images;
        images.start(QStringLiteral(DARSENA_SOURCE_DIR "/tests/e2e/base_images.sh"), {"busybox"});
        if (!images.waitForFinished(60000) || images.exitCode() != 0)
            QSKIP("needs busybox-static: no base image");
        m_archive = images.readAllStandardOutput().trimmed().toStdString() + "/busybox.tar";
        open();
        const UniqueFd file = os::openFile(m_archive, O_RDONLY).value();
        archive::FdSource source(file.get());
        std::string said;
        const auto loaded = m_engine->images().load(source, [&](const std::string& line) { said += line; }, {});
        QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().message().c_str());
        QVERIFY2(said.find("Loaded image: busybox") != std::string::npos, said.c_str());
    }

    void cleanupTestCase()
    {
        if (!m_engine)
            return;
        const auto left = containers().list({.all = true, .last = 0, .size = false, .filters = {}}).value();
        for (const auto& container : left)
            QVERIFY2(false, ("left behind: " + container.names.front()).c_str());
        m_engine.reset();
        QCOMPARE(entries(root() / "containers"), std::size_t{0});
        QCOMPARE(entries(root() / "snapshots"), entries(root() / "snapshots")); // layers stay
        QCOMPARE(entries(run() / "shims"), std::size_t{0});
        QCOMPARE(entries(run() / "files"), std::size_t{0});
        QCOMPARE(entries(run() / "execs"), std::size_t{0});
        QCOMPARE(network::Netlink::open()->links()->size(), std::size_t{1});
    }

    void runsAProgram()
    {
        QCOMPARE(output(Texts{"echo", "hello"}), std::string("hello\n"));
        std::int64_t code = 0;
        QCOMPARE(output(request({"sh", "-c", "echo out; echo err >&2; exit 7"}), &code), std::string("out\ne:err\n"));
        QCOMPARE(code, std::int64_t{7});
        output(request({"sh", "-c", "sh -c 'kill -9 $$'; exit $?"}), &code);
        QCOMPARE(code, std::int64_t{137});
    }

    void reportsWhatCannotRun()
    {
        const std::string id = create(request({"nonesuch"}));
        const auto started = containers().start(id);
        QCOMPARE(started.error().code(), ErrorCode::Invalid);
        QVERIFY2(started.error().message().find("\"nonesuch\": executable file not found in $PATH") != std::string::npos, started.error().message().c_str());
        QCOMPARE(containers().inspect(id)->state.exitCode, std::int64_t{127});
        QCOMPARE(containers().inspect(id)->state.status, std::string("created"));
        QVERIFY(containers().remove(id).ok());
        const std::string other = create(request({"/etc"}));
        QVERIFY(containers().start(other).error().message().find("permission denied") != std::string::npos
            || containers().inspect(other)->state.exitCode == 126);
        QVERIFY(containers().remove(other).ok());
    }

    void answersWrongNames()
    {
        QCOMPARE(containers().inspect("nonesuch").error().message(), std::string("No such container: nonesuch"));
        QCOMPARE(containers().inspect("nonesuch").error().code(), ErrorCode::NotFound);
        auto wanted = request({"true"});
        wanted.config.image = "nonesuch";
        QCOMPARE(containers().create(wanted, "").error().code(), ErrorCode::NotFound);
        QCOMPARE(containers().create(request({"true"}), "../x").error().code(), ErrorCode::Invalid);
        const std::string id = create(request({"true"}), "taken");
        const auto twice = containers().create(request({"true"}), "taken");
        QCOMPARE(twice.error().code(), ErrorCode::Conflict);
        QVERIFY(twice.error().message().starts_with("Conflict. The container name \"/taken\" is already in use by container \"" + id + "\""));
        QCOMPARE(containers().stop(id).error().code(), ErrorCode::NotModified);
        QCOMPARE(containers().kill(id, "").error().code(), ErrorCode::Conflict);
        QCOMPARE(containers().inspect(id.substr(0, 12))->id, id);
        QVERIFY(containers().rename("taken", "other").ok());
        QVERIFY(containers().create(request({"true"}), "taken").ok());
        QVERIFY(containers().remove("taken").ok());
        QVERIFY(containers().remove("other").ok());
    }

    void appliesWhatWasAsked()
    {
        auto wanted = request({"sh", "-c", "id -u; id -g; pwd; hostname; echo $COLOUR; cat /etc/hosts | grep -c db; touch /x 2>&1; df -k /scratch | tail -1 | awk '{print $2}'"});
        wanted.config.user = "1000:1001";
        wanted.config.workingDir = "/made/for/it";
        wanted.config.hostname = "boat";
        wanted.config.env = {"COLOUR=blue"};
        wanted.hostConfig.extraHosts = {"db:10.0.0.5"};
        wanted.hostConfig.readonlyRootfs = true;
        wanted.hostConfig.tmpfs = {{"/scratch", "size=64k"}};
        const std::string said = output(wanted);
        QVERIFY2(!said.empty(), said.c_str());
        QCOMPARE(QString::fromStdString(said), QStringLiteral("1000\n1001\n/made/for/it\nboat\nblue\n1\ntouch: /x: Read-only file system\n64\n"));
    }

    void keepsLogs()
    {
        const std::string id = create(request({"sh", "-c", "for i in 1 2 3; do echo line $i; done; echo bad >&2"}));
        QVERIFY(containers().start(id).ok());
        QCOMPARE(waitFor(id), std::int64_t{0});
        LogOptions options;
        QCOMPARE(logText(*containers().logs(id, options).value()).size(), std::string("line 1\nline 2\nline 3\nbad\n").size());
        options.err = false;
        options.tail = 2;
        QVERIFY(logText(*containers().logs(id, options).value()).ends_with("line 3\n"));
        QVERIFY(containers().remove(id).ok());
    }

    void followsLogsToTheEnd()
    {
        const std::string id = create(request({"sh", "-c", "for i in 1 2 3; do echo line $i; sleep 0.1; done"}));
        QVERIFY(containers().start(id).ok());
        LogOptions options;
        options.follow = true;
        QCOMPARE(logText(*containers().logs(id, options).value()), std::string("line 1\nline 2\nline 3\n"));
        QCOMPARE(waitFor(id), std::int64_t{0});
        QVERIFY(containers().remove(id).ok());
    }

    void passesStandardInput()
    {
        auto wanted = request({"cat"});
        wanted.config.openStdin = wanted.config.stdinOnce = true;
        const std::string id = create(wanted);
        AttachOptions attach;
        attach.in = attach.out = attach.err = true;
        const auto attachment = containers().attach(id, attach).value();
        QVERIFY(containers().start(id).ok());
        const UniqueFd stream = attachment->stream().value();
        QVERIFY(os::writeAll(stream.get(), "typed\n").ok());
        ::shutdown(stream.get(), SHUT_WR);
        QCOMPARE(unframe(readToEnd(stream.get())), std::string("typed\n"));
        QCOMPARE(waitFor(id), std::int64_t{0});
        QVERIFY(containers().remove(id).ok());
    }

    void givesATerminal()
    {
        auto wanted = request({"sh", "-c", "tty; stty size"});
        wanted.config.tty = true;
        wanted.hostConfig.consoleSize = {24, 80};
        QCOMPARE(output(wanted), std::string("/dev/pts/0\r\n24 80\r\n"));
    }

    void stopsPatientlyAndKills()
    {
        const std::string polite = create(request({"sh", "-c", "trap 'exit 5' TERM; while :; do sleep 0.05; done"}));
        QVERIFY(containers().start(polite).ok());
        QCOMPARE(containers().start(polite).error().code(), ErrorCode::NotModified);
        QTest::qWait(300);
        QVERIFY(containers().stop(polite).ok());
        QCOMPARE(containers().inspect(polite)->state.exitCode, std::int64_t{5});
        const std::string deaf = create(request({"sh", "-c", "trap '' TERM; while :; do sleep 0.05; done"}));
        QVERIFY(containers().start(deaf).ok());
        QCOMPARE(containers().remove(deaf).error().code(), ErrorCode::Conflict);
        QVERIFY(containers().stop(deaf, 0).ok());
        QCOMPARE(containers().inspect(deaf)->state.exitCode, std::int64_t{137});
        QVERIFY(containers().start(deaf).ok());
        QVERIFY(containers().kill(deaf, "KILL").ok());
        QCOMPARE(waitFor(deaf), std::int64_t{137});
        QVERIFY(containers().start(deaf).ok());
        QVERIFY(containers().remove(deaf, true).ok());
        QVERIFY(containers().remove(polite).ok());
    }

    void pausesAndTells()
    {
        const std::string id = create(request({"sleep", "100"}));
        QVERIFY(containers().start(id).ok());
        QVERIFY(containers().pause(id).ok());
        QCOMPARE(containers().inspect(id)->state.status, std::string("paused"));
        QCOMPARE(m_engine->execs().create(id, {}).error().code(), ErrorCode::Invalid);
        QVERIFY(containers().unpause(id).ok());
        const auto top = containers().top(id, "").value();
        QCOMPARE(top.processes.size(), std::size_t{1});
        QCOMPARE(top.processes.front().back(), std::string("sleep 100"));
        const auto stats = containers().stats(id).value();
        QCOMPARE(stats.at("pids_stats").at("current").to_number<int>(), 1);
        QVERIFY(containers().remove(id, true).ok());
    }

    void executesFurtherPrograms()
    {
        auto wanted = request({"sleep", "100"});
        wanted.config.env = {"COLOUR=blue"};
        const std::string id = create(wanted);
        QVERIFY(containers().start(id).ok());
        const auto exec = [&](Texts command, std::int64_t& code, const std::string& user = "") {
            model::ExecCreate execRequest;
            execRequest.attachStdout = execRequest.attachStderr = true;
            execRequest.cmd = std::move(command);
            execRequest.user = user;
            const std::string execId = m_engine->execs().create(id, execRequest)->id;
            const auto attachment = m_engine->execs().start(execId, {});
            if (!attachment) {
                code = m_engine->execs().inspect(execId)->exitCode.value_or(-1);
                return attachment.error().message();
            }
            const UniqueFd stream = (*attachment)->stream().value();
            const std::string text = unframe(readToEnd(stream.get()));
            for (int i = 0; i < 200 && m_engine->execs().inspect(execId)->running; ++i)
                QTest::qWait(10);
            code = m_engine->execs().inspect(execId)->exitCode.value_or(-1);
            return text;
        };
        std::int64_t code = 0;
        QCOMPARE(exec({"sh", "-c", "echo $COLOUR; exit 3"}, code), std::string("blue\n"));
        QCOMPARE(code, std::int64_t{3});
        QCOMPARE(exec({"id", "-u"}, code, "1234"), std::string("1234\n"));
        QVERIFY(exec({"nonesuch"}, code).find("executable file not found in $PATH") != std::string::npos);
        QCOMPARE(code, std::int64_t{127});
        QCOMPARE(m_engine->execs().inspect("nonesuch").error().message(), std::string("No such exec instance: nonesuch"));
        QVERIFY(containers().remove(id, true).ok());
        QCOMPARE(m_engine->execs().create(id, {}).error().code(), ErrorCode::NotFound);
    }

    void removesItself()
    {
        auto wanted = request({"true"});
        wanted.hostConfig.autoRemove = true;
        const std::string id = create(wanted, "shortlived");
        const auto waiter = containers().wait(id, WaitCondition::Removed).value();
        QVERIFY(containers().start(id).ok());
        QCOMPARE(waiter->wait()->statusCode, std::int64_t{0});
        QCOMPARE(containers().inspect(id).error().code(), ErrorCode::NotFound);
        QVERIFY(containers().create(request({"true"}), "shortlived").ok());
        QVERIFY(containers().remove("shortlived").ok());
    }

    void answersThoseWhoWaitForARemovalThatFails()
    {
        auto wanted = request({"sleep", "1000"});
        wanted.hostConfig.autoRemove = true;
        const std::string id = create(wanted);
        const auto waiter = containers().wait(id, WaitCondition::Removed).value();
        QVERIFY(containers().start(id).ok());
        // What is a mount point cannot be unlinked.
        const std::string record = root() / "containers" / id / "config.json";
        QVERIFY2(::mount(record.c_str(), record.c_str(), nullptr, MS_BIND, nullptr) == 0, record.c_str());
        const bool killed = containers().kill(id, "KILL").ok();
        const bool answered = waitReadable(waiter->fd(), {}, std::chrono::seconds(20)).valueOr(false);
        QVERIFY(::umount2(record.c_str(), MNT_DETACH) == 0);
        QVERIFY(killed && answered);
        const auto result = waiter->wait().value();
        QCOMPARE(result.statusCode, std::int64_t{137});
        QVERIFY(result.error && result.error->starts_with("cannot remove container"));
        QCOMPARE(containers().inspect(id)->state.status, std::string("dead"));
        QVERIFY(containers().remove(id, true).ok());
    }

    void removesItselfAfterARestartThatWasRefused()
    {
        auto wanted = request({"sleep", "1000"});
        wanted.hostConfig.autoRemove = true;
        const std::string id = create(wanted);
        const auto waiter = containers().wait(id, WaitCondition::Removed).value();
        QVERIFY(containers().start(id).ok());
        QCOMPARE(containers().restart(id, {}, "NOSUCH").error().code(), ErrorCode::Invalid);
        QVERIFY(containers().kill(id, "KILL").ok());
        const bool removed = waitReadable(waiter->fd(), {}, std::chrono::seconds(20)).valueOr(false);
        if (!removed)
            (void)containers().remove(id, true, true);
        QVERIFY(removed);
    }

    void leavesNoVolumeOfACreateThatFailed()
    {
        auto wanted = request({"true"});
        wanted.config.volumes = {"/anonymous"};
        wanted.hostConfig.binds = {"named:/comes/after"};
        const fs::path blocked = root() / "volumes" / "named"; // where a folder should be made
        QVERIFY(os::writeFileAtomic(blocked, "no folder", os::Durability::None).ok());
        QVERIFY(!containers().create(wanted, "fails").ok());
        fs::remove(blocked);
        QCOMPARE(m_engine->volumes().list({})->volumes.size(), std::size_t{0});
    }

    void endsARemovalThatWasCutShort()
    {
        auto wanted = request({"true"});
        wanted.config.volumes = {"/data", "/more"};
        const std::string id = create(wanted, "first");
        auto keeping = request({"true"});
        keeping.config.volumes = {"/kept"};
        const std::string other = create(keeping, "second");
        QCOMPARE(m_engine->volumes().list({})->volumes.size(), std::size_t{3});
        // As an engine that is killed right after the record went, once with and once without its volumes.
        m_engine.reset();
        const auto folder = [&](const std::string& container) { return root() / "containers" / container; };
        fs::rename(folder(id) / "config.json", folder(id) / "removed.json");
        fs::remove(folder(other) / "config.json");
        open();
        QVERIFY(!containers().inspect(id) && !containers().inspect(other));
        QVERIFY(!fs::exists(folder(id)) && !fs::exists(folder(other)));
        const auto left = m_engine->volumes().list({})->volumes;
        QCOMPARE(left.size(), std::size_t{1});
        QVERIFY(m_engine->volumes().remove(left.front().name, false).ok());
        // A removal that nobody cuts short leaves nothing to end.
        const std::string again = create(wanted);
        QVERIFY(containers().remove(again, false, true).ok());
        QCOMPARE(m_engine->volumes().list({})->volumes.size(), std::size_t{0});
        QVERIFY(!fs::exists(folder(again)));
    }

    void restartsByPolicy()
    {
        auto wanted = request({"sh", "-c", "echo again; exit 1"});
        wanted.hostConfig.restartPolicy = {"on-failure", 2};
        const std::string id = create(wanted);
        QVERIFY(containers().start(id).ok());
        QTRY_COMPARE_WITH_TIMEOUT(containers().inspect(id)->state.status, std::string("exited"), 10000);
        QCOMPARE(containers().inspect(id)->restartCount, std::int64_t{2});
        LogOptions options;
        QCOMPARE(logText(*containers().logs(id, options).value()), std::string("again\nagain\nagain\n"));
        QVERIFY(containers().remove(id).ok());
    }

    void mountsVolumesAndFolders()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath("file"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("from the host\n") > 0);
        file.close();
        auto writing = request({"sh", "-c", "cat /host/file; touch /host/no 2>&1; echo kept > /data/kept; ls /copied"});
        writing.hostConfig.binds = {folder.path().toStdString() + ":/host:ro", "cache:/data", "filled:/copied"};
        const std::string text = output(writing);
        QVERIFY2(text.starts_with("from the host\ntouch: /host/no: Read-only file system\n"), text.c_str());
        auto reading = request({"cat", "/data/kept"});
        reading.hostConfig.binds = {"cache:/data"};
        QCOMPARE(output(reading), std::string("kept\n"));
        QCOMPARE(m_engine->volumes().list({})->volumes.size(), std::size_t{2});
        const std::string id = create(reading);
        QCOMPARE(m_engine->volumes().remove("cache", false).error().code(), ErrorCode::Conflict);
        QVERIFY(containers().remove(id).ok());
        QVERIFY(m_engine->volumes().remove("cache", false).ok());
        QVERIFY(m_engine->volumes().remove("filled", false).ok());
        // What an image has at the mount point fills a new volume.
        auto copying = request({"ls", "/copy"});
        copying.hostConfig.binds = {"bin:/bin"};
        copying.config.cmd = Texts{"/bin/busybox", "test", "-e", "/bin/busybox"};
        std::int64_t code = -1;
        output(copying, &code);
        QCOMPARE(code, std::int64_t{0});
        QVERIFY(m_engine->volumes().remove("bin", false).ok());
    }

    void connectsToTheBridge()
    {
        auto serving = request({"sh", "-c", "echo -e 'HTTP/1.0 200 OK\\n\\nhello' | nc -l -p 80; sleep 100"}, "bridge");
        serving.hostConfig.portBindings = {{"80/tcp", {{"", "18080"}}}};
        const std::string id = create(serving);
        const auto started = containers().start(id);
        QVERIFY2(started.ok(), started ? "" : started.error().message().c_str());
        const auto inspect = containers().inspect(id).value();
        QVERIFY(!inspect.networkSettings.ipAddress.empty());
        QCOMPARE(inspect.networkSettings.ports.at("80/tcp").front().hostPort, std::string("18080"));
        auto asking = request({"sh", "-c", "sleep 0.3; ip -o -4 addr show eth0 | grep -c inet; ip route | grep -c default; wget -q -O - http://" + inspect.networkSettings.ipAddress}, "bridge");
        QCOMPARE(output(asking), std::string("1\n1\nhello\n"));
        QVERIFY(containers().remove(id, true).ok());
    }

    void outlivesItsEngine()
    {
        m_engine.reset();
        // The engine in a process of its own, which is killed in the middle of everything.
        const pid_t child = ::fork();
        if (child == 0) {
            auto engine = Engine::open(options());
            if (!engine)
                ::_exit(1);
            auto lives = request({"sh", "-c", "echo before; while [ ! -e /go ]; do sleep 0.05; done; echo after; exit 42"}, "bridge");
            const auto living = (*engine)->containers().create(lives, "living");
            auto ends = request({"sh", "-c", "sleep 0.5; exit 9"});
            const auto ending = (*engine)->containers().create(ends, "ending");
            ends.hostConfig.autoRemove = true;
            const auto vanishing = (*engine)->containers().create(ends, "vanishing");
            for (const auto& made : {living, ending, vanishing}) {
                if (!made || !(*engine)->containers().start(made->id))
                    ::_exit(2);
            }
            ::kill(::getpid(), SIGKILL);
        }
        int status = 0;
        QCOMPARE(::waitpid(child, &status, 0), child);
        QVERIFY2(WIFSIGNALED(status), "the engine's process ended by itself");
        QTest::qWait(1000);
        open();
        QCOMPARE(containers().inspect("living")->state.status, std::string("running"));
        QTRY_COMPARE_WITH_TIMEOUT(containers().inspect("ending")->state.status, std::string("exited"), 5000);
        QCOMPARE(containers().inspect("ending")->state.exitCode, std::int64_t{9});
        QTRY_VERIFY_WITH_TIMEOUT(!containers().inspect("vanishing").ok(), 5000);
        model::ExecCreate exec;
        exec.cmd = {"touch", "/go"};
        const std::string execId = m_engine->execs().create("living", exec)->id;
        QVERIFY(m_engine->execs().start(execId, {.detach = true, .tty = false, .consoleSize = {}}).ok());
        QCOMPARE(waitFor("living"), std::int64_t{42});
        LogOptions options;
        QCOMPARE(logText(*containers().logs("living", options).value()), std::string("before\nafter\n"));
        QVERIFY(containers().remove("living").ok());
        QVERIFY(containers().remove("ending").ok());
    }

    void tellsWhenAMonitorDied()
    {
        const std::string id = create(request({"sleep", "100"}));
        QVERIFY(containers().start(id).ok());
        // The monitor is the parent of the container's first process.
        const auto pid = containers().inspect(id)->state.pid;
        QFile stat(QString("/proc/%1/stat").arg(pid));
        QVERIFY(stat.open(QIODevice::ReadOnly));
        const auto monitor = stat.readAll().split(' ').at(3).toInt();
        QVERIFY(monitor > 1 && monitor != ::getpid());
        ::kill(monitor, SIGKILL);
        QTRY_COMPARE_WITH_TIMEOUT(containers().inspect(id)->state.status, std::string("exited"), 5000);
        QCOMPARE(containers().inspect(id)->state.exitCode, std::int64_t{255});
        QVERIFY(!containers().inspect(id)->state.error.empty());
        // Dead; whether its new parent has reaped it yet is not ours to say.
        QFile remains(QString("/proc/%1/stat").arg(pid));
        QVERIFY(!remains.open(QIODevice::ReadOnly) || remains.readAll().split(')').last().trimmed().startsWith('Z'));
        QVERIFY(containers().remove(id).ok());
    }

    void tellsEvents()
    {
        const auto subscription = m_engine->events().subscribe({}).value();
        output(Texts{"true"});
        std::string seen;
        for (;;) {
            const auto event = subscription->next().value();
            if (event->type == "container")
                seen += event->action + " ";
            if (event->action == "destroy")
                break;
        }
        QCOMPARE(seen, std::string("create attach start die destroy "));
    }

    void keepsImagesInUse()
    {
        const std::string id = create(request({"sleep", "100"}));
        QVERIFY(containers().start(id).ok());
        QCOMPARE(m_engine->images().remove("busybox", false, false).error().code(), ErrorCode::Conflict);
        QCOMPARE(m_engine->images().remove(m_engine->images().inspect("busybox")->id, true, false).error().code(), ErrorCode::Conflict);
        QVERIFY(m_engine->images().tag("busybox", "mine", "1").ok());
        const auto removed = m_engine->images().remove("mine:1", false, false).value();
        QCOMPARE(removed.size(), std::size_t{1});
        QCOMPARE(removed.front().untagged, std::string("mine:1"));
        QVERIFY(containers().remove(id, true).ok());
        QCOMPARE(m_engine->images().inspect("busybox")->repoTags, (Texts{"busybox:latest"}));
        const auto layers = m_engine->images().layers("busybox").value();
        QVERIFY(!layers.empty());
        for (const auto& layer : layers) {
            if (layer.emptyLayer)
                continue;
            std::int64_t files = 0;
            QVERIFY(m_engine->images().layerFiles("busybox", layer.index, [&](const model::FileChange& file) -> Result<void> {
                files += file.path == "bin/busybox";
                return {};
            }).ok());
            QCOMPARE(files, std::int64_t{1});
        }
        QCOMPARE(m_engine->images().layerFiles("busybox", 99, nullptr).error().code(), ErrorCode::NotFound);
    }

    void buildsAndRuns()
    {
        archive::MemorySink tar;
        archive::TarWriter writer(tar);
        archive::Entry entry;
        entry.path = "Dockerfile";
        entry.mode = 0644;
        const std::string text = "FROM busybox\nRUN echo built by $(id -un) > /made && echo said\nCMD [\"cat\", \"/made\"]\n";
        entry.size = text.size();
        QVERIFY(writer.addFile(entry, text).ok() && writer.finish().ok());
        archive::MemorySource source(tar.bytes());
        BuildParameters parameters;
        parameters.tags = {"made"};
        parameters.network = "none";
        Collector collector;
        const auto built = m_engine->builds().build(source, parameters, collector, {});
        QVERIFY2(built.ok(), built ? "" : built.error().message().c_str());
        QVERIFY2(collector.text.find("said\n") != std::string::npos, collector.text.c_str());
        auto wanted = request({});
        wanted.config.cmd.reset();
        wanted.config.image = "made";
        QCOMPARE(output(wanted), std::string("built by root\n"));
        QVERIFY(m_engine->images().remove("made", false, false).ok());
    }

    void leavesNoDescriptorsBehind()
    {
        output(Texts{"true"});
        const std::size_t before = entries("/proc/self/fd");
        for (int i = 0; i < 20; ++i)
            output(Texts{"true"});
        QVERIFY(entries("/proc/self/fd") <= before + 2);
    }
};

QTEST_GUILESS_MAIN(TestEngine)
#include "tst_engine.moc"
