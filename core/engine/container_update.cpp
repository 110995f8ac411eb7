// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/container_update.h"

#include "core/base/log.h"
#include "core/engine/container_manager.h"
#include "core/engine/host_abilities.h"
#include "core/engine/host_config_check.h"
#include "core/engine/spec_builder.h"
#include "core/runtime/cgroups/cgroup.h"

namespace darsena::engine {

namespace {

Result<void> refuseConflicts(const model::HostConfig& current, const model::HostConfig& changes)
{
    const auto conflict = [](std::string_view member, std::string_view other) {
        return Error(ErrorCode::Invalid, fmt::format("Conflicting options: {} cannot be updated as {} has already been set", member, other));
    };
    if (changes.nanoCpus > 0 && current.cpuPeriod > 0)
        return conflict("Nano CPUs", "CPU Period");
    if (changes.nanoCpus > 0 && current.cpuQuota > 0)
        return conflict("Nano CPUs", "CPU Quota");
    if (changes.cpuPeriod > 0 && current.nanoCpus > 0)
        return conflict("CPU Period", "NanoCPUs");
    if (changes.cpuQuota > 0 && current.nanoCpus > 0)
        return conflict("CPU Quota", "NanoCPUs");
    if (changes.memory > 0 && current.memorySwap > 0 && changes.memory > current.memorySwap && changes.memorySwap == 0)
        return Error(ErrorCode::Invalid,
            "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time");
    const std::string& policy = changes.restartPolicy.name;
    if (current.autoRemove && !policy.empty() && policy != "no")
        return Error(ErrorCode::Invalid, "Restart policy cannot be updated because AutoRemove is enabled for the container");
    return {};
}

} // namespace

Result<model::HostConfig> updatedHostConfig(const model::HostConfig& current, const model::HostConfig& changes)
{
    TRY(refuseConflicts(current, changes));
    model::HostConfig host = current;
    constexpr std::array<std::int64_t model::HostConfig::*, 10> kNumbers{&model::HostConfig::blkioWeight, &model::HostConfig::cpuShares,
        &model::HostConfig::nanoCpus, &model::HostConfig::cpuPeriod, &model::HostConfig::cpuQuota, &model::HostConfig::memory,
        &model::HostConfig::memorySwap, &model::HostConfig::memoryReservation, &model::HostConfig::cpuRealtimePeriod,
        &model::HostConfig::cpuRealtimeRuntime};
    for (const auto member : kNumbers) {
        if (changes.*member != 0)
            host.*member = changes.*member;
    }
    if (!changes.cpusetCpus.empty())
        host.cpusetCpus = changes.cpusetCpus;
    if (!changes.cpusetMems.empty())
        host.cpusetMems = changes.cpusetMems;
    if (changes.pidsLimit)
        host.pidsLimit = *changes.pidsLimit == 0 ? -1 : *changes.pidsLimit; // as Docker: 0 takes the limit away
    if (!changes.restartPolicy.name.empty())
        host.restartPolicy = changes.restartPolicy;
    TRY(checkHostConfig(host));
    return host;
}

Result<std::vector<std::string>> ContainerManager::update(std::string_view reference, const model::HostConfig& changes)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    const std::lock_guard lifecycle(container->lifecycle);
    ContainerRecord record;
    bool runs = false;
    {
        const std::lock_guard lock(container->mutex);
        if (container->removed || container->state.status == Status::Removing || container->state.status == Status::Dead)
            return Error(ErrorCode::Conflict, fmt::format("Cannot update container {}: container is marked for removal and cannot be \"update\"", container->id));
        record = container->record;
        runs = container->state.runs();
    }
    const std::string context = fmt::format("Cannot update container {}", container->id);
    std::vector<std::string> warnings;
    // As Docker: what contradicts the container's settings is told with its id, wrong values are not.
    TRY_CONTEXT(context, refuseConflicts(record.hostConfig, changes));
    record.hostConfig = TRY(updatedHostConfig(record.hostConfig, changes));
    adaptToHost(record.hostConfig, hostAbilities(), warnings);
    if (runs) {
        const oci::Resources limits = TRY_CONTEXT(context, limitsOf(record.hostConfig));
        const auto cgroup = TRY_CONTEXT(context, runtime::Cgroup::at(cgroupsPathOf(record)));
        std::vector<std::string> notes;
        TRY_CONTEXT(context, cgroup->update(limits, notes));
        for (const std::string& note : notes)
            log::warning("container {}: {}", container->id.substr(0, 12), note);
    }
    {
        const std::lock_guard lock(container->mutex);
        container->record.hostConfig = record.hostConfig;
        container->updated = runs;
        TRY_CONTEXT(context, m_parts.files.saveRecord(container->record));
    }
    publish(*container, "update");
    return warnings;
}

} // namespace darsena::engine
