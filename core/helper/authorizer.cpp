// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helper/authorizer.h"

#include "core/base/scope_guard.h"
#include "core/os/process.h"

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace darsena::helper {
namespace {

constexpr std::size_t maxReasonBytes = 1024;

/// What the program said, without the line's end.
std::string readReason(int pipe)
{
    std::array<char, maxReasonBytes> buffer;
    std::size_t size = 0;
    while (size < buffer.size()) {
        const ssize_t count = ::read(pipe, buffer.data() + size, buffer.size() - size);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        size += static_cast<std::size_t>(count);
    }
    std::string text(buffer.data(), size);
    text.resize(std::min(text.size(), text.find('\n')));
    return text;
}

} // namespace

Result<void> Authorizer::ask(
    const Peer& peer, const std::string& busName, server::Access access, bool interactive, server::Connection& connection) const
{
    std::array<int, 2> ends { -1, -1 };
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return Error::system(errno, "pipe").as(ErrorCode::Denied);
    const UniqueFd readEnd = UniqueFd::adopt(ends[0]);
    UniqueFd writeEnd = UniqueFd::adopt(ends[1]);

    os::SpawnRequest request;
    request.arguments = { m_program.native(), "--bus=" + m_busAddress, "--name=" + busName, fmt::format("--uid={}", peer.uid),
        fmt::format("--pid={}", peer.pid), access == server::Access::View ? "--action=org.darsena.view" : "--action=org.darsena.manage" };
    if (!interactive)
        request.arguments.emplace_back("--silent");
    request.environment = { "LANG=C.UTF-8", "QT_NO_GLIB=1" };
    request.descriptors = { { writeEnd.get(), STDOUT_FILENO } };
    auto started = os::spawn(request);
    if (!started)
        return started.error().as(ErrorCode::Denied).withContext("polkit cannot be asked");
    os::Child child = std::move(*started);
    writeEnd.reset();

    const bool ended = connection.waitFor(child.pidfd(), m_limit);
    if (!ended)
        (void)child.signal(SIGKILL);
    const auto end = child.wait();
    if (!ended)
        return Error(ErrorCode::Denied, "nobody answered in time");
    const std::string reason = readReason(readEnd.get());
    if (end && end->code == 0 && end->signal == 0 && reason == "allowed")
        return {};
    return Error(ErrorCode::Denied, reason.empty() || reason == "allowed" ? "the question to polkit failed" : reason);
}

} // namespace darsena::helper
