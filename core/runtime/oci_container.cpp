// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/oci_container.h"

#include "core/base/scope_guard.h"
#include "core/os/file.h"
#include "core/os/socket.h"
#include "core/runtime/cgroups/cgroup.h"
#include "core/runtime/defaults.h"
#include "core/runtime/handoff.h"
#include "core/runtime/init/messages.h"
#include "core/runtime/planner.h"
#include "core/runtime/shim_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <span>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::runtime {

namespace {

/// Parent of the groups of containers whose specification names none.
constexpr std::string_view ownCgroup = "/darsena-oci";

namespace fs = std::filesystem;

constexpr std::size_t maxConfigBytes = 4U << 20;

bool isName(std::string_view id)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-' || c == '.';
    };
    return !id.empty() && id.size() <= 255 && id != "." && id != ".." && std::ranges::all_of(id, allowed);
}

/// Field 22 of /proc/<pid>/stat; 0 when the process is gone or a zombie.
std::uint64_t startTimeOf(pid_t pid)
{
    const Result<std::string> text = os::readFile("/proc/" + std::to_string(pid) + "/stat", 4096);
    if (!text)
        return 0;
    const std::size_t name = text->rfind(')'); // the name may hold anything, ')' and blanks included
    if (name == std::string::npos || name + 2 >= text->size())
        return 0;
    std::string_view rest = std::string_view(*text).substr(name + 2);
    if (rest.front() == 'Z' || rest.front() == 'X')
        return 0;
    for (int field = 3; field < 22; ++field)
        rest.remove_prefix(std::min(rest.find(' ') + 1, rest.size()));
    std::uint64_t value = 0;
    std::from_chars(rest.data(), rest.data() + rest.size(), value);
    return value;
}

/// Callers deny all devices and leave those that every container has to the runtime (config-linux.md, "Default Devices").
void allowOwnDevices(oci::Resources& resources)
{
    if (resources.devices.empty())
        return;
    for (const oci::DeviceRule& rule : defaultSpec().linux.resources.devices) {
        if (rule.allow)
            resources.devices.push_back(rule);
    }
}

/// Sends the terminal's master to whoever listens (runc's protocol: the descriptor, with the name as bytes).
Result<void> sendTerminal(const std::string& consoleSocket, const UniqueFd& terminal)
{
    const UniqueFd socket = TRY(os::connectUnix(consoleSocket));
    const std::string name = "/dev/ptmx";
    const int fds[] = { terminal.get() };
    return os::sendAll(socket.get(), std::as_bytes(std::span(name)), fds).withContext("console socket");
}

Result<pid_t> handOver(const PreparedPlan& prepared, const InitOrder& order, OciStart& start, bool terminal)
{
    if (terminal && start.consoleSocket.empty())
        return Error(ErrorCode::Invalid, "process.terminal: needs --console-socket");
    if (!terminal && !start.consoleSocket.empty())
        return Error(ErrorCode::Invalid, "--console-socket: process.terminal is not set");
    ShimProcess shim = TRY(spawnShim({}, ShimRole::Init));
    const ScopeGuard reap([&] {
        shim.socket.reset();
        (void)shim.child.wait();
    });
    TRY(sendMessage(shim.socket.get(), encode(order)));
    TRY(sendDescriptors(shim.socket.get(), prepared.descriptors));
    TRY(sendMessage(shim.socket.get(), encodePlan(prepared.plan)));
    const std::string bytes = TRY_CONTEXT("darsena-shim", receiveMessage(shim.socket.get()));
    LaunchReply reply = TRY(decode<LaunchReply>(bytes));
    if (!reply.ok)
        return Error(static_cast<ErrorCode>(reply.code), reply.error);
    start.warnings = prepared.warnings;
    std::ranges::move(reply.warnings, std::back_inserter(start.warnings));
    const std::vector<UniqueFd> terminals = TRY(receiveDescriptors(shim.socket.get()));
    if (!terminals.empty()) {
        if (const Result<void> sent = sendTerminal(start.consoleSocket, terminals.front()); !sent) {
            ::kill(reply.pid, SIGKILL);
            return sent.error();
        }
    }
    if (!start.pidFile.empty())
        TRY(os::writeFileAtomic(start.pidFile, std::to_string(reply.pid), os::Durability::None, 0644));
    return reply.pid;
}

} // namespace

Result<OciRuntime> OciRuntime::open(fs::path root)
{
    TRY(os::makeDirectories(root, 0700));
    return OciRuntime(std::move(root));
}

