// SPDX-License-Identifier: GPL-3.0-or-later
// How the OCI command line makes processes: OciRuntime's create and exec.
#include "core/runtime/oci_launch.h"

#include "core/base/scope_guard.h"
#include "core/os/file.h"
#include "core/os/socket.h"
#include "core/runtime/cgroups/cgroup.h"
#include "core/runtime/defaults.h"
#include "core/runtime/handoff.h"
#include "core/runtime/hook.h"
#include "core/runtime/planner.h"
#include "core/runtime/process_plan.h"
#include "core/runtime/shim_process.h"
#include "core/runtime/user.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <ctime>
#include <functional>
#include <span>

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

namespace darsena::runtime {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t maxConfigBytes = 4U << 20;

using OnStanding = std::function<Result<void>(pid_t)>;

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

std::string now()
{
    timespec time {};
    ::clock_gettime(CLOCK_REALTIME, &time);
    std::tm parts {};
    ::gmtime_r(&time.tv_sec, &parts);
    char text[40];
    const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    std::string fraction = std::to_string(1'000'000'000L + time.tv_nsec).substr(1);
    return std::string(text, length) + "." + fraction + "Z";
}

/// HOME, when the configuration says nothing: what the passwd file of the container has for its user.
void addHome(int rootFd, oci::Process& process)
{
    const auto isHome = [](const std::string& variable) { return variable.starts_with("HOME="); };
    if (rootFd < 0 || std::ranges::any_of(process.env, isHome))
        return;
    const Result<ResolvedUser> user = resolveUser(rootFd, std::to_string(process.user.uid));
    process.env.push_back("HOME=" + (user && !user->home.empty() ? user->home : "/"));
}

/// Sends the terminal's master to whoever listens (runc's protocol: the descriptor, with the name as bytes).
Result<void> sendTerminal(const std::string& consoleSocket, const UniqueFd& terminal)
{
    const UniqueFd socket = TRY(os::connectUnix(consoleSocket));
    const std::string name = "/dev/ptmx";
    const int fds[] = { terminal.get() };
    return os::sendAll(socket.get(), std::as_bytes(std::span(name)), fds).withContext("console socket");
}

Result<void> checkTerminal(const OciStart& start, bool terminal)
{
    if (terminal && start.consoleSocket.empty() && !start.keepTerminal)
        return Error(ErrorCode::Invalid, "process.terminal: needs --console-socket");
    if (!terminal && !start.consoleSocket.empty())
        return Error(ErrorCode::Invalid, "--console-socket: process.terminal is not set");
    return {};
}

/// Our descriptors from 3 on, as slots of the plan. What we opened ourselves since we began is close-on-exec, and what we
/// were given cannot be: asked for too many, we hand out nothing of our own (CVE-2024-21626).
Result<void> addPreserved(int count, PreparedPlan& prepared)
{
    constexpr int most = 1024;
    if (count < 0 || count > most)
        return Error(ErrorCode::Invalid, "--preserve-fds: outside 0 to 1024");
    for (int number = 3; number < 3 + count; ++number) {
        const int flags = ::fcntl(number, F_GETFD);
        const int copy = flags < 0 || (flags & FD_CLOEXEC) != 0 ? -1 : ::fcntl(number, F_DUPFD_CLOEXEC, 3 + count);
        if (copy < 0)
            return Error(ErrorCode::Invalid, "--preserve-fds: descriptor " + std::to_string(number) + " is not open");
        prepared.plan.process.preserved.push_back(static_cast<Slot>(prepared.descriptors.size()));
        prepared.descriptors.push_back(UniqueFd::adopt(copy));
    }
    return {};
}

/// Socket activation (sd_listen_fds(3)): the sockets that we were started with go on to the first process, which is number
/// 1 of its namespace.
int takeListenFds(std::vector<std::string>& environment)
{
    const char* const count = std::getenv("LISTEN_FDS");
    int number = 0;
    if (count == nullptr || std::from_chars(count, count + std::char_traits<char>::length(count), number).ec != std::errc()
        || number <= 0 || number > 256)
        return 0;
    environment.push_back("LISTEN_FDS=" + std::to_string(number));
    environment.emplace_back("LISTEN_PID=1");
    if (const char* const names = std::getenv("LISTEN_FDNAMES"))
        environment.push_back(std::string("LISTEN_FDNAMES=") + names);
    return number;
}

Result<LaunchReply> nextReply(int socket)
{
    const std::string bytes = TRY_CONTEXT("darsena-shim", receiveMessage(socket));
    LaunchReply reply = TRY(decode<LaunchReply>(bytes));
    if (!reply.ok)
        return Error(static_cast<ErrorCode>(reply.code), reply.error);
    return reply;
}

/// Lets darsena-shim make the process. When it says that hooks are due, `onStanding` runs them.
Result<pid_t> handOver(const PreparedPlan& prepared, const InitOrder& order, OciStart& start, const OnStanding& onStanding)
{
    TRY(checkTerminal(start, prepared.plan.process.terminal));
    ShimProcess shim = TRY(spawnShim({}, ShimRole::Init));
    const int socket = shim.socket.get();
    const ScopeGuard reap([&] {
        shim.socket.reset();
        (void)shim.child.wait();
    });
    TRY(sendMessage(socket, encode(order)));
    TRY(sendDescriptors(socket, prepared.descriptors));
    TRY(sendMessage(socket, encodePlan(prepared.plan)));
    LaunchReply reply = TRY(nextReply(socket));
    while (reply.hooks) {
        TRY(onStanding(reply.pid));
        TRY(sendMessage(socket, "go"));
        reply = TRY(nextReply(socket));
    }
    start.warnings = prepared.warnings;
    std::ranges::move(reply.warnings, std::back_inserter(start.warnings));
    ScopeGuard endProcess([&] { ::kill(reply.pid, SIGKILL); });
    std::vector<UniqueFd> terminals = TRY(receiveDescriptors(socket));
    if (!terminals.empty() && start.consoleSocket.empty())
        start.terminal = std::move(terminals.front());
    else if (!terminals.empty())
        TRY(sendTerminal(start.consoleSocket, terminals.front()));
    if (!start.pidFile.empty())
        TRY(os::writeFileAtomic(start.pidFile, std::to_string(reply.pid), os::Durability::None, 0644));
    endProcess.dismiss();
    return reply.pid;
}

} // namespace

Result<void> OciRuntime::createPrepared(OciContainer& container, Cgroup& cgroup, OciStart& start, bool& hooksBegan) const
{
    std::vector<std::string> warnings;
    allowOwnDevices(container.spec.linux.resources);
    TRY(cgroup.create(container.spec.linux.resources, warnings));

    InitOrder order;
    order.startFifo = (directory(container.id) / "start").string();
    if (::mkfifo(order.startFifo.c_str(), 0600) != 0)
        return Error::system(errno, order.startFifo);
    oci::RuntimeSpec spec = container.spec;
    const int listening = takeListenFds(spec.process->env);
    const fs::path root = container.bundle / spec.root.path;
    addHome(UniqueFd::adopt(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)).get(), *spec.process);
    PlanInputs inputs;
    inputs.bundle = container.bundle;
    inputs.staging = directory(container.id);
    inputs.cgroup = &cgroup;
    inputs.hookState = beginState(container);
    PreparedPlan prepared = TRY(planContainer(spec, std::move(inputs)));
    prepared.plan.process.inheritKeyring = !start.newKeyring;
    TRY(addPreserved(start.preserveFds + listening, prepared));
    const auto runOuterHooks = [&](pid_t pid) -> Result<void> {
        hooksBegan = true;
        container.pid = pid;
        container.startTime = startTimeOf(pid);
        container.creating = true;
        TRY(save(container));
        const std::string state = hookState(beginState(container), "creating", pid);
        TRY(runHooks(plannedHooks(spec.hooks.prestart), "prestart", state));
        return runHooks(plannedHooks(spec.hooks.createRuntime), "createRuntime", state);
    };
    container.pid = TRY(handOver(prepared, order, start, runOuterHooks));
    std::ranges::move(warnings, std::back_inserter(start.warnings));
    container.startTime = startTimeOf(container.pid);
    container.creating = false;
    return save(container);
}

