// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/container.h"
#include "core/engine/container_networks.h"
#include "core/engine/engine_parts.h"
#include "core/os/beneath.h"
#include "core/shim/shim.h"

#include <optional>

namespace darsena::engine {

/// Brings one container to the point where only its program is still to be executed.
class ContainerStarter {
public:
    ContainerStarter(EngineParts& parts, ContainerNetworks& networks)
        : m_parts(parts)
        , m_networks(networks)
    {
    }

    struct Prepared {
        shim::Shim shim;
        Endpoints endpoints;
        std::vector<std::string> warnings;
    };
    /// Mounts the root, resolves user and volumes, launches the monitor, connects the network. Nothing is left of it when
    /// it fails. Called with the container's lifecycle lock held.
    Result<Prepared> prepare(const ContainerRecord& record);

    /// Makes the sources of its mounts ready and fills volumes that are new; `root` is its root, mounted. The record's
    /// mounts get their sources, some of which are only there while what is returned is. Undone by releaseVolumes().
    Result<std::vector<UniqueFd>> prepareMounts(ContainerRecord& record, const os::Beneath& root);

private:
    Result<std::optional<std::string>> joinPath(std::string_view member, const std::string& mode, std::string_view space);

    EngineParts& m_parts;
    ContainerNetworks& m_networks;
};

/// Errors: Invalid, with Docker's words, when what is to be bound is not there.
Result<void> requireBindSource(const MountRecord& mount);

/// The name a container's processes see: Config.Hostname, or the first 12 digits of the id.
std::string hostnameOf(const ContainerRecord& record);

} // namespace darsena::engine
