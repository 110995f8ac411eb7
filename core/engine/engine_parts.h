// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/container_files.h"
#include "core/engine/container_table.h"
#include "core/engine/engine.h"
#include "core/engine/event_hub.h"
#include "core/engine/network_table.h"
#include "core/engine/reactor.h"
#include "core/engine/runtimes.h"
#include "core/network/bridge_networks.h"
#include "core/network/name_server.h"
#include "core/store/store.h"
#include "core/volumes/mount_table.h"
#include "core/volumes/volume_store.h"

#include <memory>

namespace darsena::engine {

/// What the services share. Owned by Engine; outlives them.
struct EngineParts {
    EngineParts(EngineOptions made, std::unique_ptr<store::Store> openedStore, std::unique_ptr<volumes::VolumeStore> openedVolumes,
        std::unique_ptr<network::BridgeNetworks> openedBridges, std::unique_ptr<network::NameServer> nameServer, ContainerFiles openedFiles,
        std::unique_ptr<Reactor> madeReactor)
        : options(std::move(made))
        , store(std::move(openedStore))
        , volumes(std::move(openedVolumes))
        , bridges(std::move(openedBridges))
        , names(std::move(nameServer))
        , networks(options.root / "networks")
        , files(std::move(openedFiles))
        , reactor(std::move(madeReactor))
    {
    }

    EngineOptions options;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<volumes::VolumeStore> volumes;
    std::unique_ptr<network::BridgeNetworks> bridges;
    std::unique_ptr<network::NameServer> names;
    NetworkTable networks;
    ContainerFiles files;
    std::unique_ptr<Reactor> reactor; ///< its tasks use the services: Engine finishes it before they go
    Runtimes runtimes; ///< set before the first container is looked at
    volumes::MountTable volumeMounts;
    ContainerTable containers;
    EventHub events;

    /// What --init puts into containers.
    std::filesystem::path initProgram() const
    {
        std::error_code ignored;
        const auto own = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
        return (options.libexec.empty() ? own : options.libexec) / "darsena-init";
    }
    std::filesystem::path unpackExecutable() const { return store->unpackExecutable(); }
    std::filesystem::path shimExecutable() const { return options.libexec.empty() ? options.libexec : options.libexec / "darsena-shim"; }
};

} // namespace darsena::engine
