// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/netlink.h"

#include "core/base/log.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <sched.h>
#include <sys/random.h>
#include <sys/socket.h>

namespace darsena::network {

namespace {

constexpr std::size_t kMessageBytes = 1024; // room for the largest of our messages, a veth pair with names
constexpr std::uint16_t kRequest = NLM_F_REQUEST | NLM_F_ACK;
constexpr std::uint16_t kCreate = kRequest | NLM_F_CREATE | NLM_F_EXCL;

/// Several netlink messages one behind the other.
class Batch {
public:
    explicit Batch(std::uint32_t& sequence)
        : m_sequence(sequence)
    {
        m_bytes.reserve(4 * kMessageBytes);
    }

    /// Builds one message in scratch room and appends it.
    template<typename Header, typename Build>
    void add(int type, std::uint16_t flags, const Build& build)
    {
        alignas(nlmsghdr) std::array<std::byte, kMessageBytes> room{};
        nlmsghdr* message = mnl_nlmsg_put_header(room.data());
        message->nlmsg_type = static_cast<std::uint16_t>(type);
        message->nlmsg_flags = flags;
        message->nlmsg_seq = ++m_sequence;
        auto* header = static_cast<Header*>(mnl_nlmsg_put_extra_header(message, sizeof(Header)));
        build(*header, message);
        m_bytes.insert(m_bytes.end(), room.begin(), room.begin() + NLMSG_ALIGN(message->nlmsg_len));
        ++m_count;
    }

    std::span<std::byte> bytes() { return m_bytes; }
    std::size_t count() const { return m_count; }

private:
    std::uint32_t& m_sequence;
    std::vector<std::byte> m_bytes;
    std::size_t m_count = 0;
};

void putText(nlmsghdr* message, std::uint16_t type, std::string_view text)
{
    const std::string terminated(text);
    mnl_attr_put_strz(message, type, terminated.c_str());
}

void addLinkUp(Batch& batch, int index)
{
    batch.add<ifinfomsg>(RTM_NEWLINK, kRequest, [&](ifinfomsg& header, nlmsghdr*) {
        header.ifi_family = AF_UNSPEC;
        header.ifi_index = index;
        header.ifi_flags = IFF_UP;
        header.ifi_change = IFF_UP;
    });
}

unsigned char kernelFamily(Family family)
{
    return family == Family::V4 ? AF_INET : AF_INET6;
}

void putAddress(nlmsghdr* message, std::uint16_t type, const Address& address)
{
    const auto bytes = address.bytes();
    mnl_attr_put(message, type, static_cast<std::size_t>(address.width() / 8), bytes.data());
}

void addAddressTo(Batch& batch, int index, const Subnet& subnet)
{
    batch.add<ifaddrmsg>(RTM_NEWADDR, kCreate, [&](ifaddrmsg& header, nlmsghdr* message) {
        header.ifa_family = kernelFamily(subnet.family());
        header.ifa_prefixlen = static_cast<std::uint8_t>(subnet.prefix);
        header.ifa_index = static_cast<std::uint32_t>(index);
        putAddress(message, IFA_LOCAL, subnet.address);
        putAddress(message, IFA_ADDRESS, subnet.address);
        if (subnet.address.isV6()) {
            // We hand addresses out, so there is nothing to detect; detection would keep it unusable for a second.
            header.ifa_flags = IFA_F_NODAD;
            mnl_attr_put_u32(message, IFA_FLAGS, IFA_F_NODAD);
        } else {
            putAddress(message, IFA_BROADCAST, subnet.last());
        }
    });
}

void addGateway(Batch& batch, const Address& gateway, std::uint16_t flags = kCreate)
{
    batch.add<rtmsg>(RTM_NEWROUTE, flags, [&](rtmsg& header, nlmsghdr* message) {
        header.rtm_family = kernelFamily(gateway.family);
        header.rtm_table = RT_TABLE_MAIN;
        header.rtm_protocol = RTPROT_STATIC;
        header.rtm_scope = RT_SCOPE_UNIVERSE;
        header.rtm_type = RTN_UNICAST;
        putAddress(message, RTA_GATEWAY, gateway);
    });
}

/// libmnl's for-each macros are C; its callbacks compile as C++ under our warnings.
template<typename Visit>
int visitAttribute(const nlattr* attribute, void* visit)
{
    (*static_cast<Visit*>(visit))(attribute);
    return MNL_CB_OK;
}
template<typename Visit>
void forEachAttribute(const nlmsghdr& message, std::size_t headerBytes, Visit visit)
{
    mnl_attr_parse(&message, static_cast<unsigned>(headerBytes), &visitAttribute<Visit>, &visit);
}
template<typename Visit>
void forEachNested(const nlattr* attribute, Visit visit)
{
    mnl_attr_parse_nested(attribute, &visitAttribute<Visit>, &visit);
}

Link readLink(const nlmsghdr& message)
{
    Link link;
    const auto* header = static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(&message));
    link.index = header->ifi_index;
    forEachAttribute(message, sizeof(ifinfomsg), [&](const nlattr* attribute) {
        const auto type = mnl_attr_get_type(attribute);
        if (type == IFLA_IFNAME)
            link.name = mnl_attr_get_str(attribute);
        else if (type == IFLA_IFALIAS)
            link.alias = mnl_attr_get_str(attribute);
        else if (type == IFLA_OPERSTATE)
            link.operational = mnl_attr_get_u8(attribute) == IF_OPER_UP;
        else if (type == IFLA_LINKINFO)
            forEachNested(attribute, [&](const nlattr* inner) {
                if (mnl_attr_get_type(inner) == IFLA_INFO_KIND)
                    link.kind = mnl_attr_get_str(inner);
            });
    });
    return link;
}

/// Of a family that we do not know: no value.
std::optional<Family> familyOf(unsigned char kernelFamily)
{
    if (kernelFamily == AF_INET)
        return Family::V4;
    return kernelFamily == AF_INET6 ? std::optional(Family::V6) : std::nullopt;
}

/// fe80::/10: every link has them, so they tell nothing.
bool isLinkLocal(const Address& address)
{
    return address.isV6() && (address.bits >> 118) == 0x3fa;
}

std::optional<Address> readAddress(Family family, const nlattr* attribute)
{
    if (mnl_attr_get_payload_len(attribute) < (family == Family::V4 ? 4 : 16))
        return {};
    return Address::fromBytes(family, static_cast<const std::uint8_t*>(mnl_attr_get_payload(attribute)));
}

} // namespace

