// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/container_config.h"
#include "core/api/model/host_config.h"
#include "core/api/model/network.h"
#include "core/api/model/wire.h"

#include <cstdint>

namespace darsena::model {

/// The body of POST /containers/create: the members of ContainerConfig with these two beside them.
struct ContainerCreate {
    ContainerConfig config;
    HostConfig hostConfig;
    std::map<std::string, EndpointSettings> endpoints; ///< NetworkingConfig.EndpointsConfig, by network
};
DARSENA_MODEL(ContainerCreate)

struct ContainerCreated {
    std::string id;
    std::vector<std::string> warnings;
};
DARSENA_MODEL(ContainerCreated)

struct HealthResult {
    std::optional<Time> start;
    std::optional<Time> end;
    std::int64_t exitCode = 0;
    std::string output;
};
DARSENA_MODEL(HealthResult)

struct Health {
    std::string status; ///< "none", "starting", "healthy", "unhealthy"
    std::int64_t failingStreak = 0;
    std::vector<HealthResult> log;
};
DARSENA_MODEL(Health)

struct ContainerState {
    std::string status; ///< "created", "running", "paused", "restarting", "removing", "exited", "dead"
    bool running = false;
    bool paused = false;
    bool restarting = false;
    bool oomKilled = false;
    bool dead = false;
    std::int64_t pid = 0;
    std::int64_t exitCode = 0;
    std::string error;
    std::optional<Time> startedAt;
    std::optional<Time> finishedAt;
    std::optional<Health> health;
};
DARSENA_MODEL(ContainerState)

/// A mount as list and inspect report it.
struct MountPoint {
    std::string type;
    std::string name;
    std::string source;
    std::string destination;
    std::string driver;
    std::string mode;
    bool rw = true;
    std::string propagation;
};
DARSENA_MODEL(MountPoint)

struct PortSummary {
    std::string ip;
    std::int64_t privatePort = 0;
    std::int64_t publicPort = 0; ///< 0 = not published
    std::string type; ///< "tcp", "udp", "sctp"
};
DARSENA_MODEL(PortSummary)

struct ContainerSummary {
    std::string id;
    std::vector<std::string> names; ///< with their leading "/"
    std::string image; ///< as it was named at creation
    std::string imageId;
    std::string command;
    std::int64_t created = 0; ///< seconds since 1970
    std::vector<PortSummary> ports;
    std::optional<std::int64_t> sizeRw; ///< with ?size=1 only
    std::optional<std::int64_t> sizeRootFs;
    Labels labels;
    std::string state; ///< as ContainerState::status
    std::string status; ///< for people: "Up 5 seconds", "Exited (0) 2 minutes ago"
    std::string networkMode; ///< HostConfig.NetworkMode
    std::map<std::string, EndpointSettings> networks; ///< NetworkSettings.Networks
    std::vector<MountPoint> mounts;
};
DARSENA_MODEL(ContainerSummary)

struct NetworkSettings {
    std::string bridge;
    std::string sandboxId;
    std::string sandboxKey;
    PortMap ports;
    std::string endpointId; ///< this and the rest up to macAddress repeat the default bridge's endpoint
    std::string gateway;
    std::string ipAddress;
    std::int64_t ipPrefixLen = 0;
    std::string globalIpv6Address;
    std::int64_t globalIpv6PrefixLen = 0;
    std::string ipv6Gateway;
    std::string macAddress;
    std::map<std::string, EndpointSettings> networks;
};
DARSENA_MODEL(NetworkSettings)

struct GraphDriver {
    std::string name;
    std::map<std::string, std::string> data;
};
DARSENA_MODEL(GraphDriver)

struct ContainerInspect {
    std::string id;
    std::optional<Time> created;
    std::string path;
    std::vector<std::string> args;
    ContainerState state;
    std::string image; ///< its id
    std::string resolvConfPath;
    std::string hostnamePath;
    std::string hostsPath;
    std::string logPath;
    std::string name; ///< with its leading "/"
    std::int64_t restartCount = 0;
    std::string driver;
    std::string platform;
    std::string mountLabel;
    std::string processLabel;
    std::string appArmorProfile;
    std::vector<std::string> execIds;
    HostConfig hostConfig;
    GraphDriver graphDriver;
    std::optional<std::int64_t> sizeRw; ///< with ?size=1 only
    std::optional<std::int64_t> sizeRootFs;
    std::vector<MountPoint> mounts;
    ContainerConfig config;
    NetworkSettings networkSettings;
};
DARSENA_MODEL(ContainerInspect)

/// The answer of POST /containers/{id}/wait.
struct WaitResult {
    std::int64_t statusCode = 0;
    std::optional<std::string> error; ///< the engine could not tell, or could not remove
};
DARSENA_MODEL(WaitResult)

struct TopResult {
    std::vector<std::string> titles;
    std::vector<std::vector<std::string>> processes;
};
DARSENA_MODEL(TopResult)

struct ContainersPruned {
    std::vector<std::string> containersDeleted;
    std::int64_t spaceReclaimed = 0;
};
DARSENA_MODEL(ContainersPruned)

/// One path of GET /containers/{id}/changes.
struct ContainerChange {
    std::string path;
    std::int64_t kind = 0; ///< 0 modified, 1 added, 2 deleted
};
DARSENA_MODEL(ContainerChange)

} // namespace darsena::model
