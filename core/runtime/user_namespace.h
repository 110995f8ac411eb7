// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "core/oci/runtime_spec.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

/// User namespaces as values: what maps to what.
namespace darsena::runtime {

struct IdMappings {
    std::vector<oci::IdMapping> uids, gids;
};

/// The lines of /proc/<pid>/uid_map. Errors: Invalid for an empty list, an empty or overflowing range, or over 340 ranges.
Result<std::string> idMapText(const std::vector<oci::IdMapping>& mappings, std::string_view what);
/// Reads them back.
std::vector<oci::IdMapping> parseIdMap(std::string_view text);
/// The host's id of a container's id; none when it is not mapped.
std::optional<std::uint32_t> hostIdOf(const std::vector<oci::IdMapping>& mappings, std::uint32_t containerId);

/// A user namespace in which nobody lives, for id-mapped mounts. Any thread: a short-lived child makes it.
Result<UniqueFd> makeUserNamespace(const IdMappings& mappings);
/// What an existing one maps, seen from ours. Any thread: a short-lived child looks.
Result<IdMappings> mappingsOf(int userNamespaceFd);
/// Whether a process lives in another user namespace than we.
Result<bool> hasOwnUserNamespace(pid_t pid);

} // namespace darsena::runtime
