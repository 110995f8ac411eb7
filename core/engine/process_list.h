// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/container.h"
#include "core/base/result.h"

#include <vector>

#include <sys/types.h>

namespace darsena::engine {

/// What `ps -ef` would print of these processes, read from the host's /proc. Nothing is executed and nothing of the
/// container's files is read (CVE-2022-1227). Processes that end meanwhile are left out.
model::TopResult listProcesses(const std::vector<pid_t>& processes);

} // namespace darsena::engine
