// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/container.h"
#include "core/engine/ps_options.h"

#include <vector>

#include <sys/types.h>

namespace darsena::engine {

/// What ps would print of these processes in these columns, read from the host's /proc. Nothing is executed and nothing of
/// the container's files is read (CVE-2022-1227); names of users and groups are the host's. Processes that end meanwhile
/// are left out.
model::TopResult listProcesses(const std::vector<pid_t>& processes, const std::vector<PsColumn>& columns);

} // namespace darsena::engine
