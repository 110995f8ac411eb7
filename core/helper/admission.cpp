// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helper/admission.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>
#include <grp.h>
#include <sys/socket.h>

namespace darsena::helper {

Result<Peer> Peer::of(int socket)
{
    ucred credentials {};
    socklen_t length = sizeof credentials;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0)
        return Error::system(errno, "who connected");
    Peer peer { credentials.uid, credentials.gid, {}, credentials.pid };
    // The kernel knows the groups: no look-up that could differ, block or read someone's files.
    length = 0;
    while (::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, peer.groups.data(), &length) != 0) {
        if (errno != ERANGE)
            return Error::system(errno, "groups of who connected");
        peer.groups.resize(length / sizeof(gid_t));
    }
    peer.groups.resize(length / sizeof(gid_t));
    return peer;
}

Admission Admission::forGroup(const std::string& group)
{
    std::array<char, 64 * 1024> buffer;
    struct group entry { };
    struct group* found = nullptr;
    if (!group.empty() && ::getgrnam_r(group.c_str(), &entry, buffer.data(), buffer.size(), &found) == 0 && found)
        return { group, entry.gr_gid };
    return { group, std::nullopt };
}

Standing Admission::standing(const Peer& peer) const
{
    if (peer.uid == 0)
        return Standing::Root;
    if (m_gid && (peer.gid == *m_gid || std::ranges::find(peer.groups, *m_gid) != peer.groups.end()))
        return Standing::Member;
    return Standing::Stranger;
}

std::string Admission::advice() const
{
    if (!m_gid)
        return fmt::format("The group \"{0}\", whose members may, does not exist: an administrator can create it (\"groupadd {0}\"), add you "
                           "(\"usermod -aG {0} <user>\") and restart the helper",
            m_groupName);
    return fmt::format(
        "An administrator can add you to the group \"{0}\", whose members may (\"usermod -aG {0} <user>\"); then log in again", m_groupName);
}

} // namespace darsena::helper
