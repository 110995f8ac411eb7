// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace darsena::helper {

/// What a service manager hands to a service that it starts: a socket that listens already, and where to say how it is.
/// systemd's protocol (sd_listen_fds(3), sd_notify(3)) is three variables and a datagram; by hand, since libsystemd brings
/// four libraries into memory and wants the environment, which settleProcess() clears. Main thread.
class ServiceManager {
public:
    /// Reads the environment: before settleProcess(). Without a service manager everything is empty.
    /// Errors: Invalid when what was handed over is not one listening Unix stream socket with a path.
    static Result<ServiceManager> fromEnvironment();

    /// The socket, once.
    UniqueFd takeSocket() { return std::move(m_socket); }
    /// Where it listens.
    const std::optional<std::filesystem::path>& socketPath() const { return m_socketPath; }
    /// "READY=1", "STOPPING=1". A service manager that does not hear it is its own trouble.
    void notify(std::string_view state) const;

private:
    UniqueFd m_socket;
    std::optional<std::filesystem::path> m_socketPath;
    std::string m_notifyAddress;
};

} // namespace darsena::helper
