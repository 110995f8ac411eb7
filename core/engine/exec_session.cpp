// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/exec_session.h"

#include "core/engine/container_starter.h"
#include "core/engine/create_request.h"
#include "core/engine/host_config_check.h"
#include "core/engine/spec_builder.h"
#include "core/runtime/defaults.h"
#include "core/runtime/user.h"

#include <cerrno>

#include <fcntl.h>

namespace darsena::engine {

namespace {

std::optional<oci::ConsoleSize> consoleSizeOf(const std::vector<std::int64_t>& size)
{
    const auto fits = [](std::int64_t length) { return length > 0 && length < 65536; };
    if (size.size() != 2 || !fits(size[0]) || !fits(size[1]))
        return std::nullopt;
    return oci::ConsoleSize{static_cast<std::uint16_t>(size[0]), static_cast<std::uint16_t>(size[1])};
}

} // namespace

Result<shim::Shim> launchSession(const EngineParts& parts, const Container& container, const std::string& id,
    const model::ExecCreate& request, const std::vector<std::int64_t>& consoleSize)
{
    std::optional<shim::Shim> target;
    ContainerRecord record;
    std::int64_t pid = 0;
    {
        const std::lock_guard lock(container.mutex);
        if (container.state.status == Status::Paused)
            return Error(ErrorCode::Conflict, fmt::format("container {} is paused, unpause the container before exec", container.id));
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
    const std::string user = request.user.empty() ? record.config.user : request.user;
    const runtime::ResolvedUser resolved = TRY(runtime::resolveUser(root.get(), user, host.groupAdd));

    shim::ExecSpec spec;
    spec.id = id;
    spec.runDir = parts.files.exec(id);
    spec.openStdin = request.attachStdin;
    spec.cgroupsPath = cgroupsPathOf(record);
    spec.shimExecutable = parts.shimExecutable();
    spec.runtime = TRY(parts.runtimes.program(host.runtime));
    spec.container = record.id;
    oci::Process& process = spec.process;
    process.terminal = request.tty;
    if (process.terminal)
        process.consoleSize = consoleSizeOf(consoleSize.size() == 2 ? consoleSize : request.consoleSize);
    process.user.uid = resolved.uid;
    process.user.gid = resolved.gid;
    process.user.additionalGids = groupsOf(resolved);
    process.args = request.cmd;
    process.cwd = !request.workingDir.empty() ? request.workingDir : record.config.workingDir.empty() ? "/" : record.config.workingDir;
    process.env = completeEnvironment(mergeEnvironment(record.config.env, request.env), hostnameOf(record), resolved.home, request.tty);
    if (request.privileged) {
        process.capabilities = runtime::capabilitiesOf(runtime::allCapabilities());
    } else {
        const auto capabilities = TRY(capabilitiesFor(host));
        process.capabilities = runtime::capabilitiesOf(capabilities);
        spec.seccomp = TRY(seccompFor(host, capabilities));
    }
    process.noNewPrivileges = TRY(parseSecurityOptions(host.securityOpt)).noNewPrivileges;
    process.oomScoreAdj = static_cast<int>(host.oomScoreAdj);
    process.rlimits = TRY(rlimitsOf(host));
    return target->exec(std::move(spec));
}

} // namespace darsena::engine
