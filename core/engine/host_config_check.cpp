// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/host_config_check.h"

#include "core/engine/device_request.h"
#include "core/engine/log_config.h"
#include "core/engine/texts.h"
#include "core/network/name_files.h"
#include "core/os/file.h"
#include "core/runtime/defaults.h"

#include <charconv>
#include <thread>

#include <fcntl.h>

namespace darsena::engine {

namespace {

constexpr std::int64_t kLeastMemory = 6 << 20; // Docker's own bound

/// Members that change what runs and that we do not do. Each is refused by name unless it has its default value.
Result<void> refuseUnsupported(const model::HostConfig& host)
{
    struct Member {
        std::string_view name;
        bool asked;
        std::string_view instead; ///< what else can be done
    };
    const std::array members{
        Member{"VolumeDriver", !host.volumeDriver.empty() && host.volumeDriver != "local", "the only driver is \"local\""},
        Member{"Cgroup", !host.cgroup.empty(), "CgroupParent says where a container's group is"},
        Member{"StorageOpt", !host.storageOpt.empty(), "the size of a container's files has no limit of its own"},
        Member{"UsernsMode", !host.usernsMode.empty() && host.usernsMode != "host", "containers run in the host's user namespace"},
        Member{"Isolation", !host.isolation.empty() && host.isolation != "default", "that is for other systems"},
        Member{"DeviceRequests", !host.deviceRequests.empty(), "name the devices with Devices"},
    };
    for (const Member& member : members) {
        if (member.asked)
            return Error(ErrorCode::Unsupported, fmt::format("HostConfig.{} is not supported by this engine: {}", member.name, member.instead));
    }
    if (host.cpuRealtimePeriod != 0 || host.cpuRealtimeRuntime != 0)
        return invalid("Your kernel does not support CPU real-time scheduler");
    return {};
}

Result<void> checkMemory(const model::HostConfig& host)
{
    if (host.memory < 0 || host.memoryReservation < 0 || host.shmSize < 0 || host.memorySwap < -1)
        return invalid("memory sizes must not be negative");
    if (host.memory > 0 && host.memory < kLeastMemory)
        return invalid("Minimum memory limit allowed is 6MB");
    if (host.memory > 0 && host.memorySwap > 0 && host.memorySwap < host.memory)
        return invalid("Minimum memoryswap limit should be larger than memory limit, see usage");
    if (host.memory == 0 && host.memorySwap > 0)
        return invalid("You should always set the Memory limit when using Memoryswap limit, see usage");
    if (host.memory > 0 && host.memoryReservation > host.memory)
        return invalid("Minimum memory limit can not be less than memory reservation limit, see usage");
    if (host.memorySwappiness && (*host.memorySwappiness < -1 || *host.memorySwappiness > 100))
        return invalid(fmt::format("Invalid value: {}, valid memory swappiness range is 0-100", *host.memorySwappiness));
    return {};
}

constexpr unsigned kHighestNode = 1023;

/// Digits, dashes and commas where they belong; how large the numbers are is for others to say.
bool isCpuList(std::string_view text)
{
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    bool before = false; // a digit
    bool range = false;
    for (const char c : text) {
        if (!digit(c) && ((c != '-' && c != ',') || !before || (c == '-' && range)))
            return false;
        if (!digit(c))
            range = c == '-';
        before = digit(c);
    }
    return before;
}

/// This machine's memory nodes as a list, "0" where the kernel does not say.
std::string memoryNodes()
{
    std::string text;
    if (const auto file = os::openFile("/sys/devices/system/node/online", O_RDONLY))
        text = os::readAll(file->get(), 4096).valueOr("");
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    return isCpuList(text) ? text : "0";
}

Result<void> checkCpu(const model::HostConfig& host)
{
    const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
    if (host.nanoCpus < 0 || host.nanoCpus > std::int64_t{processors} * 1'000'000'000)
        return invalid(fmt::format("range of CPUs is from 0.01 to {0}.00, as there are only {0} CPUs available", processors));
    if (host.nanoCpus > 0 && (host.cpuQuota != 0 || host.cpuPeriod != 0))
        return invalid(fmt::format("Conflicting options: Nano CPUs and CPU {} cannot both be set", host.cpuPeriod != 0 ? "Period" : "Quota"));
    if (host.cpuPeriod != 0 && (host.cpuPeriod < 1000 || host.cpuPeriod > 1'000'000))
        return invalid("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
    if (host.cpuQuota != 0 && host.cpuQuota != -1 && host.cpuQuota < 1000)
        return invalid("CPU cfs quota can not be less than 1ms (i.e. 1000)");
    if (host.cpuShares < 0 || host.cpuShares > 262144)
        return invalid("CPU shares range from 2 to 262144");
    if (!host.cpusetCpus.empty()) {
        if (!isCpuList(host.cpusetCpus))
            return invalid(fmt::format("Invalid value {0} for cpuset cpus: invalid format: {0}", host.cpusetCpus));
        const auto list = parseCpuList(host.cpusetCpus, processors - 1);
        if (!list)
            return invalid(fmt::format("Requested CPUs are not available - requested {}, available: 0-{}", host.cpusetCpus, processors - 1));
    }
    if (!host.cpusetMems.empty()) {
        if (!isCpuList(host.cpusetMems))
            return invalid(fmt::format("Invalid value {0} for cpuset mems: invalid format: {0}", host.cpusetMems));
        const std::string nodes = memoryNodes();
        const auto available = TRY(parseCpuList(nodes, kHighestNode));
        const auto list = parseCpuList(host.cpusetMems, kHighestNode);
        const auto there = [&](unsigned node) { return std::ranges::find(available, node) != available.end(); };
        if (!list || !std::ranges::all_of(*list, there))
            return invalid(fmt::format("Requested memory nodes are not available - requested {}, available: {}", host.cpusetMems, nodes));
    }
    if (host.blkioWeight != 0 && (host.blkioWeight < 10 || host.blkioWeight > 1000))
        return invalid("Range of blkio weight is from 10 to 1000");
    return {};
}

Result<void> checkSysctls(const model::HostConfig& host)
{
    static constexpr std::array<std::string_view, 8> kIpc{"kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall",
        "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced"};
    for (const auto& [key, value] : host.sysctls) {
        const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'; };
        // Letters only: a '/' or a line break would name another file (CVE-2022-0811).
        if (key.empty() || !std::ranges::all_of(key, fits) || key.find("..") != std::string::npos)
            return invalid(fmt::format("sysctl '{}' is not allowed", key));
        const bool ipc = std::ranges::find(kIpc, std::string_view(key)) != kIpc.end() || key.starts_with("fs.mqueue.");
        const bool net = key.starts_with("net.");
        if (!ipc && !net)
            return invalid(fmt::format("sysctl '{}' is not allowed: it is not in a separate namespace", key));
        if (net && host.networkMode == "host")
            return invalid(fmt::format("sysctl '{}' is not allowed: the network namespace is the host's", key));
        if (ipc && host.ipcMode == "host")
            return invalid(fmt::format("sysctl '{}' is not allowed: the IPC namespace is the host's", key));
        if (value.size() > 4096 || std::ranges::any_of(value, [](char c) { return (c < ' ' && c != '\t') || c == '+' || c == '\x7f'; }))
            return invalid(fmt::format("sysctl '{}': the value is not allowed", key));
    }
    return {};
}

Result<void> checkRestartPolicy(const model::HostConfig& host)
{
    const std::string& policy = host.restartPolicy.name;
    const bool none = policy.empty() || policy == "no";
    if (!none && policy != "always" && policy != "unless-stopped" && policy != "on-failure")
        return invalid(fmt::format("invalid restart policy: unknown policy '{}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'", policy));
    if (host.restartPolicy.maximumRetryCount < 0)
        return invalid("invalid restart policy: maximum retry count cannot be negative");
    if (host.restartPolicy.maximumRetryCount > 0 && policy != "on-failure")
        return invalid("invalid restart policy: maximum retry count can only be used with 'on-failure'");
    if (host.autoRemove && !none)
        return invalid("can't create 'AutoRemove' container with restart policy");
    return {};
}

Result<void> checkNamespaces(const model::HostConfig& host)
{
    (void)TRY(parseNamespaceMode("NetworkMode", host.networkMode));
    (void)TRY(parseNamespaceMode("PidMode", host.pidMode));
    (void)TRY(parseNamespaceMode("IpcMode", host.ipcMode));
    const NamespaceMode uts = TRY(parseNamespaceMode("UTSMode", host.utsMode));
    const NamespaceMode cgroup = TRY(parseNamespaceMode("CgroupnsMode", host.cgroupnsMode));
    if (uts.kind == NamespaceMode::Kind::Container || uts.kind == NamespaceMode::Kind::None)
        return invalid(fmt::format("invalid UTS mode: {}", host.utsMode));
    if (cgroup.kind == NamespaceMode::Kind::Container || cgroup.kind == NamespaceMode::Kind::None)
        return invalid(fmt::format("invalid cgroup namespace mode: {}", host.cgroupnsMode));
    return {};
}

Result<void> checkCgroupParent(const std::string& parent)
{
    if (parent.empty())
        return {};
    const auto fits = [](char c) { return c > ' ' && c != '\x7f' && c != '\\' && c != ':'; };
    const bool dots = parent == ".." || parent.starts_with("../") || parent.ends_with("/..") || parent.find("/../") != std::string::npos;
    if (parent.size() > 1024 || dots || !std::ranges::all_of(parent, fits))
        return invalid("invalid CgroupParent: it must be a path of plain names");
    return {};
}

} // namespace

Result<SecurityOptions> parseSecurityOptions(const std::vector<std::string>& options)
{
    SecurityOptions result;
    for (const std::string& option : options) {
        const auto separator = option.find_first_of("=:");
        const std::string key = option.substr(0, separator);
        const std::string value = separator == std::string::npos ? std::string() : option.substr(separator + 1);
        if (key == "no-new-privileges" && (value.empty() || value == "true"))
            result.noNewPrivileges = true;
        else if (key == "no-new-privileges" && value == "false")
            result.noNewPrivileges = false;
        else if (key == "seccomp" && value == "unconfined")
            result.seccompUnconfined = true;
        else if (key == "seccomp" && value == "builtin")
            result.seccompProfile.clear();
        else if (key == "seccomp" && value.starts_with('{'))
            result.seccompProfile = value;
        else if ((key == "apparmor" && value == "unconfined") || (key == "label" && value == "disable"))
            continue; // neither is applied by this engine
        else if (key == "apparmor" || key == "label" || key == "seccomp" || key == "systempaths" || key == "writable-cgroups")
            return Error(ErrorCode::Unsupported, fmt::format("HostConfig.SecurityOpt: {} is not supported by this engine", key));
        else
            return invalid(fmt::format("invalid --security-opt 2: \"{}\"", option.substr(0, 100)));
    }
    return result;
}

Result<std::vector<unsigned>> parseCpuList(std::string_view text, unsigned highest)
{
    std::vector<unsigned> list;
    const auto bad = [&] { return invalid(fmt::format("invalid list of processors or nodes: '{}'", text)); };
    std::string_view rest = text;
    const auto readNumber = [&](unsigned& number) {
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
        if (error != std::errc() || number > highest)
            return false;
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
        return true;
    };
    for (;;) {
        unsigned first = 0;
        if (!readNumber(first))
            return bad();
        unsigned last = first;
        if (rest.starts_with('-')) {
            rest.remove_prefix(1);
            if (!readNumber(last) || last < first)
                return bad();
        }
        for (unsigned number = first; number <= last; ++number)
            list.push_back(number);
        if (rest.empty())
            return list;
        if (rest.front() != ',' || list.size() > 100'000)
            return bad();
        rest.remove_prefix(1);
    }
}

Result<std::string> rlimitName(std::string_view ulimit)
{
    static constexpr std::array<std::string_view, 16> kNames{"as", "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice",
        "nofile", "nproc", "rss", "rtprio", "rttime", "sigpending", "stack"};
    if (std::ranges::find(kNames, ulimit) == kNames.end())
        return invalid(fmt::format("invalid ulimit type: {}", ulimit));
    std::string name = "RLIMIT_";
    for (const char letter : ulimit)
        name.push_back(static_cast<char>(letter - 'a' + 'A'));
    return name;
}

Result<NamespaceMode> parseNamespaceMode(std::string_view member, std::string_view mode)
{
    constexpr std::string_view kContainer = "container:";
    if (mode.empty() || mode == "private" || mode == "shareable" || (member == "NetworkMode" && (mode == "bridge" || mode == "default")))
        return NamespaceMode{};
    if (mode == "host")
        return NamespaceMode{NamespaceMode::Kind::Host, {}};
    if (mode == "none" && (member == "NetworkMode" || member == "IpcMode"))
        return NamespaceMode{NamespaceMode::Kind::None, {}};
    if (mode.starts_with(kContainer) && mode.size() > kContainer.size())
        return NamespaceMode{NamespaceMode::Kind::Container, std::string(mode.substr(kContainer.size()))};
    if (mode.starts_with(kContainer))
        return invalid(fmt::format("{}invalid container format container:<name|id>", member == "NetworkMode" ? "invalid network mode: " : ""));
    if (member == "NetworkMode")
        return NamespaceMode{}; // a network, whose name is looked up where networks are known
    return invalid(fmt::format("invalid {}: {}", member, mode));
}

Result<void> checkHostConfig(const model::HostConfig& host)
{
    TRY(refuseUnsupported(host));
    TRY(checkDevices(host));
    TRY(checkMemory(host));
    TRY(checkCpu(host));
    TRY(checkNamespaces(host));
    TRY(checkSysctls(host));
    TRY(checkRestartPolicy(host));
    TRY(checkCgroupParent(host.cgroupParent));
    (void)TRY(parseSecurityOptions(host.securityOpt));
    (void)TRY(parseLogConfig(host.logConfig));
    (void)TRY_CONTEXT("invalid CapAdd", runtime::adjustedCapabilities(host.capAdd, {}));
    (void)TRY_CONTEXT("invalid CapDrop", runtime::adjustedCapabilities({}, host.capDrop));
    if (host.oomScoreAdj < -1000 || host.oomScoreAdj > 1000)
        return invalid(fmt::format("Invalid value {}, range for oom score adj is [-1000, 1000]", host.oomScoreAdj));
    for (const model::Ulimit& ulimit : host.ulimits) {
        (void)TRY(rlimitName(ulimit.name));
        if (ulimit.hard >= 0 && ulimit.soft > ulimit.hard)
            return invalid(fmt::format("ulimit soft limit must be less than or equal to hard limit: {} > {}", ulimit.soft, ulimit.hard));
    }
    for (const std::string& entry : host.extraHosts)
        (void)TRY(network::parseExtraHost(entry, "0.0.0.0"));
    (void)TRY(network::resolvConf("", {host.dns, host.dnsSearch, host.dnsOptions}, false));
    for (const std::string& group : host.groupAdd) {
        if (group.empty() || group.find_first_of(std::string_view("\n\0:", 3)) != std::string::npos)
            return invalid("GroupAdd: invalid group");
    }
    return {};
}

} // namespace darsena::engine
