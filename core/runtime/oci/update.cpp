// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/os/file.h"
#include "core/runtime/oci/commands.h"

#include <charconv>
#include <limits>

namespace darsena::runtime::command {

namespace {

constexpr std::size_t maxResourcesBytes = 1U << 20;

template<typename T>
Result<std::optional<T>> number(const std::string& text, std::string_view option)
{
    if (text.empty())
        return std::optional<T>();
    T value {};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return Error(ErrorCode::Invalid, "invalid value for " + std::string(option) + ": " + text);
    return std::optional<T>(value);
}

/// "-1" or a size: digits, perhaps with a unit (k, m, g, t; "kb" and "kib" are the same).
Result<std::optional<std::int64_t>> bytes(const std::string& text, std::string_view option)
{
    if (text.empty())
        return std::optional<std::int64_t>();
    const Error bad(ErrorCode::Invalid, "invalid value for " + std::string(option) + ": " + text);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value < -1)
        return bad;
    std::string unit(end, text.data() + text.size());
    for (char& c : unit)
        c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    const std::size_t power = std::string_view("kmgt").find(unit.empty() ? 'b' : unit.front());
    const std::string tail = unit.empty() ? unit : unit.substr(1);
    if (unit.empty() || unit == "b")
        return std::optional<std::int64_t>(value);
    const unsigned shift = power == std::string_view::npos ? 0U : static_cast<unsigned>(power + 1) * 10U;
    if (shift == 0 || (!tail.empty() && tail != "b" && tail != "ib") || value < 0
        || value > std::numeric_limits<std::int64_t>::max() >> shift)
        return bad;
    return std::optional<std::int64_t>(value << shift);
}

Result<oci::Resources> fromOptions(const UpdateOptions& options)
{
    if (!options.cacheSchema.empty() || !options.bandwidthSchema.empty())
        return Error(ErrorCode::Unsupported, "--l3-cache-schema and --mem-bw-schema are not supported: Intel RDT is not used");
    oci::Resources out;
    out.memory.limit = TRY(bytes(options.memory, "memory"));
    out.memory.reservation = TRY(bytes(options.memoryReservation, "memory-reservation"));
    out.memory.swap = TRY(bytes(options.memorySwap, "memory-swap"));
    out.cpu.shares = TRY(number<std::uint64_t>(options.cpuShares, "cpu-share"));
    out.cpu.quota = TRY(number<std::int64_t>(options.cpuQuota, "cpu-quota"));
    out.cpu.period = TRY(number<std::uint64_t>(options.cpuPeriod, "cpu-period"));
    out.cpu.burst = TRY(number<std::uint64_t>(options.cpuBurst, "cpu-burst"));
    out.cpu.idle = TRY(number<std::int64_t>(options.cpuIdle, "cpu-idle"));
    out.cpu.realtimePeriod = TRY(number<std::uint64_t>(options.realtimePeriod, "cpu-rt-period"));
    out.cpu.realtimeRuntime = TRY(number<std::int64_t>(options.realtimeRuntime, "cpu-rt-runtime"));
    out.cpu.cpus = options.cpus;
    out.cpu.mems = options.mems;
    out.pids = TRY(number<std::int64_t>(options.pids, "pids-limit"));
    out.blockIo.weight = TRY(number<std::uint16_t>(options.blockIoWeight, "blkio-weight"));
    return out;
}

} // namespace

Result<int> update(const OciRuntime& runtime, const Options& options)
{
    OciContainer container = TRY(runtime.load(options.id));
    oci::Resources changes;
    if (options.update.resources.empty()) {
        changes = TRY(fromOptions(options.update));
    } else {
        const std::string text = options.update.resources == "-" ? TRY(os::readAll(0, maxResourcesBytes))
                                                                 : TRY(os::readFile(options.update.resources, maxResourcesBytes));
        changes = TRY(oci::parseResources(text));
    }
    std::vector<std::string> warnings;
    TRY(runtime.update(container, changes, warnings));
    reportWarnings(options, warnings);
    return 0;
}

} // namespace darsena::runtime::command
