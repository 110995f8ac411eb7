// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/engine_parts.h"
#include "core/engine/system_service.h"

namespace darsena::engine {

class BuildService;
class ContainerService;
class ImageService;
class VolumeService;

class SystemManager : public SystemService {
public:
    SystemManager(EngineParts& parts, BuildService& builds, ContainerService& containers, ImageService& images, VolumeService& volumes)
        : m_parts(parts)
        , m_builds(builds)
        , m_containers(containers)
        , m_images(images)
        , m_volumes(volumes)
    {
    }
    model::VersionInfo version() override;
    Result<model::SystemInfo> info() override;
    Result<model::DiskUsage> diskUsage(const DiskUsageTypes& types) override;

private:
    EngineParts& m_parts;
    BuildService& m_builds;
    ContainerService& m_containers;
    ImageService& m_images;
    VolumeService& m_volumes;
};

} // namespace darsena::engine
