// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/model/container.h"

#include "core/api/model/fields.h"

namespace darsena::model {
namespace {

/// A published-ports map writes null, not [], where a port is exposed only: docker port and docker inspect tell by it.
template<typename V, typename O>
void visitPorts(V& visit, O& ports)
{
    visit("Ports", ports);
    if constexpr (V::writes) {
        for (auto& member : visit.object()["Ports"].get_object()) {
            if (member.value().get_array().empty())
                member.value() = nullptr;
        }
    }
}

} // namespace

template<>
json::Value toJson(const ContainerCreate& object)
{
    json::Value value = toJson(object.config);
    json::Object& members = value.get_object();
    members["HostConfig"] = toJson(object.hostConfig);
    members["NetworkingConfig"] = json::Object { { "EndpointsConfig", detail::write(object.endpoints) } };
    return value;
}

template<>
Result<ContainerCreate> fromJson(const json::Value& value)
{
    ContainerCreate result;
    result.config = TRY(fromJson<ContainerConfig>(value));
    std::optional<Error> error;
    Reader reader(value.get_object(), error);
    reader("HostConfig", result.hostConfig);
    reader.nested("NetworkingConfig", [&](auto& inner) { inner("EndpointsConfig", result.endpoints); });
    if (error)
        return *error;
    return result;
}

template<>
struct Fields<ContainerCreated> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Id", o.id);
        visit("Warnings", o.warnings);
    }
};
DARSENA_MODEL_JSON(ContainerCreated)

template<>
struct Fields<HealthResult> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Start", o.start);
        visit("End", o.end);
        visit("ExitCode", o.exitCode);
        visit("Output", o.output);
    }
};
DARSENA_MODEL_JSON(HealthResult)

template<>
struct Fields<Health> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Status", o.status);
        visit("FailingStreak", o.failingStreak);
        visit("Log", o.log);
    }
};
DARSENA_MODEL_JSON(Health)

template<>
struct Fields<ContainerState> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Status", o.status);
        visit("Running", o.running);
        visit("Paused", o.paused);
        visit("Restarting", o.restarting);
        visit("OOMKilled", o.oomKilled);
        visit("Dead", o.dead);
        visit("Pid", o.pid);
        visit("ExitCode", o.exitCode);
        visit("Error", o.error);
        visit("StartedAt", o.startedAt);
        visit("FinishedAt", o.finishedAt);
        visit.unlessEmpty("Health", o.health);
    }
};
DARSENA_MODEL_JSON(ContainerState)

template<>
struct Fields<MountPoint> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Type", o.type);
        visit.unlessEmpty("Name", o.name);
        visit("Source", o.source);
        visit("Destination", o.destination);
        visit.unlessEmpty("Driver", o.driver);
        visit("Mode", o.mode);
        visit("RW", o.rw);
        visit("Propagation", o.propagation);
    }
};
DARSENA_MODEL_JSON(MountPoint)

template<>
struct Fields<PortSummary> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit.unlessEmpty("IP", o.ip);
        visit("PrivatePort", o.privatePort);
        visit.unlessEmpty("PublicPort", o.publicPort);
        visit("Type", o.type);
    }
};
DARSENA_MODEL_JSON(PortSummary)

template<>
struct Fields<ContainerSummary> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Id", o.id);
        visit("Names", o.names);
        visit("Image", o.image);
        visit("ImageID", o.imageId);
        visit("Command", o.command);
        visit("Created", o.created);
        visit("Ports", o.ports);
        visit.unlessEmpty("SizeRw", o.sizeRw);
        visit.unlessEmpty("SizeRootFs", o.sizeRootFs);
        visit("Labels", o.labels);
        visit("State", o.state);
        visit("Status", o.status);
        visit.nested("HostConfig", [&](auto& inner) { inner("NetworkMode", o.networkMode); });
        visit.nested("NetworkSettings", [&](auto& inner) { inner("Networks", o.networks); });
        visit("Mounts", o.mounts);
    }
};
DARSENA_MODEL_JSON(ContainerSummary)

