// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/helper/options.h"

namespace darsena::helper {

/// Makes the process what a root service should be, whatever started it: umask 022, a small environment of its own,
/// as many descriptors as the system allows, a SIGPIPE that only interrupts, few malloc arenas.
void settleProcess();

/// Refuses to go on where it would not be safe, with a sentence that says what is wrong: not root; a directory of ours, or
/// one above it, that others could write. Makes the directories that are missing: root 0700, run and the socket's 0711, so
/// that people reach the socket and see nothing else. The paths in `options` are then without links: what was checked is
/// what is used.
/// Errors: Denied, Conflict, System.
Result<void> checkStart(Options& options);

/// The folder of this program.
Result<std::filesystem::path> programFolder();

} // namespace darsena::helper
