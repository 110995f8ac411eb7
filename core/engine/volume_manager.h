// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/engine_parts.h"
#include "core/engine/volume_service.h"

#include <mutex>

namespace darsena::engine {

class VolumeManager : public VolumeService {
public:
    explicit VolumeManager(EngineParts& parts)
        : m_parts(parts)
    {
    }
    Result<model::VolumeList> list(const Filters& filters) override;
    Result<model::Volume> create(const model::VolumeCreate& request) override;
    Result<model::Volume> inspect(std::string_view name) override;
    Result<void> remove(std::string_view name, bool force) override;
    Result<model::VolumesPruned> prune(const Filters& filters, std::stop_token stop) override;
    Result<std::vector<model::Volume>> usage() override;

private:
    EngineParts& m_parts;
};

} // namespace darsena::engine
