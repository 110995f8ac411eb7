// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/container.h"
#include "core/api/model/image.h"
#include "core/api/model/volume.h"
#include "core/api/model/wire.h"

#include <cstdint>

namespace darsena::model {

struct VersionComponent {
    std::string name;
    std::string version;
    std::map<std::string, std::string> details;
};
DARSENA_MODEL(VersionComponent)

struct VersionInfo {
    std::string platformName; ///< Platform.Name
    std::vector<VersionComponent> components;
    std::string version;
    std::string apiVersion;
    std::string minApiVersion;
    std::string gitCommit;
    std::string goVersion;
    std::string os;
    std::string arch;
    std::string kernelVersion;
    bool experimental = false;
    std::string buildTime;
};
DARSENA_MODEL(VersionInfo)

struct SystemInfo {
    std::string id;
    std::int64_t containers = 0;
    std::int64_t containersRunning = 0;
    std::int64_t containersPaused = 0;
    std::int64_t containersStopped = 0;
    std::int64_t images = 0;
    std::string driver;
    std::vector<std::vector<std::string>> driverStatus; ///< pairs
    std::string dockerRootDir;
    std::vector<std::string> volumePlugins; ///< Plugins.Volume, …
    std::vector<std::string> networkPlugins;
    std::vector<std::string> logPlugins;
    bool memoryLimit = false;
    bool swapLimit = false;
    bool cpuCfsPeriod = false;
    bool cpuCfsQuota = false;
    bool cpuShares = false;
    bool cpuSet = false;
    bool pidsLimit = false;
    bool oomKillDisable = false;
    bool ipv4Forwarding = false;
    bool debug = false;
    std::int64_t openFiles = 0; ///< NFd
    std::int64_t threads = 0; ///< NGoroutines
    std::optional<Time> systemTime;
    std::string loggingDriver;
    std::string cgroupDriver;
    std::string cgroupVersion; ///< "1", "2"
    std::int64_t eventListeners = 0; ///< NEventsListener
    std::string kernelVersion;
    std::string operatingSystem;
    std::string osVersion;
    std::string osType;
    std::string architecture; ///< as uname says: "x86_64"
    std::int64_t cpus = 0;
    std::int64_t memory = 0; ///< bytes
    std::string indexServerAddress;
    std::string name;
    std::vector<std::string> labels;
    bool experimentalBuild = false;
    std::string serverVersion;
    std::map<std::string, json::Object> runtimes;
    std::string defaultRuntime;
    bool liveRestoreEnabled = false;
    std::string initBinary;
    std::vector<std::string> securityOptions;
    std::vector<std::string> warnings;
};
DARSENA_MODEL(SystemInfo)

struct BuildCacheRecord {
    std::string id;
    std::vector<std::string> parents;
    std::string type;
    std::string description;
    bool inUse = false;
    bool shared = false;
    std::int64_t size = 0;
    std::optional<Time> createdAt;
    std::optional<Time> lastUsedAt;
    std::int64_t usageCount = 0;
};
DARSENA_MODEL(BuildCacheRecord)

struct DiskUsage {
    std::int64_t layersSize = 0;
    std::vector<ImageSummary> images;
    std::vector<ContainerSummary> containers;
    std::vector<Volume> volumes;
    std::vector<BuildCacheRecord> buildCache;
};
DARSENA_MODEL(DiskUsage)

struct BuildCachePruned {
    std::vector<std::string> cachesDeleted;
    std::int64_t spaceReclaimed = 0;
};
DARSENA_MODEL(BuildCachePruned)

/// What every failing route answers.
struct ErrorBody {
    std::string message;
};
DARSENA_MODEL(ErrorBody)

} // namespace darsena::model
