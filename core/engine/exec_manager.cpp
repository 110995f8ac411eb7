// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/exec_manager.h"

#include "core/base/log.h"
#include "core/engine/create_request.h"
#include "core/engine/name_generator.h"
#include "core/engine/spec_builder.h"
#include "core/engine/host_config_check.h"
#include "core/engine/container_starter.h"
#include "core/engine/stream_attachment.h"
#include "core/engine/texts.h"
#include "core/os/file.h"
#include "core/runtime/defaults.h"
#include "core/runtime/user.h"

#include <cerrno>

#include <csignal>
#include <fcntl.h>

namespace darsena::engine {

namespace {

constexpr std::size_t kMaxExecs = 10'000;
constexpr std::chrono::minutes kKept(5);

bool attaches(const model::ExecCreate& request)
{
    return request.attachStdin || request.attachStdout || request.attachStderr;
}

} // namespace

struct ExecManager::Exec {
    std::string id;
    std::string containerId;
    model::ExecCreate request;

    std::mutex mutex; ///< guards what follows
    bool started = false;
    std::optional<shim::Shim> shim;
    std::optional<std::int64_t> exitCode;
    std::chrono::steady_clock::time_point endedAt;
};

Result<ExecManager::ExecPointer> ExecManager::find(std::string_view id)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_execs.find(id);
    if (found == m_execs.end())
        return Error(ErrorCode::NotFound, fmt::format("No such exec instance: {}", id));
    return found->second;
}

void ExecManager::publish(const Exec& exec, const Container& container, std::string action, std::map<std::string, std::string> more)
{
    std::map<std::string, std::string> attributes;
    {
        const std::lock_guard lock(container.mutex);
        attributes = container.record.config.labels;
        attributes["image"] = container.record.imageName;
        attributes["name"] = container.record.name;
    }
    attributes["execID"] = exec.id;
    for (auto& [key, value] : more)
        attributes[key] = std::move(value);
    m_parts.events.publish("container", std::move(action), container.id, std::move(attributes));
}

void ExecManager::forget(const std::vector<std::string>& execs)
{
    const std::lock_guard lock(m_mutex);
    for (const std::string& id : execs) {
        const auto found = m_execs.find(id);
        if (found == m_execs.end())
            continue;
        const std::lock_guard inner(found->second->mutex);
        // One that runs is ended by its own thread: with the container's pid namespace all its processes go.
        if (!found->second->started)
            m_execs.erase(found);
    }
}

Result<model::ExecCreated> ExecManager::create(std::string_view reference, const model::ExecCreate& request)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    if (request.cmd.empty())
        return Error(ErrorCode::Invalid, "No exec command specified");
    for (const auto* list : {&request.cmd, &request.env}) {
        for (const std::string& text : *list) {
            if (text.find('\0') != std::string::npos)
                return Error(ErrorCode::Invalid, "exec: a NUL byte is not allowed");
        }
    }
    for (const std::string& entry : request.env) {
        if (entry.empty() || entry.front() == '=')
            return Error(ErrorCode::Invalid, fmt::format("invalid environment variable: {}", entry));
    }
    if (!request.workingDir.empty() && !request.workingDir.starts_with('/'))
        return Error(ErrorCode::Invalid, fmt::format("Cwd must be an absolute path: {}", request.workingDir));
    auto exec = std::make_shared<Exec>();
    exec->id = generateId();
    exec->containerId = container->id;
    exec->request = request;
    {
        const std::lock_guard lock(container->mutex);
        if (container->state.status == Status::Paused)
            return Error(ErrorCode::Conflict, fmt::format("container {} is paused, unpause the container before exec", container->id));
        if (container->state.status != Status::Running)
            return Error(ErrorCode::Conflict, fmt::format("container {} is not running", container->id));
        container->execs.insert(exec->id);
    }
    {
        const std::lock_guard lock(m_mutex);
        const auto old = std::chrono::steady_clock::now() - kKept;
        std::erase_if(m_execs, [&](const auto& entry) {
            const std::lock_guard inner(entry.second->mutex);
            return entry.second->exitCode && entry.second->endedAt < old;
        });
        if (m_execs.size() >= kMaxExecs)
            return Error(ErrorCode::TooLarge, fmt::format("more than {} exec instances", kMaxExecs));
        m_execs.emplace(exec->id, exec);
    }
    publish(*exec, *container, "exec_create: " + fmt::format("{}", fmt::join(request.cmd, " ")));
    return model::ExecCreated{exec->id};
}

