// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/unique_fd.h"
#include "core/runtime/init/launch.h"
#include "core/runtime/plan.h"

#include <string_view>
#include <vector>

/// The child side, in the order in which it runs: child.cpp calls root.cpp (what is seen), terminal.cpp, identity.cpp (who
/// it is), command.cpp (what it executes). After pivot_root nothing of the container is executed or loaded (R4).
namespace darsena::runtime {

/// Everything the child does. Never returns: it ends as the container's command, or with _exit.
[[noreturn]] void runChild(
    std::string_view planBytes, const std::vector<UniqueFd>& descriptors, int channel, const InitOptions& options);

/// What the steps of the child share.
struct ChildContext {
    const Plan& plan;
    const std::vector<UniqueFd>& descriptors;
    int channel = -1;
    UniqueFd devPts; ///< root of the container's devpts, when we mounted it
    UniqueFd dev; ///< root of the container's own /dev, when we made it
    UniqueFd proc; ///< root of the container's own proc
    bool joined = false; ///< the parent said that we are in our cgroups, and mapped in our user namespace

    void warn(const std::string& text) const;
};

// child.cpp
/// Waits, once, until the parent has put us where we belong.
Result<void> awaitJoined(ChildContext& context);
/// In a user namespace we begin as somebody whom it does not map: this makes us its root.
Result<void> becomeRootInside(const PlanHead& head);
// root.cpp
/// Attaches the root, mounts, masks, devices, working directory, pivot_root.
Result<void> enterRoot(ChildContext& context);
// copy_up.cpp
/// Copies what is in a directory to another: files, links, pipes, nodes, with owner, mode and times; without extended
/// attributes. Errors: System ENOSPC when it does not fit, TooLarge past 64 levels.
Result<void> copyUp(int fromDirectory, int toDirectory);
// devices.cpp
Result<void> fillDev(int devFd);
/// Makes everything in it, and it, the given owner's. For a filled /dev that belongs to a user namespace.
Result<void> giveDev(int devFd, uid_t uid, gid_t gid);
Result<void> makeDevice(int rootFd, const PlannedDevice& device, std::string_view path);
// terminal.cpp
/// Opens a pty of the container's own devpts, sends the master to the parent, makes the slave the three streams, and
/// in a new container binds it to /dev/console.
Result<void> openTerminal(ChildContext& context);
// identity.cpp
Result<void> setLimits(const ChildContext& context);
/// Scheduler, I/O priority, personality.
Result<void> setScheduling(const PlannedProcess& process);
/// Groups, user, capabilities, filter; the last step before executing.
Result<void> becomeUser(const PlannedProcess& process, bool dieWithParent);
// command.cpp
/// Only returns when it cannot: the error's code says which of Docker's exit codes it is (NotFound 127, else 126).
Error executeCommand(const PlannedProcess& process);
/// Looks for the command without executing it; errors as executeCommand's. What is found may still not start.
Result<void> findCommand(const PlannedProcess& process);

} // namespace darsena::runtime
