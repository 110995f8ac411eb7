// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QtCore/QString>

#include <sys/types.h>

namespace darsena::helper {

/// May this caller do that?
struct PolkitQuestion {
    QString busName; ///< the caller's unique name on the bus, as it says itself: ":1.42"
    uid_t uid = static_cast<uid_t>(-1); ///< who it is, as the kernel says
    pid_t pid = -1;
    QString action; ///< "org.darsena.view"
    bool interactive = true; ///< whether polkit may ask a person for a password
};

/// Asks polkit on the bus at this address and waits for the answer, without a bound: whoever started us bounds and kills.
/// The caller is named to polkit by its bus name and nothing else: a process id can be another's by the time polkit looks
/// (CVE-2013-4288, -2019-6133). Before and after, the bus must confirm that the name belongs to just the process that asks,
/// so that nobody borrows another's name, and a caller that went away meanwhile is refused (CVE-2021-3560).
/// Errors: Denied, whatever went wrong, with the reason: only a plain yes is none.
Result<void> askPolkit(const QString& busAddress, const PolkitQuestion& question);

} // namespace darsena::helper
