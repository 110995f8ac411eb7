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

} // namespace darsena::runtime
