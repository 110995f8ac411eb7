// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "core/network/address.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct nlmsghdr;

namespace darsena::network {

/// A link as the kernel lists it.
struct Link {
    int index = 0;
    std::string name;
    std::string alias; ///< ifalias: ours says which helper made the bridge
    std::string kind; ///< "bridge", "veth", …; empty for hardware
    bool operational = false; ///< packets pass
};

/// One end of a veth pair as it is to be made: the host's end joins a bridge, the other is born inside a container.
struct VethRequest {
    std::string hostName; ///< at most 15 characters
    int bridgeIndex = 0;
    int containerNamespace = -1; ///< a network namespace's descriptor; borrowed
    std::string containerName = "eth0";
    Mac containerMac{};
    std::uint32_t mtu = 0; ///< of both ends; 0 = the kernel's choice
    bool isolated = false; ///< the port talks to the bridge only, not to other isolated ports
};

/// A bridge as it is to be made.
struct BridgeRequest {
    std::string name;
    std::string alias; ///< who made it
    std::uint32_t group = 0;
    std::uint32_t mtu = 0;
};

/// The addresses and default routes of a link inside a container.
struct LinkConfig {
    std::string name;
    std::vector<Subnet> addresses;
    Address gateway; ///< none = no default route
    Address gateway6{Family::V6, 0};
};

/// Route-netlink requests in one network namespace: that in which the socket was opened, wherever the thread is later.
/// Not thread-safe: one owner at a time. Each verb is one round trip and fails with the kernel's errno, code System.
/// Hand-written over libmnl, because libnl-route would double the helper's start-up time for a dozen messages.
class Netlink {
public:
    /// In the calling thread's network namespace.
    static Result<Netlink> open();

    Result<std::vector<Link>> links();
    /// NotFound when no such link exists.
    Result<Link> link(std::string_view name);
    /// A bridge without IP address, down. Its hardware address is set once, at random: else it would be the lowest of its
    /// ports' and change under the neighbours that know it. Errors: systemError() EEXIST when the name is taken.
    Result<void> addBridge(const BridgeRequest& request);
    Result<void> addVeth(const VethRequest& request);
    Result<void> removeLink(int index);
    Result<void> setUp(int index);
    Result<void> addAddress(int index, const Subnet& subnet);
    /// The default route of the gateway's family goes through it from now on.
    Result<void> setDefaultRoute(Address gateway);
    /// None = success.
    Result<void> removeDefaultRoute(Family family);
    /// Every address of the namespace with its link's index, IPv6 link-local ones left out.
    Result<std::vector<std::pair<int, Subnet>>> addresses();
    /// Destinations of every route in the main table, except default and link-local ones.
    Result<std::vector<Subnet>> routes();

    /// Loopback up; the link up with its addresses; default routes: sent as one batch, so that a container's side costs
    /// one system call.
    Result<void> configure(const LinkConfig& config);

private:
    explicit Netlink(UniqueFd socket)
        : m_socket(std::move(socket))
    {
    }

    using Reader = std::function<void(const nlmsghdr&)>;
    /// Sends the messages in `bytes` (each asks for an acknowledgement) and waits for `count` of them; the first
    /// refusal is the result.
    Result<void> transact(std::span<std::byte> bytes, std::size_t count, std::string_view what);
    Result<void> dump(std::uint16_t type, std::uint8_t family, std::string_view what, const Reader& reader);

    UniqueFd m_socket;
    std::uint32_t m_sequence = 0;
};

/// Runs `work` on this thread inside another network namespace and comes back. If coming back fails the process ends:
/// a worker thread that stays in a container's namespace must not serve another request.
Result<void> inNetworkNamespace(int namespaceFd, const std::function<Result<void>()>& work);

} // namespace darsena::network
