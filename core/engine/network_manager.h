// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/engine_parts.h"
#include "core/engine/network_service.h"

namespace darsena::engine {

class NetworkManager : public NetworkService {
public:
    explicit NetworkManager(EngineParts& parts)
        : m_parts(parts)
    {
    }
    Result<std::vector<model::Network>> list(const Filters& filters) override;
    Result<model::Network> inspect(std::string_view network) override;

private:
    model::Network describe(std::string_view name, bool containers) const;

    EngineParts& m_parts;
};

} // namespace darsena::engine
