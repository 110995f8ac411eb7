// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/unique_fd.h"
#include "core/os/process.h"

#include <filesystem>
#include <string>

namespace darsena::runtime {

/// A darsena-shim that waits for its order (handoff.h) on `socket`. The caller reaps `child`.
struct ShimProcess {
    os::Child child;
    UniqueFd socket;
};

/// Starts it from `executable`, or from beside our own program when that is empty. With `ownStreams` it has our standard
/// streams, else /dev/null. It runs through a read-only mount that is attached nowhere: what a container sees as
/// /proc/self/exe cannot be opened for writing by any of its users (CVE-2019-5736).
Result<ShimProcess> spawnShim(const std::filesystem::path& executable, const std::string& mode, bool ownStreams);

} // namespace darsena::runtime
