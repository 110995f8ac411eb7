// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::runtime {

/// A user as the kernel knows it, with what the image's files say about it.
struct ResolvedUser {
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::vector<std::uint32_t> additionalGids;
    std::string home = "/"; ///< for HOME
    std::string name; ///< empty when the image has no such entry
};

/// Resolves Docker's USER ("name", "uid", "name:group", "uid:gid"; "" = root) against /etc/passwd and /etc/group of the
/// image whose root directory `rootFd` is. The files are opened beneath the root (R1), must be regular and at most 4 MiB
/// (CVE-2024-9676: FIFOs, devices, sparse giants are refused), and are parsed here: no NSS.
/// A number is always a number, never the name of an entry; without an entry it is taken as it is, gid 0. A missing file is
/// an empty one. The primary group is among additionalGids, which are sorted.
/// Errors: Invalid "unable to find user x: no matching entries in passwd file", "uids and gids must be in range
/// 0-2147483647" as Docker's users know them.
Result<ResolvedUser> resolveUser(int rootFd, std::string_view user, const std::vector<std::string>& extraGroups = {});

} // namespace darsena::runtime
