// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/shim/shim.h"

#include "core/base/json.h"
#include "core/base/scope_guard.h"
#include "core/os/file.h"
#include "core/os/process.h"
#include "core/os/socket.h"
#include "core/runtime/cgroups/cgroup.h"
#include "core/runtime/planner.h"
#include "core/runtime/shim_process.h"
#include "core/shim/exit_record.h"
#include "core/shim/external_launch.h"
#include "core/shim/protocol.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <span>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::shim {

namespace {

namespace fs = std::filesystem;

constexpr int millisecondsForAnswer = 30'000;

bool isName(std::string_view id)
{
    const auto letterOrDigit = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    return !id.empty() && id.size() <= 255 && letterOrDigit(id.front())
        && std::ranges::all_of(id, [&](char c) { return letterOrDigit(c) || c == '_' || c == '.' || c == '-'; });
}

struct Launched {
    pid_t pid = 0, monitor = 0;
};

/// Hands everything over and waits until the container stands. `plan`: encoded; empty when somebody else's runtime makes it.
Result<Launched> handOver(runtime::ShimProcess& spawned, const MonitorPlan& monitor, const std::vector<UniqueFd>& descriptors,
    const std::string& plan, std::vector<std::string>* warnings)
{
    const int socket = spawned.socket.get();
    TRY(runtime::sendMessage(socket, runtime::encode(monitor)));
    TRY(runtime::sendDescriptors(socket, descriptors));
    TRY(runtime::sendMessage(socket, plan));
    const std::string bytes = TRY_CONTEXT("darsena-shim", runtime::receiveMessage(socket));
    runtime::LaunchReply reply = TRY(runtime::decode<runtime::LaunchReply>(bytes));
    if (!reply.ok)
        return Error(static_cast<ErrorCode>(reply.code), reply.error);
    if (warnings != nullptr)
        std::ranges::move(reply.warnings, std::back_inserter(*warnings));
    return Launched { reply.pid, reply.monitor };
}

Result<Launched> handOver(
    runtime::ShimProcess& spawned, const MonitorPlan& monitor, const runtime::PreparedPlan& prepared, std::vector<std::string>* warnings)
{
    if (warnings != nullptr)
        std::ranges::copy(prepared.warnings, std::back_inserter(*warnings));
    return handOver(spawned, monitor, prepared.descriptors, runtime::encodePlan(prepared.plan), warnings);
}

Result<void> makeRunDirectory(const fs::path& path)
{
    if (!path.is_absolute())
        return Error(ErrorCode::Internal, "run directory " + path.string() + " is not absolute");
    TRY(os::makeDirectories(path, 0700));
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0)
        return Error::system(errno, path.string());
    if (!S_ISDIR(status.st_mode) || status.st_uid != ::geteuid() || (status.st_mode & 077) != 0)
        return Error(ErrorCode::Denied, "run directory " + path.string() + ": others may enter it");
    // Of a former run of the same container.
    for (const std::string_view name : { exitName, pidName, controlName }) {
        if (::unlink((path / name).c_str()) != 0 && errno != ENOENT)
            return Error::system(errno, (path / name).string());
    }
    return {};
}

void removeRunDirectory(const fs::path& path)
{
    for (const std::string_view name : { exitName, pidName, controlName })
        ::unlink((path / name).c_str());
    for (const std::string_view name : { bundleName, runtimeStateName })
        (void)os::removeTree(path / name);
    ::rmdir(path.c_str());
}

Result<Reply> receiveReply(int socket, std::string& text)
{
    Reply reply;
    TRY(os::receiveExactly(socket, std::as_writable_bytes(std::span(&reply, 1))));
    if (reply.length > maxReplyText)
        return Error(ErrorCode::Corrupt, "answer of the container's monitor");
    text.resize(reply.length);
    TRY(os::receiveExactly(socket, std::as_writable_bytes(std::span(text))));
    if (reply.status != 0)
        return Error(static_cast<ErrorCode>(reply.status - 1), text);
    return reply;
}

Result<UniqueFd> sendRequest(const fs::path& runDir, const Request& request)
{
    UniqueFd socket = TRY(os::connectUnix(runDir / controlName));
    // A monitor answers at once; one that does not must not hold a thread of the engine for ever.
    const timeval limit { millisecondsForAnswer / 1000, 0 };
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    TRY(os::sendAll(socket.get(), std::as_bytes(std::span(&request, 1))));
    return socket;
}

Result<Reply> ask(const fs::path& runDir, Verb verb, std::uint32_t first = 0, std::uint32_t second = 0)
{
    const UniqueFd socket = TRY(sendRequest(runDir, { protocolVersion, verb, first, second }));
    std::string text;
    return receiveReply(socket.get(), text);
}

Result<std::pair<pid_t, pid_t>> readPids(const fs::path& runDir)
{
    const std::string text = TRY(os::readFile(runDir / pidName, 64));
    std::pair<pid_t, pid_t> pids;
    const char* const end = text.data() + text.size();
    const auto [next, error] = std::from_chars(text.data(), end, pids.first);
    if (error != std::errc() || next == end || std::from_chars(next + 1, end, pids.second).ec != std::errc())
        return Error(ErrorCode::Corrupt, (runDir / pidName).string());
    return pids;
}

