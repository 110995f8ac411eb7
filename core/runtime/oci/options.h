// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// The command line of darsena-oci as values. Options are named, and mean, what runc's do.
namespace darsena::runtime::command {

struct UpdateOptions {
    std::string resources; ///< a file, "-" = standard input; empty = the options below
    std::string memory, memoryReservation, memorySwap; ///< bytes, with b, k, m, g or t
    std::string kernelMemory, kernelMemoryTcp; ///< accepted and without effect, as in every kernel of today
    std::string cpus, mems;
    std::string cpuShares, cpuQuota, cpuPeriod, cpuBurst, cpuIdle, realtimePeriod, realtimeRuntime, pids, blockIoWeight; ///< numbers
    std::string cacheSchema, bandwidthSchema; ///< refused
};

struct Options {
    std::string root = "/run/darsena-oci";
    std::string log, logFormat = "text";
    bool systemdCgroup = false, debug = false;
    std::string criu, rootless = "auto";

    std::string id, bundle = ".", consoleSocket, pidFile, signal = "TERM";
    bool all = false, force = false, detach = false, keep = false, noPivot = false, noNewKeyring = false, noSubreaper = false;
    bool rootlessSpec = false, quiet = false;
    int preserveFds = 0;
    std::string format = "table";
    std::vector<std::string> rest; ///< of exec: the id, then the command; of ps: the id, then what ps(1) is given

    std::string processFile, cwd, user, apparmor, processLabel, subCgroup;
    std::vector<std::string> environment, capabilities;
    std::vector<std::uint32_t> additionalGids;
    bool terminal = false, noNewPrivileges = false, ignorePaused = false;

    UpdateOptions update;
};

} // namespace darsena::runtime::command
