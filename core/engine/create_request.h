// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/container.h"
#include "core/base/result.h"
#include "core/engine/container_record.h"
#include "core/store/types.h"

#include <string>
#include <string_view>
#include <vector>

namespace darsena::engine {

/// A container as it is to be made. Its mounts' anonymous volumes have no name yet; id, name and created are the caller's.
struct CreatePlan {
    ContainerRecord record;
    std::vector<std::string> warnings;
};

/// Checks a request against what this engine does and lays it over the image's configuration, as Docker does. Pure.
/// Nothing that is asked for is silently ignored. Image content configures the workload only (security R3): labels and
/// annotations of an image change nothing here.
/// `inherited`: the mounts of the containers that HostConfig.VolumesFrom names.
/// Its networks are planned elsewhere. Errors: Invalid (400); Unsupported (501), naming the member.
Result<CreatePlan> planCreate(const model::ContainerCreate& request, const store::Image& image, const std::vector<MountRecord>& inherited = {});

/// The request's configuration over the image's: what is not set comes from the image.
/// Errors: Invalid "no command specified", environment entries without a name.
Result<model::ContainerConfig> mergeConfig(const model::ContainerConfig& request, const oci::ExecutionConfig& image);

/// An image's configuration as the API shows it.
model::ContainerConfig configOf(const oci::ExecutionConfig& image);

/// The environment of a further process: the container's with `additions` over it. Entries without "=" take away.
std::vector<std::string> mergeEnvironment(const std::vector<std::string>& base, const std::vector<std::string>& additions);

/// Errors: Invalid. `[a-zA-Z0-9][a-zA-Z0-9_.-]+`, at most 255 bytes.
Result<void> checkContainerName(std::string_view name);

} // namespace darsena::engine
