// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/cgroups/limits.h"

#include <algorithm>
#include <charconv>

#include <unistd.h>

namespace darsena::runtime {

namespace {

std::string rule(const oci::DeviceRule& device)
{
    const auto number = [](const std::optional<std::int64_t>& n) { return n ? std::to_string(*n) : std::string("*"); };
    if (device.type == 'a' && !device.major && !device.minor)
        return "a";
    return std::string(1, device.type) + " " + number(device.major) + ":" + number(device.minor) + " " + device.access;
}

/// "64KB", "2MB", "1GB": part of a file's name.
bool isPageSize(const std::string& text)
{
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const std::size_t digits = static_cast<std::size_t>(std::ranges::find_if_not(text, digit) - text.begin());
    const std::string unit = text.substr(digits);
    return digits > 0 && digits < 8 && text.front() != '0' && (unit == "KB" || unit == "MB" || unit == "GB");
}

/// Something that cannot end the line that it is written into.
bool isWord(const std::string& text)
{
    return !text.empty() && text.size() < 64
        && std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7F; });
}

Result<void> check(const oci::Resources& r)
{
    if (r.memory.limit && *r.memory.limit < -1)
        return Error(ErrorCode::Invalid, "memory.limit: negative");
    if (r.memory.limit && r.memory.swap && *r.memory.limit > 0 && *r.memory.swap > 0 && *r.memory.swap < *r.memory.limit)
        return Error(ErrorCode::Invalid, "memory.swap: less than the memory limit");
    if (r.memory.swappiness && *r.memory.swappiness > 100)
        return Error(ErrorCode::Invalid, "memory.swappiness: above 100");
    if (r.cpu.period && (*r.cpu.period < 1000 || *r.cpu.period > 1'000'000))
        return Error(ErrorCode::Invalid, "cpu.period: outside 1000 to 1000000 microseconds");
    if (r.cpu.quota && *r.cpu.quota != -1 && *r.cpu.quota != 0 && *r.cpu.quota < 1000)
        return Error(ErrorCode::Invalid, "cpu.quota: below 1000 microseconds");
    if (r.blockIo.weight && *r.blockIo.weight != 0 && (*r.blockIo.weight < 10 || *r.blockIo.weight > 1000))
        return Error(ErrorCode::Invalid, "blockIO.weight: outside 10 to 1000");
    for (const oci::DeviceRule& device : r.devices) {
        const bool known = std::ranges::all_of(device.access, [](char c) { return c == 'r' || c == 'w' || c == 'm'; });
        if (!known || device.access.empty() || device.access.size() > 3)
            return Error(ErrorCode::Invalid, "devices: access " + device.access);
    }
    for (const oci::HugepageLimit& limit : r.hugepages) {
        if (!isPageSize(limit.pageSize))
            return Error(ErrorCode::Invalid, "hugepageLimits: pageSize " + limit.pageSize);
    }
    for (const auto& [name, limit] : r.rdma) {
        if (!isWord(name))
            return Error(ErrorCode::Invalid, "rdma: device " + name);
    }
    for (const auto& [name, priority] : r.network.priorities) {
        if (!isWord(name))
            return Error(ErrorCode::Invalid, "network.priorities: interface " + name);
    }
    const long processors = ::sysconf(_SC_NPROCESSORS_CONF);
    if (!r.cpu.cpus.empty())
        TRY(checkCpuList(r.cpu.cpus, static_cast<std::uint64_t>(std::max(processors, 1L)), "cpu.cpus"));
    if (!r.cpu.mems.empty())
        TRY(checkCpuList(r.cpu.mems, 1024, "cpu.mems"));
    return {};
}

void throttle(std::vector<CgroupWrite>& out, const char* file, const std::vector<oci::ThrottleDevice>& devices)
{
    for (const oci::ThrottleDevice& device : devices) {
        out.push_back({ "blkio", file,
            std::to_string(device.major) + ":" + std::to_string(device.minor) + " " + std::to_string(device.rate) });
    }
}

std::string deviceOf(const oci::WeightDevice& device)
{
    return std::to_string(device.major) + ":" + std::to_string(device.minor) + " ";
}

void rdma(std::vector<CgroupWrite>& out, const oci::Resources& r)
{
    for (const auto& [name, limit] : r.rdma) {
        std::string line = name;
        if (limit.handles)
            line += " hca_handle=" + std::to_string(*limit.handles);
        if (limit.objects)
            line += " hca_object=" + std::to_string(*limit.objects);
        out.push_back({ "rdma", "rdma.max", line, false });
    }
}

