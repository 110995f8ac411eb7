// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/container.h"
#include "core/engine/spec_builder.h"

#include <chrono>
#include <mutex>
#include <string>

/// What the files of ContainerManager read of a container.
namespace darsena::engine {

/// How long what was killed may take to end.
inline constexpr std::chrono::seconds kKillPatience(10);
/// How long a start or removal waits for copies in and out of the container before it stops them.
inline constexpr std::chrono::seconds kCopyPatience(5);

inline std::string short_(const Container& container)
{
    return container.id.substr(0, 12);
}

/// Takes the container's mutex.
inline std::string cgroupOf(const Container& container)
{
    const std::lock_guard lock(container.mutex);
    return cgroupsPathOf(container.record);
}

inline Error notRunning(const Container& container)
{
    return {ErrorCode::Conflict, fmt::format("container {} is not running", container.id)};
}

} // namespace darsena::engine
