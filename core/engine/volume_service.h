// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/volume.h"
#include "core/base/result.h"
#include "core/engine/filters.h"

#include <stop_token>
#include <string_view>
#include <vector>

namespace darsena::engine {

/// Local volumes. Any thread.
class VolumeService {
public:
    virtual ~VolumeService() = default;

    /// Filters: dangling, driver, label, name.
    virtual Result<model::VolumeList> list(const Filters& filters) = 0;
    /// A volume that exists already is returned as it is; an empty name makes an anonymous one.
    /// Errors: Invalid name or driver options; NotFound for another driver than "local"; Conflict when it exists with other
    /// driver options; Unavailable for a cluster volume.
    virtual Result<model::Volume> create(const model::VolumeCreate& request) = 0;
    /// Errors: NotFound "get x: no such volume".
    virtual Result<model::Volume> inspect(std::string_view name) = 0;
    /// Errors: NotFound (not with `force`); Conflict "volume is in use - [<container ids>]".
    virtual Result<void> remove(std::string_view name, bool force) = 0;
    /// Anonymous volumes that no container uses; with the filter all=true also named ones; never those with driver options.
    /// Filters: all, label. Stopped in between, it tells what it did until then.
    virtual Result<model::VolumesPruned> prune(const Filters& filters, std::stop_token stop) = 0;
    /// With size and number of users, for `system df`. Those with driver options are left out.
    virtual Result<std::vector<model::Volume>> usage() = 0;
};

} // namespace darsena::engine
