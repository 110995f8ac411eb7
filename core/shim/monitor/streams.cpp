// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/shim/monitor/streams.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

namespace darsena::shim {

namespace {

constexpr std::size_t chunk = 32 * 1024;
constexpr std::size_t maxInput = 32 * 1024;
constexpr std::ptrdiff_t maxHungUp = 16;
constexpr std::int64_t stallLimit = 60'000; // milliseconds

char buffer[chunk]; // one thread, one buffer; in .bss, so that it costs nothing before it is used

std::int64_t milliseconds()
{
    timespec now {};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t { now.tv_sec } * 1000 + now.tv_nsec / 1'000'000;
}

void setNonBlocking(int fd)
{
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
}

} // namespace

void Streams::setTerminal(UniqueFd master)
{
    setNonBlocking(master.get());
    m_master = std::move(master);
}

void Streams::setPipes(UniqueFd input, UniqueFd output, UniqueFd error)
{
    m_input = std::move(input);
    m_output = std::move(output);
    m_error = std::move(error);
    for (const UniqueFd* fd : { &m_input, &m_output, &m_error }) {
        if (fd->valid())
            setNonBlocking(fd->get());
    }
}

void Streams::attach(UniqueFd connection, std::uint32_t flags)
{
    Client client;
    client.fd = std::move(connection);
    client.flags = flags;
    m_clients.push_back(std::move(client));
}

bool Streams::mayRead() const
{
    return std::ranges::none_of(m_clients, &Client::hasPending);
}

void Streams::collect(std::vector<pollfd>& out, int& timeout) const
{
    const short output = mayRead() ? POLLIN : 0;
    for (const UniqueFd* source : { &m_master, &m_output, &m_error }) {
        // Without POLLIN a closed pipe would still wake us with POLLHUP, again and again.
        if (source->valid() && output != 0)
            out.push_back({ source->get(), output, 0 });
    }
    const int input = m_terminal ? m_master.get() : m_input.get();
    if (input >= 0 && !m_inputPending.empty()) {
        if (m_terminal && output != 0)
            out.back().events |= POLLOUT;
        else
            out.push_back({ input, POLLOUT, 0 });
    } else if (input >= 0 && !m_terminal) {
        out.push_back({ input, 0, 0 }); // tells when the reader has gone
    }
    for (const Client& client : m_clients) {
        // What it said waits for what was said before; its hang-up would wake us again and again.
        if (client.hungUp && !m_inputPending.empty())
            continue;
        short events = client.hasPending() ? POLLOUT : 0;
        if (!client.inputEnded && m_inputPending.empty())
            events = static_cast<short>(events | POLLIN);
        out.push_back({ client.fd.get(), events, 0 });
        if (client.stalledSince != 0) {
            const std::int64_t left = std::max<std::int64_t>(client.stalledSince + stallLimit - milliseconds(), 0);
            timeout = timeout < 0 ? static_cast<int>(left) : std::min(timeout, static_cast<int>(left));
        }
    }
}

bool Streams::handle(const pollfd& ready)
{
    if (ready.fd == m_master.get()) {
        if ((ready.revents & POLLOUT) != 0)
            writeInput();
        if ((ready.revents & (POLLIN | POLLHUP | POLLERR)) != 0)
            readOutput(m_master, LogWriter::Output);
        return true;
    }
    if (ready.fd == m_output.get()) {
        readOutput(m_output, LogWriter::Output);
        return true;
    }
    if (ready.fd == m_error.get()) {
        readOutput(m_error, LogWriter::Error);
        return true;
    }
    if (ready.fd == m_input.get()) {
        if ((ready.revents & (POLLERR | POLLHUP)) != 0) {
            m_inputPending.clear();
            m_input.reset();
        } else {
            writeInput();
        }
        return true;
    }
    const auto client = std::ranges::find_if(m_clients, [&](const Client& c) { return c.fd.get() == ready.fd; });
    if (client == m_clients.end())
        return false;
    if ((ready.revents & (POLLHUP | POLLERR)) != 0)
        hangUp(*client);
    bool alive = (ready.revents & POLLNVAL) == 0;
    if (alive && (ready.revents & POLLOUT) != 0)
        alive = flushClient(*client);
    if (alive && (client->hungUp || (ready.revents & POLLIN) != 0))
        alive = readInput(*client);
    if (!alive)
        remove(client);
    return true;
}

/// It hears nothing more. What it said before is still passed on, for a few of its kind at a time.
void Streams::hangUp(Client& client)
{
    if (client.hungUp)
        return;
    client.hungUp = true;
    client.flags &= AttachInput;
    client.pending.clear();
    client.sent = 0;
    client.stalledSince = 0;
    client.inputEnded = client.inputEnded || std::ranges::count_if(m_clients, &Client::hungUp) > maxHungUp;
}

std::vector<Client>::iterator Streams::remove(std::vector<Client>::iterator client)
{
    const bool fed = (client->flags & AttachInput) != 0;
    const auto next = m_clients.erase(client);
    if (fed && m_stdinOnce)
        endInput();
    return next;
}

/// False when the source has ended or has nothing now.
bool Streams::readOutput(UniqueFd& source, LogWriter::Stream stream)
{
    const ssize_t length = ::read(source.get(), buffer, sizeof buffer);
    if (length > 0) {
        const std::string_view bytes(buffer, static_cast<std::size_t>(length));
        m_log.add(stream, bytes);
        deliver(stream, bytes);
        return true;
    }
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    source.reset(); // end of file; EIO is how a terminal says it
    return false;
}

void Streams::deliver(LogWriter::Stream stream, std::string_view bytes)
{
    const std::uint32_t wanted = stream == LogWriter::Output ? AttachOutput : AttachError;
    const unsigned char kind = stream == LogWriter::Output ? 1 : 2;
    const std::size_t size = bytes.size();
    // Docker's frame: stream, three zeros, length big-endian.
    const char header[8] = { static_cast<char>(kind), 0, 0, 0, static_cast<char>(size >> 24), static_cast<char>(size >> 16),
        static_cast<char>(size >> 8), static_cast<char>(size) };
    for (auto client = m_clients.begin(); client != m_clients.end();) {
        if ((client->flags & wanted) == 0) {
            ++client;
            continue;
        }
        if (!client->hasPending()) {
            client->pending.clear();
            client->sent = 0;
        }
        if (!m_terminal)
            client->pending.append(header, sizeof header);
        client->pending.append(bytes);
        if (flushClient(*client))
            ++client;
        else
            client = remove(client);
    }
}

/// False when the client is gone.
bool Streams::flushClient(Client& client)
{
    while (client.hasPending()) {
        const ssize_t sent = ::send(client.fd.get(), client.pending.data() + client.sent, client.pending.size() - client.sent,
            MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            client.sent += static_cast<std::size_t>(sent);
            client.stalledSince = 0;
            continue;
        }
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN)
            return false;
        if (client.stalledSince == 0)
            client.stalledSince = milliseconds();
        return true;
    }
    std::string().swap(client.pending);
    client.sent = 0;
    client.stalledSince = 0;
    return true;
}

