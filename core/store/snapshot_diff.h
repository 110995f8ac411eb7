// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/layers/changes.h"
#include "core/os/beneath.h"

#include <string>
#include <vector>

namespace darsena::store {

/// One line of `docker diff`.
struct PathChange {
    std::string path; ///< "/etc/passwd"
    layers::Change change = layers::Change::Added;
    bool operator==(const PathChange&) const = default;
};

/// Compares what a container wrote (an overlay's upper directory) with the merged tree below it, and gives what Docker
/// gives for the two whole trees:
///  - a file has changed when its type, mode, owner, device, size, time or capability differ; a copy that differs in
///    none of them is no change;
///  - a directory has changed when mode or owner differ, or when anything in it is reported; its time alone says nothing;
///  - a directory that became something else is one change, and so is a removed directory: what was in it is not listed;
///  - a directory that was removed and made anew lists what is gone.
/// In path order, a directory before what is in it. No content is read.
/// Errors: TooLarge (depth); Conflict where a tree changes too fast to be read.
Result<std::vector<PathChange>> diffSnapshot(const os::Beneath& upper, const os::Beneath& lower);

} // namespace darsena::store
