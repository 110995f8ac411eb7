// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/network.h"
#include "core/base/result.h"
#include "core/engine/filters.h"

#include <string_view>
#include <vector>

namespace darsena::engine {

/// The networks "bridge", "host" and "none", which always exist, and the user's. A network is named by its name, its id, or
/// a prefix of its id that no other shares. Any thread.
/// Errors all over: NotFound "network x not found"; Denied (403) for what these three do not allow.
class NetworkService {
public:
    virtual ~NetworkService() = default;

    /// Filters: driver, id, name, label, scope, type ("builtin", "custom"), dangling.
    virtual Result<std::vector<model::Network>> list(const Filters& filters) = 0;
    /// With the containers that are connected.
    virtual Result<model::Network> inspect(std::string_view network) = 0;
    /// Errors: Conflict "network with name x already exists"; Denied when a subnet is in use; Invalid; Unsupported.
    virtual Result<model::NetworkCreated> create(const model::NetworkCreate& request) = 0;
    /// Errors: Denied while containers are connected.
    virtual Result<void> remove(std::string_view network) = 0;
    /// Connects a container, running or not. Errors: NotFound for the container; Denied; Invalid.
    virtual Result<void> connect(std::string_view network, const model::NetworkConnect& request) = 0;
    virtual Result<void> disconnect(std::string_view network, const model::NetworkConnect& request) = 0;
    /// Removes networks without containers, stopped ones counted. Filters: until, label. Returns their names.
    virtual Result<model::NetworksPruned> prune(const Filters& filters) = 0;
};

} // namespace darsena::engine