/// Real-time shares and marks on packets: v2 has neither, so that there these files are missing, and it is told.
void legacyOnly(std::vector<CgroupWrite>& out, const oci::Resources& r)
{
    if (r.cpu.realtimePeriod && *r.cpu.realtimePeriod != 0)
        out.push_back({ "cpu", "cpu.rt_period_us", std::to_string(*r.cpu.realtimePeriod) });
    if (r.cpu.realtimeRuntime && *r.cpu.realtimeRuntime != 0)
        out.push_back({ "cpu", "cpu.rt_runtime_us", std::to_string(*r.cpu.realtimeRuntime) });
    if (r.network.classId && *r.network.classId != 0)
        out.push_back({ "net_cls", "net_cls.classid", std::to_string(*r.network.classId) });
    for (const auto& [name, priority] : r.network.priorities)
        out.push_back({ "net_prio", "net_prio.ifpriomap", name + " " + std::to_string(priority) });
}

void throttleV2(std::vector<CgroupWrite>& out, const char* key, const std::vector<oci::ThrottleDevice>& devices)
{
    for (const oci::ThrottleDevice& device : devices) {
        out.push_back({ "io", "io.max",
            std::to_string(device.major) + ":" + std::to_string(device.minor) + " " + key + "=" + std::to_string(device.rate) });
    }
}

} // namespace

std::uint64_t weightOfShares(std::uint64_t shares)
{
    if (shares == 0)
        return 0;
    const std::uint64_t bounded = std::clamp<std::uint64_t>(shares, 2, 262144);
    return 1 + (bounded - 2) * 9999 / 262142;
}

Result<void> checkCpuList(const std::string& list, std::uint64_t count, const std::string& what)
{
    const Error bad(ErrorCode::Invalid, what + ": " + list + " is not a list of numbers below " + std::to_string(count));
    const char* at = list.data();
    const char* const end = at + list.size();
    const auto number = [&](std::uint64_t& value) {
        const auto [next, error] = std::from_chars(at, end, value);
        at = next;
        return error == std::errc() && value < count;
    };
    while (true) {
        std::uint64_t first = 0, last = 0;
        if (!number(first))
            return bad;
        last = first;
        if (at != end && *at == '-') {
            ++at;
            if (!number(last) || last < first)
                return bad;
        }
        if (at == end)
            return {};
        if (*at++ != ',')
            return bad;
    }
}

Result<std::vector<CgroupWrite>> limitsV1(const oci::Resources& r)
{
    TRY(check(r));
    if (!r.unified.empty())
        return Error(ErrorCode::Unsupported, "linux.resources.unified: this host has cgroup v1");
    std::vector<CgroupWrite> out;
    if (r.memory.limit && *r.memory.limit != 0)
        out.push_back({ "memory", "memory.limit_in_bytes", std::to_string(*r.memory.limit), false });
    if (r.memory.swap && *r.memory.swap != 0)
        out.push_back({ "memory", "memory.memsw.limit_in_bytes", std::to_string(*r.memory.swap) });
    if (r.memory.reservation && *r.memory.reservation != 0)
        out.push_back({ "memory", "memory.soft_limit_in_bytes", std::to_string(*r.memory.reservation) });
    if (r.memory.swappiness)
        out.push_back({ "memory", "memory.swappiness", std::to_string(*r.memory.swappiness) });
    if (r.memory.disableOomKiller.value_or(false))
        out.push_back({ "memory", "memory.oom_control", "1" });
    if (r.cpu.shares && *r.cpu.shares != 0)
        out.push_back({ "cpu", "cpu.shares", std::to_string(*r.cpu.shares) });
    if (r.cpu.period && *r.cpu.period != 0)
        out.push_back({ "cpu", "cpu.cfs_period_us", std::to_string(*r.cpu.period) });
    if (r.cpu.quota && *r.cpu.quota != 0)
        out.push_back({ "cpu", "cpu.cfs_quota_us", std::to_string(*r.cpu.quota), false });
    if (r.cpu.burst)
        out.push_back({ "cpu", "cpu.cfs_burst_us", std::to_string(*r.cpu.burst) });
    if (r.cpu.idle)
        out.push_back({ "cpu", "cpu.idle", std::to_string(*r.cpu.idle) });
    if (!r.cpu.cpus.empty())
        out.push_back({ "cpuset", "cpuset.cpus", r.cpu.cpus, false });
    if (!r.cpu.mems.empty())
        out.push_back({ "cpuset", "cpuset.mems", r.cpu.mems, false });
    if (r.pids)
        out.push_back({ "pids", "pids.max", *r.pids > 0 ? std::to_string(*r.pids) : "max", *r.pids <= 0 });
    if (r.blockIo.weight && *r.blockIo.weight != 0)
        out.push_back({ "blkio", "blkio.weight", std::to_string(*r.blockIo.weight) });
    if (r.blockIo.leafWeight && *r.blockIo.leafWeight != 0)
        out.push_back({ "blkio", "blkio.leaf_weight", std::to_string(*r.blockIo.leafWeight) });
    for (const oci::WeightDevice& device : r.blockIo.weightDevices) {
        if (device.weight)
            out.push_back({ "blkio", "blkio.weight_device", deviceOf(device) + std::to_string(*device.weight) });
        if (device.leafWeight)
            out.push_back({ "blkio", "blkio.leaf_weight_device", deviceOf(device) + std::to_string(*device.leafWeight) });
    }
    throttle(out, "blkio.throttle.read_bps_device", r.blockIo.readBps);
    throttle(out, "blkio.throttle.write_bps_device", r.blockIo.writeBps);
    throttle(out, "blkio.throttle.read_iops_device", r.blockIo.readIops);
    throttle(out, "blkio.throttle.write_iops_device", r.blockIo.writeIops);
    for (const oci::HugepageLimit& limit : r.hugepages)
        out.push_back({ "hugetlb", "hugetlb." + limit.pageSize + ".limit_in_bytes", std::to_string(limit.limit), false });
    rdma(out, r);
    legacyOnly(out, r);
    for (const oci::DeviceRule& device : r.devices)
        out.push_back({ "devices", device.allow ? "devices.allow" : "devices.deny", rule(device), false });
    return out;
}

