// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/helper/admission.h"
#include "core/helper/connections.h"

#include <QtNetwork/QLocalServer>

#include <filesystem>
#include <memory>

namespace darsena::helper {

/// The one door (security R5): listens on a Unix socket, asks the kernel who came, and hands the descriptor to a thread.
/// Everybody may connect, so that whoever may not use the engine is told so and told what to do, not just cut off.
/// There is no other listener, least of all TCP. Main thread.
class Door : public QLocalServer {
    Q_OBJECT
public:
    /// Errors: Conflict when something else than an old socket is at the path; System.
    static Result<std::unique_ptr<Door>> open(const std::filesystem::path& socket, Admission admission, Connections& connections);

protected:
    void incomingConnection(quintptr descriptor) override;

private:
    Door(Admission admission, Connections& connections);

    Admission m_admission;
    Connections& m_connections;
};

} // namespace darsena::helper
