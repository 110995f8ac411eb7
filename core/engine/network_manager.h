// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/container_networks.h"
#include "core/engine/engine_parts.h"
#include "core/engine/network_service.h"

namespace darsena::engine {

class NetworkManager : public NetworkService {
public:
    NetworkManager(EngineParts& parts, ContainerNetworks& containers)
        : m_parts(parts)
        , m_containers(containers)
    {
    }
    Result<std::vector<model::Network>> list(const Filters& filters) override;
    Result<model::Network> inspect(std::string_view network) override;
    Result<model::NetworkCreated> create(const model::NetworkCreate& request) override;
    Result<void> remove(std::string_view network) override;
    Result<void> connect(std::string_view network, const model::NetworkConnect& request) override;
    Result<void> disconnect(std::string_view network, const model::NetworkConnect& request) override;
    Result<model::NetworksPruned> prune(const Filters& filters) override;

private:
    model::Network describe(NetworkRecord record) const;
    void addContainers(model::Network& network) const;
    bool inUse(const std::string& name) const;
    Result<void> removeOne(const NetworkRecord& record);

    EngineParts& m_parts;
    ContainerNetworks& m_containers;
};

} // namespace darsena::engine
