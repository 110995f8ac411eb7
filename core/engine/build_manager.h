// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/builder/builder.h"
#include "core/engine/build_executor.h"
#include "core/engine/build_service.h"

#include <memory>

namespace darsena::engine {

class BuildManager : public BuildService {
public:
    static Result<std::unique_ptr<BuildManager>> create(EngineParts& parts);

    Result<std::string> build(
        archive::ByteSource& context, const BuildParameters& parameters, builder::BuildObserver& observer, std::stop_token stop) override;
    Result<json::Object> forecast(archive::ByteSource& context, const BuildParameters& parameters, std::stop_token stop) override;
    Result<model::BuildCachePruned> prune(const CachePruneOptions& options, std::stop_token stop) override;
    Result<std::vector<model::BuildCacheRecord>> cache() override;

private:
    explicit BuildManager(EngineParts& parts)
        : m_parts(parts)
        , m_executor(parts)
    {
    }
    EngineParts& m_parts;
    BuildExecutor m_executor;
    std::unique_ptr<builder::Builder> m_builder;
};

} // namespace darsena::engine
