// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/mount_plan.h"

#include "core/os/mount.h"
#include "core/runtime/mount_options.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::runtime {

namespace {

Slot addSlot(PreparedPlan& prepared, UniqueFd fd)
{
    prepared.descriptors.push_back(std::move(fd));
    return static_cast<Slot>(prepared.descriptors.size() - 1);
}

Result<void> applyOptions(int mount, const MountOptions& options)
{
    if (options.propagation == 0)
        TRY(os::setMountPropagation(mount, MS_PRIVATE, true));
    else if (options.propagation != MS_SHARED) // a copy of a shared mount is its peer already
        TRY(os::setMountPropagation(mount, options.propagation, options.propagationRecursive));
    if (options.setBelow != 0 || options.clearBelow != 0)
        TRY(os::setMountAttributes(mount, options.setBelow, options.clearBelow, true));
    if (options.set != 0 || options.clear != 0)
        TRY(os::setMountAttributes(mount, options.set, options.clear, false));
    return {};
}

/// The ids of a bind as its own mappings show them, or as the container's user namespace does.
Result<void> mapIds(int tree, const oci::Mount& mount, const MountOptions& options, const PreparedPlan& prepared)
{
    IdMappings mappings { mount.uidMappings, mount.gidMappings };
    if (mappings.uids.empty() != mappings.gids.empty())
        return Error(ErrorCode::Invalid, "uidMappings and gidMappings come together");
    if (mappings.uids.empty()) {
        if (!prepared.idMappings)
            return Error(ErrorCode::Invalid, "option idmap: needs uidMappings and gidMappings, or a user namespace");
        mappings = *prepared.idMappings;
    }
    const UniqueFd space = TRY(makeUserNamespace(mappings));
    return os::setMountIdMapping(tree, space.get(), options.recursiveIdmap);
}

Result<void> planBind(const oci::Mount& mount, const MountOptions& options, const PlanInputs& inputs, PreparedPlan& prepared)
{
    const std::filesystem::path source = inputs.bundle / mount.source;
    // Followed once, here: the source is the host administrator's word, and from now on it is a descriptor.
    const UniqueFd opened = UniqueFd::adopt(::open(source.c_str(), O_PATH | O_CLOEXEC));
    if (!opened)
        return Error::system(errno, "bind source path " + source.string());
    UniqueFd tree = TRY(os::cloneTree(opened.get(), "", options.recursiveBind));
    TRY(applyOptions(tree.get(), options));
    if (options.idmap || !mount.uidMappings.empty() || !mount.gidMappings.empty())
        TRY(mapIds(tree.get(), mount, options, prepared));
    PlannedMount planned;
    planned.destination = cleanPath(mount.destination);
    planned.slot = addSlot(prepared, std::move(tree));
    prepared.plan.mounts.push_back(std::move(planned));
    return {};
}

/// cgroup v1: a tmpfs with one directory a hierarchy, onto each of which the container's own group is bound.
Result<void> planCgroupV1(const CgroupHost& host, const MountOptions& options, const PlanInputs& inputs,
    const std::string& destination, PreparedPlan& prepared)
{
    UniqueFd base = TRY(os::mountFileSystem("tmpfs", "cgroup", { { "mode", "755" } }, options.set & ~std::uint64_t { MOUNT_ATTR_RDONLY }));
    std::vector<PlannedMount> binds;
    const std::vector<std::string> directories = inputs.cgroup != nullptr ? inputs.cgroup->directories() : std::vector<std::string>();
    std::vector<std::string> done;
    for (const auto& [controller, mountPoint] : host.hierarchies) {
        const std::string name = std::filesystem::path(mountPoint).filename().string();
        if (controller.find('=') == std::string::npos && name != controller)
            (void)::symlinkat(name.c_str(), base.get(), controller.c_str());
        const auto own = std::ranges::find_if(directories, [&](const std::string& d) { return d.starts_with(mountPoint + "/"); });
        if (own == directories.end() || std::ranges::find(done, mountPoint) != done.end())
            continue;
        done.push_back(mountPoint);
        if (::mkdirat(base.get(), name.c_str(), 0755) != 0)
            return Error::system(errno, "cgroup mount " + name);
        UniqueFd tree = TRY(os::cloneTree(AT_FDCWD, *own, false));
        TRY(applyOptions(tree.get(), options));
        PlannedMount planned;
        planned.destination = destination + "/" + name;
        planned.slot = addSlot(prepared, std::move(tree));
        binds.push_back(std::move(planned));
    }
    TRY(os::setMountAttributes(base.get(), options.set, 0, false));
    PlannedMount planned;
    planned.destination = destination;
    planned.slot = addSlot(prepared, std::move(base));
    prepared.plan.mounts.push_back(std::move(planned));
    std::ranges::move(binds, std::back_inserter(prepared.plan.mounts));
    return {};
}

Result<void> planCgroupMount(const oci::Mount& mount, const MountOptions& options, const PlanInputs& inputs, PreparedPlan& prepared)
{
    const CgroupHost host = TRY(cgroupHost());
    const std::string destination = cleanPath(mount.destination);
    if (host.version == CgroupHost::Version::V1)
        return planCgroupV1(host, options, inputs, destination, prepared);
    PlannedMount planned;
    planned.destination = destination;
    if (prepared.plan.newCgroupNamespace) {
        // A fresh mount shows the new namespace's root. It must be made after that namespace, so by the child.
        planned.type = "cgroup2";
        planned.source = "cgroup";
        planned.attributes = options.set;
    } else {
        UniqueFd tree = TRY(os::cloneTree(AT_FDCWD, host.unified, false));
        TRY(applyOptions(tree.get(), options));
        planned.slot = addSlot(prepared, std::move(tree));
    }
    prepared.plan.mounts.push_back(std::move(planned));
    return {};
}

Result<void> checkDestination(const oci::Mount& mount, const std::string& clean, bool bind)
{
    if (clean == "/")
        return Error(ErrorCode::Invalid, "mount destination: the root itself");
    if (clean == "/proc" && mount.type != "proc")
        return Error(ErrorCode::Invalid, "mount on /proc: only a proc file system may be there");
    if (clean == "/sys" && !bind && mount.type != "sysfs" && mount.type != "tmpfs")
        return Error(ErrorCode::Invalid, "mount on /sys: only sysfs may be there");
    if (clean.starts_with("/proc/") && !mayMountInProc(clean))
        return Error(ErrorCode::Invalid, "mount on " + clean + ": inside /proc is not allowed");
    if (mount.destination.find('\0') != std::string::npos)
        return Error(ErrorCode::Invalid, "mount destination: NUL in the path");
    return {};
}

} // namespace

