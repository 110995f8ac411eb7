// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>

namespace darsena::store {

/// Step one, in a process with one thread: namespaces of its own (mount, network, IPC, host name, process) and a root
/// that shows nothing but the target directory, mounted nosuid, nodev and noexec. Forks, since a process namespace
/// begins with a child: returns in the child; the parent only waits, passes the exit code on, and dies with the child.
Result<void> enterOwnRoot(int targetFd);

/// Step two, before the first byte is read: drops every capability but the few that making files needs, forbids new
/// privileges, sets rlimits and a seccomp filter that leaves file calls below the root and nothing else: no sockets,
/// threads but no processes, no executable memory (so no library can be loaded from the hostile tree: rule R4).
/// `maxFileBytes` bounds any one file.
Result<void> dropPrivileges(std::uint64_t maxFileBytes);

} // namespace darsena::store
