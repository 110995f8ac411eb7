// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/defaults.h"

#include "core/runtime/capability.h"
#include "core/runtime/cgroups/cgroup.h"
#include "core/runtime/seccomp.h"

#include <algorithm>
#include <filesystem>

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace darsena::runtime {

namespace {

using oci::NamespaceType;

std::vector<oci::Mount> defaultMounts()
{
    return {
        { "/proc", "proc", "proc", { "nosuid", "noexec", "nodev" } },
        { "/dev", "tmpfs", "tmpfs", { "nosuid", "strictatime", "mode=755", "size=65536k" } },
        { "/dev/pts", "devpts", "devpts", { "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5" } },
        { "/sys", "sysfs", "sysfs", { "nosuid", "noexec", "nodev", "ro" } },
        { "/sys/fs/cgroup", "cgroup", "cgroup", { "ro", "nosuid", "noexec", "nodev" } },
        { "/dev/mqueue", "mqueue", "mqueue", { "nosuid", "noexec", "nodev" } },
        { "/dev/shm", "tmpfs", "shm", { "nosuid", "noexec", "nodev", "mode=1777", "size=65536k" } },
    };
}

std::vector<oci::DeviceRule> defaultDeviceRules()
{
    const auto character = [](bool allow, std::int64_t major, std::optional<std::int64_t> minor, std::string access = "rwm") {
        return oci::DeviceRule { allow, 'c', major, minor, std::move(access) };
    };
    return {
        { false, 'a', {}, {}, "rwm" },
        character(false, 10, 229), // fuse; before the wildcards, out of which runc cannot take one on cgroup v1
        // Making a node is harmless where opening it is denied; images unpack theirs with it.
        { true, 'c', {}, {}, "m" },
        { true, 'b', {}, {}, "m" },
        character(true, 1, 3), // null
        character(true, 1, 5), // zero
        character(true, 1, 7), // full
        character(true, 1, 8), // random
        character(true, 1, 9), // urandom
        character(true, 5, 0), // tty
        character(true, 5, 1), // console
        character(true, 5, 2), // ptmx
        character(true, 136, {}), // pts/*
    };
}

/// Files about power and heat that exist for each processor; reading them betrays what neighbours compute.
std::vector<std::string> thermalPaths()
{
    std::vector<std::string> out;
    const long processors = ::sysconf(_SC_NPROCESSORS_CONF);
    for (long i = 0; i < processors; ++i) {
        std::string path = "/sys/devices/system/cpu/cpu" + std::to_string(i) + "/thermal_throttle";
        if (::access(path.c_str(), F_OK) == 0)
            out.push_back(std::move(path));
    }
    return out;
}

std::vector<std::string> defaultMasks()
{
    std::vector<std::string> out { "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys",
        "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats",
        "/sys/devices/virtual/powercap", "/sys/firmware" };
    static const std::vector<std::string> thermal = thermalPaths();
    out.insert(out.end(), thermal.begin(), thermal.end());
    return out;
}

std::vector<std::string> namesOf(std::uint64_t mask)
{
    std::vector<std::string> out;
    for (unsigned i = 0; i < 64; ++i) {
        if ((mask >> i & 1U) != 0)
            out.push_back(capabilityName(i));
    }
    return out;
}

} // namespace

const std::vector<std::string>& defaultCapabilities()
{
    static const std::vector<std::string> names { "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD",
        "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID", "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT",
        "CAP_KILL", "CAP_AUDIT_WRITE" };
    return names;
}

std::vector<std::string> allCapabilities()
{
    return namesOf(ownCapabilities());
}

Result<std::vector<std::string>> adjustedCapabilities(
    const std::vector<std::string>& add, const std::vector<std::string>& drop)
{
    const auto isAll = [](const std::string& name) { return name == "ALL" || name == "all" || name == "CAP_ALL"; };
    const auto bit = [](const std::string& name) -> Result<std::uint64_t> {
        const std::optional<unsigned> number = capabilityNumber(name);
        if (!number)
            return Error(ErrorCode::Invalid, "unknown capability: \"" + name + "\"");
        return std::uint64_t { 1 } << *number;
    };
    std::uint64_t mask = 0;
    for (const std::string& name : defaultCapabilities())
        mask |= TRY(bit(name));
    // "ALL" first, single ones after it: --cap-drop ALL --cap-add CHOWN leaves CHOWN, and --cap-add ALL --cap-drop X all but X.
    if (std::ranges::any_of(add, isAll))
        mask = ownCapabilities();
    if (std::ranges::any_of(drop, isAll))
        mask = 0;
    for (const std::string& name : drop)
        mask &= isAll(name) ? ~std::uint64_t { 0 } : ~TRY(bit(name));
    for (const std::string& name : add)
        mask |= isAll(name) ? 0 : TRY(bit(name));
    return namesOf(mask);
}

oci::Capabilities capabilitiesOf(const std::vector<std::string>& names)
{
    oci::Capabilities sets;
    sets.bounding = sets.permitted = sets.effective = names;
    return sets;
}

oci::RuntimeSpec defaultSpec()
{
    oci::RuntimeSpec spec;
    spec.process.emplace();
    spec.process->env = { "PATH=" + std::string(defaultPath) };
    spec.process->capabilities = capabilitiesOf(defaultCapabilities());
    spec.process->oomScoreAdj = 0;
    spec.mounts = defaultMounts();
    spec.linux.namespaces = { { NamespaceType::Mount, "" }, { NamespaceType::Pid, "" }, { NamespaceType::Ipc, "" },
        { NamespaceType::Uts, "" }, { NamespaceType::Network, "" } };
    const Result<CgroupHost> host = cgroupHost();
    if (host && host->version == CgroupHost::Version::V2)
        spec.linux.namespaces.push_back({ NamespaceType::Cgroup, "" });
    spec.linux.maskedPaths = defaultMasks();
    spec.linux.readonlyPaths = { "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger" };
    spec.linux.resources.devices = defaultDeviceRules();
    spec.linux.sysctl = { { "net.ipv4.ping_group_range", "0 2147483647" }, { "net.ipv4.ip_unprivileged_port_start", "0" } };
    // A profile that cannot be read must not mean "no filter": then nothing is allowed at all.
    spec.linux.seccomp = defaultSeccomp(defaultCapabilities()).valueOr(oci::Seccomp { "SCMP_ACT_KILL_PROCESS", {}, {}, {}, {} });
    return spec;
}

namespace {

/// The host's device nodes, as --privileged shows them. /dev/pts and the like are mounts of the container's own.
std::vector<oci::Device> hostDevices()
{
    std::vector<oci::Device> out;
    std::error_code error;
    std::filesystem::recursive_directory_iterator it("/dev", std::filesystem::directory_options::skip_permission_denied, error);
    for (; !error && it != std::filesystem::recursive_directory_iterator(); it.increment(error)) {
        const std::string path = it->path().string();
        if (path == "/dev/pts" || path == "/dev/shm" || path == "/dev/mqueue" || path == "/dev/fd" || path == "/dev/hugepages") {
            it.disable_recursion_pending();
            continue;
        }
        struct stat status {};
        if (path == "/dev/console" || path == "/dev/ptmx" || ::lstat(path.c_str(), &status) != 0)
            continue;
        if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) {
            out.push_back({ path, S_ISCHR(status.st_mode) ? 'c' : 'b', static_cast<std::int64_t>(major(status.st_rdev)),
                static_cast<std::int64_t>(minor(status.st_rdev)), status.st_mode & 0777U, status.st_uid, status.st_gid });
        }
        if (out.size() >= 4096)
            break;
    }
    return out;
}

} // namespace

void makePrivileged(oci::RuntimeSpec& spec)
{
    if (spec.process) {
        spec.process->capabilities = capabilitiesOf(allCapabilities());
        spec.process->apparmorProfile.clear();
    }
    spec.linux.seccomp.reset();
    spec.linux.maskedPaths.clear();
    spec.linux.readonlyPaths.clear();
    spec.linux.resources.devices = { { true, 'a', {}, {}, "rwm" } };
    spec.linux.devices = hostDevices();
    for (oci::Mount& mount : spec.mounts) {
        if (mount.type == "sysfs" || mount.type == "cgroup")
            std::erase(mount.options, "ro");
    }
}

} // namespace darsena::runtime
