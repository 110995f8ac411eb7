// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/planner.h"

#include "core/os/mount.h"
#include "core/runtime/init/child.h"
#include "core/runtime/mount_plan.h"
#include "core/runtime/process_plan.h"
#include "core/runtime/seccomp.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

namespace darsena::runtime {

namespace {

constexpr std::uint64_t cloneFlag(oci::NamespaceType type)
{
    switch (type) {
    case oci::NamespaceType::Pid: return CLONE_NEWPID;
    case oci::NamespaceType::Network: return CLONE_NEWNET;
    case oci::NamespaceType::Mount: return CLONE_NEWNS;
    case oci::NamespaceType::Ipc: return CLONE_NEWIPC;
    case oci::NamespaceType::Uts: return CLONE_NEWUTS;
    case oci::NamespaceType::User: return CLONE_NEWUSER;
    case oci::NamespaceType::Cgroup: return CLONE_NEWCGROUP;
    case oci::NamespaceType::Time: return CLONE_NEWTIME;
    }
    return 0;
}

Result<UniqueFd> openNamespace(const std::string& path)
{
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return Error::system(errno, "namespace " + path);
    return UniqueFd::adopt(fd);
}

Result<void> planUserNamespace(const oci::Linux& spec, PreparedPlan& prepared)
{
    PlanHead& head = prepared.plan.head;
    const bool mapped = !spec.uidMappings.empty() || !spec.gidMappings.empty();
    if ((head.newNamespaces & CLONE_NEWUSER) != 0) {
        head.uidMap = TRY(idMapText(spec.uidMappings, "linux.uidMappings"));
        head.gidMap = TRY(idMapText(spec.gidMappings, "linux.gidMappings"));
        prepared.idMappings = IdMappings { spec.uidMappings, spec.gidMappings };
    } else if (mapped) {
        return Error(ErrorCode::Invalid, "linux.uidMappings: the container has no new user namespace");
    } else if (head.inUserNamespace()) {
        const auto joined = std::ranges::find_if(head.joins, [](const PlannedJoin& join) { return join.flags == CLONE_NEWUSER; });
        prepared.idMappings = TRY(mappingsOf(prepared.descriptors[joined->slot].get()));
    }
    if (prepared.idMappings && (!hostIdOf(prepared.idMappings->uids, 0) || !hostIdOf(prepared.idMappings->gids, 0)))
        return Error(ErrorCode::Unsupported, "a user namespace without a root user is not supported: nobody in it could mount");
    return {};
}

Result<void> planTimeOffsets(const oci::Linux& spec, Plan& plan)
{
    if (spec.timeOffsets.empty())
        return {};
    if ((plan.head.newNamespaces & CLONE_NEWTIME) == 0)
        return Error(ErrorCode::Invalid, "linux.timeOffsets: the container has no new time namespace");
    for (const auto& [clock, offset] : spec.timeOffsets) {
        if (offset.nanoseconds >= 1'000'000'000)
            return Error(ErrorCode::Invalid, "linux.timeOffsets: " + clock + ": nanosecs");
        plan.head.timeOffsets += clock + " " + std::to_string(offset.seconds) + " " + std::to_string(offset.nanoseconds) + "\n";
    }
    return {};
}

Result<void> planNamespaces(const oci::RuntimeSpec& spec, PreparedPlan& prepared)
{
    Plan& plan = prepared.plan;
    std::uint64_t seen = 0;
    for (const oci::Namespace& wanted : spec.linux.namespaces) {
        const std::string name(oci::namespaceName(wanted.type));
        const std::uint64_t flag = cloneFlag(wanted.type);
        if ((seen & flag) != 0)
            return Error(ErrorCode::Invalid, "linux.namespaces: " + name + " is named twice");
        seen |= flag;
        if (!wanted.path.empty()) {
            if (wanted.type == oci::NamespaceType::Mount)
                return Error(ErrorCode::Unsupported, "linux.namespaces: joining a mount namespace is not supported");
            prepared.descriptors.push_back(TRY(openNamespace(wanted.path)));
            plan.head.joins.push_back({ flag, static_cast<Slot>(prepared.descriptors.size() - 1) });
        } else if (wanted.type == oci::NamespaceType::Cgroup) {
            plan.newCgroupNamespace = true;
        } else {
            plan.head.newNamespaces |= flag;
        }
    }
    if ((plan.head.newNamespaces & CLONE_NEWNS) == 0)
        return Error(ErrorCode::Unsupported, "a container without a mount namespace of its own is not supported");
    TRY(planUserNamespace(spec.linux, prepared));
    TRY(planTimeOffsets(spec.linux, plan));
    plan.bringUpLoopback = (plan.head.newNamespaces & CLONE_NEWNET) != 0;
    const auto own = [&](std::uint64_t flag) { return (seen & flag) != 0; };
    if (!spec.hostname.empty() && !own(CLONE_NEWUTS))
        return Error(ErrorCode::Invalid, "hostname: the container shares the host's uts namespace");
    plan.hostname = spec.hostname;
    plan.domainname = spec.domainname;
    if (spec.hostname.size() > 64 || spec.domainname.size() > 64)
        return Error(ErrorCode::Invalid, "hostname: longer than 64 bytes");
    return planSysctls(spec.linux.sysctl, own(CLONE_NEWIPC), own(CLONE_NEWNET), own(CLONE_NEWUTS), plan.sysctls);
}

Result<void> planHooks(const oci::Hooks& hooks, const std::string& state, Plan& plan)
{
    if (hooks.empty())
        return {};
    if (state.empty())
        return Error(ErrorCode::Unsupported, "hooks are not supported here");
    plan.awaitHooks = !hooks.prestart.empty() || !hooks.createRuntime.empty() || !hooks.createContainer.empty();
    plan.createContainerHooks = plannedHooks(hooks.createContainer);
    plan.startContainerHooks = plannedHooks(hooks.startContainer);
    plan.hookState = state;
    return {};
}

Result<void> planDevices(const oci::Linux& spec, Plan& plan)
{
    for (const oci::Device& device : spec.devices) {
        std::uint32_t type = 0;
        switch (device.type) {
        case 'c':
        case 'u': type = S_IFCHR; break;
        case 'b': type = S_IFBLK; break;
        case 'p': type = S_IFIFO; break;
        default: return Error(ErrorCode::Invalid, "linux.devices: type of " + device.path);
        }
        if (!device.path.starts_with('/') || device.major < 0 || device.minor < 0 || device.major > 0xFFF
            || device.minor > 0xFFFFF)
            return Error(ErrorCode::Invalid, "linux.devices: " + device.path);
        plan.devices.push_back({ cleanPath(device.path), type | (device.fileMode & 0777U),
            static_cast<std::uint32_t>(device.major), static_cast<std::uint32_t>(device.minor), device.uid, device.gid });
    }
    return {};
}

Result<void> planRootPropagation(const std::string& text, Plan& plan)
{
    static constexpr std::array<std::pair<std::string_view, std::uint64_t>, 4> known {
        { { "private", MS_PRIVATE }, { "slave", MS_SLAVE }, { "shared", MS_SHARED }, { "unbindable", MS_UNBINDABLE } }
    };
    for (const auto& [name, flag] : known) {
        const bool recursive = text == "r" + std::string(name);
        if (recursive || text == name) {
            plan.rootPropagation = flag;
            plan.rootPropagationRecursive = recursive;
            return {};
        }
    }
    if (!text.empty())
        return Error(ErrorCode::Invalid, "linux.rootfsPropagation: " + text);
    return {};
}

Result<void> planCgroup(const Cgroup* cgroup, PreparedPlan& prepared)
{
    if (cgroup == nullptr)
        return {};
    const CgroupHost host = TRY(cgroupHost());
    for (UniqueFd& fd : TRY(cgroup->openForJoining())) {
        const Slot slot = static_cast<Slot>(prepared.descriptors.size());
        prepared.descriptors.push_back(std::move(fd));
        if (host.version == CgroupHost::Version::V2)
            prepared.plan.head.cgroupDirectory = slot;
        else
            prepared.plan.head.cgroups.push_back(slot);
    }
    return {};
}

/// Nobody in a user namespace may make device nodes: its /dev is a tmpfs that we make and fill here, for its root user.
Result<void> fillDevOutside(PreparedPlan& prepared)
{
    Plan& plan = prepared.plan;
    if (!plan.defaultDevices && plan.devices.empty())
        return {};
    const auto dev = std::ranges::find(plan.mounts, "/dev", &PlannedMount::destination);
    if (dev == plan.mounts.end() || !plan.defaultDevices)
        return Error(ErrorCode::Unsupported, "linux.devices: in a user namespace they need a tmpfs of the container's own at /dev");
    const uid_t uid = *hostIdOf(prepared.idMappings->uids, 0);
    const gid_t gid = *hostIdOf(prepared.idMappings->gids, 0);
    UniqueFd tree = TRY(os::mountFileSystem(dev->type, dev->source, dev->parameters, dev->attributes));
    TRY(fillDev(tree.get()));
    for (PlannedDevice device : plan.devices) {
        if (!device.path.starts_with("/dev/"))
            return Error(ErrorCode::Unsupported, "device " + device.path + ": in a user namespace only below /dev");
        device.uid = hostIdOf(prepared.idMappings->uids, device.uid).value_or(uid);
        device.gid = hostIdOf(prepared.idMappings->gids, device.gid).value_or(gid);
        TRY_CONTEXT("device " + device.path, makeDevice(tree.get(), device, device.path.substr(4)));
    }
    plan.devices.clear();
    TRY(giveDev(tree.get(), uid, gid));
    dev->slot = plan.dev = static_cast<Slot>(prepared.descriptors.size());
    prepared.descriptors.push_back(std::move(tree));
    return {};
}

Result<UniqueFd> openRoot(const oci::RuntimeSpec& spec, PlanInputs& inputs)
{
    if (inputs.root)
        return std::move(inputs.root);
    const std::filesystem::path path = inputs.bundle / spec.root.path;
    struct stat status {};
    if (spec.root.path.empty() || ::stat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
        return Error(ErrorCode::Invalid, "root.path: " + path.string() + " is not a directory");
    const UniqueFd directory = UniqueFd::adopt(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!directory)
        return Error::system(errno, path.string());
    return os::cloneTree(directory.get(), "", true);
}

} // namespace

std::string cleanPath(std::string_view path)
{
    std::vector<std::string_view> parts;
    for (std::size_t at = 0; at < path.size();) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        const std::string_view part = path.substr(at, end - at);
        if (part == "..") {
            if (!parts.empty())
                parts.pop_back();
        } else if (!part.empty() && part != ".") {
            parts.push_back(part);
        }
        at = end + 1;
    }
    std::string out;
    for (const std::string_view part : parts)
        out += "/" + std::string(part);
    return out.empty() ? "/" : out;
}

Result<PreparedPlan> planContainer(const oci::RuntimeSpec& spec, PlanInputs inputs)
{
    PreparedPlan prepared;
    Plan& plan = prepared.plan;
    TRY(planNamespaces(spec, prepared));
    TRY(planCgroup(inputs.cgroup, prepared));

    UniqueFd root = TRY(openRoot(spec, inputs));
    TRY(os::setMountPropagation(root.get(), MS_PRIVATE, true));
    plan.root = static_cast<Slot>(prepared.descriptors.size());
    prepared.descriptors.push_back(std::move(root));
    plan.rootReadonly = spec.root.readonly;
    TRY(planRootPropagation(spec.linux.rootfsPropagation, plan));
    plan.staging = inputs.staging.string();

    TRY(planMounts(spec, inputs, prepared));
    TRY(planDevices(spec.linux, plan));
    if (prepared.idMappings)
        TRY(fillDevOutside(prepared));
    TRY(planHooks(spec.hooks, inputs.hookState, plan));
    for (const std::string& path : spec.linux.maskedPaths)
        plan.masked.push_back(cleanPath(path));
    for (const std::string& path : spec.linux.readonlyPaths)
        plan.readonly.push_back(cleanPath(path));

    if (spec.process) {
        plan.hasProcess = true;
        const oci::Seccomp* seccomp = spec.linux.seccomp ? &*spec.linux.seccomp : nullptr;
        plan.process = TRY(planProcess(*spec.process, seccomp, prepared.warnings));
        if (!spec.linux.personality.empty())
            plan.process.personality = spec.linux.personality == "LINUX32" ? PER_LINUX32 : PER_LINUX;
    }
    return prepared;
}

Result<PreparedPlan> planSession(const oci::Process& process, const oci::Seccomp* seccomp, UniqueFd pidfd, const Cgroup* cgroup,
    std::uint64_t rareNamespaces)
{
    PreparedPlan prepared;
    prepared.plan.head.session = true;
    prepared.plan.head.joins.push_back(
        { CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_NEWNS | rareNamespaces, 0 });
    prepared.descriptors.push_back(std::move(pidfd));
    TRY(planCgroup(cgroup, prepared));
    prepared.plan.hasProcess = true;
    prepared.plan.process = TRY(planProcess(process, seccomp, prepared.warnings));
    return prepared;
}

} // namespace darsena::runtime
