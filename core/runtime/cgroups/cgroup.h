// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "core/oci/runtime_spec.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace darsena::runtime {

/// What a container uses now. Figures that this host does not count are 0.
struct CgroupStats {
    std::uint64_t cpuNanoseconds = 0, cpuUserNanoseconds = 0, cpuSystemNanoseconds = 0;
    std::uint64_t throttledPeriods = 0, periods = 0, throttledNanoseconds = 0;
    std::uint64_t memoryBytes = 0, memoryPeakBytes = 0, memoryLimitBytes = 0; ///< limit 0 = none
    std::uint64_t memoryInactiveFileBytes = 0; ///< `docker stats` subtracts it
    std::uint64_t memoryAnonymousBytes = 0, memoryFileBytes = 0;
    std::uint64_t oomKills = 0;
    std::uint64_t pids = 0, pidsLimit = 0; ///< limit 0 = none
    std::uint64_t ioReadBytes = 0, ioWriteBytes = 0, ioReads = 0, ioWrites = 0;
};

/// Which controllers this host offers, and where.
struct CgroupHost {
    enum class Version { V1, V2 };
    Version version = Version::V2;
    std::string unified; ///< mount point of cgroup2; empty on a pure v1 host
    /// v1 only: controller or "name=systemd" -> mount point.
    std::vector<std::pair<std::string, std::string>> hierarchies;
};

/// Reads /proc/self/mountinfo, once for the process. Errors: Unsupported when no cgroup file system is mounted.
Result<CgroupHost> cgroupHost();

/// One container's place in the cgroup tree or trees. A value: holds paths, no descriptors. Any thread.
class Cgroup {
public:
    virtual ~Cgroup() = default;

    /// The place named by an OCI cgroupsPath ("/darsena/<id>"). Nothing is made. ".." and control characters are
    /// refused: Invalid.
    static Result<std::unique_ptr<Cgroup>> at(std::string_view cgroupsPath);

    /// Makes the directories and applies limits. A limit that this host cannot apply is left out and told in `warnings`.
    /// Errors: a limit that was asked for and that the kernel refused (System), out-of-range values (Invalid).
    virtual Result<void> create(const oci::Resources& resources, std::vector<std::string>& warnings) = 0;
    /// Changes limits of a running container (docker update).
    virtual Result<void> update(const oci::Resources& resources, std::vector<std::string>& warnings) = 0;

    /// Descriptors that bring a process in. v1: one cgroup.procs, open for writing, per hierarchy. v2: the directory
    /// alone, for clone3(CLONE_INTO_CGROUP).
    virtual Result<std::vector<UniqueFd>> openForJoining() const = 0;
    /// Moves a process in by number.
    virtual Result<void> add(pid_t pid) = 0;

    virtual Result<CgroupStats> stats() const = 0;
    virtual Result<std::vector<pid_t>> processes() const = 0;
    virtual Result<void> freeze() = 0;
    virtual Result<void> thaw() = 0;
    virtual Result<bool> frozen() const = 0;
    /// SIGKILL to everything inside, forks included; works while frozen.
    virtual Result<void> killAll() = 0;
    /// Removes the directories, sub-groups included; waits up to a second for dying processes. Missing: fine.
    virtual Result<void> remove() = 0;

    /// Directories of this group, each absolute, for the monitor that removes them after the container's end.
    virtual std::vector<std::string> directories() const = 0;
    /// The file that counts OOM kills as "oom_kill N": v1 memory.oom_control, v2 memory.events. Empty = not counted.
    virtual std::string oomFile() const = 0;
};

/// Removes what a cgroupsPath names in every hierarchy where nothing is in it any more, neither a process nor a group.
/// For the parent that containers share; an engine that makes a container meanwhile makes it again.
void removeIfEmpty(std::string_view cgroupsPath);

} // namespace darsena::runtime
