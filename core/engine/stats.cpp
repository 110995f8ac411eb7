// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/stats.h"

#include "core/engine/spec_builder.h"
#include "core/engine/texts.h"
#include "core/os/file.h"
#include "core/runtime/cgroups/cgroup.h"

#include <charconv>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

namespace darsena::engine {

namespace {

std::string readSystemFile(const std::string& path)
{
    const auto file = os::openFile(path, O_RDONLY);
    return file ? os::readAll(file->get(), 1 << 20).valueOr("") : std::string();
}

/// Processor time of the whole machine in nanoseconds: the clients' denominator.
std::uint64_t systemCpu()
{
    std::istringstream line(readSystemFile("/proc/stat"));
    std::string word;
    line >> word;
    std::uint64_t total = 0, ticks = 0;
    for (int i = 0; i < 8 && line >> ticks; ++i) // user … steal
        total += ticks;
    return total * (1'000'000'000ULL / static_cast<std::uint64_t>(std::max(1L, ::sysconf(_SC_CLK_TCK))));
}

std::uint64_t machineMemory()
{
    return static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

json::Object cpu(const runtime::CgroupStats& stats, std::uint64_t system)
{
    json::Object result{{"cpu_usage", json::Object{{"total_usage", stats.cpuNanoseconds}, {"usage_in_kernelmode", stats.cpuSystemNanoseconds},
                              {"usage_in_usermode", stats.cpuUserNanoseconds}}},
        {"throttling_data", json::Object{{"periods", stats.periods}, {"throttled_periods", stats.throttledPeriods},
                                {"throttled_time", stats.throttledNanoseconds}}}};
    if (system > 0) {
        result["system_cpu_usage"] = system;
        result["online_cpus"] = std::max(1U, std::thread::hardware_concurrency());
    }
    return result;
}

json::Object memory(const runtime::CgroupStats& stats)
{
    const std::uint64_t machine = machineMemory();
    const std::uint64_t limit = stats.memoryLimitBytes == 0 || stats.memoryLimitBytes > machine ? machine : stats.memoryLimitBytes;
    return {{"usage", stats.memoryBytes}, {"max_usage", stats.memoryPeakBytes}, {"limit", limit},
        // Clients subtract one of these two, by cgroup version.
        {"stats", json::Object{{"inactive_file", stats.memoryInactiveFileBytes}, {"total_inactive_file", stats.memoryInactiveFileBytes},
                      {"anon", stats.memoryAnonymousBytes}, {"file", stats.memoryFileBytes}}}};
}

json::Value blockIo(const std::optional<runtime::CgroupStats>& counted)
{
    json::Object result;
    for (const char* list : {"io_service_bytes_recursive", "io_serviced_recursive", "io_queue_recursive", "io_service_time_recursive",
             "io_wait_time_recursive", "io_merged_recursive", "io_time_recursive", "sectors_recursive"})
        result[list] = nullptr;
    if (!counted)
        return result;
    const runtime::CgroupStats& stats = *counted;
    const auto entry = [](std::string_view op, std::uint64_t value) {
        return json::Object{{"major", 0}, {"minor", 0}, {"op", op}, {"value", value}};
    };
    result["io_service_bytes_recursive"] = json::Array{entry("read", stats.ioReadBytes), entry("write", stats.ioWriteBytes)};
    result["io_serviced_recursive"] = json::Array{entry("read", stats.ioReads), entry("write", stats.ioWrites)};
    return result;
}

/// Counters of one of the container's links, from its side: what the host's end received is what the container sent.
json::Object linkCounters(const network::Endpoint& endpoint)
{
    const auto counter = [&](std::string_view name) {
        const std::string text = readSystemFile(fmt::format("/sys/class/net/{}/statistics/{}", endpoint.hostLink, name));
        std::uint64_t value = 0;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    };
    return {{"rx_bytes", counter("tx_bytes")}, {"rx_packets", counter("tx_packets")}, {"rx_errors", counter("tx_errors")},
        {"rx_dropped", counter("tx_dropped")}, {"tx_bytes", counter("rx_bytes")}, {"tx_packets", counter("rx_packets")},
        {"tx_errors", counter("rx_errors")}, {"tx_dropped", counter("rx_dropped")}};
}

} // namespace

Result<json::Object> collectStats(const ContainerRecord& record, const ContainerState& state)
{
    runtime::CgroupStats stats;
    json::Object result{{"id", record.id}, {"name", "/" + record.name}, {"read", model::formatTime(now())},
        {"preread", "0001-01-01T00:00:00Z"}, {"num_procs", 0}, {"storage_stats", json::Object()}};
    if (state.runs()) {
        const auto cgroup = TRY(runtime::Cgroup::at(cgroupsPathOf(record)));
        stats = TRY(cgroup->stats());
        json::Object links;
        for (const auto& [network, endpoint] : state.endpoints)
            links[endpoint.containerLink] = linkCounters(endpoint);
        if (!links.empty())
            result["networks"] = std::move(links);
    }
    result["cpu_stats"] = cpu(stats, state.runs() ? systemCpu() : 0);
    result["precpu_stats"] = cpu({}, 0);
    result["memory_stats"] = state.runs() ? memory(stats) : json::Object();
    result["blkio_stats"] = blockIo(state.runs() ? std::optional(stats) : std::nullopt);
    json::Object pids;
    if (state.runs())
        pids["current"] = stats.pids;
    else
        result["read"] = "0001-01-01T00:00:00Z";
    if (stats.pidsLimit > 0)
        pids["limit"] = stats.pidsLimit;
    result["pids_stats"] = std::move(pids);
    return result;
}

} // namespace darsena::engine