Result<Netlink> Netlink::open()
{
    UniqueFd socket = UniqueFd::adopt(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    if (!socket)
        return Error::system(errno, "open a route-netlink socket");
    // A kernel that does not answer must not hang an API call for ever.
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    if (::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) < 0)
        return Error::system(errno, "set the time limit of a route-netlink socket");
    return Netlink(std::move(socket));
}

Result<void> Netlink::transact(std::span<std::byte> bytes, std::size_t count, std::string_view what)
{
    if (::send(m_socket.get(), bytes.data(), bytes.size(), 0) < 0)
        return Error::system(errno, what);
    Result<void> result;
    alignas(nlmsghdr) std::array<std::byte, 16384> room;
    while (count > 0) {
        const ssize_t got = ::recv(m_socket.get(), room.data(), room.size(), 0);
        if (got < 0) {
            if (errno == EINTR)
                continue;
            return Error::system(errno, what);
        }
        int left = static_cast<int>(got);
        for (const auto* message = reinterpret_cast<const nlmsghdr*>(room.data()); mnl_nlmsg_ok(message, left);
             message = mnl_nlmsg_next(message, &left)) {
            if (message->nlmsg_type != NLMSG_ERROR)
                continue;
            const auto* answer = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message));
            if (answer->error != 0 && result.ok())
                result = Error::system(-answer->error, what);
            if (count > 0)
                --count;
        }
    }
    return result;
}

