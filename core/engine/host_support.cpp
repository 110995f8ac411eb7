// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/host_support.h"

#include "core/os/file.h"
#include "core/runtime/cgroups/cgroup.h"

#include <algorithm>
#include <array>
#include <sstream>

#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/vfs.h>

namespace darsena::engine {

namespace {

#ifndef XFS_SUPER_MAGIC
constexpr unsigned long kXfsMagic = 0x58465342;
#else
constexpr unsigned long kXfsMagic = XFS_SUPER_MAGIC;
#endif
constexpr unsigned long kZfsMagic = 0x2fc12fc1;

std::string contentOf(const std::filesystem::path& file)
{
    const auto opened = os::openFile(file, 0);
    return opened ? os::readAll(opened->get(), 1 << 16).valueOr("") : std::string();
}

bool isThere(const std::filesystem::path& file)
{
    std::error_code error;
    return std::filesystem::exists(file, error);
}

void describeV1(const runtime::CgroupHost& host, model::SystemInfo& info)
{
    const auto folder = [&](std::string_view controller) {
        const auto found = std::ranges::find(host.hierarchies, controller, &std::pair<std::string, std::string>::first);
        return found == host.hierarchies.end() ? std::filesystem::path() : std::filesystem::path(found->second);
    };
    const auto memory = folder("memory");
    info.memoryLimit = !memory.empty();
    info.swapLimit = info.memoryLimit && isThere(memory / "memory.memsw.limit_in_bytes");
    info.oomKillDisable = info.memoryLimit && isThere(memory / "memory.oom_control");
    const auto cpu = folder("cpu");
    info.cpuShares = !cpu.empty() && isThere(cpu / "cpu.shares");
    info.cpuCfsPeriod = info.cpuCfsQuota = !cpu.empty() && isThere(cpu / "cpu.cfs_quota_us");
    info.cpuSet = !folder("cpuset").empty();
    info.pidsLimit = !folder("pids").empty();
}

void describeV2(const runtime::CgroupHost& host, model::SystemInfo& info)
{
    std::istringstream words(contentOf(std::filesystem::path(host.unified) / "cgroup.controllers"));
    std::vector<std::string> controllers;
    for (std::string word; words >> word;)
        controllers.push_back(word);
    const auto has = [&](const char* controller) { return std::ranges::find(controllers, controller) != controllers.end(); };
    info.memoryLimit = has("memory");
    // Without swap accounting (swapaccount=0) a group has no such file; the root never has one.
    info.swapLimit = info.memoryLimit && isThere("/proc/swaps") && contentOf("/proc/cmdline").find("swapaccount=0") == std::string::npos;
    info.cpuShares = info.cpuCfsPeriod = info.cpuCfsQuota = has("cpu");
    info.cpuSet = has("cpuset");
    info.pidsLimit = has("pids");
    info.oomKillDisable = false; // version 2 cannot
}

} // namespace

void describeSupport(model::SystemInfo& info)
{
    info.cgroupDriver = "cgroupfs";
    if (const auto host = runtime::cgroupHost()) {
        const bool second = host->version == runtime::CgroupHost::Version::V2;
        info.cgroupVersion = second ? "2" : "1";
        second ? describeV2(*host, info) : describeV1(*host, info);
    } else {
        info.cgroupDriver = "none";
    }
    info.ipv4Forwarding = contentOf("/proc/sys/net/ipv4/ip_forward").starts_with('1');
    const std::array<std::pair<bool, const char*>, 7> wanted{{
        {info.memoryLimit, "WARNING: No memory limit support"},
        {info.swapLimit, "WARNING: No swap limit support"},
        {info.cpuCfsQuota, "WARNING: No cpu cfs quota support"},
        {info.cpuCfsPeriod, "WARNING: No cpu cfs period support"},
        {info.cpuShares, "WARNING: No cpu shares support"},
        {info.cpuSet, "WARNING: No cpuset support"},
        {info.pidsLimit, "WARNING: No pids limit support"},
    }};
    for (const auto& [there, warning] : wanted) {
        if (!there)
            info.warnings.emplace_back(warning);
    }
}

std::string backingFileSystem(const std::filesystem::path& folder)
{
    struct statfs status{};
    if (::statfs(folder.c_str(), &status) != 0)
        return "<unknown>";
    const auto magic = static_cast<unsigned long>(status.f_type) & 0xffffffffUL;
    switch (magic) {
    case EXT4_SUPER_MAGIC:
        return "extfs";
    case BTRFS_SUPER_MAGIC:
        return "btrfs";
    case TMPFS_MAGIC:
        return "tmpfs";
    case OVERLAYFS_SUPER_MAGIC:
        return "overlayfs";
    case F2FS_SUPER_MAGIC:
        return "f2fs";
    case kXfsMagic:
        return "xfs";
    case kZfsMagic:
        return "zfs";
    default:
        return fmt::format("0x{:x}", magic);
    }
}

} // namespace darsena::engine
