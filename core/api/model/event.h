// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/wire.h"

namespace darsena::model {

/// One line of GET /events. The members status, id and from of API 1.24 are written too, from these.
struct Event {
    std::string type; ///< "container", "image", "network", "volume", "builder", "daemon"
    std::string action; ///< "create", "start", "die", "exec_create: ls", "tag", …
    std::string actorId;
    std::map<std::string, std::string> attributes; ///< "name", "image", "exitCode", …
    std::string scope = "local";
    Time time {};
};
DARSENA_MODEL(Event)

} // namespace darsena::model
