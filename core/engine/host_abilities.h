// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/host_config.h"

#include <string>
#include <vector>

namespace darsena::engine {

/// Which limits this machine's kernel can apply.
struct HostAbilities {
    bool swapLimit = true;
    bool swappiness = true;
    bool oomKillDisable = true;
    bool blockIoWeight = true;
    bool ownCgroupView = false; ///< containers have a cgroup namespace by default
};
/// Looked up once for the process.
const HostAbilities& hostAbilities();

/// Takes away what the kernel cannot do, with Docker's warning for each, so that what is shown is what is.
void adaptToHost(model::HostConfig& host, const HostAbilities& abilities, std::vector<std::string>& warnings);

/// Fills in what is left open, as it is on this machine, for showing. What is kept stays open: a later engine's defaults
/// are to hold for old containers too.
void showDefaults(model::HostConfig& host);

} // namespace darsena::engine
