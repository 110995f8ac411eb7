// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/container.h"
#include "core/base/result.h"
#include "core/network/port_reservation.h"

#include <vector>

namespace darsena::engine {

/// Which host ports a container asks for: HostConfig.PortBindings, and with PublishAllPorts every exposed port.
/// Errors: Invalid; TooLarge.
Result<std::vector<network::PublishRequest>> planPorts(const model::ContainerConfig& config, const model::HostConfig& hostConfig);

/// Whether `text` is a port as ExposedPorts has it: "80/tcp", "53/udp", "80". Errors: Invalid.
Result<void> checkPort(std::string_view text);

} // namespace darsena::engine