Result<OciContainer> OciRuntime::create(const std::string& id, const fs::path& bundle, OciStart& start) const
{
    if (!isName(id))
        return Error(ErrorCode::Invalid, "container id \"" + id + "\" is not allowed");
    OciContainer container;
    container.id = id;
    container.bundle = fs::absolute(bundle).lexically_normal();
    const std::string config = TRY(os::readFile(container.bundle / "config.json", maxConfigBytes));
    container.spec = TRY_CONTEXT("config.json", oci::parseRuntimeSpec(config));
    if (!container.spec.process)
        return Error(ErrorCode::Invalid, "config.json: process is missing");
    if (!container.spec.hooks.empty())
        return Error(ErrorCode::Unsupported, "config.json: hooks are not supported");
    if (::mkdir(directory(id).c_str(), 0700) != 0) {
        if (errno == EEXIST)
            return Error(ErrorCode::Conflict, "container \"" + id + "\" exists already");
        return Error::system(errno, directory(id).string());
    }
    ScopeGuard undoDirectory([&] { (void)os::removeTree(directory(id)); });

    container.cgroupsPath = container.spec.linux.cgroupsPath.empty() ? std::string(ownCgroup) + "/" + id : container.spec.linux.cgroupsPath;
    const std::unique_ptr<Cgroup> cgroup = TRY(Cgroup::at(container.cgroupsPath));
    ScopeGuard undoCgroup([&] {
        (void)cgroup->killAll();
        (void)cgroup->remove();
        removeIfEmpty(ownCgroup);
    });
    std::vector<std::string> warnings;
    allowOwnDevices(container.spec.linux.resources);
    TRY(cgroup->create(container.spec.linux.resources, warnings));

    InitOrder order;
    order.startFifo = (directory(id) / "start").string();
    if (::mkfifo(order.startFifo.c_str(), 0600) != 0)
        return Error::system(errno, order.startFifo);
    PlanInputs inputs;
    inputs.bundle = container.bundle;
    inputs.staging = directory(id);
    inputs.cgroup = cgroup.get();
    const PreparedPlan prepared = TRY(planContainer(container.spec, std::move(inputs)));
    container.pid = TRY(handOver(prepared, order, start, container.spec.process->terminal));
    std::ranges::move(warnings, std::back_inserter(start.warnings));
    container.startTime = startTimeOf(container.pid);
    TRY(save(container));
    undoCgroup.dismiss();
    undoDirectory.dismiss();
    return container;
}

Result<void> OciRuntime::save(const OciContainer& container) const
{
    json::Object object { { "id", container.id }, { "bundle", container.bundle.string() }, { "pid", container.pid },
        { "startTime", container.startTime }, { "cgroupsPath", container.cgroupsPath },
        { "config", oci::serializeRuntimeSpec(container.spec) } };
    return os::writeFileAtomic(directory(container.id) / "state.json", json::serialize(object), os::Durability::None);
}

Result<OciContainer> OciRuntime::load(const std::string& id) const
{
    if (!isName(id))
        return Error(ErrorCode::Invalid, "container id \"" + id + "\" is not allowed");
    const Result<std::string> text = os::readFile(directory(id) / "state.json", 2 * maxConfigBytes);
    if (!text)
        return text.error().systemError() == ENOENT ? Error(ErrorCode::NotFound, "container \"" + id + "\" does not exist") : text.error();
    const json::Value document = TRY(json::parse(*text));
    if (!document.is_object())
        return Error(ErrorCode::Corrupt, "state of container " + id);
    const json::Object& object = document.get_object();
    OciContainer container;
    container.id = id;
    container.bundle = TRY(json::text(object, "bundle"));
    container.pid = static_cast<pid_t>(TRY(json::integer(object, "pid")));
    container.startTime = static_cast<std::uint64_t>(TRY(json::integer(object, "startTime")));
    container.cgroupsPath = TRY(json::text(object, "cgroupsPath"));
    const std::string config = TRY(json::text(object, "config"));
    container.spec = TRY(oci::parseRuntimeSpec(config));
    return container;
}

OciStatus OciRuntime::status(const OciContainer& container) const
{
    if (container.pid <= 0 || startTimeOf(container.pid) != container.startTime)
        return OciStatus::Stopped;
    return fs::exists(directory(container.id) / "start") ? OciStatus::Created : OciStatus::Running;
}

std::string OciRuntime::stateJson(const OciContainer& container) const
{
    static constexpr std::array<std::string_view, 4> names { "creating", "created", "running", "stopped" };
    const OciStatus now = status(container);
    json::Object annotations;
    for (const auto& [key, value] : container.spec.annotations)
        annotations[key] = value;
    json::Object object { { "ociVersion", "1.2.0" }, { "id", container.id }, { "status", names[static_cast<std::size_t>(now)] },
        { "pid", now == OciStatus::Stopped ? 0 : container.pid }, { "bundle", container.bundle.string() } };
    if (!annotations.empty())
        object["annotations"] = std::move(annotations);
    return json::serialize(object);
}

