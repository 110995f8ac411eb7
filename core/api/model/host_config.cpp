// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/model/host_config.h"

#include "core/api/model/fields.h"

namespace darsena::model {

template<>
struct Fields<PortBinding> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("HostIp", o.hostIp);
        visit("HostPort", o.hostPort);
    }
};
DARSENA_MODEL_JSON(PortBinding)

template<>
struct Fields<RestartPolicy> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Name", o.name);
        visit("MaximumRetryCount", o.maximumRetryCount);
    }
};
DARSENA_MODEL_JSON(RestartPolicy)

template<>
struct Fields<LogConfig> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Type", o.type);
        visit("Config", o.config);
    }
};
DARSENA_MODEL_JSON(LogConfig)

template<>
struct Fields<MountSpec> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Type", o.type);
        visit.unlessEmpty("Source", o.source);
        visit("Target", o.target);
        visit.unlessEmpty("ReadOnly", o.readOnly);
        visit.unlessEmpty("Consistency", o.consistency);
        visit.unlessEmpty("BindOptions", o.bindOptions);
        visit.unlessEmpty("VolumeOptions", o.volumeOptions);
        visit.unlessEmpty("ImageOptions", o.imageOptions);
        visit.unlessEmpty("TmpfsOptions", o.tmpfsOptions);
    }
};
DARSENA_MODEL_JSON(MountSpec)

template<>
struct Fields<DeviceMapping> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("PathOnHost", o.pathOnHost);
        visit("PathInContainer", o.pathInContainer);
        visit("CgroupPermissions", o.cgroupPermissions);
    }
};
DARSENA_MODEL_JSON(DeviceMapping)

template<>
struct Fields<Ulimit> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Name", o.name);
        visit("Hard", o.hard);
        visit("Soft", o.soft);
    }
};
DARSENA_MODEL_JSON(Ulimit)

template<>
struct Fields<HostConfig> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit.nullIfEmpty("Binds", o.binds);
        visit("ContainerIDFile", o.containerIdFile);
        visit("LogConfig", o.logConfig);
        visit("NetworkMode", o.networkMode);
        visit("PortBindings", o.portBindings);
        visit("RestartPolicy", o.restartPolicy);
        visit("AutoRemove", o.autoRemove);
        visit("VolumeDriver", o.volumeDriver);
        visit.nullIfEmpty("VolumesFrom", o.volumesFrom);
        visit.unlessEmpty("ConsoleSize", o.consoleSize);
        visit.unlessEmpty("Annotations", o.annotations);
        visit.nullIfEmpty("CapAdd", o.capAdd);
        visit.nullIfEmpty("CapDrop", o.capDrop);
        visit("CgroupnsMode", o.cgroupnsMode);
        visit("Dns", o.dns);
        visit("DnsOptions", o.dnsOptions);
        visit("DnsSearch", o.dnsSearch);
        visit.nullIfEmpty("ExtraHosts", o.extraHosts);
        visit.nullIfEmpty("GroupAdd", o.groupAdd);
        visit("IpcMode", o.ipcMode);
        visit("Cgroup", o.cgroup);
        visit.nullIfEmpty("Links", o.links);
        visit("OomScoreAdj", o.oomScoreAdj);
        visit("PidMode", o.pidMode);
        visit("Privileged", o.privileged);
        visit("PublishAllPorts", o.publishAllPorts);
        visit("ReadonlyRootfs", o.readonlyRootfs);
        visit.nullIfEmpty("SecurityOpt", o.securityOpt);
        visit.unlessEmpty("StorageOpt", o.storageOpt);
        visit.unlessEmpty("Tmpfs", o.tmpfs);
        visit("UTSMode", o.utsMode);
        visit("UsernsMode", o.usernsMode);
        visit("ShmSize", o.shmSize);
        visit.unlessEmpty("Sysctls", o.sysctls);
        visit.unlessEmpty("Runtime", o.runtime);
        visit("Isolation", o.isolation);
        visit("CpuShares", o.cpuShares);
        visit("Memory", o.memory);
        visit("NanoCpus", o.nanoCpus);
        visit("CgroupParent", o.cgroupParent);
        visit("BlkioWeight", o.blkioWeight);
        visit("BlkioWeightDevice", o.blkioWeightDevice);
        visit("BlkioDeviceReadBps", o.blkioDeviceReadBps);
        visit("BlkioDeviceWriteBps", o.blkioDeviceWriteBps);
        visit("BlkioDeviceReadIOps", o.blkioDeviceReadIOps);
        visit("BlkioDeviceWriteIOps", o.blkioDeviceWriteIOps);
        visit("CpuPeriod", o.cpuPeriod);
        visit("CpuQuota", o.cpuQuota);
        visit("CpuRealtimePeriod", o.cpuRealtimePeriod);
        visit("CpuRealtimeRuntime", o.cpuRealtimeRuntime);
        visit("CpusetCpus", o.cpusetCpus);
        visit("CpusetMems", o.cpusetMems);
        visit("Devices", o.devices);
        visit.nullIfEmpty("DeviceCgroupRules", o.deviceCgroupRules);
        visit.nullIfEmpty("DeviceRequests", o.deviceRequests);
        visit("MemoryReservation", o.memoryReservation);
        visit("MemorySwap", o.memorySwap);
        visit("MemorySwappiness", o.memorySwappiness);
        visit("OomKillDisable", o.oomKillDisable);
        visit("PidsLimit", o.pidsLimit);
        visit("Ulimits", o.ulimits);
        visit.unlessEmpty("Mounts", o.mounts);
        visit("MaskedPaths", o.maskedPaths);
        visit("ReadonlyPaths", o.readonlyPaths);
        visit.unlessEmpty("Init", o.init);
        // Of Windows, and there all the same.
        if constexpr (V::writes) {
            for (const char* key : { "CpuCount", "CpuPercent", "IOMaximumIOps", "IOMaximumBandwidth" })
                visit(key, std::int64_t(0));
        }
    }
};
DARSENA_MODEL_JSON(HostConfig)

} // namespace darsena::model
