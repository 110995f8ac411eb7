// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helper/door.h"

#include "core/base/log.h"
#include "core/os/socket.h"

#include <cerrno>

#include <fmt/format.h>
#include <unistd.h>

namespace darsena::helper {

Door::Door(Admission admission, Connections& connections)
    : m_admission(std::move(admission))
    , m_connections(connections)
{
}

Result<std::unique_ptr<Door>> Door::open(const std::filesystem::path& socket, Admission admission, Connections& connections)
{
    // The socket is made by us, not by QLocalServer: its mode must be right from its first moment.
    UniqueFd listener = TRY(os::listenUnix(socket, 0666, true));
    std::unique_ptr<Door> door(new Door(std::move(admission), connections));
    if (const auto gid = door->m_admission.gid(); gid && ::lchown(socket.c_str(), 0, *gid) != 0)
        return Error::system(errno, fmt::format("give {} to its group", socket.native()));
    if (!door->listen(static_cast<qintptr>(listener.get())))
        return Error(ErrorCode::System, fmt::format("listen on {}: {}", socket.native(), door->errorString().toStdString()));
    listener.release();
    return door;
}

void Door::incomingConnection(quintptr descriptor)
{
    UniqueFd client = UniqueFd::adopt(static_cast<int>(descriptor));
    auto peer = Peer::of(client.get());
    std::optional<Error> refusal = peer ? m_admission.refusal(*peer) : std::optional(Error(ErrorCode::Denied, peer.error().message()));
    if (refusal)
        log::warning("refused user {}: {}", peer ? static_cast<std::int64_t>(peer->uid) : -1, refusal->message());
    m_connections.add(std::move(client), std::move(refusal));
}

} // namespace darsena::helper
