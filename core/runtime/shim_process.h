// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/unique_fd.h"
#include "core/os/process.h"

#include <filesystem>

namespace darsena::runtime {

/// A darsena-shim that waits for its order (handoff.h) on `socket`. It ends when it is told nothing and ours closes.
struct ShimProcess {
    os::Child child; ///< an Init, for the caller to reap
    UniqueFd socket;
};

/// A Monitor watches a container for its whole life and outlives the engine: it has neither our streams nor our session,
/// and we are not its parent. An Init is a child of ours, has our standard streams, and ends when the container runs.
enum class ShimRole { Monitor, Init };

/// Starts it from `executable`, or from beside our own program when that is empty. It runs through a read-only mount that is attached nowhere: what a container sees as
/// /proc/self/exe cannot be opened for writing by any of its users (CVE-2019-5736).
Result<ShimProcess> spawnShim(const std::filesystem::path& executable, ShimRole role);

} // namespace darsena::runtime
