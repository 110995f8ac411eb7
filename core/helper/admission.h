// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/result.h"

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace darsena::helper {

/// Who connected, as the kernel saw it at connect().
struct Peer {
    uid_t uid = static_cast<uid_t>(-1);
    gid_t gid = static_cast<gid_t>(-1);
    std::vector<gid_t> groups; ///< supplementary
    pid_t pid = 0; ///< never enough to let anybody in: it can be another's by now (CVE-2013-4288)

    static Result<Peer> of(int socket);
};

/// What somebody is to the engine.
enum class Standing {
    Root,
    Member, ///< of the group
    Stranger, ///< polkit decides
};

/// Knows root and the members of one group, whom the engine serves without asking. Using it is as good as being root.
class Admission {
public:
    /// A group that does not exist has no members.
    static Admission forGroup(const std::string& group);
    Admission(std::string groupName, std::optional<gid_t> gid)
        : m_groupName(std::move(groupName))
        , m_gid(gid)
    {
    }

    Standing standing(const Peer& peer) const;
    /// What a stranger can do about it, as the end of a sentence: how to become a member.
    std::string advice() const;
    std::optional<gid_t> gid() const { return m_gid; }
    const std::string& groupName() const { return m_groupName; }

private:
    std::string m_groupName;
    std::optional<gid_t> m_gid;
};

} // namespace darsena::helper