Result<void> Netlink::dump(std::uint16_t type, std::uint8_t family, std::string_view what, const Reader& reader)
{
    Batch batch(m_sequence);
    batch.add<rtgenmsg>(type, NLM_F_REQUEST | NLM_F_DUMP, [&](rtgenmsg& header, nlmsghdr*) { header.rtgen_family = family; });
    if (::send(m_socket.get(), batch.bytes().data(), batch.bytes().size(), 0) < 0)
        return Error::system(errno, what);
    alignas(nlmsghdr) std::array<std::byte, 32768> room;
    for (;;) {
        const ssize_t got = ::recv(m_socket.get(), room.data(), room.size(), 0);
        if (got < 0) {
            if (errno == EINTR)
                continue;
            return Error::system(errno, what);
        }
        int left = static_cast<int>(got);
        for (const auto* message = reinterpret_cast<const nlmsghdr*>(room.data()); mnl_nlmsg_ok(message, left);
             message = mnl_nlmsg_next(message, &left)) {
            if (message->nlmsg_type == NLMSG_DONE)
                return {};
            if (message->nlmsg_type == NLMSG_ERROR) {
                const auto* answer = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message));
                return Error::system(-answer->error, what);
            }
            reader(*message);
        }
    }
}

Result<std::vector<Link>> Netlink::links()
{
    std::vector<Link> list;
    TRY(dump(RTM_GETLINK, AF_UNSPEC, "list the network links", [&](const nlmsghdr& message) {
        if (message.nlmsg_type == RTM_NEWLINK)
            list.push_back(readLink(message));
    }));
    return list;
}

Result<Link> Netlink::link(std::string_view name)
{
    const std::string what = fmt::format("look up the network link {}", name);
    Batch batch(m_sequence);
    batch.add<ifinfomsg>(RTM_GETLINK, NLM_F_REQUEST, [&](ifinfomsg& header, nlmsghdr* message) {
        header.ifi_family = AF_UNSPEC;
        putText(message, IFLA_IFNAME, name);
    });
    if (::send(m_socket.get(), batch.bytes().data(), batch.bytes().size(), 0) < 0)
        return Error::system(errno, what);
    alignas(nlmsghdr) std::array<std::byte, 16384> room;
    ssize_t got = 0;
    do {
        got = ::recv(m_socket.get(), room.data(), room.size(), 0);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        return Error::system(errno, what);
    const auto* message = reinterpret_cast<const nlmsghdr*>(room.data());
    if (!mnl_nlmsg_ok(message, static_cast<int>(got)))
        return Error(ErrorCode::System, fmt::format("{}: the kernel's answer is cut short", what));
    if (message->nlmsg_type == RTM_NEWLINK)
        return readLink(*message);
    const auto* answer = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message));
    if (answer->error == -ENODEV)
        return Error(ErrorCode::NotFound, fmt::format("no network link {}", name));
    return Error::system(-answer->error, what);
}

Result<void> Netlink::addBridge(const BridgeRequest& request)
{
    Mac mac{};
    [[maybe_unused]] const auto got = ::getrandom(mac.data(), mac.size(), 0); // small requests cannot fail
    mac[0] = 0x02; // locally administered, not multicast
    Batch batch(m_sequence);
    batch.add<ifinfomsg>(RTM_NEWLINK, kCreate, [&](ifinfomsg& header, nlmsghdr* message) {
        header.ifi_family = AF_UNSPEC;
        putText(message, IFLA_IFNAME, request.name);
        mnl_attr_put(message, IFLA_ADDRESS, mac.size(), mac.data());
        if (request.group != 0)
            mnl_attr_put_u32(message, IFLA_GROUP, request.group);
        if (request.mtu != 0)
            mnl_attr_put_u32(message, IFLA_MTU, request.mtu);
        nlattr* info = mnl_attr_nest_start(message, IFLA_LINKINFO);
        putText(message, IFLA_INFO_KIND, "bridge");
        mnl_attr_nest_end(message, info);
    });
    // The kernel heeds an alias only on a link that exists. One system call still, so that no crash falls between.
    batch.add<ifinfomsg>(RTM_SETLINK, kRequest, [&](ifinfomsg& header, nlmsghdr* message) {
        header.ifi_family = AF_UNSPEC;
        putText(message, IFLA_IFNAME, request.name);
        mnl_attr_put(message, IFLA_IFALIAS, request.alias.size(), request.alias.data());
    });
    return transact(batch.bytes(), batch.count(), fmt::format("make the bridge {}", request.name));
}