Result<shim::Shim> ExecManager::launch(Exec& exec, const Container& container, const model::ExecStart& request)
{
    std::optional<shim::Shim> target;
    ContainerRecord record;
    std::int64_t pid = 0;
    {
        const std::lock_guard lock(container.mutex);
        if (!container.shim || container.state.status != Status::Running)
            return Error(ErrorCode::Conflict, fmt::format("container {} is not running", container.id));
        target = container.shim;
        record = container.record;
        pid = container.state.pid;
    }
    const model::HostConfig& host = record.hostConfig;
    const UniqueFd root = UniqueFd::adopt(::open(fmt::format("/proc/{}/root", pid).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!root)
        return Error::system(errno, "open the container's root");
    const std::string user = exec.request.user.empty() ? record.config.user : exec.request.user;
    const runtime::ResolvedUser resolved = TRY(runtime::resolveUser(root.get(), user, host.groupAdd));

    shim::ExecSpec spec;
    spec.id = exec.id;
    spec.runDir = m_parts.files.exec(exec.id);
    spec.openStdin = exec.request.attachStdin;
    spec.cgroupsPath = cgroupsPathOf(record);
    spec.shimExecutable = m_parts.shimExecutable();
    oci::Process& process = spec.process;
    process.terminal = exec.request.tty;
    const auto& size = request.consoleSize.size() == 2 ? request.consoleSize : exec.request.consoleSize;
    if (process.terminal && size.size() == 2 && size[0] > 0 && size[0] < 65536 && size[1] > 0 && size[1] < 65536)
        process.consoleSize = oci::ConsoleSize{static_cast<std::uint16_t>(size[0]), static_cast<std::uint16_t>(size[1])};
    process.user.uid = resolved.uid;
    process.user.gid = resolved.gid;
    process.user.additionalGids = resolved.additionalGids;
    process.args = exec.request.cmd;
    process.cwd = !exec.request.workingDir.empty() ? exec.request.workingDir : record.config.workingDir.empty() ? "/" : record.config.workingDir;
    process.env = completeEnvironment(mergeEnvironment(record.config.env, exec.request.env), hostnameOf(record), resolved.home, exec.request.tty);
    if (exec.request.privileged) {
        process.capabilities = runtime::capabilitiesOf(runtime::allCapabilities());
    } else {
        const auto capabilities = TRY(capabilitiesFor(host));
        process.capabilities = runtime::capabilitiesOf(capabilities);
        spec.seccomp = TRY(seccompFor(host, capabilities));
    }
    process.noNewPrivileges = TRY(parseSecurityOptions(host.securityOpt)).noNewPrivileges;
    process.oomScoreAdj = static_cast<int>(host.oomScoreAdj);
    return target->exec(std::move(spec));
}

Result<std::unique_ptr<Attachment>> ExecManager::start(std::string_view id, const model::ExecStart& request)
{
    const ExecPointer exec = TRY(find(id));
    const ContainerPointer container = TRY(m_parts.containers.find(exec->containerId));
    {
        const std::lock_guard lock(exec->mutex);
        if (exec->started)
            return Error(ErrorCode::Conflict, fmt::format("exec command {} has already run", exec->id));
        exec->started = true;
    }
    const auto failed = [&](const Error& error) {
        const std::string& text = error.message();
        const bool missing = text.find("executable file not found") != std::string::npos || text.find("no such file") != std::string::npos;
        ended(exec, container, missing ? 127 : 126);
        const bool cannotRun = error.code() == ErrorCode::NotFound || error.code() == ErrorCode::Denied;
        return cannotRun ? error.as(ErrorCode::Invalid) : error;
    };
    auto launched = launch(*exec, *container, request);
    if (!launched)
        return failed(launched.error());
    const shim::Shim shim = *launched;
    {
        const std::lock_guard lock(exec->mutex);
        exec->shim = shim;
    }
    std::unique_ptr<Attachment> attachment;
    if (!request.detach && attaches(exec->request)) {
        auto stream = shim.attach({exec->request.attachStdin, exec->request.attachStdout, exec->request.attachStderr});
        if (!stream) {
            (void)shim.kill(SIGKILL);
            return failed(stream.error());
        }
        attachment = TRY(StreamAttachment::create(std::move(stream->stream), exec->request.tty));
    }
    publish(*exec, *container, "exec_start: " + fmt::format("{}", fmt::join(exec->request.cmd, " ")));
    auto end = shim.openEnd();
    if (!end) {
        (void)shim.kill(SIGKILL);
        return failed(end.error());
    }
    if (const auto started = shim.start(); !started)
        return failed(started.error());
    TRY(m_parts.reactor->whenReadable(std::move(*end), [this, exec, container, shim](std::stop_token stop) {
        const auto exit = shim.wait(stop);
        if (!exit && exit.error().code() == ErrorCode::Cancelled)
            return;
        ended(exec, container, exit ? exit->code : 137);
        publish(*exec, *container, "exec_die", {{"exitCode", std::to_string(exit ? exit->code : 137)}});
    }));
    return attachment;
}

void ExecManager::ended(const ExecPointer& exec, const ContainerPointer& container, std::int64_t code)
{
    {
        const std::lock_guard lock(exec->mutex);
        exec->exitCode = code;
        exec->endedAt = std::chrono::steady_clock::now();
        exec->shim.reset();
    }
    {
        const std::lock_guard lock(container->mutex);
        container->execs.erase(exec->id);
    }
    if (const auto gone = os::removeTree(m_parts.files.exec(exec->id)); !gone)
        log::warning("exec {}: {}", exec->id.substr(0, 12), gone.error().message());
}

Result<model::ExecInspect> ExecManager::inspect(std::string_view id)
{
    const ExecPointer exec = TRY(find(id));
    const std::lock_guard lock(exec->mutex);
    model::ExecInspect inspect;
    inspect.id = exec->id;
    inspect.containerId = exec->containerId;
    inspect.running = exec->started && !exec->exitCode;
    inspect.exitCode = exec->exitCode;
    inspect.pid = exec->shim ? exec->shim->pid() : 0;
    inspect.openStdin = exec->request.attachStdin;
    inspect.openStdout = exec->request.attachStdout;
    inspect.openStderr = exec->request.attachStderr;
    inspect.canRemove = exec->exitCode.has_value();
    inspect.detachKeys = exec->request.detachKeys;
    inspect.process.entrypoint = exec->request.cmd.front();
    inspect.process.arguments.assign(exec->request.cmd.begin() + 1, exec->request.cmd.end());
    inspect.process.privileged = exec->request.privileged;
    inspect.process.tty = exec->request.tty;
    inspect.process.user = exec->request.user;
    return inspect;
}

Result<void> ExecManager::resize(std::string_view id, std::int64_t rows, std::int64_t columns)
{
    const ExecPointer exec = TRY(find(id));
    if (rows < 0 || rows > 65535 || columns < 0 || columns > 65535)
        return Error(ErrorCode::Invalid, "a terminal has 0 to 65535 rows and columns");
    std::optional<shim::Shim> shim;
    {
        const std::lock_guard lock(exec->mutex);
        shim = exec->shim;
    }
    if (!shim)
        return Error(ErrorCode::Conflict, fmt::format("exec command {} is not running", exec->id));
    return shim->resize(static_cast<std::uint16_t>(rows), static_cast<std::uint16_t>(columns));
}

} // namespace darsena::engine
