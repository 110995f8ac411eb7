// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/name_lookup.h"

#include "core/network/netlink.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <netinet/in.h>
#include <sys/random.h>
#include <sys/socket.h>

namespace darsena::network {

namespace {

constexpr std::uint16_t kPort = 53;

Result<UniqueFd> connectTo(const Address& address, bool tcp)
{
    const int type = (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK;
    UniqueFd socket = UniqueFd::adopt(::socket(address.isV6() ? AF_INET6 : AF_INET, type, 0));
    if (!socket)
        return Error::system(errno, "ask a name server");
    const auto bytes = address.bytes();
    sockaddr_in inet{};
    inet.sin_family = AF_INET;
    inet.sin_port = htons(kPort);
    inet.sin_addr.s_addr = htonl(static_cast<std::uint32_t>(address.bits));
    sockaddr_in6 inet6{};
    inet6.sin6_family = AF_INET6;
    inet6.sin6_port = htons(kPort);
    std::copy_n(bytes.begin(), 16, inet6.sin6_addr.s6_addr);
    const auto* target = address.isV6() ? reinterpret_cast<const sockaddr*>(&inet6) : reinterpret_cast<const sockaddr*>(&inet);
    const auto length = static_cast<socklen_t>(address.isV6() ? sizeof inet6 : sizeof inet);
    // Connected, so that nobody else's packets come in and refusals are told.
    if (::connect(socket.get(), target, length) < 0 && errno != EINPROGRESS)
        return Error::system(errno, fmt::format("ask the name server {}", address.text()));
    return socket;
}

} // namespace

NameLookup::NameLookup(std::vector<std::uint8_t> request, dns::Query query, bool tcp)
    : m_request(std::move(request))
    , m_query(std::move(query))
    , m_tcp(tcp)
{
}

Result<void> NameLookup::ask(const NameUpstream& server, int networkNamespace)
{
    m_socket.reset();
    m_in.clear();
    if (networkNamespace >= 0 && server.fromContainer) {
        const auto opened = inNetworkNamespace(networkNamespace, [&]() -> Result<void> {
            m_socket = TRY(connectTo(server.address, m_tcp));
            return {};
        });
        if (!opened)
            return opened;
    } else {
        m_socket = TRY(connectTo(server.address, m_tcp));
    }
    m_sent = m_request;
    std::uint16_t id = 0;
    [[maybe_unused]] const auto got = ::getrandom(&id, sizeof id, 0); // small requests cannot fail
    dns::setId(m_sent, id);
    if (m_tcp) {
        m_out = {static_cast<std::uint8_t>(m_sent.size() >> 8), static_cast<std::uint8_t>(m_sent.size())};
        m_out.insert(m_out.end(), m_sent.begin(), m_sent.end());
        return {};
    }
    if (::send(m_socket.get(), m_sent.data(), m_sent.size(), MSG_NOSIGNAL) < 0)
        return Error::system(errno, fmt::format("ask the name server {}", server.address.text()));
    return {};
}

Result<std::optional<std::vector<std::uint8_t>>> NameLookup::proceed()
{
    return m_tcp ? proceedTcp() : proceedUdp();
}

std::optional<std::vector<std::uint8_t>> NameLookup::accepted(std::vector<std::uint8_t> answer) const
{
    if (!dns::answers(answer, m_sent, m_query.questionEnd))
        return {};
    dns::setId(answer, m_query.id);
    return answer;
}

Result<std::optional<std::vector<std::uint8_t>>> NameLookup::proceedUdp()
{
    std::array<std::uint8_t, 65535> room; // NOLINT: written by recv
    for (;;) {
        const ssize_t got = ::recv(m_socket.get(), room.data(), room.size(), 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errno == EAGAIN ? Result<std::optional<std::vector<std::uint8_t>>>(std::nullopt) : Error::system(errno, "hear a name server");
        // What answers something else is a forgery or late: the right one may still come.
        if (auto answer = accepted({room.begin(), room.begin() + got}))
            return answer;
    }
}

Result<std::optional<std::vector<std::uint8_t>>> NameLookup::proceedTcp()
{
    while (!m_out.empty()) {
        const ssize_t sent = ::send(m_socket.get(), m_out.data(), m_out.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return errno == EAGAIN ? Result<std::optional<std::vector<std::uint8_t>>>(std::nullopt) : Error::system(errno, "ask a name server");
        m_out.erase(m_out.begin(), m_out.begin() + sent);
    }
    std::array<std::uint8_t, 4096> room;
    for (;;) {
        const ssize_t got = ::recv(m_socket.get(), room.data(), room.size(), 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errno == EAGAIN ? Result<std::optional<std::vector<std::uint8_t>>>(std::nullopt) : Error::system(errno, "hear a name server");
        if (got == 0)
            return Error(ErrorCode::System, "a name server hung up");
        m_in.insert(m_in.end(), room.begin(), room.begin() + got);
        const std::size_t length = m_in.size() < 2 ? 0 : static_cast<std::size_t>(m_in[0] << 8 | m_in[1]);
        if (m_in.size() < 2 || m_in.size() < length + 2)
            continue;
        if (auto answer = accepted({m_in.begin() + 2, m_in.begin() + 2 + static_cast<std::ptrdiff_t>(length)}))
            return answer;
        return Error(ErrorCode::System, "a name server answered something else");
    }
}

} // namespace darsena::network