bool mayMountInProc(std::string_view cleanDestination)
{
    static constexpr std::array<std::string_view, 10> allowed { "/proc/cpuinfo", "/proc/diskstats", "/proc/meminfo",
        "/proc/stat", "/proc/swaps", "/proc/uptime", "/proc/loadavg", "/proc/slabinfo", "/proc/net/dev",
        "/proc/sys/crypto/fips_enabled" };
    return std::ranges::find(allowed, cleanDestination) != allowed.end();
}

Result<void> planMounts(const oci::RuntimeSpec& spec, const PlanInputs& inputs, PreparedPlan& prepared)
{
    for (const oci::Mount& mount : spec.mounts) {
        MountOptions options = TRY_CONTEXT("mount " + mount.destination, parseMountOptions(mount.options));
        const std::string clean = cleanPath(mount.destination);
        const bool bind = options.bind || mount.type == "bind";
        TRY(checkDestination(mount, clean, bind));
        if (bind) {
            TRY_CONTEXT("mount " + clean, planBind(mount, options, inputs, prepared));
            continue;
        }
        if (mount.type == "cgroup" || mount.type == "cgroup2") {
            TRY_CONTEXT("mount " + clean, planCgroupMount(mount, options, inputs, prepared));
            continue;
        }
        if (options.idmap || !mount.uidMappings.empty() || !mount.gidMappings.empty())
            return Error(ErrorCode::Unsupported, "mount " + clean + ": only bind mounts can have an id mapping");
        if (options.copyUp && mount.type != "tmpfs")
            return Error(ErrorCode::Invalid, "mount " + clean + ": tmpcopyup is for tmpfs");
        PlannedMount planned;
        planned.destination = clean;
        planned.type = mount.type;
        planned.source = mount.source;
        planned.parameters = std::move(options.parameters);
        planned.attributes = options.set | options.setBelow;
        planned.propagation = options.propagation;
        planned.propagationRecursive = options.propagationRecursive;
        planned.copyUp = options.copyUp;
        const auto isMode = [](const os::MountParameter& parameter) { return parameter.first == "mode"; };
        planned.inheritMode = mount.type == "tmpfs" && std::ranges::none_of(planned.parameters, isMode);
        if (clean == "/dev" && mount.type == "tmpfs")
            prepared.plan.defaultDevices = true;
        prepared.plan.mounts.push_back(std::move(planned));
    }
    return {};
}

} // namespace darsena::runtime