/// False when the client has gone entirely. A half-close (end of file without a hang-up) only ends its input.
bool Streams::readInput(Client& client)
{
    char input[4096];
    if (client.inputEnded)
        return !client.hungUp;
    if (!m_inputPending.empty())
        return true;
    const ssize_t length = ::recv(client.fd.get(), input, sizeof input, MSG_DONTWAIT);
    if (length < 0)
        return errno == EAGAIN || errno == EINTR;
    if (length > 0) {
        const bool open = m_terminal ? m_master.valid() : m_input.valid();
        if ((client.flags & AttachInput) != 0 && open) {
            m_inputPending.append(input, static_cast<std::size_t>(length));
            writeInput();
        }
        return true;
    }
    client.inputEnded = true;
    // As Docker: others may have something to say later, unless one client is all there will be.
    if (!client.hungUp && (client.flags & AttachInput) != 0 && m_stdinOnce)
        endInput();
    return !client.hungUp;
}

void Streams::writeInput()
{
    const int target = m_terminal ? m_master.get() : m_input.get();
    while (target >= 0 && !m_inputPending.empty()) {
        const ssize_t written = ::write(target, m_inputPending.data(), m_inputPending.size());
        if (written > 0) {
            m_inputPending.erase(0, static_cast<std::size_t>(written));
            continue;
        }
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN) {
            m_inputPending.clear();
            m_input.reset();
        }
        break;
    }
    if (m_inputPending.empty() && m_endInputAfter)
        m_input.reset();
}

/// A terminal has no end of input that we could make: its user types Ctrl-D.
void Streams::endInput()
{
    if (m_inputPending.empty())
        m_input.reset();
    else
        m_endInputAfter = true;
}

void Streams::dropStalled()
{
    const auto stalled = [](const Client& c) { return c.stalledSince != 0 && milliseconds() - c.stalledSince >= stallLimit; };
    for (auto client = m_clients.begin(); client != m_clients.end();)
        client = stalled(*client) ? remove(client) : client + 1;
}

void Streams::drain()
{
    // What the pipes hold is bounded, and nobody of the container writes any more. A program that got away with a pipe
    // (it can in the host's pid namespace) is not waited for.
    for (int rounds = 0; rounds < 64 && m_master && readOutput(m_master, LogWriter::Output); ++rounds) { }
    for (int rounds = 0; rounds < 64 && m_output && readOutput(m_output, LogWriter::Output); ++rounds) { }
    for (int rounds = 0; rounds < 64 && m_error && readOutput(m_error, LogWriter::Error); ++rounds) { }
    m_log.finish();
    m_master.reset(), m_output.reset(), m_error.reset(), m_input.reset();
    m_inputPending.clear();
}

bool Streams::busy() const
{
    return std::ranges::any_of(m_clients, &Client::hasPending);
}

} // namespace darsena::shim
