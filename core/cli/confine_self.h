// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace darsena::cli {

/// What a process still needs after it confined itself. Paths that do not exist are left out.
struct Confinement {
    std::vector<std::filesystem::path> readable; ///< files, and folders with everything in them
    std::vector<std::filesystem::path> writable; ///< folders: to make, write, rename and remove files, folders and links in
    /// Connections to registries: internet sockets, and the system's files that names and certificates are looked up in.
    /// Never Unix sockets: an engine's would be root's power.
    bool network = false;
};

/// How much of it the kernel does.
enum class Confined {
    Fully,
    WithoutLandlock, ///< this kernel cannot bound which files are opened; all else holds
};

/// Gives up what reading hostile bytes does not need, as far as a process without privileges can, for good: no new
/// privileges; no capabilities but reading what root may read; Landlock on files; a seccomp filter without programs, other
/// processes, new Unix sockets and, unless there is a network, without new sockets and executable memory; bounds on
/// memory, descriptors and core dumps. Descriptors that are open stay usable.
/// Before any thread is started: threads that run already would be confined by half. Errors: System.
Result<Confined> confineSelf(const Confinement& needs);

} // namespace darsena::cli
