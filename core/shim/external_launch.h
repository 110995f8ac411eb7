// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/unique_fd.h"
#include "core/shim/protocol.h"
#include "core/shim/shim.h"

#include <vector>

/// The engine's side of a container that somebody else's OCI runtime makes: its files, and the mounts that the monitor is
/// to give paths to (monitor/external.h).
namespace darsena::shim {

/// Fills `monitor.external` and writes the bundle below launch.runDir. What comes back goes to the monitor.
Result<std::vector<UniqueFd>> prepareBundle(Launch& launch, MonitorPlan& monitor);
/// The same for a further process of the container whose run directory `container` is.
Result<void> prepareSession(const ExecSpec& spec, const std::filesystem::path& container, MonitorPlan& monitor);

} // namespace darsena::shim
