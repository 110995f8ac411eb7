// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/host_config.h"
#include "core/base/result.h"

namespace darsena::engine {

/// What a container's HostConfig is after `docker update`: of `changes` the limits and the restart policy count, and what
/// is zero or empty there stays as it was. Pure.
/// Errors: Invalid and Conflict, with Docker's words.
Result<model::HostConfig> updatedHostConfig(const model::HostConfig& current, const model::HostConfig& changes);

} // namespace darsena::engine
