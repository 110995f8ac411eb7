// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/system.h"
#include "core/base/result.h"

#include <string>

namespace darsena::engine {

/// What GET /system/df is to tell; counting takes time.
struct DiskUsageTypes {
    bool containers = true;
    bool images = true;
    bool volumes = true;
    bool buildCache = true;
};

/// What the engine says of itself and of the machine. Any thread.
class SystemService {
public:
    virtual ~SystemService() = default;

    /// The API versions are the server's to fill in.
    virtual model::VersionInfo version() = 0;
    virtual Result<model::SystemInfo> info() = 0;
    virtual Result<model::DiskUsage> diskUsage(const DiskUsageTypes& types) = 0;
};

} // namespace darsena::engine
