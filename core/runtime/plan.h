// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/oci/runtime_spec.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the child side ("init") of a container has to do, decided beforehand by the planner and carried to it as bytes:
/// the static darsena-shim then needs no JSON, no libseccomp and no look at the host's configuration.
///
/// Descriptors travel beside the bytes (SCM_RIGHTS); a Slot is an index into that list.
namespace darsena::runtime {

using Slot = std::uint32_t;
inline constexpr Slot noSlot = 0xFFFFFFFF;

/// Namespaces to join.
struct PlannedJoin {
    std::uint64_t flags = 0; ///< CLONE_NEW*; several only when the slot is a pidfd
    Slot slot = noSlot;
};

struct PlannedMount {
    std::string destination; ///< absolute, in the container
    Slot slot = noSlot; ///< a detached tree to attach; noSlot = make a new file system of `type`
    std::string type, source;
    std::vector<std::pair<std::string, std::string>> parameters;
    std::uint64_t attributes = 0; ///< MOUNT_ATTR_* for a new file system
    std::uint64_t propagation = 0; ///< MS_* for a new file system; 0 = private
    bool propagationRecursive = false;
    bool copyUp = false; ///< the new tmpfs begins with what the root has there
    bool inheritMode = false; ///< the new tmpfs gets the mode of the directory that it covers
};

struct PlannedDevice {
    std::string path;
    std::uint32_t mode = 0; ///< with its S_IF* type
    std::uint32_t major = 0, minor = 0;
    std::uint32_t uid = 0, gid = 0;
};

struct PlannedRlimit {
    std::uint32_t resource = 0; ///< RLIMIT_*
    std::uint64_t soft = 0, hard = 0;
};

/// sched_setattr(2).
struct PlannedScheduler {
    bool set = false;
    std::uint32_t policy = 0;
    std::uint64_t flags = 0;
    std::int32_t nice = 0;
    std::uint32_t priority = 0;
    std::uint64_t runtime = 0, deadline = 0, period = 0;
};

/// A program to run at a point of the container's life, the container's state on its standard input.
struct PlannedHook {
    std::string path;
    std::vector<std::string> args, env;
    std::uint32_t timeout = 0; ///< seconds; 0 = none
};

/// Bit n = capability n.
struct CapabilityMasks {
    std::uint64_t bounding = 0, permitted = 0, effective = 0, inheritable = 0, ambient = 0;
};

struct PlannedProcess {
    bool terminal = false;
    std::uint16_t rows = 0, columns = 0;
    std::uint32_t uid = 0, gid = 0;
    bool setUmask = false;
    std::uint32_t umask = 0;
    std::vector<std::uint32_t> additionalGids;
    std::vector<std::string> args, env;
    std::string cwd = "/";
    CapabilityMasks capabilities;
    std::vector<PlannedRlimit> rlimits;
    bool noNewPrivileges = false;
    bool setOomScoreAdj = false;
    std::int32_t oomScoreAdj = 0;
    std::string apparmorProfile;
    std::vector<std::uint64_t> seccomp; ///< struct sock_filter as numbers; empty = no filter
    std::uint32_t seccompFlags = 0;
    PlannedScheduler scheduler;
    std::int32_t ioPriority = -1; ///< as ioprio_set(2) takes it; -1 = as it is
    std::int64_t personality = -1; ///< personality(2); -1 = as it is
    bool inheritKeyring = false; ///< stay in the caller's session keyring
    std::vector<Slot> preserved; ///< become descriptors 3, 4, …
};

/// What the parent has to know to make the child; the rest is decoded by the child alone, so that the monitor stays small.
struct PlanHead {
    std::uint64_t newNamespaces = 0; ///< CLONE_NEW* of namespaces to make
    std::vector<PlannedJoin> joins;
    bool session = false; ///< a further process of a running container: only the head and `process` count
    std::vector<Slot> cgroups; ///< v1: cgroup.procs files to write to
    Slot cgroupDirectory = noSlot; ///< v2: for CLONE_INTO_CGROUP
    std::string uidMap, gidMap; ///< of a new user namespace, as /proc/<pid>/uid_map wants it
    std::string timeOffsets; ///< of a new time namespace, as /proc/self/timens_offsets wants it

    /// The process lives in a user namespace that is not the monitor's.
    bool inUserNamespace() const;
};

struct Plan {
    PlanHead head;
    bool newCgroupNamespace = false; ///< made after joining, so that its root is the container's group

    Slot root = noSlot; ///< detached tree
    bool rootReadonly = false;
    std::uint64_t rootPropagation = 0; ///< MS_*; 0 = private
    bool rootPropagationRecursive = true;
    std::string staging; ///< a directory of the host, ours, to attach the root to for the moment before pivot_root
    std::vector<PlannedMount> mounts; ///< in order
    bool defaultDevices = false; ///< the new /dev gets null, zero, … and the usual links
    Slot dev = noSlot; ///< a /dev that is filled already: in a user namespace nobody may make device nodes
    std::vector<PlannedDevice> devices;
    std::vector<std::string> masked, readonly;
    std::vector<std::pair<std::string, std::string>> sysctls; ///< ("kernel/msgmax", "8192")
    bool bringUpLoopback = false;
    std::string hostname, domainname;

    bool awaitHooks = false; ///< when all is mounted, say Hooks and wait until the parent has run its own
    std::vector<PlannedHook> createContainerHooks, startContainerHooks;
    std::string hookState; ///< the state as JSON up to its last members, status and pid, which the child appends

    bool hasProcess = false;
    PlannedProcess process;
};

/// The largest encoded plan that is taken.
inline constexpr std::size_t maxPlanBytes = 8U << 20;

std::string encodePlan(const Plan& plan);
/// Checks every length against what is left (CVE-2021-43784) and every slot against `slotCount`. Errors: Corrupt.
Result<Plan> decodePlan(std::string_view bytes, std::size_t slotCount);
/// The same for the head alone.
Result<PlanHead> decodePlanHead(std::string_view bytes, std::size_t slotCount);

} // namespace darsena::runtime
