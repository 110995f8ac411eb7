// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/exec.h"
#include "core/engine/container.h"
#include "core/engine/engine_parts.h"

#include <string>
#include <vector>

namespace darsena::engine {

/// A further process in a running container, behind a monitor of its own in <run>/execs/<id>, ready to be attached to and
/// started. `consoleSize` {rows, columns} goes before the request's.
/// Errors: Conflict when the container does not run or is paused; Invalid (user); what shim::Shim::exec gives.
Result<shim::Shim> launchSession(const EngineParts& parts, const Container& container, const std::string& id,
    const model::ExecCreate& request, const std::vector<std::int64_t>& consoleSize = {});

} // namespace darsena::engine
