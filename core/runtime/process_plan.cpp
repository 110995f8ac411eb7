// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/process_plan.h"

#include "core/runtime/capability.h"
#include "core/runtime/planner.h"
#include "core/runtime/seccomp.h"

#include <algorithm>
#include <array>

#include <sys/resource.h>

namespace darsena::runtime {

namespace {

constexpr std::array<std::pair<std::string_view, unsigned>, 16> rlimitNames { {
    { "RLIMIT_AS", RLIMIT_AS },
    { "RLIMIT_CORE", RLIMIT_CORE },
    { "RLIMIT_CPU", RLIMIT_CPU },
    { "RLIMIT_DATA", RLIMIT_DATA },
    { "RLIMIT_FSIZE", RLIMIT_FSIZE },
    { "RLIMIT_LOCKS", RLIMIT_LOCKS },
    { "RLIMIT_MEMLOCK", RLIMIT_MEMLOCK },
    { "RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE },
    { "RLIMIT_NICE", RLIMIT_NICE },
    { "RLIMIT_NOFILE", RLIMIT_NOFILE },
    { "RLIMIT_NPROC", RLIMIT_NPROC },
    { "RLIMIT_RSS", RLIMIT_RSS },
    { "RLIMIT_RTPRIO", RLIMIT_RTPRIO },
    { "RLIMIT_RTTIME", RLIMIT_RTTIME },
    { "RLIMIT_SIGPENDING", RLIMIT_SIGPENDING },
    { "RLIMIT_STACK", RLIMIT_STACK },
} };

/// The bits of the names; what this kernel or this process has not is left out and told (config.md wants a warning).
std::uint64_t maskOf(const std::vector<std::string>& names, std::vector<std::string>& warnings)
{
    const std::uint64_t possible = ownCapabilities();
    std::uint64_t mask = 0;
    for (const std::string& name : names) {
        const std::optional<unsigned> number = capabilityNumber(name);
        const std::uint64_t bit = number ? std::uint64_t { 1 } << *number : 0;
        if ((bit & possible) != 0) {
            mask |= bit;
            continue;
        }
        const std::string warning = "capability " + name + " cannot be granted here";
        if (std::ranges::find(warnings, warning) == warnings.end())
            warnings.push_back(warning);
    }
    return mask;
}

Result<void> planRlimits(const std::vector<oci::Rlimit>& limits, std::vector<PlannedRlimit>& out)
{
    for (const oci::Rlimit& limit : limits) {
        const auto known = std::ranges::find(rlimitNames, std::string_view(limit.type), &std::pair<std::string_view, unsigned>::first);
        if (known == rlimitNames.end())
            return Error(ErrorCode::Invalid, "process.rlimits: unknown limit " + limit.type);
        if (limit.soft > limit.hard)
            return Error(ErrorCode::Invalid, "process.rlimits: " + limit.type + ": soft is above hard");
        const bool twice = std::ranges::any_of(out, [&](const PlannedRlimit& p) { return p.resource == known->second; });
        if (twice)
            return Error(ErrorCode::Invalid, "process.rlimits: " + limit.type + " is named twice");
        out.push_back({ known->second, limit.soft, limit.hard });
    }
    return {};
}

constexpr std::array<std::pair<std::string_view, std::uint32_t>, 6> schedulerPolicies { {
    { "SCHED_OTHER", 0 },
    { "SCHED_FIFO", 1 },
    { "SCHED_RR", 2 },
    { "SCHED_BATCH", 3 },
    { "SCHED_IDLE", 5 },
    { "SCHED_DEADLINE", 6 },
} };

// linux/sched.h. The last two want values that the specification has no members for.
constexpr std::array<std::pair<std::string_view, std::uint64_t>, 5> schedulerFlags { {
    { "SCHED_FLAG_RESET_ON_FORK", 0x01 },
    { "SCHED_FLAG_RECLAIM", 0x02 },
    { "SCHED_FLAG_DL_OVERRUN", 0x04 },
    { "SCHED_FLAG_KEEP_POLICY", 0x08 },
    { "SCHED_FLAG_KEEP_PARAMS", 0x10 },
} };

Result<PlannedScheduler> planScheduler(const oci::Scheduler& scheduler)
{
    const auto policy = std::ranges::find(schedulerPolicies, std::string_view(scheduler.policy), &std::pair<std::string_view, std::uint32_t>::first);
    if (policy == schedulerPolicies.end())
        return Error(ErrorCode::Invalid, "process.scheduler: policy \"" + scheduler.policy + "\" is not known to Linux");
    if (scheduler.nice < -20 || scheduler.nice > 19 || scheduler.priority < 0 || scheduler.priority > 99)
        return Error(ErrorCode::Invalid, "process.scheduler: nice is -20 to 19, priority 0 to 99");
    PlannedScheduler plan;
    plan.set = true;
    plan.policy = policy->second;
    for (const std::string& name : scheduler.flags) {
        const auto flag = std::ranges::find(schedulerFlags, std::string_view(name), &std::pair<std::string_view, std::uint64_t>::first);
        if (flag == schedulerFlags.end())
            return Error(ErrorCode::Invalid, "process.scheduler: flag " + name + " is not supported");
        plan.flags |= flag->second;
    }
    plan.nice = scheduler.nice;
    plan.priority = static_cast<std::uint32_t>(scheduler.priority);
    plan.runtime = scheduler.runtime;
    plan.deadline = scheduler.deadline;
    plan.period = scheduler.period;
    return plan;
}

/// As ioprio_set(2) takes it: the class above bit 13, the level below.
Result<std::int32_t> planIoPriority(const oci::IoPriority& priority)
{
    if (priority.priority < 0 || priority.priority > 7)
        return Error(ErrorCode::Invalid, "process.ioPriority: priority is 0 to 7");
    int number = 0;
    for (const char* const name : { "IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE" }) {
        ++number;
        if (priority.ioClass == name)
            return number << 13 | priority.priority;
    }
    return Error(ErrorCode::Invalid, "process.ioPriority: unknown class \"" + priority.ioClass + "\"");
}

bool hasNul(const std::vector<std::string>& texts)
{
    return std::ranges::any_of(texts, [](const std::string& text) { return text.find('\0') != std::string::npos; });
}

} // namespace

Result<PlannedProcess> planProcess(
    const oci::Process& process, const oci::Seccomp* seccomp, std::vector<std::string>& warnings)
{
    if (process.args.empty())
        return Error(ErrorCode::Invalid, "process.args: no command specified");
    if (process.cwd.find('\0') != std::string::npos || hasNul(process.args) || hasNul(process.env))
        return Error(ErrorCode::Invalid, "process: NUL in an argument, the environment or the working directory");
    if (!process.cwd.starts_with('/'))
        return Error(ErrorCode::Invalid, "process.cwd: " + process.cwd + " is not absolute");

    PlannedProcess plan;
    plan.terminal = process.terminal;
    if (process.consoleSize) {
        plan.rows = process.consoleSize->height;
        plan.columns = process.consoleSize->width;
    }
    plan.uid = process.user.uid;
    plan.gid = process.user.gid;
    plan.setUmask = process.user.umask.has_value();
    plan.umask = process.user.umask.value_or(0) & 0777U;
    plan.additionalGids = process.user.additionalGids;
    plan.args = process.args;
    plan.env = process.env;
    plan.cwd = process.cwd;
    if (process.capabilities) {
        plan.capabilities.bounding = maskOf(process.capabilities->bounding, warnings);
        plan.capabilities.permitted = maskOf(process.capabilities->permitted, warnings);
        plan.capabilities.effective = maskOf(process.capabilities->effective, warnings);
        plan.capabilities.inheritable = maskOf(process.capabilities->inheritable, warnings);
        plan.capabilities.ambient = maskOf(process.capabilities->ambient, warnings);
    }
    TRY(planRlimits(process.rlimits, plan.rlimits));
    plan.noNewPrivileges = process.noNewPrivileges;
    plan.setOomScoreAdj = process.oomScoreAdj.has_value();
    plan.oomScoreAdj = process.oomScoreAdj.value_or(0);
    if (plan.oomScoreAdj < -1000 || plan.oomScoreAdj > 1000)
        return Error(ErrorCode::Invalid, "process.oomScoreAdj: outside -1000 to 1000");
    plan.apparmorProfile = process.apparmorProfile;
    if (process.scheduler)
        plan.scheduler = TRY(planScheduler(*process.scheduler));
    if (process.ioPriority)
        plan.ioPriority = TRY(planIoPriority(*process.ioPriority));
    if (seccomp != nullptr) {
        const auto program = TRY(compileSeccomp(*seccomp));
        plan.seccomp = program->instructions;
        plan.seccompFlags = program->flags;
    }
    return plan;
}

bool sysctlIsNamespaced(std::string_view name, bool ownIpc, bool ownNetwork, bool ownUts)
{
    static constexpr std::array<std::string_view, 8> ipc { "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni",
        "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced" };
    if (std::ranges::find(ipc, name) != ipc.end() || name.starts_with("fs.mqueue."))
        return ownIpc;
    if (name.starts_with("net."))
        return ownNetwork;
    return name == "kernel.domainname" && ownUts;
}

Result<void> planSysctls(const std::map<std::string, std::string>& sysctls, bool ownIpc, bool ownNetwork, bool ownUts,
    std::vector<std::pair<std::string, std::string>>& out)
{
    for (const auto& [name, value] : sysctls) {
        // Both spellings exist, net.ipv4.x and net/ipv4/x; in the second a dot belongs to an interface's name.
        std::string path = name, dotted = name;
        if (name.find('/') == std::string::npos)
            std::ranges::replace(path, '.', '/');
        else
            std::ranges::replace(dotted, '/', '.');
        const auto unfit = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '+' || c == 0x7F; };
        if (path.find("..") != std::string::npos || path.starts_with('/') || std::ranges::any_of(path, unfit))
            return Error(ErrorCode::Invalid, "sysctl: not a name: " + dotted);
        const auto unfitValue = [&](char c) { return unfit(c) && c != '\t'; };
        if (std::ranges::any_of(value, unfitValue))
            return Error(ErrorCode::Invalid, "sysctl " + name + ": the value has a character that is not allowed");
        if (!sysctlIsNamespaced(dotted, ownIpc, ownNetwork, ownUts))
            return Error(ErrorCode::Invalid, "sysctl " + name + ": is not separate for this container");
        out.emplace_back(path, value);
    }
    return {};
}

std::vector<PlannedHook> plannedHooks(const std::vector<oci::Hook>& hooks)
{
    std::vector<PlannedHook> out;
    for (const oci::Hook& hook : hooks)
        out.push_back({ hook.path, hook.args, hook.env, static_cast<std::uint32_t>(hook.timeout.value_or(0)) });
    return out;
}

} // namespace darsena::runtime
