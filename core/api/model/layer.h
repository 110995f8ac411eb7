// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/wire.h"

#include <cstdint>

namespace darsena::model {

/// One entry of GET /darsena/v1/images/{name}/layers, oldest first: the image's history with what each step added.
struct LayerSummary {
    std::int64_t index = 0; ///< position in the history, from 0; names the layer in …/layers/{index}/files
    std::string diffId; ///< "" for an empty layer
    std::string instruction; ///< for people, without shell noise: "RUN make"
    std::string createdBy; ///< as the image says
    std::optional<Time> created;
    std::int64_t bytes = 0; ///< of the files in it
    std::int64_t files = 0;
    bool emptyLayer = false;
};
DARSENA_MODEL(LayerSummary)

/// One path of GET /darsena/v1/images/{name}/layers/{index}/files, in path order.
struct FileChange {
    std::string path; ///< without a leading "/"; bytes that are no UTF-8 come as U+FFFD
    std::string type; ///< "file", "directory", "link", "hardlink", "device", "fifo", "socket"
    std::int64_t size = 0;
    std::int64_t mode = 0; ///< permission bits
    std::int64_t uid = 0;
    std::int64_t gid = 0;
    std::int64_t mtime = 0; ///< seconds since 1970
    std::string link; ///< target of a link or hardlink
    std::string change; ///< "added", "changed", "removed"
};
DARSENA_MODEL(FileChange)

} // namespace darsena::model