Result<std::vector<CgroupWrite>> limitsV2(const oci::Resources& r)
{
    TRY(check(r));
    const auto bytes = [](std::int64_t n) { return n < 0 ? std::string("max") : std::to_string(n); };
    std::vector<CgroupWrite> out;
    if (r.memory.limit && *r.memory.limit != 0)
        out.push_back({ "memory", "memory.max", bytes(*r.memory.limit), false });
    // v1 counts memory and swap together, v2 swap alone.
    if (r.memory.swap && *r.memory.swap != 0) {
        const bool both = r.memory.limit && *r.memory.limit > 0 && *r.memory.swap > 0;
        out.push_back({ "memory", "memory.swap.max", both ? bytes(*r.memory.swap - *r.memory.limit) : bytes(*r.memory.swap) });
    }
    if (r.memory.reservation && *r.memory.reservation != 0)
        out.push_back({ "memory", "memory.low", bytes(*r.memory.reservation) });
    if (r.cpu.shares && *r.cpu.shares != 0)
        out.push_back({ "cpu", "cpu.weight", std::to_string(weightOfShares(*r.cpu.shares)) });
    if ((r.cpu.quota && *r.cpu.quota != 0) || (r.cpu.period && *r.cpu.period != 0)) {
        const std::int64_t quota = r.cpu.quota.value_or(-1);
        std::string value = quota > 0 ? std::to_string(quota) : "max";
        value += " " + std::to_string(r.cpu.period && *r.cpu.period != 0 ? *r.cpu.period : 100'000);
        out.push_back({ "cpu", "cpu.max", value, false });
    }
    if (r.cpu.burst)
        out.push_back({ "cpu", "cpu.max.burst", std::to_string(*r.cpu.burst) });
    if (r.cpu.idle)
        out.push_back({ "cpu", "cpu.idle", std::to_string(*r.cpu.idle) });
    if (!r.cpu.cpus.empty())
        out.push_back({ "cpuset", "cpuset.cpus", r.cpu.cpus, false });
    if (!r.cpu.mems.empty())
        out.push_back({ "cpuset", "cpuset.mems", r.cpu.mems, false });
    if (r.pids)
        out.push_back({ "pids", "pids.max", *r.pids > 0 ? std::to_string(*r.pids) : "max", *r.pids <= 0 });
    if (r.blockIo.weight && *r.blockIo.weight != 0)
        out.push_back({ "io", "io.bfq.weight", std::to_string(*r.blockIo.weight) });
    for (const oci::WeightDevice& device : r.blockIo.weightDevices) {
        if (device.weight)
            out.push_back({ "io", "io.bfq.weight", deviceOf(device) + std::to_string(*device.weight) });
    }
    throttleV2(out, "rbps", r.blockIo.readBps);
    throttleV2(out, "wbps", r.blockIo.writeBps);
    throttleV2(out, "riops", r.blockIo.readIops);
    throttleV2(out, "wiops", r.blockIo.writeIops);
    for (const oci::HugepageLimit& limit : r.hugepages)
        out.push_back({ "hugetlb", "hugetlb." + limit.pageSize + ".max", std::to_string(limit.limit), false });
    rdma(out, r);
    legacyOnly(out, r);
    for (const auto& [file, value] : r.unified) {
        if (file.find('/') != std::string::npos || file.find('.') == std::string::npos || file.starts_with("cgroup."))
            return Error(ErrorCode::Invalid, "linux.resources.unified: " + file);
        out.push_back({ file.substr(0, file.find('.')), file, value, false });
    }
    return out;
}

} // namespace darsena::runtime
