// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/wire.h"

#include <cstdint>

namespace darsena::model {

struct VolumeUsage {
    std::int64_t size = -1; ///< bytes; -1 = not computed
    std::int64_t refCount = -1;
};
DARSENA_MODEL(VolumeUsage)

struct Volume {
    std::string name;
    std::string driver = "local";
    std::string mountpoint;
    std::optional<Time> createdAt;
    Labels labels;
    std::string scope = "local";
    std::map<std::string, std::string> options;
    std::optional<VolumeUsage> usageData;
};
DARSENA_MODEL(Volume)

struct VolumeList {
    std::vector<Volume> volumes;
    std::vector<std::string> warnings;
};
DARSENA_MODEL(VolumeList)

struct VolumeCreate {
    std::string name;
    std::string driver;
    std::map<std::string, std::string> driverOpts;
    Labels labels;
    std::optional<json::Object> clusterVolumeSpec; ///< of a swarm
};
DARSENA_MODEL(VolumeCreate)

struct VolumesPruned {
    std::vector<std::string> volumesDeleted;
    std::int64_t spaceReclaimed = 0;
};
DARSENA_MODEL(VolumesPruned)

} // namespace darsena::model