Result<void> Netlink::addVeth(const VethRequest& request)
{
    Batch batch(m_sequence);
    batch.add<ifinfomsg>(RTM_NEWLINK, kCreate, [&](ifinfomsg& header, nlmsghdr* message) {
        header.ifi_family = AF_UNSPEC;
        header.ifi_flags = IFF_UP;
        header.ifi_change = IFF_UP;
        putText(message, IFLA_IFNAME, request.hostName);
        mnl_attr_put_u32(message, IFLA_MASTER, static_cast<std::uint32_t>(request.bridgeIndex));
        if (request.mtu != 0)
            mnl_attr_put_u32(message, IFLA_MTU, request.mtu);
        nlattr* info = mnl_attr_nest_start(message, IFLA_LINKINFO);
        putText(message, IFLA_INFO_KIND, "veth");
        nlattr* data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
        nlattr* peer = mnl_attr_nest_start(message, VETH_INFO_PEER);
        // The peer is described by a whole ifinfomsg of its own before its attributes.
        auto* peerHeader = static_cast<ifinfomsg*>(mnl_nlmsg_put_extra_header(message, sizeof(ifinfomsg)));
        peerHeader->ifi_family = AF_UNSPEC;
        putText(message, IFLA_IFNAME, request.containerName);
        mnl_attr_put(message, IFLA_ADDRESS, request.containerMac.size(), request.containerMac.data());
        if (request.mtu != 0)
            mnl_attr_put_u32(message, IFLA_MTU, request.mtu);
        mnl_attr_put_u32(message, IFLA_NET_NS_FD, static_cast<std::uint32_t>(request.containerNamespace));
        mnl_attr_nest_end(message, peer);
        mnl_attr_nest_end(message, data);
        mnl_attr_nest_end(message, info);
    });
    batch.add<ifinfomsg>(RTM_NEWLINK, kRequest, [&](ifinfomsg& header, nlmsghdr* message) {
        header.ifi_family = AF_UNSPEC;
        putText(message, IFLA_IFNAME, request.hostName);
        nlattr* info = mnl_attr_nest_start(message, IFLA_LINKINFO);
        putText(message, IFLA_INFO_SLAVE_KIND, "bridge");
        nlattr* data = mnl_attr_nest_start(message, IFLA_INFO_SLAVE_DATA);
        // With br_netfilter (other engines load it) a translated frame is bridged, not routed: it must be able to leave by
        // the port by which it came, or a container does not reach itself through its published port.
        mnl_attr_put_u8(message, IFLA_BRPORT_MODE, 1);
        if (request.isolated)
            mnl_attr_put_u8(message, IFLA_BRPORT_ISOLATED, 1);
        mnl_attr_nest_end(message, data);
        mnl_attr_nest_end(message, info);
    });
    return transact(batch.bytes(), batch.count(), fmt::format("make the veth pair {}", request.hostName));
}

Result<void> Netlink::removeLink(int index)
{
    Batch batch(m_sequence);
    batch.add<ifinfomsg>(RTM_DELLINK, kRequest, [&](ifinfomsg& header, nlmsghdr*) {
        header.ifi_family = AF_UNSPEC;
        header.ifi_index = index;
    });
    return transact(batch.bytes(), batch.count(), fmt::format("remove network link {}", index));
}

Result<void> Netlink::setUp(int index)
{
    Batch batch(m_sequence);
    addLinkUp(batch, index);
    return transact(batch.bytes(), batch.count(), fmt::format("bring up network link {}", index));
}

Result<void> Netlink::addAddress(int index, const Subnet& subnet)
{
    Batch batch(m_sequence);
    addAddressTo(batch, index, subnet);
    return transact(batch.bytes(), batch.count(), fmt::format("give network link {} the address {}", index, subnet.text()));
}

Result<void> Netlink::setDefaultRoute(Address gateway)
{
    Batch batch(m_sequence);
    addGateway(batch, gateway, kRequest | NLM_F_CREATE | NLM_F_REPLACE);
    return transact(batch.bytes(), batch.count(), fmt::format("set the default route to {}", gateway.text()));
}

