// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/build.h"
#include "core/api/model/system.h"
#include "core/archive/stream.h"
#include "core/base/result.h"
#include "core/builder/build_event.h"
#include "core/engine/filters.h"

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace darsena::engine {

/// What the query of POST /build says.
struct BuildParameters {
    std::string dockerfile = "Dockerfile"; ///< its path in the context
    std::string origin; ///< where that lies for the client, to be remembered; "" = not told
    std::vector<std::string> tags;
    std::string target;
    std::map<std::string, std::string> buildArgs;
    std::map<std::string, std::string> labels;
    std::string platform;
    bool noCache = false;
    bool pull = false;
    std::string network; ///< "", "default", "bridge", "none", "host"
    std::vector<std::pair<std::string, std::string>> extraHosts; ///< name, address
    std::int64_t shmBytes = 0;
};

/// What the query of POST /build/prune says.
struct CachePruneOptions {
    bool all = false; ///< also records whose layer an image has as well; removing those frees nothing
    std::int64_t keepBytes = 0; ///< the newest used stay up to this sum
    Filters filters; ///< until (unused since), id, type, description, shared, private, inuse
};

/// Builds. Any thread; builds run side by side.
class BuildService {
public:
    virtual ~BuildService() = default;

    /// Unpacks the context (a tar, compressed or not, hostile for all we know) and builds. The observer hears the builder's
    /// events, the last of which is Done or BuildFailed; a context that cannot be read gives an error and no event.
    /// Returns the image's id ("sha256:…").
    virtual Result<std::string> build(archive::ByteSource& context, const BuildParameters& parameters, builder::BuildObserver& observer,
        std::stop_token stop)
        = 0;
    /// What a build would do, without doing it.
    virtual Result<json::Object> forecast(archive::ByteSource& context, const BuildParameters& parameters, std::stop_token stop) = 0;
    /// What the builds remember. Stopped in between, it tells what it did until then.
    virtual Result<model::BuildCachePruned> prune(const CachePruneOptions& options, std::stop_token stop) = 0;
    /// For `system df`, newest first.
    virtual Result<std::vector<model::BuildCacheRecord>> cache() = 0;
};

} // namespace darsena::engine
