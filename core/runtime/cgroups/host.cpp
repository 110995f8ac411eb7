// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/cgroups/host.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>

namespace darsena::runtime {

namespace {

constexpr std::array<std::string_view, 13> controllers { "memory", "pids", "cpu", "cpuacct", "cpuset", "devices", "freezer",
    "blkio", "net_cls", "net_prio", "perf_event", "hugetlb", "rdma" };

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        if (end > 0)
            out.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

} // namespace

CgroupHost parseCgroupMounts(std::string_view mountinfo)
{
    CgroupHost host;
    for (const std::string_view line : split(mountinfo, '\n')) {
        // "36 35 98:0 / /sys/fs/cgroup/memory rw,… shared:9 - cgroup cgroup rw,memory" (proc_pid_mountinfo(5))
        const std::size_t dash = line.find(" - ");
        if (dash == std::string_view::npos)
            continue;
        const std::vector<std::string_view> left = split(line.substr(0, dash), ' ');
        const std::vector<std::string_view> right = split(line.substr(dash + 3), ' ');
        if (left.size() < 5 || right.size() < 3)
            continue;
        const std::string mountPoint(left[4]);
        if (right[0] == "cgroup2" && host.unified.empty())
            host.unified = mountPoint;
        if (right[0] != "cgroup")
            continue;
        for (const std::string_view option : split(right[2], ',')) {
            const bool named = option.starts_with("name=");
            const bool known = std::ranges::any_of(host.hierarchies, [&](const auto& h) { return h.first == option; });
            if (!known && (named || std::ranges::find(controllers, option) != controllers.end()))
                host.hierarchies.emplace_back(option, mountPoint);
        }
    }
    const bool legacy = std::ranges::any_of(host.hierarchies, [](const auto& h) { return !h.first.starts_with("name="); });
    host.version = legacy ? CgroupHost::Version::V1 : CgroupHost::Version::V2;
    return host;
}

Result<CgroupHost> cgroupHost()
{
    static const CgroupHost host = [] {
        std::string text;
        const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen("/proc/self/mountinfo", "re"), std::fclose);
        char buffer[8192];
        while (file && text.size() < (8U << 20)) {
            const std::size_t length = std::fread(buffer, 1, sizeof buffer, file.get());
            if (length == 0)
                break;
            text.append(buffer, length);
        }
        return parseCgroupMounts(text);
    }();
    if (host.hierarchies.empty() && host.unified.empty())
        return Error(ErrorCode::Unsupported, "no cgroup file system is mounted");
    return host;
}

} // namespace darsena::runtime
