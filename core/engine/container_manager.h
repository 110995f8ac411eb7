// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/container_networks.h"
#include "core/engine/container_service.h"
#include "core/engine/container_starter.h"
#include "core/engine/engine_parts.h"
#include "core/engine/health_monitor.h"
#include "core/store/files/files_process.h"

#include <functional>

namespace darsena::engine {

/// Containers from creation to removal. Ends and restarts come from the reactor; everything else is done on the caller's
/// thread.
class ContainerManager : public ContainerService {
public:
    ContainerManager(EngineParts& parts, ContainerNetworks& networks);
    /// Ends the watching threads; containers run on.
    ~ContainerManager() override;

    /// At the engine's start, before any other call: takes up what the former engine left.
    Result<void> adopt();
    /// Called when a container ends, with its exec ids: the exec sessions end with it.
    void onContainerGone(std::function<void(const std::vector<std::string>&)> forget) { m_forgetExecs = std::move(forget); }
    /// Called when a container is no more.
    void onContainerRemoved(std::function<void(const std::string&)> forget) { m_forgetContainer = std::move(forget); }

    Result<std::vector<model::ContainerSummary>> list(const ListOptions& options) override;
    Result<model::ContainerCreated> create(const model::ContainerCreate& request, std::string_view name, std::string_view platform) override;
    Result<model::ContainerInspect> inspect(std::string_view container, bool size) override;
    Result<void> start(std::string_view container) override;
    Result<void> stop(std::string_view container, std::optional<std::int64_t> seconds, std::string_view signal) override;
    Result<void> restart(std::string_view container, std::optional<std::int64_t> seconds, std::string_view signal) override;
    Result<void> kill(std::string_view container, std::string_view signal) override;
    Result<void> pause(std::string_view container) override;
    Result<void> unpause(std::string_view container) override;
    Result<std::vector<std::string>> update(std::string_view container, const model::HostConfig& changes) override;
    Result<void> rename(std::string_view container, std::string_view newName) override;
    Result<void> remove(std::string_view container, bool force, bool volumes) override;
    Result<model::ContainersPruned> prune(const Filters& filters, std::stop_token stop) override;
    Result<std::unique_ptr<ExitWaiter>> wait(std::string_view container, WaitCondition condition) override;
    Result<std::unique_ptr<Attachment>> attach(std::string_view container, const AttachOptions& options) override;
    Result<void> resize(std::string_view container, std::int64_t rows, std::int64_t columns) override;
    Result<std::unique_ptr<LogReader>> logs(std::string_view container, const LogOptions& options) override;
    Result<bool> hasTty(std::string_view container) override;
    Result<model::TopResult> top(std::string_view container, std::string_view psArgs) override;
    Result<json::Object> stats(std::string_view container) override;
    Result<std::vector<model::ContainerChange>> changes(std::string_view container) override;
    // In container_archive.cpp.
    Result<model::ContainerPathStat> statPath(std::string_view container, std::string_view path, std::stop_token stop) override;
    Result<void> readArchive(std::string_view container, std::string_view path, const ArchiveBegin& begin, std::stop_token stop) override;
    Result<void> writeArchive(std::string_view container, std::string_view path, archive::ByteSource& tar, const ArchiveWriteOptions& options,
        std::stop_token stop) override;
    Result<void> exportFiles(std::string_view container, const ExportBegin& begin, std::stop_token stop) override;
    // In commit.cpp.
    Result<std::string> commit(std::string_view container, const CommitOptions& options) override;

private:
    /// Whose namespaces are to be joined must be there. Errors: Invalid.
    Result<void> requireJoined(const model::HostConfig& host);
    Result<std::vector<MountRecord>> inheritedMounts(const model::HostConfig& host);
    Result<bool> freezeForCommit(const ContainerPointer& container);
    Result<void> thawAfterCommit(const ContainerPointer& container);
    struct FilesView;
    Result<FilesView> openFiles(const ContainerPointer& container, bool withMounts, const std::stop_token& stop);
    Result<void> runFiles(const ContainerPointer& container, std::string_view reference, store::FilesJob job, const std::stop_token& stop);
    Result<void> startLocked(const ContainerPointer& container);
    /// The former run is over in the eyes of all as soon as its state says so, but its leavings are cleared away after that:
    /// waits until that is done. Called with the lifecycle lock held.
    void awaitFormerRun(const ContainerPointer& container);
    void failStart(const ContainerPointer& container, const Error& error);
    /// Takes up the end of a run, of which `end` tells (shim::Shim::openEnd).
    Result<void> supervise(const ContainerPointer& container, shim::Shim shim, UniqueFd end);
    void finishRun(const ContainerPointer& container, const shim::Exit& exit);
    /// Starts it anew after that time, unless it is stopped or started by then. Its status is Restarting.
    void restartLater(const ContainerPointer& container, std::chrono::milliseconds delay);
    void restartNow(const ContainerPointer& container, std::uint64_t round);
    /// True when it waited for a restart that it does not get now.
    bool callOffRestart(const ContainerPointer& container);
    Result<void> stopRun(const ContainerPointer& container, std::optional<std::int64_t> seconds, std::string_view signal);
    Result<void> removeLocked(const ContainerPointer& container, bool force, bool volumes);
    /// The anonymous ones that no other container uses.
    void removeVolumesOf(const ContainerRecord& record);
    Result<void> endNow(const ContainerPointer& container);
    void adoptOne(ContainerFiles::Stored stored);
    void settle(const ContainerPointer& container, bool waitedForRestart);
    void publish(const Container& container, std::string action, std::map<std::string, std::string> more = {});
    void save(const Container& container);

    EngineParts& m_parts;
    ContainerNetworks& m_networks;
    ContainerStarter m_starter;
    HealthMonitor m_health;
    std::function<void(const std::vector<std::string>&)> m_forgetExecs;
    std::function<void(const std::string&)> m_forgetContainer;
};

/// What inspect and list show; pure. In container_view.cpp.
model::ContainerSummary summarize(const Container& container);
model::ContainerInspect describe(const Container& container, const EngineParts& parts);
std::string statusText(const ContainerState& state, model::Time now);

} // namespace darsena::engine
