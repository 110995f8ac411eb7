// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/stream.h"
#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "core/store/files/request.h"

#include <filesystem>
#include <functional>
#include <stop_token>
#include <vector>

namespace darsena::store {

/// One piece of work in a container's files, done by darsena-unpack.
struct FilesJob {
    FilesRequest request;
    UniqueFd view; ///< see enterView
    std::vector<UniqueFd> mounts; ///< for request.mounts
    archive::ByteSource* input = nullptr; ///< Write: the tar
    /// Stat, Read, Export: called once before the first byte, from the calling thread; gives where the tar goes. Its error ends
    /// the work. Stat: what it returns is not used, and may be null.
    std::function<Result<archive::ByteSink*>(const PathStat&)> begin;
};

/// Runs it and waits. When `stop` is asked for, the process is dead and the container's mounts are free of it before the
/// call that asked returns, even if this thread still waits for a client.
/// Errors: the worker's own; the sink's; Cancelled; Unavailable when the program is not there.
Result<void> runFiles(const std::filesystem::path& executable, FilesJob job, std::stop_token stop);

} // namespace darsena::store
