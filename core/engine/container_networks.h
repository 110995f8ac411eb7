// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/container.h"
#include "core/engine/engine_parts.h"
#include "core/engine/name_file_writer.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::engine {

/// Containers' connections to networks: which ones at creation, the links at the start, changes while they run, and the
/// names by which they find each other. Any thread; a container's lifecycle lock is held by the caller where said.
class ContainerNetworks {
public:
    explicit ContainerNetworks(EngineParts& parts)
        : m_parts(parts)
    {
    }

    /// At creation: decides the record's NetworkMode and networks. Errors: NotFound "network x not found"; Invalid.
    Result<void> plan(ContainerRecord& record, const std::map<std::string, model::EndpointSettings>& asked);

    /// Before the monitor starts: /etc/hosts, /etc/hostname and /etc/resolv.conf. With NetworkMode "container:x" they are
    /// those of x.
    Result<NameFiles> writeFiles(const ContainerRecord& record, const std::string& hostname);
    /// After it: connects the network namespace of `pid` to every network. Nothing is left of it when it fails.
    /// With the lifecycle lock. Errors: as BridgeNetworks::connect().
    Result<Endpoints> attach(const ContainerRecord& record, std::int64_t pid, const NameFiles& files, const std::string& hostname);
    /// The run ended, or never began: frees what attach() took.
    void detach(const std::string& container, const Endpoints& endpoints);
    /// What detach() did, for those who listen to events; likewise of attach().
    void publishEvents(std::string_view action, const ContainerRecord& record, const Endpoints& endpoints);

    /// At the engine's start: counts in the connections of a running container; those that cannot be are taken out of its
    /// state. Its names answer again.
    void restore(Container& container);
    /// The container has another name.
    void renamed(const Container& container);

    /// POST /networks/{id}/connect and /disconnect, running or not. Errors: NotFound, Denied, Invalid, Conflict.
    Result<void> connect(const ContainerPointer& container, const NetworkRecord& network, const model::EndpointSettings& asked);
    Result<void> disconnect(const ContainerPointer& container, const NetworkRecord& network);

private:
    Result<std::map<std::string, NetworkRecord>> recordsOf(const ContainerRecord& record) const;
    Result<void> checkLinks(const model::EndpointSettings& settings) const;
    Result<std::string> hostGateway(const ContainerRecord& record) const;
    Result<void> serveNames(const ContainerRecord& record, const Endpoints& endpoints, int networkNamespace);
    void publishNames(const ContainerRecord& record, const Endpoints& endpoints);
    Result<network::Endpoint> plugIn(const ContainerPointer& container, const ContainerRecord& record, const ContainerState& state,
        const NetworkRecord& network, network::EndpointRequest request);
    void rebalance(const ContainerRecord& record, Endpoints& endpoints, std::int64_t pid, const std::vector<network::PublishedPort>& freed);
    void movePorts(const ContainerRecord& record, Endpoints& endpoints, const std::string& gateway, const std::vector<network::PublishedPort>& freed);
    void rewriteFiles(const ContainerRecord& record, const Endpoints& endpoints);

    EngineParts& m_parts;
};

} // namespace darsena::engine
