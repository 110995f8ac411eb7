// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/shim/external_launch.h"

#include "core/os/file.h"
#include "core/os/mount.h"
#include "core/runtime/external_bundle.h"
#include "core/runtime/mount_options.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>

namespace darsena::shim {

namespace {

namespace fs = std::filesystem;

/// Something to attach a mount to: a directory to a directory, anything else to a file.
Result<void> makeTarget(const fs::path& path, int mount)
{
    struct stat status {};
    if (::fstat(mount, &status) != 0)
        return Error::system(errno, path.string());
    if (S_ISDIR(status.st_mode))
        return os::makeDirectories(path, 0700);
    const UniqueFd file = UniqueFd::adopt(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    return file ? Result<void>() : Error::system(errno, path.string());
}

/// The source is opened once, here, where it was looked at, and some are there only through a descriptor of the engine's.
Result<UniqueFd> openSource(const oci::Mount& mount, bool recursive)
{
    const UniqueFd opened = UniqueFd::adopt(::open(mount.source.c_str(), O_PATH | O_CLOEXEC));
    if (!opened)
        return Error::system(errno, "bind source path " + mount.source);
    return os::cloneTree(opened.get(), "", recursive);
}

} // namespace

Result<std::vector<UniqueFd>> prepareBundle(Launch& launch, MonitorPlan& monitor)
{
    const fs::path bundle = launch.runDir / bundleName;
    TRY(os::removeTree(bundle));
    TRY(os::makeDirectories(bundle, 0700));
    monitor.external.program = launch.runtime.string();
    monitor.external.stateRoot = (launch.runDir / runtimeStateName).string();
    std::vector<UniqueFd> mounts;
    const auto give = [&](const fs::path& target, UniqueFd mount) -> Result<void> {
        TRY(makeTarget(target, mount.get()));
        monitor.external.targets.push_back(target.string());
        mounts.push_back(std::move(mount));
        return {};
    };
    UniqueFd root = std::move(launch.rootMount);
    if (launch.root)
        root = TRY_CONTEXT("container root", os::mountOverlay(*launch.root));
    if (root) {
        launch.spec.root.path = (bundle / "rootfs").string();
        TRY(give(launch.spec.root.path, std::move(root)));
    }
    for (oci::Mount& mount : launch.spec.mounts) {
        const runtime::MountOptions options = TRY_CONTEXT("mount " + mount.destination, runtime::parseMountOptions(mount.options));
        if (!options.bind && mount.type != "bind")
            continue;
        UniqueFd source = TRY(openSource(mount, options.recursiveBind));
        mount.source = (bundle / ("mount" + std::to_string(mounts.size()))).string();
        TRY(give(mount.source, std::move(source)));
    }
    // The group has its limits, as far as this host can apply them: a runtime would fail where we warn. The rules for devices are its own.
    oci::Resources devicesAlone;
    devicesAlone.devices = std::move(launch.spec.linux.resources.devices);
    launch.spec.linux.resources = std::move(devicesAlone);
    // What the runtimes of Debian 12 know; nothing of ours needs more.
    launch.spec.ociVersion = "1.0.2";
    TRY(runtime::writeBundle(bundle, launch.spec));
    return mounts;
}

Result<void> prepareSession(const ExecSpec& spec, const fs::path& container, MonitorPlan& monitor)
{
    const fs::path bundle = spec.runDir / bundleName;
    TRY(os::removeTree(bundle));
    TRY(os::makeDirectories(bundle, 0700));
    monitor.external.program = spec.runtime.string();
    monitor.external.container = spec.container;
    monitor.external.stateRoot = (container / runtimeStateName).string();
    return runtime::writeProcess(bundle, spec.process);
}

} // namespace darsena::shim
