// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/network.h"
#include "core/base/result.h"
#include "core/engine/filters.h"

#include <string_view>
#include <vector>

namespace darsena::engine {

/// The networks "bridge", "host" and "none". Any thread.
class NetworkService {
public:
    virtual ~NetworkService() = default;

    /// Filters: driver, id, name, label, scope, type ("builtin"), dangling.
    virtual Result<std::vector<model::Network>> list(const Filters& filters) = 0;
    /// By name, id or id prefix. Errors: NotFound "network x not found".
    virtual Result<model::Network> inspect(std::string_view network) = 0;
};

} // namespace darsena::engine
