// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/result.h"

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace darsena::helper {

/// Who connected, as the kernel saw it at connect(): never by process id, which can be another's by now (CVE-2013-4288).
struct Peer {
    uid_t uid = static_cast<uid_t>(-1);
    gid_t gid = static_cast<gid_t>(-1);
    std::vector<gid_t> groups; ///< supplementary

    static Result<Peer> of(int socket);
};

/// Decides who may use the engine: root, and members of one group. Using it is as good as being root.
class Admission {
public:
    /// A group that does not exist lets only root in.
    static Admission forGroup(const std::string& group);
    Admission(std::string groupName, std::optional<gid_t> gid)
        : m_groupName(std::move(groupName))
        , m_gid(gid)
    {
    }

    /// No value: welcome. Else Denied, with a sentence that says what to do.
    std::optional<Error> refusal(const Peer& peer) const;
    std::optional<gid_t> gid() const { return m_gid; }

private:
    std::string m_groupName;
    std::optional<gid_t> m_gid;
};

} // namespace darsena::helper
