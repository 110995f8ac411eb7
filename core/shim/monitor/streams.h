// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/unique_fd.h"
#include "core/shim/monitor/log_writer.h"
#include "core/shim/protocol.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <poll.h>

namespace darsena::shim {

/// One connection that carries the container's streams.
struct Client {
    UniqueFd fd;
    std::uint32_t flags = 0; ///< AttachFlags
    std::string pending; ///< output that the connection did not take yet
    std::size_t sent = 0; ///< of pending
    std::int64_t stalledSince = 0; ///< monotonic milliseconds; 0 = nothing is waiting
    bool inputEnded = false;
    bool hungUp = false; ///< hears nothing more
    bool hasPending() const { return sent < pending.size(); }
};

/// The container's streams, its log and its attached clients. Output is read only while no client has some left to take:
/// at most one chunk a client is ever held. All descriptors are non-blocking.
class Streams {
public:
    Streams(LogWriter log, bool terminal, bool stdinOnce)
        : m_log(std::move(log))
        , m_terminal(terminal)
        , m_stdinOnce(stdinOnce)
    {
    }

    void setTerminal(UniqueFd master);
    void setPipes(UniqueFd input, UniqueFd output, UniqueFd error);
    int terminal() const { return m_master.get(); }
    std::uint64_t logSize() const { return m_log.size(); }

    void attach(UniqueFd connection, std::uint32_t flags);

    /// Adds what to wait for, and lowers `timeout` (milliseconds, -1 = none) to when a stalled client is to be dropped.
    void collect(std::vector<pollfd>& out, int& timeout) const;
    /// Acts on one descriptor that collect() added; false when it is not one of ours.
    bool handle(const pollfd& ready);
    void dropStalled();

    /// The container has ended: reads what is left without waiting for clients, ends the log, and closes the streams.
    void drain();
    /// Clients still have output to take.
    bool busy() const;
    void closeClients() { m_clients.clear(); }

private:
    bool readOutput(UniqueFd& source, LogWriter::Stream stream);
    void deliver(LogWriter::Stream stream, std::string_view bytes);
    bool flushClient(Client& client);
    bool readInput(Client& client);
    void hangUp(Client& client);
    void writeInput();
    std::vector<Client>::iterator remove(std::vector<Client>::iterator client);
    void endInput();
    bool mayRead() const;

    LogWriter m_log;
    bool m_terminal, m_stdinOnce;
    UniqueFd m_master; ///< terminal
    UniqueFd m_input, m_output, m_error; ///< pipes
    std::string m_inputPending;
    bool m_endInputAfter = false;
    std::vector<Client> m_clients;
};

} // namespace darsena::shim