Result<OciContainer> OciRuntime::create(const std::string& id, const fs::path& bundle, OciStart& start) const
{
    TRY(checkContainerId(id));
    OciContainer container;
    container.id = id;
    container.bundle = fs::absolute(bundle).lexically_normal();
    container.created = now();
    const std::string config = TRY(os::readFile(container.bundle / "config.json", maxConfigBytes));
    container.spec = TRY_CONTEXT("config.json", oci::parseRuntimeSpec(config));
    if (!container.spec.process)
        return Error(ErrorCode::Invalid, "config.json: process is missing");
    TRY(checkTerminal(start, container.spec.process->terminal));
    container.cgroupsPath = container.spec.linux.cgroupsPath.empty() ? std::string(ownCgroup) + "/" + id : container.spec.linux.cgroupsPath;
    const std::unique_ptr<Cgroup> cgroup = TRY(Cgroup::at(container.cgroupsPath));
    if (::mkdir(directory(id).c_str(), 0700) != 0) {
        if (errno == EEXIST)
            return Error(ErrorCode::Conflict, "container with given ID already exists: \"" + id + "\"");
        return Error::system(errno, directory(id).string());
    }
    bool hooksBegan = false;
    if (const Result<void> made = createPrepared(container, *cgroup, start, hooksBegan); !made) {
        if (!hooksBegan)
            container.spec.hooks.poststop.clear(); // it never got as far as to stop
        if (const Result<void> undone = destroy(container, start.warnings); !undone)
            start.warnings.push_back(undone.error().message());
        return made.error();
    }
    return container;
}

