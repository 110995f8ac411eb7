// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/server/splice.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <functional>

#include <poll.h>
#include <sys/socket.h>

namespace darsena::server {
namespace {

constexpr std::size_t bufferBytes = 64 * 1024;

/// One way: from a socket through a buffer to another.
class Way {
public:
    using Filter = std::function<std::string(std::string_view)>;

    /// Everything read goes through the filter, if there is one.
    Way(int from, int to, Filter filter)
        : m_from(from)
        , m_to(to)
        , m_filter(std::move(filter))
    {
    }

    bool wantsRead() const { return !m_readEnded && m_buffer.size() < bufferBytes; }
    bool readEnded() const { return m_readEnded; }
    bool writeEnded() const { return m_writeEnded; }
    bool wantsWrite() const { return !m_writeEnded && m_offset < m_buffer.size(); }
    /// Everything read was written, and there will be no more.
    bool ended() const { return m_writeEnded || (m_readEnded && !wantsWrite()); }

    void take(std::string_view bytes)
    {
        if (m_filter)
            m_buffer += m_filter(bytes);
        else
            m_buffer += bytes;
    }
    void read()
    {
        std::array<char, bufferBytes> bytes;
        const ssize_t count = ::recv(m_from, bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (count > 0)
            take({ bytes.data(), static_cast<std::size_t>(count) });
        else if (count == 0 || (errno != EAGAIN && errno != EINTR))
            m_readEnded = true;
    }
    void write()
    {
        const ssize_t count = ::send(m_to, m_buffer.data() + m_offset, m_buffer.size() - m_offset, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count >= 0) {
            m_offset += static_cast<std::size_t>(count);
            if (m_offset == m_buffer.size()) {
                m_buffer.clear();
                m_offset = 0;
            }
        } else if (errno != EAGAIN && errno != EINTR) {
            m_writeEnded = true;
        }
    }
    /// Passes the end on, once.
    void passEnd()
    {
        if (ended() && !m_endPassed) {
            m_endPassed = true;
            ::shutdown(m_to, SHUT_WR);
        }
    }

private:
    int m_from;
    int m_to;
    Filter m_filter;
    std::string m_buffer;
    std::size_t m_offset = 0;
    bool m_readEnded = false;
    bool m_writeEnded = false;
    bool m_endPassed = false;
};

short events(const Way& reads, const Way& writes)
{
    int events = 0;
    if (reads.wantsRead())
        events |= POLLIN;
    if (writes.wantsWrite())
        events |= POLLOUT;
    return static_cast<short>(events);
}

/// The client is gone, and nobody hears the answer any more; what it had said before it went is still said. Not for ever:
/// whoever reads nothing gets the rest not.
void deliverRest(Way& input, const UniqueFd& stream, const Connection& client)
{
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!input.writeEnded() && std::chrono::steady_clock::now() < end) {
        if (input.wantsRead())
            input.read();
        if (!input.wantsWrite()) {
            if (input.readEnded())
                return;
            continue;
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
        std::array<pollfd, 2> fds { pollfd { stream.get(), POLLIN | POLLOUT, 0 }, pollfd { client.stop().fd(), POLLIN, 0 } };
        if (::poll(fds.data(), fds.size(), static_cast<int>(left)) == 0 || fds[1].revents != 0)
            return;
        std::array<char, bufferBytes> unheard;
        if (fds[0].revents & POLLIN && ::recv(stream.get(), unheard.data(), unheard.size(), MSG_DONTWAIT) == 0 && !(fds[0].revents & POLLOUT))
            return;
        if (fds[0].revents & (POLLOUT | POLLERR | POLLHUP))
            input.write();
    }
}

} // namespace

void splice(Connection& client, const UniqueFd& stream, std::string early, bool in, std::optional<engine::DetachKeys> detach)
{
    bool detached = false;
    Way::Filter filter;
    if (!in) {
        filter = [](std::string_view) { return std::string(); };
        ::shutdown(stream.get(), SHUT_WR);
    } else if (detach) {
        filter = [&](std::string_view typed) {
            auto fed = detach->feed(typed);
            detached = detached || fed.detach;
            return std::move(fed.pass);
        };
    }
    Way input(client.fd(), stream.get(), std::move(filter));
    Way output(stream.get(), client.fd(), {});
    input.take(early);
    while (!output.ended()) {
        // A way that is over must not keep poll() awake: its descriptor is left out where nothing is asked of it. POLLHUP
        // comes unasked; for the client it means that both of its sides are closed.
        const short streamEvents = events(output, input);
        std::array<pollfd, 3> fds { pollfd { client.fd(), events(input, output), 0 },
            pollfd { streamEvents != 0 ? stream.get() : -1, streamEvents, 0 }, pollfd { client.stop().fd(), POLLIN, 0 } };
        if (::poll(fds.data(), fds.size(), -1) < 0) {
            if (errno == EINTR)
                continue;
            return;
        }
        if (fds[2].revents != 0)
            return;
        if (fds[0].revents & (POLLHUP | POLLERR)) {
            deliverRest(input, stream, client);
            return;
        }
        if (fds[0].revents & POLLIN)
            input.read();
        if (fds[1].revents & (POLLIN | POLLHUP | POLLERR) && output.wantsRead())
            output.read();
        if (input.wantsWrite())
            input.write();
        if (detached && !input.wantsWrite())
            return;
        if (output.wantsWrite())
            output.write();
        if (in)
            input.passEnd();
    }
}

} // namespace darsena::server
