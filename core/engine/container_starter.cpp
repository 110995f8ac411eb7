// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/container_starter.h"

#include "core/base/log.h"
#include "core/base/scope_guard.h"
#include "core/engine/host_config_check.h"
#include "core/engine/log_config.h"
#include "core/engine/spec_builder.h"
#include "core/engine/volume_mounts.h"
#include "core/os/beneath.h"
#include "core/os/file.h"
#include "core/os/mount.h"
#include "core/runtime/cgroups/cgroup.h"
#include "core/runtime/user.h"

#include <cerrno>

#include <csignal>
#include <fcntl.h>
#include <sys/stat.h>

namespace darsena::engine {

namespace {

/// The root as a place to resolve paths in; the mount itself stays the caller's.
Result<os::Beneath> beneath(const UniqueFd& mount)
{
    UniqueFd copy = UniqueFd::adopt(::fcntl(mount.get(), F_DUPFD_CLOEXEC, 3));
    if (!copy)
        return Error::system(errno, "duplicate a descriptor");
    return os::Beneath::adopt(std::move(copy));
}

/// WORKDIR is made when missing, inside the root whatever links it has (CVE-2026-55686).
Result<void> makeWorkingDirectory(const os::Beneath& root, const std::string& path)
{
    if (path.empty() || path == "/")
        return {};
    if (const auto made = root.makeDirectories(path, 0755); !made)
        return Error(ErrorCode::Invalid, fmt::format("cannot make the working directory '{}': {}", path, made.error().message()));
    return {};
}

Result<void> makeBindSource(const MountRecord& mount)
{
    struct stat status{};
    if (!mount.createSource || ::stat(mount.source.c_str(), &status) == 0 || errno != ENOENT)
        return requireBindSource(mount);
    return os::makeDirectories(mount.source, 0755);
}

/// Ends a monitor whose container is not to run after all.
void abandon(const shim::Shim& shim, const std::string& cgroupsPath)
{
    (void)shim.kill(SIGKILL);
    (void)shim.wait();
    if (const auto cgroup = runtime::Cgroup::at(cgroupsPath))
        (void)(*cgroup)->killAll();
}

} // namespace

Result<void> requireBindSource(const MountRecord& mount)
{
    struct stat status{};
    if (::stat(mount.source.c_str(), &status) == 0)
        return {};
    if (errno != ENOENT)
        return Error::system(errno, fmt::format("bind mount source {}", mount.source));
    return Error(ErrorCode::Invalid, fmt::format("invalid mount config for type \"bind\": bind source path does not exist: {}", mount.source));
}

std::string hostnameOf(const ContainerRecord& record)
{
    if (record.hostConfig.utsMode == "host" || (record.hostConfig.networkMode == "host" && record.config.hostname.empty())) {
        std::array<char, 256> name{};
        if (::gethostname(name.data(), name.size() - 1) == 0)
            return name.data();
    }
    return record.config.hostname.empty() ? record.id.substr(0, 12) : record.config.hostname;
}

Result<std::vector<UniqueFd>> ContainerStarter::prepareMounts(ContainerRecord& record, const os::Beneath& root)
{
    for (const MountRecord& mount : record.mounts) {
        if (mount.type == MountRecord::Type::Bind)
            TRY(makeBindSource(mount));
    }
    return prepareVolumes(m_parts, record, root);
}

Result<std::optional<std::string>> ContainerStarter::joinPath(std::string_view member, const std::string& mode, std::string_view space)
{
    const NamespaceMode parsed = TRY(parseNamespaceMode(member, mode));
    if (parsed.kind != NamespaceMode::Kind::Container)
        return std::optional<std::string>();
    const ContainerPointer other = TRY(m_parts.containers.find(parsed.container));
    const std::lock_guard lock(other->mutex);
    if (!other->state.runs() || other->state.pid <= 0)
        return Error(ErrorCode::Conflict, fmt::format("cannot join {} of a non running container: {}", member, other->id));
    return std::optional(fmt::format("/proc/{}/ns/{}", other->state.pid, space));
}

Result<ContainerStarter::Prepared> ContainerStarter::prepare(const ContainerRecord& stored)
{
    ContainerRecord record = stored;
    const model::HostConfig& host = record.hostConfig;
    const std::filesystem::path runtime = TRY(m_parts.runtimes.program(host.runtime));
    const os::OverlaySpec overlay = TRY(m_parts.store->openSnapshot(record.id, record.chain));
    UniqueFd root = TRY(os::mountOverlay(overlay));
    const os::Beneath inside = TRY(beneath(root));

    SpecInputs inputs;
    inputs.user = TRY(runtime::resolveUser(root.get(), record.config.user, host.groupAdd));
    TRY(makeWorkingDirectory(inside, record.config.workingDir));
    const std::vector<UniqueFd> held = TRY(prepareMounts(record, inside)); // until the monitor has its mounts
    ScopeGuard undoVolumes([&] { releaseVolumes(m_parts, record, false); });
    inputs.initProgram = m_parts.initProgram();
    inputs.hostname = hostnameOf(record);
    inputs.cgroupsPath = cgroupsPathOf(record);
    const std::array<std::tuple<oci::NamespaceType, std::string_view, const std::string*, std::string_view>, 3> spaces{{
        {oci::NamespaceType::Network, "NetworkMode", &host.networkMode, "net"},
        {oci::NamespaceType::Pid, "PidMode", &host.pidMode, "pid"},
        {oci::NamespaceType::Ipc, "IpcMode", &host.ipcMode, "ipc"},
    }};
    for (const auto& [type, member, mode, file] : spaces) {
        if (auto path = TRY(joinPath(member, *mode, file)))
            inputs.joined.emplace(type, std::move(*path));
    }

    // A former run's leavings, should its end not have been seen.
    m_parts.files.removeRun(record.id);
    ScopeGuard undoRun([&] { m_parts.files.removeRun(record.id); });
    const NameFiles names = TRY(m_networks.writeFiles(record, inputs.hostname));
    inputs.hostsFile = names.hosts;
    inputs.hostnameFile = names.hostname;
    inputs.resolvFile = names.resolv;

    const LogSettings logSettings = TRY(parseLogConfig(host.logConfig));
    shim::Launch launch;
    launch.id = record.id;
    launch.runDir = m_parts.files.shim(record.id);
    if (!logSettings.none)
        launch.logFile = m_parts.files.log(record.id);
    launch.logLimits = {logSettings.maxSize, logSettings.maxFiles};
    launch.logAttributes = logAttributes(record, logSettings);
    launch.spec = TRY(buildSpec(record, inputs));
    launch.rootMount = std::move(root);
    launch.openStdin = record.config.openStdin;
    launch.stdinOnce = record.config.stdinOnce;
    launch.shimExecutable = m_parts.shimExecutable();
    launch.runtime = runtime;
    std::vector<std::string> warnings;
    shim::Shim shim = TRY(shim::Shim::launch(std::move(launch), &warnings));
    ScopeGuard undoLaunch([&] { abandon(shim, inputs.cgroupsPath); });
    for (const std::string& warning : warnings)
        log::warning("container {}: {}", record.id.substr(0, 12), warning);

    Prepared prepared{shim, {}, std::move(warnings)};
    prepared.endpoints = TRY(m_networks.attach(record, prepared.shim.pid(), names, inputs.hostname));
    undoVolumes.dismiss();
    undoLaunch.dismiss();
    undoRun.dismiss();
    return prepared;
}

} // namespace darsena::engine