template<>
struct Fields<NetworkSettings> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Bridge", o.bridge);
        visit("SandboxID", o.sandboxId);
        visit("SandboxKey", o.sandboxKey);
        visitPorts(visit, o.ports);
        visit("EndpointID", o.endpointId);
        visit("Gateway", o.gateway);
        visit("IPAddress", o.ipAddress);
        visit("IPPrefixLen", o.ipPrefixLen);
        visit("GlobalIPv6Address", o.globalIpv6Address);
        visit("GlobalIPv6PrefixLen", o.globalIpv6PrefixLen);
        visit("IPv6Gateway", o.ipv6Gateway);
        visit("MacAddress", o.macAddress);
        visit("Networks", o.networks);
        // Docker has not used these for years, and clients of its API list them.
        if constexpr (V::writes) {
            visit("HairpinMode", false);
            visit("LinkLocalIPv6Address", std::string());
            visit("LinkLocalIPv6PrefixLen", std::int64_t(0));
            visit("SecondaryIPAddresses", std::optional<std::string>());
            visit("SecondaryIPv6Addresses", std::optional<std::string>());
        }
    }
};
DARSENA_MODEL_JSON(NetworkSettings)

template<>
struct Fields<GraphDriver> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Name", o.name);
        visit("Data", o.data);
    }
};
DARSENA_MODEL_JSON(GraphDriver)

template<>
struct Fields<ContainerInspect> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Id", o.id);
        visit("Created", o.created);
        visit("Path", o.path);
        visit("Args", o.args);
        visit("State", o.state);
        visit("Image", o.image);
        visit("ResolvConfPath", o.resolvConfPath);
        visit("HostnamePath", o.hostnamePath);
        visit("HostsPath", o.hostsPath);
        visit("LogPath", o.logPath);
        visit("Name", o.name);
        visit("RestartCount", o.restartCount);
        visit("Driver", o.driver);
        visit("Platform", o.platform);
        visit("MountLabel", o.mountLabel);
        visit("ProcessLabel", o.processLabel);
        visit("AppArmorProfile", o.appArmorProfile);
        visit.nullIfEmpty("ExecIDs", o.execIds);
        visit("HostConfig", o.hostConfig);
        visit("GraphDriver", o.graphDriver);
        visit.unlessEmpty("SizeRw", o.sizeRw);
        visit.unlessEmpty("SizeRootFs", o.sizeRootFs);
        visit("Mounts", o.mounts);
        visit("Config", o.config);
        visit("NetworkSettings", o.networkSettings);
    }
};
DARSENA_MODEL_JSON(ContainerInspect)

template<>
json::Value toJson(const WaitResult& object)
{
    json::Object members { { "StatusCode", object.statusCode } };
    if (object.error)
        members["Error"] = json::Object { { "Message", *object.error } };
    return members;
}

template<>
Result<WaitResult> fromJson(const json::Value& value)
{
    if (!value.is_object())
        return detail::expected("an object");
    WaitResult result;
    std::optional<Error> error;
    Reader reader(value.get_object(), error);
    reader("StatusCode", result.statusCode);
    reader.nested("Error", [&](auto& inner) { inner("Message", result.error); });
    if (error)
        return *error;
    return result;
}

template<>
struct Fields<TopResult> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Titles", o.titles);
        visit("Processes", o.processes);
    }
};
DARSENA_MODEL_JSON(TopResult)

template<>
struct Fields<ContainersPruned> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("ContainersDeleted", o.containersDeleted);
        visit("SpaceReclaimed", o.spaceReclaimed);
    }
};
DARSENA_MODEL_JSON(ContainersPruned)

template<>
struct Fields<ContainerChange> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Path", o.path);
        visit("Kind", o.kind);
    }
};
DARSENA_MODEL_JSON(ContainerChange)

} // namespace darsena::model
