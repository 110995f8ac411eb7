// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helper/stranger.h"

#include "core/api/http/caller_headers.h"
#include "core/base/log.h"
#include "core/os/process.h"

#include <algorithm>

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

namespace darsena::helper {
namespace {

constexpr std::size_t maxNameBytes = 255; // D-Bus's own bound

/// The process that connected, held so that its number cannot become another's. Linux 6.5 knows exactly which one it was;
/// before, it is looked up by number right after the connection came, and a number that was reused in between can only
/// lead to a bus name of the same user, as the user is compared too.
UniqueFd processOf(int socket, pid_t pid)
{
    int fd = -1;
    socklen_t length = sizeof fd;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERPIDFD, &fd, &length) == 0)
        return UniqueFd::adopt(fd);
    auto process = pid > 0 ? os::openPidfd(pid) : Result<UniqueFd>(UniqueFd());
    return process ? std::move(*process) : UniqueFd();
}

/// ":1.42", never a well-known name.
bool isUniqueName(std::string_view name)
{
    const auto allowed = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-'; };
    return name.size() > 1 && name.size() <= maxNameBytes && name.front() == ':' && std::ranges::all_of(name.substr(1), allowed);
}

/// The only field of that name; two could be read in two ways. No value: there is none. Errors: Denied.
Result<std::string> busName(const http::Headers& headers)
{
    const auto isName = [](const auto& field) { return http::equalNoCase(field.first, http::busNameHeader); };
    const auto count = std::ranges::count_if(headers, isName);
    if (count == 0)
        return std::string();
    std::string name(headers.value(http::busNameHeader));
    if (count > 1 || !isUniqueName(name))
        return Error(ErrorCode::Denied, fmt::format("{} is not one unique D-Bus name", http::busNameHeader));
    return name;
}

} // namespace

Stranger::Stranger(int socket, Peer peer, const Admission& admission, const Authorizer& authorizer)
    : m_peer(std::move(peer))
    , m_process(processOf(socket, m_peer.pid))
    , m_admission(admission)
    , m_authorizer(authorizer)
{
}

bool Stranger::processLives() const
{
    pollfd process { m_process.get(), POLLIN, 0 };
    return m_process && ::poll(&process, 1, 0) == 0;
}

Result<void> Stranger::ask(server::Access access, const http::Headers& headers, server::Connection& connection) const
{
    const std::string name = TRY(busName(headers));
    if (name.empty())
        return Error(ErrorCode::Denied, "nobody can be asked about this program, as the studio would do through polkit");
    if (!processLives())
        return Error(ErrorCode::Denied, "the process that connected is gone");
    const bool interactive = !http::equalNoCase(headers.value(http::interactionHeader), "none");
    TRY(m_authorizer.ask(m_peer, name, access, interactive, connection));
    // The number that the bus compared was this process's all the while.
    if (!processLives())
        return Error(ErrorCode::Denied, "the process that connected is gone");
    return {};
}

std::optional<Error> Stranger::refusal(server::Access access, const http::Headers& headers, server::Connection& connection)
{
    const char* const wish = access == server::Access::View ? "see the containers and images" : "manage containers and images";
    const auto allowed = ask(access, headers, connection);
    if (allowed) {
        log::info("polkit lets user {} {}", m_peer.uid, wish);
        return {};
    }
    Error refusal(ErrorCode::Denied,
        fmt::format("permission denied: user {} may not {}: {}. {}", m_peer.uid, wish, allowed.error().message(), m_admission.advice()));
    log::warning("{}", refusal.message());
    return refusal;
}

} // namespace darsena::helper
