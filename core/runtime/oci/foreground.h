// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"

#include <sys/types.h>

namespace darsena::runtime::command {

/// Stays with a process, a child of ours, until it ends: hands it the signals that we get, and, when there is a terminal,
/// carries what is typed and printed between it and our own standard streams, of which a terminal is put into raw mode
/// meanwhile. Its exit code, or 128 + the signal. Takes all of the process's signals; call it once, on the only thread.
Result<int> stayWith(pid_t pid, UniqueFd terminal);

} // namespace darsena::runtime::command
