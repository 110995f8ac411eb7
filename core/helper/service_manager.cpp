// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helper/service_manager.h"

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace darsena::helper {
namespace {

constexpr int firstInherited = 3; // SD_LISTEN_FDS_START

std::string_view variable(const char* name)
{
    const char* const value = std::getenv(name);
    return value != nullptr ? value : "";
}

std::optional<int> number(std::string_view text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

int socketOption(int socket, int option)
{
    int value = -1;
    socklen_t length = sizeof value;
    return ::getsockopt(socket, SOL_SOCKET, option, &value, &length) == 0 ? value : -1;
}

/// Errors: Invalid when it is anything but a listening Unix stream socket with a path.
Result<std::filesystem::path> listeningPath(int socket)
{
    sockaddr_un address {};
    socklen_t length = sizeof address;
    if (socketOption(socket, SO_DOMAIN) != AF_UNIX || socketOption(socket, SO_TYPE) != SOCK_STREAM || socketOption(socket, SO_ACCEPTCONN) != 1
        || ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length) != 0)
        return Error(ErrorCode::Invalid, "what the service manager handed over is not a listening Unix socket");
    // An abstract name begins with a NUL: it has no owner and no mode, and containers on the host's network reach it.
    if (address.sun_path[0] != '/')
        return Error(ErrorCode::Invalid, "the socket that the service manager handed over has no absolute path");
    return std::filesystem::path(std::string(address.sun_path, ::strnlen(address.sun_path, sizeof address.sun_path)));
}

} // namespace

Result<ServiceManager> ServiceManager::fromEnvironment()
{
    ServiceManager manager;
    manager.m_notifyAddress = variable("NOTIFY_SOCKET");
    // Both are about the process they name: one that merely inherited the variables has no such descriptors.
    if (number(variable("LISTEN_PID")) != ::getpid())
        return manager;
    if (number(variable("LISTEN_FDS")) != 1)
        return Error(ErrorCode::Invalid, "the service manager must hand over exactly one socket");
    manager.m_socket = UniqueFd::adopt(firstInherited);
    manager.m_socketPath = TRY(listeningPath(firstInherited));
    if (::fcntl(firstInherited, F_SETFD, FD_CLOEXEC) != 0 || ::fcntl(firstInherited, F_SETFL, O_NONBLOCK) != 0)
        return Error::system(errno, "the socket of the service manager");
    return manager;
}

void ServiceManager::notify(std::string_view state) const
{
    sockaddr_un address {};
    address.sun_family = AF_UNIX;
    if (m_notifyAddress.empty() || m_notifyAddress.size() >= sizeof address.sun_path)
        return;
    std::memcpy(address.sun_path, m_notifyAddress.data(), m_notifyAddress.size());
    if (address.sun_path[0] == '@')
        address.sun_path[0] = '\0';
    const UniqueFd socket = UniqueFd::adopt(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + m_notifyAddress.size());
    [[maybe_unused]] const ssize_t sent
        = ::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), length);
}

} // namespace darsena::helper
