// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/os/beneath.h"

#include <string_view>

#include <sys/types.h>

namespace darsena::builder {

struct Owner {
    uid_t uid = 0;
    gid_t gid = 0;
};

/// The value of --chown, "user[:group]", looked up in /etc/passwd and /etc/group of the tree. Numbers are numbers (a
/// user whose name is a number is never looked for); a number without a group has a group of the same number, a name its
/// primary group. The files are opened beneath the root, must be regular and at most 4 MiB, and no library of the host
/// or image takes part (security 1b, 1e). Errors: Invalid naming the user or group, and why.
Result<Owner> resolveOwner(const os::Beneath& root, std::string_view text);

} // namespace darsena::builder
