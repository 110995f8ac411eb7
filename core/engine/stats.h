// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/engine/container_record.h"

namespace darsena::engine {

/// The body of GET /containers/{id}/stats: what the container's cgroup and its link to the bridge count, right now.
/// precpu_stats has the same members, zero.
Result<json::Object> collectStats(const ContainerRecord& record, const ContainerState& state);

} // namespace darsena::engine
