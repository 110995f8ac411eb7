// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/container_config.h"
#include "core/base/result.h"
#include "core/oci/image.h"

#include <string>
#include <vector>

namespace darsena::engine {

/// What `docker commit --change` and `docker import --change` say about an image's configuration: instructions of a
/// Dockerfile (CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, STOPSIGNAL, USER, VOLUME, WORKDIR), read and
/// carried out as a build does, variables of the configuration included. Pure.
/// Errors: Invalid: "run is not a valid change command", what a Dockerfile may not say.
Result<oci::ExecutionConfig> applyChanges(oci::ExecutionConfig config, const std::vector<std::string>& changes);

/// What of a container travels with an image made of it.
oci::ExecutionConfig executionConfigOf(const model::ContainerConfig& config);

} // namespace darsena::engine
