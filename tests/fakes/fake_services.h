// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/server/services.h"
#include "core/engine/build_service.h"
#include "core/engine/container_service.h"
#include "core/engine/event_hub.h"
#include "core/engine/exec_service.h"
#include "core/engine/image_service.h"
#include "core/engine/network_service.h"
#include "core/engine/system_service.h"
#include "core/engine/volume_service.h"

#include <functional>

namespace darsena::tests {

inline Error notFaked()
{
    return Error(ErrorCode::Unsupported, "not faked");
}

/// Every call is counted; those that a test sets answer as it says, the others with Unsupported.
class FakeContainers : public engine::ContainerService {
public:
    std::atomic<int> calls = 0;
    std::function<Result<std::vector<model::ContainerSummary>>(const engine::ListOptions&)> onList;
    std::function<Result<model::ContainerCreated>(const model::ContainerCreate&, std::string_view)> onCreate;
    std::function<Result<void>(std::string_view)> onStart;
    std::function<Result<void>(std::string_view, std::optional<std::int64_t>)> onStop;
    std::function<Result<std::unique_ptr<engine::ExitWaiter>>(engine::WaitCondition)> onWait;
    std::function<Result<std::unique_ptr<engine::Attachment>>(const engine::AttachOptions&)> onAttach;
    std::function<Result<std::unique_ptr<engine::LogReader>>(const engine::LogOptions&)> onLogs;
    std::function<Result<model::ContainerPathStat>(std::string_view)> onStatPath;
    std::function<Result<void>(std::string_view, const ArchiveBegin&)> onReadArchive;
    std::function<Result<void>(std::string_view, archive::ByteSource&, const engine::ArchiveWriteOptions&)> onWriteArchive;
    std::function<Result<std::string>(std::string_view, const engine::CommitOptions&)> onCommit;
    bool tty = false;

    Result<std::vector<model::ContainerSummary>> list(const engine::ListOptions& options) override { return call(onList, options); }
    Result<model::ContainerCreated> create(const model::ContainerCreate& request, std::string_view name, std::string_view) override
    {
        return call(onCreate, request, name);
    }
    Result<model::ContainerInspect> inspect(std::string_view, bool) override { return notFaked(); }
    Result<void> start(std::string_view container) override { return call(onStart, container); }
    Result<void> stop(std::string_view container, std::optional<std::int64_t> seconds, std::string_view) override
    {
        return call(onStop, container, seconds);
    }
    Result<void> restart(std::string_view, std::optional<std::int64_t>, std::string_view) override { return notFaked(); }
    Result<void> kill(std::string_view, std::string_view) override { return notFaked(); }
    Result<void> pause(std::string_view) override { return notFaked(); }
    Result<void> unpause(std::string_view) override { return notFaked(); }
    Result<std::vector<std::string>> update(std::string_view, const model::HostConfig&) override { return notFaked(); }
    Result<void> rename(std::string_view, std::string_view) override { return notFaked(); }
    Result<void> remove(std::string_view, bool, bool) override { return notFaked(); }
    Result<model::ContainersPruned> prune(const engine::Filters&, std::stop_token) override { return notFaked(); }
    Result<std::unique_ptr<engine::ExitWaiter>> wait(std::string_view, engine::WaitCondition condition) override { return call(onWait, condition); }
    Result<std::unique_ptr<engine::Attachment>> attach(std::string_view, const engine::AttachOptions& options) override
    {
        return call(onAttach, options);
    }
    Result<void> resize(std::string_view, std::int64_t, std::int64_t) override { return notFaked(); }
    Result<std::unique_ptr<engine::LogReader>> logs(std::string_view, const engine::LogOptions& options) override { return call(onLogs, options); }
    Result<bool> hasTty(std::string_view) override { return tty; }
    Result<model::TopResult> top(std::string_view, std::string_view) override { return notFaked(); }
    Result<json::Object> stats(std::string_view) override { return notFaked(); }
    Result<std::vector<model::ContainerChange>> changes(std::string_view) override { return notFaked(); }
    Result<model::ContainerPathStat> statPath(std::string_view, std::string_view path, std::stop_token) override { return call(onStatPath, path); }
    Result<void> readArchive(std::string_view, std::string_view path, const ArchiveBegin& begin, std::stop_token) override
    {
        return call(onReadArchive, path, begin);
    }
    Result<void> writeArchive(std::string_view, std::string_view path, archive::ByteSource& tar, const engine::ArchiveWriteOptions& options, std::stop_token) override
    {
        return call(onWriteArchive, path, tar, options);
    }
    Result<void> exportFiles(std::string_view, const ExportBegin&, std::stop_token) override { return notFaked(); }
    Result<std::string> commit(std::string_view container, const engine::CommitOptions& options) override { return call(onCommit, container, options); }

private:
    template<typename R, typename... P, typename... A>
    R call(const std::function<R(P...)>& function, A&&... arguments)
    {
        ++calls;
        return function ? function(arguments...) : R(notFaked());
    }
};

class FakeExecs : public engine::ExecService {
public:
    Result<model::ExecCreated> create(std::string_view, const model::ExecCreate&) override { return notFaked(); }
    Result<std::unique_ptr<engine::Attachment>> start(std::string_view, const model::ExecStart&) override { return notFaked(); }
    Result<model::ExecInspect> inspect(std::string_view) override { return notFaked(); }
    Result<void> resize(std::string_view, std::int64_t, std::int64_t) override { return notFaked(); }
};

class FakeImages : public engine::ImageService {
public:
    std::string inspected; ///< the name that inspect was asked for
    std::function<Result<void>(archive::ByteSource&, const Progress&, std::stop_token)> onLoad;
    std::function<Result<std::string>(archive::ByteSource&, const engine::ImportOptions&)> onImport;
    std::vector<model::FileChange> files;
    std::function<Result<model::ImageDescription>(std::string_view)> onDescribe;
    std::function<Result<void>(std::string_view, std::int64_t, const SizedBegin&)> onLayerIndex;
    std::function<Result<void>(std::string_view, std::int64_t, std::string_view, const SizedBegin&)> onLayerFile;
    std::function<Result<void>(std::string_view, std::int64_t, std::string_view, bool, const TarBegin&)> onLayerArchive;

