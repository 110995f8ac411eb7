// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/model/system.h"

#include "core/api/model/fields.h"

namespace darsena::model {

template<>
struct Fields<VersionComponent> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Name", o.name);
        visit("Version", o.version);
        visit("Details", o.details);
    }
};
DARSENA_MODEL_JSON(VersionComponent)

template<>
struct Fields<VersionInfo> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit.nested("Platform", [&](auto& inner) { inner("Name", o.platformName); });
        visit("Components", o.components);
        visit("Version", o.version);
        visit("ApiVersion", o.apiVersion);
        visit("MinAPIVersion", o.minApiVersion);
        visit("GitCommit", o.gitCommit);
        visit("GoVersion", o.goVersion);
        visit("Os", o.os);
        visit("Arch", o.arch);
        visit("KernelVersion", o.kernelVersion);
        visit.unlessEmpty("Experimental", o.experimental);
        visit("BuildTime", o.buildTime);
    }
};
DARSENA_MODEL_JSON(VersionInfo)

template<>
struct Fields<SystemInfo> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("ID", o.id);
        visit("Containers", o.containers);
        visit("ContainersRunning", o.containersRunning);
        visit("ContainersPaused", o.containersPaused);
        visit("ContainersStopped", o.containersStopped);
        visit("Images", o.images);
        visit("Driver", o.driver);
        visit("DriverStatus", o.driverStatus);
        visit("DockerRootDir", o.dockerRootDir);
        visit.nested("Plugins", [&](auto& inner) {
            inner("Volume", o.volumePlugins);
            inner("Network", o.networkPlugins);
            json::Array authorization;
            inner("Authorization", authorization);
            inner("Log", o.logPlugins);
        });
        visit("MemoryLimit", o.memoryLimit);
        visit("SwapLimit", o.swapLimit);
        visit("CpuCfsPeriod", o.cpuCfsPeriod);
        visit("CpuCfsQuota", o.cpuCfsQuota);
        visit("CPUShares", o.cpuShares);
        visit("CPUSet", o.cpuSet);
        visit("PidsLimit", o.pidsLimit);
        visit("OomKillDisable", o.oomKillDisable);
        visit("IPv4Forwarding", o.ipv4Forwarding);
        visit("Debug", o.debug);
        visit("NFd", o.openFiles);
        visit("NGoroutines", o.threads);
        visit("SystemTime", o.systemTime);
        visit("LoggingDriver", o.loggingDriver);
        visit("CgroupDriver", o.cgroupDriver);
        visit("CgroupVersion", o.cgroupVersion);
        visit("NEventsListener", o.eventListeners);
        visit("KernelVersion", o.kernelVersion);
        visit("OperatingSystem", o.operatingSystem);
        visit("OSVersion", o.osVersion);
        visit("OSType", o.osType);
        visit("Architecture", o.architecture);
        visit("NCPU", o.cpus);
        visit("MemTotal", o.memory);
        visit("IndexServerAddress", o.indexServerAddress);
        visit("Name", o.name);
        visit("Labels", o.labels);
        visit("ExperimentalBuild", o.experimentalBuild);
        visit("ServerVersion", o.serverVersion);
        visit("Runtimes", o.runtimes);
        visit("DefaultRuntime", o.defaultRuntime);
        visit("LiveRestoreEnabled", o.liveRestoreEnabled);
        visit("InitBinary", o.initBinary);
        visit("SecurityOptions", o.securityOptions);
        visit("Warnings", o.warnings);
        // What this engine has none of, in the form that clients read.
        if constexpr (V::writes) {
            json::Object& members = visit.object();
            members["Swarm"] = json::Object{{"NodeID", ""}, {"NodeAddr", ""}, {"LocalNodeState", "inactive"}, {"ControlAvailable", false},
                {"Error", ""}, {"RemoteManagers", nullptr}};
            members["RegistryConfig"] = json::Object{{"AllowNondistributableArtifactsCIDRs", nullptr},
                {"AllowNondistributableArtifactsHostnames", nullptr}, {"InsecureRegistryCIDRs", json::Array()}, {"IndexConfigs", json::Object()},
                {"Mirrors", json::Array()}};
            members["GenericResources"] = nullptr;
            for (const char* key : {"HttpProxy", "HttpsProxy", "NoProxy", "Isolation"})
                members[key] = "";
            for (const char* key : {"ContainerdCommit", "RuncCommit", "InitCommit"})
                members[key] = json::Object{{"ID", ""}, {"Expected", ""}};
            members["CDISpecDirs"] = json::Array();
        }
    }
};
DARSENA_MODEL_JSON(SystemInfo)

template<>
struct Fields<BuildCacheRecord> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("ID", o.id);
        visit.unlessEmpty("Parents", o.parents);
        visit("Type", o.type);
        visit("Description", o.description);
        visit("InUse", o.inUse);
        visit("Shared", o.shared);
        visit("Size", o.size);
        visit("CreatedAt", o.createdAt);
        visit("LastUsedAt", o.lastUsedAt);
        visit("UsageCount", o.usageCount);
    }
};
DARSENA_MODEL_JSON(BuildCacheRecord)

template<>
struct Fields<DiskUsage> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("LayersSize", o.layersSize);
        visit("Images", o.images);
        visit("Containers", o.containers);
        visit("Volumes", o.volumes);
        visit("BuildCache", o.buildCache);
    }
};
DARSENA_MODEL_JSON(DiskUsage)

template<>
struct Fields<BuildCachePruned> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("CachesDeleted", o.cachesDeleted);
        visit("SpaceReclaimed", o.spaceReclaimed);
    }
};
DARSENA_MODEL_JSON(BuildCachePruned)

template<>
struct Fields<ErrorBody> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("message", o.message);
    }
};
DARSENA_MODEL_JSON(ErrorBody)

} // namespace darsena::model