bool isGone(const Error& error)
{
    return error.code() == ErrorCode::Unavailable;
}

} // namespace

Result<Shim> Shim::launch(Launch launch, std::vector<std::string>* warnings)
{
    if (!isName(launch.id))
        return Error(ErrorCode::Invalid, "container id \"" + launch.id + "\" is not allowed");
    if (!launch.spec.process)
        return Error(ErrorCode::Invalid, "process: missing");
    if (!launch.spec.hooks.empty())
        return Error(ErrorCode::Unsupported, "hooks are not run by the engine");
    // The program loads while we prepare what it will be told.
    runtime::ShimProcess spawned = TRY(runtime::spawnShim(launch.shimExecutable, runtime::ShimRole::Monitor));
    TRY(makeRunDirectory(launch.runDir));
    ScopeGuard undoDirectory([&] { removeRunDirectory(launch.runDir); });

    MonitorPlan monitor { launch.id, launch.runDir.string(), launch.logFile.string(), launch.logLimits.maxSize,
        launch.logLimits.maxFiles, launch.spec.process->terminal, launch.openStdin, launch.stdinOnce, {}, {}, launch.logAttributes };
    std::vector<std::string> ownWarnings;
    std::unique_ptr<runtime::Cgroup> cgroup;
    ScopeGuard undoCgroup([&] {
        if (cgroup)
            (void)cgroup->remove();
    });
    if (!launch.spec.linux.cgroupsPath.empty()) {
        cgroup = TRY(runtime::Cgroup::at(launch.spec.linux.cgroupsPath));
        oci::Resources limits = launch.spec.linux.resources;
        if (!launch.runtime.empty())
            limits.devices.clear(); // the runtime applies those, and those alone
        TRY(cgroup->create(limits, ownWarnings));
        monitor.cgroups = cgroup->directories();
        monitor.oomFile = cgroup->oomFile();
    }
    Launched launched;
    if (launch.runtime.empty()) {
        runtime::PlanInputs inputs;
        inputs.root = std::move(launch.rootMount);
        if (launch.root)
            inputs.root = TRY_CONTEXT("container root", os::mountOverlay(*launch.root));
        inputs.staging = launch.runDir;
        inputs.cgroup = cgroup.get();
        const runtime::PreparedPlan prepared = TRY(runtime::planContainer(launch.spec, std::move(inputs)));
        launched = TRY(handOver(spawned, monitor, prepared, warnings));
    } else {
        const std::vector<UniqueFd> mounts = TRY(prepareBundle(launch, monitor));
        launched = TRY(handOver(spawned, monitor, mounts, {}, warnings));
    }
    if (warnings != nullptr)
        std::ranges::move(ownWarnings, std::back_inserter(*warnings));
    undoDirectory.dismiss();
    undoCgroup.dismiss();
    return Shim(launch.runDir, launched.pid, launched.monitor);
}

Result<Shim> Shim::exec(ExecSpec spec, std::vector<std::string>* warnings) const
{
    if (!isName(spec.id))
        return Error(ErrorCode::Invalid, "exec id \"" + spec.id + "\" is not allowed");
    UniqueFd pidfd = TRY(openPidfd());
    runtime::ShimProcess spawned = TRY(runtime::spawnShim(spec.shimExecutable, runtime::ShimRole::Monitor));
    TRY(makeRunDirectory(spec.runDir));
    ScopeGuard undoDirectory([&] { removeRunDirectory(spec.runDir); });
    MonitorPlan monitor { spec.id, spec.runDir.string(), spec.logFile.string(), 0, 1, spec.process.terminal,
        spec.openStdin, spec.openStdin, {}, {}, {} };
    Launched launched;
    if (spec.runtime.empty()) {
        std::unique_ptr<runtime::Cgroup> cgroup;
        if (!spec.cgroupsPath.empty())
            cgroup = TRY(runtime::Cgroup::at(spec.cgroupsPath));
        const oci::Seccomp* const seccomp = spec.seccomp ? &*spec.seccomp : nullptr;
        const runtime::PreparedPlan prepared = TRY(runtime::planSession(spec.process, seccomp, std::move(pidfd), cgroup.get()));
        launched = TRY(handOver(spawned, monitor, prepared, warnings));
    } else {
        // The group and the filter are the container's, as its runtime knows them.
        TRY(prepareSession(spec, m_runDir, monitor));
        launched = TRY(handOver(spawned, monitor, std::vector<UniqueFd>(), {}, warnings));
    }
    undoDirectory.dismiss();
    return Shim(spec.runDir, launched.pid, launched.monitor);
}

