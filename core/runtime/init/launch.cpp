// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/init/launch.h"

#include "core/os/socket.h"
#include "core/runtime/init/child.h"
#include "core/runtime/init/messages.h"
#include "core/runtime/plan.h"

#include <cerrno>
#include <csignal>
#include <cstdint>

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace darsena::runtime {

namespace {

/// A pid namespace takes effect for children only, so the parent has to choose it before there is a child.
Result<void> joinPidNamespace(const PlanHead& head, const std::vector<UniqueFd>& descriptors)
{
    for (const PlannedJoin& join : head.joins) {
        if ((join.flags & CLONE_NEWPID) != 0 && ::setns(descriptors[join.slot].get(), CLONE_NEWPID) != 0)
            return Error::system(errno, "join the pid namespace");
    }
    return {};
}

Result<pid_t> makeChild(const PlanHead& head, const std::vector<UniqueFd>& descriptors, bool asSibling, int& pidfd)
{
    clone_args arguments {};
    arguments.flags = head.newNamespaces | CLONE_PIDFD;
    arguments.pidfd = reinterpret_cast<std::uintptr_t>(&pidfd);
    arguments.exit_signal = SIGCHLD;
    if (asSibling) {
        arguments.flags |= CLONE_PARENT;
        arguments.exit_signal = 0; // as clone3(2) demands; the parent gets what it gets for ourselves
    }
    if (head.cgroupDirectory != noSlot) {
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = static_cast<std::uint64_t>(descriptors[head.cgroupDirectory].get());
    }
    const long pid = ::syscall(SYS_clone3, &arguments, sizeof arguments);
    if (pid < 0)
        return Error::system(errno, "clone3");
    return static_cast<pid_t>(pid);
}

} // namespace

Result<StartedInit> startInit(std::string_view planBytes, const std::vector<UniqueFd>& descriptors, const InitOptions& options)
{
    const PlanHead head = TRY(decodePlanHead(planBytes, descriptors.size()));
    auto [ours, theirs] = TRY(os::socketPair(SOCK_SEQPACKET));
    // Inherited: nothing in the container may look into the child while it still holds what is ours (CVE-2016-9962).
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    TRY(joinPidNamespace(head, descriptors));

    int pidfd = -1;
    const pid_t pid = TRY(makeChild(head, descriptors, options.asSibling, pidfd));
    if (pid == 0) {
        ours.reset();
        for (const int fd : options.closeFirst)
            ::close(fd);
        runChild(planBytes, descriptors, theirs.get(), options);
    }
    StartedInit started { pid, UniqueFd::adopt(pidfd), std::move(ours) };

    // While the child mounts, we move it: on cgroup v1 each move can wait for a grace period of the kernel.
    const std::string number = std::to_string(pid);
    for (const Slot slot : head.cgroups) {
        if (::write(descriptors[slot].get(), number.data(), number.size()) < 0 && errno != ESRCH) {
            const Error error = Error::system(errno, "enter the cgroup");
            ::kill(pid, SIGKILL);
            return error;
        }
    }
    (void)sendToInit(started.channel.get(), ToInit::Joined); // a child that is gone is noticed by reading
    return started;
}

} // namespace darsena::runtime
