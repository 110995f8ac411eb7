// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/os/beneath.h"

#include <filesystem>
#include <string>
#include <vector>

#include <sys/stat.h>

namespace darsena::builder {

/// The files and directories that a runtime makes in a root so that something can be mounted there (/proc,
/// /etc/resolv.conf, the target of RUN --mount). They are no work of the step and must not be in its layer.
class MountPoints {
public:
    /// Notes which of the paths, and of the directories above them, exist before the step runs.
    static Result<MountPoints> look(const os::Beneath& merged, const std::vector<std::string>& paths);

    /// Takes them out of the upper directory of an overlay that is not mounted: what did not exist before and is still
    /// empty, and directories above that the overlay copied only because of them. Follows no link: a step may have
    /// replaced a parent by one (CVE-2024-23652).
    Result<void> removeFrom(const std::filesystem::path& upper) const;

private:
    struct Point {
        std::string path;
        bool existed = false;
        struct stat before {};
        bool isTarget = false; ///< mounted over, not just a directory above
        bool above = false; ///< of a target that did not exist
    };
    std::vector<Point> m_points; ///< deepest first
};

} // namespace darsena::builder
