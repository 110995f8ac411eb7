// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/server/access.h"
#include "core/api/server/connection.h"
#include "core/base/result.h"
#include "core/helper/admission.h"

#include <chrono>
#include <filesystem>
#include <string>

namespace darsena::helper {

/// Asks polkit about strangers, through darsena-authorize. Any thread.
class Authorizer {
public:
    static constexpr const char* systemBus = "unix:path=/run/dbus/system_bus_socket";
    static constexpr std::chrono::minutes personLimit { 2 };

    /// `limit` bounds the answer: a person may have to look for a password.
    Authorizer(std::filesystem::path program, std::string busAddress, std::chrono::milliseconds limit = personLimit)
        : m_program(std::move(program))
        , m_busAddress(std::move(busAddress))
        , m_limit(limit)
    {
    }

    /// Whether the peer, whose name on the bus is said to be `busName`, may. Blocks, but no longer than the client stays.
    /// Errors: Denied, with the reason; anything but a plain yes is one.
    Result<void> ask(const Peer& peer, const std::string& busName, server::Access access, bool interactive, server::Connection& connection) const;

private:
    std::filesystem::path m_program;
    std::string m_busAddress;
    std::chrono::milliseconds m_limit;
};

} // namespace darsena::helper
