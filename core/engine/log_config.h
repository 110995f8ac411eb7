// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/host_config.h"
#include "core/base/result.h"
#include "core/engine/container_record.h"

#include <cstdint>
#include <string>
#include <vector>

namespace darsena::engine {

/// HostConfig.LogConfig, read.
struct LogSettings {
    bool none = false;
    std::uint64_t maxSize = 20 << 20; ///< bytes; a flood must not fill the disk by default
    unsigned maxFiles = 5;
    std::vector<std::string> labels, env; ///< names of those that go into every record
    std::string tag; ///< a template, see logAttributes()
};
/// Drivers: json-file, local (kept in the same format) and none. Errors: Invalid, Unsupported.
Result<LogSettings> parseLogConfig(const model::LogConfig& config);

/// The "attrs" of every record of this container, a JSON object; empty when there are none. In a tag {{.ID}}, {{.FullID}},
/// {{.Name}}, {{.ImageName}}, {{.ImageID}}, {{.ImageFullID}} and {{.DaemonName}} stand for what they say.
std::string logAttributes(const ContainerRecord& record, const LogSettings& settings);

} // namespace darsena::engine
