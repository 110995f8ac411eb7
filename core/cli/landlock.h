// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"

#include <cstdint>
#include <filesystem>

namespace darsena::cli {

/// The kernel's Landlock (landlock(7)): this thread, and all that it starts, opens only what was allowed. Where the kernel
/// does not have it, everything succeeds and nothing is bounded; older versions bound what they know.
class Landlock {
public:
    static Result<Landlock> create();

    /// A file, or a folder with everything in it. What does not exist is left out. Errors: System.
    Result<void> allowReading(const std::filesystem::path& path);
    /// A folder: everything that makes files, folders and symbolic links, no devices, sockets and pipes.
    Result<void> allowWriting(const std::filesystem::path& path);
    /// From now on, for good. Needs no_new_privs. False when the kernel does not have it.
    Result<bool> enter();

private:
    Landlock() = default;
    Result<void> allow(const std::filesystem::path& path, std::uint64_t rights);

    UniqueFd m_rules; ///< none: the kernel does not have it
    std::uint64_t m_known = 0; ///< the rights that this kernel knows
};

} // namespace darsena::cli