Result<pid_t> OciRuntime::exec(const OciContainer& container, const OciExec& what, OciStart& start) const
{
    UniqueFd pidfd = TRY(os::openPidfd(container.pid));
    const OciStatus now = status(container);
    if (now == OciStatus::Stopped || now == OciStatus::Creating)
        return Error(ErrorCode::Conflict, "container \"" + container.id + "\" is not running");
    if (now == OciStatus::Paused && !what.ignorePaused)
        return Error(ErrorCode::Conflict, "cannot exec in a paused container (use --ignore-paused to override)");
    std::string path = container.cgroupsPath;
    if (!what.subCgroup.empty()) {
        // Looked at by itself first: appended to the container's, ".." might lead out of it.
        path += what.subCgroup.starts_with('/') ? what.subCgroup : "/" + what.subCgroup;
        if (what.subCgroup.find(':') != std::string::npos)
            return Error(ErrorCode::Unsupported, "--cgroup: a group for one controller alone is not supported");
    }
    const std::unique_ptr<Cgroup> cgroup = TRY(Cgroup::at(path));
    std::uint64_t rare = TRY(hasOwnUserNamespace(container.pid)) ? CLONE_NEWUSER : 0;
    if (std::ranges::find(container.spec.linux.namespaces, oci::NamespaceType::Time, &oci::Namespace::type) != container.spec.linux.namespaces.end())
        rare |= CLONE_NEWTIME;
    const oci::Seccomp* const seccomp = container.spec.linux.seccomp ? &*container.spec.linux.seccomp : nullptr;
    oci::Process process = what.process;
    const std::string root = "/proc/" + std::to_string(container.pid) + "/root";
    addHome(UniqueFd::adopt(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)).get(), process);
    PreparedPlan prepared = TRY(planSession(process, seccomp, std::move(pidfd), cgroup.get(), rare));
    if (!container.spec.linux.personality.empty())
        prepared.plan.process.personality = container.spec.linux.personality == "LINUX32" ? 8 : 0; // PER_LINUX32, PER_LINUX
    TRY(addPreserved(start.preserveFds, prepared));
    return handOver(prepared, {}, start, [](pid_t) { return Result<void>(); });
}

} // namespace darsena::runtime
