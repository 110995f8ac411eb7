// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/firewall_watch.h"

#include "core/base/unique_fd.h"

#include <array>
#include <cerrno>

#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace darsena::network {

namespace {

/// A reload of the host's firewall comes as many messages: let it finish, then look once.
constexpr int kBurstMs = 300;

void watch(const std::stop_token& stop, int socket, int wake, const std::function<void()>& changed)
{
    const std::stop_callback onStop(stop, [&] {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(wake, &one, sizeof one);
    });
    std::array<char, 8192> room;
    while (!stop.stop_requested()) {
        std::array<pollfd, 2> fds{{{socket, POLLIN, 0}, {wake, POLLIN, 0}}};
        if (::poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR)
            return;
        if (stop.stop_requested())
            return;
        (void)::poll(&fds[1], 1, kBurstMs);
        // ENOBUFS (too many messages to keep) is a message, too.
        while (::recv(socket, room.data(), room.size(), 0) > 0 || errno == ENOBUFS) { }
        if (!stop.stop_requested())
            changed();
    }
}

} // namespace

Result<std::unique_ptr<FirewallWatch>> FirewallWatch::start(std::function<void()> changed)
{
    UniqueFd socket = UniqueFd::adopt(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_NETFILTER));
    UniqueFd wake = UniqueFd::adopt(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!socket || !wake)
        return Error::system(errno, "watch the firewall");
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = 1U << (NFNLGRP_NFTABLES - 1);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0)
        return Error::system(errno, "watch the firewall");
    std::jthread thread([socket = std::move(socket), wake = std::move(wake), changed = std::move(changed)](const std::stop_token& stop) {
        watch(stop, socket.get(), wake.get(), changed);
    });
    return std::unique_ptr<FirewallWatch>(new FirewallWatch(std::move(thread)));
}

FirewallWatch::~FirewallWatch()
{
    m_thread.request_stop();
    m_thread.join();
}

} // namespace darsena::network
