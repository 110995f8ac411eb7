// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/host_abilities.h"

#include "core/runtime/cgroups/cgroup.h"
#include "core/runtime/defaults.h"

#include <filesystem>

namespace darsena::engine {

namespace {

HostAbilities lookUp()
{
    HostAbilities abilities;
    const auto host = runtime::cgroupHost();
    if (!host)
        return abilities;
    if (host->version == runtime::CgroupHost::Version::V2) {
        // Of the old controllers alone. The others' files are not in the root group, so they show only at the start.
        abilities.swappiness = abilities.oomKillDisable = false;
        abilities.ownCgroupView = true;
        return abilities;
    }
    const auto has = [&](const std::string& controller, const char* file) {
        std::error_code ignored;
        return std::ranges::any_of(host->hierarchies,
            [&](const auto& entry) { return entry.first == controller && std::filesystem::exists(std::filesystem::path(entry.second) / file, ignored); });
    };
    abilities.swapLimit = has("memory", "memory.memsw.limit_in_bytes");
    abilities.swappiness = has("memory", "memory.swappiness");
    abilities.oomKillDisable = has("memory", "memory.oom_control");
    abilities.blockIoWeight = has("blkio", "blkio.weight") || has("blkio", "blkio.bfq.weight");
    return abilities;
}

} // namespace

const HostAbilities& hostAbilities()
{
    static const HostAbilities abilities = lookUp();
    return abilities;
}

void adaptToHost(model::HostConfig& host, const HostAbilities& abilities, std::vector<std::string>& warnings)
{
    if (host.memory > 0 && host.memorySwap > 0 && !abilities.swapLimit) {
        warnings.emplace_back("Your kernel does not support swap limit capabilities or the cgroup is not mounted. Memory limited without swap.");
        host.memorySwap = -1;
    }
    if (host.memorySwappiness.value_or(-1) >= 0 && !abilities.swappiness) {
        warnings.emplace_back("Your kernel does not support memory swappiness capabilities or the cgroup is not mounted. Memory swappiness discarded.");
        host.memorySwappiness.reset();
    }
    if (host.oomKillDisable && !abilities.oomKillDisable) {
        if (*host.oomKillDisable)
            warnings.emplace_back("Your kernel does not support OomKillDisable. OomKillDisable discarded.");
        host.oomKillDisable.reset();
    }
    if (host.oomKillDisable.value_or(false) && host.memory == 0)
        warnings.emplace_back("OOM killer is disabled for the container, but no memory limit is set, this can result in the system running out of resources.");
    if (host.blkioWeight > 0 && !abilities.blockIoWeight) {
        warnings.emplace_back("Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded.");
        host.blkioWeight = 0;
    }
    if (!host.blkioWeightDevice.empty()) {
        warnings.emplace_back("Your kernel does not support Block I/O weight_device or the cgroup is not mounted. Weight-device discarded.");
        host.blkioWeightDevice = {};
    }
}

void showDefaults(model::HostConfig& host)
{
    if (host.runtime.empty())
        host.runtime = "darsena";
    if (host.cgroupnsMode.empty())
        host.cgroupnsMode = hostAbilities().ownCgroupView ? "private" : "host";
    static const oci::RuntimeSpec defaults = runtime::defaultSpec();
    if (!host.maskedPaths)
        host.maskedPaths = host.privileged ? std::vector<std::string>() : defaults.linux.maskedPaths;
    if (!host.readonlyPaths)
        host.readonlyPaths = host.privileged ? std::vector<std::string>() : defaults.linux.readonlyPaths;
}

} // namespace darsena::engine