Result<void> Netlink::removeDefaultRoute(Family family)
{
    Batch batch(m_sequence);
    batch.add<rtmsg>(RTM_DELROUTE, kRequest, [&](rtmsg& header, nlmsghdr*) {
        header.rtm_family = kernelFamily(family);
        header.rtm_table = RT_TABLE_MAIN;
        header.rtm_scope = RT_SCOPE_NOWHERE; // any
    });
    const auto removed = transact(batch.bytes(), batch.count(), "remove the default route");
    // ENOENT: a family that has no table yet.
    const int error = removed ? 0 : removed.error().systemError();
    return removed || error == ESRCH || error == ENOENT ? Result<void>() : removed;
}

Result<std::vector<std::pair<int, Subnet>>> Netlink::addresses()
{
    std::vector<std::pair<int, Subnet>> list;
    TRY(dump(RTM_GETADDR, AF_UNSPEC, "list the network addresses", [&](const nlmsghdr& message) {
        const auto* header = static_cast<const ifaddrmsg*>(mnl_nlmsg_get_payload(&message));
        const auto family = message.nlmsg_type == RTM_NEWADDR ? familyOf(header->ifa_family) : std::nullopt;
        if (!family)
            return;
        Subnet subnet{{*family, 0}, header->ifa_prefixlen};
        forEachAttribute(message, sizeof(ifaddrmsg), [&](const nlattr* attribute) {
            // IPv6 has only the second unless the link is point-to-point.
            const auto type = mnl_attr_get_type(attribute);
            if (type == IFA_LOCAL || (type == IFA_ADDRESS && subnet.isNone()))
                subnet.address = readAddress(*family, attribute).value_or(subnet.address);
        });
        if (!isLinkLocal(subnet.address))
            list.emplace_back(static_cast<int>(header->ifa_index), subnet);
    }));
    return list;
}

Result<std::vector<Subnet>> Netlink::routes()
{
    std::vector<Subnet> list;
    TRY(dump(RTM_GETROUTE, AF_UNSPEC, "list the routes", [&](const nlmsghdr& message) {
        const auto* header = static_cast<const rtmsg*>(mnl_nlmsg_get_payload(&message));
        const auto family = message.nlmsg_type == RTM_NEWROUTE ? familyOf(header->rtm_family) : std::nullopt;
        if (!family || header->rtm_table != RT_TABLE_MAIN || header->rtm_dst_len == 0)
            return;
        Subnet subnet{{*family, 0}, header->rtm_dst_len};
        forEachAttribute(message, sizeof(rtmsg), [&](const nlattr* attribute) {
            if (mnl_attr_get_type(attribute) == RTA_DST)
                subnet.address = readAddress(*family, attribute).value_or(subnet.address);
        });
        if (!isLinkLocal(subnet.address) && !(subnet.address.isV6() && (subnet.address.bits >> 120) == 0xff))
            list.push_back(subnet);
    }));
    return list;
}

Result<void> Netlink::configure(const LinkConfig& config)
{
    const int index = TRY(link(config.name)).index;
    constexpr int kLoopback = 1; // the first link of every namespace
    Batch batch(m_sequence);
    addLinkUp(batch, kLoopback);
    for (const Subnet& subnet : config.addresses)
        addAddressTo(batch, index, subnet);
    addLinkUp(batch, index);
    if (!config.gateway.isNone())
        addGateway(batch, config.gateway);
    if (!config.gateway6.isNone())
        addGateway(batch, config.gateway6);
    return transact(batch.bytes(), batch.count(), fmt::format("configure {} in the container", config.name));
}

Result<void> inNetworkNamespace(int namespaceFd, const std::function<Result<void>()>& work)
{
    const UniqueFd home = UniqueFd::adopt(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    if (!home)
        return Error::system(errno, "open this thread's network namespace");
    if (::setns(namespaceFd, CLONE_NEWNET) < 0)
        return Error::system(errno, "enter a network namespace");
    Result<void> result = work();
    if (::setns(home.get(), CLONE_NEWNET) < 0) {
        log::error("cannot leave a container's network namespace: {}", std::strerror(errno));
        std::abort();
    }
    return result;
}

} // namespace darsena::network
