// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/host_config.h"
#include "core/base/result.h"
#include "core/oci/runtime_spec.h"

namespace darsena::engine {

/// What a request says of devices (Devices, DeviceCgroupRules, Blkio…), checked as far as that goes without looking at
/// the machine. Errors: Invalid, with Docker's words.
Result<void> checkDevices(const model::HostConfig& host);

/// The nodes, rules and limits of these. Looks at the devices of the host. Errors: Invalid (there is none, or it is none).
Result<void> applyDevices(oci::RuntimeSpec& spec, const model::HostConfig& host);
Result<void> applyThrottles(oci::BlockIoLimits& limits, const model::HostConfig& host);

} // namespace darsena::engine