    Result<std::vector<model::ImageSummary>> list(const engine::ImageListOptions&) override { return notFaked(); }
    Result<model::ImageInspect> inspect(std::string_view image) override
    {
        inspected = image;
        return model::ImageInspect();
    }
    Result<std::vector<model::ImageHistoryItem>> history(std::string_view) override { return notFaked(); }
    Result<void> tag(std::string_view, std::string_view, std::string_view) override { return notFaked(); }
    Result<std::vector<model::ImageDeleteItem>> remove(std::string_view, bool, bool) override { return notFaked(); }
    Result<model::ImagesPruned> prune(const engine::Filters&, std::stop_token) override { return notFaked(); }
    Result<void> load(archive::ByteSource& archive, const Progress& progress, std::stop_token stop) override
    {
        return onLoad ? onLoad(archive, progress, stop) : Result<void>(notFaked());
    }
    Result<void> save(const std::vector<std::string>&, archive::ByteSink&, std::stop_token) override { return notFaked(); }
    Result<std::string> import(archive::ByteSource& tar, const engine::ImportOptions& options, std::stop_token) override
    {
        return onImport ? onImport(tar, options) : Result<std::string>(notFaked());
    }
    Result<std::vector<model::LayerSummary>> layers(std::string_view) override { return notFaked(); }
    Result<void> layerFiles(std::string_view, std::int64_t, const FileVisitor& entry) override
    {
        for (const model::FileChange& file : files)
            TRY(entry(file));
        return {};
    }
    Result<model::ImageDescription> describe(std::string_view image) override
    {
        return onDescribe ? onDescribe(image) : Result<model::ImageDescription>(notFaked());
    }
    Result<void> layerIndex(std::string_view image, std::int64_t n, const SizedBegin& begin) override
    {
        return onLayerIndex ? onLayerIndex(image, n, begin) : Result<void>(notFaked());
    }
    Result<void> layerFile(std::string_view image, std::int64_t n, std::string_view path, const SizedBegin& begin) override
    {
        return onLayerFile ? onLayerFile(image, n, path, begin) : Result<void>(notFaked());
    }
    Result<void> layerArchive(
        std::string_view image, std::int64_t n, std::string_view path, bool onlyLayer, const TarBegin& begin, std::stop_token) override
    {
        return onLayerArchive ? onLayerArchive(image, n, path, onlyLayer, begin) : Result<void>(notFaked());
    }
};

class FakeBuilds : public engine::BuildService {
public:
    std::function<Result<std::string>(archive::ByteSource&, const engine::BuildParameters&, builder::BuildObserver&, std::stop_token)> onBuild;

    Result<std::string> build(archive::ByteSource& context, const engine::BuildParameters& parameters, builder::BuildObserver& observer,
        std::stop_token stop) override
    {
        return onBuild ? onBuild(context, parameters, observer, stop) : Result<std::string>(notFaked());
    }
    Result<json::Object> forecast(archive::ByteSource&, const engine::BuildParameters&, std::stop_token) override { return notFaked(); }
    Result<model::BuildCachePruned> prune(const engine::CachePruneOptions&, std::stop_token) override { return notFaked(); }
    Result<std::vector<model::BuildCacheRecord>> cache() override { return notFaked(); }
};

class FakeNetworks : public engine::NetworkService {
public:
    Result<std::vector<model::Network>> list(const engine::Filters&) override { return notFaked(); }
    Result<model::Network> inspect(std::string_view) override { return notFaked(); }
    Result<model::NetworkCreated> create(const model::NetworkCreate&) override { return notFaked(); }
    Result<void> remove(std::string_view) override { return notFaked(); }
    Result<void> connect(std::string_view, const model::NetworkConnect&) override { return notFaked(); }
    Result<void> disconnect(std::string_view, const model::NetworkConnect&) override { return notFaked(); }
    Result<model::NetworksPruned> prune(const engine::Filters&) override { return notFaked(); }
};

class FakeSystem : public engine::SystemService {
public:
    model::VersionInfo version() override { return {}; }
    Result<model::SystemInfo> info() override { return notFaked(); }
    Result<model::DiskUsage> diskUsage(const engine::DiskUsageTypes&) override { return notFaked(); }
};

class FakeVolumes : public engine::VolumeService {
public:
    Result<model::VolumeList> list(const engine::Filters&) override { return notFaked(); }
    Result<model::Volume> create(const model::VolumeCreate&) override { return notFaked(); }
    Result<model::Volume> inspect(std::string_view) override { return notFaked(); }
    Result<void> remove(std::string_view, bool) override { return notFaked(); }
    Result<model::VolumesPruned> prune(const engine::Filters&, std::stop_token) override { return notFaked(); }
    Result<std::vector<model::Volume>> usage() override { return notFaked(); }
};

struct FakeServices {
    FakeBuilds builds;
    FakeContainers containers;
    engine::EventHub events;
    FakeExecs execs;
    FakeImages images;
    FakeNetworks networks;
    FakeSystem system;
    FakeVolumes volumes;

    server::Services all() { return { builds, containers, events, execs, images, networks, system, volumes }; }
};

} // namespace darsena::tests
