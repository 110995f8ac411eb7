// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/container.h"
#include "core/api/model/container_config.h"
#include "core/api/model/wire.h"

#include <cstdint>

namespace darsena::model {

struct ImageSummary {
    std::string id; ///< "sha256:…"
    std::string parentId;
    std::vector<std::string> repoTags;
    std::vector<std::string> repoDigests;
    std::int64_t created = 0; ///< seconds since 1970
    std::int64_t size = 0; ///< bytes of all layers
    std::int64_t sharedSize = -1; ///< -1 = not computed
    Labels labels;
    std::int64_t containers = -1; ///< -1 = not computed
};
DARSENA_MODEL(ImageSummary)

struct ImageInspect {
    std::string id;
    std::vector<std::string> repoTags;
    std::vector<std::string> repoDigests;
    std::string parent;
    std::string comment;
    std::optional<Time> created;
    std::string dockerVersion;
    std::string author;
    ContainerConfig config;
    std::string architecture;
    std::string variant;
    std::string os;
    std::string osVersion;
    std::int64_t size = 0;
    GraphDriver graphDriver;
    std::vector<std::string> layers; ///< RootFS.Layers: diff ids, bottom first
    std::optional<Time> lastTagTime; ///< Metadata.LastTagTime
};
DARSENA_MODEL(ImageInspect)

/// Newest first, as GET /images/{name}/history lists them.
struct ImageHistoryItem {
    std::string id; ///< "<missing>" where no image of that step is kept
    std::int64_t created = 0; ///< seconds since 1970
    std::string createdBy;
    std::vector<std::string> tags;
    std::int64_t size = 0;
    std::string comment;
};
DARSENA_MODEL(ImageHistoryItem)

/// One of the two is set.
struct ImageDeleteItem {
    std::string untagged;
    std::string deleted;
};
DARSENA_MODEL(ImageDeleteItem)

struct ImagesPruned {
    std::vector<ImageDeleteItem> imagesDeleted;
    std::int64_t spaceReclaimed = 0;
};
DARSENA_MODEL(ImagesPruned)

} // namespace darsena::model
