// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

/// Plain work on a cgroup directory, small enough for the monitor too. Errors are errno values, 0 = done.
namespace darsena::runtime {

/// Writes a value in one call, as cgroup files want it.
int writeCgroupFile(const std::string& directory, const std::string& file, std::string_view value);
/// Up to 64 KiB of a file; none when it cannot be read.
std::optional<std::string> readCgroupFile(const std::string& path);
/// The number after "key " at the start of a line; 0 when there is none.
unsigned long long countIn(std::string_view text, std::string_view key);
/// Processes of the group and of groups below.
std::vector<pid_t> processesBelow(const std::string& directory);
/// SIGKILL to all of them, once.
void killBelow(const std::string& directory);
/// Removes the group and groups below; while processes die, tries for `milliseconds`.
int removeBelow(const std::string& directory, int milliseconds);

} // namespace darsena::runtime
