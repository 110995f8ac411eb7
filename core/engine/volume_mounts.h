// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "core/engine/container_record.h"
#include "core/engine/engine_parts.h"
#include "core/os/beneath.h"
#include "core/shim/shim.h"

#include <vector>

/// What a container's volumes need over its life.
namespace darsena::engine {

/// At creation: makes the volumes that are not there yet. Errors: Conflict, Invalid of a volume.
Result<void> makeVolumes(EngineParts& parts, ContainerRecord& record);

/// At the start: mounts what has driver options, fills an empty volume from the image (`root`), and sets the source of each
/// mount in `record`, which is this start's copy. What is returned must live until the container's mounts are made: a
/// subpath is a descriptor, for the volume's content is the container's to change (rule R1). Undone by releaseVolumes().
Result<std::vector<UniqueFd>> prepareVolumes(EngineParts& parts, ContainerRecord& record, const os::Beneath& root);

/// Tells of the mounts, once the container's network stands, as Docker does.
void publishVolumeMounts(EngineParts& parts, const ContainerRecord& record);

/// At the end of a run, or of a start that failed: the last user unmounts. `publish`: tells of it.
void releaseVolumes(EngineParts& parts, const ContainerRecord& record, bool publish);

/// For a container that ran when the engine started.
void adoptVolumes(EngineParts& parts, const ContainerRecord& record, const shim::Shim& shim);
/// When all are adopted: unmounts what nobody uses.
void sweepVolumeMounts(EngineParts& parts);

} // namespace darsena::engine
