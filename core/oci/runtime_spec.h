// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The OCI runtime configuration (config.json of a bundle) as values. Source of the format: runtime-spec config.md and
/// config-linux.md, 1.2. What is not modelled is not silently dropped: parseRuntimeSpec() refuses a member that would
/// change what runs (Intel RDT, SELinux labels, a VM, Windows, …) with Unsupported. Members that the specification does
/// not know are ignored, as it wants.
namespace darsena::oci {

struct User {
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::optional<std::uint32_t> umask;
    std::vector<std::uint32_t> additionalGids;
};

/// Names such as "CAP_CHOWN".
struct Capabilities {
    std::vector<std::string> bounding, permitted, effective, inheritable, ambient;
};

struct Rlimit {
    std::string type; ///< "RLIMIT_NOFILE"
    std::uint64_t soft = 0;
    std::uint64_t hard = 0;
};

struct ConsoleSize {
    std::uint16_t height = 0;
    std::uint16_t width = 0;
};

/// sched_setattr(2).
struct Scheduler {
    std::string policy; ///< "SCHED_OTHER", "SCHED_FIFO", …
    std::int32_t nice = 0;
    std::int32_t priority = 0;
    std::vector<std::string> flags; ///< "SCHED_FLAG_RESET_ON_FORK", …
    std::uint64_t runtime = 0, deadline = 0, period = 0; ///< nanoseconds; SCHED_DEADLINE alone
};

struct IoPriority {
    std::string ioClass; ///< "IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE" or "IOPRIO_CLASS_IDLE"
    std::int32_t priority = 0; ///< 0–7, 0 = first
};

struct Process {
    bool terminal = false;
    std::optional<ConsoleSize> consoleSize;
    User user;
    std::vector<std::string> args;
    std::vector<std::string> env; ///< "NAME=value"
    std::string cwd = "/";
    std::optional<Capabilities> capabilities; ///< none = no capability at all
    std::vector<Rlimit> rlimits;
    bool noNewPrivileges = false;
    std::optional<int> oomScoreAdj;
    std::string apparmorProfile;
    std::optional<Scheduler> scheduler;
    std::optional<IoPriority> ioPriority;
};

struct Root {
    std::string path; ///< may be empty when the root is given as a mount (shim::Launch::root)
    bool readonly = false;
};

struct IdMapping {
    std::uint32_t containerId = 0;
    std::uint32_t hostId = 0;
    std::uint32_t size = 0;
};

struct Mount {
    std::string destination; ///< absolute path in the container
    std::string type; ///< "bind", "proc", "tmpfs", …
    std::string source;
    std::vector<std::string> options {}; ///< "ro", "rbind", "size=64k", …
    std::vector<IdMapping> uidMappings {}, gidMappings {}; ///< of an idmapped bind; both or none
};

enum class NamespaceType { Pid, Network, Mount, Ipc, Uts, User, Cgroup, Time };

struct Namespace {
    NamespaceType type = NamespaceType::Mount;
    std::string path; ///< empty = a new one; else one to join
};

struct Device {
    std::string path; ///< in the container
    char type = 'c'; ///< 'c', 'b', 'u' or 'p'
    std::int64_t major = 0;
    std::int64_t minor = 0;
    std::uint32_t fileMode = 0666;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
};

struct DeviceRule {
    bool allow = false;
    char type = 'a'; ///< 'a' = all, 'c', 'b'
    std::optional<std::int64_t> major, minor; ///< none = any
    std::string access = "rwm";
};

struct MemoryLimits {
    std::optional<std::int64_t> limit; ///< bytes; -1 = none
    std::optional<std::int64_t> reservation;
    std::optional<std::int64_t> swap; ///< memory + swap together, bytes; -1 = none
    std::optional<std::uint64_t> swappiness;
    std::optional<bool> disableOomKiller;
    bool checkBeforeUpdate = false; ///< refuse a limit below what is used already, instead of reclaiming
};

struct CpuLimits {
    std::optional<std::uint64_t> shares; ///< v1's scale 2–262144; converted for v2
    std::optional<std::int64_t> quota; ///< microseconds a period; -1 = none
    std::optional<std::uint64_t> period; ///< microseconds
    std::string cpus; ///< "0-2,4"
    std::string mems;
    std::optional<std::uint64_t> burst; ///< microseconds
    std::optional<std::int64_t> idle; ///< 1 = SCHED_IDLE for the whole group
    std::optional<std::int64_t> realtimeRuntime; ///< microseconds; v1 alone
    std::optional<std::uint64_t> realtimePeriod;
};

struct ThrottleDevice {
    std::int64_t major = 0;
    std::int64_t minor = 0;
    std::uint64_t rate = 0;
};

struct WeightDevice {
    std::int64_t major = 0;
    std::int64_t minor = 0;
    std::optional<std::uint16_t> weight, leafWeight; ///< 10–1000
};

struct HugepageLimit {
    std::string pageSize; ///< "2MB"
    std::uint64_t limit = 0; ///< bytes
};

/// v1 alone; v2 marks packets by cgroup in the firewall.
struct NetworkLimits {
    std::optional<std::uint32_t> classId;
    std::vector<std::pair<std::string, std::uint32_t>> priorities; ///< interface, priority
};

struct RdmaLimit {
    std::optional<std::uint32_t> handles, objects;
};

struct BlockIoLimits {
    std::optional<std::uint16_t> weight; ///< 10–1000
    std::optional<std::uint16_t> leafWeight;
    std::vector<WeightDevice> weightDevices;
    std::vector<ThrottleDevice> readBps, writeBps, readIops, writeIops;
};

struct Resources {
    std::vector<DeviceRule> devices; ///< in order; the last match decides
    MemoryLimits memory;
    CpuLimits cpu;
    std::optional<std::int64_t> pids; ///< 0 or less = no limit
    BlockIoLimits blockIo;
    std::vector<HugepageLimit> hugepages;
    NetworkLimits network;
    std::map<std::string, RdmaLimit> rdma; ///< by device
    std::map<std::string, std::string> unified; ///< v2 files by name, written as they are
};

struct SeccompArgument {
    std::uint32_t index = 0;
    std::uint64_t value = 0;
    std::uint64_t valueTwo = 0;
    std::string op; ///< "SCMP_CMP_EQ", …
};

struct SeccompRule {
    std::vector<std::string> names;
    std::string action; ///< "SCMP_ACT_ALLOW", …
    std::optional<std::uint32_t> errnoRet;
    std::vector<SeccompArgument> args;
};

struct Seccomp {
    std::string defaultAction;
    std::optional<std::uint32_t> defaultErrnoRet;
    std::vector<std::string> architectures;
    std::vector<std::string> flags;
    std::vector<SeccompRule> syscalls;
};

struct Hook {
    std::string path;
    std::vector<std::string> args, env;
    std::optional<int> timeout; ///< seconds
};

struct Hooks {
    std::vector<Hook> prestart, createRuntime, createContainer, startContainer, poststart, poststop;
    bool empty() const
    {
        return prestart.empty() && createRuntime.empty() && createContainer.empty() && startContainer.empty()
            && poststart.empty() && poststop.empty();
    }
};

struct TimeOffset {
    std::int64_t seconds = 0;
    std::uint32_t nanoseconds = 0;
};

struct Linux {
    std::vector<Namespace> namespaces;
    std::vector<IdMapping> uidMappings, gidMappings;
    std::vector<Device> devices;
    std::string cgroupsPath; ///< "/darsena/<id>"; empty = the caller's default
    Resources resources;
    std::optional<Seccomp> seccomp; ///< none = no filter
    std::vector<std::string> maskedPaths, readonlyPaths;
    std::map<std::string, std::string> sysctl;
    std::string rootfsPropagation; ///< "", "private", "slave", "shared", "unbindable", or with "r" in front
    std::string personality; ///< "", "LINUX" or "LINUX32"
    std::map<std::string, TimeOffset> timeOffsets; ///< "monotonic" and "boottime"
};

struct RuntimeSpec {
    std::string ociVersion = "1.2.0";
    std::optional<Process> process;
    Root root;
    std::string hostname, domainname;
    std::vector<Mount> mounts;
    Hooks hooks;
    std::map<std::string, std::string> annotations;
    Linux linux;
};

/// Errors: Invalid naming the member ("linux.resources.memory.limit: expected a number"), Unsupported.
Result<RuntimeSpec> parseRuntimeSpec(std::string_view text);
/// The process object alone, as `exec --process FILE` gives it.
Result<Process> parseProcess(std::string_view text);
/// The resources object alone, as `update --resources FILE` gives it.
Result<Resources> parseResources(std::string_view text);
/// Writes what parseRuntimeSpec() reads.
std::string serializeRuntimeSpec(const RuntimeSpec& spec);

/// "pid", "network", … as config.json names them.
std::string_view namespaceName(NamespaceType type);
std::optional<NamespaceType> namespaceFromName(std::string_view name);

} // namespace darsena::oci
