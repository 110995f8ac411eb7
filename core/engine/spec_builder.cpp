// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/spec_builder.h"

#include "core/engine/endpoint_settings.h"
#include "core/engine/create_request.h"
#include "core/engine/device_request.h"
#include "core/engine/host_config_check.h"
#include "core/runtime/defaults.h"
#include "core/runtime/seccomp.h"

#include <unistd.h>

namespace darsena::engine {

namespace {

/// A fork bomb must not take the machine: a bound where Docker has none. --pids-limit changes it, -1 takes it away.
constexpr std::int64_t kDefaultPids = 4096;
constexpr std::int64_t kCpuPeriod = 100'000; // microseconds

constexpr std::string_view kInitInContainer = "/sbin/docker-init"; // where Docker's users look for it

/// In somebody else's process namespace there is a first process already.
bool wantsInit(const model::HostConfig& host)
{
    return host.init.value_or(false) && (host.pidMode.empty() || host.pidMode == "private");
}

void removeNamespace(oci::RuntimeSpec& spec, oci::NamespaceType type)
{
    std::erase_if(spec.linux.namespaces, [&](const oci::Namespace& space) { return space.type == type; });
}

void setNamespacePath(oci::RuntimeSpec& spec, oci::NamespaceType type, const std::string& path)
{
    removeNamespace(spec, type);
    spec.linux.namespaces.push_back({type, path});
}

Result<void> applyNamespaces(oci::RuntimeSpec& spec, const model::HostConfig& host, const SpecInputs& inputs)
{
    using Kind = NamespaceMode::Kind;
    const std::array<std::tuple<oci::NamespaceType, std::string_view, const std::string*>, 5> modes{{
        {oci::NamespaceType::Network, "NetworkMode", &host.networkMode},
        {oci::NamespaceType::Pid, "PidMode", &host.pidMode},
        {oci::NamespaceType::Ipc, "IpcMode", &host.ipcMode},
        {oci::NamespaceType::Uts, "UTSMode", &host.utsMode},
        {oci::NamespaceType::Cgroup, "CgroupnsMode", &host.cgroupnsMode},
    }};
    for (const auto& [type, member, text] : modes) {
        const NamespaceMode mode = TRY(parseNamespaceMode(member, *text));
        if (mode.kind == Kind::Host)
            removeNamespace(spec, type);
        else if (mode.kind == Kind::Container && inputs.joined.contains(type))
            setNamespacePath(spec, type, inputs.joined.at(type));
        else if (type == oci::NamespaceType::Cgroup && *text == "private")
            setNamespacePath(spec, type, "");
    }
    return {};
}

void replaceMount(oci::RuntimeSpec& spec, oci::Mount mount)
{
    std::erase_if(spec.mounts, [&](const oci::Mount& other) { return other.destination == mount.destination; });
    spec.mounts.push_back(std::move(mount));
}

void applySharedMemory(oci::RuntimeSpec& spec, const model::HostConfig& host)
{
    constexpr std::int64_t kDefaultBytes = 64 << 20;
    if (host.ipcMode == "none") {
        std::erase_if(spec.mounts, [](const oci::Mount& mount) { return mount.destination == "/dev/shm"; });
    } else if (host.ipcMode == "host") {
        replaceMount(spec, {"/dev/shm", "bind", "/dev/shm", {"rbind", "rprivate", "nosuid", "noexec", "nodev"}});
        std::erase_if(spec.mounts, [](const oci::Mount& mount) { return mount.destination == "/dev/mqueue"; });
        if (::access("/dev/mqueue", F_OK) == 0) // not every host has it
            replaceMount(spec, {"/dev/mqueue", "bind", "/dev/mqueue", {"rbind", "rprivate", "nosuid", "noexec", "nodev"}});
    } else {
        const std::int64_t bytes = host.shmSize > 0 ? host.shmSize : kDefaultBytes;
        replaceMount(spec, {"/dev/shm", "tmpfs", "shm", {"nosuid", "noexec", "nodev", "mode=1777", fmt::format("size={}", bytes)}});
    }
}

oci::Mount mountOf(const MountRecord& record)
{
    oci::Mount mount;
    mount.destination = record.destination;
    if (record.type == MountRecord::Type::Tmpfs) {
        mount.type = "tmpfs";
        mount.source = "tmpfs";
        mount.options = {"nosuid", "nodev", "noexec"};
        mount.options.insert(mount.options.end(), record.tmpfsOptions.begin(), record.tmpfsOptions.end());
    } else {
        mount.type = "bind";
        mount.source = record.source;
        mount.options = {record.recursive ? "rbind" : "bind", record.propagation.empty() ? "rprivate" : record.propagation};
        mount.options.insert(mount.options.end(), record.hostOptions.begin(), record.hostOptions.end());
    }
    // As Docker: what is mounted below a read-only mount is read-only too, unless told otherwise.
    const bool all = record.type != MountRecord::Type::Tmpfs && record.recursive && !record.shallowReadOnly;
    if (record.readOnly)
        mount.options.emplace_back(all ? "rro" : "ro");
    return mount;
}

void applyMounts(oci::RuntimeSpec& spec, const ContainerRecord& record, const SpecInputs& inputs)
{
    const auto mounted = [&](std::string_view path) {
        return std::ranges::any_of(record.mounts, [&](const MountRecord& mount) { return mount.destination == path; });
    };
    for (const MountRecord& mount : record.mounts)
        replaceMount(spec, mountOf(mount));
    // After them: a volume at /etc must not hide these.
    const std::array<std::pair<std::string, std::filesystem::path>, 3> files{{
        {"/etc/resolv.conf", inputs.resolvFile}, {"/etc/hostname", inputs.hostnameFile}, {"/etc/hosts", inputs.hostsFile}}};
    for (const auto& [target, source] : files) {
        if (!source.empty() && !mounted(target))
            spec.mounts.push_back({target, "bind", source.string(), {"bind", "rprivate"}});
    }
    if (wantsInit(record.hostConfig)) // after the others: a mount over /sbin must not hide it
        replaceMount(spec, {std::string(kInitInContainer), "bind", inputs.initProgram.string(), {"bind", "ro", "rprivate"}});
}

Result<void> applyProcess(oci::RuntimeSpec& spec, const ContainerRecord& record, const SpecInputs& inputs)
{
    const model::HostConfig& host = record.hostConfig;
    oci::Process& process = *spec.process;
    process.terminal = record.config.tty;
    if (record.config.tty && host.consoleSize.size() == 2 && host.consoleSize[0] > 0 && host.consoleSize[1] > 0)
        process.consoleSize = oci::ConsoleSize{static_cast<std::uint16_t>(std::min<std::int64_t>(host.consoleSize[0], 65535)),
            static_cast<std::uint16_t>(std::min<std::int64_t>(host.consoleSize[1], 65535))};
    process.user.uid = inputs.user.uid;
    process.user.gid = inputs.user.gid;
    process.user.additionalGids = groupsOf(inputs.user);
    if (wantsInit(host))
        process.args = {std::string(kInitInContainer), "--"};
    process.args.push_back(record.path);
    process.args.insert(process.args.end(), record.args.begin(), record.args.end());
    process.cwd = record.config.workingDir.empty() ? "/" : record.config.workingDir;
    process.env = completeEnvironment(record.config.env, inputs.hostname, inputs.user.home, record.config.tty);
    const auto capabilities = TRY(capabilitiesFor(host));
    process.capabilities = runtime::capabilitiesOf(capabilities);
    process.noNewPrivileges = TRY(parseSecurityOptions(host.securityOpt)).noNewPrivileges;
    process.oomScoreAdj = static_cast<int>(host.oomScoreAdj);
    process.rlimits = TRY(rlimitsOf(host));
    spec.linux.seccomp = TRY(seccompFor(host, capabilities));
    return {};
}

} // namespace

Result<std::vector<std::string>> capabilitiesFor(const model::HostConfig& hostConfig)
{
    if (hostConfig.privileged)
        return runtime::allCapabilities();
    return runtime::adjustedCapabilities(hostConfig.capAdd, hostConfig.capDrop);
}

std::vector<std::uint32_t> groupsOf(const runtime::ResolvedUser& user)
{
    std::vector<std::uint32_t> groups{user.gid};
    for (const std::uint32_t group : user.additionalGids) {
        if (group != user.gid)
            groups.push_back(group);
    }
    return groups;
}

Result<oci::Resources> limitsOf(const model::HostConfig& host)
{
    oci::Resources limits;
    if (host.memory > 0) {
        limits.memory.limit = host.memory;
        // As Docker: as much swap again as memory, unless told otherwise.
        limits.memory.swap = host.memorySwap != 0 ? host.memorySwap : 2 * host.memory;
    }
    if (host.memoryReservation > 0)
        limits.memory.reservation = host.memoryReservation;
    if (host.memorySwappiness && *host.memorySwappiness >= 0)
        limits.memory.swappiness = static_cast<std::uint64_t>(*host.memorySwappiness);
    if (host.oomKillDisable.value_or(false))
        limits.memory.disableOomKiller = true;
    if (host.nanoCpus > 0) {
        limits.cpu.period = kCpuPeriod;
        limits.cpu.quota = std::max<std::int64_t>(host.nanoCpus * kCpuPeriod / 1'000'000'000, 1000);
    }
    if (host.cpuPeriod > 0)
        limits.cpu.period = static_cast<std::uint64_t>(host.cpuPeriod);
    if (host.cpuQuota != 0)
        limits.cpu.quota = host.cpuQuota;
    if (host.cpuShares > 0)
        limits.cpu.shares = static_cast<std::uint64_t>(std::max<std::int64_t>(host.cpuShares, 2));
    limits.cpu.cpus = host.cpusetCpus;
    limits.cpu.mems = host.cpusetMems;
    if (host.blkioWeight > 0)
        limits.blockIo.weight = static_cast<std::uint16_t>(host.blkioWeight);
    TRY(applyThrottles(limits.blockIo, host));
    limits.pids = host.pidsLimit.value_or(0) == 0 ? kDefaultPids : *host.pidsLimit;
    return limits;
}

Result<std::vector<oci::Rlimit>> rlimitsOf(const model::HostConfig& hostConfig)
{
    std::vector<oci::Rlimit> limits;
    for (const model::Ulimit& ulimit : hostConfig.ulimits)
        limits.push_back({TRY(rlimitName(ulimit.name)), static_cast<std::uint64_t>(ulimit.soft), static_cast<std::uint64_t>(ulimit.hard)});
    return limits;
}

Result<std::optional<oci::Seccomp>> seccompFor(const model::HostConfig& hostConfig, const std::vector<std::string>& capabilities)
{
    const SecurityOptions security = TRY(parseSecurityOptions(hostConfig.securityOpt));
    if (hostConfig.privileged || security.seccompUnconfined)
        return std::optional<oci::Seccomp>();
    if (!security.seccompProfile.empty())
        return std::optional(TRY(runtime::parseSeccompProfile(security.seccompProfile, capabilities)));
    return std::optional(TRY(runtime::defaultSeccomp(capabilities)));
}

std::vector<std::string> completeEnvironment(
    std::vector<std::string> environment, const std::string& hostname, const std::string& home, bool terminal)
{
    const auto has = [&](std::string_view name) {
        return std::ranges::any_of(environment, [&](const std::string& entry) { return entry.starts_with(name) && entry.size() > name.size() && entry[name.size()] == '='; });
    };
    std::vector<std::string> result;
    if (!has("PATH"))
        result.push_back("PATH=" + std::string(runtime::defaultPath));
    if (!has("HOSTNAME") && !hostname.empty())
        result.push_back("HOSTNAME=" + hostname);
    if (terminal && !has("TERM"))
        result.emplace_back("TERM=xterm");
    const bool homeless = !has("HOME");
    result.insert(result.end(), std::make_move_iterator(environment.begin()), std::make_move_iterator(environment.end()));
    if (homeless)
        result.push_back("HOME=" + home);
    return result;
}

std::string cgroupsPathOf(const ContainerRecord& record)
{
    const std::string& parent = record.hostConfig.cgroupParent;
    if (parent.empty())
        return "/darsena/" + record.id;
    return (parent.starts_with('/') ? parent : "/" + parent) + "/" + record.id;
}

Result<oci::RuntimeSpec> buildSpec(const ContainerRecord& record, const SpecInputs& inputs)
{
    const model::HostConfig& host = record.hostConfig;
    oci::RuntimeSpec spec = runtime::defaultSpec();
    spec.hostname = host.utsMode == "host" ? std::string() : inputs.hostname;
    spec.domainname = host.utsMode == "host" ? std::string() : record.config.domainname;
    spec.root.readonly = host.readonlyRootfs;
    TRY(applyNamespaces(spec, host, inputs));
    applySharedMemory(spec, host);
    applyMounts(spec, record, inputs);
    TRY(applyProcess(spec, record, inputs));
    if (host.privileged)
        runtime::makePrivileged(spec);
    oci::Resources limits = TRY(limitsOf(host));
    limits.devices = std::move(spec.linux.resources.devices);
    limits.unified = std::move(spec.linux.resources.unified);
    spec.linux.resources = std::move(limits);
    TRY(applyDevices(spec, host));
    if (host.maskedPaths)
        spec.linux.maskedPaths = *host.maskedPaths;
    if (host.readonlyPaths)
        spec.linux.readonlyPaths = *host.readonlyPaths;
    // As Docker: unprivileged ping and low ports inside a network namespace of the container's own.
    const bool ownNetwork = host.networkMode == "none" || ownsNetworks(host.networkMode);
    if (ownNetwork) {
        spec.linux.sysctl["net.ipv4.ip_unprivileged_port_start"] = "0";
        spec.linux.sysctl["net.ipv4.ping_group_range"] = "0 2147483647";
    } else {
        // A network that is not the container's alone is not tuned for it.
        std::erase_if(spec.linux.sysctl, [](const auto& entry) { return entry.first.starts_with("net."); });
    }
    for (const auto& [key, value] : host.sysctls)
        spec.linux.sysctl[key] = value;
    spec.linux.cgroupsPath = inputs.cgroupsPath;
    return spec;
}

} // namespace darsena::engine
