// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/decompress.h"
#include "core/archive/stream.h"
#include "core/base/result.h"
#include "core/store/unpack_report.h"

#include <filesystem>
#include <functional>
#include <stop_token>

namespace darsena::store {

/// One run of darsena-unpack, seen from the store.
struct UnpackJob {
    UnpackMode mode = UnpackMode::Layer;
    UnpackLimits limits;
    archive::Formats formats = archive::Formats::Layers;
    /// Where the bytes are: an open file at its beginning, or a source that this process reads and hands on.
    int inputFd = -1;
    archive::ByteSource* source = nullptr;
    int targetFd = -1; ///< directory to fill
    int indexFd = -1; ///< file to write the index to (Layer)
    int scratchFd = -1; ///< empty file, read and write (Layer)
    /// Bytes of the input taken so far; from the calling thread.
    std::function<void(std::uint64_t)> progress;
};

/// Runs it and waits. The target directory may be half filled after an error; the caller removes it.
/// Errors: the unpacker's own; Cancelled; Unavailable when the program is not there.
Result<UnpackReport> runUnpack(const std::filesystem::path& executable, const UnpackJob& job, std::stop_token stop);

} // namespace darsena::store
