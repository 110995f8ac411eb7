// SPDX-License-Identifier: GPL-3.0-or-later
// What moves bytes in and out of containers: archive and export. The work itself is done by darsena-unpack, confined.
#include "core/engine/container_manager.h"

#include "core/base/scope_guard.h"
#include "core/engine/volume_mounts.h"
#include "core/os/beneath.h"
#include "core/os/file.h"
#include "core/os/mount.h"
#include "core/runtime/user.h"

#include <cerrno>

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/mount.h>

namespace darsena::engine {

namespace {

/// How often a container may change between running and not while its files are opened.
constexpr int kOpenAttempts = 20;

Result<UniqueFd> duplicateFd(int fd)
{
    UniqueFd copy = UniqueFd::adopt(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
    return copy ? Result<UniqueFd>(std::move(copy)) : Error::system(errno, "duplicate a descriptor");
}

struct RunningRoot {
    UniqueFd mountSpace;
    UniqueFd root;
};

/// By the process's directory, which stays that process's even when its number is used again; that the process is the
/// container's is what its cgroup says.
Result<RunningRoot> rootOfProcess(std::int64_t pid, const std::string& id)
{
    const UniqueFd process = TRY(os::openFile(fmt::format("/proc/{}", pid), O_PATH | O_DIRECTORY));
    const UniqueFd groups = UniqueFd::adopt(::openat(process.get(), "cgroup", O_RDONLY | O_CLOEXEC));
    if (!groups)
        return Error::system(errno, "the container's process");
    const std::string text = TRY(os::readAll(groups.get(), 1 << 20));
    if (text.find(id) == std::string::npos)
        return Error(ErrorCode::Conflict, fmt::format("container {} has just ended", id));
    RunningRoot found;
    found.mountSpace = UniqueFd::adopt(::openat(process.get(), "ns/mnt", O_RDONLY | O_CLOEXEC));
    found.root = UniqueFd::adopt(::openat(process.get(), "root", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!found.mountSpace || !found.root)
        return Error::system(errno, "the container's root");
    return found;
}

/// A detached copy of a bind's or volume's tree, as the container would have it.
Result<UniqueFd> mountOf(const MountRecord& mount)
{
    const UniqueFd source = TRY(os::openFile(mount.source, O_PATH));
    UniqueFd tree = TRY(os::cloneTree(source.get(), "", mount.recursive));
    TRY(os::setMountPropagation(tree.get(), MS_PRIVATE, true));
    if (mount.readOnly)
        TRY(os::setMountAttributes(tree.get(), MOUNT_ATTR_RDONLY, 0, true));
    return tree;
}

model::ContainerPathStat toModel(const store::PathStat& stat)
{
    model::ContainerPathStat result;
    result.name = stat.name;
    result.size = static_cast<std::int64_t>(stat.size);
    result.mode = model::goFileMode(stat.mode);
    result.mtime = model::Time(std::chrono::seconds(stat.mtime) + std::chrono::nanoseconds(stat.mtimeNanoseconds));
    result.linkTarget = stat.linkTarget;
    return result;
}

store::FilesJob jobFor(store::FilesAction action, std::string_view path)
{
    store::FilesJob job;
    job.request.action = action;
    job.request.path = path;
    return job;
}

} // namespace

/// A container's files, opened; nobody starts or removes it meanwhile (or the token says to stop).
struct ContainerManager::FilesView {
    std::unique_ptr<FileAccess::Use> use;
    ContainerRecord record;
    bool running = false;
    UniqueFd view;
    UniqueFd root; ///< to look into, as for the user's number
    std::vector<UniqueFd> mounts;
    std::vector<std::string> places;
};

Result<ContainerManager::FilesView> ContainerManager::openFiles(const ContainerPointer& container, bool withMounts, const std::stop_token& stop)
{
    for (int attempt = 0;; ++attempt) {
        FilesView view;
        const auto look = [&] {
            const std::lock_guard lock(container->mutex);
            view.record = container->record;
            view.running = container->state.runs() && container->state.pid > 0;
            return std::pair(container->removed, container->state.pid);
        };
        look();
        const bool running = view.running;
        view.use = TRY(running ? container->files.share(stop) : container->files.own(stop));
        const auto [removed, pid] = look();
        if (removed)
            return Error(ErrorCode::NotFound, fmt::format("No such container: {}", container->id));
        if (view.running == running && running) {
            auto found = rootOfProcess(pid, container->id);
            if (found) {
                view.view = std::move(found->mountSpace);
                view.root = std::move(found->root);
                return view;
            }
            if (attempt == kOpenAttempts)
                return found.error();
        } else if (view.running == running) {
            const os::OverlaySpec overlay = TRY(m_parts.store->openSnapshot(view.record.id, view.record.chain));
            view.view = TRY(os::mountOverlay(overlay));
            view.root = TRY(duplicateFd(view.view.get()));
            if (!withMounts)
                return view;
            UniqueFd copy = TRY(duplicateFd(view.view.get()));
            const os::Beneath root = TRY(os::Beneath::adopt(std::move(copy)));
            const std::vector<UniqueFd> held = TRY(m_starter.prepareMounts(view.record, root)); // until the mounts are opened
            const ScopeGuard release([&] { releaseVolumes(m_parts, view.record, false); });
            for (const MountRecord& mount : view.record.mounts) {
                if (mount.type != MountRecord::Type::Bind && mount.type != MountRecord::Type::Volume)
                    continue; // a tmpfs begins empty with the next start
                view.mounts.push_back(TRY_CONTEXT(mount.source, mountOf(mount)));
                view.places.push_back(mount.destination);
            }
            return view;
        } else if (attempt == kOpenAttempts) {
            return Error(ErrorCode::Conflict, fmt::format("container {} starts and ends all the time", container->id));
        }
        // It has ended, and the engine has not noticed yet; or it was started this moment.
        view.use.reset();
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

Result<void> ContainerManager::runFiles(const ContainerPointer& container, std::string_view reference, store::FilesJob job, const std::stop_token& stop)
{
    const bool exporting = job.request.action == store::FilesAction::Export;
    if (!exporting)
        (void)TRY(store::parseRequestPath(job.request.path));
    FilesView view = TRY(openFiles(container, !exporting, stop));
    job.request.running = view.running;
    job.request.readOnlyRoot = view.record.hostConfig.readonlyRootfs;
    job.request.mounts = std::move(view.places);
    for (const char* path : {"/proc", "/sys", "/dev"}) {
        // Unless the user has mounted something there.
        if (std::ranges::none_of(view.record.mounts, [&](const MountRecord& mount) { return mount.destination == path; }))
            job.request.hidden.emplace_back(path);
    }
    job.view = std::move(view.view);
    job.mounts = std::move(view.mounts);
    view.root.reset();
    const std::string path = job.request.path;
    const auto done = store::runFiles(m_parts.unpackExecutable(), std::move(job), view.use->token());
    if (!done && done.error().code() == ErrorCode::NotFound)
        return Error(ErrorCode::NotFound, fmt::format("Could not find the file {} in container {}", path, reference));
    return done;
}

Result<model::ContainerPathStat> ContainerManager::statPath(std::string_view reference, std::string_view path, std::stop_token stop)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    store::FilesJob job = jobFor(store::FilesAction::Stat, path);
    model::ContainerPathStat found;
    job.begin = [&](const store::PathStat& stat) -> Result<archive::ByteSink*> {
        found = toModel(stat);
        return nullptr;
    };
    TRY(runFiles(container, reference, std::move(job), stop));
    return found;
}

Result<void> ContainerManager::readArchive(std::string_view reference, std::string_view path, const ArchiveBegin& begin, std::stop_token stop)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    store::FilesJob job = jobFor(store::FilesAction::Read, path);
    job.begin = [&](const store::PathStat& stat) {
        // Before the first byte: a client that has its file may hang up before the archive's end.
        publish(*container, "archive-path");
        return begin(toModel(stat));
    };
    return runFiles(container, reference, std::move(job), stop);
}

Result<void> ContainerManager::writeArchive(
    std::string_view reference, std::string_view path, archive::ByteSource& tar, const ArchiveWriteOptions& options, std::stop_token stop)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    store::FilesJob job = jobFor(store::FilesAction::Write, path);
    job.input = &tar;
    job.request.keepKinds = options.noOverwriteDirNonDir;
    if (options.copyUidGid) {
        FilesView view = TRY(openFiles(container, false, stop));
        if (const std::string& user = view.record.config.user; !user.empty()) {
            const auto resolved = TRY(runtime::resolveUser(view.root.get(), user, {}));
            job.request.owner.emplace(resolved.uid, resolved.gid);
        }
    }
    TRY(runFiles(container, reference, std::move(job), stop));
    publish(*container, "extract-to-dir");
    return {};
}

Result<void> ContainerManager::exportFiles(std::string_view reference, const ExportBegin& begin, std::stop_token stop)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    store::FilesJob job = jobFor(store::FilesAction::Export, "/");
    job.begin = [&](const store::PathStat&) { return begin(); };
    TRY(runFiles(container, reference, std::move(job), stop));
    publish(*container, "export");
    return {};
}

} // namespace darsena::engine
