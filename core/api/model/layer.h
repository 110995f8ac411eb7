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

/// One layer of an ImageDescription.
struct DescribedLayer {
    std::string diffId;
    std::int64_t storedBytes = 0; ///< as the engine got it, compressed or not; of a layer built here: of its tar
    std::int64_t tarBytes = 0; ///< uncompressed
    std::int64_t indexBytes = 0; ///< what …/diffs/{n}/index sends; 0 = the index is missing
};
DARSENA_MODEL(DescribedLayer)

/// The line of a Dockerfile that made an entry of an image's history.
struct StepOrigin {
    std::string dockerfile; ///< as the client named it; "" = not told
    std::int64_t line = 0; ///< from 1
    std::int64_t endLine = 0;
    std::string stage; ///< its name, or its number from 0
};
DARSENA_MODEL(StepOrigin)

/// GET /darsena/v1/images/{name}/description: what a viewer of layers must know before it reads them.
struct ImageDescription {
    std::string name; ///< one of its names, the one that was asked for if it is one; "" when it has none
    std::string id;
    std::string config; ///< the configuration's bytes, whose digest is the id
    std::vector<DescribedLayer> layers; ///< base first; their number from 0 is {n} in …/diffs/{n}/…
    std::vector<std::optional<StepOrigin>> origins; ///< one per history entry; nothing = no build here made it
};
DARSENA_MODEL(ImageDescription)

} // namespace darsena::model
