// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/planner.h"

namespace darsena::runtime {

/// Plans spec.mounts, in their order; the cgroup mount becomes what this host's version needs.
/// Errors: Invalid for a destination that hides or fakes /proc or /sys (CVE-2019-16884 and its family).
Result<void> planMounts(const oci::RuntimeSpec& spec, const PlanInputs& inputs, PreparedPlan& prepared);

/// Files in /proc that may be mounted over, as lxcfs does; everything else below /proc is refused.
bool mayMountInProc(std::string_view cleanDestination);

} // namespace darsena::runtime
