// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/wire.h"

#include <cstdint>

namespace darsena::model {

/// A container's connection to one network; in a request only the first members are read.
struct EndpointSettings {
    std::optional<json::Object> ipamConfig;
    std::vector<std::string> links;
    std::vector<std::string> aliases;
    std::string macAddress;
    std::map<std::string, std::string> driverOpts;
    std::int64_t gwPriority = 0;
    std::string networkId;
    std::string endpointId;
    std::string gateway;
    std::string ipAddress;
    std::int64_t ipPrefixLen = 0;
    std::string ipv6Gateway;
    std::string globalIpv6Address;
    std::int64_t globalIpv6PrefixLen = 0;
    std::vector<std::string> dnsNames;
};
DARSENA_MODEL(EndpointSettings)

struct IpamPool {
    std::string subnet;
    std::string ipRange;
    std::string gateway;
    std::map<std::string, std::string> auxiliaryAddresses; ///< name -> address that no container gets
};
DARSENA_MODEL(IpamPool)

struct Ipam {
    std::string driver = "default";
    std::vector<IpamPool> config;
    std::map<std::string, std::string> options;
};
DARSENA_MODEL(Ipam)

/// A container as GET /networks/{id} lists it.
struct NetworkContainer {
    std::string name;
    std::string endpointId;
    std::string macAddress;
    std::string ipv4Address; ///< with prefix length
    std::string ipv6Address;
};
DARSENA_MODEL(NetworkContainer)

struct Network {
    std::string name;
    std::string id;
    std::optional<Time> created;
    std::string scope = "local";
    std::string driver;
    bool enableIpv4 = true;
    bool enableIpv6 = false;
    Ipam ipam;
    bool internal = false;
    bool attachable = false;
    bool ingress = false;
    bool configOnly = false;
    std::map<std::string, NetworkContainer> containers; ///< by container id
    std::map<std::string, std::string> options;
    Labels labels;
};
DARSENA_MODEL(Network)

struct NetworkReference {
    std::string network;
};
DARSENA_MODEL(NetworkReference)

struct NetworkCreate {
    std::string name;
    std::string driver;
    std::string scope;
    bool internal = false;
    bool attachable = false;
    bool ingress = false;
    bool configOnly = false;
    std::optional<NetworkReference> configFrom;
    std::optional<bool> enableIpv4;
    std::optional<bool> enableIpv6;
    std::optional<Ipam> ipam;
    std::map<std::string, std::string> options;
    Labels labels;
};
DARSENA_MODEL(NetworkCreate)

struct NetworkCreated {
    std::string id;
    std::string warning;
};
DARSENA_MODEL(NetworkCreated)

/// The body of POST /networks/{id}/connect and /disconnect.
struct NetworkConnect {
    std::string container;
    EndpointSettings endpointConfig;
    bool force = false;
};
DARSENA_MODEL(NetworkConnect)

struct NetworksPruned {
    std::vector<std::string> networksDeleted;
};
DARSENA_MODEL(NetworksPruned)

} // namespace darsena::model
