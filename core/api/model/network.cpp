// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/model/network.h"

#include "core/api/model/fields.h"

namespace darsena::model {

template<>
struct Fields<EndpointSettings> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("IPAMConfig", o.ipamConfig);
        visit.nullIfEmpty("Links", o.links);
        visit.nullIfEmpty("Aliases", o.aliases);
        visit("MacAddress", o.macAddress);
        visit.nullIfEmpty("DriverOpts", o.driverOpts);
        visit("GwPriority", o.gwPriority);
        visit("NetworkID", o.networkId);
        visit("EndpointID", o.endpointId);
        visit("Gateway", o.gateway);
        visit("IPAddress", o.ipAddress);
        visit("IPPrefixLen", o.ipPrefixLen);
        visit("IPv6Gateway", o.ipv6Gateway);
        visit("GlobalIPv6Address", o.globalIpv6Address);
        visit("GlobalIPv6PrefixLen", o.globalIpv6PrefixLen);
        visit("DNSNames", o.dnsNames);
    }
};
DARSENA_MODEL_JSON(EndpointSettings)

template<>
struct Fields<IpamPool> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit.unlessEmpty("Subnet", o.subnet);
        visit.unlessEmpty("IPRange", o.ipRange);
        visit.unlessEmpty("Gateway", o.gateway);
        visit.unlessEmpty("AuxiliaryAddresses", o.auxiliaryAddresses);
    }
};
DARSENA_MODEL_JSON(IpamPool)

template<>
struct Fields<NetworkReference> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Network", o.network);
    }
};
DARSENA_MODEL_JSON(NetworkReference)

template<>
struct Fields<Ipam> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Driver", o.driver);
        visit("Options", o.options);
        visit("Config", o.config);
    }
};
DARSENA_MODEL_JSON(Ipam)

template<>
struct Fields<NetworkContainer> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Name", o.name);
        visit("EndpointID", o.endpointId);
        visit("MacAddress", o.macAddress);
        visit("IPv4Address", o.ipv4Address);
        visit("IPv6Address", o.ipv6Address);
    }
};
DARSENA_MODEL_JSON(NetworkContainer)

template<>
struct Fields<Network> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Name", o.name);
        visit("Id", o.id);
        visit("Created", o.created);
        visit("Scope", o.scope);
        visit("Driver", o.driver);
        visit("EnableIPv4", o.enableIpv4);
        visit("EnableIPv6", o.enableIpv6);
        visit("IPAM", o.ipam);
        visit("Internal", o.internal);
        visit("Attachable", o.attachable);
        visit("Ingress", o.ingress);
        visit.nested("ConfigFrom", [](auto& inner) {
            std::string none;
            inner("Network", none);
        });
        visit("ConfigOnly", o.configOnly);
        visit("Containers", o.containers);
        visit("Options", o.options);
        visit("Labels", o.labels);
    }
};
DARSENA_MODEL_JSON(Network)

template<>
struct Fields<NetworkCreate> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Name", o.name);
        visit("Driver", o.driver);
        visit("Scope", o.scope);
        visit("Internal", o.internal);
        visit("Attachable", o.attachable);
        visit("Ingress", o.ingress);
        visit("ConfigOnly", o.configOnly);
        visit.unlessEmpty("ConfigFrom", o.configFrom);
        visit.unlessEmpty("EnableIPv4", o.enableIpv4);
        visit.unlessEmpty("EnableIPv6", o.enableIpv6);
        visit.unlessEmpty("IPAM", o.ipam);
        visit("Options", o.options);
        visit("Labels", o.labels);
    }
};
DARSENA_MODEL_JSON(NetworkCreate)

template<>
struct Fields<NetworkCreated> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Id", o.id);
        visit("Warning", o.warning);
    }
};
DARSENA_MODEL_JSON(NetworkCreated)

template<>
struct Fields<NetworkConnect> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("Container", o.container);
        visit("EndpointConfig", o.endpointConfig);
        visit("Force", o.force);
    }
};
DARSENA_MODEL_JSON(NetworkConnect)

template<>
struct Fields<NetworksPruned> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("NetworksDeleted", o.networksDeleted);
    }
};
DARSENA_MODEL_JSON(NetworksPruned)

} // namespace darsena::model
