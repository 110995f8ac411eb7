// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/init/child.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace darsena::runtime {

namespace {

Result<void> setCapabilities(std::uint64_t effective, std::uint64_t permitted, std::uint64_t inheritable)
{
    __user_cap_header_struct header {};
    header.version = _LINUX_CAPABILITY_VERSION_3;
    __user_cap_data_struct data[2] {};
    for (unsigned i = 0; i < 2; ++i) {
        data[i].effective = static_cast<std::uint32_t>(effective >> (32 * i));
        data[i].permitted = static_cast<std::uint32_t>(permitted >> (32 * i));
        data[i].inheritable = static_cast<std::uint32_t>(inheritable >> (32 * i));
    }
    if (::syscall(SYS_capset, &header, data) != 0)
        return Error::system(errno, "capabilities");
    return {};
}

Result<std::uint64_t> permittedNow()
{
    __user_cap_header_struct header {};
    header.version = _LINUX_CAPABILITY_VERSION_3;
    __user_cap_data_struct data[2] {};
    if (::syscall(SYS_capget, &header, data) != 0)
        return Error::system(errno, "capabilities");
    return std::uint64_t { data[1].permitted } << 32 | data[0].permitted;
}

Result<void> dropBounding(std::uint64_t keep)
{
    for (unsigned i = 0; i < 64; ++i) {
        const int held = ::prctl(PR_CAPBSET_READ, i, 0, 0, 0);
        if (held < 0)
            break;
        if (held == 1 && (keep >> i & 1U) == 0 && ::prctl(PR_CAPBSET_DROP, i, 0, 0, 0) != 0)
            return Error::system(errno, "drop a capability");
    }
    return {};
}

Result<void> raiseAmbient(std::uint64_t ambient)
{
    if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 && errno != EINVAL)
        return Error::system(errno, "ambient capabilities");
    for (unsigned i = 0; i < 64; ++i) {
        if ((ambient >> i & 1U) != 0 && ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i, 0, 0) != 0)
            return Error::system(errno, "ambient capabilities");
    }
    return {};
}

Result<void> loadFilter(const PlannedProcess& process)
{
    if (process.seccomp.empty())
        return {};
    static_assert(sizeof(sock_filter) == sizeof(std::uint64_t));
    std::vector<sock_filter> instructions(process.seccomp.size());
    std::memcpy(instructions.data(), process.seccomp.data(), process.seccomp.size() * sizeof(sock_filter));
    sock_fprog program { static_cast<unsigned short>(instructions.size()), instructions.data() };
    if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, process.seccompFlags, &program) != 0)
        return Error::system(errno, "system call filter");
    return {};
}

} // namespace

Result<void> setLimits(const ChildContext& context)
{
    for (const PlannedRlimit& planned : context.plan.process.rlimits) {
        const auto resource = static_cast<__rlimit_resource>(planned.resource);
        rlimit wanted { planned.soft, planned.hard };
        if (::setrlimit(resource, &wanted) == 0)
            continue;
        if (errno != EPERM)
            return Error::system(errno, "rlimit " + std::to_string(planned.resource));
        // Raising the hard limit takes CAP_SYS_RESOURCE, which an engine inside a container may lack.
        rlimit now {};
        ::getrlimit(resource, &now);
        wanted.rlim_max = std::min(wanted.rlim_max, now.rlim_max);
        wanted.rlim_cur = std::min(wanted.rlim_cur, wanted.rlim_max);
        if (::setrlimit(resource, &wanted) != 0)
            return Error::system(errno, "rlimit " + std::to_string(planned.resource));
        context.warn("rlimit " + std::to_string(planned.resource) + ": asked for " + std::to_string(planned.hard) + ", kept at "
            + std::to_string(wanted.rlim_max));
    }
    return {};
}

Result<void> setScheduling(const PlannedProcess& process)
{
    if (process.ioPriority >= 0) {
        constexpr int thisProcess = 1; // IOPRIO_WHO_PROCESS
        if (::syscall(SYS_ioprio_set, thisProcess, 0, process.ioPriority) != 0)
            return Error::system(errno, "I/O priority");
    }
    if (process.scheduler.set) {
        // sched_setattr(2); glibc 2.36 declares neither the call nor the structure.
        struct {
            std::uint32_t size = 48;
            std::uint32_t policy = 0;
            std::uint64_t flags = 0;
            std::int32_t nice = 0;
            std::uint32_t priority = 0;
            std::uint64_t runtime = 0, deadline = 0, period = 0;
        } attributes;
        static_assert(sizeof attributes == 48);
        attributes.policy = process.scheduler.policy;
        attributes.flags = process.scheduler.flags;
        attributes.nice = process.scheduler.nice;
        attributes.priority = process.scheduler.priority;
        attributes.runtime = process.scheduler.runtime;
        attributes.deadline = process.scheduler.deadline;
        attributes.period = process.scheduler.period;
        if (::syscall(SYS_sched_setattr, 0, &attributes, 0) != 0)
            return Error::system(errno, "scheduler");
    }
    if (process.personality >= 0 && ::personality(static_cast<unsigned long>(process.personality)) < 0)
        return Error::system(errno, "personality");
    return {};
}

Result<void> becomeUser(const PlannedProcess& process, bool dieWithParent)
{
    const CapabilityMasks& masks = process.capabilities;
    TRY(dropBounding(masks.bounding));
    ::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
    if (::setgroups(process.additionalGids.size(), process.additionalGids.data()) != 0)
        return Error::system(errno, "additional groups");
    if (::setresgid(process.gid, process.gid, process.gid) != 0)
        return Error::system(errno, "group " + std::to_string(process.gid));
    if (::setresuid(process.uid, process.uid, process.uid) != 0)
        return Error::system(errno, "user " + std::to_string(process.uid));
    ::prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
    // After the change of user, which clears it.
    if (dieWithParent && ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        return Error::system(errno, "end with the monitor");

    const std::uint64_t permitted = TRY(permittedNow());
    TRY(setCapabilities(permitted, permitted, masks.inheritable & permitted));
    // Without no_new_privs a filter takes CAP_SYS_ADMIN, so it is loaded before that is given up; with it, as the last step.
    if (!process.noNewPrivileges)
        TRY(loadFilter(process));
    TRY(setCapabilities(masks.effective & permitted, masks.permitted & permitted, masks.inheritable & permitted));
    TRY(raiseAmbient(masks.ambient & masks.permitted & masks.inheritable & permitted));
    if (process.noNewPrivileges) {
        if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
            return Error::system(errno, "no_new_privs");
        TRY(loadFilter(process));
    }
    return {};
}

} // namespace darsena::runtime
