// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/server/gate.h"
#include "core/base/unique_fd.h"
#include "core/helper/admission.h"
#include "core/helper/authorizer.h"

#include <memory>

namespace darsena::helper {

/// The gate of a connection of somebody who is neither root nor in the group: polkit is asked about each request. Answers
/// are not kept here; polkit keeps a person's password for a while where its rules say so.
///
/// A peer on a Unix socket has no name on the bus, so it says its own in a header (core/api/http/caller_headers.h), and the
/// bus must confirm that this name belongs to the very process that connected.
class Stranger : public server::Gate {
public:
    /// For whoever is at the other end of `socket`. All outlive it.
    Stranger(int socket, Peer peer, const Admission& admission, const Authorizer& authorizer);

    std::optional<Error> refusal(server::Access access, const http::Headers& headers, server::Connection& connection) override;

private:
    Result<void> ask(server::Access access, const http::Headers& headers, server::Connection& connection) const;
    bool processLives() const;

    Peer m_peer;
    UniqueFd m_process; ///< pidfd of whoever connected; empty: it is gone
    const Admission& m_admission;
    const Authorizer& m_authorizer;
};

} // namespace darsena::helper
