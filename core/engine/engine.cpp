// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine.h"

#include "core/base/log.h"
#include "core/engine/build_manager.h"
#include "core/engine/container_manager.h"
#include "core/engine/container_networks.h"
#include "core/engine/exec_manager.h"
#include "core/engine/image_manager.h"
#include "core/engine/network_manager.h"
#include "core/engine/network_names.h"
#include "core/engine/system_manager.h"
#include "core/engine/volume_manager.h"
#include "core/os/file.h"
#include "core/runtime/cgroups/cgroup.h"

namespace darsena::engine {

/// In order of dependence: what comes later uses what comes before, and goes first.
struct Engine::Parts {
    explicit Parts(std::unique_ptr<EngineParts> made)
        : shared(std::move(made))
    {
    }
    ~Parts()
    {
        shared->reactor->finish();
        shared->events.close();
        runtime::removeIfEmpty("/darsena"); // containers that run on keep it
    }

    std::unique_ptr<EngineParts> shared;
    ExecManager execs{*shared}; ///< before the containers, whose ends it hears of
    ContainerNetworks networking{*shared};
    ContainerManager containers{*shared, networking};
    ImageManager images{*shared};
    NetworkManager networks{*shared, networking};
    VolumeManager volumes{*shared};
    std::unique_ptr<BuildManager> builds;
    std::unique_ptr<SystemManager> system;
};

namespace {

/// Takes up the networks that are on disk and what a former engine left of their bridges. One that is damaged stops nothing.
Result<void> adoptNetworks(EngineParts& parts)
{
    TRY(parts.networks.load());
    network::BridgeSettings standard;
    standard.network = networkId("bridge");
    standard.bridge = parts.options.bridge;
    TRY(parts.bridges->adopt(std::move(standard)));
    for (const NetworkRecord& record : parts.networks.all()) {
        if (!record.named())
            continue;
        auto settings = bridgeSettings(record);
        const auto adopted = settings ? parts.bridges->adopt(std::move(*settings)) : Result<void>(settings.error());
        if (!adopted)
            log::error("network {}: {}", record.network.name, adopted.error().message());
    }
    return {};
}

} // namespace

Engine::Engine(std::unique_ptr<Parts> parts)
    : m_parts(std::move(parts))
{
}

Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::open(EngineOptions options)
{
    if (options.bridge.empty())
        options.bridge = options.run == "/run/darsena" ? "darsena0" : network::bridgeNameFor(options.run);
    Runtimes runtimes = TRY(Runtimes::find(options.runtimes));
    TRY(os::makeDirectories(options.root, 0700));
    TRY(os::makeDirectories(options.run, 0700));
    TRY(os::makeDirectories(options.run / "network", 0700));

    store::StoreOptions storeOptions;
    storeOptions.libexec = options.libexec;
    auto store = TRY(store::Store::open(options.root, storeOptions));
    for (const std::string& line : store->healReport().healed)
        log::info("store: {}", line);
    for (const std::string& line : store->healReport().damaged)
        log::error("store: {}", line);
    auto volumes = TRY(volumes::VolumeStore::open(options.root / "volumes"));
    network::BridgeOptions bridgeOptions;
    bridgeOptions.table = options.bridge;
    bridgeOptions.owner = options.run;
    bridgeOptions.stateFolder = options.run / "network";
    auto bridges = TRY(network::BridgeNetworks::open(std::move(bridgeOptions)));
    auto names = TRY(network::NameServer::create());
    ContainerFiles files = TRY(ContainerFiles::open(options.root, options.run));

    auto reactor = TRY(Reactor::create());
    auto shared = std::make_unique<EngineParts>(
        std::move(options), std::move(store), std::move(volumes), std::move(bridges), std::move(names), std::move(files), std::move(reactor));
    shared->runtimes = std::move(runtimes);
    TRY(adoptNetworks(*shared));
    auto parts = std::make_unique<Parts>(std::move(shared));
    parts->containers.onContainerGone([&execs = parts->execs](const std::vector<std::string>& ids) { execs.forget(ids); });
    parts->containers.onContainerRemoved([&execs = parts->execs](const std::string& id) { execs.forgetContainer(id); });
    TRY(parts->containers.adopt());
    parts->execs.adopt();
    parts->builds = TRY(BuildManager::create(*parts->shared));
    parts->system = std::make_unique<SystemManager>(*parts->shared, *parts->builds, parts->containers, parts->images, parts->volumes);
    return std::unique_ptr<Engine>(new Engine(std::move(parts)));
}

ContainerService& Engine::containers()
{
    return m_parts->containers;
}

ExecService& Engine::execs()
{
    return m_parts->execs;
}

ImageService& Engine::images()
{
    return m_parts->images;
}

BuildService& Engine::builds()
{
    return *m_parts->builds;
}

NetworkService& Engine::networks()
{
    return m_parts->networks;
}

VolumeService& Engine::volumes()
{
    return m_parts->volumes;
}

EventHub& Engine::events()
{
    return m_parts->shared->events;
}

SystemService& Engine::system()
{
    return *m_parts->system;
}

} // namespace darsena::engine
