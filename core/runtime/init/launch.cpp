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

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

namespace darsena::runtime {

namespace {

Result<void> joinOne(const PlannedJoin& join, int flags, const std::vector<UniqueFd>& descriptors)
{
    if (flags != 0 && ::setns(descriptors[join.slot].get(), flags) != 0)
        return Error::system(errno, "join namespaces");
    return {};
}

/// What takes effect for children only, so that the parent has to choose it before there is a child: the pid namespace,
/// and time with its offsets. And what a child in a user namespace of its own had no right to join; the user namespace
/// itself comes last, since it takes our own rights away.
Result<void> joinBeforeChild(const PlanHead& head, const std::vector<UniqueFd>& descriptors)
{
    constexpr std::uint64_t user = CLONE_NEWUSER;
    const bool everything = !head.session && head.inUserNamespace();
    for (const PlannedJoin& join : head.joins)
        TRY(joinOne(join, static_cast<int>(join.flags & (everything ? ~user : std::uint64_t { CLONE_NEWPID })), descriptors));
    if ((head.newNamespaces & CLONE_NEWTIME) != 0) {
        if (::unshare(CLONE_NEWTIME) != 0)
            return Error::system(errno, "time namespace");
        const UniqueFd offsets = UniqueFd::adopt(::open("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC));
        if (!head.timeOffsets.empty()
            && (!offsets || ::write(offsets.get(), head.timeOffsets.data(), head.timeOffsets.size()) < 0))
            return Error::system(errno, "linux.timeOffsets");
    }
    for (const PlannedJoin& join : head.joins)
        TRY(joinOne(join, static_cast<int>(everything ? join.flags & user : 0), descriptors));
    return {};
}

Result<void> writeIdMap(pid_t pid, const char* name, const std::string& text)
{
    if (text.empty())
        return {};
    const std::string path = "/proc/" + std::to_string(pid) + "/" + name;
    const UniqueFd file = UniqueFd::adopt(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        return Error::system(errno, std::string("user namespace: ") + name);
    return {};
}

Result<void> enterCgroups(pid_t pid, const PlanHead& head, const std::vector<UniqueFd>& descriptors)
{
    const std::string number = std::to_string(pid);
    for (const Slot slot : head.cgroups) {
        if (::write(descriptors[slot].get(), number.data(), number.size()) < 0 && errno != ESRCH)
            return Error::system(errno, "enter the cgroup");
    }
    return {};
}

Result<pid_t> makeChild(const PlanHead& head, const std::vector<UniqueFd>& descriptors, bool asSibling, int& pidfd)
{
    clone_args arguments {};
    arguments.flags = (head.newNamespaces & ~std::uint64_t { CLONE_NEWTIME }) | CLONE_PIDFD;
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
    TRY(joinBeforeChild(head, descriptors));

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
    const auto place = [&]() -> Result<void> {
        TRY(writeIdMap(pid, "uid_map", head.uidMap));
        TRY(writeIdMap(pid, "gid_map", head.gidMap));
        return enterCgroups(pid, head, descriptors);
    };
    if (const Result<void> placed = place(); !placed) {
        ::kill(pid, SIGKILL);
        return placed.error();
    }
    (void)sendToInit(started.channel.get(), ToInit::Joined); // a child that is gone is noticed by reading
    return started;
}

} // namespace darsena::runtime
