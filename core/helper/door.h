// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "core/helper/admission.h"
#include "core/helper/authorizer.h"
#include "core/helper/connections.h"

#include <QtCore/QSocketNotifier>

#include <filesystem>
#include <memory>

namespace darsena::helper {

/// The one door (security R5): listens on a Unix socket, asks the kernel who came, and hands the descriptor to a thread.
/// Everybody may connect, so that whoever may not use the engine is told so and told what to do, not just cut off.
/// There is no other listener, least of all TCP. Main thread; destroying it closes the door.
///
/// Not QLocalServer: it removes the socket's name when it closes, also that of a socket which a service manager keeps
/// listening on for the time until we are back.
class Door {
public:
    /// Listens at `socket`; when `inherited` is valid it listens there already, and its name is not ours to remove. What is
    /// passed by reference outlives the door and the connections.
    /// Errors: Conflict when something else than an old socket is at the path; System.
    static Result<std::unique_ptr<Door>> open(const std::filesystem::path& socket, UniqueFd inherited, const Admission& admission,
        const Authorizer& authorizer, Connections& connections);
    ~Door();
    Door(const Door&) = delete;
    Door& operator=(const Door&) = delete;

private:
    Door(UniqueFd listener, std::filesystem::path ownName, const Admission& admission, const Authorizer& authorizer, Connections& connections);
    void welcome();

    UniqueFd m_listener;
    std::filesystem::path m_ownName; ///< to remove in the end; empty: not ours
    QSocketNotifier m_knock;
    const Admission& m_admission;
    const Authorizer& m_authorizer;
    Connections& m_connections;
};

} // namespace darsena::helper
