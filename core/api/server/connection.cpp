// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/server/connection.h"

#include <array>
#include <cerrno>
#include <cstdint>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

namespace darsena::server {
namespace {

using namespace std::chrono_literals;

Error clientLost()
{
    return Error(ErrorCode::Unavailable, "the client is gone");
}

/// poll() that goes on after signals; -1 = no limit.
int pollAll(std::span<pollfd> fds, std::chrono::milliseconds limit)
{
    const auto end = std::chrono::steady_clock::now() + limit;
    while (true) {
        int rest = -1;
        if (limit >= 0ms) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
            rest = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, INT32_MAX));
        }
        const int ready = ::poll(fds.data(), fds.size(), rest);
        if (ready >= 0 || errno != EINTR)
            return ready;
    }
}

} // namespace

Connection::Connection(UniqueFd fd, const StopSignal& stop)
    : m_fd(std::move(fd))
    , m_stop(stop)
{
    // Whoever accepted may have made it non-blocking.
    const int flags = ::fcntl(m_fd.get(), F_GETFL);
    if (flags >= 0)
        ::fcntl(m_fd.get(), F_SETFL, flags & ~O_NONBLOCK);
}

Result<std::size_t> Connection::receive(std::span<char> buffer, std::chrono::milliseconds limit)
{
    std::array<pollfd, 2> fds { pollfd { m_fd.get(), POLLIN, 0 }, pollfd { m_stop.fd(), POLLIN, 0 } };
    const int ready = pollAll(fds, limit);
    if (ready == 0)
        return Error(ErrorCode::Unavailable, "the client sent nothing for too long");
    if (fds[0].revents == 0 && fds[1].revents != 0)
        return Error(ErrorCode::Cancelled, "the engine is stopping");
    ssize_t count = 0;
    do {
        count = ::recv(m_fd.get(), buffer.data(), buffer.size(), 0);
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return clientLost();
    return static_cast<std::size_t>(count);
}

Result<void> Connection::send(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t sent = ::send(m_fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return clientLost();
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
}

void Connection::closeGently()
{
    ::shutdown(m_fd.get(), SHUT_WR);
    std::array<char, 64 * 1024> buffer;
    const auto end = std::chrono::steady_clock::now() + 2s;
    while (std::chrono::steady_clock::now() < end) {
        const auto count = receive(buffer, 500ms);
        if (!count || *count == 0)
            return;
    }
}

bool Connection::waitFor(int fd, std::optional<std::chrono::milliseconds> limit)
{
    std::array<pollfd, 3> fds { pollfd { fd, POLLIN, 0 }, pollfd { m_fd.get(), POLLRDHUP, 0 }, pollfd { m_stop.fd(), POLLIN, 0 } };
    if (pollAll(fds, limit.value_or(-1ms)) <= 0)
        return false;
    return fds[1].revents == 0 && fds[2].revents == 0 && fds[0].revents != 0;
}

bool Connection::waitForHalfClosed(int fd)
{
    // With no event asked for, poll() still reports POLLHUP: both sides closed.
    std::array<pollfd, 3> fds { pollfd { fd, POLLIN, 0 }, pollfd { m_fd.get(), 0, 0 }, pollfd { m_stop.fd(), POLLIN, 0 } };
    if (pollAll(fds, -1ms) <= 0)
        return false;
    return fds[1].revents == 0 && fds[2].revents == 0 && fds[0].revents != 0;
}

bool Connection::clientGone() const
{
    pollfd client { m_fd.get(), POLLRDHUP, 0 };
    return ::poll(&client, 1, 0) > 0;
}

ClientWatch::ClientWatch(const Connection& connection)
    : m_end(UniqueFd::adopt(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)))
{
    m_thread = std::thread([this, client = connection.fd(), stop = connection.stop().fd()] {
        std::array<pollfd, 3> fds { pollfd { client, POLLRDHUP, 0 }, pollfd { stop, POLLIN, 0 }, pollfd { m_end.get(), POLLIN, 0 } };
        if (pollAll(fds, -1ms) > 0 && (fds[0].revents != 0 || fds[1].revents != 0))
            m_source.request_stop();
    });
}

ClientWatch::~ClientWatch()
{
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(m_end.get(), &one, sizeof one);
    m_thread.join();
}

} // namespace darsena::server
