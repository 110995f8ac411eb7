// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/wire.h"

#include <cstdint>

namespace darsena::model {

struct PortBinding {
    std::string hostIp;
    std::string hostPort;
};
DARSENA_MODEL(PortBinding)
/// "80/tcp" -> where it is published; an empty list = exposed only (null on the wire).
using PortMap = std::map<std::string, std::vector<PortBinding>>;

struct RestartPolicy {
    std::string name; ///< "", "no", "always", "unless-stopped", "on-failure"
    std::int64_t maximumRetryCount = 0;
};
DARSENA_MODEL(RestartPolicy)

struct LogConfig {
    std::string type;
    std::map<std::string, std::string> config;
};
DARSENA_MODEL(LogConfig)

/// An entry of HostConfig.Mounts (docker run --mount).
struct MountSpec {
    std::string type; ///< "bind", "volume", "tmpfs", "image", "npipe", "cluster"
    std::string source;
    std::string target;
    bool readOnly = false;
    std::string consistency;
    std::optional<json::Object> bindOptions;
    std::optional<json::Object> volumeOptions;
    std::optional<json::Object> imageOptions;
    std::optional<json::Object> tmpfsOptions;
};
DARSENA_MODEL(MountSpec)

struct DeviceMapping {
    std::string pathOnHost;
    std::string pathInContainer;
    std::string cgroupPermissions;
};
DARSENA_MODEL(DeviceMapping)

struct Ulimit {
    std::string name;
    std::int64_t soft = 0;
    std::int64_t hard = 0;
};
DARSENA_MODEL(Ulimit)

/// How a container sits on this host. Members that the engine does not act on are here all the same, so that it sees
/// and refuses them (security R5: policy looks at the parsed request).
struct HostConfig {
    std::vector<std::string> binds; ///< "source:target[:options]"
    std::string containerIdFile;
    LogConfig logConfig;
    std::string networkMode; ///< "", "default", "bridge", "none", "host", "container:<id>", a network's name
    PortMap portBindings;
    RestartPolicy restartPolicy;
    bool autoRemove = false;
    std::string volumeDriver;
    std::vector<std::string> volumesFrom;
    std::vector<std::int64_t> consoleSize; ///< {rows, columns}
    std::map<std::string, std::string> annotations;
    std::vector<std::string> capAdd;
    std::vector<std::string> capDrop;
    std::string cgroupnsMode;
    std::vector<std::string> dns;
    std::vector<std::string> dnsOptions;
    std::vector<std::string> dnsSearch;
    std::vector<std::string> extraHosts;
    std::vector<std::string> groupAdd;
    std::string ipcMode;
    std::string cgroup;
    std::vector<std::string> links;
    std::int64_t oomScoreAdj = 0;
    std::string pidMode;
    bool privileged = false;
    bool publishAllPorts = false;
    bool readonlyRootfs = false;
    std::vector<std::string> securityOpt;
    std::map<std::string, std::string> storageOpt;
    std::map<std::string, std::string> tmpfs; ///< target -> options
    std::string utsMode;
    std::string usernsMode;
    std::int64_t shmSize = 0; ///< bytes
    std::map<std::string, std::string> sysctls;
    std::string runtime;
    std::string isolation;
    std::int64_t cpuShares = 0;
    std::int64_t memory = 0; ///< bytes
    std::int64_t nanoCpus = 0;
    std::string cgroupParent;
    std::int64_t blkioWeight = 0;
    json::Array blkioWeightDevice;
    json::Array blkioDeviceReadBps;
    json::Array blkioDeviceWriteBps;
    json::Array blkioDeviceReadIOps;
    json::Array blkioDeviceWriteIOps;
    std::int64_t cpuPeriod = 0;
    std::int64_t cpuQuota = 0;
    std::int64_t cpuRealtimePeriod = 0;
    std::int64_t cpuRealtimeRuntime = 0;
    std::string cpusetCpus;
    std::string cpusetMems;
    std::vector<DeviceMapping> devices;
    std::vector<std::string> deviceCgroupRules;
    json::Array deviceRequests;
    std::int64_t memoryReservation = 0;
    std::int64_t memorySwap = 0;
    std::optional<std::int64_t> memorySwappiness;
    std::optional<bool> oomKillDisable;
    std::optional<std::int64_t> pidsLimit;
    std::vector<Ulimit> ulimits;
    std::vector<MountSpec> mounts;
    std::optional<std::vector<std::string>> maskedPaths; ///< no value = the default set
    std::optional<std::vector<std::string>> readonlyPaths;
    std::optional<bool> init;
};
DARSENA_MODEL(HostConfig)

} // namespace darsena::model