Result<void> OciRuntime::start(const OciContainer& container) const
{
    if (status(container) != OciStatus::Created)
        return Error(ErrorCode::Conflict, "container \"" + container.id + "\" is not in the state \"created\"");
    const fs::path path = directory(container.id) / "start";
    const UniqueFd fifo = UniqueFd::adopt(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
    const char byte = static_cast<char>(ToInit::Start);
    if (!fifo || ::write(fifo.get(), &byte, 1) != 1)
        return Error::system(errno, "start container \"" + container.id + "\"");
    if (::unlink(path.c_str()) != 0)
        return Error::system(errno, path.string());
    return {};
}

Result<void> OciRuntime::kill(const OciContainer& container, int signal, bool all) const
{
    if (all) {
        const std::unique_ptr<Cgroup> cgroup = TRY(Cgroup::at(container.cgroupsPath));
        if (signal == SIGKILL)
            return cgroup->killAll();
        for (const pid_t pid : TRY(cgroup->processes()))
            ::kill(pid, signal);
        return {};
    }
    const Error gone(ErrorCode::Conflict, "container \"" + container.id + "\" is not running");
    const Result<UniqueFd> pidfd = os::openPidfd(container.pid);
    // Looked at after the pidfd is open: if it is still the same process now, the pidfd is that process's.
    if (!pidfd || status(container) == OciStatus::Stopped)
        return gone;
    return os::sendSignal(pidfd->get(), signal);
}

Result<void> OciRuntime::remove(const OciContainer& container, bool force) const
{
    if (status(container) != OciStatus::Stopped) {
        if (!force)
            return Error(ErrorCode::Conflict, "container \"" + container.id + "\" is not stopped");
        (void)kill(container, SIGKILL, false);
    }
    const std::unique_ptr<Cgroup> cgroup = TRY(Cgroup::at(container.cgroupsPath));
    TRY(cgroup->killAll());
    TRY(cgroup->remove());
    removeIfEmpty(ownCgroup);
    return os::removeTree(directory(container.id));
}

Result<pid_t> OciRuntime::exec(const OciContainer& container, const oci::Process& process, OciStart& start) const
{
    UniqueFd pidfd = TRY(os::openPidfd(container.pid));
    if (status(container) == OciStatus::Stopped)
        return Error(ErrorCode::Conflict, "container \"" + container.id + "\" is not running");
    const std::unique_ptr<Cgroup> cgroup = TRY(Cgroup::at(container.cgroupsPath));
    const oci::Seccomp* const seccomp = container.spec.linux.seccomp ? &*container.spec.linux.seccomp : nullptr;
    const PreparedPlan prepared = TRY(planSession(process, seccomp, std::move(pidfd), cgroup.get()));
    return handOver(prepared, {}, start, process.terminal);
}

std::vector<std::string> OciRuntime::list() const
{
    std::vector<std::string> out;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(m_root, error)) {
        if (fs::exists(entry.path() / "state.json", error))
            out.push_back(entry.path().filename().string());
    }
    std::ranges::sort(out);
    return out;
}

Result<int> signalNumber(const std::string& text)
{
    static constexpr std::array<std::pair<std::string_view, int>, 31> names { { { "HUP", SIGHUP }, { "INT", SIGINT },
        { "QUIT", SIGQUIT }, { "ILL", SIGILL }, { "TRAP", SIGTRAP }, { "ABRT", SIGABRT }, { "BUS", SIGBUS }, { "FPE", SIGFPE },
        { "KILL", SIGKILL }, { "USR1", SIGUSR1 }, { "SEGV", SIGSEGV }, { "USR2", SIGUSR2 }, { "PIPE", SIGPIPE },
        { "ALRM", SIGALRM }, { "TERM", SIGTERM }, { "STKFLT", SIGSTKFLT }, { "CHLD", SIGCHLD }, { "CONT", SIGCONT },
        { "STOP", SIGSTOP }, { "TSTP", SIGTSTP }, { "TTIN", SIGTTIN }, { "TTOU", SIGTTOU }, { "URG", SIGURG },
        { "XCPU", SIGXCPU }, { "XFSZ", SIGXFSZ }, { "VTALRM", SIGVTALRM }, { "PROF", SIGPROF }, { "WINCH", SIGWINCH },
        { "IO", SIGIO }, { "PWR", SIGPWR }, { "SYS", SIGSYS } } };
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size() && number > 0 && number <= SIGRTMAX)
        return number;
    std::string name;
    for (const char c : text)
        name += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    if (name.starts_with("SIG"))
        name.erase(0, 3);
    for (const auto& [known, value] : names) {
        if (known == name)
            return value;
    }
    if (name.starts_with("RTMIN+") && std::from_chars(name.data() + 6, name.data() + name.size(), number).ec == std::errc()
        && number >= 0 && SIGRTMIN + number <= SIGRTMAX)
        return SIGRTMIN + number;
    return Error(ErrorCode::Invalid, "unknown signal \"" + text + "\"");
}

} // namespace darsena::runtime
