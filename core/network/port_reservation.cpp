// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/port_reservation.h"

#include <cerrno>

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace darsena::network {

namespace {

/// How often another free port is tried for when the one that the kernel chose on one address is taken on the next.
constexpr int kMaxRandomTries = 64;

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t length = 0;
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

SocketAddress socketAddress(const Address& address, std::uint16_t port)
{
    SocketAddress result;
    const auto bytes = address.bytes();
    if (address.isV6()) {
        auto* inet6 = reinterpret_cast<sockaddr_in6*>(&result.storage);
        inet6->sin6_family = AF_INET6;
        inet6->sin6_port = htons(port);
        std::copy_n(bytes.begin(), 16, inet6->sin6_addr.s6_addr);
        result.length = sizeof(sockaddr_in6);
    } else {
        auto* inet = reinterpret_cast<sockaddr_in*>(&result.storage);
        inet->sin_family = AF_INET;
        inet->sin_port = htons(port);
        inet->sin_addr.s_addr = htonl(static_cast<std::uint32_t>(address.bits));
        result.length = sizeof(sockaddr_in);
    }
    return result;
}

/// Port 0 asks for any. Without a value: the port is taken.
Result<std::optional<std::pair<std::uint16_t, UniqueFd>>> bindOne(Protocol protocol, const Address& address, std::uint16_t port)
{
    // Without SCTP in the kernel nothing of the host can hold such a port; a UDP socket then stands for it among containers.
    const int family = address.isV6() ? AF_INET6 : AF_INET;
    UniqueFd socket;
    if (protocol == Protocol::Sctp)
        socket = UniqueFd::adopt(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_SCTP));
    if (!socket)
        socket = UniqueFd::adopt(::socket(family, (protocol == Protocol::Tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0));
    if (!socket)
        return Error::system(errno, "reserve a port");
    const int yes = 1;
    if (address.isV6() && ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes) < 0)
        return Error::system(errno, "reserve a port");
    SocketAddress wanted = socketAddress(address, port);
    if (::bind(socket.get(), wanted.get(), wanted.length) < 0) {
        if (errno == EADDRINUSE)
            return std::optional<std::pair<std::uint16_t, UniqueFd>>();
        if (errno == EADDRNOTAVAIL)
            return Error(ErrorCode::Invalid,
                fmt::format("failed to bind host port for {}:{}: cannot assign requested address", address.textForPort(), port));
        return Error::system(errno, fmt::format("reserve port {} on {}", port, address.text()));
    }
    if (::getsockname(socket.get(), wanted.get(), &wanted.length) < 0)
        return Error::system(errno, "reserve a port");
    const auto bound = address.isV6() ? reinterpret_cast<const sockaddr_in6*>(&wanted.storage)->sin6_port
                                      : reinterpret_cast<const sockaddr_in*>(&wanted.storage)->sin_port;
    return std::optional(std::pair(ntohs(bound), std::move(socket)));
}

/// All of the addresses at one port, or no value.
Result<std::optional<PortReservation>> bindAll(Protocol protocol, const std::vector<Address>& addresses, std::uint16_t port)
{
    PortReservation reservation{port, {}};
    for (const Address& address : addresses) {
        auto bound = TRY(bindOne(protocol, address, reservation.port));
        if (!bound)
            return std::optional<PortReservation>();
        reservation.port = bound->first;
        reservation.sockets.push_back(std::move(bound->second));
    }
    return std::optional(std::move(reservation));
}

} // namespace

Result<PortReservation> reservePort(const PublishRequest& request, const std::vector<Address>& addresses)
{
    const bool any = request.firstHostPort == 0;
    const std::uint32_t first = any ? 1 : request.firstHostPort;
    const std::uint32_t last = any ? kMaxRandomTries : request.lastHostPort;
    for (std::uint32_t port = first; port <= last; ++port) {
        if (auto reservation = TRY(bindAll(request.protocol, addresses, any ? std::uint16_t{0} : static_cast<std::uint16_t>(port))))
            return std::move(*reservation);
    }
    const std::string where = addresses.empty() ? "0.0.0.0" : addresses.front().textForPort();
    return Error(ErrorCode::Conflict, fmt::format("Bind for {}:{} failed: port is already allocated", where, request.firstHostPort));
}

} // namespace darsena::network
