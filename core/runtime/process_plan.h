// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/oci/runtime_spec.h"
#include "core/runtime/plan.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace darsena::runtime {

/// Whether a sysctl belongs to a namespace, given which of its own the container has: only then may it be set.
bool sysctlIsNamespaced(std::string_view name, bool ownIpc, bool ownNetwork, bool ownUts);

/// Turns sysctls into paths below /proc/sys. Errors: Invalid for one that would change the host, or whose value has a
/// character that could reach another file (CVE-2022-0811).
Result<void> planSysctls(const std::map<std::string, std::string>& sysctls, bool ownIpc, bool ownNetwork, bool ownUts,
    std::vector<std::pair<std::string, std::string>>& out);

/// Hooks as the side that runs them takes them.
std::vector<PlannedHook> plannedHooks(const std::vector<oci::Hook>& hooks);

} // namespace darsena::runtime