Result<Shim> Shim::connect(const std::filesystem::path& runDir)
{
    std::error_code ignored;
    const Result<std::pair<pid_t, pid_t>> pids = readPids(runDir);
    if (fs::exists(runDir / exitName, ignored))
        return Shim(runDir, 0, pids ? pids->second : 0);
    if (!pids)
        return Error(ErrorCode::NotFound, "no container monitor in " + runDir.string());
    if (const Result<Reply> state = ask(runDir, Verb::State); !state) {
        // It may have ended between the two looks.
        if (fs::exists(runDir / exitName, ignored))
            return Shim(runDir, 0, pids->second);
        return isGone(state.error()) ? Error(ErrorCode::NotFound, "the container's monitor in " + runDir.string() + " is dead") : state.error();
    }
    return Shim(runDir, pids->first, pids->second);
}

Result<void> Shim::start() const
{
    TRY(ask(m_runDir, Verb::Start));
    return {};
}

Result<void> Shim::kill(int signal) const
{
    const Result<Reply> reply = ask(m_runDir, Verb::Kill, static_cast<std::uint32_t>(signal));
    if (!reply && isGone(reply.error()))
        return Error(ErrorCode::Conflict, "the container is not running");
    return reply ? Result<void>() : reply.error();
}

Result<void> Shim::resize(std::uint16_t rows, std::uint16_t columns) const
{
    TRY(ask(m_runDir, Verb::Resize, rows, columns));
    return {};
}

Result<Attachment> Shim::attach(const AttachOptions& options) const
{
    const std::uint32_t flags = (options.standardInput ? AttachInput : 0U) | (options.standardOutput ? AttachOutput : 0U)
        | (options.standardError ? AttachError : 0U);
    Attachment out;
    out.stream = TRY(sendRequest(m_runDir, { protocolVersion, Verb::Attach, flags, 0 }));
    std::string text;
    const Reply reply = TRY(receiveReply(out.stream.get(), text));
    const timeval none {};
    ::setsockopt(out.stream.get(), SOL_SOCKET, SO_RCVTIMEO, &none, sizeof none);
    out.terminal = (reply.value & terminalBit) != 0;
    out.logBytes = reply.value & ~terminalBit;
    return out;
}

Result<Exit> Shim::wait(std::stop_token stop) const
{
    while (true) {
        if (const std::optional<Exit> done = TRY(exit()))
            return *done;
        Result<UniqueFd> asked = sendRequest(m_runDir, { protocolVersion, Verb::Wait, 0, 0 });
        if (!asked && !isGone(asked.error()))
            return asked.error();
        if (!asked) {
            // Gone: with a record, or without one. The record is written before the socket goes.
            if (const std::optional<Exit> done = TRY(exit()))
                return *done;
            return Error(ErrorCode::NotFound, "the container's monitor is dead; how the container ended is not known");
        }
        // Woken by the answer, by the monitor's death, or by the caller.
        int wake[2];
        if (::pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0)
            return Error::system(errno, "pipe");
        const UniqueFd wakeRead = UniqueFd::adopt(wake[0]), wakeWrite = UniqueFd::adopt(wake[1]);
        const std::stop_callback onStop(stop, [&] { (void)!::write(wakeWrite.get(), "", 1); });
        pollfd polled[] = { { asked->get(), POLLIN, 0 }, { wakeRead.get(), POLLIN, 0 } };
        while (::poll(polled, 2, -1) < 0 && errno == EINTR) { }
        if (stop.stop_requested())
            return Error(ErrorCode::Cancelled, "waiting for the container was cancelled");
        std::string text;
        const Result<Reply> reply = receiveReply(asked->get(), text);
        if (reply)
            return parseExitRecord(text);
        if (reply.error().code() != ErrorCode::Unavailable)
            return reply.error();
    }
}

Result<UniqueFd> Shim::openEnd() const
{
    Result<UniqueFd> asked = sendRequest(m_runDir, { protocolVersion, Verb::Wait, 0, 0 });
    if (asked || !isGone(asked.error()))
        return asked;
    UniqueFd over = UniqueFd::adopt(::eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!over)
        return Error::system(errno, "make an eventfd");
    return over;
}

Result<std::optional<Exit>> Shim::exit() const
{
    const Result<std::string> text = os::readFile(m_runDir / exitName, maxReplyText);
    if (!text) {
        if (text.error().systemError() == ENOENT)
            return std::optional<Exit>();
        return text.error();
    }
    return std::optional<Exit>(TRY(parseExitRecord(*text)));
}

Result<State> Shim::state() const
{
    const Result<Reply> reply = ask(m_runDir, Verb::State);
    if (reply)
        return reply->value == 0 ? State::Created : reply->value == 1 ? State::Running : State::Exited;
    if (isGone(reply.error()) && TRY(exit()))
        return State::Exited;
    return reply.error();
}

Result<UniqueFd> Shim::openPidfd() const
{
    if (m_pid <= 0)
        return Error(ErrorCode::NotFound, "the container is not running");
    UniqueFd pidfd = TRY(os::openPidfd(m_pid));
    // The monitor reaps, so while it says that the container lives, the number is still the container's.
    const Result<State> now = state();
    if (!now || *now == State::Exited)
        return Error(ErrorCode::NotFound, "the container is not running");
    return pidfd;
}

} // namespace darsena::shim
