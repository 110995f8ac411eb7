// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/port_reservation.h"

#include <cerrno>

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace darsena::network {

Result<PortReservation> reservePort(const PublishRequest& request)
{
    const int type = request.protocol == Protocol::Tcp ? SOCK_STREAM : SOCK_DGRAM;
    for (std::uint32_t port = request.firstHostPort; port <= request.lastHostPort; ++port) {
        UniqueFd socket = UniqueFd::adopt(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
        if (!socket)
            return Error::system(errno, "reserve a port");
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(request.hostAddress.bits);
        socklen_t length = sizeof address;
        if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), length) == 0) {
            if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &length) < 0)
                return Error::system(errno, "reserve a port");
            return PortReservation{ntohs(address.sin_port), std::move(socket)};
        }
        if (errno != EADDRINUSE)
            return Error::system(errno, fmt::format("reserve port {} on {}", port, request.hostAddress.text()));
    }
    return Error(ErrorCode::Conflict,
        fmt::format("Bind for {}:{} failed: port is already allocated", request.hostAddress.text(), request.firstHostPort));
}

} // namespace darsena::network
