// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helper/door.h"

#include "core/base/log.h"
#include "core/helper/stranger.h"
#include "core/os/socket.h"

#include <cerrno>
#include <chrono>
#include <system_error>

#include <QtCore/QTimer>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

namespace darsena::helper {
namespace {

/// Its mode is right from its first moment.
Result<UniqueFd> makeSocket(const std::filesystem::path& path, std::optional<gid_t> group)
{
    UniqueFd listener = TRY(os::listenUnix(path, 0666, true));
    if (group && ::lchown(path.c_str(), 0, *group) != 0)
        return Error::system(errno, fmt::format("give {} to its group", path.native()));
    return listener;
}

} // namespace

Result<std::unique_ptr<Door>> Door::open(const std::filesystem::path& socket, UniqueFd inherited, const Admission& admission,
    const Authorizer& authorizer, Connections& connections)
{
    const bool own = !inherited;
    UniqueFd listener = own ? TRY(makeSocket(socket, admission.gid())) : std::move(inherited);
    return std::unique_ptr<Door>(new Door(std::move(listener), own ? socket : std::filesystem::path(), admission, authorizer, connections));
}

Door::Door(UniqueFd listener, std::filesystem::path ownName, const Admission& admission, const Authorizer& authorizer, Connections& connections)
    : m_listener(std::move(listener))
    , m_ownName(std::move(ownName))
    , m_knock(m_listener.get(), QSocketNotifier::Read)
    , m_admission(admission)
    , m_authorizer(authorizer)
    , m_connections(connections)
{
    QObject::connect(&m_knock, &QSocketNotifier::activated, &m_knock, [this] { welcome(); });
}

Door::~Door()
{
    m_knock.setEnabled(false);
    if (!m_ownName.empty())
        ::unlink(m_ownName.c_str());
}

void Door::welcome()
{
    UniqueFd client = UniqueFd::adopt(::accept4(m_listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client) {
        // Whoever knocked is gone again; or descriptors ran out, and then it waits in the queue until some are free.
        if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
            log::error("no new connections for a second: {}", std::generic_category().message(errno));
            m_knock.setEnabled(false);
            QTimer::singleShot(std::chrono::seconds(1), &m_knock, [this] { m_knock.setEnabled(true); });
        }
        return;
    }
    auto peer = Peer::of(client.get());
    if (!peer) {
        log::warning("refused somebody: {}", peer.error().message());
        return;
    }
    const Connections::Owner owner { peer->uid, m_admission.standing(*peer) };
    std::unique_ptr<server::Gate> gate;
    if (owner.standing == Standing::Stranger)
        gate = std::make_unique<Stranger>(client.get(), std::move(*peer), m_admission, m_authorizer);
    m_connections.add(std::move(client), owner, std::move(gate));
}

} // namespace darsena::helper
